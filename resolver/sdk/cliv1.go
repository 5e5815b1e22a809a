package sdk

import "github.com/awscred/awscred/resolver"

// CLIv1 is version 1 of the AWS CLI: the chain of botocore, of which it brings
// no crt with it. The flag --profile stands for a profile in code
// (awscli@1.45.11/clidriver.py).
func CLIv1() *resolver.SDK {
	s := botocore(LoginRules{Needs: "awscrt", Missing: true})
	s.Name, s.Title, s.Version = "cli-v1", "AWS CLI v1", "1.45.11"
	s.Deviations = append(s.Deviations, resolver.Deviation{
		ID:     "login-needs-crt",
		Text:   "a login session is an error, because the CLI comes without the package awscrt",
		Source: "botocore@1.43.11/credentials.py:2749",
	})
	return s
}
