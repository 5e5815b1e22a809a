package sdk

import "github.com/awscred/awscred/resolver"

// Terraform is the AWS provider of Terraform and OpenTofu, through
// hashicorp/aws-sdk-go-base v2.0.0-beta.74: the chain of Go v2, with the
// provider block in the place of code (credentials.go, getCredentialsProvider).
// Roles that the provider block assumes on top are not part of it.
func Terraform() *resolver.SDK {
	s := GoV2()
	s.Name, s.Title, s.Version = "terraform", "Terraform AWS provider", "2.0.0-beta.74"
	// aws_config.go, GetAwsConfig: AWS_METADATA_URL stands in for the
	// endpoint's variable.
	instance := goV2Instance()
	instance.MoreEndpoints = []string{"AWS_METADATA_URL"}
	s.Links = goV2Links(instance)
	s.Deviations = append(s.Deviations, resolver.Deviation{
		ID:     "metadata-url",
		Text:   "reads AWS_METADATA_URL for the endpoint of the instance metadata service",
		Source: "hashicorp/aws-sdk-go-base@v2.0.0-beta.74/aws_config.go",
	})
	return s
}
