package live

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/sdk"
)

const passwd = "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n33:x:7:7::/named-33:\n"

func TestRooted(t *testing.T) {
	tests := []struct {
		name      string
		files     map[string]string
		env       []string
		opts      RootedOptions
		uid       int
		home, dir string
		homeVar   string
	}{
		{"root", map[string]string{"etc/passwd": passwd}, nil, RootedOptions{}, 0, "/root", "/", "/root"},
		{"by name", map[string]string{"etc/passwd": passwd}, nil, RootedOptions{User: "node", Dir: "app"}, 1000, "/home/node", "/app", "/home/node"},
		{"by number", map[string]string{"etc/passwd": passwd}, nil, RootedOptions{User: "1000:0", Dir: "/srv"}, 1000, "/home/node", "/srv", "/home/node"},
		{"unknown number", map[string]string{"etc/passwd": passwd}, nil, RootedOptions{User: "501"}, 501, "/", "/", "/"},
		{"name of digits", map[string]string{"etc/passwd": passwd}, nil, RootedOptions{User: "33"}, 7, "/named-33", "/", "/named-33"},
		{"HOME given", map[string]string{"etc/passwd": passwd}, []string{"HOME=/data"}, RootedOptions{}, 0, "/root", "/", "/data"},
		{"empty", nil, nil, RootedOptions{}, 0, "/", "/", "/"},
		{"absolute link", map[string]string{"etc/passwd": "-> /usr/etc/passwd", "usr/etc/passwd": passwd}, nil, RootedOptions{}, 0, "/root", "/", "/root"},
		{"link out", map[string]string{"etc/passwd": "-> ../../../../../../../../../../etc/passwd"}, nil, RootedOptions{}, 0, "/", "/", "/"},
		{"link loop", map[string]string{"etc/passwd": "-> passwd"}, nil, RootedOptions{}, 0, "/", "/", "/"},
		{"directory", map[string]string{"etc/passwd/": ""}, nil, RootedOptions{}, 0, "/", "/", "/"},
		{"no Windows", map[string]string{"windows/system32": "a file"}, nil, RootedOptions{}, 0, "/", "/", "/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			plant(t, dir, tt.files)
			h, err := Rooted(dir, tt.env, tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			if h.OS != "linux" || h.UID != tt.uid || h.Home != tt.home || h.Dir != tt.dir || h.Env["HOME"] != tt.homeVar {
				t.Errorf("Rooted = %+v", h)
			}
			if h.HTTP != nil || h.Run != nil || h.PID != 0 || h.Executable != "" {
				t.Error("a root can ask, run or be a process")
			}
			if d := time.Since(h.Time()); d < 0 || d > time.Minute {
				t.Errorf("the clock is off by %v", d)
			}
		})
	}
}

func TestRootedErrors(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, map[string]string{
		"linux/etc/passwd": passwd, "win/Windows/System32/": "", "win/Users/me/": "", "win/Users/file": "x",
		"file": "x",
	})
	tests := []struct {
		name, root, user string
		want             error
	}{
		{"missing", "missing", "", fs.ErrNotExist},
		{"file", "file", "", errAny},
		{"unknown account", "linux", "nobody", errAny},
		{"negative number", "linux", "-1", errAny},
		{"large number", "linux", "4294967296", errAny},
		{"no folder", "win", "you", errAny},
		{"no directory", "win", "file", errAny},
		{"way out", "win", `..\Users\me`, errAny},
	}
	for _, tt := range tests {
		root := filepath.Join(dir, tt.root)
		h, err := Rooted(root, []string{"AWS_SECRET_ACCESS_KEY=" + keytest.Secret(1)}, RootedOptions{User: tt.user})
		if h != nil || !matches(err, tt.want) {
			t.Errorf("%s: %v, %v", tt.name, h, err)
			continue
		}
		if !strings.Contains(err.Error(), root) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %q does not name the root on one line", tt.name, err)
		}
		if leaks := keytest.Leaks([]byte(err.Error()), keytest.Secret(1)); leaks != nil {
			t.Errorf("%s: the error leaks: %v", tt.name, leaks)
		}
	}
}

func sharedKeys(n int) string {
	return "[default]\naws_access_key_id = " + keytest.ID(n) + "\naws_secret_access_key = " + keytest.Secret(n) + "\n"
}

// The chain of a container finds the container's keys, and an instance role
// only an SDK in there could ask for.
func TestRootedResolves(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, map[string]string{
		"etc/passwd":                  passwd,
		"home/node/.aws":              "-> /run/secrets/aws",
		"run/secrets/aws/config":      "[profile dev]\nregion = eu-west-1\n",
		"run/secrets/aws/credentials": sharedKeys(1),
	})
	h, err := Rooted(dir, nil, RootedOptions{User: "node"})
	if err != nil {
		t.Fatal(err)
	}
	trace := resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{Carrier: Carrier{}})
	if w := trace.Winner(); w == nil || w.KeyID != keytest.ID(1) || w.Where[0].Name != "/home/node/.aws/credentials" {
		t.Errorf("winner %+v", w)
	}
	h, err = Rooted(dir, nil, RootedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	trace = resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{Carrier: Carrier{}})
	if w := trace.Winner(); w != nil {
		t.Errorf("winner of an account without files: %+v", w)
	}
}

func TestRootedWindows(t *testing.T) {
	dir := t.TempDir()
	plant(t, dir, map[string]string{
		"WINDOWS/system32/":         "",
		"Users/Default/":            "",
		"Users/Public/":             "",
		"Users/desktop.ini":         "x",
		"Users/All Users":           "-> /ProgramData",
		"ProgramData/":              "",
		"Users/Me/.AWS/Credentials": sharedKeys(1),
		"Users/Me/link":             `-> C:\Users\me\.aws`,
	})
	read := func(h *resolver.Host, name string) error {
		t.Helper()
		got, err := h.ReadFile(name, 1000)
		if err == nil && string(got) != sharedKeys(1) {
			t.Errorf("%s holds %q", name, got)
		}
		return err
	}
	h, err := Rooted(dir, []string{"SYSTEMDRIVE=c:", "Aws_Profile=default"}, RootedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if h.OS != "windows" || h.Home != `c:\Users\Me` || h.Dir != `c:\` || h.UID != -1 || h.Getenv("userprofile") != h.Home {
		t.Errorf("Rooted = %+v", h)
	}
	for _, name := range []string{`C:\Users\Me\.AWS\Credentials`, `c:\users\ME\.aws\credentials`, `\USERS/me\.aws.\credentials `, `C:\Users\Me\link\credentials`} {
		if err := read(h, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{`D:\Users\Me\.AWS\Credentials`, `C:\Users\Me\.AWS\Credential`, `\\host\c$\Users`, `C:\Users\Me\.AWS\Credentials:x`} {
		if err := read(h, name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	trace := resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{})
	if w := trace.Winner(); w == nil || w.KeyID != keytest.ID(1) {
		t.Errorf("winner %+v", w)
	}

	// With a second person, nobody is chosen.
	plant(t, dir, map[string]string{"Users/you/": ""})
	if h, err = Rooted(dir, nil, RootedOptions{}); err != nil || h.Home != "" || h.Getenv("USERPROFILE") != "" {
		t.Errorf("two users: %+v, %v", h, err)
	}
	if h, err = Rooted(dir, []string{`UserProfile=C:\x`}, RootedOptions{User: "ME", Dir: "Users"}); err != nil ||
		h.Home != `C:\Users\ME` || h.Getenv("USERPROFILE") != `C:\x` || h.Dir != `C:\Users` {
		t.Errorf("named user: %+v, %v", h, err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "Users")); err != nil {
		t.Fatal(err)
	}
	if h, err = Rooted(dir, nil, RootedOptions{}); err != nil || h.Home != "" {
		t.Errorf("no users: %+v, %v", h, err)
	}
}
