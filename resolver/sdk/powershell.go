package sdk

import "github.com/awscred/awscred/resolver"

// legacyDefault is the profile that early versions of the tools kept their
// defaults in.
const legacyDefault = "AWS PS Default"

// PowerShell is the AWS Tools for PowerShell, on top of the SDK for .NET
// (modules/AWSPowerShell/Common/CredentialsArguments.cs@d2a55d4b). What a session
// stores, and what a cmdlet is given, is code to us; so is -ProfileName.
func PowerShell() *resolver.SDK {
	s := dotNet()
	s.Name, s.Title, s.Version = "powershell", "AWS Tools for PowerShell", "d2a55d4b"
	// AWS_PROFILE is not read.
	s.Profiles = resolver.ProfileRules{Missing: resolver.MissingStops}
	passes := Passes{Broken: true, Failed: true}
	env, container := dotNetEnv(), dotNetContainer()
	named := dotNetProfile(env, container, dotNetInstance(nil))
	named.Unless, named.MissingEnds = NoProfileInCode, true
	standard := dotNetProfile(env, container, dotNetInstance(nil))
	standard.Unless = ProfileInCode
	legacy := standard
	legacy.Name = legacyDefault
	env.Unless = ProfileInCode
	s.Links = []resolver.Link{
		Code{},
		SDKStore{named},
		passes.Link(env),
		passes.Link(SDKStore{standard}),
		passes.Link(SDKStore{legacy}),
		passes.Link(container),
		passes.Link(dotNetInstance(ContainerConfigured)),
	}
	const chain = "aws-tools-for-powershell modules/AWSPowerShell/Common/CredentialsArguments.cs@d2a55d4b"
	s.Deviations = append(dotNetDeviations(),
		resolver.Deviation{ID: "no-profile-variable", Text: "AWS_PROFILE is not read; a profile is chosen with -ProfileName", Source: chain},
		resolver.Deviation{ID: "missing-profile-stops", Text: "a profile named with -ProfileName must exist", Source: chain},
		resolver.Deviation{ID: "session-credentials", Text: "$StoredAWSCredentials and -Credential come before the environment; they are not looked at here", Source: chain},
		resolver.Deviation{ID: "legacy-default-profile", Text: "the profile \"AWS PS Default\" stands in for a missing default", Source: chain},
		resolver.Deviation{ID: "blank-env-used", Text: "environment keys of nothing but white space are used as they are", Source: netDir + "Credentials/EnvironmentVariablesAWSCredentials.cs@123255c6"},
		resolver.Deviation{ID: "container-or-instance", Text: "a container that fails hides the instance role", Source: chain},
	)
	return s
}
