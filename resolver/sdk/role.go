package sdk

import (
	"context"
	"strconv"
	"time"

	"github.com/awscred/awscred/resolver"
)

const noMFA = "mfa_serial is set, and nobody is asked for the code"

// assume offers the visited profile's role over the keys of a base. A role
// whose base cannot give keys shares its fate.
func (v *visit) assume(base resolver.Offer) resolver.Offer {
	step := v.step(resolver.FromAssumeRole, "role_arn", "source_profile", "credential_source", "mfa_serial")
	step.RoleARN = v.roleARN()
	step.Status = base.Step.Status
	step.Reason = base.Step.Reason
	if base.Step.Source != "" && (base.Step.Source != resolver.FromAssumeRole || base.Step.RoleARN != "") {
		step.Via = append([]resolver.Hop{base.Step.Hop()}, base.Step.Via...)
	}
	switch {
	case base.Step.Status == resolver.Broken && (base.Step.Stops || base.FailurePasses):
		return Passes{Broken: base.FailurePasses}.offer(stopping(step, base.Step.Reason))
	case base.Step.Status == resolver.Partial && base.Step.Stops:
		return stopping(step, base.Step.Reason)
	case v.value("mfa_serial") != "" && !v.link.IgnoresMFA:
		return stopping(step, noMFA)
	case !base.Step.Offered():
		step.Stops = !base.FailurePasses
		step.Reason = "the role's keys are to come from " + string(base.Step.Source) + ": " + base.Step.Reason
		if base.Step.Status == resolver.Broken {
			// A metadata service that cannot be asked counts as one
			// without a role.
			step.Status = resolver.Absent
		}
		return resolver.Offer{Step: step, FailurePasses: base.FailurePasses}
	}
	if no := v.link.NoSTS.holds(v.situation); no != "" {
		return stopping(step, no)
	}
	if short := v.link.Least.wrong(v, step.RoleARN); short != "" {
		return stopping(step, short)
	}
	step.Reason = "role of profile " + quote(v.name) + ", assumed with keys from " + baseName(base.Step)
	return resolver.Offer{
		Step: step,
		Plan: &resolver.RolePlan{
			RoleARN:     step.RoleARN,
			SessionName: v.value(sessionNameKey),
			ExternalID:  v.value("external_id"),
			Region:      region(v.situation),
			Duration:    v.duration(),
			Base:        base.Plan,
			Endpoints:   v.situation.SDK.Endpoints,
		},
		BasePasses: base.FailurePasses || base.BasePasses,
		NoneFails:  base.NoneFails,
	}
}

// baseName says where a role's keys come from.
func baseName(base resolver.Step) string {
	if base.Profile != "" {
		return "profile " + quote(base.Profile)
	}
	switch base.Source {
	case resolver.FromEnv, resolver.FromEnvLegacy:
		return "the environment"
	case resolver.FromContainer:
		return "the container"
	case resolver.FromIMDS:
		return "the instance"
	}
	return string(base.Source)
}

// duration is duration_seconds, or 0 where the default applies.
func (v *visit) duration() time.Duration {
	n, err := strconv.ParseInt(v.value("duration_seconds"), 0, 32)
	if err != nil {
		return 0
	}
	d := time.Duration(n) * time.Second
	if d < max(v.link.ShortestRole, 0) {
		return 0
	}
	return d
}

// SourceProfile is the Method of source_profile: the keys of another profile.
func SourceProfile() Method {
	return Method{Name: "source_profile", Offer: func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		name := v.sourceProfile()
		if name == "" {
			return resolver.Offer{}, false
		}
		step := v.step(resolver.FromAssumeRole, "source_profile")
		if len(v.seen) > maxRoles {
			step.Status = resolver.Unknown
			step.Reason = tooLong
			return resolver.Offer{Step: step}, true
		}
		source, ok := v.source(name)
		if !ok {
			return stopping(step, "source_profile "+quote(name)+" does not exist"), true
		}
		o, ok := source.offer(ctx)
		switch {
		case ok:
			return o, true
		case source.again:
			return stopping(step, "source_profile leads back to "+quote(name)+", which has no keys of its own"), true
		}
		return stopping(step, "source_profile "+quote(name)+" has no credentials"), true
	}}
}
