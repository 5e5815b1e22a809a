package resolver

import (
	"errors"
	"iter"
)

// ErrNoCredentials says that a source was asked and has no credentials to give.
var ErrNoCredentials = errors.New("no credentials")

// Depth is how far a trace went.
type Depth string

// The depths of the contract.
const (
	Selected Depth = "selected" // what local evidence says
	Resolved Depth = "resolved" // the plans were carried out
)

// Outcome is what a resolution ends with.
type Outcome string

// The outcomes of the contract.
const (
	HasCredentials Outcome = "credentials"
	HasNone        Outcome = "none"
	HasError       Outcome = "error"
	NotKnown       Outcome = "unknown"
)

// A Trace is the full account of one resolution by one SDK.
type Trace struct {
	SDK   *SDK
	Depth Depth
	// Profile is the profile that the SDK chose.
	Profile ProfileChoice
	// Home is the home directory as the SDK finds it, ConfigPath and
	// CredentialsPath are the files that it reads.
	Home                        string
	ConfigPath, CredentialsPath string
	// Blocked is set if the SDK fails before it looks at any source.
	Blocked *Step
	// Steps are all sources in the SDK's order, also those behind the winner.
	Steps []Step
	// ended is the index of the step that ends the chain, or -1.
	ended int
}

// Ended returns the step that ends the chain: what blocked it, the winner, or
// the source that offers nothing and that the SDK does not pass over. It
// returns nil if every source was passed over.
func (t *Trace) Ended() *Step {
	if t.Blocked != nil {
		return t.Blocked
	}
	if t.ended < 0 || t.ended >= len(t.Steps) {
		return nil
	}
	return &t.Steps[t.ended]
}

// Winner returns the step whose credentials the SDK uses, or nil.
func (t *Trace) Winner() *Step {
	s := t.Ended()
	if t.Blocked != nil || s == nil || !s.Offered() {
		return nil
	}
	return s
}

// Outcome is what the resolution ends with.
func (t *Trace) Outcome() Outcome {
	s := t.Ended()
	if s == nil {
		return HasNone
	}
	switch s.Status {
	case Usable:
		return HasCredentials
	case Unknown:
		return NotKnown
	case Absent, Disabled:
		return HasNone
	}
	return HasError
}

// Shadowed returns the steps behind the winner that offer credentials as well.
func (t *Trace) Shadowed() iter.Seq[*Step] {
	return func(yield func(*Step) bool) {
		if t.Winner() == nil {
			return
		}
		for i := t.ended + 1; i < len(t.Steps); i++ {
			if t.Steps[i].Offered() && !yield(&t.Steps[i]) {
				return
			}
		}
	}
}

// IsShadowed reports whether the i-th step offers credentials that an earlier
// one hides.
func (t *Trace) IsShadowed(i int) bool {
	return t.Winner() != nil && i > t.ended && t.Steps[i].Offered()
}
