package resolver

import (
	"context"
	"errors"
	"strconv"
)

// Options say how far a resolution goes.
type Options struct {
	// Code is what the program sets itself.
	Code Code
	// Carrier carries the plans out; nil leaves it at what local evidence
	// says.
	Carrier Carrier
	// Prober, if there is no Carrier, settles a source that only a request
	// can judge.
	Prober Prober
}

// A Prober asks whether a source is there, without asking it for keys: the name
// of the instance's role, or whether an endpoint answers at all.
type Prober interface {
	// Probe returns what the source calls itself, such as the name of the
	// role, or "". Its errors wrap [ErrNoCredentials] if the source was asked
	// and is not there or has no role, [ErrFails] if that is more than the
	// SDK passes over, and [ErrNotAsked] if it is a source that this Prober
	// does not ask.
	Probe(ctx context.Context, h *Host, p Plan) (name string, err error)
}

// ErrFails says that an SDK takes what a source answered a Prober for a failure.
var ErrFails = errors.New("failure")

// ErrNotAsked says that a Prober left a source alone.
var ErrNotAsked = errors.New("not asked")

// Resolve follows the chain of an SDK on a Host. Sources behind the one that
// ends the chain are looked at as well, but never asked.
func Resolve(ctx context.Context, h *Host, sdk *SDK, opts Options) *Trace {
	h = opts.Code.host(h)
	if sdk.On != nil {
		if other := sdk.On(h); other != nil {
			sdk = other
		}
	}
	s := newSituation(h, sdk, opts.Code)
	t := &Trace{
		SDK:             sdk,
		Depth:           Selected,
		Profile:         s.Profile,
		Home:            s.Home,
		ConfigPath:      s.ConfigPath,
		CredentialsPath: s.CredentialsPath,
		ended:           -1,
	}
	if opts.Carrier != nil {
		t.Depth = Resolved
	}
	for _, check := range sdk.Load {
		if t.Blocked = check(s); t.Blocked != nil {
			t.Blocked.Reason = oneLine(t.Blocked.Reason)
			break
		}
	}
	c := chain{host: h, opts: opts, trace: t}
	for _, link := range sdk.Links {
		c.offers = append(c.offers, link.Offers(ctx, s)...)
	}
	opts.Code.apply(c.offers)
	t.Steps = make([]Step, len(c.offers))
	for i := range c.offers {
		t.Steps[i] = c.offers[i].Step
		t.Steps[i].Reason = oneLine(t.Steps[i].Reason)
	}
	if t.Blocked == nil {
		t.ended = c.end(ctx)
	}
	opts.Code.assume(t)
	return t
}

// A chain is a resolution under way.
type chain struct {
	host   *Host
	opts   Options
	trace  *Trace
	offers []Offer
}

// end returns the index of the step that ends the chain, or -1.
func (c *chain) end(ctx context.Context) int {
	for i := range c.offers {
		step := &c.trace.Steps[i]
		if step.Offered() {
			c.ask(ctx, &c.offers[i], step)
		}
		if step.Offered() || step.Stops {
			return i
		}
	}
	return -1
}

// ask finds out about an offered source as far as the options allow, and
// changes its step to what came of it.
func (c *chain) ask(ctx context.Context, o *Offer, step *Step) {
	switch {
	case o.Plan == nil:
	case c.opts.Carrier != nil:
		keys, err := c.opts.Carrier.Carry(ctx, c.host, o.Plan)
		if err != nil {
			c.failed(o, step, err)
			return
		}
		step.Reason = given(o.Plan, step)
		step.Status = Usable
		step.KeyID, step.Expires = keys.ID, keys.Expires
		if keys.Account != "" {
			step.Account = keys.Account
		}
	case c.opts.Prober != nil && step.Status == Unknown:
		c.probe(ctx, o, step)
	}
}

// given is the reason of a step whose plan gave keys. What was said before the
// source was asked does not hold any more, unless the keys were at hand or the
// reason told no more than how they are got.
func given(p Plan, step *Step) string {
	switch p := p.(type) {
	case *ProcessPlan:
		return "credential_process of profile " + strconv.Quote(p.Profile) + " gave keys"
	case *SSOPlan:
		return "the portal gave keys of role " + strconv.Quote(p.Role) + " of account " + strconv.Quote(p.Account)
	case *LoginPlan:
		if p.Needs != "" {
			return "keys of a live login session, if " + p.Needs + " is installed"
		}
		return "keys of a live login session"
	case *ContainerPlan:
		return "the endpoint of the container gave keys"
	case *InstancePlan:
		return "the metadata service gave keys of the role of this machine"
	case *WebIdentityPlan:
		return "the token file was exchanged for the role"
	case *RolePlan:
		if step.Status == Unknown {
			return "the role was assumed"
		}
	}
	return step.Reason
}

// failed turns a step into one whose plan gave no keys. A chain that picks one
// source has nothing to go on to, unless the offer says otherwise.
func (c *chain) failed(o *Offer, step *Step, err error) {
	step.Reason = clause(err)
	step.KeyID = ""
	base := (*BaseError)(nil)
	step.Stops = !o.FailurePasses && (!o.BasePasses || !errors.As(err, &base))
	if errors.Is(err, ErrNoCredentials) && !o.NoneFails {
		step.Status = Absent
		step.Stops = step.Stops && c.trace.SDK.Kind == PickOne
		return
	}
	step.Status = Broken
}

// probe settles an unknown step if the Prober can.
func (c *chain) probe(ctx context.Context, o *Offer, step *Step) {
	name, err := c.opts.Prober.Probe(ctx, c.host, Root(o.Plan))
	switch {
	case errors.Is(err, ErrNotAsked):
	case errors.Is(err, ErrNoCredentials), errors.Is(err, ErrFails):
		c.failed(o, step, err)
	case err != nil:
		step.Reason = clause(err)
	default:
		step.Status = Usable
		step.Reason = "answers"
		if name != "" {
			step.Reason = "answers with role " + name
		}
	}
}

// Root returns the plan that the first keys come from: the base of the roles.
func Root(p Plan) Plan {
	for {
		role, ok := p.(*RolePlan)
		if !ok {
			return p
		}
		p = role.Base
	}
}
