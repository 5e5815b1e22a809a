package sdk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// Env is the link of a key pair in environment variables.
type Env struct {
	// IDs, Secrets and Tokens are the variables of each part; the first that
	// is not empty counts, so that spellings can be mixed.
	IDs, Secrets, Tokens []string
	// FirstSet takes the first variable that is set, even to nothing.
	FirstSet bool
	// Account is the variable of the account's number, or "".
	Account string
	// Expires is the variable of the time at which the keys expire, or "". It
	// must be a time to come, or loading the keys fails.
	Expires string
	// Legacy are those IDs that make it the source env-legacy.
	Legacy []string
	// Half says what half a pair does.
	Half Half
	// BlankIsUnset takes a value of nothing but white space for none, and
	// trims the others, unless KeepSpaces is set.
	BlankIsUnset, KeepSpaces bool
	// Unless tells when the link is not used.
	Unless Condition
}

// Offers returns what the variables hold.
func (l Env) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	h := s.Host
	idVar, id := l.first(h, l.IDs)
	secretVar, secret := l.first(h, l.Secrets)
	tokenVar, token := l.first(h, l.Tokens)

	step := resolver.Step{Source: resolver.FromEnv, KeyID: id}
	if slices.Contains(l.Legacy, idVar) {
		step.Source = resolver.FromEnvLegacy
	}
	for _, name := range []string{idVar, secretVar, tokenVar} {
		if name != "" {
			step.Where = append(step.Where, resolver.Env(name))
		}
	}
	switch ignored := l.Unless.holds(s); {
	case len(step.Where) == 0:
		step.Status = resolver.Absent
		step.Reason = "no key is set in the environment"
		step.Where = setEnvs(h, slices.Concat(l.IDs, l.Secrets)...)
		return one(step, nil)
	case ignored != "":
		step.Status = resolver.Disabled
		step.Reason = ignored
		return one(step, nil)
	case id == "" || secret == "":
		step.Status = resolver.Partial
		step.Stops = l.Half.stops(id != "") && (id != "" || secret != "")
		step.Reason = l.missing(idVar, secretVar, tokenVar)
		return one(step, nil)
	}
	step.Status = resolver.Usable
	step.Reason = "set in the environment"
	if l.Account != "" {
		step.Account = h.Getenv(l.Account)
	}
	o := resolver.Offer{Step: step, Plan: &resolver.StaticPlan{Keys: resolver.Keys{
		ID:      id,
		Secret:  redact.New([]byte(secret)),
		Token:   redact.New([]byte(token)),
		Account: step.Account,
	}}}
	return []resolver.Offer{l.unexpired(h, o)}
}

// first returns the first variable that counts, and its value.
func (l Env) first(h *resolver.Host, names []string) (name, value string) {
	switch {
	case l.FirstSet:
		return firstSet(h, names)
	case !l.BlankIsUnset:
		return firstEnv(h, names)
	}
	for _, name := range names {
		v := h.Getenv(name)
		trimmed := strings.TrimSpace(v)
		switch {
		case trimmed == "":
		case l.KeepSpaces:
			return name, v
		default:
			return name, trimmed
		}
	}
	return "", ""
}

// missing says which half of a pair is not set.
func (l Env) missing(idVar, secretVar, tokenVar string) string {
	switch {
	case idVar != "":
		return idVar + " is set, " + l.Secrets[0] + " is not"
	case secretVar != "":
		return secretVar + " is set, " + l.IDs[0] + " is not"
	}
	return tokenVar + " is set, but no key"
}

// unexpired returns an offer as it is, unless a variable says that its keys have
// expired.
func (l Env) unexpired(h *resolver.Host, o resolver.Offer) resolver.Offer {
	if l.Expires == "" || h.Getenv(l.Expires) == "" {
		return o
	}
	o.Step.Where = append(o.Step.Where, resolver.Env(l.Expires))
	text := h.Getenv(l.Expires)
	at, ok := parseTime(text)
	switch {
	case !ok && !strings.ContainsAny(text, "0123456789"):
		return stopping(o.Step, l.Expires+" is not a time")
	case !ok:
		o.Step.Status = resolver.Unknown
		o.Step.Reason = l.Expires + " is a time in a form that is not read here"
		return o
	case at.Before(h.Time()):
		return stopping(o.Step, l.Expires+" says that the keys expired at "+at.UTC().Format(time.RFC3339))
	}
	o.Step.Expires = at
	o.Plan.(*resolver.StaticPlan).Keys.Expires = at
	return o
}

// parseTime reads a time in the forms that tools write.
func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime, time.DateOnly} {
		if at, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
