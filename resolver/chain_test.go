package resolver_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// fixed is a link that offers what it holds.
type fixed []resolver.Offer

func (l fixed) Offers(context.Context, *resolver.Situation) []resolver.Offer {
	return slices.Clone(l)
}

// A world answers plans by the region that they name.
type world struct {
	errs   map[string]error
	probed []resolver.Plan
}

func (w *world) Carry(_ context.Context, _ *resolver.Host, p resolver.Plan) (resolver.Keys, error) {
	name := p.(*resolver.LoginPlan).Session
	if err := w.errs[name]; err != nil {
		return resolver.Keys{}, err
	}
	return resolver.Keys{ID: "id-" + name, Account: "123456789012"}, nil
}

func (w *world) Probe(_ context.Context, _ *resolver.Host, p resolver.Plan) (string, error) {
	w.probed = append(w.probed, p)
	if login, ok := p.(*resolver.LoginPlan); ok {
		return "role-" + login.Session, w.errs[login.Session]
	}
	return "", resolver.ErrNotAsked
}

func step(source resolver.Source, status resolver.Status) resolver.Step {
	return resolver.Step{Source: source, Status: status, Reason: "because"}
}

func offered(source resolver.Source, status resolver.Status, passes bool) resolver.Offer {
	return resolver.Offer{Step: step(source, status), Plan: &resolver.LoginPlan{Session: string(source)}, FailurePasses: passes}
}

func stopping(source resolver.Source, status resolver.Status) resolver.Offer {
	o := resolver.Offer{Step: step(source, status)}
	o.Step.Stops = true
	return o
}

// An SDK that a variable changes as a whole is resolved as what it then is.
func TestResolveOn(t *testing.T) {
	plain := &resolver.SDK{Dialect: profile.GoV2(), Links: []resolver.Link{fixed{{Step: step(resolver.FromEnv, resolver.Absent)}}}}
	other := &resolver.SDK{Dialect: profile.GoV2(), Links: []resolver.Link{fixed{offered("sso", resolver.Usable, false)}}}
	plain.On = func(h *resolver.Host) *resolver.SDK {
		if h.Getenv("OTHER") == "" {
			return nil
		}
		return other
	}
	for value, want := range map[string]*resolver.SDK{"": plain, "1": other} {
		h := &resolver.Host{Env: map[string]string{"OTHER": value}}
		tr := resolver.Resolve(context.Background(), h, plain, resolver.Options{})
		if tr.SDK != want || (tr.Winner() != nil) != (want == other) {
			t.Errorf("OTHER=%q: resolved as another SDK, outcome %s", value, tr.Outcome())
		}
	}
}

func TestResolveDecides(t *testing.T) {
	errBoom := errors.New("boom\n  bang")
	none := resolver.ErrNoCredentials
	absent := resolver.Offer{Step: step(resolver.FromCode, resolver.Absent)}
	for _, c := range []struct {
		name    string
		kind    resolver.Kind
		offers  []resolver.Offer
		errs    map[string]error
		carry   bool
		probe   bool
		outcome resolver.Outcome
		ended   resolver.Source
		reason  string
	}{
		{name: "nothing", offers: []resolver.Offer{absent}, outcome: resolver.HasNone},
		{name: "first usable", offers: []resolver.Offer{absent, offered("env", resolver.Usable, false), offered("imds", resolver.Unknown, false)},
			outcome: resolver.HasCredentials, ended: "env"},
		{name: "broken passes", offers: []resolver.Offer{{Step: step("env", resolver.Broken)}, offered("sso", resolver.Usable, false)},
			outcome: resolver.HasCredentials, ended: "sso"},
		{name: "broken stops", offers: []resolver.Offer{stopping("env", resolver.Broken), offered("sso", resolver.Usable, false)},
			outcome: resolver.HasError, ended: "env"},
		{name: "partial stops", offers: []resolver.Offer{stopping("env", resolver.Partial)}, outcome: resolver.HasError, ended: "env"},
		{name: "disabled stops", offers: []resolver.Offer{stopping("imds", resolver.Disabled), offered("sso", resolver.Usable, false)},
			outcome: resolver.HasNone, ended: "imds"},
		{name: "unknown", offers: []resolver.Offer{offered("imds", resolver.Unknown, false), offered("sso", resolver.Usable, false)},
			outcome: resolver.NotKnown, ended: "imds"},
		{name: "picked and failed", carry: true, errs: map[string]error{"sso": errBoom},
			offers:  []resolver.Offer{offered("sso", resolver.Usable, false), offered("imds", resolver.Unknown, false)},
			outcome: resolver.HasError, ended: "sso", reason: "boom bang"},
		{name: "picked, and failures mean none", carry: true, errs: map[string]error{"container": errBoom, "imds": none},
			offers:  []resolver.Offer{offered("container", resolver.Usable, true), offered("imds", resolver.Unknown, true)},
			outcome: resolver.HasNone},
		{name: "empty is a failure", kind: resolver.TryInTurn, carry: true, errs: map[string]error{"imds": none},
			offers:  []resolver.Offer{{Step: step("imds", resolver.Unknown), Plan: &resolver.LoginPlan{Session: "imds"}, NoneFails: true}},
			outcome: resolver.HasError, ended: "imds"},
		{name: "picked and empty", carry: true, errs: map[string]error{"imds": none},
			offers:  []resolver.Offer{offered("imds", resolver.Unknown, false), offered("sso", resolver.Usable, false)},
			outcome: resolver.HasNone, ended: "imds"},
		{name: "tried and passed over", kind: resolver.TryInTurn, carry: true, errs: map[string]error{"sso": errBoom},
			offers:  []resolver.Offer{offered("sso", resolver.Usable, true), offered("imds", resolver.Unknown, false)},
			outcome: resolver.HasCredentials, ended: "imds"},
		{name: "tried and stopped", kind: resolver.TryInTurn, carry: true, errs: map[string]error{"sso": errBoom},
			offers:  []resolver.Offer{offered("sso", resolver.Usable, false), offered("imds", resolver.Unknown, false)},
			outcome: resolver.HasError, ended: "sso"},
		{name: "tried and empty", kind: resolver.TryInTurn, carry: true, errs: map[string]error{"sso": none, "imds": none},
			offers:  []resolver.Offer{offered("sso", resolver.Usable, false), offered("imds", resolver.Unknown, false)},
			outcome: resolver.HasNone},
		{name: "probed and there", probe: true, offers: []resolver.Offer{offered("imds", resolver.Unknown, false)},
			outcome: resolver.HasCredentials, ended: "imds", reason: "answers with role role-imds"},
		{name: "probed and empty", probe: true, errs: map[string]error{"imds": none}, offers: []resolver.Offer{offered("imds", resolver.Unknown, false)},
			outcome: resolver.HasNone, ended: "imds"},
		{name: "probed in vain", probe: true, errs: map[string]error{"imds": errBoom}, offers: []resolver.Offer{offered("imds", resolver.Unknown, false)},
			outcome: resolver.NotKnown, ended: "imds", reason: "boom bang"},
		{name: "not probed", probe: true, errs: map[string]error{"imds": resolver.ErrNotAsked}, offers: []resolver.Offer{offered("imds", resolver.Unknown, false)},
			outcome: resolver.NotKnown, ended: "imds", reason: "because"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &world{errs: c.errs}
			var opts resolver.Options
			if c.carry {
				opts.Carrier = w
			}
			if c.probe {
				opts.Prober = w
			}
			sdk := &resolver.SDK{Kind: c.kind, Dialect: profile.GoV2(), Links: []resolver.Link{fixed(c.offers)}}
			tr := resolver.Resolve(context.Background(), &resolver.Host{}, sdk, opts)
			if tr.Outcome() != c.outcome {
				t.Errorf("outcome is %s, want %s", tr.Outcome(), c.outcome)
			}
			ended := tr.Ended()
			if ended == nil {
				ended = &resolver.Step{}
			}
			if ended.Source != c.ended || c.reason != "" && ended.Reason != c.reason {
				t.Errorf("ended by %q (%s), want %q (%s)", ended.Source, ended.Reason, c.ended, c.reason)
			}
		})
	}
}

func TestOnlyTheWinnerIsProbed(t *testing.T) {
	w := &world{}
	sdk := &resolver.SDK{Dialect: profile.GoV2(), Links: []resolver.Link{fixed{
		offered("env", resolver.Usable, false), offered("imds", resolver.Unknown, false),
	}}}
	tr := resolver.Resolve(context.Background(), &resolver.Host{}, sdk, resolver.Options{Prober: w})
	if w.probed != nil {
		t.Errorf("probed %v although a source wins", w.probed)
	}
	var shadowed []resolver.Source
	for s := range tr.Shadowed() {
		shadowed = append(shadowed, s.Source)
	}
	if !slices.Equal(shadowed, []resolver.Source{"imds"}) || !tr.IsShadowed(1) || tr.IsShadowed(0) {
		t.Errorf("shadowed are %v", shadowed)
	}
}

func TestProbeAsksTheRootOfRoles(t *testing.T) {
	w := &world{}
	base := &resolver.InstancePlan{Endpoint: "http://169.254.169.254"}
	o := offered("assume-role", resolver.Unknown, false)
	o.Plan = &resolver.RolePlan{Base: &resolver.RolePlan{Base: base}}
	sdk := &resolver.SDK{Dialect: profile.GoV2(), Links: []resolver.Link{fixed{o}}}
	resolver.Resolve(context.Background(), &resolver.Host{}, sdk, resolver.Options{Prober: w})
	if len(w.probed) != 1 || w.probed[0] != resolver.Plan(base) {
		t.Errorf("probed %v", w.probed)
	}
}

func TestBlockedHasNoWinner(t *testing.T) {
	for _, status := range []resolver.Status{resolver.Broken, resolver.Unknown} {
		sdk := &resolver.SDK{
			Dialect: profile.GoV2(),
			Load:    []resolver.Check{func(*resolver.Situation) *resolver.Step { s := step("", status); return &s }},
			Links:   []resolver.Link{fixed{offered("env", resolver.Usable, false)}},
		}
		tr := resolver.Resolve(context.Background(), &resolver.Host{}, sdk, resolver.Options{})
		if tr.Winner() != nil || tr.IsShadowed(0) {
			t.Errorf("%s: a blocked chain has a winner", status)
		}
		if want := map[resolver.Status]resolver.Outcome{resolver.Broken: resolver.HasError, resolver.Unknown: resolver.NotKnown}[status]; tr.Outcome() != want {
			t.Errorf("%s: outcome is %s, want %s", status, tr.Outcome(), want)
		}
		if len(tr.Steps) != 1 {
			t.Errorf("%s: the sources were not looked at", status)
		}
	}
}
