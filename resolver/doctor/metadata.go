package doctor

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/awscred/awscred/resolver"
)

const (
	disabledVar   = "AWS_EC2_METADATA_DISABLED"
	v1DisabledVar = "AWS_EC2_METADATA_V1_DISABLED"
	endpointVar   = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
	fullURIVar    = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	relativeVar   = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
)

// metadataDisabled finds the metadata service switched off; on an instance
// where nothing else wins that is the reason.
func metadataDisabled(v *view) []Warning {
	if !strings.EqualFold(v.Host.Getenv(disabledVar), "true") {
		return nil
	}
	w := Warning{
		Message: disabledVar + "=true: the role of an instance is never used",
		Fix:     v.unset([]string{disabledVar}),
		Where:   envs(disabledVar),
	}
	if v.place.Name == "ec2" {
		w.Severity = Caution
		w.Message = disabledVar + "=true on an EC2 instance: its role is never used"
		w.Where = append(w.Where, v.place.Where...)
	}
	return one(w)
}

// metadataDisabledValue finds values that switch the service off for some SDKs
// only: most know "true" alone, JavaScript and the C runtime take anything but
// "false" for it (@smithy/core, aws-c-auth credentials_provider_imds.c).
func metadataDisabledValue(v *view) []Warning {
	value := v.Host.Getenv(disabledVar)
	if value == "" || strings.EqualFold(value, "true") || strings.EqualFold(value, "false") {
		return nil
	}
	fix, _ := v.shell.set(disabledVar, "true")
	return one(Warning{
		Message: disabledVar + " is neither true nor false: JavaScript v3 switches the metadata service off, most SDKs do not",
		Fix:     fix,
		Where:   envs(disabledVar),
	})
}

// metadataEndpoint finds a metadata service at an address of the user's own:
// whoever answers there decides which credentials are used.
func metadataEndpoint(v *view) []Warning {
	raw := v.Host.Getenv(endpointVar)
	if raw == "" {
		return nil
	}
	host := hostOf(raw)
	switch host {
	case "169.254.169.254", "fd00:ec2::254":
		return nil
	case "":
		host = "something that is not a URL"
	}
	return one(Warning{
		Message: endpointVar + " leads to " + host + ": whoever answers there hands out the credentials",
		Fix:     v.unset([]string{endpointVar}),
		Where:   envs(endpointVar),
	})
}

// metadataV1Only finds the refusal of IMDSv1 on a machine whose service, once
// asked, speaks nothing else.
func metadataV1Only(v *view) []Warning {
	if !strings.EqualFold(v.Host.Getenv(v1DisabledVar), "true") {
		return nil
	}
	for _, t := range v.Traces {
		for i := range t.Steps {
			s := &t.Steps[i]
			if s.Source != resolver.FromIMDS || !speaksV1(s) {
				continue
			}
			return one(Warning{
				Message: "the metadata service answers as IMDSv1 only, and " + v1DisabledVar + "=true refuses that",
				Fix:     v.unset([]string{v1DisabledVar}),
				Where:   append(envs(v1DisabledVar), s.Where...),
			})
		}
	}
	return nil
}

func speaksV1(s *resolver.Step) bool {
	for _, e := range s.Where {
		if e.Kind == resolver.AtEndpoint && strings.Contains(e.Note, "IMDSv1") {
			return true
		}
	}
	return strings.Contains(s.Reason, "IMDSv1")
}

// containerHost finds container endpoints that SDKs refuse, or that lie
// outside of the machine: over https any host is allowed, and gets the
// authorization token (aws-sdk-go-v2 config@v1.33.16/resolve_credentials.go:307-335).
func containerHost(v *view) []Warning {
	raw := v.Host.Getenv(fullURIVar)
	if raw == "" || v.Host.Getenv(relativeVar) != "" {
		return nil
	}
	w := Warning{Fix: v.unset([]string{fullURIVar}), Where: envs(fullURIVar)}
	u, ok := parseURL(raw)
	if !ok || u.Scheme != "http" && u.Scheme != "https" {
		w.Severity = Error
		w.Message = fullURIVar + " is not a URL that SDKs accept"
		return one(w)
	}
	host := u.Hostname()
	ip, err := netip.ParseAddr(host)
	named := err != nil
	switch {
	case !named && local(ip), strings.EqualFold(host, "localhost"):
		return nil
	case u.Scheme == "https":
		w.Message = fullURIVar + " leads to " + word(host) + " over https: it gets the authorization token and hands out the credentials"
	case named:
		w.Message = fullURIVar + " leads to the name " + word(host) + " over http: Python and JavaScript refuse it, Go and Rust if it is not a loopback address"
	default:
		w.Severity = Error
		w.Message = fullURIVar + " leads to " + word(host) + " over http: SDKs refuse every host but loopback and the addresses of ECS and EKS"
	}
	return one(w)
}

// local reports whether an address is loopback or one of ECS and EKS.
func local(ip netip.Addr) bool {
	switch ip = ip.Unmap(); ip.String() {
	case "169.254.170.2", "169.254.170.23", "fd00:ec2::23":
		return true
	}
	return ip.IsLoopback()
}

// hostOf returns the host of a URL, quoted if it is not plain, or "".
func hostOf(raw string) string {
	u, ok := parseURL(raw)
	if !ok {
		return ""
	}
	return word(u.Hostname())
}

// parseURL returns a URL that has a host. One whose user or password is not
// escaped has not: what looks like its host is a piece of the password.
func parseURL(raw string) (*url.URL, bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User == nil && strings.Contains(raw, "@") {
		return nil, false
	}
	return u, true
}
