package sdk

import (
	"context"
	"slices"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// Env is the link of a key pair in environment variables.
type Env struct {
	// IDs, Secrets and Tokens are the variables of each part; the first that
	// is not empty counts, so that spellings can be mixed.
	IDs, Secrets, Tokens []string
	// Account is the variable of the account's number, or "".
	Account string
	// Legacy are those IDs that make it the source env-legacy.
	Legacy []string
	// Unless tells when the link is not used.
	Unless Condition
}

// Offers returns what the variables hold.
func (l Env) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	h := s.Host
	idVar, id := firstEnv(h, l.IDs)
	secretVar, secret := firstEnv(h, l.Secrets)
	tokenVar, token := firstEnv(h, l.Tokens)

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
		step.Reason = l.missing(idVar, secretVar, tokenVar)
		return one(step, nil)
	}
	step.Status = resolver.Usable
	step.Reason = "set in the environment"
	if l.Account != "" {
		step.Account = h.Getenv(l.Account)
	}
	return one(step, &resolver.StaticPlan{Keys: resolver.Keys{
		ID:      id,
		Secret:  redact.New([]byte(secret)),
		Token:   redact.New([]byte(token)),
		Account: step.Account,
	}})
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
