package live

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
)

// fakeStat is a line of proc_pid_stat(5).
func fakeStat(state string, flags, memory, envEnd int) string {
	return fmt.Sprintf("4711 (a) Z (b c) %s 1 1 1 0 -1 %d%s %d%s %d 0\n", state, flags,
		strings.Repeat(" 0", 13), memory, strings.Repeat(" 0", 27), envEnd)
}

const (
	userProcess = 0x00400000
	fakeStatus  = "Name:\ta) Z (b\nState:\tS (sleeping)\nUid:\t1000\t1000\t1000\t1000\nNSpid:\t4711\t12\nGroups:\t\n"
)

// fakeProc makes a proc(5) with us and process 4711, whose files are those of a
// process of user 1000 but for changes. An entry "" leaves a file out.
func fakeProc(t *testing.T, changes map[string]string) string {
	t.Helper()
	top := t.TempDir()
	entry := map[string]string{
		"stat": fakeStat("S", userProcess, 8192, 4096), "status": fakeStatus, "environ": "HOME=/home/me\x00A=1\x00",
		"root": "-> " + filepath.Join(top, "jail"), "cwd": "-> " + filepath.Join(top, "jail/work"),
		"exe":    "-> " + filepath.Join(top, "jail/bin/x"),
		"ns/net": "-> net:[1]", "ns/mnt": "-> mnt:[1]", "ns/user": "-> user:[1]",
		"uid_map": "       100          0        500\n         0       1000          1\n",
	}
	maps.Copy(entry, changes)
	files := map[string]string{
		"jail/etc/passwd":  "root:x:0:0::/root:\nme:x:1000:1000::/home/me-there:\n",
		"jail/file":        "in there",
		"proc/self/ns/net": "-> net:[1]", "proc/self/ns/mnt": "-> mnt:[1]", "proc/self/ns/user": "-> user:[1]",
	}
	for name, content := range entry {
		if content != "" {
			files["proc/4711/"+name] = content
		}
	}
	plant(t, top, files)
	return filepath.Join(top, "proc")
}

func TestProcessIn(t *testing.T) {
	proc := fakeProc(t, nil)
	h, err := processIn(proc, 4711, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if h.OS != "linux" || h.UID != 1000 || h.PID != 4711 || h.Home != "/home/me-there" || h.Dir != "/work" || h.Executable != "/bin/x" {
		t.Errorf("the process is not described: %+v", h)
	}
	if h.HTTP == nil || h.Run != nil || h.Time().IsZero() {
		t.Errorf("HTTP %v, Run set %v, time %v", h.HTTP, h.Run != nil, h.Time())
	}
	if got, err := h.ReadFile("/file", 100); err != nil || string(got) != "in there" {
		t.Errorf("ReadFile = %q, %v", got, err)
	}
	if _, err := h.ReadFile(filepath.Join(proc, "4711/stat"), 100); err == nil {
		t.Error("a file outside the root was read")
	}
}

// What depends on the namespaces.
func TestProcessNamespaces(t *testing.T) {
	tests := []struct {
		name    string
		changes map[string]string
		http    bool
		pid     int
		home    string
	}{
		{"shared", nil, true, 4711, "/home/me-there"},
		{"network", map[string]string{"ns/net": "-> net:[2]"}, false, 4711, "/home/me-there"},
		{"network not shown", map[string]string{"ns/net": ""}, false, 4711, "/home/me-there"},
		{"mounts", map[string]string{"ns/mnt": "-> mnt:[2]"}, true, 12, "/home/me-there"},
		{"users", map[string]string{"ns/user": "-> user:[2]"}, true, 4711, "/root"},
		{"users without a map", map[string]string{"ns/user": "-> user:[2]", "uid_map": "x\n"}, true, 4711, "/home/me-there"},
	}
	for _, tt := range tests {
		h, err := processIn(fakeProc(t, tt.changes), 4711, 1000)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if (h.HTTP != nil) != tt.http || h.PID != tt.pid || h.Home != tt.home || h.UID != 1000 {
			t.Errorf("%s: HTTP %v, PID %d, Home %q, UID %d", tt.name, h.HTTP != nil, h.PID, h.Home, h.UID)
		}
	}
}

func TestProcessEnvironment(t *testing.T) {
	full := strings.Repeat("x", maxEnviron-len("A=")-1)
	tests := []struct {
		name, environ string
		want          map[string]string
	}{
		{"NULs", "A=1\x00\x00\x00B=2\x00\x00", map[string]string{"A": "1", "B": "2"}},
		{"no NUL at the end", "A=1\x00B=2", map[string]string{"A": "1", "B": "2"}},
		{"not UTF-8", "A=\xff\xfe\x00\xff=x\x00", map[string]string{"A": "\xff\xfe", "\xff": "x"}},
		{"line breaks", "A=1\nB=2\x00", map[string]string{"A": "1\nB=2"}},
		{"title written over it", "nginx: worker process\x00A=1\x00=x\x00", map[string]string{"A": "1"}},
		{"twice", "A=1\x00A=2\x00", map[string]string{"A": "1"}},
		{"none", "\x00", map[string]string{}},
		{"the longest", "A=" + full + "\x00", map[string]string{"A": full}},
	}
	for _, tt := range tests {
		h, err := processIn(fakeProc(t, map[string]string{"environ": tt.environ}), 4711, 1000)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if !maps.Equal(h.Env, tt.want) {
			t.Errorf("%s: %d variables, %.100q", tt.name, len(h.Env), h.Env)
		}
	}
}

// Errors are one line and hold nothing of the environment.
func TestProcessErrors(t *testing.T) {
	secret := keytest.Secret(1)
	set := "AWS_SECRET_ACCESS_KEY=" + secret + "\x00"
	tests := []struct {
		name    string
		changes map[string]string
		user    int
		want    error
	}{
		{"zombie", map[string]string{"stat": fakeStat("Z", userProcess, 0, 0)}, 1000, ErrZombie},
		{"dead", map[string]string{"stat": fakeStat("X", userProcess, 0, 0)}, 1000, ErrZombie},
		{"kernel thread", map[string]string{"stat": fakeStat("I", 69238880, 0, 0)}, 1000, ErrKernelThread},
		{"memory is gone", map[string]string{"stat": fakeStat("R", userProcess, 0, 0)}, 1000, ErrEnded},
		{"no stat", map[string]string{"stat": ""}, 1000, ErrEnded},
		{"cut stat", map[string]string{"stat": "4711 (x"}, 1000, ErrEnded},
		{"no status", map[string]string{"status": ""}, 1000, ErrEnded},
		{"status without a user", map[string]string{"status": "Name:\tx\nUid:\tx\ty\tz\tw\nUid:\t1\n"}, 1000, errAny},
		{"other user", nil, 1001, ErrOtherUser},
		{"other user, to root", nil, 0, ErrOtherUser},
		{"no environment", map[string]string{"environ": ""}, 1000, ErrEnded},
		{"too large", map[string]string{"environ": set + strings.Repeat("x", maxEnviron)}, 1000, resolver.ErrTooLarge},
		{"environment is no file", map[string]string{"environ": "-> /nothing"}, 1000, ErrEnded},
		{"no root", map[string]string{"root": ""}, 1000, ErrEnded},
		{"root is no directory", map[string]string{"root": "x"}, 1000, errAny},
	}
	for _, tt := range tests {
		changes := map[string]string{"environ": set}
		maps.Copy(changes, tt.changes)
		h, err := processIn(fakeProc(t, changes), 4711, tt.user)
		if h != nil || !matches(err, tt.want) {
			t.Errorf("%s: %v, %v, want %v", tt.name, h, err, tt.want)
			continue
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %q has several lines", tt.name, err)
		}
		if leaks := keytest.Leaks([]byte(err.Error()), secret); leaks != nil {
			t.Errorf("%s: the error leaks: %v", tt.name, leaks)
		}
	}
	if _, err := processIn(fakeProc(t, nil), 4712, 1000); !errors.Is(err, ErrNoProcess) {
		t.Errorf("no process: %v", err)
	}
}

func TestProcessNamesThePID(t *testing.T) {
	for _, pid := range []int{-1, 0, 1 << 30} {
		h, err := Process(pid)
		if h != nil || err == nil || !strings.Contains(err.Error(), fmt.Sprintf("process %d:", pid)) {
			t.Errorf("Process(%d) = %v, %v", pid, h, err)
		}
		if runtime.GOOS == "linux" && !errors.Is(err, ErrNoProcess) {
			t.Errorf("Process(%d): %v", pid, err)
		}
	}
}

func TestProcessElsewhere(t *testing.T) {
	if runtime.GOOS == "linux" {
		t.Skip("this is Linux")
	}
	if h, err := Process(os.Getpid()); h != nil || err == nil || !strings.Contains(err.Error(), runtime.GOOS) {
		t.Errorf("Process = %v, %v", h, err)
	}
}

func TestBelow(t *testing.T) {
	tests := []struct{ root, name, want string }{
		{"/", "/", "/"},
		{"/", "/a/b", "/a/b"},
		{"/srv/jail", "/srv/jail", "/"},
		{"/srv/jail", "/srv/jail/a", "/a"},
		{"/srv/jail", "/srv/jailer/a", ""},
		{"/srv/jail", "/home", ""},
		{"/srv/jail", "", ""},
		{"/", "", "/"},
	}
	for _, tt := range tests {
		if got := below(tt.root, tt.name); got != tt.want {
			t.Errorf("below(%q, %q) = %q, want %q", tt.root, tt.name, got, tt.want)
		}
	}
}
