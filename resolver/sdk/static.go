package sdk

import (
	"context"

	"github.com/awscred/awscred/resolver"
)

// The keys of a key pair in a profile.
const (
	keyID        = "aws_access_key_id"
	secretKey    = "aws_secret_access_key"
	sessionToken = "aws_session_token"
	accountID    = "aws_account_id"
)

// Static is the Method of a key pair in the profile. A pair with an empty half
// is none.
func Static() Method {
	return Method{Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		if !v.hasPair() {
			return resolver.Offer{}, false
		}
		step := v.step(resolver.FromProfile, keyID, secretKey, sessionToken)
		step.Status = resolver.Usable
		step.Reason = "static keys of profile " + quote(v.name)
		step.KeyID = v.value(keyID)
		step.Account = v.value(accountID)
		return resolver.Offer{Step: step, Plan: &resolver.StaticPlan{Keys: resolver.Keys{
			ID:      step.KeyID,
			Secret:  v.secret(secretKey),
			Token:   v.secret(sessionToken),
			Account: step.Account,
		}}}, true
	}}
}

// hasPair reports whether a section has both halves of a key pair.
func (s section) hasPair() bool {
	return s.value(keyID) != "" && !s.secret(secretKey).IsZero()
}
