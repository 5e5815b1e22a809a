package profile

// Botocore is the dialect of botocore, and so of boto3 and of both versions of
// the AWS CLI: Python's configparser.RawConfigParser, and what
// botocore@1.43.11/configloader.py makes of it.
func Botocore() *Dialect {
	return &Dialect{
		Name:             "botocore",
		Encoding:         UTF8OrError,
		LineEnds:         Universal,
		Spaces:           PythonSpaces,
		CommentLines:     BehindSpaces,
		HeaderEnd:        LastBracket,
		KeepBlanks:       true,
		Headers:          Shell,
		DuplicateSection: Refused,
		Prefixed:         PrefixedLiteral,
		SameName:         LaterWins,
		Inherit:          "DEFAULT",
		BeforeSection:    Stops,
		NoSeparator:      Stops,
		NoName:           Stops,
		Colon:            true,
		DuplicateKey:     Refused,
		Nesting:          NestDeeper,
	}
}
