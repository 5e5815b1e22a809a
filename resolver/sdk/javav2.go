package sdk

import (
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// JavaV2 is the AWS SDK for Java 2.x. It tries its sources in turn and passes
// over every one that fails
// (core/auth/.../credentials/AwsCredentialsProviderChain.java@07ca27cb). Its
// files were read in the versions that are cited, of which 0131c082 is that of
// the chain.
func JavaV2() *resolver.SDK {
	files := fileVars()
	files.Tilde = true
	return &resolver.SDK{
		Name:    "java-v2",
		Title:   "AWS SDK for Java 2.x",
		Version: "2.x (0131c082)",
		Basis:   resolver.Sourced,
		Kind:    resolver.TryInTurn,
		// utils/.../UserHomeDirectoryUtils.java
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"HOME", "USERPROFILE", "HOMEDRIVE+HOMEPATH"}},
		Dialect: profile.JavaV2(),
		Files:   files,
		Profiles: resolver.ProfileRules{
			Vars:       []string{"AWS_PROFILE"},
			EmptyIsSet: true,
			Missing:    resolver.MissingPasses,
		},
		Links:      javaV2Links(),
		Deviations: javaV2Deviations(),
	}
}

// javaV2Links are in the order of DefaultCredentialsProvider.java@0131c082.
func javaV2Links() []resolver.Link {
	env := envLink()
	env.BlankIsUnset = true
	properties := javaProperties()
	container := Container{
		// ContainerCredentialsProvider.java
		Hosts:   &Hosts{Names: []string{ecsHost, "169.254.170.23", "fd00:ec2::23"}, Loopback: true, Resolved: true},
		Service: "AWS_CONTAINER_SERVICE_ENDPOINT",
		Token:   TokenRules{ValueFirst: true},
	}
	// InstanceProfileCredentialsProvider.java
	instance := Instance{
		EndpointKey:   "ec2_metadata_service_endpoint",
		ModeKey:       "ec2_metadata_service_endpoint_mode",
		V1DisabledKey: "ec2_metadata_v1_disabled",
		Switch:        SwitchStrict,
	}
	// internal/ProfileCredentialsUtils.java@09c61e29
	methods := []Method{
		WebRole(WebRoleRules{NeedsRole: true}),
		SSO(SSORules{Keys: ssoKeys(), SessionNeeds: []string{ssoAccount, ssoRole}}),
		AssumeRole(AssumeRules{
			Sources: []Method{
				SourceProfile(),
				CredentialSource(NamedSources{Environment: env, Container: container, Instance: instance}),
			},
			OneSource: true,
			NoCycles:  true,
		}),
		Process(ProcessRules{RequireVersion: true}),
		Static(StaticRules{}),
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

// javaProperties are those of SdkSystemSetting.java@0c4ed76f and
// ProfileFileSystemSetting.java@0c4ed76f, which Kotlin reads as well. Each comes
// before the variable that it stands for.
func javaProperties() SystemProperties {
	return SystemProperties{
		ID:     "aws.accessKeyId",
		Secret: "aws.secretAccessKey",
		Token:  "aws.sessionToken",
		Others: []string{
			"aws.profile", "aws.sharedCredentialsFile", "aws.configFile", "aws.webIdentityTokenFile", "aws.roleArn",
			"aws.disableEc2Metadata", "aws.ec2MetadataServiceEndpoint",
			"aws.containerCredentialsPath", "aws.containerCredentialsFullUri",
		},
	}
}

func javaV2Deviations() []resolver.Deviation {
	const dir = "aws-sdk-java-v2 core/auth/src/main/java/software/amazon/awssdk/auth/credentials/"
	return []resolver.Deviation{
		{ID: "system-properties", Text: "system properties of the Java virtual machine come before the environment", Source: dir + "DefaultCredentialsProvider.java@0131c082"},
		{ID: "every-failure-passes", Text: "every source that fails is passed over", Source: dir + "AwsCredentialsProviderChain.java@07ca27cb"},
		{ID: "winner-remembered", Text: "the source that won is asked again and no other, while the program runs", Source: dir + "AwsCredentialsProviderChain.java@07ca27cb"},
		{ID: "blank-env-unset", Text: "environment keys of nothing but white space count as not set", Source: "aws-sdk-java-v2 utils/src/main/java/software/amazon/awssdk/utils/internal/SystemSettingUtils.java@012de413"},
		{ID: "empty-profile-variable", Text: "an empty AWS_PROFILE names a profile that does not exist", Source: "aws-sdk-java-v2 utils/src/main/java/software/amazon/awssdk/utils/internal/SystemSettingUtils.java@012de413"},
		{ID: "web-identity-before-profile", Text: "web identity in the environment comes before the profile, AWS_PROFILE included", Source: dir + "DefaultCredentialsProvider.java@0131c082"},
		{ID: "sso-over-static", Text: "sso_* keys of a profile come before its static keys", Source: dir + "internal/ProfileCredentialsUtils.java@09c61e29"},
		{ID: "process-over-static", Text: "credential_process of a profile comes before its static keys", Source: dir + "internal/ProfileCredentialsUtils.java@09c61e29"},
		{ID: "role-without-source-ignored", Text: "role_arn without a source is as if it were not there", Source: dir + "internal/ProfileCredentialsUtils.java@09c61e29"},
		{ID: "faulty-file-hides-both", Text: "a line that cannot be parsed in one shared file hides both, and may end the whole chain, since the metadata link reads the files as it is built", Source: "aws-sdk-java-v2 core/profiles/src/main/java/software/amazon/awssdk/profiles/internal/ProfileFileReader.java@991e1267"},
		{ID: "container-value-before-file", Text: "the token in AWS_CONTAINER_AUTHORIZATION_TOKEN comes before that of the file", Source: dir + "ContainerCredentialsProvider.java"},
		{ID: "container-service-variable", Text: "AWS_CONTAINER_SERVICE_ENDPOINT replaces the host of the relative URI", Source: dir + "ContainerCredentialsProvider.java"},
		{ID: "container-then-instance", Text: "a container that fails is followed by the instance role", Source: dir + "DefaultCredentialsProvider.java@0131c082"},
		{ID: "metadata-switch-strict", Text: "AWS_EC2_METADATA_DISABLED must be true or false, or the instance role is not asked", Source: dir + "InstanceProfileCredentialsProvider.java"},
	}
}
