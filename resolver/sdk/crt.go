package sdk

import (
	"context"
	"math"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// crtAuth is where the AWS Common Runtime was read.
const crtAuth = "aws-c-auth@495329c2/source/"

// CRT is the AWS Common Runtime, which the SDK for C++ and others can be told to
// use, and which is what awscrt for Python, Java and JavaScript is. It tries its
// sources in turn and passes over every failure
// (aws-c-auth@495329c2/source/credentials_provider_default_chain.c:281,
// credentials_provider_chain.c:29).
func CRT() *resolver.SDK { return CRTAt("") }

// CRTAt is the AWS Common Runtime as it was at a version of aws-c-auth, such as
// "0.6.22", the one of awscrt 0.16.8 for Python. Versions are told apart from
// that one on; an empty one is that of [CRT].
func CRTAt(version string) *resolver.SDK {
	s := &resolver.SDK{
		Name:    "crt",
		Title:   "AWS Common Runtime",
		Version: "0.10.5",
		Basis:   resolver.Executed,
		Kind:    resolver.TryInTurn,
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"HOME", "USERPROFILE", "HOMEDRIVE+HOMEPATH"}},
		Dialect: profile.CRT(),
		// aws-c-sdkutils@cb14fea3/source/aws_profile.c:1508
		Files: resolver.FileRules{
			ConfigVars:      []string{"AWS_CONFIG_FILE"},
			CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"},
			Tilde:           true,
			EmptyIsNoFile:   true,
		},
		// aws-c-sdkutils@cb14fea3/source/aws_profile.c:1563
		Profiles: resolver.ProfileRules{
			Vars:       []string{"AWS_PROFILE"},
			EmptyIsSet: true,
			Missing:    resolver.MissingPasses,
		},
		Links:      allPass(crtLinks(version)...),
		Deviations: crtDeviations(),
	}
	if version != "" {
		s.Version = version
	}
	return s
}

func crtLinks(version string) []resolver.Link {
	env := envLink()
	env.Account = "AWS_ACCOUNT_ID"
	container := Container{Token: TokenRules{NoFile: isBefore(version, "0.7.18")}}
	if isBefore(version, "0.7.23") {
		container.Hosts = &Hosts{Any: true}
	}
	instance := Instance{Fixed: true, Switch: SwitchNotFalse, V1Switch: SwitchNever}
	named := instance
	named.NeverDisabled = true
	role := crtRole{
		sources: NamedSources{Environment: env, Container: container, Instance: named, AnyCase: true, NoneFails: true},
		web:     !isBefore(version, "0.10.4"),
	}
	static, process := crtStatic(), Process(ProcessRules{})
	methods := []Method{role.method(), static, process}
	switch {
	case isBefore(version, "0.7.25"):
		methods = methods[:2]
	case isBefore(version, "0.9.6"):
		methods = []Method{role.method(), process, static}
	}
	links := []resolver.Link{
		Code{},
		env,
		Profile{
			Methods:       methods,
			SourceMethods: methods,
			IgnoresMFA:    true,
			// credentials_provider_profile.c:347
			ShortestRole: math.MaxInt64,
		},
		WebIdentity{
			TokenFile: "AWS_WEB_IDENTITY_TOKEN_FILE",
			Role:      "AWS_ROLE_ARN",
			Session:   "AWS_ROLE_SESSION_NAME",
			OrProfile: true,
			NeedsRole: true,
			NoSTS:     crtNeedsRegion,
		},
	}
	if !isBefore(version, "0.6.30") && isBefore(version, "0.7.25") {
		links = append(links, Profile{Methods: []Method{process}, Files: ConfigOnly, Source: resolver.FromProcess})
	}
	instance.Unless = ContainerConfigured
	return append(links, container, instance)
}

// crtStatic is the key pair of a profile, either half of which keeps the profile
// from other methods (credentials_provider_profile.c:567).
func crtStatic() Method {
	m := Static(StaticRules{})
	offer := m.Offer
	m.Offer = func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		if o, ok := offer(ctx, v); ok {
			return o, true
		}
		if !v.has(keyID) && !v.has(secretKey) {
			return resolver.Offer{}, false
		}
		return resolver.Offer{Step: v.partial()}, true
	}
	return m
}

// crtRole is role_arn in the Common Runtime, which counts in a source profile
// only if that has no keys (credentials_provider_profile.c:256,591).
type crtRole struct {
	sources NamedSources
	// web lets the role be had for a token file that the profile names.
	web bool
}

func (r crtRole) method() Method {
	return Method{
		Name:      "role_arn with source_profile or credential_source",
		TakesRole: true,
		Offer: func(ctx context.Context, v *visit) (resolver.Offer, bool) {
			if !v.has(roleKey) || len(v.seen) > 1 && (v.has(keyID) || v.has(secretKey)) {
				return resolver.Offer{}, false
			}
			return r.offer(ctx, v), true
		},
	}
}

// offer offers the role of a profile. Whatever is wrong is passed over.
func (r crtRole) offer(ctx context.Context, v *visit) resolver.Offer {
	step := v.step(resolver.FromAssumeRole, roleKey, "source_profile", "credential_source")
	step.RoleARN = v.value(roleKey)
	switch {
	case v.has("source_profile"):
		return v.assume(r.source(ctx, v, v.value("source_profile")))
	case v.has("credential_source"):
		return v.assume(r.sources.offer(ctx, v, v.value("credential_source")))
	case r.web && v.has(tokenFileKey):
		link := *v.link
		link.NoSTS = crtNeedsRegion
		in := *v
		in.link = &link
		if o, ok := WebRole(WebRoleRules{NeedsRole: true}).Offer(ctx, &in); ok {
			return o
		}
	}
	return stopping(step, "role_arn is set, but no source for its keys")
}

// source offers the keys of a source profile.
func (r crtRole) source(ctx context.Context, v *visit, name string) resolver.Offer {
	step := v.step(resolver.FromAssumeRole, "source_profile")
	if len(v.seen) > maxRoles {
		step.Status, step.Reason = resolver.Unknown, tooLong
		return resolver.Offer{Step: step}
	}
	next, exists := v.source(name)
	switch own := next.has(keyID) || next.has(secretKey); {
	case !exists:
		return stopping(step, "source_profile "+quote(name)+" does not exist")
	case next.again && (len(v.seen) > 1 || !own):
		return stopping(step, "source_profile leads back to "+quote(name))
	}
	if o, ok := next.offer(ctx); ok {
		return o
	}
	return stopping(step, "source_profile "+quote(name)+" has no credentials")
}

// crtNeedsRegion is the Condition that a token is not exchanged without a
// region (credentials_provider_sts_web_identity.c:1035).
func crtNeedsRegion(s *resolver.Situation) string {
	if region(s) != "" {
		return ""
	}
	return "no region is set, and a token is not exchanged without one"
}

func crtDeviations() []resolver.Deviation {
	const profiles = "aws-c-sdkutils@cb14fea3/source/aws_profile.c:"
	files := crtAuth + "credentials_provider_profile.c:"
	return []resolver.Deviation{
		{ID: "tries-in-turn", Text: "passes over every failure of a source", Source: crtAuth + "credentials_provider_chain.c:29"},
		{ID: "profile-before-web-identity", Text: "a profile comes before web identity in the environment", Source: crtAuth + "credentials_provider_default_chain.c:295"},
		{ID: "web-identity-mixed", Text: "takes the token file and the role each from a variable or from the profile, and needs a region", Source: crtAuth + "credentials_provider_sts_web_identity.c:988"},
		{ID: "empty-profile-variable", Text: "takes an empty AWS_PROFILE for a profile without a name", Source: profiles + "1574"},
		{ID: "broken-file-is-none", Text: "takes a file that it cannot parse for one that is not there", Source: profiles + "1294"},
		{ID: "case-sensitive-keys", Text: "keys of a profile are case-sensitive", Source: profiles + "1176"},
		{ID: "role-over-static", Text: "role_arn in the chosen profile comes before its static keys; without a source nothing is left of the profile", Source: files + "591"},
		{ID: "source-over-credential-source", Text: "source_profile comes before credential_source if both are set", Source: files + "352"},
		{ID: "source-static-first", Text: "static keys of a source profile are used without its own role", Source: files + "591"},
		{ID: "no-sso", Text: "does not know SSO or login sessions in profiles", Source: files + "595"},
		{ID: "no-process", Text: "does not read credential_process", Source: "aws-c-auth@7bd6e6c/source/credentials_provider_default_chain.c", Until: "0.6.30"},
		{ID: "process-over-static", Text: "credential_process comes before static keys of the same profile", Source: "aws-c-auth@52bf591/source/credentials_provider_profile.c", Since: "0.7.25", Until: "0.9.6"},
		{ID: "no-web-role", Text: "a profile with role_arn and web_identity_token_file alone is no role of the profile", Source: "aws-c-auth@4b5d524/source/credentials_provider_profile.c", Until: "0.10.4"},
		{ID: "mfa-ignored", Text: "assumes a role as if it had no mfa_serial", Source: files + "338"},
		{ID: "container-or-instance", Text: "if a container is configured, the instance is not asked, even if the container fails", Source: crtAuth + "credentials_provider_default_chain.c:41"},
		{ID: "any-container-host", Text: "asks AWS_CONTAINER_CREDENTIALS_FULL_URI at any host", Source: "aws-c-auth@7dd9ff0/source/credentials_provider_ecs.c", Until: "0.7.23"},
		{ID: "token-file-ignored", Text: "ignores AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Source: "aws-c-auth@277c8fb/source/credentials_provider_default_chain.c", Until: "0.7.18"},
		{ID: "metadata-disabled-by-anything", Text: "any value of AWS_EC2_METADATA_DISABLED but false switches the metadata service off", Source: crtAuth + "credentials_provider_default_chain.c:60"},
		{ID: "metadata-address-fixed", Text: "asks the metadata service at 169.254.169.254, whatever is configured", Source: crtAuth + "aws_imds_client.c:36"},
	}
}
