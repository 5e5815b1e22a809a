package sdk

import (
	"context"
	"time"

	"github.com/awscred/awscred/resolver"
)

// maxRoles is how many source profiles are followed. SDKs know no limit, so what
// is behind is not known; nobody has so many.
const maxRoles = 64

const tooLong = "source_profile leads through more profiles than are followed here"

// Profile is the link of the shared files: what the chosen profile offers.
type Profile struct {
	// Methods are the ways in which a profile supplies keys; the first that
	// is configured answers.
	Methods []Method
	// SourceMethods are those of a profile that a source_profile leads to.
	SourceMethods []Method
	// RoleOver assumes the profile's role with whatever a method gave, unless
	// the method takes the role itself.
	RoleOver bool
	// Rest are links that a profile with a role, but without a method, gets
	// its keys from. RoleOver must be set.
	Rest []resolver.Link
	// NoSTS tells why STS cannot be asked for a role.
	NoSTS Condition
	// Source is that of the step if the profile offers nothing; FromProfile if
	// it is empty. It tells apart links that look for one method each.
	Source resolver.Source
	// In is the file of which half a key pair is reported.
	In FileChoice
	// Files are those in which profiles are looked for, the chosen one and
	// those that a source_profile leads to.
	Files FileChoice
	// Name is that of the profile, for links that do not look for the chosen
	// one.
	Name string
	// EveryMethod offers what each method has, so that one that fails is
	// followed by the next.
	EveryMethod bool
	// FaultyFiles makes the link fail, and be passed over, if a shared file
	// cannot be parsed.
	FaultyFiles bool
	// FaultyStops ends the chain in that case.
	FaultyStops bool
	// MissingEnds ends the chain at a profile that does not exist, if it is
	// not called default and the rules of the SDK say that it must.
	MissingEnds bool
	// Unless tells when the link is not used.
	Unless Condition
	// IgnoresMFA assumes a role as if it had no mfa_serial.
	IgnoresMFA bool
	// Least is what STS is sent for a role at least.
	Least Least
	// ShortestRole is the shortest duration_seconds that is heeded; less
	// counts as not set.
	ShortestRole time.Duration
}

// A Method is one way in which a profile supplies keys.
type Method struct {
	// Name says in the documentation what the method looks for.
	Name string
	// Offer returns false if the profile does not configure this method.
	Offer func(context.Context, *visit) (resolver.Offer, bool)
	// TakesRole says that the method uses role_arn itself.
	TakesRole bool
}

// A visit is a profile that is being looked at: the chosen one, or one that a
// source_profile led to.
type visit struct {
	section
	situation *resolver.Situation
	link      *Profile
	// seen are the profiles on the way to this one, itself included.
	seen []string
	// again is true if the profile was visited before. Its role is not
	// assumed a second time.
	again bool
}

// Offers returns what the chosen profile supplies.
func (l Profile) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	name := s.Profile.Name
	if l.Name != "" {
		name = l.Name
	}
	v := &visit{section: l.Files.section(s, name), situation: s, link: &l, seen: []string{name}}
	ignored := l.Unless.holds(s)
	switch {
	case l.FaultyFiles && s.FileError != nil:
		return one(l.faulty(s, name), nil)
	case !v.exists():
		return one(l.missing(s, name, ignored), nil)
	}
	offers := v.offers(ctx)
	if offers == nil {
		return one(v.nothing(), nil)
	}
	for i := range offers {
		if o := &offers[i]; ignored != "" {
			o.Step.Status, o.Step.Stops, o.Step.Reason = resolver.Disabled, false, ignored
			o.Plan = nil
		}
	}
	return offers
}

// offers returns what the visited profile supplies: what its first method does,
// or each of them.
func (v *visit) offers(ctx context.Context) []resolver.Offer {
	if !v.link.EveryMethod {
		if o, ok := v.offer(ctx); ok {
			return []resolver.Offer{o}
		}
		return nil
	}
	var list []resolver.Offer
	for _, m := range v.link.Methods {
		if o, ok := m.Offer(ctx, v); ok {
			list = append(list, o)
		}
	}
	return list
}

// faulty is the step of files that cannot be parsed.
func (l *Profile) faulty(s *resolver.Situation, name string) resolver.Step {
	step := resolver.Step{Source: l.source(), Status: resolver.Broken, Stops: l.FaultyStops, Profile: name}
	if s.FileNotLooked {
		step.Status = resolver.Unknown
	}
	step.Reason = s.FileErrorAt.Name + ": " + s.FileErrorAt.Note
	step.Where = []resolver.Evidence{s.FileErrorAt}
	return step
}

// missing is the step of a profile that the link does not find.
func (l *Profile) missing(s *resolver.Situation, name, ignored string) resolver.Step {
	step := missingProfile(s)
	step.Source = l.source()
	switch {
	case ignored != "":
		step.Reason = ignored
	case l.Name != "", l.Files != BothFiles:
		step.Profile = name
		step.Reason = l.Files.missing(name)
	case l.MissingEnds && s.MissingStops() && name != "default":
		step.Status, step.Stops = resolver.Broken, true
	}
	return step
}

// source is that of a step that offers nothing.
func (l *Profile) source() resolver.Source {
	if l.Source == "" {
		return resolver.FromProfile
	}
	return l.Source
}

// wayOf says what a profile names for a source of its own.
func wayOf(source resolver.Source) string {
	switch source {
	case resolver.FromAssumeRole:
		return "role with a source"
	case resolver.FromWebIdentity:
		return "token file"
	case resolver.FromSSO:
		return "SSO account"
	case resolver.FromLogin:
		return "login session"
	case resolver.FromProcess:
		return "credential_process"
	}
	return string(source)
}

// nothing is the step of a profile that no method finds anything in.
func (v *visit) nothing() resolver.Step {
	p := v.link.In.section(v.situation, v.name)
	hasID, hasSecret := p.value(keyID) != "", !p.secret(secretKey).IsZero()
	if v.link.source() == resolver.FromProfile && hasID != hasSecret {
		return p.partial()
	}
	step := resolver.Step{Source: v.link.source(), Status: resolver.Absent, Profile: v.name, Where: v.where()}
	step.Reason = "profile " + quote(v.name) + " has no " + v.link.In.keys()
	if v.link.Source != "" && v.link.Source != resolver.FromProfile {
		step.Reason = "profile " + quote(v.name) + " names no " + wayOf(v.link.Source)
	}
	return step
}

// missingProfile is the step of a profile that no file has.
func missingProfile(s *resolver.Situation) resolver.Step {
	step := resolver.Step{
		Source:  resolver.FromProfile,
		Status:  resolver.Absent,
		Profile: s.Profile.Name,
		Reason:  "no file has a profile " + quote(s.Profile.Name),
	}
	switch s.Profile.By {
	case "":
	case resolver.ByCode:
		step.Where = append(step.Where, s.Code.Where...)
	default:
		step.Where = append(step.Where, resolver.Env(s.Profile.By))
	}
	for _, name := range []string{s.ConfigPath, s.CredentialsPath} {
		if name != "" {
			step.Where = append(step.Where, resolver.File(name, 0))
		}
	}
	for _, unread := range s.Unread {
		step.Reason += "; " + unread.Name + " could not be read"
	}
	return step
}

// offer returns what the visited profile supplies, its role included.
func (v *visit) offer(ctx context.Context) (resolver.Offer, bool) {
	methods := v.link.Methods
	if len(v.seen) > 1 {
		methods = v.link.SourceMethods
	}
	role := v.roleARN()
	for _, m := range methods {
		o, ok := m.Offer(ctx, v)
		if !ok {
			continue
		}
		if role != "" && v.link.RoleOver && !m.TakesRole {
			o = v.assume(o)
		}
		return o, true
	}
	if role == "" || !v.link.RoleOver {
		return resolver.Offer{}, false
	}
	return v.assume(v.rest(ctx)), true
}

// rest returns the first of the remaining links that has something to say.
func (v *visit) rest(ctx context.Context) resolver.Offer {
	var last resolver.Offer
	for _, link := range v.link.Rest {
		for _, o := range link.Offers(ctx, v.situation) {
			if o.Step.Offered() || o.Step.Stops {
				return o
			}
			last = o
		}
	}
	return last
}

// source returns the visit of the profile that source_profile names, or false
// if there is none.
func (v *visit) source(name string) (*visit, bool) {
	next := &visit{section: v.files().ofSource().section(v.situation, name), situation: v.situation, link: v.link}
	for _, before := range v.seen {
		next.again = next.again || before == name
	}
	next.seen = append(v.seen[:len(v.seen):len(v.seen)], name)
	return next, next.exists()
}

// files are those in which profiles are looked for. A Check visits profiles
// without a link.
func (v *visit) files() FileChoice {
	if v.link == nil {
		return BothFiles
	}
	return v.link.Files
}

// roleARN and sourceProfile are the profile's settings, of which a second visit
// sees none.
func (v *visit) roleARN() string {
	if v.again {
		return ""
	}
	return v.value("role_arn")
}

func (v *visit) sourceProfile() string {
	if v.again {
		return ""
	}
	return v.value("source_profile")
}
