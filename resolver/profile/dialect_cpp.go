package profile

// Cpp is the dialect of the AWS SDK for C++
// (src/aws-cpp-sdk-core/source/config/AWSConfigFileProfileConfigLoader.cpp@1539725c).
// Where it gives up at a line it keeps the sections before, so that nothing is
// refused.
func Cpp() *Dialect {
	return &Dialect{
		Name:          "cpp",
		LineEnds:      CRLF,
		Spaces:        Blanks,
		CommentLines:  FirstColumn,
		ValueComment:  AfterBlank,
		HeaderComment: Anywhere,
		Headers:       Identifiers,
		AllowNoName:   true,
		KeepKeyCase:   true,
		Nesting:       NestNone,
	}
}
