package sdk

import (
	"context"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// The keys of a key pair in a profile.
const (
	keyID         = "aws_access_key_id"
	secretKey     = "aws_secret_access_key"
	sessionToken  = "aws_session_token"
	securityToken = "aws_security_token"
	accountID     = "aws_account_id"
)

// StaticRules say where a key pair may stand and what makes it one.
type StaticRules struct {
	// In is the file that the pair must stand in.
	In FileChoice
	// Empty takes a half that is there and empty for one.
	Empty bool
	// Half says what half a pair does. One that passes leaves the profile to
	// the next method.
	Half Half
	// Tokens are the keys of the session token, of which the first that is
	// there counts; aws_session_token if there are none.
	Tokens []string
}

// Static is the Method of a key pair in the profile.
func Static(r StaticRules) Method {
	return Method{Name: "static keys", Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		p := v.section
		if r.In != BothFiles {
			p = r.In.section(v.situation, v.name)
		}
		hasID, hasSecret := p.value(keyID) != "", !p.secret(secretKey).IsZero()
		if r.Empty {
			hasID, hasSecret = p.has(keyID), p.has(secretKey)
		}
		if hasID != hasSecret && r.Half.stops(hasID) {
			step := p.partial()
			step.Stops = true
			return resolver.Offer{Step: step}, true
		}
		if !hasID || !hasSecret {
			return resolver.Offer{}, false
		}
		return r.pair(p), true
	}}
}

// pair offers the keys of a profile.
func (r StaticRules) pair(p section) resolver.Offer {
	tokens := r.Tokens
	if tokens == nil {
		tokens = []string{sessionToken}
	}
	keys := []string{keyID, secretKey}
	var token redact.Secret
	for _, key := range tokens {
		if p.has(key) {
			keys, token = append(keys, key), p.secret(key)
			break
		}
	}
	step := p.step(resolver.FromProfile, keys...)
	step.Status = resolver.Usable
	step.Reason = "static keys of profile " + quote(p.name)
	step.KeyID = p.value(keyID)
	if step.KeyID == "" || p.secret(secretKey).IsZero() {
		step.Reason = "static keys of profile " + quote(p.name) + ", taken although they are empty"
	}
	step.Account = p.value(accountID)
	return resolver.Offer{Step: step, Plan: &resolver.StaticPlan{Keys: resolver.Keys{
		ID:      step.KeyID,
		Secret:  p.secret(secretKey),
		Token:   token,
		Account: step.Account,
	}}}
}

// hasPair reports whether a section has both halves of a key pair.
func (s section) hasPair() bool {
	return s.value(keyID) != "" && !s.secret(secretKey).IsZero()
}

// partial is the step of a profile with half a key pair.
func (s section) partial() resolver.Step {
	step := s.step(resolver.FromProfile, keyID, secretKey)
	step.Status = resolver.Partial
	step.KeyID = s.value(keyID)
	has, lacks := keyID, secretKey
	if step.KeyID == "" && !s.secret(secretKey).IsZero() {
		has, lacks = secretKey, keyID
	}
	step.Reason = "profile " + quote(s.name) + " has " + has + ", but no " + lacks
	return step
}
