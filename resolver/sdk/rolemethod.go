package sdk

import (
	"context"

	"github.com/awscred/awscred/resolver"
)

// RoleRules say when a profile is one of a role, and where the role's keys come
// from, for SDKs that take role_arn for a method of its own.
type RoleRules struct {
	// Sources are what credential_source can name.
	Sources NamedSources
	// Empty takes a key that is there and empty for one that is set.
	Empty bool
	// UnlessToken leaves a profile with web_identity_token_file to others.
	UnlessToken bool
	// UnlessOwnKeys leaves a source profile with any half of a key pair to
	// others.
	UnlessOwnKeys bool
	// NeedsOneSource takes a profile that has not exactly one of source_profile
	// and credential_source for none of a role; otherwise it is an error.
	NeedsOneSource bool
	// BareSource takes the keys of credential_source as they are in a source
	// profile without a role.
	BareSource bool
	// OnlyOwnAgain lets no profile lead back to one that was visited but to
	// itself.
	OnlyOwnAgain bool
	// MFAFirst looks at mfa_serial before it looks at the source profile.
	MFAFirst bool
	// BrokenPasses passes over a role that is seen to be broken, unless its
	// source is, or it lacks nothing but the code of an MFA device.
	BrokenPasses bool
}

// Role returns the Method of role_arn with source_profile or credential_source.
func Role(r RoleRules) Method {
	return Method{Name: "role_arn with source_profile or credential_source", TakesRole: true, Offer: func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		source, named := r.isSet(v, "source_profile"), r.isSet(v, "credential_source")
		if r.BareSource && len(v.seen) > 1 && named && !r.isSet(v, roleKey) {
			return r.Sources.offer(ctx, v, v.value("credential_source")), true
		}
		if !r.takes(v) {
			return resolver.Offer{}, false
		}
		return r.offer(ctx, v, source, named), true
	}}
}

// takes reports whether a profile is one of a role.
func (r RoleRules) takes(v *visit) bool {
	switch {
	case !r.isSet(v, roleKey),
		r.NeedsOneSource && r.isSet(v, "source_profile") == r.isSet(v, "credential_source"),
		r.UnlessToken && r.isSet(v, tokenFileKey),
		r.UnlessOwnKeys && len(v.seen) > 1 && r.hasOwnKeys(v):
		return false
	}
	return true
}

// Behind returns a method that is used in profiles of a role only: for chains
// that come back to it when the role is passed over.
func (r RoleRules) Behind(m Method) Method {
	offer := m.Offer
	m.Offer = func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		if !r.takes(v) {
			return resolver.Offer{}, false
		}
		return offer(ctx, v)
	}
	return m
}

// isSet reports whether a key counts as set.
func (r RoleRules) isSet(v *visit, key string) bool {
	return v.value(key) != "" || r.Empty && v.has(key)
}

// broken returns an offer that may be passed over if it is broken.
func (r RoleRules) broken(o resolver.Offer) resolver.Offer {
	return Passes{Broken: r.BrokenPasses}.offer(o)
}

// offer offers the role of a profile.
func (r RoleRules) offer(ctx context.Context, v *visit, source, named bool) resolver.Offer {
	step := v.step(resolver.FromAssumeRole, roleKey, "source_profile", "credential_source")
	step.RoleARN = v.value(roleKey)
	switch {
	case source && named:
		return r.broken(stopping(step, "source_profile and credential_source exclude each other"))
	case !source && !named:
		return r.broken(stopping(step, "role_arn is set, but neither source_profile nor credential_source"))
	case step.RoleARN == "":
		return r.broken(stopping(step, "role_arn is empty"))
	case r.Empty && v.has("mfa_serial") && v.value("mfa_serial") == "":
		return stopping(step, noMFA)
	case named:
		return v.assume(r.Sources.offer(ctx, v, v.value("credential_source")))
	}
	if r.MFAFirst && v.value("mfa_serial") != "" {
		return stopping(step, noMFA)
	}
	return v.assume(r.fromProfile(ctx, v, v.value("source_profile")))
}

// hasOwnKeys reports whether a source profile counts as one with keys, which is
// not followed any further.
func (r RoleRules) hasOwnKeys(v *visit) bool {
	if r.UnlessOwnKeys {
		return v.has(keyID) || v.has(secretKey)
	}
	return v.hasPair()
}

// fromProfile returns what the source profile of that name offers.
func (r RoleRules) fromProfile(ctx context.Context, v *visit, name string) resolver.Offer {
	step := v.step(resolver.FromAssumeRole, "source_profile")
	if len(v.seen) > maxRoles {
		step.Status = resolver.Unknown
		step.Reason = tooLong
		return resolver.Offer{Step: step}
	}
	next, exists := v.source(name)
	switch {
	case !exists:
		return r.broken(stopping(step, "source_profile "+quote(name)+" does not exist"))
	case next.again && (r.OnlyOwnAgain && name != v.name || !r.hasOwnKeys(next)):
		return r.broken(stopping(step, "source_profile leads back to "+quote(name)))
	}
	if o, ok := next.offer(ctx); ok {
		return o
	}
	return r.broken(stopping(step, "source_profile "+quote(name)+" has no credentials"))
}
