package resolver

// An End is what a resolution comes to, without the way there. Two SDKs agree
// if their Ends are equal.
type End struct {
	Outcome Outcome
	// Source is that of the winner, or "".
	Source Source
	// Role, KeyID and Profile tell the winner's keys from others, as far as
	// they are known: a role by its ARN, other keys by their id, and only
	// where neither is known by the profile that they come from.
	Role, KeyID, Profile string
}

// End returns what the resolution comes to.
func (t *Trace) End() End {
	e := End{Outcome: t.Outcome()}
	w := t.Winner()
	if w == nil {
		return e
	}
	e.Source = w.Source
	switch {
	case w.RoleARN != "":
		e.Role = w.RoleARN
	case w.KeyID != "":
		e.KeyID = w.KeyID
	default:
		e.Profile = w.Profile
	}
	return e
}
