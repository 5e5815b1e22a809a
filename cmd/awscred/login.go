package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/files"
)

// Who we are for a host of the network: what curl and git would say, from
// ~/.netrc and ~/.git-credentials. Nothing of it is printed, and a password goes
// to the host that it stands beside only.

// maxLogins is how large a file of logins may be, in bytes.
const maxLogins = 1 << 20

// A login is a user and a password.
type login struct {
	user     string
	password redact.Secret
}

// logins finds the login for a URL.
type logins struct {
	s      *session
	helper bool // ask git's helpers, too
}

// find returns the login for a URL, or false.
func (l logins) find(ctx context.Context, u *url.URL) (login, bool) {
	if found, ok := fromNetrc(l.readHome(l.netrc()), u); ok {
		return found, true
	}
	for _, name := range l.gitCredentials() {
		if found, ok := fromGitCredentials(l.readHome(name), u); ok {
			return found, true
		}
	}
	if l.helper {
		return fromHelper(ctx, l.s.env, u)
	}
	return login{}, false
}

// home is the user's directory, or "".
func (l logins) home() string {
	if runtime.GOOS == "windows" {
		return l.s.getenv("USERPROFILE")
	}
	return l.s.getenv("HOME")
}

// netrc is the name of the file that curl and git read.
func (l logins) netrc() string {
	name := ".netrc"
	if runtime.GOOS == "windows" {
		name = "_netrc"
	}
	return filepath.Join(l.home(), name)
}

// gitCredentials are the files of git-credential-store(1).
func (l logins) gitCredentials() []string {
	config := l.s.getenv("XDG_CONFIG_HOME")
	if config == "" {
		config = filepath.Join(l.home(), ".config")
	}
	return []string{filepath.Join(l.home(), ".git-credentials"), filepath.Join(config, "git", "credentials")}
}

// readHome reads a file of logins; one that is not there has none.
func (l logins) readHome(name string) []byte {
	if !filepath.IsAbs(name) {
		return nil // there is no home
	}
	data, err := files.ReadNamed(name, maxLogins)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.s.say.note("%s cannot be read: its logins are not used", name)
	}
	return data
}

// fromNetrc finds the login for a host, or the default one (the format of
// ftp(1); https://everything.curl.dev/usingcurl/netrc.html).
func fromNetrc(data []byte, u *url.URL) (login, bool) {
	var found login
	here, matched := false, false
	words := netrcWords(data)
	for i := 0; i < len(words); i++ {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch words[i] {
		case "machine", "default":
			if matched {
				return found, !found.password.IsZero()
			}
			here = words[i] == "default" || strings.EqualFold(next, u.Hostname())
			matched = here
			if words[i] == "default" {
				continue
			}
		case "login":
			if here {
				found.user = next
			}
		case "password":
			if here {
				found.password = redact.New(next)
			}
		case "account":
		default:
			continue
		}
		i++
	}
	return found, matched && !found.password.IsZero()
}

// netrcWords splits a file into words, without comments and macros.
func netrcWords(data []byte) []string {
	var words []string
	macro := false
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			macro = false // which ends with an empty line
		case macro || strings.HasPrefix(line, "#"):
		default:
			fields := strings.Fields(line)
			for i, f := range fields {
				if f == "macdef" {
					fields, macro = fields[:i], true
					break
				}
			}
			words = append(words, fields...)
		}
	}
	return words
}

// fromGitCredentials finds the login for a host in a file of git-credential-store(1):
// a URL with user and password a line.
func fromGitCredentials(data []byte, u *url.URL) (login, bool) {
	for line := range strings.Lines(string(data)) {
		c, err := url.Parse(strings.TrimSpace(line))
		if err != nil || c.Scheme != u.Scheme || !strings.EqualFold(c.Host, u.Host) {
			continue
		}
		password, ok := c.User.Password()
		if user := u.User.Username(); !ok || user != "" && user != c.User.Username() {
			continue
		}
		if path := strings.Trim(c.Path, "/"); path != "" && path != strings.Trim(u.Path, "/") {
			continue
		}
		return login{c.User.Username(), redact.New(password)}, true
	}
	return login{}, false
}

// helperTime is how long git's helpers may take; they must not ask anybody.
const helperTime = 30 * time.Second

// fromHelper runs git credential fill, which asks the helpers that the user has
// configured. It runs in the root directory: no repository's configuration may
// name a helper.
func fromHelper(ctx context.Context, env []string, u *url.URL) (login, bool) {
	if strings.ContainsFunc(u.Scheme+u.Host+u.Path, func(r rune) bool { return r < ' ' }) {
		return login{}, false
	}
	ctx, cancel := context.WithTimeout(ctx, helperTime)
	defer cancel()
	c := exec.CommandContext(ctx, "git", "-c", "core.askPass=", "credential", "fill")
	c.Dir = filepath.VolumeName(filepath.Clean(c.Path)) + string(filepath.Separator)
	c.Env = append(helperEnv(env), "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=", "GCM_INTERACTIVE=never")
	question := "protocol=" + u.Scheme + "\nhost=" + u.Host + "\npath=" + strings.TrimPrefix(u.Path, "/") + "\n"
	if user := u.User.Username(); user != "" {
		question += "username=" + user + "\n"
	}
	c.Stdin = strings.NewReader(question + "\n")
	var out bytes.Buffer
	c.Stdout = &out
	if c.Run() != nil {
		return login{}, false
	}
	var found login
	for line := range strings.Lines(out.String()) {
		key, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "=")
		switch key {
		case "username":
			found.user = value
		case "password":
			found.password = redact.New(value)
		}
	}
	return found, !found.password.IsZero()
}

// helperEnv leaves out of the environment what points git to a repository.
func helperEnv(env []string) []string {
	var list []string
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "PWD":
			continue
		}
		list = append(list, kv)
	}
	return list
}
