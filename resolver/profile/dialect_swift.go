package profile

// Swift is the dialect of the AWS SDK for Swift, which reads the files through
// aws-c-sdkutils (source/aws_profile.c@022ba71f). A file that this refuses
// counts as empty.
func Swift() *Dialect {
	return &Dialect{
		Name:          "swift",
		LineEnds:      CRLF,
		Spaces:        Blanks,
		CommentLines:  FirstColumn,
		ValueComment:  AfterBlank,
		HeaderComment: Anywhere,
		Unclosed:      Stops,
		Headers:       Identifiers,
		BeforeSection: Stops,
		NoSeparator:   Stops,
		KeepKeyCase:   true,
		OnlyPlainKeys: true,
		Nesting:       NestContinues,
		Faulty:        FaultyEmpty,
	}
}
