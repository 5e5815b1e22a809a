package resolver

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

// A Host is everything that a resolution may observe: this machine, another
// process, a container's root, a Windows machine or a test case. What is nil
// or empty cannot be seen; the zero Host sees nothing.
type Host struct {
	// OS is the operating system, as runtime.GOOS names it.
	OS string
	// Env are the environment variables.
	Env map[string]string
	// Files is the file system; nil has no files.
	Files Files
	// HTTP makes requests; nil makes none. Only a Carrier and the one
	// harmless question for the instance role's name use it.
	HTTP http.RoundTripper
	// Run runs a process; nil runs none.
	Run Runner
	// Home is the home directory that the user's account has: what SDKs use
	// when no variable names one. Dir is the working directory.
	Home, Dir string
	// UID is the user's id, or -1 where there is none.
	UID int
	// PID is the process looked at, Executable the path of its program.
	PID        int
	Executable string
	// Now is the clock; nil stands still at the zero time.
	Now func() time.Time
}

// A Runner runs a command line as the shell of the Host's system would and
// returns its standard output.
type Runner func(ctx context.Context, commandLine string, env map[string]string) ([]byte, error)

// Files is a file system to look at. Names are absolute paths of the Host's
// system.
type Files interface {
	// ReadFile returns the content of a regular file. It returns an error
	// wrapping [ErrTooLarge] for one of more than max bytes, without reading
	// it, and [ErrNotRegular] for a directory, FIFO, socket or device.
	ReadFile(name string, max int64) ([]byte, error)
	// Stat follows symbolic links.
	Stat(name string) (FileInfo, error)
	// ReadDir returns the names in a directory, sorted.
	ReadDir(name string) ([]string, error)
	// Readlink returns the target of a symbolic link.
	Readlink(name string) (string, error)
}

// FileInfo describes a file.
type FileInfo struct {
	Mode    fs.FileMode
	Size    int64
	UID     int // -1 where files have no owner's number
	ModTime time.Time
}

// Errors of [Files].
var (
	ErrTooLarge   = errors.New("file is too large")
	ErrNotRegular = errors.New("not a regular file")
)

// LookupEnv returns the value of an environment variable and whether it is
// set. On Windows the case of names does not matter.
func (h *Host) LookupEnv(name string) (string, bool) {
	if v, ok := h.Env[name]; ok || h.OS != "windows" {
		return v, ok
	}
	for k, v := range h.Env {
		if strings.EqualFold(k, name) {
			return v, true
		}
	}
	return "", false
}

// Getenv returns the value of an environment variable, or "".
func (h *Host) Getenv(name string) string {
	v, _ := h.LookupEnv(name)
	return v
}

// Time is the Host's present.
func (h *Host) Time() time.Time {
	if h.Now == nil {
		return time.Time{}
	}
	return h.Now()
}

// ReadFile reads a file of the Host; without Files nothing exists.
func (h *Host) ReadFile(name string, max int64) ([]byte, error) {
	if h.Files == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return h.Files.ReadFile(name, max)
}

// Stat describes a file of the Host; without Files nothing exists.
func (h *Host) Stat(name string) (FileInfo, error) {
	if h.Files == nil {
		return FileInfo{}, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return h.Files.Stat(name)
}

func (h *Host) isDir(name string) bool {
	info, err := h.Stat(name)
	return err == nil && info.Mode.IsDir()
}

// Abs makes a path absolute: a relative one starts at the Host's directory.
func (h *Host) Abs(name string) string {
	if name == "" || h.isAbs(name) {
		return name
	}
	return h.Join(h.Dir, name)
}

func (h *Host) isAbs(name string) bool {
	if strings.HasPrefix(name, "/") {
		return true
	}
	if h.OS != "windows" {
		return false
	}
	return strings.HasPrefix(name, `\`) || len(name) >= 2 && name[1] == ':'
}

// Join joins path elements with the separator of the Host's system.
func (h *Host) Join(elem ...string) string {
	sep := "/"
	if h.OS == "windows" {
		sep = `\`
	}
	var b strings.Builder
	for _, e := range elem {
		if e == "" {
			continue
		}
		if b.Len() > 0 && !strings.HasSuffix(b.String(), sep) {
			b.WriteString(sep)
		}
		b.WriteString(e)
	}
	return b.String()
}
