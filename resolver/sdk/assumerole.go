package sdk

import (
	"context"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// AssumeRules say when a profile's role is assumed, for SDKs that assume it with
// the keys of a source and nothing else.
type AssumeRules struct {
	// Sources are the methods of source_profile and credential_source, in the
	// order of the SDK.
	Sources []Method
	// OneSource makes it an error to have both.
	OneSource bool
	// NeedsSource makes it an error to have neither; otherwise the role_arn
	// then means nothing.
	NeedsSource bool
	// NoCycles makes it an error that a source_profile leads back, be it to
	// itself; otherwise a profile may take its own keys.
	NoCycles bool
}

// AssumeRole is the Method of role_arn with a source.
func AssumeRole(r AssumeRules) Method {
	return Method{Name: "role_arn with " + strings.Join(names(r.Sources), " or "), TakesRole: true, Offer: func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		if v.value("role_arn") == "" {
			return resolver.Offer{}, false
		}
		step := v.step(resolver.FromAssumeRole, "role_arn", "source_profile", "credential_source")
		step.RoleARN = v.value("role_arn")
		both := v.value("source_profile") != "" && v.value("credential_source") != ""
		switch {
		case r.OneSource && both:
			return stopping(step, "source_profile and credential_source exclude each other in profile "+quote(v.name)), true
		case v.again && r.NoCycles:
			return stopping(step, "source_profile leads back to "+quote(v.name)), true
		case v.again:
			return resolver.Offer{}, false
		}
		for _, m := range r.Sources {
			if o, ok := m.Offer(ctx, v); ok {
				return v.assume(o), true
			}
		}
		if r.NeedsSource {
			return stopping(step, "profile "+quote(v.name)+" has a role_arn and no source for its keys"), true
		}
		return resolver.Offer{}, false
	}}
}

// OwnRole is the Method of a profile that is its own source_profile: its role,
// with its own keys.
func OwnRole(keys Method) Method {
	return Method{Name: "role_arn with itself as source_profile", TakesRole: true, Offer: func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		if v.roleARN() == "" || v.sourceProfile() != v.name {
			return resolver.Offer{}, false
		}
		o, ok := keys.Offer(ctx, v)
		if !ok {
			return resolver.Offer{}, false
		}
		return v.assume(o), true
	}}
}

// UnlessSourced is a method that gives way, in the chosen profile, to a role
// with a source_profile.
func UnlessSourced(m Method) Method {
	m.Name += " (unless role_arn has a source_profile)"
	offer := m.Offer
	m.Offer = func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		if len(v.seen) == 1 && v.roleARN() != "" && v.sourceProfile() != "" {
			return resolver.Offer{}, false
		}
		return offer(ctx, v)
	}
	return m
}
