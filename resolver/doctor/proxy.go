package doctor

import (
	"fmt"
	"iter"
	"net/netip"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// linkLocal are the addresses that SDKs ask for keys over plain HTTP, and that
// no proxy should see: the metadata service, and the endpoints of ECS and EKS.
func linkLocal() []string { return []string{"169.254.169.254", "169.254.170.2", "169.254.170.23"} }

// metadataProxy finds a proxy that would be sent the question for the role of
// the instance or the container. It cannot reach the address, or answers with
// the role of its own machine (boto issue 1146). Go and Python heed the
// variables for these addresses too (aws-sdk-go-v2@v1.47.8/aws/transport/http/client.go:244,
// botocore utils.py, get_environ_proxies).
func metadataProxy(v *view) []Warning {
	proxy := v.firstSet("http_proxy", "HTTP_PROXY")
	if proxy == "" {
		return nil
	}
	for _, t := range v.Traces {
		for s := range reached(t) {
			host := asksPlainly(s)
			if host == "" || v.bypassed(host, !botocore(t.SDK)) {
				continue
			}
			return one(Warning{
				Message: fmt.Sprintf("%s is set and no NO_PROXY covers %s: many SDKs send the question for the role through the proxy, which may answer with its own",
					proxy, host),
				Fix:   v.bypass(),
				Where: append(envs(proxy, "NO_PROXY"), s.Where...),
			})
		}
	}
	return nil
}

// reached yields the steps that an SDK comes to, up to the one that ends the
// chain.
func reached(t *resolver.Trace) iter.Seq[*resolver.Step] {
	return func(yield func(*resolver.Step) bool) {
		if t.Blocked != nil {
			return
		}
		for i := range t.Steps {
			s := &t.Steps[i]
			if !yield(s) || s == t.Ended() {
				return
			}
		}
	}
}

// asksPlainly returns the address that a step asks over plain HTTP, or "".
func asksPlainly(s *resolver.Step) string {
	if s.Status == resolver.Disabled {
		return ""
	}
	for e := range evidence(s) {
		if e.Kind != resolver.AtEndpoint {
			continue
		}
		u, ok := parseURL(e.Name)
		if !ok || u.Scheme != "http" {
			continue
		}
		for _, address := range linkLocal() {
			if u.Hostname() == address {
				return address
			}
		}
	}
	return ""
}

// botocore tells the SDKs in Python, whose NO_PROXY knows no networks.
func botocore(s *resolver.SDK) bool {
	return s.Name == "python" || strings.HasPrefix(s.Name, "cli-")
}

func (v *view) firstSet(names ...string) string {
	for _, name := range names {
		if v.Host.Getenv(name) != "" {
			return name
		}
	}
	return ""
}

// bypassed reports whether NO_PROXY or no_proxy keeps an address from the
// proxy.
func (v *view) bypassed(host string, networks bool) bool {
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		for entry := range strings.FieldsFuncSeq(v.Host.Getenv(name), func(r rune) bool { return r == ',' || r == ' ' }) {
			if entry == "*" || entry == host || strings.HasPrefix(entry, host+":") {
				return true
			}
			network, err := netip.ParsePrefix(entry)
			if networks && err == nil && network.Contains(netip.MustParseAddr(host)) {
				return true
			}
		}
	}
	return false
}

// bypass adds the addresses to each of the variables that is set, since SDKs
// differ in which of the two comes first.
func (v *view) bypass() string {
	addresses := strings.Join(linkLocal(), ",")
	if v.shell.windows {
		return `$env:NO_PROXY = "$env:NO_PROXY,` + addresses + `"`
	}
	command := "export"
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		if v.Host.Getenv(name) != "" {
			command += fmt.Sprintf(` %s="$%s,%s"`, name, name, addresses)
		}
	}
	if command == "export" {
		command += " NO_PROXY=" + addresses
	}
	return command
}
