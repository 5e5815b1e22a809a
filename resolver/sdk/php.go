package sdk

import (
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// PHP is the AWS SDK for PHP, version 3. It tries its sources in turn and passes
// over every one that fails (src/Credentials/CredentialProvider.php@00b17f99,
// otherwise($next)).
func PHP() *resolver.SDK {
	return &resolver.SDK{
		Name:    "php",
		Title:   "AWS SDK for PHP",
		Version: "3.x (00b17f99)",
		Basis:   resolver.Sourced,
		Kind:    resolver.TryInTurn,
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"HOME", "HOMEDRIVE+HOMEPATH"}},
		Dialect: profile.PHP(),
		Files:   resolver.FileRules{CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"}},
		Profiles: resolver.ProfileRules{
			Vars:    []string{"AWS_PROFILE"},
			Missing: resolver.MissingPasses,
		},
		Links:      phpLinks(),
		Deviations: phpDeviations(),
	}
}

// phpLinks are in the order of CredentialProvider.php@00b17f99: each method of a
// profile in a link of its own, first in the credentials file, then in the
// config file, where the section must be called "profile NAME".
func phpLinks() []resolver.Link {
	env := envLink()
	container := Container{
		Hosts: &Hosts{Names: []string{ecsHost, "169.254.170.23"}, Loopback: true, Resolved: true},
	}
	instance := Instance{
		EndpointKey:   "ec2_metadata_service_endpoint",
		ModeKey:       "ec2_metadata_service_endpoint_mode",
		V1DisabledKey: "ec2_metadata_v1_disabled",
		Unless:        ContainerConfigured,
	}
	web := webLink()
	web.OrProfile = true
	web.NeedsRole = true
	process := Process(ProcessRules{RefuseExpired: true})
	static := Static(StaticRules{Tokens: []string{sessionToken, securityToken}})
	role := AssumeRole(AssumeRules{
		Sources: []Method{
			SourceProfile(),
			CredentialSource(NamedSources{Environment: env, Container: container, Instance: instance}),
		},
		OneSource:   true,
		NeedsSource: true,
		NoCycles:    true,
	})
	of := func(files FileChoice, source resolver.Source, m Method) Profile {
		return Profile{Methods: []Method{m}, Files: files, Source: source}
	}
	// loadRoleProfile: a source profile prefers its static keys.
	ini := func(files FileChoice) Profile {
		return Profile{Methods: []Method{role, static}, SourceMethods: []Method{static, role}, Files: files, In: files}
	}
	return append([]resolver.Link{Code{}}, allPass(
		env,
		web,
		of(ConfigOnly, resolver.FromSSO, SSO(SSORules{Keys: ssoKeys(), SessionNeeds: []string{ssoAccount, ssoRole}})),
		of(CredentialsOnly, resolver.FromProcess, process),
		ini(CredentialsOrLoaded),
		of(ConfigPrefixed, resolver.FromProcess, process),
		ini(ConfigPrefixed),
		container,
		instance,
	)...)
}

func phpDeviations() []resolver.Deviation {
	const chain = "aws-sdk-php src/Credentials/CredentialProvider.php@00b17f99"
	return []resolver.Deviation{
		{ID: "every-failure-passes", Text: "every source that fails is passed over", Source: chain},
		{ID: "blank-env-used", Text: "environment keys of nothing but white space are used as they are", Source: chain},
		{ID: "web-identity-before-profile", Text: "web identity in the environment comes before the profile, AWS_PROFILE included", Source: chain},
		{ID: "web-identity-over-static", Text: "web identity and SSO of a profile come before its static keys", Source: chain},
		{ID: "files-not-merged", Text: "a profile is read from one file or the other, never joined from both", Source: chain},
		{ID: "config-needs-prefix", Text: "[default] of the config file supplies no static keys, [profile default] does", Source: chain},
		{ID: "config-profile-fixed", Text: "the config file is read for [profile default] whatever AWS_PROFILE says", Source: "aws-sdk-php src/Credentials/CredentialProvider.php", Until: "a version before 00b17f99"},
		{ID: "no-config-variable", Text: "AWS_CONFIG_FILE is not read", Source: chain, Until: "a version after 00b17f99"},
		{ID: "login-session", Text: "a profile's login session is a source of its own", Source: "aws-sdk-php src/Credentials/CredentialProvider.php", Since: "a version after 00b17f99"},
		{ID: "load-nondefault-config", Text: "AWS_SDK_LOAD_NONDEFAULT_CONFIG adds the profiles of the config file to the credentials file", Source: chain},
		{ID: "config-source-literal", Text: "a source_profile of the config file is looked for there as it is written, so that [profile base] is not base", Source: chain},
		{ID: "security-token", Text: "aws_security_token of a profile stands in for aws_session_token", Source: chain},
		{ID: "process-over-static", Text: "credential_process of a profile comes before its static keys", Source: chain},
		{ID: "role-without-source-fails", Text: "role_arn without a source makes the profile fail", Source: chain},
		{ID: "source-prefers-static", Text: "a source profile's static keys come before its role", Source: chain},
		{ID: "container-or-instance", Text: "a container that fails hides the instance role", Source: chain},
		{ID: "relative-uri-alone", Text: "AWS_CONTAINER_CREDENTIALS_FULL_URI is not read", Source: "aws-sdk-php src/Credentials/EcsCredentialProvider.php@3898e177", Until: "a version after 3898e177"},
	}
}
