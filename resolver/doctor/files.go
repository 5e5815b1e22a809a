package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// sharedFiles are the config and credentials files that the asked SDKs read,
// each once.
func (v *view) sharedFiles() []string {
	var names []string
	for _, t := range v.Traces {
		for _, name := range []string{t.CredentialsPath, t.ConfigPath} {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// secretFiles are the files that hold secrets: the shared files, and the caches
// and token files that the sources name.
func (v *view) secretFiles() []string {
	names := v.sharedFiles()
	for _, t := range v.Traces {
		for i := range t.Steps {
			for e := range evidence(&t.Steps[i]) {
				if (e.Kind == resolver.InCache || e.Kind == resolver.InFile) && !slices.Contains(names, e.Name) {
					names = append(names, e.Name)
				}
			}
		}
	}
	return names
}

func (v *view) stat(name string) (resolver.FileInfo, bool) {
	if v.Host.Files == nil {
		return resolver.FileInfo{}, false
	}
	info, err := v.Host.Files.Stat(name)
	return info, err == nil
}

// fileOpen finds files with secrets that others on the machine may read or
// write. Windows keeps that in access lists, which a mode does not show.
func fileOpen(v *view) []Warning {
	if v.Host.OS == "windows" {
		return nil
	}
	var o once
	for _, name := range v.secretFiles() {
		info, ok := v.stat(name)
		if !ok || !info.Mode.IsRegular() || v.projected(name) {
			continue
		}
		w := Warning{Fix: v.shell.private(name), Where: []resolver.Evidence{resolver.File(name, 0)}}
		mode := info.Mode.Perm()
		switch {
		case mode&0o022 != 0:
			w.Severity = Error
			w.Message = fmt.Sprintf("%s can be changed by %s (mode %03o): they decide which credentials are used",
				v.shell.tilde(name), others(mode>>1), mode)
		case mode&0o044 != 0 && v.holdsSecrets(name):
			w.Message = fmt.Sprintf("%s can be read by %s (mode %03o)", v.shell.tilde(name), others(mode>>2), mode)
		default:
			continue
		}
		o.add(w)
	}
	return o.list
}

// projected reports whether Kubernetes put the file there; its mode is fixed by
// the pod.
func (v *view) projected(name string) bool {
	return strings.HasPrefix(name, "/var/run/secrets/")
}

// holdsSecrets reports whether reading the file is a danger: a config file
// without keys is none.
func (v *view) holdsSecrets(name string) bool {
	for _, t := range v.Traces {
		if name == t.ConfigPath && name != t.CredentialsPath {
			return v.hasSecret(name)
		}
	}
	return true
}

// others names who has a permission, given in the lowest bit of each triple.
func others(mode fs.FileMode) string {
	if mode&0o001 != 0 {
		return "everybody on this machine"
	}
	return "its group"
}

// fileOwner finds files that belong to somebody else, who may then change them:
// as after sudo, or in a container with a mounted home directory. Root may
// change everything anyway.
func fileOwner(v *view) []Warning {
	if v.Host.OS == "windows" || v.Host.UID < 0 {
		return nil
	}
	var o once
	for _, name := range v.secretFiles() {
		info, ok := v.stat(name)
		if !ok || info.UID <= 0 || info.UID == v.Host.UID || !info.Mode.IsRegular() {
			continue
		}
		fix := "chown it to the user who runs this"
		if quoted, ok := v.shell.path(name); ok {
			fix = fmt.Sprintf("sudo chown %d %s", v.Host.UID, quoted)
		}
		o.add(Warning{
			Message: fmt.Sprintf("%s belongs to user %d, and this is user %d: its owner decides which credentials are used",
				v.shell.tilde(name), info.UID, v.Host.UID),
			Fix:   fix,
			Where: []resolver.Evidence{resolver.File(name, 0)},
		})
	}
	return o.list
}

// fileUnreadable finds shared files that exist and cannot be read; most SDKs
// take them for missing without a word.
func fileUnreadable(v *view) []Warning {
	var o once
	for _, name := range v.sharedFiles() {
		_, err := v.Host.ReadFile(name, maxShared)
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if _, ok := v.labelled(name); ok {
			continue // the owner is not the cause: file-selinux
		}
		w := Warning{Where: []resolver.Evidence{resolver.File(name, 0)}}
		switch quoted, ok := v.shell.path(name); {
		case errors.Is(err, resolver.ErrNotRegular):
			w.Message = v.shell.tilde(name) + " is not a regular file: no SDK finds a profile in it"
			w.Fix = "put a file in its place"
		case errors.Is(err, resolver.ErrTooLarge):
			w.Message = v.shell.tilde(name) + " is too large to be a shared file, and was not read"
			w.Fix = "put a smaller file in its place"
		default:
			w.Message = v.shell.tilde(name) + " cannot be read by this user: most SDKs go on as if it were not there"
			w.Fix = "give this user the right to read it"
			if ok && v.Host.UID >= 0 && v.Host.OS != "windows" {
				w.Fix = fmt.Sprintf("sudo chown %d %s", v.Host.UID, quoted)
			}
		}
		o.add(w)
	}
	return o.list
}

// fileVariables are the variables that move the shared files.
func fileVariables() []string {
	return []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"}
}

// fileMissing finds variables that name a shared file which does not exist. The
// file in the home directory is then not read either.
func fileMissing(v *view) []Warning {
	var o once
	for _, variable := range fileVariables() {
		value := v.Host.Getenv(variable)
		if value == "" || v.Host.Files == nil {
			continue
		}
		name := v.expand(value)
		if _, err := v.Host.Files.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		o.add(Warning{
			Message: variable + " names a file that does not exist, and the one in ~/.aws is not read either",
			Fix:     v.unset([]string{variable}),
			Where:   []resolver.Evidence{resolver.Env(variable), resolver.File(name, 0)},
		})
	}
	return o.list
}

// fileInDirectory finds shared files inside the working directory: a checkout
// of somebody else's could bring its own credential_process.
func fileInDirectory(v *view) []Warning {
	dir := strings.TrimRight(v.Host.Dir, `/\`)
	if dir == "" || dir == strings.TrimRight(v.home(), `/\`) {
		return nil
	}
	var o once
	for _, variable := range fileVariables() {
		value := v.Host.Getenv(variable)
		if value == "" {
			continue
		}
		name := v.expand(value)
		rest, inside := strings.CutPrefix(name, dir)
		if !inside || rest == "" || !strings.ContainsRune(`/\`, rune(rest[0])) {
			continue
		}
		o.add(Warning{
			Message: variable + " names a file inside the working directory: whoever can change that directory decides which credentials are used",
			Fix:     v.unset([]string{variable}),
			Where:   []resolver.Evidence{resolver.Env(variable), resolver.File(name, 0)},
		})
	}
	return o.list
}

// expand makes the value of a file variable a path, ~ included, which some
// SDKs expand.
func (v *view) expand(value string) string {
	if value == "~" || strings.HasPrefix(value, "~/") {
		return v.home() + value[1:]
	}
	return v.Host.Abs(value)
}

// home is the home directory that the shell has.
func (v *view) home() string {
	if home := v.Host.Getenv("HOME"); home != "" && v.Host.OS != "windows" {
		return home
	}
	return v.Host.Home
}
