package profile

// Rust is the dialect of the AWS SDK for Rust
// (smithy-rs@56ee88c5/aws/rust-runtime/aws-runtime/src/env_config/parse.rs and
// normalize.rs).
func Rust() *Dialect {
	return &Dialect{
		Name:          "rust",
		Encoding:      UTF8OrNothing,
		LineEnds:      CRLF,
		Spaces:        Blanks,
		CommentLines:  FirstColumn,
		ValueComment:  AfterSpace,
		HeaderComment: Anywhere,
		Unclosed:      Stops,
		Headers:       Identifiers,
		BeforeSection: Stops,
		NoSeparator:   Stops,
		NoName:        Stops,
		OnlyPlainKeys: true,
		Nesting:       NestContinues,
	}
}
