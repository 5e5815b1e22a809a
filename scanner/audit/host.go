package audit

import (
	"bytes"
	"strings"
)

// internalSuffixes are the ends of names that no public name server knows.
// Sources: RFC 6762 appendix G (private names in use), RFC 8375 (home.arpa),
// https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en (.internal)
var internalSuffixes = [...]string{"internal", "corp", "intranet", "lan", "local", "localdomain", "private", "home.arpa"}

// resourceSuffixes are the ends of the names that AWS gives to single resources
// which are for a network of one's own.
var resourceSuffixes = [...]string{".rds.amazonaws.com", ".cache.amazonaws.com", ".redshift.amazonaws.com", ".docdb.amazonaws.com", ".neptune.amazonaws.com"}

// everywhere are names that are the same on every machine, and what
// documentations write.
var everywhere = map[string]bool{
	"host.docker.internal": true, "gateway.docker.internal": true, "kubernetes.docker.internal": true, "host.containers.internal": true,
	"metadata.google.internal": true, "host.lima.internal": true, "host.minikube.internal": true,
}

// url looks at an address whose scheme was cut off: what is before and behind
// tells that there is the name of a host.
func (s *sight) url(text []byte) {
	if host := authority(text); internal(host) {
		s.note(Hosts, host, 0)
	}
}

// resource looks at the name that ends at a place of a text in the way that AWS
// ends names.
func (s *sight) resource(text []byte, end int) {
	if end < len(text) && nameByte(text[end]) {
		return
	}
	if host := nameBefore(text[:end]); ofAWS(host) && !made(host) {
		s.note(Hosts, host, 0)
	}
}

// ofAWS reports whether a name is that of a single resource: NAME.MADE.REGION and
// a suffix, where MADE was made by AWS and so has letters and digits, or that of
// a machine, ip-10-0-0-1.REGION.compute.internal.
func ofAWS(host string) bool {
	if name, ok := strings.CutSuffix(host, ".compute.internal"); ok {
		first, _, _ := strings.Cut(name, ".")
		return strings.HasPrefix(first, "ip-") && !strings.HasPrefix(first, "ip-127") && strings.Trim(first, "ip-1") != ""
	}
	for _, suffix := range &resourceSuffixes {
		name, ok := strings.CutSuffix(host, suffix)
		if !ok {
			continue
		}
		labels := strings.Split(name, ".")
		for _, label := range labels[1:] {
			label = label[strings.LastIndexByte(label, '-')+1:]
			if len(label) >= 5 && strings.ContainsAny(label, "0123456789") && strings.ContainsFunc(label, func(r rune) bool { return r >= 'a' && r <= 'z' }) {
				return true
			}
		}
	}
	return false
}

// authority is the host of a URL whose scheme was cut off, in lower case.
func authority(text []byte) string {
	const most = 300
	end := 0
	for end < len(text) && end < most && (nameByte(text[end]) || text[end] == '@' || text[end] == ':' || text[end] == '_' || text[end] == '%') {
		end++
	}
	host := text[:end]
	if i := bytes.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	host, _, _ = bytes.Cut(host, []byte(":"))
	return strings.ToLower(strings.Trim(string(host), "."))
}

// nameBefore is the name that a text ends with.
func nameBefore(text []byte) string {
	from := len(text)
	for from > 0 && len(text)-from < 255 && nameByte(text[from-1]) {
		from--
	}
	return strings.ToLower(strings.Trim(string(text[from:]), ".-"))
}

func nameByte(c byte) bool {
	return c == '-' || c == '.' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// internal reports whether a host is one that only a network of one's own knows.
func internal(host string) bool {
	if everywhere[host] || made(host) || host == "cluster.local" || strings.HasSuffix(host, ".cluster.local") || strings.HasPrefix(host, "ip-1-1-1-1.") {
		return false
	}
	for _, suffix := range &internalSuffixes {
		if name, ok := strings.CutSuffix(host, "."+suffix); ok && name != "" && strings.Trim(name, ".-") == name {
			return true
		}
	}
	return false
}

// made reports whether a name is one of documentation.
func made(host string) bool {
	for _, word := range strings.FieldsFunc(host, func(r rune) bool { return r == '.' || r == '-' }) {
		switch word {
		case "example", "examples", "foo", "bar", "baz", "test", "testing", "localhost", "your", "my", "mydb", "mydbinstance", "sample", "placeholder", "xxx", "xxxx", "xxxxx", "xxxxxxxxxxxx", "123456789012", "dummy", "fake", "mock":
			return true
		}
	}
	return false
}
