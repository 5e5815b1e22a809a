package sdk

import (
	"net/url"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// JSv3 is the AWS SDK for JavaScript v3: it tries its sources in turn, and
// passes over most failures (@aws-sdk/credential-provider-node@3.972.97,
// defaultProvider; tryNextLink of @smithy/core@3.41.0/dist-cjs/submodules/
// config/index.js:9).
func JSv3() *resolver.SDK {
	// config/index.js:155: HOME comes first, on Windows as well.
	home := []string{"HOME", "USERPROFILE", "HOMEDRIVE+HOMEPATH"}
	return &resolver.SDK{
		Name:    "js-v3",
		Title:   "AWS SDK for JavaScript v3",
		Version: "3.972.97",
		Basis:   resolver.Executed,
		Kind:    resolver.TryInTurn,
		Home:    resolver.HomeRules{Unix: home, Windows: home},
		Dialect: profile.JSv3(),
		// config/index.js:282: what cannot be read counts as empty.
		Files: resolver.FileRules{
			ConfigVars:      []string{"AWS_CONFIG_FILE"},
			CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"},
			Tilde:           true,
		},
		// config/index.js:175
		Profiles: resolver.ProfileRules{
			Vars:    []string{"AWS_PROFILE"},
			Missing: resolver.MissingPasses,
		},
		RegionVars: []string{"AWS_REGION"},
		Load:       []resolver.Check{FilesLoad},
		Links:      jsLinks(),
		Deviations: jsDeviations(),
	}
}

// jsInstance is the metadata service
// (@smithy/credential-provider-imds@4.5.2/dist-cjs/index.js,
// getInstanceMetadataEndpoint and getInstanceMetadataProvider; the switch is in
// remoteProvider of credential-provider-node).
func jsInstance() Instance {
	return Instance{
		EndpointKey:   "ec2_metadata_service_endpoint",
		ModeKey:       "ec2_metadata_service_endpoint_mode",
		V1DisabledKey: "ec2_metadata_v1_disabled",
		Switch:        SwitchNotExactFalse,
		V1Switch:      SwitchNotExactFalse,
		EmptyIsSet:    true,
		IsMode:        exactly("IPv4", "IPv6"),
		LazyMode:      true,
		IsEndpoint:    isJSURL,
		WrongStops:    true,
		Unless:        ContainerConfigured,
	}
}

// isJSURL reports whether new URL takes a text, and names a host.
func isJSURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme != "" && u.Hostname() != ""
}

func jsLinks() []resolver.Link {
	env := Env{
		IDs:     []string{"AWS_ACCESS_KEY_ID"},
		Secrets: []string{"AWS_SECRET_ACCESS_KEY"},
		Tokens:  []string{"AWS_SESSION_TOKEN"},
		Account: "AWS_ACCOUNT_ID",
	}
	anyFailure := Passes{Broken: true, Failed: true}
	// fromHttp of credential-provider-http@3.972.86, and when that fails
	// fromContainerMetadata of credential-provider-imds@4.5.2.
	container := Container{
		Hosts: &Hosts{
			Names:        []string{ecsHost, "169.254.170.23", "fd00:ec2::23", "::1", "localhost"},
			LoopbackIPv4: true,
		},
		RefusedPasses: true,
		AsksTwice:     []string{"localhost", "127.0.0.1"},
	}
	instance := jsInstance()
	asked := Passes{Failed: true}.Link(instance)
	source := instance
	source.NeverDisabled, source.Unless = true, nil
	// resolveAssumeRoleCredentials of credential-provider-ini@3.973.30
	role := RoleRules{
		Sources:        NamedSources{Environment: anyFailure.Link(env), Container: container, Instance: Passes{Failed: true}.Link(source), NoneFails: true, NonePasses: true},
		NeedsOneSource: true,
		BareSource:     true,
		MFAFirst:       true,
		BrokenPasses:   true,
	}
	// credential-provider-process@3.972.84/dist-cjs/index.js:15: an invalid
	// Date is never before now.
	process := anyFailure.Method(Process(ProcessRules{
		RequireVersion: true,
		RefuseExpired:  true,
		ExactNames:     true,
		EmptyKeys:      true,
		AnyExpiration:  true,
	}))
	// resolveProfileData
	after := []Method{
		WebRole(WebRoleRules{NeedsRole: true}),
		process,
		// An invalid Date is never past (credential-provider-sso@3.973.28
		// resolveSSOCredentials), and never far enough ahead not to be renewed
		// (token-providers, fromSso).
		SSO(SSORules{
			NoTimeIsLive: true,
			NoSessions:   jsNoSessions,
			NoClient:     jsNoClient,
			Keys:         []string{ssoStartURL, ssoAccount, ssoSession, ssoRegion, ssoRole},
			SessionNeeds: []string{ssoAccount, ssoRole},
			SessionWins:  true,
		}),
		Login(LoginRules{NoRenewalPasses: true, Unchecked: true}),
	}
	static := Static(StaticRules{})
	env.Unless = ProfileNamed
	return []resolver.Link{
		Code{},
		env,
		Profile{
			Methods:       append([]Method{Role(role), static}, after...),
			SourceMethods: append([]Method{static, Role(role)}, after...),
			NoSTS:         jsNoSTS,
		},
		// fromProcess runs again what fromIni has chosen and passed over.
		Profile{Source: resolver.FromProcess, Methods: []Method{role.Behind(process)}},
		WebIdentity{
			TokenFile: "AWS_WEB_IDENTITY_TOKEN_FILE",
			Role:      "AWS_ROLE_ARN",
			Session:   "AWS_ROLE_SESSION_NAME",
			NeedsRole: true,
			NoSTS:     jsNoSTS,
		},
		container,
		asked,
	}
}

// jsNoSTS is the Condition of STS, which is asked in us-east-1 if no region is
// set, but not if it is set to nothing
// (@aws-sdk/nested-clients@3.998.3 sts, getDefaultRoleAssumer).
func jsNoSTS(s *resolver.Situation) string {
	if v, set := s.Host.LookupEnv("AWS_REGION"); set && v == "" && chosen(s).value("region") == "" {
		return "AWS_REGION is empty, and STS is not asked without a region"
	}
	return jsNoClient(s)
}

// jsNoClient is the Condition of every client that is made for the requests of
// the chain (config/index.js:706, resolveDefaultsModeConfig).
func jsNoClient(s *resolver.Situation) string {
	v, set := clientSetting(s, "AWS_DEFAULTS_MODE", "defaults_mode")
	if set && (v.text == "" || !isDefaultsMode(v.text)) {
		return Value{Name: v.name, Need: "a defaults mode"}.wrong(v.text)
	}
	return ""
}

// jsNoSessions is the Condition of sections of sessions, which are looked for in
// the file that the variable names as it stands (config/index.js:318,
// loadSsoSessionData).
func jsNoSessions(s *resolver.Situation) string {
	if strings.HasPrefix(s.Host.Getenv("AWS_CONFIG_FILE"), "~/") {
		return "AWS_CONFIG_FILE begins with ~, and no sso-session is found in such a file"
	}
	return ""
}

// ProfileNamed is the Condition of links that give way to a profile that the
// program or AWS_PROFILE names.
func ProfileNamed(s *resolver.Situation) string {
	switch s.Profile.By {
	case "":
		return ""
	case resolver.ByCode:
		return ProfileInCode(s)
	}
	return "ignored, because " + s.Profile.By + " is set"
}

func jsDeviations() []resolver.Deviation {
	const (
		node = "@aws-sdk/credential-provider-node@3.972.97 "
		ini  = "@aws-sdk/credential-provider-ini@3.973.30 "
		core = "@smithy/core@3.41.0/dist-cjs/submodules/config/index.js"
	)
	return []resolver.Deviation{
		{ID: "profile-before-env", Text: "AWS_PROFILE is set: JavaScript v3 ignores the environment keys", Source: node + "defaultProvider"},
		{ID: "missing-profile-passes", Text: "a named profile that does not exist is passed over", Source: ini + "resolveProfileData"},
		{ID: "failures-pass", Text: "most failures, be it of a role or a credential_process, are passed over", Source: core + ":9"},
		{ID: "pair-of-both-files", Text: "a key id of one file and a secret of the other make a pair", Source: core + ":282"},
		{ID: "partial-pair-passes", Text: "half a key pair is passed over", Source: ini + "isStaticCredsProfile"},
		{ID: "profile-before-web-identity", Text: "the profile comes before web identity in the environment", Source: node + "defaultProvider"},
		{ID: "static-before-process", Text: "static keys in the profile come before web identity, credential_process and SSO", Source: ini + "resolveProfileData"},
		{ID: "process-before-sso", Text: "credential_process comes before SSO and login", Source: ini + "resolveProfileData"},
		{ID: "role-needs-one-source", Text: "role_arn counts only with exactly one of source_profile and credential_source", Source: ini + "isAssumeRoleProfile"},
		{ID: "session-wins", Text: "sso_start_url and sso_region of the session replace those of the profile, even if they differ", Source: "@aws-sdk/credential-provider-sso@3.973.28 fromSSO"},
		{ID: "case-of-keys", Text: "keys in the files count in lower case only", Source: core + ":220"},
		{ID: "container-hides-instance", Text: "the instance is not asked if a variable names a container, even if that fails", Source: node + "remoteProvider"},
		{ID: "metadata-disabled-by-anything", Text: "AWS_EC2_METADATA_DISABLED switches the metadata service off unless it is empty or false", Source: node + "remoteProvider"},
		{ID: "disabled-source", Text: "credential_source=Ec2InstanceMetadata asks the metadata service even if it is switched off", Source: ini + "resolveCredentialSource"},
		{ID: "home-on-windows", Text: "HOME comes before USERPROFILE, on Windows as well", Source: core + ":155"},
	}
}
