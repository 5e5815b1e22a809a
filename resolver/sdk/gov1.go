package sdk

import (
	"context"
	"strconv"
	"time"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// GoV1 is the AWS SDK for Go v1. It picks one source by what is configured
// (aws-sdk-go@v1.55.8/aws/session/credentials.go:33,102). Without
// AWS_SDK_LOAD_CONFIG it reads the credentials file alone, and of that little
// more than keys (session.go:477, shared_config.go:380); with it, it is nearly
// Go v2.
func GoV1() *resolver.SDK {
	s := goV1()
	s.Profiles.Vars = []string{"AWS_PROFILE"}
	s.RegionVars = []string{"AWS_REGION"}
	s.Files.NoConfig = true
	s.Load = []resolver.Check{
		EnvValues(goV1EnvValues()),
		unlessGoV1Keys(FilesLoad),
		unlessGoV1Keys(goV1WebIdentity),
		CABundle("AWS_CA_BUNDLE", ""),
	}
	s.Links = goV1Links(Instance{}, []Method{Static(StaticRules{}), goV1Process()})
	s.On = func(h *resolver.Host) *resolver.SDK {
		if load, _ := strconv.ParseBool(h.Getenv("AWS_SDK_LOAD_CONFIG")); !load {
			return nil
		}
		return goV1Load()
	}
	return s
}

// goV1Load is Go v1 with AWS_SDK_LOAD_CONFIG.
func goV1Load() *resolver.SDK {
	s := goV1()
	s.Profiles.Vars = []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}
	s.RegionVars = []string{"AWS_REGION", "AWS_DEFAULT_REGION"}
	s.Load = []resolver.Check{
		EnvValues(goV1EnvValues()),
		FilesLoad,
		GoProfile{Values: goV1ProfileValues(), HalfPasses: true}.Check,
		CABundle("AWS_CA_BUNDLE", "ca_bundle"),
	}
	s.Links = goV1Links(Instance{
		EndpointKey:   "ec2_metadata_service_endpoint",
		ModeKey:       "ec2_metadata_service_endpoint_mode",
		V1DisabledKey: "ec2_metadata_v1_disabled",
	}, []Method{
		SourceProfile(),
		Static(StaticRules{}),
		CredentialSource(goV1Sources()),
		WebRole(WebRoleRules{Least: Least{Token: 4}}),
		SSO(SSORules{Keys: []string{ssoSession, ssoRegion, ssoAccount, ssoStartURL, ssoRole}}),
		goV1Process(),
	})
	return s
}

// goV1 is what both have in common.
func goV1() *resolver.SDK {
	return &resolver.SDK{
		Name:      "go-v1",
		Title:     "AWS SDK for Go v1",
		Version:   "1.55.8",
		Basis:     resolver.Executed,
		EndOfLife: true,
		Kind:      resolver.PickOne,
		// aws-sdk-go@v1.55.8/internal/shareddefaults/shared_config.go:32
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"USERPROFILE"}},
		Dialect: profile.GoV1(),
		// aws-sdk-go@v1.55.8/aws/session/shared_config.go:259: what cannot be
		// read is skipped.
		Files: resolver.FileRules{
			ConfigVars:      []string{"AWS_CONFIG_FILE"},
			CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"},
		},
		// aws-sdk-go@v1.55.8/aws/session/session.go:493
		Profiles:   resolver.ProfileRules{Missing: resolver.MissingPasses},
		Endpoints:  resolver.NoEndpoints,
		Deviations: goV1Deviations(),
	}
}

// goV1Links are the sources, of which the remote ones share a provider: that
// they fail means that there are no credentials
// (aws-sdk-go@v1.55.8/aws/session/credentials.go:163).
func goV1Links(instance Instance, methods []Method) []resolver.Link {
	env := goV1Env()
	env.Unless = ProfileInCode
	instance.Unless = ContainerConfigured
	anyFailure := Passes{Broken: true, Failed: true}
	container, machine := anyFailure.Link(Container{FullFirst: true}), anyFailure.Link(instance)
	return []resolver.Link{
		Code{},
		env,
		// aws-sdk-go@v1.55.8/service/sts/api.go,
		// AssumeRoleWithWebIdentityInput: a token has at least four characters.
		WebIdentity{
			TokenFile: "AWS_WEB_IDENTITY_TOKEN_FILE",
			Role:      "AWS_ROLE_ARN",
			Session:   "AWS_ROLE_SESSION_NAME",
			Least:     Least{Token: 4},
			Unless:    ProfileInCode,
		},
		Profile{
			Methods:       methods,
			SourceMethods: methods,
			// The role of a profile counts only if its source does: without
			// AWS_SDK_LOAD_CONFIG there is none.
			RoleOver: len(methods) > 2,
			// aws-sdk-go@v1.55.8/aws/session/credentials.go:279
			ShortestRole: 16 * time.Minute,
			Rest:         []resolver.Link{container, machine},
		},
		container,
		machine,
	}
}

// goV1Env are the variables of a key pair
// (aws-sdk-go@v1.55.8/aws/session/env_config.go:206).
func goV1Env() Env {
	return Env{
		IDs:     []string{"AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"},
		Secrets: []string{"AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"},
		Tokens:  []string{"AWS_SESSION_TOKEN"},
		Legacy:  []string{"AWS_ACCESS_KEY"},
	}
}

func goV1Process() Method { return Process(ProcessRules{RequireVersion: true}) }

// goV1Sources are what credential_source can name: the container needs the
// relative URI, and both remote ones lead to whatever is configured
// (aws-sdk-go@v1.55.8/aws/session/credentials.go:227).
func goV1Sources() NamedSources {
	remote := goV1Remote{
		Container{FullFirst: true},
		Instance{
			EndpointKey:   "ec2_metadata_service_endpoint",
			ModeKey:       "ec2_metadata_service_endpoint_mode",
			V1DisabledKey: "ec2_metadata_v1_disabled",
			Unless:        ContainerConfigured,
		},
	}
	return NamedSources{Environment: goV1Env(), Container: needsRelative{remote}, Instance: remote, NoneFails: true}
}

// goV1Remote is the link of RemoteCredProvider, whose failures are errors where
// credential_source names it (aws-sdk-go@v1.55.8/aws/defaults/defaults.go:149).
type goV1Remote struct {
	container Container
	instance  Instance
}

// Offers returns what the container offers, and the instance.
func (l goV1Remote) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	if ContainerConfigured(s) != "" {
		return l.container.Offers(ctx, s)
	}
	return l.instance.Offers(ctx, s)
}

// needsRelative is a link that needs the relative URI of a container to be set.
type needsRelative struct{ link resolver.Link }

// Offers returns the offers of the link.
func (l needsRelative) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	if s.Host.Getenv(relativeURI) != "" {
		return l.link.Offers(ctx, s)
	}
	return one(resolver.Step{Source: resolver.FromContainer, Status: resolver.Absent, Reason: relativeURI + " is not set"}, nil)
}

// unlessGoV1Keys is a Check that is not made if the environment has keys and
// names no profile (aws-sdk-go@v1.55.8/aws/session/session.go:487).
func unlessGoV1Keys(check resolver.Check) resolver.Check {
	env := goV1Env()
	return func(s *resolver.Situation) *resolver.Step {
		_, id := firstEnv(s.Host, env.IDs)
		_, secret := firstEnv(s.Host, env.Secrets)
		if s.Profile.By == "" && (id != "" && secret != "" || s.Code.KeyID != "") {
			return nil
		}
		return check(s)
	}
}

// goV1WebIdentity is the Check of web_identity_token_file where role_arn, which
// it needs, is not read (aws-sdk-go@v1.55.8/aws/session/shared_config.go:510).
func goV1WebIdentity(s *resolver.Situation) *resolver.Step {
	p := chosen(s)
	if p.value(tokenFileKey) == "" {
		return nil
	}
	step := blocked("web_identity_token_file needs a role_arn, which is not read without AWS_SDK_LOAD_CONFIG", p.at(tokenFileKey))
	step.Source, step.Profile = resolver.FromWebIdentity, p.name
	return step
}

// goV1EnvValues are the variables that envConfigLoad checks
// (aws-sdk-go@v1.55.8/aws/session/env_config.go:366-411).
func goV1EnvValues() []Value {
	boolean := func(name string) Value {
		return Value{Name: name, Valid: anyCase("true", "false"), Need: "true or false"}
	}
	regional := func(name string) Value {
		return Value{Name: name, Valid: anyCase("legacy", "regional"), Need: "legacy or regional"}
	}
	return []Value{
		regional("AWS_STS_REGIONAL_ENDPOINTS"),
		regional("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"),
		boolean("AWS_S3_USE_ARN_REGION"),
		{Name: metadataMode, Valid: isEndpointMode, Need: "IPv4 or IPv6"},
		boolean("AWS_USE_DUALSTACK_ENDPOINT"),
		boolean("AWS_USE_FIPS_ENDPOINT"),
	}
}

// goV1ProfileValues are the profile's keys that setFromIniFile checks
// (aws-sdk-go@v1.55.8/aws/session/shared_config.go:413-441).
func goV1ProfileValues() []Value {
	regional := func(name string) Value {
		return Value{Name: name, Valid: anyCase("legacy", "regional", ""), Need: "legacy or regional"}
	}
	return []Value{
		regional("sts_regional_endpoints"),
		regional("s3_us_east_1_regional_endpoint"),
		{Name: "ec2_metadata_service_endpoint_mode", Valid: isEndpointMode, Need: "IPv4 or IPv6"},
	}
}

func goV1Deviations() []resolver.Deviation {
	const dir = "aws-sdk-go@v1.55.8/aws/"
	return []resolver.Deviation{
		{ID: "picks-one", Text: "what is configured first is used, even if it then gives no keys", Source: dir + "session/credentials.go:33"},
		{ID: "load-config", Text: "without AWS_SDK_LOAD_CONFIG it reads no config file, no role, no SSO and no AWS_DEFAULT_PROFILE", Source: dir + "session/session.go:477"},
		{ID: "legacy-env-names", Text: "reads AWS_ACCESS_KEY and AWS_SECRET_KEY as second names", Source: dir + "session/env_config.go:206"},
		{ID: "missing-profile-passes", Text: "a named profile that does not exist is passed over", Source: dir + "session/session.go:493"},
		{ID: "partial-pair-passes", Text: "half a key pair is passed over", Source: dir + "session/shared_config.go:463"},
		{ID: "case-of-keys", Text: "keys in the files count in lower case only", Source: dir + "session/shared_config.go:380"},
		{ID: "unprefixed-profiles", Text: "[dev] in the config file is a profile, and comes before [profile dev]", Source: dir + "session/shared_config.go:384"},
		{ID: "role-over-anything", Text: "role_arn is assumed with whatever keys the profile gives, be it the instance role", Source: dir + "session/credentials.go:174"},
		{ID: "one-credential-type", Text: "source_profile, credential_source, credential_process and web_identity_token_file exclude each other", Source: dir + "session/shared_config.go:519"},
		{ID: "source-followed", Text: "a source profile with a source of its own is followed to that, even if it has keys", Source: dir + "session/shared_config.go:323"},
		{ID: "web-identity-before-profile", Text: "web identity in the environment comes before the profile, AWS_PROFILE included", Source: dir + "session/credentials.go:50"},
		{ID: "full-uri-first", Text: "AWS_CONTAINER_CREDENTIALS_FULL_URI comes before the relative URI", Source: dir + "defaults/defaults.go:149"},
		{ID: "container-hides-instance", Text: "the instance is not asked if a variable names a container, even if that fails", Source: dir + "defaults/defaults.go:149"},
		{ID: "container-source-needs-relative", Text: "credential_source=EcsContainer needs the relative URI", Source: dir + "session/credentials.go:242"},
		{ID: "no-login", Text: "does not know login_session", Source: dir + "session/shared_config.go"},
		{ID: "no-endpoint-variables", Text: "AWS_ENDPOINT_URL and its like do not move STS and SSO", Source: dir + "session/env_config.go"},
	}
}
