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
	// Fixed is for SDKs that ask the address that all know, whatever is
	// configured.
	Fixed bool
	// MoreEndpoints are further variables of the endpoint, behind the common
	// one.
	MoreEndpoints []string
	// Switch says how the variable is read that switches the service off, and
	// DisabledKey is the profile's key that stands in for it, or "".
	Switch      Switch
	DisabledKey string
	// V1Never is for SDKs that do not know requests without a session token.
	V1Never bool
	// V1Switch says how the variable is read that switches those off, and
	// V1DisabledFails is that of the plan.
	V1Switch        Switch
	V1DisabledFails bool
	// NeverDisabled ignores the variable that switches the service off.
	NeverDisabled bool
	// EmptyIsSet takes an empty variable for one that is set: it hides the
	// profile's key, and the empty mode is none.
	EmptyIsSet bool
	// IPv6Var and IPv6Key, if one is true, stand in for the mode; "" for none.
	IPv6Var, IPv6Key string
	// IsMode judges the mode; nil takes all that is not IPv6 for IPv4.
	// IsEndpoint judges the address; nil wants an HTTP URL.
	IsMode, IsEndpoint func(string) bool
	// KeepPath is that of the plan.
	KeepPath bool
	// LazyMode judges the mode only if no address is configured.
	LazyMode bool
	// WrongStops takes a mode or address that is not valid for the end of the
	// chain; otherwise there is no role.
	WrongStops bool
	// Unless tells when the link is not used.
	Unless Condition
}

// Switch is how an SDK reads AWS_EC2_METADATA_DISABLED.
type Switch uint8

// What switches the metadata service off.
const (
	SwitchTrue          Switch = iota // "true" in any case
	SwitchExact                       // "true" in lower case
	SwitchStrict                      // "true" in any case; any value but that and "false" makes the link fail
	SwitchNotFalse                    // anything but "false" in any case
	SwitchNotExactFalse               // anything but "false" in lower case
	SwitchNever                       // nothing
)

// read returns whether a value switches the service off, or is one that the
// link fails over.
func (w Switch) read(v string) (off, fails bool) {
	isTrue, isFalse := strings.EqualFold(v, "true"), strings.EqualFold(v, "false")
	switch {
	case v == "", w == SwitchNever:
		return false, false
	case w == SwitchExact:
		return v == "true", false
	case w == SwitchStrict:
		return isTrue, !isTrue && !isFalse
	case w == SwitchNotFalse:
		return !isFalse, false
	case w == SwitchNotExactFalse:
		return v != "false", false
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
	plan := &resolver.InstancePlan{V1Never: l.V1Never, V1DisabledFails: l.V1DisabledFails, KeepPath: l.KeepPath}
	var from []resolver.Evidence
	plan.Endpoint, from = l.endpoint(s)
	plan.V1Disabled = l.v1Disabled(s)
	step.Where = append(from, endpoint(plan.Endpoint))
	if wrong := l.wrong(s, plan.Endpoint); wrong != "" {
		step.Status = resolver.Broken
		step.Stops = l.WrongStops
		step.Reason = wrong
		return one(step, nil)
	}
	step.Status = resolver.Unknown
	step.Reason = "whether this machine has a role was not asked"
	return one(step, plan)
}

// switchedOff reports whether the service is not asked, and says why.
func (l Instance) switchedOff(s *resolver.Situation, step *resolver.Step) bool {
	if l.NeverDisabled {
		return false
	}
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

// Check is the Check of the endpoint and its mode, for SDKs that judge both
// before they look at any source.
func (l Instance) Check(s *resolver.Situation) *resolver.Step {
	address, from := l.endpoint(s)
	wrong := l.wrong(s, address)
	if wrong == "" {
		return nil
	}
	step := blocked(wrong, append(from, endpoint(address))...)
	step.Source = resolver.FromIMDS
	return step
}

// wrong says what is wrong with the mode, or with the address that was chosen,
// or returns "".
func (l Instance) wrong(s *resolver.Situation, address string) string {
	if mode, set := l.setting(s, metadataMode, l.ModeKey); set && l.judgesMode(s) && !l.IsMode(mode.text) {
		return Value{Name: mode.name, Need: "IPv4 or IPv6"}.wrong(mode.text)
	}
	valid := l.IsEndpoint
	if valid == nil {
		valid = isHTTP
	}
	if !valid(address) {
		return "the endpoint is not a valid URL"
	}
	return ""
}

// judgesMode reports whether the mode is judged if it is set.
func (l Instance) judgesMode(s *resolver.Situation) bool {
	at, _ := l.setting(s, metadataEndpoint, l.EndpointKey)
	return l.IsMode != nil && (!l.LazyMode || at.text == "")
}

func isHTTP(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Hostname() != "" && (u.Scheme == "http" || u.Scheme == "https")
}

// A setting is the value of a variable, or of the profile's key that stands in
// for it.
type setting struct {
	name, text string
	at         resolver.Evidence
}

// setting returns a setting, and false if there is none.
func (l Instance) setting(s *resolver.Situation, variable, key string) (setting, bool) {
	if v, set := s.Host.LookupEnv(variable); v != "" || set && l.EmptyIsSet {
		return setting{variable, v, resolver.Env(variable)}, true
	}
	if p := chosen(s); key != "" && (p.value(key) != "" || l.EmptyIsSet && p.has(key)) {
		return setting{key, p.value(key), p.at(key)}, true
	}
	return setting{}, false
}

// endpoint returns the address of the service, and where it is configured.
func (l Instance) endpoint(s *resolver.Situation) (string, []resolver.Evidence) {
	if l.Fixed {
		return metadataIPv4, nil
	}
	if name, v := firstEnv(s.Host, append([]string{metadataEndpoint}, l.MoreEndpoints...)); v != "" {
		return v, envs(name)
	}
	if at, _ := l.setting(s, metadataEndpoint, l.EndpointKey); at.text != "" {
		return at.text, []resolver.Evidence{at.at}
	}
	if mode, set := l.setting(s, metadataMode, l.ModeKey); set && strings.TrimSpace(mode.text) != "" {
		return modeEndpoint(strings.TrimSpace(mode.text)), []resolver.Evidence{mode.at}
	}
	if l.IPv6Var != "" {
		if v6, _ := l.setting(s, l.IPv6Var, l.IPv6Key); strings.EqualFold(v6.text, "true") {
			return metadataIPv6, []resolver.Evidence{v6.at}
		}
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
	v, _ := l.setting(s, metadataV1Disabled, l.V1DisabledKey)
	off, _ := l.V1Switch.read(v.text)
	return off
}
