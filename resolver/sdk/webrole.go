package sdk

import (
	"context"

	"github.com/awscred/awscred/resolver"
)

// WebRole is the Method of web_identity_token_file: the profile's role for a
// token.
func WebRole() Method {
	return Method{TakesRole: true, Offer: func(_ context.Context, v *visit) (resolver.Offer, bool) {
		file := v.value("web_identity_token_file")
		if file == "" {
			return resolver.Offer{}, false
		}
		step := v.step(resolver.FromWebIdentity, "web_identity_token_file", "role_arn")
		step.RoleARN = v.roleARN()
		if step.RoleARN == "" {
			return stopping(step, "web_identity_token_file is set, role_arn is not"), true
		}
		return tokenExchange(v.situation, v.link.NoSTS, step, &resolver.WebIdentityPlan{
			TokenFile:   v.situation.Host.Abs(file),
			RoleARN:     step.RoleARN,
			SessionName: v.value("role_session_name"),
			Region:      region(v.situation),
		}), true
	}}
}
