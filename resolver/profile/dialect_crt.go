package profile

// CRT is the dialect of the AWS Common Runtime
// (aws-c-sdkutils@cb14fea3/source/aws_profile.c). A file that it refuses counts
// as one that is not there.
func CRT() *Dialect {
	return &Dialect{
		Name:          "crt",
		LineEnds:      CRLF,
		Spaces:        Blanks,
		CommentLines:  FirstColumn,
		ValueComment:  AfterSpace,
		HeaderComment: Anywhere,
		HeaderEnd:     FirstBracket,
		Unclosed:      Stops,
		Headers:       Identifiers,
		BeforeSection: Stops,
		NoSeparator:   WordStops,
		NoName:        Stops,
		KeepKeyCase:   true,
		OnlyPlainKeys: true,
		Nesting:       NestContinues,
		Faulty:        FaultyEmpty,
	}
}
