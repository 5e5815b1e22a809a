package profile

// GoV1 is the dialect of the AWS SDK for Go v1
// (aws-sdk-go@v1.55.8/internal/ini and aws/session/shared_config.go).
func GoV1() *Dialect {
	return &Dialect{
		Name:             "go-v1",
		Encoding:         Replaced,
		LineEnds:         CRLF,
		ValueComment:     AfterToken,
		HeaderComment:    AfterToken,
		HeaderEnd:        FirstBracket,
		Unclosed:         Stops,
		Headers:          Literal,
		DuplicateSection: Replaces,
		Unprefixed:       IsProfile,
		Prefixed:         PrefixedIsProfile,
		SameName:         UnprefixedWins,
		AllowNoName:      true,
		SessionsInBoth:   true,
		Colon:            true,
		KeepKeyCase:      true,
		Quotes:           DoubleQuotesRemoved,
		Nesting:          NestSkips,
		Merge:            MergeGoV1,
	}
}
