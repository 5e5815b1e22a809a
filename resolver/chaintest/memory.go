package chaintest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
)

// Now is the present of every case in memory.
func Now() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// Memory are files in memory, by absolute path with slashes. A drive letter is
// part of a path; backslashes are read as slashes.
type Memory map[string][]byte

func clean(name string) string { return path.Clean(strings.ReplaceAll(name, `\`, "/")) }

// isDir reports whether a file lies below a path.
func (m Memory) isDir(name string) bool {
	for other := range m {
		if strings.HasPrefix(other, strings.TrimSuffix(name, "/")+"/") {
			return true
		}
	}
	return false
}

// ReadFile returns a file.
func (m Memory) ReadFile(name string, max int64) ([]byte, error) {
	data, ok := m[clean(name)]
	switch {
	case ok && int64(len(data)) > max:
		return nil, &fs.PathError{Op: "read", Path: name, Err: resolver.ErrTooLarge}
	case ok:
		return slices.Clone(data), nil
	case m.isDir(clean(name)):
		return nil, &fs.PathError{Op: "read", Path: name, Err: resolver.ErrNotRegular}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Stat describes a file, or a directory that a file lies in.
func (m Memory) Stat(name string) (resolver.FileInfo, error) {
	if data, ok := m[clean(name)]; ok {
		return resolver.FileInfo{Mode: 0o600, Size: int64(len(data)), UID: 1000, ModTime: Now()}, nil
	}
	if m.isDir(clean(name)) {
		return resolver.FileInfo{Mode: fs.ModeDir | 0o700, UID: 1000, ModTime: Now()}, nil
	}
	return resolver.FileInfo{}, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// ReadDir returns the names in a directory.
func (m Memory) ReadDir(name string) ([]string, error) {
	prefix := strings.TrimSuffix(clean(name), "/") + "/"
	var names []string
	for other := range m {
		if rest, ok := strings.CutPrefix(other, prefix); ok {
			first, _, _ := strings.Cut(rest, "/")
			names = append(names, first)
		}
	}
	if names == nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Readlink fails: there are no symbolic links.
func (m Memory) Readlink(name string) (string, error) {
	return "", &fs.PathError{Op: "readlink", Path: name, Err: errors.New("not a symbolic link")}
}

// Host is the world of a case in memory, with the services of a stub.
func (c *Case) Host(stub *Stub, want Want) (*resolver.Host, resolver.Code, error) {
	home := "/home/me"
	if c.OS == "windows" {
		home = `C:\Users\me`
	}
	w, err := c.In(Place{Home: home, Services: stub.Services})
	if err != nil {
		return nil, resolver.Code{}, err
	}
	w = w.For(want)
	files := Memory{}
	for name, data := range w.Files {
		files[clean(home+"/"+name)] = data
	}
	h := &resolver.Host{
		OS:    c.OS,
		Env:   w.Env,
		Files: files,
		HTTP:  stub,
		Run:   runner(files),
		Home:  home,
		Dir:   home,
		UID:   1000,
		PID:   4711,
		Now:   Now,
	}
	return h, resolver.Code{Profile: w.Profile, KeyID: w.KeyID}, nil
}

// ErrNotEmulated says that a case runs a command that the emulated runner does
// not know.
var ErrNotEmulated = errors.New("command is not emulated")

// runner emulates the commands of the cases: "cat FILE" and "false".
func runner(files Memory) resolver.Runner {
	return func(_ context.Context, command string, _ map[string]string) ([]byte, error) {
		words := strings.Fields(command)
		switch {
		case len(words) == 1 && words[0] == "false":
			return nil, errors.New("exit status 1")
		case len(words) == 2 && words[0] == "cat":
			return files.ReadFile(words[1], 1<<20)
		}
		return nil, fmt.Errorf("running %q: %w", command, ErrNotEmulated)
	}
}
