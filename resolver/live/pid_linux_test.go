package live

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/sdk"
)

// TestSleeper is the process that the others look at: this program, until its
// standard input ends.
func TestSleeper(t *testing.T) {
	if os.Getenv("AWSCRED_TEST_SLEEPER") == "" {
		t.Skip("only as a child")
	}
	io.Copy(io.Discard, os.Stdin)
}

// sleeper starts a child that waits. It is ended with the test.
func sleeper(t *testing.T, change func(*exec.Cmd)) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestSleeper$")
	cmd.Env = []string{"AWSCRED_TEST_SLEEPER=1"}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	change(cmd)
	if err := cmd.Start(); err != nil {
		t.Skipf("a child of this kind cannot be started here: %v", err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
}

func TestProcess(t *testing.T) {
	home := t.TempDir()
	plant(t, home, map[string]string{".aws/credentials": sharedKeys(1), "work/": ""})
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := sleeper(t, func(c *exec.Cmd) {
		c.Dir = filepath.Join(home, "work")
		c.Env = append(c.Env, "HOME="+home, "ODD=a=b\xff\nc", "AWS_CONFIG_FILE=../no-such-file")
	})
	h, err := Process(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	if h.OS != "linux" || h.UID != os.Getuid() || h.PID != cmd.Process.Pid || h.Dir != cmd.Dir || h.Executable != exe {
		t.Errorf("the process is not described: %+v", h)
	}
	if len(h.Env) < 4 || h.Env["HOME"] != home || h.Env["ODD"] != "a=b\xff\nc" {
		t.Errorf("Env = %q", h.Env)
	}
	if h.Home != accountHome() || h.HTTP == nil || h.Run != nil {
		t.Errorf("Home %q, HTTP %v, Run set %v", h.Home, h.HTTP, h.Run != nil)
	}
	trace := resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{})
	if w := trace.Winner(); w == nil || w.KeyID != keytest.ID(1) {
		t.Errorf("winner %+v", w)
	}
	if h, err := Process(os.Getpid()); err != nil || h.PID != os.Getpid() {
		t.Errorf("ourselves: %+v, %v", h, err)
	}
}

// The files stay those of the process when it has ended; they were opened.
func TestProcessEnds(t *testing.T) {
	cmd := sleeper(t, func(*exec.Cmd) {})
	pid := cmd.Process.Pid
	h, err := Process(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if !gone(pid) {
		t.Fatal("the child lives on")
	}
	if _, err := Process(pid); !errors.Is(err, ErrZombie) {
		t.Errorf("a zombie: %v", err)
	}
	cmd.Wait()
	if _, err := Process(pid); !errors.Is(err, ErrNoProcess) {
		t.Errorf("an ended process: %v", err)
	}
	if _, err := h.Stat("/"); err != nil {
		t.Errorf("its root: %v", err)
	}
}

// However a look and the end of a process fall together, it is the process or
// one of the errors.
func TestProcessEndsMeanwhile(t *testing.T) {
	seen := map[string]int{}
	enough := func() bool { return seen["process"] > 200 && seen["ended"]+seen["zombie"] > 200 }
	for start := time.Now(); time.Since(start) < 10*time.Second && !enough(); {
		cmd := exec.Command("/bin/true")
		cmd.Env = []string{"MARK=child"}
		if err := cmd.Start(); err != nil {
			t.Skip(err)
		}
		done := make(chan struct{})
		go func() { cmd.Wait(); close(done) }()
		for ended := false; !ended; {
			h, err := Process(cmd.Process.Pid)
			switch {
			case err == nil && h.Env["MARK"] == "child":
				seen["process"]++
			case err == nil:
				t.Fatalf("a process without its environment: %q", h.Env)
			case errors.Is(err, ErrNoProcess):
				ended = true
			case errors.Is(err, ErrEnded):
				seen["ended"]++
			case errors.Is(err, ErrZombie):
				seen["zombie"]++
			default:
				t.Fatalf("error %v", err)
			}
			select {
			case <-done:
				ended = true
			default:
			}
		}
		<-done
	}
	if seen["process"] == 0 || seen["ended"]+seen["zombie"] == 0 {
		t.Errorf("the race was not run: %v", seen)
	}
}

func TestProcessOfTheKernel(t *testing.T) {
	stat, err := os.ReadFile("/proc/2/stat")
	if err != nil || !strings.Contains(string(stat), "(kthreadd)") {
		t.Skip("no thread of the kernel is to be seen")
	}
	if _, err := Process(2); !errors.Is(err, ErrKernelThread) {
		t.Errorf("kthreadd: %v", err)
	}
}

const nobody = 65534

func TestProcessOfAnotherUser(t *testing.T) {
	needRoot(t)
	cmd := exec.Command("/bin/cat")
	cmd.Env = []string{"AWS_SECRET_ACCESS_KEY=" + keytest.Secret(1)}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	defer func() { in.Close(); cmd.Wait() }()
	_, err = Process(cmd.Process.Pid)
	if !errors.Is(err, ErrOtherUser) || !strings.Contains(err.Error(), "user 65534") || keytest.Leaks([]byte(err.Error()), keytest.Secret(1)) != nil {
		t.Errorf("nobody's process, as root: %v", err)
	}
}

// As nobody, a process of root is refused, and so is one that calls itself
// nobody's while the kernel protects it.
func TestProcessAsAnotherUser(t *testing.T) {
	needRoot(t)
	cmd := sleeper(t, func(*exec.Cmd) {})
	asNobody(t, func() {
		if _, err := Process(cmd.Process.Pid); !errors.Is(err, ErrOtherUser) {
			t.Errorf("root's process, as nobody: %v", err)
		}
		_, err := processIn("/proc", cmd.Process.Pid, 0)
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "kernel protects") {
			t.Errorf("a protected process: %v", err)
		}
	})
}

// asNobody runs a function on a thread of another user, which ends with it. The
// first thread of the process does not end and is what others see of the user:
// it must not be that one.
func asNobody(t *testing.T, do func()) {
	done, over := make(chan error, 1), make(chan struct{})
	defer close(over)
	var start func()
	start = func() {
		runtime.LockOSThread() // and never unlocked
		if syscall.Gettid() == syscall.Getpid() {
			go start() // on another one, as this goroutine holds the first
			<-over
			runtime.UnlockOSThread()
			return
		}
		_, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, nobody, nobody, nobody)
		if errno != 0 {
			done <- errno
			return
		}
		do()
		done <- nil
	}
	go start()
	if err := <-done; err != nil {
		t.Skip(err)
	}
}

// A jail is the root of a process: this program, a user database, files and
// links that point out of it.
func jail(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	plant(t, dir, map[string]string{
		"outside":                   "outside",
		"jail/bin/sleeper":          string(program),
		"jail/etc/passwd":           "root:x:0:0::/home/jailed:\nuser:x:1000:1000::/home/inner:\n",
		"jail/work/":                "",
		"jail/home/jailed/.aws":     "-> /data/aws",
		"jail/data/aws/config":      "[default]\nregion = eu-west-1\n",
		"jail/data/aws/credentials": "-> " + filepath.Join(dir, "outside"),
		"jail/up":                   "-> ../../../../../.." + dir + "/outside",
	})
	if err := os.Chmod(filepath.Join(dir, "jail/bin/sleeper"), 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "jail")
}

func TestProcessInAnotherRoot(t *testing.T) {
	needRoot(t)
	root := jail(t)
	tests := []struct {
		name string
		attr syscall.SysProcAttr
		home string
		pid  int // 0: the one that we see
		http bool
	}{
		{"chroot", syscall.SysProcAttr{}, "/home/jailed", 0, true},
		{"container", syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET}, "/home/jailed", 1, false},
		{"rootless container", syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 1000, HostID: 0, Size: 1}},
		}, "/home/inner", 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cmd := sleeper(t, func(c *exec.Cmd) {
				c.Path, c.Dir = "/bin/sleeper", "/work"
				c.SysProcAttr = &tt.attr
				c.SysProcAttr.Chroot = root
			})
			h, err := Process(cmd.Process.Pid)
			if err != nil {
				t.Fatal(err)
			}
			pid := tt.pid
			if pid == 0 {
				pid = cmd.Process.Pid
			}
			if h.Home != tt.home || h.Dir != "/work" || h.Executable != "/bin/sleeper" || h.PID != pid || h.UID != 0 || (h.HTTP != nil) != tt.http {
				t.Errorf("the process is not described: %+v", h)
			}
			if got, err := h.ReadFile("/home/jailed/.aws/config", 100); err != nil || !strings.HasPrefix(string(got), "[default]") {
				t.Errorf("its config: %q, %v", got, err)
			}
			for _, name := range []string{"/home/jailed/.aws/credentials", "/up", filepath.Join(root, "work"), "/proc/self/environ"} {
				if got, err := h.ReadFile(name, 1<<20); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s: %.20q, %v", name, got, err)
				}
			}
		})
	}
}
