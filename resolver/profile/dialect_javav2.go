package profile

// JavaV2 is the dialect of the AWS SDK for Java 2.x
// (core/profiles/src/main/java/software/amazon/awssdk/profiles/internal/ProfileFileReader.java@991e1267).
// A file that it refuses takes the other one with it: both are read at once.
func JavaV2() *Dialect {
	return &Dialect{
		Name:          "java-v2",
		Encoding:      Replaced,
		LineEnds:      Universal,
		Spaces:        Blanks,
		CommentLines:  FirstColumn,
		ValueComment:  AfterBlank,
		HeaderComment: Anywhere,
		Unclosed:      Stops,
		Headers:       Identifiers,
		BeforeSection: Stops,
		NoSeparator:   Stops,
		NoName:        Stops,
		KeepKeyCase:   true,
		OnlyPlainKeys: true,
		Nesting:       NestContinues,
	}
}
