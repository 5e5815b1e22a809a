package sdk

import (
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// JavaV1 is the AWS SDK for Java 1.x. It tries its sources in turn and passes
// over every one that fails
// (aws-java-sdk-core/.../auth/AWSCredentialsProviderChain.java@a941336e). Support
// ended in December 2025.
func JavaV1() *resolver.SDK {
	return &resolver.SDK{
		Name:      "java-v1",
		Title:     "AWS SDK for Java 1.x",
		Version:   "1.x (1322472c)",
		Basis:     resolver.Sourced,
		EndOfLife: true,
		Kind:      resolver.TryInTurn,
		Dialect:   profile.JavaV1(),
		// auth/profile/internal and profile/path/cred@a941336e: one file, which is
		// ~/.aws/config only where there is no ~/.aws/credentials.
		Files: resolver.FileRules{
			CredentialsVars: []string{"AWS_CREDENTIAL_PROFILES_FILE"},
			CredentialsElse: "config",
			NoConfig:        true,
		},
		Profiles:   resolver.ProfileRules{Vars: []string{"AWS_PROFILE"}, Missing: resolver.MissingPasses},
		Links:      javaV1Links(),
		Deviations: javaV1Deviations(),
	}
}

// javaV1Links are in the order of DefaultAWSCredentialsProviderChain.java@1322472c.
func javaV1Links() []resolver.Link {
	env := Env{
		// SDKGlobalConfiguration.java@01c03bb7
		IDs:          []string{"AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"},
		Secrets:      []string{"AWS_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"},
		Tokens:       []string{"AWS_SESSION_TOKEN"},
		Legacy:       []string{"AWS_ACCESS_KEY"},
		BlankIsUnset: true,
	}
	properties := SystemProperties{ID: "aws.accessKeyId", Secret: "aws.secretKey", Token: "aws.sessionToken", Others: []string{"aws.profile"}}
	// profile/ProfilesConfigFile.java@bdc42cbf
	files := Profile{
		Methods: []Method{
			AssumeRole(AssumeRules{Sources: []Method{SourceProfile()}, NeedsSource: true}),
			Process(ProcessRules{RequireVersion: true}),
			Static(StaticRules{}),
		},
		SourceMethods: []Method{Static(StaticRules{})},
		FaultyFiles:   true,
	}
	container := Container{
		Hosts: &Hosts{Names: []string{"localhost", "127.0.0.1"}, HTTPS: true},
		Token: TokenRules{NoFile: true, OnlyFull: true},
	}
	links := append([]resolver.Link{Code{}}, allPass(env)...)
	links = append(links, properties)
	return append(links, allPass(webLink(), files, container, Instance{Unless: ContainerConfigured})...)
}

func javaV1Deviations() []resolver.Deviation {
	const dir = "aws-sdk-java aws-java-sdk-core/src/main/java/com/amazonaws/"
	return []resolver.Deviation{
		{ID: "system-properties", Text: "system properties of the Java virtual machine come after the environment, the secret as aws.secretKey", Source: dir + "auth/DefaultAWSCredentialsProviderChain.java@1322472c"},
		{ID: "every-failure-passes", Text: "every source that fails is passed over", Source: dir + "auth/AWSCredentialsProviderChain.java@a941336e"},
		{ID: "winner-remembered", Text: "the source that won is asked again and no other, while the program runs", Source: dir + "auth/AWSCredentialsProviderChain.java@a941336e"},
		{ID: "legacy-secret-first", Text: "reads AWS_SECRET_KEY before AWS_SECRET_ACCESS_KEY, so that a new id can meet an old secret", Source: dir + "auth/EnvironmentVariableCredentialsProvider.java@07192de3"},
		{ID: "legacy-env-names", Text: "reads AWS_ACCESS_KEY as a second name", Source: dir + "SDKGlobalConfiguration.java@01c03bb7"},
		{ID: "blank-env-unset", Text: "environment keys of nothing but white space count as not set", Source: dir + "auth/EnvironmentVariableCredentialsProvider.java@07192de3"},
		{ID: "web-identity-before-profile", Text: "web identity in the environment comes before the profile, AWS_PROFILE included", Source: dir + "auth/DefaultAWSCredentialsProviderChain.java@1322472c"},
		{ID: "own-credentials-variable", Text: "AWS_CREDENTIAL_PROFILES_FILE names the credentials file, AWS_SHARED_CREDENTIALS_FILE is not read", Source: dir + "profile/path/cred@a941336e"},
		{ID: "one-file", Text: "the config file is read only where there is no credentials file, and as if it were one", Source: dir + "profile/path/cred@a941336e"},
		{ID: "process-over-static", Text: "credential_process of a profile comes before its static keys", Source: dir + "auth/profile/ProfilesConfigFile.java@bdc42cbf"},
		{ID: "role-needs-static-source", Text: "source_profile must have static keys; credential_source, SSO and web identity of a profile are not known", Source: dir + "auth/profile/internal/ProfileAssumeRoleCredentialsProvider.java@30f38f17"},
		{ID: "role-without-source-fails", Text: "role_arn without a source makes the profile fail", Source: dir + "auth/profile/ProfilesConfigFile.java@bdc42cbf"},
		{ID: "container-or-instance", Text: "a container that fails hides the instance role", Source: dir + "auth/EC2ContainerCredentialsProviderWrapper.java@30f38f17"},
		{ID: "container-two-hosts", Text: "the full container URI may name localhost and 127.0.0.1 only, over HTTPS too", Source: dir + "auth/EC2ContainerCredentialsProviderWrapper.java@30f38f17"},
	}
}
