package profile

// GoV2 is the dialect of the AWS SDK for Go v2, and of Terraform, which is built
// on it (config@v1.33.16/internal/ini and shared_config.go).
func GoV2() *Dialect {
	return &Dialect{
		Name:           "go-v2",
		ValueComment:   AfterBlank,
		HeaderComment:  Anywhere,
		Headers:        Words,
		Unprefixed:     OnlyDefaultAnyCase,
		SessionsInBoth: true,
		// config@v1.33.16/shared_config.go:753: taking "profile " away is all.
		SessionProfiles: true,
		Colon:           true,
		AllowNoName:     true,
		Quotes:          QuotesRemoved,
		Nesting:         NestEmpty,
		Merge:           MergeGoV2,
	}
}
