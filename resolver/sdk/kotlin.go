package sdk

import (
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// Kotlin is the AWS SDK for Kotlin. It tries its sources in turn and passes over
// every one that fails (smithy-kotlin@6373a5f7
// runtime/auth/identity-api/common/src/aws/smithy/kotlin/runtime/identity/IdentityProviderChain.kt).
func Kotlin() *resolver.SDK {
	files := fileVars()
	files.Tilde = true
	return &resolver.SDK{
		Name:    "kotlin",
		Title:   "AWS SDK for Kotlin",
		Version: "1.x (05ea93b9)",
		Basis:   resolver.Sourced,
		Kind:    resolver.TryInTurn,
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"HOME", "USERPROFILE", "HOMEDRIVE+HOMEPATH"}},
		Dialect: profile.Kotlin(),
		// config/AwsSdkSetting.kt
		Files: files,
		Profiles: resolver.ProfileRules{
			Vars:       []string{"AWS_PROFILE"},
			EmptyIsSet: true,
			Missing:    resolver.MissingPasses,
		},
		Links:      kotlinLinks(),
		Deviations: kotlinDeviations(),
	}
}

// kotlinLinks are in the order of
// auth/credentials/DefaultChainCredentialsProvider.kt@05ea93b9.
func kotlinLinks() []resolver.Link {
	env := envLink()
	env.Account = "AWS_ACCOUNT_ID"
	env.BlankIsUnset = true
	properties := javaProperties()
	container := Container{
		// auth/credentials/EcsCredentialsProvider.kt
		Hosts: &Hosts{Names: []string{"127.0.0.1", "::1", ecsHost, "169.254.170.23", "fd00:ec2::23"}, Resolved: true},
	}
	instance := Instance{
		EndpointKey: "ec2_metadata_service_endpoint",
		ModeKey:     "ec2_metadata_service_endpoint_mode",
		V1Never:     true,
	}
	// auth/credentials/profile/ProfileChain.kt@05ea93b9
	methods := []Method{
		Static(StaticRules{}),
		AssumeRole(AssumeRules{
			Sources: []Method{
				SourceProfile(),
				CredentialSource(NamedSources{Environment: env, Container: container, Instance: instance}),
			},
			OneSource: true,
		}),
		WebRole(WebRoleRules{}),
		SSO(SSORules{Keys: ssoKeys(), SessionNeeds: []string{ssoAccount, ssoRole}}),
		Process(ProcessRules{RequireVersion: true}),
	}
	links := []resolver.Link{Code{}, properties}
	return append(links, allPass(
		env,
		webLink(),
		Profile{Methods: methods, SourceMethods: methods, FaultyFiles: true},
		container,
		instance,
	)...)
}

func kotlinDeviations() []resolver.Deviation {
	const dir = "aws-sdk-kotlin aws-runtime/aws-config/common/src/aws/sdk/kotlin/runtime/"
	const chain = dir + "auth/credentials/DefaultChainCredentialsProvider.kt@05ea93b9"
	const profiles = dir + "auth/credentials/profile/ProfileChain.kt@05ea93b9"
	const shared = dir + "config/AwsSdkSetting.kt@05ea93b9"
	return []resolver.Deviation{
		{ID: "system-properties", Text: "system properties of the Java virtual machine come before the environment", Source: chain},
		{ID: "every-failure-passes", Text: "every source that fails is passed over", Source: "smithy-kotlin runtime/auth/identity-api/common/src/aws/smithy/kotlin/runtime/identity/IdentityProviderChain.kt@6373a5f7"},
		{ID: "blank-env-unset", Text: "environment keys of nothing but white space count as not set", Source: shared},
		{ID: "empty-profile-variable", Text: "an empty AWS_PROFILE names a profile that does not exist", Source: shared},
		{ID: "web-identity-before-profile", Text: "web identity in the environment comes before the profile, AWS_PROFILE included", Source: chain},
		{ID: "static-over-role", Text: "static keys of a profile come before its role, even with a source_profile", Source: profiles},
		{ID: "faulty-file-hides-both", Text: "a line that cannot be parsed in one shared file hides both", Source: dir + "config/profile/AwsConfigParser.kt@05ea93b9"},
		{ID: "container-addresses", Text: "the full container URI may name an address only if it is 127.0.0.1, ::1, or that of ECS or EKS", Source: dir + "auth/credentials/EcsCredentialsProvider.kt@05ea93b9"},
		{ID: "container-then-instance", Text: "a container that fails is followed by the instance role", Source: chain},
		{ID: "no-imdsv1", Text: "the metadata service is never asked without a session token", Source: chain},
	}
}
