package audit

import (
	"bytes"
	"net/url"
	"strings"
)

// gitConfig looks for credentials in a configuration of git: in the addresses of
// remotes, in headers that are sent along, in stores of passwords.
func (s *sight) gitConfig() {
	if !strings.HasSuffix(s.blob.Path, "config") && !strings.HasSuffix(s.blob.Path, "config.worktree") {
		return
	}
	section := ""
	lines(s.blob.Data, func(line []byte) {
		line = bytes.TrimSpace(line)
		if bytes.HasPrefix(line, []byte("[")) {
			section = sectionName(line)
			return
		}
		key, value, _ := bytes.Cut(line, []byte("="))
		name := section + "." + strings.ToLower(string(bytes.TrimSpace(key)))
		value = bytes.Trim(bytes.TrimSpace(value), `"`)
		switch {
		case strings.HasSuffix(name, ".extraheader") && len(value) > 0:
			s.note(GitConfig, name+": a header that carries credentials", 0)
		case (strings.HasSuffix(name, "url") || strings.HasSuffix(name, ".pushurl")) && hasPassword(string(value)):
			s.note(GitConfig, name+": an address with a password", 0)
		case hasPassword(section):
			s.note(GitConfig, name+": an address with a password", 0)
		case name == "credential.helper" && strings.HasPrefix(string(value), "store"):
			s.note(GitConfig, name+": passwords are stored in plain text", 0)
		}
	})
}

// sectionName is the name of a section: [remote "origin"] is remote.origin. A
// password in it does not stand in the name.
func sectionName(line []byte) string {
	text := strings.Trim(string(line), "[] ")
	kind, sub, ok := strings.Cut(text, " ")
	if !ok {
		return strings.ToLower(kind)
	}
	return strings.ToLower(kind) + "." + withoutUser(strings.Trim(strings.TrimSpace(sub), `"`))
}

// hasPassword reports whether an address holds a password or a token.
func hasPassword(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User == nil || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	_, with := u.User.Password()
	return with || len(u.User.Username()) >= 20 // a token in the place of a name
}

// withoutUser takes who logs in out of an address.
func withoutUser(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	u.User = nil
	return u.String()
}
