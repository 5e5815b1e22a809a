package live

import (
	"os"
	"os/user"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
)

// Machine returns this machine as a Host, with env ("NAME=value", as os.Environ
// returns it) as its environment. What cannot be found out is left empty.
func Machine(env []string) *resolver.Host {
	h := &resolver.Host{
		OS:    runtime.GOOS,
		Env:   environment(env),
		Files: files{},
		HTTP:  newTransport(),
		Run:   run,
		Home:  accountHome(),
		UID:   os.Getuid(),
		PID:   os.Getpid(),
		Now:   time.Now,
	}
	if dir, err := os.Getwd(); err == nil {
		h.Dir = dir
	}
	if exe, err := os.Executable(); err == nil {
		h.Executable = exe
	}
	return h
}

// environment turns a list into a map. The first of two equal names counts, as
// it does for getenv and for package os (syscall/env_unix.go, copyenv).
func environment(list []string) map[string]string {
	env := make(map[string]string, len(list))
	for _, entry := range list {
		name, value, ok := strings.Cut(entry, "=")
		if !ok || name == "" { // Windows lists each drive's directory as "=C:=..."
			continue
		}
		if _, ok := env[name]; !ok {
			env[name] = value
		}
	}
	return env
}

// accountHome returns the home directory that the user's account has, or "": of
// a container's user there may be no entry. The variables come first, but that
// is for each SDK to say; Go falls back to this as well
// (aws-sdk-go-v2@v1.47.8/internal/shareddefaults/shared_config.go, UserHomeDir).
func accountHome() string {
	if runtime.GOOS == "windows" {
		if u, err := user.Current(); err == nil {
			return u.HomeDir
		}
		return ""
	}
	// Not user.Current, which would let the variable in again.
	u, err := user.LookupId(strconv.Itoa(os.Getuid()))
	if err != nil {
		return ""
	}
	return u.HomeDir
}
