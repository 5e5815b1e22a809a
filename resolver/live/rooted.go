package live

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
)

// RootedOptions say who looks at a root, and from where.
type RootedOptions struct {
	// User is the account, by name or number as docker run --user has it; a
	// group behind a colon does not matter. On Windows it is the name of a
	// folder in C:\Users. "" is root, and on Windows the only user there is.
	User string
	// Dir is the working directory; "" is the root.
	Dir string
}

// Rooted returns the system whose root is a directory of this machine as a
// Host: the root of a container, an unpacked image, a mounted disk. Its files
// are those below dir; no link leads out of it.
//
// Its environment is env ("NAME=value") and nothing else: what an image, a unit
// or /etc/environment would set depends on how it is started, and [EnvFiles]
// reads a file of it. The one exception is HOME, or USERPROFILE, which a login
// and a container's runtime set from the account if it is missing
// (opencontainers/runc, libcontainer/init_linux.go: HOME is "/" for a user whom
// etc/passwd does not know).
//
// A directory with Windows\System32 is a Windows system, with the drive that
// SystemDrive in env names, or C:. Anything else is taken for Linux. The files
// are read with the rights of this process, which may be more than those of the
// user. HTTP and Run are nil: the network and the programs of the system are
// not ours.
//
// It is an error if dir is no directory or the user does not exist there.
func Rooted(dir string, env []string, opts RootedOptions) (*resolver.Host, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening root %q: %w", dir, err)
	}
	h := &resolver.Host{OS: "linux", Env: environment(env), UID: -1, Now: time.Now}
	t := &tree{root: root}
	h.Files = t
	if isWindows(root) {
		h.OS = "windows"
		t.windows, t.drive = true, systemDrive(h)
		err = windowsUser(h, t.drive, opts)
	} else {
		err = unixUser(h, opts)
	}
	if err != nil {
		root.Close()
		return nil, fmt.Errorf("looking into root %q: %w", dir, err)
	}
	return h, nil
}

// isWindows reports whether a root is the system drive of Windows.
func isWindows(root *os.Root) bool {
	t := &tree{root: root, windows: true, drive: "C:"}
	info, err := t.Stat(`C:\Windows\System32`)
	return err == nil && info.Mode.IsDir()
}

func systemDrive(h *resolver.Host) string {
	if d := h.Getenv("SystemDrive"); len(d) == 2 && d[1] == ':' {
		return d
	}
	return "C:"
}

// unixUser fills in who looks at a Unix root.
func unixUser(h *resolver.Host, opts RootedOptions) error {
	name, _, _ := strings.Cut(opts.User, ":")
	if name == "" {
		name = "0"
	}
	account, known := h.AccountByName(name)
	if uid, err := strconv.ParseUint(name, 10, 32); err == nil && !known {
		h.UID = int(uid)
		account, _ = h.AccountByID(h.UID)
	} else if known {
		h.UID = account.UID
	} else {
		return fmt.Errorf("no account %q in /etc/passwd there", name)
	}
	h.Home = account.Home
	if h.Home == "" {
		h.Home = "/"
	}
	if h.Getenv("HOME") == "" {
		h.Env["HOME"] = h.Home
	}
	h.Dir = "/"
	if opts.Dir != "" {
		h.Dir = h.Abs(opts.Dir)
	}
	return nil
}

// windowsUser fills in who looks at a Windows root.
func windowsUser(h *resolver.Host, drive string, opts RootedOptions) error {
	users := drive + `\Users`
	h.Dir = drive + `\`
	if opts.Dir != "" {
		h.Dir = h.Abs(opts.Dir)
	}
	if opts.User != "" {
		h.Home = h.Join(users, opts.User)
		if info, err := h.Stat(h.Home); err != nil || !info.Mode.IsDir() || strings.ContainsAny(opts.User, `\/:`) {
			return fmt.Errorf("no folder %q in %s there", opts.User, users)
		}
	} else if only := onlyUser(h, users); only != "" {
		h.Home = h.Join(users, only)
	}
	if h.Home != "" && h.Getenv("USERPROFILE") == "" {
		h.Env["USERPROFILE"] = h.Home
	}
	return nil
}

// onlyUser returns the one folder of C:\Users that is a person's, or "".
func onlyUser(h *resolver.Host, users string) string {
	// Those that Windows brings.
	system := []string{"public", "default", "default user", "all users", "defaultuser0", "wdagutilityaccount"}
	names, err := h.Files.ReadDir(users)
	if err != nil {
		return ""
	}
	only := ""
	for _, name := range names {
		info, err := h.Stat(h.Join(users, name))
		if err != nil || info.Mode&fs.ModeType != fs.ModeDir || slices.Contains(system, strings.ToLower(name)) {
			continue
		}
		if only != "" {
			return ""
		}
		only = name
	}
	return only
}
