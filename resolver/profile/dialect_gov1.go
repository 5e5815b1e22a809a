package profile

// GoV1 is the dialect of the AWS SDK for Go v1
// (aws-sdk-go@v1.55.8/internal/ini and aws/session/shared_config.go).
func GoV1() *Dialect {
	return &Dialect{
		Name:             "go-v1",
		Grammar:          Tokens,
		Encoding:         Replaced,
		Headers:          Literal,
		DuplicateSection: Replaces,
		Unprefixed:       IsProfile,
		Prefixed:         PrefixedIsProfile,
		SessionsInBoth:   true,
		SameName:         UnprefixedWins,
		KeepBlanks:       true,
		KeepKeyCase:      true,
		AllowNoName:      true,
		Merge:            MergeGoV1,
	}
}
