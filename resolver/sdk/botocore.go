package sdk

import (
	"math"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// Python is botocore, and so boto3: it tries its sources in turn, and passes
// over hardly any failure (botocore@1.43.11/credentials.py:84, :205, :2231).
func Python() *resolver.SDK {
	s := botocore(LoginRules{Needs: "awscrt"})
	s.Name, s.Title, s.Version = "python", "Python (boto3)", "1.43.11"
	s.Deviations = append(s.Deviations, resolver.Deviation{
		ID:     "login-needs-crt",
		Text:   "a login session is an error unless the package awscrt is installed",
		Source: "botocore@1.43.11/credentials.py:2749",
	})
	return s
}

// botocore is what botocore and the tools on it have in common.
func botocore(login LoginRules) *resolver.SDK {
	instance := botocoreInstance()
	return &resolver.SDK{
		Basis: resolver.Executed,
		Kind:  resolver.TryInTurn,
		// os.path.expanduser
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"USERPROFILE", "HOMEDRIVE+HOMEPATH", "HOMEPATH"}},
		Dialect: profile.Botocore(),
		// botocore@1.43.11/configprovider.py:76,80; configloader.py:142: both
		// paths are expanded, and a directory counts as no file.
		Files: resolver.FileRules{
			ConfigVars:      []string{"AWS_CONFIG_FILE"},
			CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"},
			Tilde:           true,
			Dollar:          true,
			EmptyIsNoFile:   true,
		},
		// botocore@1.43.11/configprovider.py:73; session.py:424
		Profiles: resolver.ProfileRules{
			Vars:       []string{"AWS_DEFAULT_PROFILE", "AWS_PROFILE"},
			EmptyIsSet: true,
			Missing:    resolver.MissingStops,
		},
		// botocore@1.43.11/configprovider.py:74
		RegionVars: []string{"AWS_DEFAULT_REGION"},
		Load:       []resolver.Check{FilesLoad, ProfileExists, instance.Check},
		Links:      botocoreLinks(instance, login),
		Deviations: botocoreDeviations(),
	}
}

// botocoreInstance is the metadata service of botocore
// (botocore@1.43.11/utils.py:216,395,431,557): its settings are judged when the
// chain is built.
func botocoreInstance() Instance {
	return Instance{
		EndpointKey:     "ec2_metadata_service_endpoint",
		ModeKey:         "ec2_metadata_service_endpoint_mode",
		V1DisabledKey:   "ec2_metadata_v1_disabled",
		V1DisabledFails: true,
		EmptyIsSet:      true,
		IPv6Var:         "AWS_IMDS_USE_IPV6",
		IPv6Key:         "imds_use_ipv6",
		IsMode:          anyCase("ipv4", "ipv6"),
		IsEndpoint:      isBotocoreEndpoint,
		KeepPath:        true,
	}
}

// isBotocoreEndpoint is is_valid_uri (botocore@1.43.11/utils.py:1299,1328): a
// URL with a host, whose scheme does not matter.
func isBotocoreEndpoint(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return false
	}
	_, err = netip.ParseAddr(u.Hostname())
	return err == nil || len(u.Hostname()) <= 255 && isHostName(strings.TrimSuffix(u.Hostname(), "."))
}

// botocoreLinks are the sources of botocore (botocore@1.43.11/credentials.py:84).
func botocoreLinks(instance Instance, login LoginRules) []resolver.Link {
	// botocore@1.43.11/credentials.py:1185. A secret without a key id is not
	// looked at.
	env := Env{
		IDs:     []string{"AWS_ACCESS_KEY_ID"},
		Secrets: []string{"AWS_SECRET_ACCESS_KEY"},
		Tokens:  []string{"AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"},
		Account: "AWS_ACCOUNT_ID",
		Expires: "AWS_CREDENTIAL_EXPIRATION",
		Half:    IDStops,
	}
	// botocore@1.43.11/credentials.py:2068; utils.py:3073,3100
	container := Container{
		EmptyIsSet: true,
		Hosts:      &Hosts{Names: []string{ecsHost, "169.254.170.23", "fd00:ec2::23", "localhost"}, Loopback: true},
	}
	b := botocoreProfile{
		web:         WebRole(WebRoleRules{NoSTS: botocoreNoExchange, Least: botocoreLeast()}),
		credentials: botocoreStatic(CredentialsOnly),
		config:      botocoreStatic(ConfigOnly),
		login:       Login(login),
		// botocore@1.43.11/credentials.py:1101,1109; an answer that has expired
		// is asked for again and then refused (:630).
		process: Process(ProcessRules{
			RequireVersion: true,
			RefuseExpired:  true,
			ExactNames:     true,
			EmptyKeys:      true,
			NoShell:        true,
			Empty:          true,
		}),
		// botocore@1.43.11/credentials.py:2325,2401; tokens.py:285. The form with
		// UTC is that of older versions of the CLI.
		sso: SSO(SSORules{
			Keys:         []string{ssoAccount, ssoRole},
			Empty:        true,
			SessionNeeds: []string{ssoAccount, ssoRole},
			RenewNeeds:   []string{"registrationExpiresAt"},
			Times:        []string{"2006-01-02T15:04:05UTC", "2006-01-02 15:04:05Z07:00"},
			NoClient:     botocoreNoClient,
		}),
		sources: NamedSources{Environment: env, Container: container, Instance: instance, NoneFails: true},
	}
	envFirst := env
	envFirst.Unless = ProfileInCode
	links := append([]resolver.Link{Code{}, envFirst}, b.links()...)
	return append(links, CredentialFile{}, BotoConfig{}, container, instance)
}

// botocoreStatic is the Method of a key pair of one file: half a pair with a key
// id is an error, and empty halves count
// (botocore@1.43.11/credentials.py:1057,1384,1448).
func botocoreStatic(in FileChoice) Method {
	return Static(StaticRules{In: in, Empty: true, Half: IDStops, Tokens: []string{securityToken, sessionToken}})
}

// botocoreProfile are the ways in which botocore takes keys from a profile.
type botocoreProfile struct {
	web, credentials, config, login, process, sso Method
	sources                                       NamedSources
}

// links are those of the profile, of which each looks for one method only
// (botocore@1.43.11/credentials.py:205).
func (b *botocoreProfile) links() []resolver.Link {
	// botocore@1.43.11/credentials.py:1625,1683,1757: settings count if they
	// are there, be they empty.
	role := RoleRules{Sources: b.sources, Empty: true, UnlessToken: true, OnlyOwnAgain: true}
	source := role
	source.UnlessOwnKeys = true // :1825
	link := func(source resolver.Source, in FileChoice, m Method) resolver.Link {
		return Profile{Source: source, In: in, Methods: []Method{m}, NoSTS: botocoreNoSTS, Least: botocoreLeast()}
	}
	return []resolver.Link{
		Profile{
			Source:        resolver.FromAssumeRole,
			Methods:       []Method{Role(role)},
			SourceMethods: []Method{Role(source), b.web, b.sso, b.credentials, b.login, b.process, b.config},
			NoSTS:         botocoreNoSTS,
			Least:         botocoreLeast(),
		},
		// botocore@1.43.11/credentials.py:1918,1926: key by key, and the
		// variables not for a profile in code.
		WebIdentity{
			TokenFile:  "AWS_WEB_IDENTITY_TOKEN_FILE",
			Role:       "AWS_ROLE_ARN",
			Session:    "AWS_ROLE_SESSION_NAME",
			OrProfile:  true,
			EmptyIsSet: true,
			Least:      botocoreLeast(),
			Unless:     ProfileInCode,
			NoSTS:      botocoreNoExchange,
		},
		link(resolver.FromSSO, BothFiles, b.sso),
		link(resolver.FromProfile, CredentialsOnly, b.credentials),
		link(resolver.FromLogin, BothFiles, b.login),
		link(resolver.FromProcess, BothFiles, b.process),
		link(resolver.FromProfile, ConfigOnly, b.config),
	}
}

// botocoreLeast is what STS says that it wants, which is checked before it is
// asked (botocore@1.43.11/validate.py; data/sts/2011-06-15/service-2.json, shapes
// arnType, roleSessionNameType, externalIdType, clientTokenType and
// roleDurationSecondsType).
func botocoreLeast() Least {
	return Least{RoleARN: 20, SessionName: 2, ExternalID: 2, Token: 4, Duration: 15 * time.Minute}
}

// botocoreNoSTS is the Condition of STS where a request is signed.
func botocoreNoSTS(s *resolver.Situation) string {
	if no := botocoreNoExchange(s); no != "" {
		return no
	}
	return EndpointNeedsRegion(s)
}

// botocoreNoExchange is the Condition of STS where it is not
// (botocore@1.43.11/args.py:549).
func botocoreNoExchange(s *resolver.Situation) string {
	if v, set := clientSetting(s, "AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints"); set && v.text != "" && !exactly("legacy", "regional")(v.text) {
		return Value{Name: v.name, Need: "legacy or regional"}.wrong(v.text)
	}
	return botocoreNoClient(s)
}

// botocoreNoClient is the Condition of every client that is made for the
// requests of the chain: settings that have nothing to do with them must be
// valid (botocore@1.43.11/args.py:596,936; config.py:438; session.py:1071), and
// an sso_session must exist (tokens.py).
func botocoreNoClient(s *resolver.Situation) string {
	if name := chosen(s).value(ssoSession); name != "" && !ssoSessionOf(s, name).exists() {
		return "there is no section [sso-session " + name + "]"
	}
	checksum := anyCase("when_supported", "when_required")
	for _, c := range []struct {
		variable, key string
		valid         func(string) bool
		need          string
	}{
		{"AWS_DEFAULTS_MODE", "defaults_mode", anyCase("auto", "cross-region", "in-region", "legacy", "mobile", "standard"), "a defaults mode"},
		{"AWS_MAX_ATTEMPTS", "max_attempts", isAttempts, "a number from 1"},
		{"AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "request_min_compression_size_bytes", isCompressionSize, "a number of bytes up to 1048576"},
		{"AWS_RETRY_MODE", "retry_mode", exactly("legacy", "standard", "adaptive"), "legacy, standard or adaptive"},
		{"AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation", checksum, "when_supported or when_required"},
		{"AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation", checksum, "when_supported or when_required"},
	} {
		if v, set := clientSetting(s, c.variable, c.key); set && !c.valid(v.text) {
			return Value{Name: v.name, Need: c.need}.wrong(v.text)
		}
	}
	return ""
}

// isAttempts reports whether a text is a number from 1, as int reads it.
func isAttempts(text string) bool { return isPythonInt(text, math.MaxInt64) }

// isCompressionSize is _validate_min_compression_size
// (botocore@1.43.11/args.py:695).
func isCompressionSize(text string) bool { return isPythonInt(text, 1<<20) }

// isPythonInt reports whether int reads a text as a number from 1 to most.
func isPythonInt(text string, most int64) bool {
	return integer(1, most)(strings.TrimPrefix(strings.TrimSpace(text), "+"))
}

// clientSetting returns the value of a variable that is set, be it to nothing, or
// of the profile's key.
func clientSetting(s *resolver.Situation, variable, key string) (setting, bool) {
	return Instance{EmptyIsSet: true}.setting(s, variable, key)
}

func botocoreDeviations() []resolver.Deviation {
	const dir = "botocore@1.43.11/"
	return []resolver.Deviation{
		{ID: "partial-env-stops", Text: "AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY is an error, not passed over", Source: dir + "credentials.py:1297"},
		{ID: "env-expiry", Text: "environment keys are refused once AWS_CREDENTIAL_EXPIRATION has passed", Source: dir + "credentials.py:1259"},
		{ID: "security-token", Text: "AWS_SECURITY_TOKEN and aws_security_token are read before the session token of today's name", Source: dir + "credentials.py:1192"},
		{ID: "missing-profile-stops", Text: "a profile named by a variable must exist, even if environment keys are set and even if the name is empty or default", Source: dir + "session.py:424"},
		{ID: "default-profile-first", Text: "AWS_DEFAULT_PROFILE comes before AWS_PROFILE", Source: dir + "configprovider.py:73"},
		{ID: "unparsable-file-stops", Text: "a line that cannot be parsed in either file is an error, even if environment keys are set", Source: dir + "configloader.py:150"},
		{ID: "default-section", Text: "what stands in [DEFAULT] counts for every profile of the file", Source: dir + "configloader.py:146"},
		{ID: "empty-file-variable", Text: "AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE set to nothing means no file", Source: dir + "configloader.py:144"},
		{ID: "partial-pair-stops", Text: "a key id without its secret in the chosen profile is an error once the chain comes to it", Source: dir + "credentials.py:1057"},
		{ID: "blank-pair-wins", Text: "an empty key pair in a profile is used as it is", Source: dir + "credentials.py:1391"},
		{ID: "role-needs-source", Text: "role_arn without source_profile or credential_source is an error", Source: dir + "credentials.py:1721"},
		{ID: "role-before-static", Text: "a role, web identity or SSO in the profile comes before its static keys", Source: dir + "credentials.py:205"},
		{ID: "process-before-config", Text: "credential_process comes before static keys in the config file, but behind those in the credentials file", Source: dir + "credentials.py:205"},
		{ID: "web-identity-mixed", Text: "AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN each replace the profile's own setting", Source: dir + "credentials.py:1926"},
		{ID: "web-identity-before-static", Text: "web identity in the environment comes before static keys of the profile, AWS_PROFILE included, but behind its role", Source: dir + "credentials.py:205"},
		{ID: "sso-needs-account", Text: "a profile is one of SSO only if it names an account or a role", Source: dir + "credentials.py:2401"},
		{ID: "boto-files", Text: "reads AWS_CREDENTIAL_FILE, BOTO_CONFIG, /etc/boto.cfg and ~/.boto", Source: dir + "credentials.py:1328"},
		{ID: "empty-container-uri", Text: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI set to nothing is an error and hides the full URI", Source: dir + "credentials.py:2084"},
		{ID: "metadata-settings-stop", Text: "a metadata endpoint or mode that is not valid is an error, even if environment keys are set", Source: dir + "utils.py:216"},
		{ID: "client-settings-stop", Text: "a retry mode, number of attempts or checksum setting that is not valid is an error once STS or SSO is to be asked", Source: dir + "args.py:596"},
		{ID: "process-without-shell", Text: "credential_process is started without a shell, so that ~ and variables stay as they are", Source: dir + "credentials.py:1101"},
		{ID: "imdsv1-disabled-stops", Text: "a metadata service without session tokens is an error if IMDSv1 is switched off", Source: dir + "utils.py:557"},
	}
}
