package audit

import (
	"bytes"
	"strings"
)

// addresses looks at who made a commit or a tag.
func (s *sight) addresses() {
	lines(s.blob.Data, func(line []byte) {
		key, rest, ok := bytes.Cut(line, []byte(" "))
		if !ok {
			return
		}
		switch string(key) {
		case "author", "committer", "tagger":
			if a := address(rest); a != "" && !public(a) {
				s.note(Addresses, a, 0)
			}
		}
	})
}

// address is what stands between angle brackets: git writes "Name <address> time
// zone". The last ones count, since a name can hold any.
func address(ident []byte) string {
	from, to := bytes.LastIndexByte(ident, '<'), bytes.LastIndexByte(ident, '>')
	if from < 0 || to < from {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(strings.ToValidUTF8(string(ident[from+1:to]), "\uFFFD")))
}

// public reports whether an address is one that a host of repositories made up
// so that none is shown, or one that reaches nobody.
// Sources: https://docs.github.com/en/account-and-profile/setting-up-and-managing-your-personal-account-on-github/managing-email-preferences/setting-your-commit-email-address,
// https://docs.gitlab.com/user/profile/#use-an-automatically-generated-private-commit-email,
// RFC 2606 (reserved names)
func public(address string) bool {
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return address == ""
	}
	switch {
	case strings.HasPrefix(domain, "users.noreply."), strings.HasPrefix(domain, "noreply."), strings.Contains(domain, ".noreply."):
		return true
	case local == "noreply", local == "no-reply", local == "donotreply":
		return true
	}
	for _, reserved := range []string{"example.com", "example.org", "example.net", "example", "invalid", "test"} {
		if domain == reserved || strings.HasSuffix(domain, "."+reserved) {
			return true
		}
	}
	return false
}
