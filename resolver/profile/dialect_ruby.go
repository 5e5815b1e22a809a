package profile

// Ruby is the dialect of the AWS SDK for Ruby
// (aws-sdk-ruby@bac3491f/gems/aws-sdk-core/lib/aws-sdk-core/ini_parser.rb and
// shared_config.rb). Both files are merged key by key only for settings other
// than credentials.
func Ruby() *Dialect {
	return &Dialect{
		Name:            "ruby",
		Encoding:        UTF8OrError,
		Grammar:         Patterns,
		Unprefixed:      IsProfile,
		Prefixed:        PrefixedIsProfile,
		SessionsInBoth:  true,
		NoEmptySections: true,
		KeepKeyCase:     true,
	}
}
