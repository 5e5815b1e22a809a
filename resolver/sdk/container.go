package sdk

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// The variables of a container's credentials endpoint, the same for all SDKs.
const (
	relativeURI   = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
	fullURI       = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	authToken     = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
	authTokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
)

// ecsHost is where AWS_CONTAINER_CREDENTIALS_RELATIVE_URI leads.
const ecsHost = "169.254.170.2"

// Container is the link of a container's credentials endpoint.
type Container struct {
	// NoFull is for SDKs that do not read the full URI.
	NoFull bool
	// Service is a variable whose value stands in for the scheme and host that
	// the relative URI belongs to; "" for none.
	Service string
	// NeedSlash refuses a relative URI that does not begin with a slash.
	NeedSlash bool
	// Hosts are those that may be asked; nil stands for those of most SDKs.
	Hosts *Hosts
	// Token says where the authorization token comes from.
	Token TokenRules
	// AsksTwice says that an SDK asks a second time in another way, without the
	// token of a file: always for a relative URI, and for a full one at
	// these hosts. If that fails as well, the link is passed over. Every
	// other failure of a request ends the chain, as it does for SDKs that
	// ask once (nil).
	AsksTwice []string
	// RefusedPasses passes over a host that may not be asked.
	RefusedPasses bool
	// FullFirst prefers the full URI to the relative one.
	FullFirst bool
	// EmptyIsSet takes an empty variable for one that is set.
	EmptyIsSet bool
	// TokenFirst fails over an authorization token that cannot be had even if
	// no endpoint is named.
	TokenFirst bool
}

// TokenRules say where the token for a container's endpoint comes from.
type TokenRules struct {
	// ValueFirst takes the variable's value before the file.
	ValueFirst bool
	// NoFile reads no file, and OnlyFull sends a token to a full URI only.
	NoFile, OnlyFull bool
	// Strip removes white space around the content of the file.
	Strip bool
}

// Offers returns the endpoint that the variables name.
func (l Container) Offers(_ context.Context, s *resolver.Situation) []resolver.Offer {
	h := s.Host
	step := resolver.Step{Source: resolver.FromContainer}
	relative, full := l.isSet(h, relativeURI), l.isSet(h, fullURI) && !l.NoFull
	var o resolver.Offer
	switch {
	case full && (l.FullFirst || !relative):
		step.Where = setEnvs(h, fullURI)
		o = l.full(s, step, h.Getenv(fullURI))
		u, err := url.Parse(h.Getenv(fullURI))
		o.FailurePasses = o.FailurePasses || o.Step.Offered() && err == nil && slices.Contains(l.AsksTwice, u.Hostname())
	case relative:
		step.Where = setEnvs(h, relativeURI)
		o = l.relative(s, step, h.Getenv(relativeURI))
		o.FailurePasses = o.FailurePasses || o.Step.Offered() && l.AsksTwice != nil
	case l.TokenFirst && l.authorized(s, step, "").Step.Status == resolver.Broken:
		o = l.authorized(s, step, "")
	default:
		step.Status = resolver.Absent
		step.Reason = "no endpoint is named in the environment"
		step.Where = setEnvs(h, relativeURI, fullURI)
		return one(step, nil)
	}
	return []resolver.Offer{o}
}

// isSet reports whether a variable counts as set.
func (l Container) isSet(h *resolver.Host, name string) bool {
	v, set := h.LookupEnv(name)
	return v != "" || set && l.EmptyIsSet
}

// relative offers the fixed address with a path. The SDKs put the two together
// as text, so that a path without a slash changes the host.
func (l Container) relative(s *resolver.Situation, step resolver.Step, path string) resolver.Offer {
	if service := s.Host.Getenv(l.Service); service != "" {
		step.Where = append(step.Where, resolver.Env(l.Service))
		return l.service(s, step, service+path)
	}
	raw := "http://" + ecsHost + path
	step.Where = append(step.Where, endpoint(raw))
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return stopping(step, relativeURI+" makes no valid URL")
	case l.NeedSlash && !strings.HasPrefix(path, "/"):
		return stopping(step, relativeURI+" has no leading slash")
	case u.Hostname() == ecsHost && path == "":
		o := l.authorized(s, step, raw)
		if o.Step.Offered() {
			o.Step.Status = resolver.Unknown
			o.Step.Reason = relativeURI + " is empty, and what the container answers to that was not asked"
		}
		return o
	case u.Hostname() == ecsHost:
		return l.authorized(s, step, raw)
	case l.Hosts != nil && !l.Hosts.Resolved:
		return l.refused(stopping(step, relativeURI+" has no leading slash, so that it leads to "+quote(u.Hostname())+", which may not be asked"))
	case strings.HasPrefix(u.Hostname(), ecsHost) && u.Hostname()[len(ecsHost)] != '.':
		return stopping(step, relativeURI+" has no leading slash, so there is no host "+quote(u.Hostname()))
	}
	o := l.authorized(s, step, raw)
	if o.Step.Offered() {
		o.Step.Status = resolver.Unknown
		o.Step.Reason = relativeURI + " has no leading slash and leads to host " + quote(u.Hostname()) + ", which was not asked"
	}
	return o
}

// service offers a path of a host that a variable names.
func (l Container) service(s *resolver.Situation, step resolver.Step, raw string) resolver.Offer {
	step.Where = append(step.Where, endpoint(raw))
	if !isHTTP(raw) {
		return stopping(step, l.Service+" and "+relativeURI+" make no valid URL")
	}
	return l.authorized(s, step, raw)
}

// full offers the endpoint of a whole URL if its host is allowed.
func (l Container) full(s *resolver.Situation, step resolver.Step, raw string) resolver.Offer {
	if raw == "" {
		return stopping(step, fullURI+" is empty")
	}
	step.Where = append(step.Where, endpoint(raw))
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "":
		return stopping(step, fullURI+" is not a valid URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return stopping(step, fullURI+" has the scheme "+quote(u.Scheme)+", which is not HTTP")
	}
	o := l.authorized(s, step, raw)
	everywhere := u.Scheme == "https" && (l.Hosts == nil || !l.Hosts.HTTPS)
	if everywhere || !o.Step.Offered() {
		return o
	}
	allowed, known := l.Hosts.allow(u.Hostname())
	switch {
	case !known:
		o.Step.Status = resolver.Unknown
		o.Step.Reason = "whether " + u.Hostname() + " is a loopback or container address was not asked"
	case !allowed && l.Hosts == nil:
		return stopping(step, "plain HTTP is refused for "+u.Hostname()+", which is no loopback or container address")
	case !allowed:
		return l.refused(stopping(step, u.Hostname()+" is not among the addresses that may be asked over "+strings.ToUpper(u.Scheme)))
	}
	return o
}

// refused returns the offer of a host that may not be asked.
func (l Container) refused(o resolver.Offer) resolver.Offer {
	return Passes{Broken: l.RefusedPasses}.offer(o)
}

// allowedHost reports whether plain HTTP is allowed for a host: loopback, and
// the addresses of ECS and EKS. A name has to be resolved to know that, but
// localhost.
func allowedHost(host string) (allowed, known bool) {
	if strings.EqualFold(host, "localhost") {
		return true, true
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false, false
	}
	switch ip = ip.Unmap(); ip.String() {
	case ecsHost, "169.254.170.23", "fd00:ec2::23":
		return true, true
	}
	return ip.IsLoopback(), true
}

// authorized offers the endpoint with its authorization token. A file comes
// before a value, and no line break is allowed in either.
func (l Container) authorized(s *resolver.Situation, step resolver.Step, raw string) resolver.Offer {
	h := s.Host
	plan := &resolver.ContainerPlan{URL: raw}
	token, from := h.Getenv(authToken), resolver.Env(authToken)
	step.Status = resolver.Usable
	step.Reason = "the environment names the endpoint of a container"
	file := h.Getenv(authTokenFile)
	switch {
	case l.Token.OnlyFull && h.Getenv(relativeURI) != "":
		return resolver.Offer{Step: step, Plan: plan}
	case l.Token.NoFile, l.Token.ValueFirst && token != "":
		file = ""
	}
	if file == "" && l.isSet(h, authTokenFile) && !l.Token.NoFile && !l.Token.ValueFirst {
		return stopping(step, authTokenFile+" is empty, and no file has that name")
	}
	if file != "" {
		plan.TokenFile = h.Abs(file)
		step.Where = append(step.Where, resolver.Env(authTokenFile))
		data, status, reason := readToken(h, plan.TokenFile)
		token, from = string(data), resolver.File(plan.TokenFile, 0)
		from.Note = reason
		switch step.Status = status; status {
		case resolver.Broken:
			step.Where = append(step.Where, from)
			return stopping(step, "the authorization token file "+reason)
		case resolver.Unknown:
			step.Reason = "the authorization token file " + reason + " and was not read"
		}
	}
	if l.Token.Strip && from.Kind == resolver.InFile && step.Status == resolver.Usable {
		plan.TokenFile, token = "", strings.TrimSpace(token)
	}
	if token != "" || from.Kind == resolver.InFile {
		step.Where = append(step.Where, from)
	}
	if strings.ContainsAny(token, "\r\n") && l.AsksTwice != nil {
		token, plan.TokenFile = h.Getenv(authToken), ""
		step.Status = resolver.Unknown
		step.Reason = "the authorization token contains a line break; whether the endpoint answers without it was not asked"
	}
	if strings.ContainsAny(token, "\r\n") {
		return stopping(step, "the authorization token contains a line break")
	}
	plan.Token = redact.New([]byte(token))
	return resolver.Offer{Step: step, Plan: plan}
}
