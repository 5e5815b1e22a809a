package profile

// JavaV1 is the dialect of the AWS SDK for Java 1.x, which knows one file: a
// header is whatever stands between brackets, "profile dev" included
// (aws-java-sdk-core/src/main/java/com/amazonaws/auth/profile/internal/AbstractProfilesConfigFileScanner.java@15ca1bb2
// and BasicProfileConfigLoader.java@30f38f17).
func JavaV1() *Dialect {
	return &Dialect{
		Name:             "java-v1",
		Encoding:         Replaced,
		LineEnds:         Universal,
		Spaces:           Blanks,
		CommentLines:     BehindBlanks,
		Unclosed:         Stops,
		Headers:          Literal,
		DuplicateSection: Replaces,
		Unprefixed:       IsProfile,
		Prefixed:         PrefixedLiteral,
		BeforeSection:    Stops,
		NoSeparator:      Stops,
		AllowNoName:      true,
		KeepKeyCase:      true,
		DuplicateKey:     Refused,
		Nesting:          NestNone,
		Merge:            MergeNothing,
	}
}
