package sdk

import (
	"context"

	"github.com/awscred/awscred/resolver"
)

// WebRoleRules say when a profile is one of a token file.
type WebRoleRules struct {
	// NeedsRole takes a token file without a role for no method at all;
	// otherwise it is an error.
	NeedsRole bool
	// NoSTS tells why STS cannot be asked; nil stands for the condition of the
	// link. A token is exchanged without a signature, which a role needs.
	NoSTS Condition
	// Least is what STS is sent at least.
	Least Least
}

// WebRole is the Method of web_identity_token_file: the profile's role for a
// token.
func WebRole(r WebRoleRules) Method {
	return Method{Name: tokenFileKey, TakesRole: true, Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		file, role := v.value(tokenFileKey), v.roleARN()
		if file == "" || role == "" && r.NeedsRole {
			return resolver.Offer{}, false
		}
		step := v.step(resolver.FromWebIdentity, tokenFileKey, roleKey)
		step.RoleARN = role
		if role == "" {
			return stopping(step, "web_identity_token_file is set, role_arn is not"), true
		}
		x := exchange{noSTS: v.link.NoSTS, least: r.Least}
		if r.NoSTS != nil {
			x.noSTS = r.NoSTS
		}
		return x.offer(v.situation, step, &resolver.WebIdentityPlan{
			TokenFile:   v.situation.Host.Abs(file),
			RoleARN:     role,
			SessionName: v.value(sessionNameKey),
			Region:      region(v.situation),
		}), true
	}}
}
