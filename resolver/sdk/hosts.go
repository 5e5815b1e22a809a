package sdk

import (
	"net/netip"
	"strings"
)

// Hosts are those that a container's full URI may name.
type Hosts struct {
	// Names are hosts as they are written, names or addresses.
	Names []string
	// Loopback allows every loopback address, and LoopbackIPv4 those that
	// begin with 127.
	Loopback, LoopbackIPv4 bool
	// Resolved allows a name whose addresses are allowed.
	Resolved bool
	// HTTPS restricts HTTPS in the same way; otherwise it may go anywhere.
	HTTPS bool
	// Any allows every host.
	Any bool
}

// allow reports whether a host is allowed, and whether that is known: a name has
// to be resolved for it, but localhost. No Hosts are those of most SDKs.
func (l *Hosts) allow(host string) (allowed, known bool) {
	if l == nil {
		return allowedHost(host)
	}
	if l.Any {
		return true, true
	}
	for _, name := range l.Names {
		if strings.EqualFold(host, name) {
			return true, true
		}
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil && strings.EqualFold(host, "localhost"):
		return l.Resolved, true
	case err != nil:
		return false, !l.Resolved
	case l.Loopback && ip.Unmap().IsLoopback():
		return true, true
	}
	return l.LoopbackIPv4 && ip.Is4() && ip.IsLoopback(), true
}

// describe names the hosts in words.
func (l *Hosts) describe() string {
	if l == nil {
		return "loopback, ECS, EKS"
	}
	if l.Any {
		return "any"
	}
	words := append([]string{}, l.Names...)
	switch {
	case l.Loopback:
		words = append(words, "loopback")
	case l.LoopbackIPv4:
		words = append(words, "127.*")
	}
	if l.Resolved {
		words = append(words, "names of these")
	}
	text := strings.Join(words, ", ")
	if l.HTTPS {
		text += ", over HTTPS too"
	}
	return text
}
