package sdk

import (
	"slices"

	"github.com/awscred/awscred/resolver"
)

// CLIv2 is version 2 of the AWS CLI: the chain of the botocore that is part of it
// (aws-cli@2.36.7/awscli/botocore/credentials.py). The flag --profile stands for
// a profile in code.
func CLIv2() *resolver.SDK {
	s := botocore(LoginRules{})
	s.Name, s.Title, s.Version = "cli-v2", "AWS CLI v2", "2.36.7"
	// aws-cli@2.36.7/awscli/botocore/configprovider.py:61
	s.Profiles.Vars = []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}
	s.Deviations = slices.DeleteFunc(s.Deviations, func(d resolver.Deviation) bool { return d.ID == "default-profile-first" })
	return s
}
