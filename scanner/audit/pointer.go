package audit

import (
	"bytes"
	"net/netip"
	"net/url"
	"strings"
)

// maxPointerFile is the size of the largest .gitmodules or .lfsconfig that is
// looked for.
const maxPointerFile = 1 << 20

// pointers looks for the addresses of submodules and of stores of large files, in
// every version of .gitmodules and .lfsconfig. They are known by what is in
// them: an object has no name by itself.
func (s *sight) pointers() {
	if len(s.blob.Data) > maxPointerFile {
		return
	}
	for _, kind := range []string{`[submodule "`, "[lfs]"} {
		at := bytes.Index(s.blob.Data, []byte(kind))
		if at < 0 || !configShaped(s.blob.Data[:at]) {
			continue
		}
		within := false
		lines(s.blob.Data[at:], func(line []byte) {
			line = bytes.TrimSpace(line)
			if bytes.HasPrefix(line, []byte("[")) {
				within = bytes.HasPrefix(line, []byte(kind))
				return
			}
			key, value, ok := bytes.Cut(line, []byte("="))
			if name := strings.ToLower(string(bytes.TrimSpace(key))); !within || !ok || name != "url" && name != "lfsurl" {
				return
			}
			address := strings.Trim(strings.TrimSpace(string(value)), `"`)
			if why := private(address); why != "" {
				s.note(Pointers, withoutUser(address)+" ("+why+")", 0)
			}
		})
	}
}

// configShaped reports whether what stands before a section is of a file like
// those of git: lines, the first of which that says anything begins a section. Else
// it is a text about such files.
func configShaped(before []byte) bool {
	if len(before) == 0 {
		return true
	}
	first := true
	shaped := before[len(before)-1] == '\n'
	lines(before, func(line []byte) {
		if line = bytes.TrimSpace(line); first && len(line) > 0 && line[0] != '#' && line[0] != ';' {
			first = false
			shaped = shaped && line[0] == '['
		}
	})
	return shaped
}

// private says why an address cannot be used by everybody, or nothing.
func private(address string) string {
	u, err := url.Parse(address)
	switch {
	case strings.HasPrefix(address, "./"), strings.HasPrefix(address, "../"):
		return "" // beside the repository itself
	case strings.HasPrefix(address, "/"), strings.HasPrefix(address, "file:"), len(address) > 2 && address[1] == ':':
		return "a directory of one machine"
	case err != nil || u.Scheme == "":
		if user, rest, ok := strings.Cut(address, "@"); ok && !strings.Contains(user, "/") {
			host, _, _ := strings.Cut(rest, ":")
			return joined(local(host), "over SSH, which needs an account")
		}
		return ""
	case u.Scheme == "ssh", u.Scheme == "git+ssh":
		return joined(local(u.Hostname()), "over SSH, which needs an account")
	}
	if u.User != nil {
		return joined(local(u.Hostname()), "with a login")
	}
	return local(u.Hostname())
}

// local says that a host is not known everywhere.
func local(host string) string {
	host = strings.ToLower(host)
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()) {
		return "an internal address"
	}
	if host != "" && (internal(host) || !strings.Contains(host, ".")) {
		return "an internal host"
	}
	return ""
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}
