package sdk

import (
	"math"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// GoV2 is the AWS SDK for Go v2. It picks one source by what is configured,
// and lives with it (config@v1.33.16/resolve_credentials.go:103,139).
func GoV2() *resolver.SDK {
	return &resolver.SDK{
		Name:    "go-v2",
		Title:   "AWS SDK for Go v2",
		Version: "1.33.16",
		Basis:   resolver.Executed,
		Kind:    resolver.PickOne,
		// aws-sdk-go-v2@v1.47.8/internal/shareddefaults/shared_config.go:34
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"USERPROFILE"}},
		Dialect: profile.GoV2(),
		// config@v1.33.16/env_config.go:649,665; ini.go:17
		Files: resolver.FileRules{
			ConfigVars:      []string{"AWS_CONFIG_FILE"},
			CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"},
			DirectoryStops:  true,
		},
		// config@v1.33.16/config.go:227: only a profile in code or in
		// AWS_PROFILE has to exist.
		Profiles: resolver.ProfileRules{
			Vars:       []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"},
			Missing:    resolver.MissingStops,
			MissingFor: map[string]resolver.MissingProfile{"AWS_DEFAULT_PROFILE": resolver.MissingPasses},
		},
		// service/sts@v1.51.9/endpoints.go, resolveBaseEndpoint: with
		// AWS_ENDPOINT_URL alone the clients of the chain go to AWS.
		Endpoints: resolver.ServiceEndpoints,
		Load: []resolver.Check{
			EnvValues(goV2EnvValues()),
			FilesLoad,
			ProfileExists,
			GoProfile{Values: goV2ProfileValues(), KeysEnd: true}.Check,
			CABundle("AWS_CA_BUNDLE", "ca_bundle"),
		},
		Links:      goV2Links(goV2Instance()),
		Deviations: goV2Deviations(),
	}
}

func goV2Instance() Instance {
	return Instance{
		EndpointKey:   "ec2_metadata_service_endpoint",
		ModeKey:       "ec2_metadata_service_endpoint_mode",
		V1DisabledKey: "ec2_metadata_v1_disabled",
	}
}

// goV2Links are the sources of Go v2 and of what is built on it.
func goV2Links(instance Instance) []resolver.Link {
	env := Env{
		// config@v1.33.16/env_config.go:95,99,341
		IDs:     []string{"AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"},
		Secrets: []string{"AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"},
		Tokens:  []string{"AWS_SESSION_TOKEN"},
		Account: "AWS_ACCOUNT_ID",
		Legacy:  []string{"AWS_ACCESS_KEY"},
	}
	container := Container{}
	// config@v1.33.16/resolve_credentials.go:140. A source profile that has
	// static keys is not followed to its own source (shared_config.go:992).
	after := []Method{
		CredentialSource(NamedSources{Environment: env, Container: container, Instance: instance}),
		WebRole(WebRoleRules{}),
		SSO(SSORules{Keys: []string{ssoSession, ssoRegion, ssoAccount, ssoStartURL, ssoRole}}),
		Login(LoginRules{}),
		Process(ProcessRules{RequireVersion: true}),
	}
	files := Profile{
		Methods:       append([]Method{SourceProfile(), Static(StaticRules{})}, after...),
		SourceMethods: append([]Method{Static(StaticRules{}), SourceProfile()}, after...),
		RoleOver:      true,
		NoSTS:         NeedsRegion,
		// config@v1.33.16/resolve_credentials.go:543
		ShortestRole: 16 * time.Minute,
		Rest:         []resolver.Link{container, instance},
	}
	envFirst := env
	envFirst.Unless = ProfileInCode
	return []resolver.Link{
		Code{},
		envFirst,
		WebIdentity{
			TokenFile: "AWS_WEB_IDENTITY_TOKEN_FILE",
			Role:      "AWS_ROLE_ARN",
			Session:   "AWS_ROLE_SESSION_NAME",
			Unless:    ProfileInCode,
			NoSTS:     NeedsRegion,
		},
		files,
		container,
		instance,
	}
}

// goV2EnvValues are the variables that NewEnvConfig checks
// (config@v1.33.16/env_config.go:367-442).
func goV2EnvValues() []Value {
	boolean := func(name string) Value {
		return Value{Name: name, Valid: anyCase("true", "false"), Need: "true or false"}
	}
	checksum := func(name string) Value {
		return Value{Name: name, Valid: anyCase("when_supported", "when_required"), Need: "when_supported or when_required"}
	}
	return []Value{
		boolean("AWS_DISABLE_REQUEST_COMPRESSION"),
		{Name: "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", Valid: integer(0, 10485760), Need: "a number from 0 to 10485760"},
		boolean("AWS_DISABLE_CLOCK_SKEW_CORRECTION"),
		{Name: "AWS_ENABLE_ENDPOINT_DISCOVERY", Valid: anyCase("true", "false", "auto"), Need: "true, false or auto"},
		boolean("AWS_S3_USE_ARN_REGION"),
		{Name: metadataMode, Valid: isEndpointMode, Need: "IPv4 or IPv6"},
		boolean(metadataV1Disabled),
		boolean("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS"),
		boolean("AWS_USE_DUALSTACK_ENDPOINT"),
		boolean("AWS_USE_FIPS_ENDPOINT"),
		{Name: "AWS_DEFAULTS_MODE", Valid: isDefaultsMode, Need: "a defaults mode"},
		{Name: "AWS_MAX_ATTEMPTS", Valid: integer(math.MinInt64, math.MaxInt64), Need: "a number"},
		{Name: "AWS_RETRY_MODE", Valid: exactly("standard", "adaptive"), Need: "standard or adaptive"},
		boolean("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
		boolean("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH"),
		{Name: "AWS_ACCOUNT_ID_ENDPOINT_MODE", Valid: exactly("preferred", "required", "disabled"), Need: "preferred, required or disabled"},
		checksum("AWS_REQUEST_CHECKSUM_CALCULATION"),
		checksum("AWS_RESPONSE_CHECKSUM_VALIDATION"),
		{Name: "AWS_RESTRICT_FILE_PERMISSIONS", Valid: anyCase("user_read_write", "unrestricted"), Need: "user_read_write or unrestricted"},
	}
}

// goV2ProfileValues are the profile's keys that setFromIniSection checks when
// they are there, even if empty (config@v1.33.16/shared_config.go:1124-1169).
func goV2ProfileValues() []Value {
	boolean := func(name string) Value {
		return Value{Name: name, Valid: exactly("true", "false"), Need: "true or false"}
	}
	checksum := func(name string) Value {
		return Value{Name: name, Valid: anyCase("when_supported", "when_required"), Need: "when_supported or when_required"}
	}
	return []Value{
		{Name: "ec2_metadata_service_endpoint_mode", Valid: isEndpointMode, Need: "IPv4 or IPv6"},
		{Name: "defaults_mode", Valid: isDefaultsMode, Need: "a defaults mode"},
		{Name: "max_attempts", Valid: goInteger(math.MinInt64, math.MaxInt64), Need: "a number"},
		{Name: "retry_mode", Valid: exactly("standard", "adaptive"), Need: "standard or adaptive"},
		boolean("disable_request_compression"),
		boolean("disable_clock_skew_correction"),
		{Name: "request_min_compression_size_bytes", Valid: goInteger(0, 10485760), Need: "a number from 0 to 10485760"},
		{Name: "account_id_endpoint_mode", Valid: exactly("preferred", "required", "disabled"), Need: "preferred, required or disabled"},
		checksum("request_checksum_calculation"),
		checksum("response_checksum_validation"),
	}
}

func isEndpointMode(v string) bool {
	v = strings.TrimSpace(v)
	return v == "" || strings.EqualFold(v, "IPv4") || strings.EqualFold(v, "IPv6")
}

func isDefaultsMode(v string) bool {
	return anyCase("auto", "cross-region", "in-region", "legacy", "mobile", "standard", "")(v)
}

func goV2Deviations() []resolver.Deviation {
	const dir = "aws-sdk-go-v2 config@v1.33.16/"
	return []resolver.Deviation{
		{ID: "picks-one", Text: "what is configured first is used, even if it then gives no keys", Source: dir + "resolve_credentials.go:116"},
		{ID: "legacy-env-names", Text: "reads AWS_ACCESS_KEY and AWS_SECRET_KEY as second names", Source: dir + "env_config.go:95"},
		{ID: "default-profile-variable", Text: "reads AWS_DEFAULT_PROFILE after AWS_PROFILE, and lets it name a profile that does not exist", Source: dir + "config.go:231"},
		{ID: "partial-pair-stops", Text: "half a key pair in the chosen profile is an error, even if environment keys are set", Source: dir + "shared_config.go:829"},
		{ID: "role-over-anything", Text: "role_arn is assumed with whatever keys the profile gives, be it the instance role", Source: dir + "resolve_credentials.go:202"},
		{ID: "one-credential-type", Text: "source_profile, credential_source, credential_process and web_identity_token_file exclude each other", Source: dir + "shared_config.go:1383"},
		{ID: "source-static-and-role", Text: "a source profile with static keys and a role has that role assumed as well", Source: dir + "shared_config.go:992"},
		{ID: "login-source", Text: "a source profile cannot be a login session", Source: dir + "shared_config.go:1476"},
		{ID: "web-identity-before-profile", Text: "web identity in the environment comes before the profile, AWS_PROFILE included", Source: dir + "resolve_credentials.go:122"},
	}
}
