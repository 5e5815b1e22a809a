//go:build unix

package live

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awscred/awscred/resolver"
)

// specialFiles are those that must not be opened, or that lie about their size.
func specialFiles(t *testing.T, dir string) []fileTest {
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "socket")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	special := []fileTest{
		{"FIFO", fifo, 100, "", resolver.ErrNotRegular},
		{"socket", socket, 100, "", resolver.ErrNotRegular},
		{"endless device", "/dev/zero", 100, "", resolver.ErrNotRegular},
	}
	if _, err := os.Stat("/proc/self/cmdline"); err == nil {
		special = append(special, fileTest{"file of no size", "/proc/self/cmdline", 3, "", resolver.ErrTooLarge})
	}
	return special
}

func TestRun(t *testing.T) {
	env := map[string]string{"PATH": os.Getenv("PATH"), "X": "1 2"}
	t.Setenv("AWSCRED_TEST_LEFT_OUT", "leaked")
	tests := []struct {
		name, command string
		want          string
		err           string // a part of it, "" for none
	}{
		{"output", "printf '%s' \"$X\"", "1 2", ""},
		{"environment", "echo \"[$AWSCRED_TEST_LEFT_OUT]\"", "[]\n", ""},
		{"standard error", "echo secret >&2; echo out", "out\n", ""},
		{"failure", "echo secret; echo secret >&2; exit 3", "", "exit status 3"},
		{"signal", "kill -9 $$", "", "killed"},
		{"no command", "no-such-command-here", "", "exit status 127"},
		{"input", "cat", "", ""},
		{"much output", "while :; do echo secretsecretsecretsecretsecretsecret; done", "", "bytes of output"},
		{"much at once", "head -c 70000 /dev/zero", "", "bytes of output"},
		{"nearly too much", "head -c 65536 /dev/zero | tr '\\0' x", strings.Repeat("x", 64<<10), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out, err := run(t.Context(), tt.command, env)
			if string(out) != tt.want {
				t.Errorf("output %q, want %q", out, tt.want)
			}
			switch {
			case tt.err == "" && err != nil, tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
				t.Errorf("error %v, want one with %q", err, tt.err)
			case err != nil && strings.Contains(err.Error(), "secret"):
				t.Errorf("error %q repeats the output", err)
			}
		})
	}
}

// A process that hangs is ended with its children; one that leaves children
// behind with the pipe open is not waited for.
func TestRunEndsChildren(t *testing.T) {
	tests := []struct {
		name, command string
		timeout       time.Duration
		want          error
	}{
		{"hangs", "sleep 60 & echo $! >%; wait", time.Second / 2, context.DeadlineExceeded},
		{"ignores a signal", "trap '' TERM; sleep 60 & echo $! >%; wait", time.Second / 2, context.DeadlineExceeded},
		{"leaves a child", "echo x; sleep 60 & echo $! >%", 10 * time.Second, errHeldOpen},
		{"prints on", "sleep 60 & echo $! >%; while :; do echo more and more and more of it; done", 10 * time.Second, errMuchOutput},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pidFile := filepath.Join(t.TempDir(), "pid")
			ctx, cancel := context.WithTimeout(t.Context(), tt.timeout)
			defer cancel()
			start := time.Now()
			_, err := run(ctx, strings.Replace(tt.command, "%", pidFile, 1), map[string]string{"PATH": os.Getenv("PATH")})
			if d := time.Since(start); d > 5*time.Second {
				t.Errorf("took %v", d)
			}
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			text, err := os.ReadFile(pidFile)
			if err != nil {
				t.Fatal(err)
			}
			pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			if !gone(pid) {
				t.Errorf("child %d lives on", pid)
				syscall.Kill(pid, syscall.SIGKILL)
			}
		})
	}
}

// gone waits for the end of a process: that it does not exist, or only as a
// zombie that nobody has collected.
func gone(pid int) bool {
	for range 50 {
		if syscall.Kill(pid, 0) != nil {
			return true
		}
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err == nil && strings.Contains(string(stat), ") Z ") {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}
