package resolver

import (
	"bytes"
	"strconv"
	"strings"
)

// An Account is an entry of a Unix Host's user database.
type Account struct {
	Name string
	UID  int
	// Home is an absolute path, or "" if the entry has none.
	Home string
}

const (
	passwdFile = "/etc/passwd"
	// maxPasswd is the size above which the user database is not read; large
	// sites keep theirs on a server.
	maxPasswd = 16 << 20
)

// AccountByID returns the first account with a user id. It reads /etc/passwd of
// the Host (passwd(5)) and nothing else: accounts that only a directory service
// knows are not found, nor are those of macOS.
func (h *Host) AccountByID(uid int) (Account, bool) {
	return h.account(func(a Account) bool { return a.UID == uid })
}

// AccountByName returns the first account with a name, from the same source as
// [Host.AccountByID].
func (h *Host) AccountByName(name string) (Account, bool) {
	return h.account(func(a Account) bool { return a.Name == name })
}

func (h *Host) account(match func(Account) bool) (Account, bool) {
	if h.OS == "windows" {
		return Account{}, false
	}
	data, err := h.ReadFile(passwdFile, maxPasswd)
	if err != nil {
		return Account{}, false
	}
	for line := range bytes.Lines(data) {
		if a, ok := parseAccount(string(line)); ok && match(a) {
			return a, true
		}
	}
	return Account{}, false
}

// parseAccount reads one line, name:password:uid:gid:comment:home:shell. Old
// files end with lines that begin with + or -, which name other databases
// (nsswitch.conf(5), compat).
func parseAccount(line string) (Account, bool) {
	fields := strings.Split(strings.TrimRight(line, "\r\n"), ":")
	if len(fields) < 6 || fields[0] == "" || strings.ContainsAny(fields[0][:1], "#+-") {
		return Account{}, false
	}
	uid, err := strconv.ParseUint(fields[2], 10, 32)
	if err != nil {
		return Account{}, false
	}
	a := Account{Name: fields[0], UID: int(uid), Home: fields[5]}
	if !strings.HasPrefix(a.Home, "/") {
		a.Home = ""
	}
	return a, true
}
