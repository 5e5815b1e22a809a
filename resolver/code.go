package resolver

import (
	"maps"
	"slices"
)

// Code is what the program sets itself: the first thing that every SDK looks
// at. Package code finds it in a program's source.
type Code struct {
	// Profile named in code, or with the --profile of a tool.
	Profile string
	// KeyID of static keys in code; Where the calls stand that set what Code
	// says.
	KeyID string
	Where []Evidence
	// Note says in one clause what the calls do: "passes profile "deploy"".
	Note string
	// Keys is true if the program passes keys of which the id is not known;
	// Open if it passes something of which not even the kind is known. Note
	// says what is known of it.
	Keys, Open bool
	// Missing is true if the program passes keys, and what it takes them from
	// is not set here. The SDK fails then, unless MissingPasses.
	Missing, MissingPasses bool
	// Only are the sources of a provider that the program names in place of
	// the SDK's chain; nil leaves the chain as it is.
	Only []Source
	// Role is a role that the program assumes with what the chain gives, or
	// nil.
	Role *CodeRole
	// Env are variables that the program sets before the SDK reads them, and
	// where; a variable that it unsets has no value.
	Env map[string]CodeVariable
}

// A CodeRole is a role that a program assumes.
type CodeRole struct{ ARN string } // "" if it is not known

// A CodeVariable is a variable that a program sets for itself.
type CodeVariable struct {
	Value string
	Unset bool
	At    Evidence
}

// host is the Host with the variables that the program sets.
func (c *Code) host(h *Host) *Host {
	if len(c.Env) == 0 {
		return h
	}
	changed := *h
	changed.Env = maps.Clone(h.Env)
	if changed.Env == nil {
		changed.Env = make(map[string]string)
	}
	for name, v := range c.Env {
		if v.Unset {
			delete(changed.Env, name)
			continue
		}
		changed.Env[name] = v.Value
	}
	return &changed
}

// leavesProfiles reports whether the program names a provider that reads no
// profile, so that no variable chooses one.
func (c *Code) leavesProfiles() bool {
	return c.Only != nil && !slices.ContainsFunc(c.Only, func(s Source) bool {
		switch s {
		case FromProfile, FromAssumeRole, FromSSO, FromLogin, FromProcess:
			return true
		}
		return false
	})
}

// apply makes of the offers of a chain what they are for this program.
func (c *Code) apply(offers []Offer) {
	for i := range offers {
		o := &offers[i]
		if c.Only != nil && o.Step.Source != FromCode && !slices.Contains(c.Only, o.Step.Source) {
			*o = Offer{Step: Step{Source: o.Step.Source, Profile: o.Step.Profile, Status: Disabled, Reason: "not asked, because the program names its own provider"}}
			continue
		}
		for j, e := range o.Step.Where {
			if v, ok := c.Env[e.Name]; ok && e.Kind == InEnv {
				o.Step.Where = slices.Clone(o.Step.Where)
				o.Step.Where[j] = v.At
			}
		}
		if c.Role != nil && o.Plan != nil {
			o.Plan = &RolePlan{RoleARN: c.Role.ARN, Base: o.Plan}
		}
	}
}

// assume puts the role that the program assumes before the winner of a chain,
// whose keys become those that the role is asked for with.
func (c *Code) assume(t *Trace) {
	w := t.Winner()
	if c.Role == nil || w == nil {
		return
	}
	base := *w
	*w = Step{
		Source:  FromAssumeRole,
		Status:  base.Status,
		Reason:  "the program assumes the role itself",
		Where:   c.Where,
		RoleARN: c.Role.ARN,
		Via:     append([]Hop{base.Hop()}, base.Via...),
	}
	if c.Role.ARN == "" {
		w.Status = Unknown
		w.Reason = "the program assumes a role; which one is set in code, value unknown"
	}
	if t.Depth == Resolved {
		w.KeyID, w.Account, w.Expires = base.KeyID, base.Account, base.Expires
	}
}
