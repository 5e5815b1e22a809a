package profile

// PHP is the dialect of the AWS SDK for PHP, which is that of PHP's
// parse_ini_string in its raw mode (src/functions.php@04d34843). A profile is
// read from one of the files, never from both.
func PHP() *Dialect {
	return &Dialect{
		Name:         "php",
		LineEnds:     Universal,
		Spaces:       Blanks,
		CommentLines: BehindBlanks,
		HeaderEnd:    LastBracket,
		Headers:      Literal,
		Prefixed:     PrefixedLiteral,
		KeepKeyCase:  true,
		Quotes:       PairsRemoved,
		Nesting:      NestNone,
		Merge:        MergeNothing,
	}
}
