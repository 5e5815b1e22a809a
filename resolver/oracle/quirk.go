package oracle

import (
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// A Quirk is a difference that stays: what the judge says is held to be its own
// mistake, or not to be known.
type Quirk struct {
	// SDKs are the judges that it is about.
	SDKs []string
	// Reason says what they do, and why we say otherwise.
	Reason string
	// Is reports whether a difference is this one.
	Is func(s Situation, ours, theirs Answer) bool
}

// Quirks returns the differences that stay.
func Quirks() []Quirk {
	return []Quirk{
		{
			SDKs: []string{"go-v2", "terraform"},
			Reason: "[profile profile q] becomes the section \"profile q\", erases [profile q] if that comes later in the alphabet, " +
				"and is not looked at again (config@v1.33.16/shared_config.go:716). Nobody means either.",
			Is: func(s Situation, _, theirs Answer) bool {
				return strings.Contains(theirs.Error, "failed to get shared config profile") && slices.ContainsFunc(s.Files, func(f File) bool {
					return strings.Contains(f.Text, "[profile profile ")
				})
			},
		},
		{
			SDKs: []string{"terraform"},
			Reason: "Without a region it asks the instance for one, after it has got its keys (aws-sdk-go-base@v2.0.0-beta.74/aws_config.go:156). " +
				"The stub's instance knows none.",
			Is: theyFailWith("ec2imds: GetRegion"),
		},
		{
			SDKs: []string{"terraform"},
			Reason: "A region that is no host name does not matter to STS at an address of its own in the older SDK that it is built on, " +
				"but the provider itself refuses a region that it does not know.",
			Is: func(_ Situation, ours, _ Answer) bool {
				return strings.HasPrefix(ours.Error, "the region ") && strings.HasSuffix(ours.Error, " is not valid")
			},
		},
		{
			SDKs: []string{"python", "cli-v1"},
			Reason: "Login sessions need the package awscrt, which may not be installed. " +
				"We say what is true where it is.",
			Is: theyFailWith("MissingDependencyException"),
		},
		{
			SDKs: []string{"cli-v1"},
			Reason: "It imports the modules that [plugins] names before it does anything (awscli@1.45.11/plugin.py:53). " +
				"Whether they are installed depends on the judge's Python, and the generator's are not.",
			Is: func(s Situation, ours, theirs Answer) bool {
				named := slices.ContainsFunc(s.Files, func(f File) bool { return strings.Contains(f.Text, "[plugins]") })
				return named && theyFailWith("ModuleNotFoundError")(s, ours, theirs)
			},
		},
		{
			SDKs: []string{"python", "cli-v1"},
			Reason: "Keys that a program passes itself are there whatever the shared files say, " +
				"but every client then fails for a profile that does not exist or a file that cannot be parsed (botocore@1.43.11/session.py, get_scoped_config). " +
				"The judge is asked for keys alone.",
			Is: func(s Situation, ours, theirs Answer) bool {
				return s.KeyID != "" && ours.Outcome == resolver.HasError && theirs.Source == resolver.FromCode
			},
		},
	}
}

func theyFailWith(text string) func(Situation, Answer, Answer) bool {
	return func(_ Situation, _, theirs Answer) bool {
		return theirs.Outcome == resolver.HasError && strings.Contains(theirs.Error, text)
	}
}
