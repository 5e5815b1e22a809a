package sdk

import (
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// Cpp is the AWS SDK for C++. It tries its sources in turn; one without keys is
// passed over, whatever went wrong there
// (source/auth/AWSCredentialsProviderChain.cpp@5f028bf3).
func Cpp() *resolver.SDK {
	return &resolver.SDK{
		Name:    "cpp",
		Title:   "AWS SDK for C++",
		Version: "1.11 (5f028bf3)",
		Basis:   resolver.Sourced,
		Kind:    resolver.TryInTurn,
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"USERPROFILE"}},
		Dialect: profile.Cpp(),
		Files:   fileVars(),
		// source/auth/AWSCredentialsProvider.cpp@1d576728
		Profiles: resolver.ProfileRules{
			Vars:    []string{"AWS_DEFAULT_PROFILE", "AWS_PROFILE"},
			Missing: resolver.MissingPasses,
		},
		Links:      cppLinks(),
		Deviations: cppDeviations(),
	}
}

// cppLinks are in the order of AWSCredentialsProviderChain.cpp@5f028bf3. Only
// static keys come from the credentials file, and all else from the config file
// (GetCachedConfigProfile).
func cppLinks() []resolver.Link {
	env := envLink()
	env.Account = "AWS_ACCOUNT_ID"
	return append([]resolver.Link{Code{}}, allPass(
		env,
		Profile{Methods: []Method{Static(StaticRules{})}, Files: CredentialsOnly, In: CredentialsOnly},
		Profile{Methods: []Method{Process(ProcessRules{RequireVersion: true})}, Files: ConfigOnly, Source: resolver.FromProcess},
		webLink(),
		Profile{
			Methods: []Method{WebRole(WebRoleRules{NeedsRole: true})},
			Files:   ConfigOnly,
			Source:  resolver.FromWebIdentity,
			Unless:  TokenFileInEnv,
		},
		Profile{
			Methods: []Method{SSO(SSORules{Keys: ssoKeys(), SessionNeeds: []string{ssoAccount, ssoRole}})},
			Files:   ConfigOnly,
			Source:  resolver.FromSSO,
		},
		// source/auth/GeneralHTTPCredentialsProvider.cpp@0eb8317b
		Container{
			NeedSlash: true,
			Hosts:     &Hosts{Names: []string{"::1", ecsHost, "169.254.170.23", "fd00:ec2::23"}, LoopbackIPv4: true, Resolved: true},
		},
		Instance{
			EndpointKey: "ec2_metadata_service_endpoint",
			ModeKey:     "ec2_metadata_service_endpoint_mode",
			Unless:      ContainerConfigured,
		},
	)...)
}

func cppDeviations() []resolver.Deviation {
	const dir = "aws-sdk-cpp src/aws-cpp-sdk-core/source/auth/"
	const chain = dir + "AWSCredentialsProviderChain.cpp@5f028bf3"
	return []resolver.Deviation{
		{ID: "every-failure-passes", Text: "every source that fails is passed over", Source: chain},
		{ID: "winner-remembered", Text: "the source that won is asked again and no other, while the program runs", Source: chain},
		{ID: "default-profile-first", Text: "AWS_DEFAULT_PROFILE comes before AWS_PROFILE", Source: dir + "AWSCredentialsProvider.cpp@1d576728"},
		{ID: "blank-env-used", Text: "environment keys of nothing but white space are used as they are", Source: dir + "AWSCredentialsProvider.cpp@1d576728"},
		{ID: "config-keys-unseen", Text: "static keys in the config file are not seen", Source: chain},
		{ID: "no-profile-role", Text: "role_arn with a source_profile or credential_source is not known", Source: dir + "STSCredentialsProvider.cpp@05817ff5"},
		{ID: "static-over-process", Text: "static keys of a profile come before its credential_process and its sso_* keys", Source: chain},
		{ID: "profile-before-web-identity", Text: "static keys and credential_process of a profile come before web identity in the environment", Source: chain},
		{ID: "container-or-instance", Text: "a container that fails, or that is named in a way that is not valid, hides the instance role", Source: dir + "GeneralHTTPCredentialsProvider.cpp@0eb8317b"},
		{ID: "relative-needs-slash", Text: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must begin with a slash", Source: dir + "GeneralHTTPCredentialsProvider.cpp@0eb8317b"},
	}
}
