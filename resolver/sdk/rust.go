package sdk

import (
	"context"
	"math"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// rustConfig is where the AWS SDK for Rust was read.
const rustConfig = "smithy-rs@56ee88c5/aws/rust-runtime/aws-config/src/"

// Rust is the AWS SDK for Rust. It tries its sources in turn, and goes on only
// from one that says that it was not configured: any other failure ends the
// chain (smithy-rs@56ee88c5/aws/rust-runtime/aws-config/src/
// meta/credentials/chain.rs:104, default_provider/credentials.rs:189).
func Rust() *resolver.SDK {
	return &resolver.SDK{
		Name:    "rust",
		Title:   "AWS SDK for Rust",
		Version: "1.11.0",
		Basis:   resolver.Suite,
		Kind:    resolver.TryInTurn,
		// aws-runtime/src/fs_util.rs:29; without a home directory the tilde
		// stays what it is (env_config/source.rs, expand_home)
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"HOME", "USERPROFILE", "HOMEDRIVE+HOMEPATH"}, Otherwise: "~"},
		Dialect: profile.Rust(),
		Files: resolver.FileRules{
			ConfigVars:      []string{"AWS_CONFIG_FILE"},
			CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"},
			Tilde:           true,
			EmptyIsNoFile:   true,
		},
		Profiles: resolver.ProfileRules{
			Vars:       []string{"AWS_PROFILE"},
			EmptyIsSet: true,
			Missing:    resolver.MissingPasses,
		},
		Links:      rustLinks(),
		Deviations: rustDeviations(),
	}
}

func rustLinks() []resolver.Link {
	env := Env{
		// environment/credentials.rs:30
		IDs:          []string{"AWS_ACCESS_KEY_ID"},
		Secrets:      []string{"AWS_SECRET_ACCESS_KEY", "SECRET_ACCESS_KEY"},
		Tokens:       []string{"AWS_SESSION_TOKEN"},
		Account:      "AWS_ACCOUNT_ID",
		BlankIsUnset: true,
		KeepSpaces:   true,
	}
	// ecs.rs:107,184
	container := Container{EmptyIsSet: true, NeedSlash: true, TokenFirst: true}
	instance := rustInstance{Instance{
		EndpointKey: "ec2_metadata_service_endpoint",
		ModeKey:     "ec2_metadata_service_endpoint_mode",
		V1Never:     true,
		EmptyIsSet:  true,
	}}
	sources := NamedSources{Environment: env, Container: container, Instance: instance, AnyCase: true, NoneFails: true}
	// profile/credentials/repr.rs:263
	own := []Method{
		CredentialSource(sources),
		emptyStops(tokenFileKey),
		WebRole(WebRoleRules{}),
		rustSSO(SSORules{Keys: ssoProfileKeys(), Empty: true, RenewNeeds: []string{"registrationExpiresAt"}}),
		Login(LoginRules{Needs: "the feature credentials-login of aws-config"}),
		Process(ProcessRules{RequireVersion: true, Empty: true}),
		tokenAloneStops(),
		Static(StaticRules{Empty: true, Half: HalfStops}),
	}
	role := rustRole{sources: sources, own: own}.method()
	return []resolver.Link{
		Code{},
		env,
		Profile{
			Methods: append([]Method{role}, own...),
			// repr.rs:175
			SourceMethods: append([]Method{Static(StaticRules{Empty: true}), role}, own...),
			FaultyFiles:   true,
			FaultyStops:   true,
			IgnoresMFA:    true,
			// exec.rs:47 sends no duration
			ShortestRole: math.MaxInt64,
			NoSTS:        rustNeedsRegion,
		},
		ifNoneEmpty{
			WebIdentity{
				TokenFile: "AWS_WEB_IDENTITY_TOKEN_FILE",
				Role:      "AWS_ROLE_ARN",
				Session:   "AWS_ROLE_SESSION_NAME",
				NeedsRole: true,
				NoSTS:     rustNeedsRegion,
			},
			resolver.FromWebIdentity,
			[]string{"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"},
		},
		container,
		instance,
	}
}

// ssoProfileKeys are the keys of which any makes a profile one of IAM Identity
// Center (profile/credentials/repr.rs:345).
func ssoProfileKeys() []string {
	return []string{ssoAccount, ssoRegion, ssoRole, ssoStartURL, ssoSession}
}

// rustRole is role_arn in the SDK for Rust (profile/credentials/repr.rs:187,279).
type rustRole struct {
	sources NamedSources
	// own are the methods of a profile that is its own source.
	own []Method
}

func (r rustRole) method() Method {
	return Method{Name: "role_arn with source_profile or credential_source", TakesRole: true, Offer: func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		if !v.has(roleKey) || v.has(tokenFileKey) {
			return resolver.Offer{}, false
		}
		return r.offer(ctx, v), true
	}}
}

// offer offers the role of a profile. A source profile that does not exist, or a
// profile that is its own source and has no keys, passes for no configuration at
// all (credentials.rs:179).
func (r rustRole) offer(ctx context.Context, v *visit) resolver.Offer {
	step := v.step(resolver.FromAssumeRole, roleKey, "source_profile", "credential_source")
	step.RoleARN = v.value(roleKey)
	name := v.value("source_profile")
	switch source, named := v.has("source_profile"), v.has("credential_source"); {
	case source && named:
		return stopping(step, "source_profile and credential_source exclude each other")
	case !source && !named:
		return stopping(step, "role_arn is set, but neither source_profile nor credential_source")
	case step.RoleARN == "":
		return stopping(step, "role_arn is empty")
	case named:
		return v.assume(r.sources.offer(ctx, v, v.value("credential_source")))
	case name == v.name:
		return r.fromItself(ctx, v, step)
	case len(v.seen) > maxRoles:
		step.Status, step.Reason = resolver.Unknown, tooLong
		return resolver.Offer{Step: step}
	}
	next, exists := v.source(name)
	switch {
	case !exists:
		return notConfigured(step, "source_profile "+quote(name)+" does not exist")
	case next.again:
		return stopping(step, "source_profile leads back to "+quote(name))
	}
	base, ok := next.offer(ctx)
	if !ok {
		return stopping(step, "source_profile "+quote(name)+" has no credentials")
	}
	return r.over(v, base)
}

// fromItself offers the role of a profile that is its own source.
func (r rustRole) fromItself(ctx context.Context, v *visit, step resolver.Step) resolver.Offer {
	for _, m := range r.own {
		if base, ok := m.Offer(ctx, v); ok {
			return r.over(v, base)
		}
	}
	return notConfigured(step, "profile "+quote(v.name)+" is its own source_profile and has no keys")
}

// over assumes the role over a base. One that passes for no configuration makes
// the role such a one.
func (r rustRole) over(v *visit, base resolver.Offer) resolver.Offer {
	o := v.assume(base)
	if !base.Step.Offered() && base.FailurePasses {
		o.FailurePasses, o.Step.Stops = true, false
	}
	return o
}

// notConfigured returns an offer that the chain goes on from.
func notConfigured(step resolver.Step, reason string) resolver.Offer {
	step.Status, step.Reason = resolver.Partial, reason
	return resolver.Offer{Step: step, FailurePasses: true}
}

// rustSSO is IAM Identity Center in the SDK for Rust
// (profile/credentials/repr.rs:358,exec.rs:178): what a session says may stand
// nowhere else, and a profile without account and role is for tokens alone.
func rustSSO(r SSORules) Method {
	m := SSO(r)
	offer := m.Offer
	m.Offer = func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		step := v.step(resolver.FromSSO, r.Keys...)
		if len(step.Where) == 0 {
			return resolver.Offer{}, false
		}
		region, url := v.section, v.section
		if v.has(ssoSession) {
			switch session := ssoSessionOf(v.situation, v.value(ssoSession)); {
			case v.has(ssoStartURL), v.has(ssoRegion):
				return stopping(step, "sso_start_url and sso_region belong to [sso-session "+v.value(ssoSession)+"] and not to profile "+quote(v.name)), true
			case !session.exists():
				return stopping(step, "there is no section [sso-session "+v.value(ssoSession)+"]"), true
			default:
				region, url = session, session
			}
		}
		var missing string
		switch account, role := v.has(ssoAccount), v.has(ssoRole); {
		case account != role:
			return stopping(step, "sso_account_id and sso_role_name need each other"), true
		case !region.has(ssoRegion):
			missing = "there is no sso_region"
		case !url.has(ssoStartURL):
			missing = "there is no sso_start_url"
		case !account:
			return notConfigured(step, "profile "+quote(v.name)+" is for SSO tokens: it has neither sso_account_id nor sso_role_name"), true
		default:
			return offer(ctx, v)
		}
		if len(v.seen) > 1 {
			return stopping(step, missing), true
		}
		return notConfigured(step, missing), true
	}
	return m
}

// emptyStops is a method that fails over a key that is there and empty.
func emptyStops(key string) Method {
	return Method{TakesRole: true, Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		if !v.has(key) || v.value(key) != "" {
			return resolver.Offer{}, false
		}
		return stopping(v.step(resolver.FromWebIdentity, key), key+" is empty"), true
	}}
}

// tokenAloneStops is a method that fails over a session token without a key.
func tokenAloneStops() Method {
	return Method{Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		if !v.has(sessionToken) || v.has(keyID) || v.has(secretKey) {
			return resolver.Offer{}, false
		}
		step := v.step(resolver.FromProfile, sessionToken)
		return stopping(step, "profile "+quote(v.name)+" has aws_session_token, but no key"), true
	}}
}

// ifNoneEmpty is a link that fails if all of some variables are set, and one of
// them to nothing.
type ifNoneEmpty struct {
	link   resolver.Link
	source resolver.Source
	vars   []string
}

// Offers returns the failure, or what the link offers.
func (l ifNoneEmpty) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	where := setEnvs(s.Host, l.vars...)
	if len(where) == len(l.vars) {
		for _, name := range l.vars {
			if s.Host.Getenv(name) == "" {
				step := resolver.Step{Source: l.source, Where: where}
				return []resolver.Offer{stopping(step, name+" is empty")}
			}
		}
	}
	return l.link.Offers(ctx, s)
}

// rustInstance is the instance metadata service in the SDK for Rust, which looks
// at the mode only if no address is set, and fails over what is not valid
// (imds/client.rs:534).
type rustInstance struct{ Instance }

// Offers returns the instance's role.
func (l rustInstance) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	address, set := l.setting(s, metadataEndpoint, l.EndpointKey)
	if !set {
		l.IsMode = anyCase("ipv4", "ipv6")
	}
	offers := l.Instance.Offers(ctx, s)
	for i := range offers {
		switch step := &offers[i].Step; {
		case set && address.text == "" && step.Offered():
			step.Where = append(step.Where, address.at)
			offers[i] = stopping(*step, address.name+" is empty")
		case step.Status == resolver.Broken:
			step.Stops = true
		}
	}
	return offers
}

// rustNeedsRegion is the Condition that STS is not asked without a region. The
// last that is asked for one is the instance
// (default_provider/region.rs, profile/region.rs:105).
func rustNeedsRegion(s *resolver.Situation) string {
	if !strings.EqualFold(s.Host.Getenv(metadataDisabled), "true") {
		return ""
	}
	seen := map[string]bool{}
	for p := chosen(s); !seen[p.name]; p = named(s, p.value("source_profile")) {
		if p.value("region") != "" {
			return ""
		}
		seen[p.name] = true
	}
	if region(s) != "" {
		return ""
	}
	return "no region is set, and STS is not asked without one"
}

func rustDeviations() []resolver.Deviation {
	return []resolver.Deviation{
		{ID: "tries-in-turn", Text: "goes on only from a source that is not configured; any other failure ends the chain", Source: rustConfig + "meta/credentials/chain.rs:104"},
		{ID: "blank-env", Text: "takes variables of nothing but white space for not set", Source: rustConfig + "environment/credentials.rs:108"},
		{ID: "secret-access-key-variable", Text: "reads SECRET_ACCESS_KEY after AWS_SECRET_ACCESS_KEY", Source: rustConfig + "environment/credentials.rs:37"},
		{ID: "env-over-profile-in-code", Text: "environment keys come before a profile that the program names", Source: rustConfig + "default_provider/credentials.rs:189"},
		{ID: "profile-before-web-identity", Text: "a profile comes before web identity in the environment", Source: rustConfig + "default_provider/credentials.rs:191"},
		{ID: "empty-profile-variable", Text: "takes an empty AWS_PROFILE for a profile without a name", Source: "smithy-rs@56ee88c5/aws/rust-runtime/aws-runtime/src/env_config/source.rs:61"},
		{ID: "missing-profile-passes", Text: "goes on from a profile, or a source_profile, that does not exist", Source: rustConfig + "profile/credentials.rs:186"},
		{ID: "broken-files-stop", Text: "fails over a file that it cannot parse, unless the environment has keys", Source: rustConfig + "profile/credentials.rs:190"},
		{ID: "role-over-static", Text: "role_arn in the chosen profile comes before its static keys, and needs a source", Source: rustConfig + "profile/credentials/repr.rs:187"},
		{ID: "process-over-static", Text: "credential_process, SSO and web identity come before static keys of the same profile", Source: rustConfig + "profile/credentials/repr.rs:263"},
		{ID: "bare-credential-source", Text: "credential_source gives its keys as they are in a profile without role_arn", Source: rustConfig + "profile/credentials/repr.rs:264"},
		{ID: "source-static-first", Text: "static keys of a source profile are used without its own role", Source: rustConfig + "profile/credentials/repr.rs:175"},
		{ID: "half-pair-in-profile-stops", Text: "half a key pair in the chosen profile is an error", Source: rustConfig + "profile/credentials/repr.rs:456"},
		{ID: "mfa-ignored", Text: "assumes a role as if it had no mfa_serial", Source: rustConfig + "profile/credentials/exec.rs:47"},
		{ID: "sso-session-alone", Text: "sso_start_url or sso_region beside sso_session is an error", Source: rustConfig + "profile/credentials/repr.rs:374"},
		{ID: "login-feature", Text: "login_session needs the feature credentials-login, which is not on by default", Source: "smithy-rs@56ee88c5/aws/rust-runtime/aws-config/Cargo.toml:18"},
		{ID: "empty-container-uri", Text: "an empty AWS_CONTAINER_CREDENTIALS_RELATIVE_URI hides the full one and is an error", Source: rustConfig + "ecs.rs:184"},
		{ID: "token-file-first", Text: "an authorization token file that cannot be read is an error even without an endpoint", Source: rustConfig + "ecs.rs:107"},
		{ID: "imdsv2-only", Text: "asks the instance metadata service only with a session token", Source: rustConfig + "imds/client.rs:68"},
	}
}
