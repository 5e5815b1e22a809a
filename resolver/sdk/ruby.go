package sdk

import (
	"context"
	"net/url"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// rubyCore is where the AWS SDK for Ruby was read.
const rubyCore = "aws-sdk-ruby@bac3491f/gems/aws-sdk-core/lib/aws-sdk-core/"

// Ruby is the AWS SDK for Ruby. It tries its sources in turn; one that raises
// an error ends the chain, and only the metadata services keep their errors to
// themselves (aws-sdk-ruby@bac3491f/gems/aws-sdk-core/lib/aws-sdk-core/
// credential_provider_chain.rb:21).
func Ruby() *resolver.SDK { return RubyAt("") }

// RubyAt is the AWS SDK for Ruby as it was at a version of aws-sdk-core, such as
// "3.168.1". Versions that came and went are told apart from 3.168.1 on; an
// empty one is that of [Ruby].
func RubyAt(version string) *resolver.SDK {
	s := &resolver.SDK{
		Name:    "ruby",
		Title:   "AWS SDK for Ruby",
		Version: "3.211.0",
		Basis:   resolver.Executed,
		Kind:    resolver.TryInTurn,
		// shared_config.rb:443 asks Dir.home; on Windows Ruby itself sets HOME
		Home:    resolver.HomeRules{Unix: []string{"HOME"}, Windows: []string{"HOME", "HOMEDRIVE+HOMEPATH", "USERPROFILE"}},
		Dialect: profile.Ruby(),
		// shared_config.rb:434
		Files: resolver.FileRules{
			ConfigVars:      []string{"AWS_CONFIG_FILE"},
			CredentialsVars: []string{"AWS_SHARED_CREDENTIALS_FILE"},
			Tilde:           true,
			DirectoryStops:  true,
		},
		Profiles: resolver.ProfileRules{
			Vars:       []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"},
			EmptyIsSet: true,
			Missing:    resolver.MissingPasses,
		},
		RegionVars: []string{"AWS_REGION", "AMAZON_REGION", "AWS_DEFAULT_REGION"},
		Load:       []resolver.Check{FilesLoad},
		Links:      rubyLinks(version, false),
		Deviations: rubyDeviations(),
	}
	if version != "" {
		s.Version = version
	}
	// aws-sdk-core.rb:87
	s.On = func(h *resolver.Host) *resolver.SDK {
		if _, set := h.LookupEnv("AWS_SDK_CONFIG_OPT_OUT"); !set {
			return nil
		}
		plain := *s
		plain.On, plain.Files.NoConfig, plain.Links = nil, true, rubyLinks(version, true)
		return &plain
	}
	return s
}

// rubyLinks are the sources in the SDK's order. If optedOut is set, the config
// file is not read, and of the credentials file only static keys.
func rubyLinks(version string, optedOut bool) []resolver.Link {
	env := Env{
		// credential_provider_chain.rb:95,107
		IDs:      []string{"AWS_ACCESS_KEY_ID", "AMAZON_ACCESS_KEY_ID", "AWS_ACCESS_KEY"},
		Secrets:  []string{"AWS_SECRET_ACCESS_KEY", "AMAZON_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"},
		Tokens:   []string{"AWS_SESSION_TOKEN", "AMAZON_SESSION_TOKEN"},
		Account:  "AWS_ACCOUNT_ID",
		FirstSet: true,
		Legacy:   []string{"AMAZON_ACCESS_KEY_ID", "AWS_ACCESS_KEY"},
	}
	container := Container{
		EmptyIsSet: true,
		NoFull:     isBefore(version, "3.171.0"),
		Token:      TokenRules{Strip: true, NoFile: isBefore(version, "3.188.0")},
	}
	instance := rubyInstance{
		Instance: Instance{
			EndpointKey:   "ec2_metadata_service_endpoint",
			ModeKey:       "ec2_metadata_service_endpoint_mode",
			V1DisabledKey: "ec2_metadata_v1_disabled",
			EmptyIsSet:    true,
		},
		noPort: isBefore(version, "3.191.5"),
	}
	if isBefore(version, "3.186.0") {
		instance.V1DisabledKey, instance.V1Switch = "", SwitchNever
	}
	role := rubyRole{NamedSources{Container: container, Instance: instance, NoneFails: true}}
	files := []Method{
		inEachFile(rubySSO()),
		inEachFile(role.method()),
		Static(StaticRules{In: CredentialsOnly}),
		Static(StaticRules{In: ConfigOnly}),
		inEachFile(rubyProcess()),
	}
	if optedOut {
		files = files[2:3]
	}
	onlyInstance := instance
	onlyInstance.Unless = rubyContainerSet(container)
	return []resolver.Link{
		Code{},
		onlyInCode{Profile{Methods: append([]Method{rubyToken()}, files...), NoSTS: rubyNeedsRegion}},
		env,
		ifNoneEmpty{
			WebIdentity{
				TokenFile: "AWS_WEB_IDENTITY_TOKEN_FILE",
				Role:      "AWS_ROLE_ARN",
				Session:   "AWS_ROLE_SESSION_NAME",
				NeedsRole: true,
				NoSTS:     rubyNeedsRegion,
			},
			resolver.FromWebIdentity,
			[]string{"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"},
		},
		rubyTokenProfile{},
		Profile{Methods: files, NoSTS: rubyNeedsRegion},
		Passes{Failed: true}.Link(container),
		Passes{Failed: true}.Link(onlyInstance),
	}
}

// onlyInCode is a link that is for a profile only that the program names.
type onlyInCode struct{ Profile }

// Offers returns what that profile supplies.
func (l onlyInCode) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	if no := NoProfileInCode(s); no != "" {
		return one(resolver.Step{Source: resolver.FromProfile, Status: resolver.Absent, Reason: no}, nil)
	}
	return l.Profile.Offers(ctx, s)
}

func (l onlyInCode) describe() Description {
	d := l.Profile.describe()
	d.Notes = append(d.Notes, "only for a profile that the program names")
	return d
}

// inEachFile is a method that looks into the credentials file, and then into
// the config file, never into both at once (shared_config.rb:120).
func inEachFile(m Method) Method {
	offer := m.Offer
	m.Offer = func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		for _, files := range []FileChoice{CredentialsOnly, ConfigOnly} {
			in := *v
			if in.section = files.section(v.situation, v.name); !in.exists() {
				continue
			}
			if o, ok := offer(ctx, &in); ok {
				return o, true
			}
		}
		return resolver.Offer{}, false
	}
	return m
}

func rubyProcess() Method {
	return Process(ProcessRules{RequireVersion: true})
}

// rubyToken is web_identity_token_file, which is looked for in the config file
// alone (shared_config.rb:130).
func rubyToken() Method {
	m := WebRole(WebRoleRules{NeedsRole: true})
	offer := m.Offer
	m.Offer = func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		in := *v
		in.section = ConfigOnly.section(v.situation, v.name)
		return offer(ctx, &in)
	}
	return m
}

// rubyTokenProfile is the link of rubyToken. It does not heed
// AWS_DEFAULT_PROFILE (credential_provider_chain.rb:161, shared_config.rb:458).
type rubyTokenProfile struct{}

// Offers returns the role of the profile.
func (rubyTokenProfile) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	l := Profile{Methods: []Method{rubyToken()}, Source: resolver.FromWebIdentity, NoSTS: rubyNeedsRegion}
	if s.Profile.By == "AWS_DEFAULT_PROFILE" {
		l.Name = "default"
	}
	return l.Offers(ctx, s)
}

func (rubyTokenProfile) describe() Description {
	d := Profile{Methods: []Method{rubyToken()}, Source: resolver.FromWebIdentity}.describe()
	d.Notes = append(d.Notes, "in the config file", "without regard to AWS_DEFAULT_PROFILE")
	return d
}

// rubySSO is IAM Identity Center, if there is a config file; the session stands
// in the same file as the profile (shared_config.rb:360,465).
func rubySSO() Method {
	rules := SSORules{Keys: []string{ssoAccount, ssoRole}}
	m := SSO(rules)
	m.Offer = func(_ context.Context, v *visit) (resolver.Offer, bool) {
		shared := v.situation.Shared
		if shared.Config == nil || v.value(ssoAccount) == "" && v.value(ssoRole) == "" {
			return resolver.Offer{}, false
		}
		step := v.step(resolver.FromSSO, ssoSession, ssoStartURL, ssoRegion, ssoAccount, ssoRole)
		step.Account = v.value(ssoAccount)
		plan := &resolver.SSOPlan{
			Session:  v.value(ssoSession),
			StartURL: v.value(ssoStartURL),
			Region:   v.value(ssoRegion),
			Account:  v.value(ssoAccount),
			Role:     v.value(ssoRole),

			Endpoints: v.situation.SDK.Endpoints,
		}
		needs := []string{ssoRegion, ssoStartURL, ssoAccount, ssoRole}
		if plan.Session != "" {
			if wrong := v.rubySession(&step, plan); wrong != "" {
				return stopping(step, wrong), true
			}
			needs = needs[2:]
		}
		if wrong := v.lacking(needs); wrong != "" {
			return stopping(step, wrong), true
		}
		return rules.portal(v, step, plan), true
	}
	return m
}

// rubySession completes the plan from the section of its session. It returns
// what is wrong with that, or "".
func (v *visit) rubySession(step *resolver.Step, plan *resolver.SSOPlan) string {
	file := v.situation.Shared.Config
	if credentials := v.situation.Shared.Credentials; v.found == credentials.Profile(v.name) {
		file = credentials
	}
	session := section{plan.Session, file.Session(plan.Session)}
	if !session.exists() {
		session.found = file.Session("'" + plan.Session + "'")
	}
	switch {
	case !session.exists():
		return "there is no section [sso-session " + plan.Session + "] in the same file"
	case session.value(ssoRegion) == "":
		return "[sso-session " + plan.Session + "] lacks " + ssoRegion
	}
	for _, key := range []string{ssoRegion, ssoStartURL} {
		if own := v.value(key); own != "" && own != session.value(key) {
			return key + " of profile " + quote(v.name) + " is not that of [sso-session " + plan.Session + "]"
		}
		if session.has(key) {
			step.Where = append(step.Where, session.at(key))
		}
	}
	plan.StartURL, plan.Region = session.value(ssoStartURL), session.value(ssoRegion)
	return ""
}

// rubyContainerSet is the Condition that the container is asked, and so the
// instance is not (credential_provider_chain.rb:171).
func rubyContainerSet(container Container) Condition {
	return func(s *resolver.Situation) string {
		for _, name := range []string{relativeURI, fullURI} {
			if container.isSet(s.Host, name) && (name == relativeURI || !container.NoFull) {
				return "not asked, because " + name + " is set"
			}
		}
		return ""
	}
}

// rubyInstance is the instance metadata service in the SDK for Ruby, which
// raises an error over the mode alone, and looks at that only if no address is
// set (instance_profile_credentials.rb:112).
type rubyInstance struct {
	Instance
	// noPort asks port 80, whatever the address says.
	noPort bool
}

// Offers returns the instance's role.
func (l rubyInstance) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	_, set := l.setting(s, metadataEndpoint, l.EndpointKey)
	if !set {
		l.IsMode = anyCase("ipv4", "ipv6")
	}
	offers := l.Instance.Offers(ctx, s)
	for i := range offers {
		if step := &offers[i].Step; step.Status == resolver.Broken && !set {
			step.Stops = true
		}
		if plan, ok := offers[i].Plan.(*resolver.InstancePlan); ok && l.noPort {
			plan.Endpoint = withoutPort(plan.Endpoint)
		}
	}
	return offers
}

// withoutPort removes the port of an address.
func withoutPort(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Port() == "" {
		return address
	}
	u.Host = u.Host[:len(u.Host)-len(u.Port())-1]
	return u.String()
}

// rubyNeedsRegion is the Condition that no client is made without a region.
func rubyNeedsRegion(s *resolver.Situation) string {
	if region(s) != "" {
		return ""
	}
	return "no region is set, and STS is not asked without one"
}
