package sdk

import (
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// Swift is the AWS SDK for Swift, in the version whose profile link is d189a613.
// It tries its sources in turn, and the methods of a profile as well, and passes
// over every one that fails.
func Swift() *resolver.SDK {
	files := fileVars()
	files.Tilde = true
	return &resolver.SDK{
		Name:    "swift",
		Title:   "AWS SDK for Swift",
		Version: "1.x (d189a613)",
		Basis:   resolver.Sourced,
		Kind:    resolver.TryInTurn,
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"HOME", "USERPROFILE", "HOMEDRIVE+HOMEPATH"}},
		Dialect: profile.Swift(),
		Files:   files,
		Profiles: resolver.ProfileRules{
			Vars:       []string{"AWS_PROFILE"},
			EmptyIsSet: true,
			Missing:    resolver.MissingPasses,
		},
		Links:      swiftLinks(),
		Deviations: swiftDeviations(),
	}
}

// swiftLinks are in the order of
// DefaultAWSCredentialIdentityResolverChain.swift.
func swiftLinks() []resolver.Link {
	env := envLink()
	env.Account = "AWS_ACCOUNT_ID"
	container := Container{
		// ECSAWSCredentialIdentityResolver.swift@000beb2c
		Hosts: &Hosts{Names: []string{ecsHost, "169.254.170.23"}, LoopbackIPv4: true},
		Token: TokenRules{OnlyFull: true},
	}
	// IMDSAWSCredentialIdentityResolver.swift@1370e387
	instance := Instance{
		EndpointKey: "ec2_metadata_service_endpoint",
		ModeKey:     "ec2_metadata_service_endpoint_mode",
		Switch:      SwitchExact,
		DisabledKey: "disable_ec2_metadata",
		V1Never:     true,
	}
	static := Static(StaticRules{})
	// ProfileAWSCredentialIdentityResolver.swift@d189a613
	methods := []Method{
		OwnRole(static),
		UnlessSourced(static),
		AssumeRole(AssumeRules{Sources: []Method{SourceProfile()}}),
		AssumeRole(AssumeRules{Sources: []Method{
			CredentialSource(NamedSources{Environment: env, Container: container, Instance: instance}),
		}}),
		WebRole(WebRoleRules{NeedsRole: true}),
		SSO(SSORules{Keys: ssoKeys(), SessionNeeds: []string{ssoAccount, ssoRole}}),
		Process(ProcessRules{RequireVersion: true}),
	}
	return append([]resolver.Link{Code{}}, allPass(
		env,
		webLink(),
		Profile{Methods: methods, SourceMethods: methods, EveryMethod: true},
		container,
		instance,
	)...)
}

func swiftDeviations() []resolver.Deviation {
	const dir = "aws-sdk-swift Sources/Core/AWSSDKIdentity/Sources/AWSSDKIdentity/AWSCredentialIdentityResolvers/"
	const chain = dir + "DefaultAWSCredentialIdentityResolverChain.swift"
	const profiles = dir + "ProfileAWSCredentialIdentityResolver.swift@"
	return []resolver.Deviation{
		{ID: "every-failure-passes", Text: "every source that fails is passed over", Source: chain},
		{ID: "methods-in-turn", Text: "a method of a profile that fails is followed by the next of the same profile", Source: profiles + "d189a613"},
		{ID: "blank-env-used", Text: "environment keys of nothing but white space are used as they are", Source: dir + "EnvironmentAWSCredentialIdentityResolver.swift@0bfe47e5"},
		{ID: "empty-profile-variable", Text: "an empty AWS_PROFILE names a profile that does not exist", Source: profiles + "d189a613"},
		{ID: "web-identity-before-profile", Text: "web identity in the environment comes before the profile, AWS_PROFILE included; in older versions it comes after", Source: chain, Since: "the version after 151a4562"},
		{ID: "static-over-role", Text: "static keys of a profile come before its role, and their session token is dropped", Source: profiles + "0d36a77a", Until: "d189a613"},
		{ID: "static-over-sso", Text: "static keys of a profile come before its sso_* keys and its credential_process", Source: profiles + "d189a613"},
		{ID: "no-localhost", Text: "the full container URI may not name localhost, only 127.* and the addresses of ECS and EKS", Source: dir + "ECSAWSCredentialIdentityResolver.swift@000beb2c"},
		{ID: "container-then-instance", Text: "a container that fails is followed by the instance role", Source: chain},
		{ID: "metadata-switch-profile", Text: "reads disable_ec2_metadata of the profile, and true in lower case only", Source: dir + "IMDSAWSCredentialIdentityResolver.swift@1370e387"},
		{ID: "no-imdsv1", Text: "the metadata service is never asked without a session token", Source: chain},
	}
}
