package sdk

import (
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// netDir is where the sources of the SDK for .NET stand.
const netDir = "aws-sdk-net sdk/src/Core/Amazon.Runtime/"

// dotNet is what the versions of the SDK for .NET and the tools on it have in
// common.
func dotNet() *resolver.SDK {
	return &resolver.SDK{
		Basis: resolver.Sourced,
		Kind:  resolver.TryInTurn,
		// CredentialManagement/SharedCredentialsFile.cs@0d0a3378, on every system.
		Home: resolver.HomeRules{
			Unix:       []string{"HOME", "USERPROFILE"},
			Windows:    []string{"HOME", "USERPROFILE"},
			WorkingDir: true,
		},
		Dialect: profile.DotNet(),
		Files: resolver.FileRules{
			ConfigVars:      []string{"AWS_CONFIG_FILE"},
			CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"},
			OnlyExisting:    true,
			ConfigBeside:    true,
		},
		Profiles: resolver.ProfileRules{Vars: []string{"AWS_PROFILE"}, Missing: resolver.MissingPasses},
	}
}

// dotNetEnv reads the second name of the secret
// (Credentials/EnvironmentVariablesAWSCredentials.cs@123255c6).
func dotNetEnv() Env {
	env := envLink()
	env.Secrets = []string{"AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"}
	env.Account = "AWS_ACCOUNT_ID"
	return env
}

// dotNetContainer is GenericContainerCredentials.cs@1bc5d0d4.
func dotNetContainer() Container {
	return Container{
		Hosts: &Hosts{Names: []string{ecsHost, "169.254.170.23", "fd00:ec2::23"}, Loopback: true, Resolved: true},
	}
}

// dotNetInstance is that of a chain that asks the container or the instance.
func dotNetInstance(unless Condition) Instance {
	return Instance{
		EndpointKey:   "ec2_metadata_service_endpoint",
		ModeKey:       "ec2_metadata_service_endpoint_mode",
		V1DisabledKey: "ec2_metadata_v1_disabled",
		Unless:        unless,
	}
}

// dotNetProfile is the link of the shared files. A credential_process that fails
// ends the chain, and every other failure passes
// (Credentials/DefaultAWSCredentialsIdentityResolver.cs@0934adc2).
func dotNetProfile(env Env, container Container, instance Instance) Profile {
	passes := Passes{Broken: true, Failed: true}
	methods := []Method{
		passes.Method(SSO(SSORules{Keys: ssoKeys(), SessionNeeds: []string{ssoAccount, ssoRole}})),
		passes.Method(OneType(dotNetTypes())),
		Process(ProcessRules{RequireVersion: true}),
		passes.Method(AssumeRole(AssumeRules{Sources: []Method{
			SourceProfile(),
			CredentialSource(NamedSources{Environment: env, Container: container, Instance: instance}),
		}})),
		passes.Method(WebRole(WebRoleRules{NeedsRole: true})),
		passes.Method(Static(StaticRules{})),
	}
	return Profile{Methods: methods, SourceMethods: methods, FaultyFiles: true}
}

// dotNetTypes are the sets of keys of
// CredentialManagement/Internal/CredentialProfileTypeDetector.cs@09346de4.
func dotNetTypes() []ProfileType {
	const services, endpoint = "services", "endpoint_url"
	return []ProfileType{
		{Needs: []string{keyID, secretKey}, May: []string{sessionToken, services, endpoint}},
		{Needs: []string{roleKey, "source_profile"}, May: []string{"external_id", "mfa_serial", sessionNameKey, services, endpoint}},
		{Needs: []string{roleKey, "credential_source"}, May: []string{sessionNameKey, services, endpoint}},
		{Needs: []string{roleKey, tokenFileKey}, May: []string{sessionNameKey, services, endpoint}},
		{Needs: []string{"credential_process"}},
	}
}

// dotNetDeviations are those of every version.
func dotNetDeviations() []resolver.Deviation {
	return []resolver.Deviation{
		{ID: "legacy-env-names", Text: "reads AWS_SECRET_KEY as a second name", Source: netDir + "Credentials/EnvironmentVariablesAWSCredentials.cs@123255c6"},
		{ID: "one-credential-type", Text: "the keys of a profile must be exactly those of one way to get credentials, or it is passed over", Source: netDir + "CredentialManagement/Internal/CredentialProfileTypeDetector.cs@09346de4"},
		{ID: "sso-over-static", Text: "sso_* keys of a profile come before its static keys", Source: netDir + "CredentialManagement/Internal/CredentialProfileTypeDetector.cs@09346de4"},
		{ID: "missing-file-variable", Text: "AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE count only if the file exists", Source: netDir + "CredentialManagement/SharedCredentialsFile.cs@0d0a3378"},
		{ID: "config-beside-credentials", Text: "the config file is looked for beside the credentials file", Source: netDir + "CredentialManagement/SharedCredentialsFile.cs@0d0a3378"},
		{ID: "home-is-working-dir", Text: "without HOME and USERPROFILE the working directory is the home", Source: netDir + "CredentialManagement/SharedCredentialsFile.cs@0d0a3378"},
		{ID: "prefix-in-credentials", Text: "[profile dev] of the credentials file is dev", Source: netDir + "Internal/Util/ProfileIniFile.cs@3e3fc814"},
		{ID: "sdk-store", Text: "on Windows the encrypted store of the SDK comes before the shared files", Source: netDir + "CredentialManagement/CredentialProfileStoreChain.cs"},
		{ID: "app-config", Text: "on .NET Framework keys and profile of app.config come first; they are not looked at here", Source: netDir + "Credentials/DefaultAWSCredentialsIdentityResolver.cs@0934adc2"},
	}
}
