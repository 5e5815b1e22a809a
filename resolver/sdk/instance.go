package sdk

import (
	"context"
	"net/url"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// The variables of the instance metadata service, the same for all SDKs.
const (
	metadataDisabled   = "AWS_EC2_METADATA_DISABLED"
	metadataV1Disabled = "AWS_EC2_METADATA_V1_DISABLED"
	metadataEndpoint   = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
	metadataMode       = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"
)

// The addresses of the instance metadata service.
const (
	metadataIPv4 = "http://169.254.169.254"
	metadataIPv6 = "http://[fd00:ec2::254]"
)

// Instance is the link of the role of the machine.
type Instance struct {
	// EndpointKey, ModeKey and V1DisabledKey are the profile's keys that
	// stand in for unset variables; "" for none.
	EndpointKey, ModeKey string
	V1DisabledKey        string
	// MoreEndpoints are further variables of the endpoint, behind the common
	// one.
	MoreEndpoints []string
	// Switch says how the variable is read that switches the service off, and
	// DisabledKey is the profile's key that stands in for it, or "".
	Switch      Switch
	DisabledKey string
	// V1Never is for SDKs that do not know requests without a session token.
	V1Never bool
	// Unless tells when the link is not used.
	Unless Condition
}

// Switch is how an SDK reads AWS_EC2_METADATA_DISABLED.
type Switch uint8

// What switches the metadata service off.
const (
	SwitchTrue     Switch = iota // "true" in any case
	SwitchExact                  // "true" in lower case
	SwitchStrict                 // "true" in any case; any value but that and "false" makes the link fail
	SwitchNotFalse               // anything but "false" in any case
)

// read returns whether a value switches the service off, or is one that the
// link fails over.
func (w Switch) read(v string) (off, fails bool) {
	isTrue, isFalse := strings.EqualFold(v, "true"), strings.EqualFold(v, "false")
	switch {
	case v == "":
		return false, false
	case w == SwitchExact:
		return v == "true", false
	case w == SwitchStrict:
		return isTrue, !isTrue && !isFalse
	case w == SwitchNotFalse:
		return !isFalse, false
	}
	return isTrue, false
}

// Offers returns the instance's role, of which nothing is known before the
// service is asked.
func (l Instance) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	step := resolver.Step{Source: resolver.FromIMDS}
	if ignored := l.Unless.holds(s); ignored != "" {
		step.Status = resolver.Disabled
		step.Reason = ignored
		step.Where = setEnvs(s.Host, relativeURI, fullURI)
		return one(step, nil)
	}
	if l.switchedOff(s, &step) {
		return one(step, nil)
	}
	plan := &resolver.InstancePlan{V1Never: l.V1Never}
	var from []resolver.Evidence
	plan.Endpoint, from = l.endpoint(s)
	plan.V1Disabled = l.v1Disabled(s)
	step.Where = append(from, endpoint(plan.Endpoint))
	u, err := url.Parse(plan.Endpoint)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		step.Status = resolver.Broken
		step.Reason = "the endpoint is not a valid URL"
		return one(step, nil)
	}
	step.Status = resolver.Unknown
	step.Reason = "whether this machine has a role was not asked"
	return one(step, plan)
}

// switchedOff reports whether the service is not asked, and says why.
func (l Instance) switchedOff(s *resolver.Situation, step *resolver.Step) bool {
	v, name, at := s.Host.Getenv(metadataDisabled), metadataDisabled, resolver.Env(metadataDisabled)
	if v == "" && l.DisabledKey != "" {
		p := chosen(s)
		v, name, at = p.value(l.DisabledKey), l.DisabledKey, p.at(l.DisabledKey)
	}
	off, fails := l.Switch.read(v)
	switch {
	case off:
		step.Status = resolver.Disabled
		step.Reason = name + "=" + v
	case fails:
		step.Status = resolver.Broken
		step.Reason = name + " is neither true nor false"
	default:
		return false
	}
	step.Where = []resolver.Evidence{at}
	return true
}

// endpoint returns the address of the service, and where it is configured.
func (l Instance) endpoint(s *resolver.Situation) (string, []resolver.Evidence) {
	names := append([]string{metadataEndpoint}, l.MoreEndpoints...)
	if name, v := firstEnv(s.Host, names); v != "" {
		return v, envs(name)
	}
	p := chosen(s)
	if v := p.value(l.EndpointKey); v != "" {
		return v, []resolver.Evidence{p.at(l.EndpointKey)}
	}
	if v := strings.TrimSpace(s.Host.Getenv(metadataMode)); v != "" {
		return modeEndpoint(v), envs(metadataMode)
	}
	if v := strings.TrimSpace(p.value(l.ModeKey)); v != "" {
		return modeEndpoint(v), []resolver.Evidence{p.at(l.ModeKey)}
	}
	return metadataIPv4, nil
}

func modeEndpoint(mode string) string {
	if strings.EqualFold(mode, "IPv6") {
		return metadataIPv6
	}
	return metadataIPv4
}

func (l Instance) v1Disabled(s *resolver.Situation) bool {
	v := s.Host.Getenv(metadataV1Disabled)
	if v == "" {
		v = chosen(s).value(l.V1DisabledKey)
	}
	return strings.EqualFold(v, "true")
}
