//go:build linux

package torture

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
)

// big makes a directory that takes a while to scan, with many keys in it.
func big(t *testing.T) (dir string, secrets []string) {
	t.Helper()
	dir = t.TempDir()
	words := strings.Repeat("nothing but words and the word aws_secret_access_key, again and again\n", 1500)
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("dir%d/words.txt", i)] = words
		files[fmt.Sprintf("dir%d/a.env", i)] = fmt.Sprintf("AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n", keytest.ID(i+1), keytest.Secret(i+1))
		secrets = append(secrets, keytest.Secret(i+1))
	}
	write(t, dir, files)
	return dir, secrets
}

// However a run ends, the report is there whole or not at all, no other file
// holds a secret, and what was printed holds none.
func TestKills(t *testing.T) {
	dir, secrets := big(t)
	whole := call{args: []string{"scan", dir, "--format", "json"}}.run(t)
	if r, err := parsed([]byte(whole.stdout)); err != nil || len(r.Findings) != 40 {
		t.Fatalf("%v\n%s", err, whole.stderr)
	}
	r := rand.New(rand.NewPCG(1, 2))
	absent, complete, left := 0, 0, 0
	wanted, n, began := rounds(24, 2000), 0, time.Now()
	for i := range wanted {
		if over(t, began, i, wanted) {
			break
		}
		n++
		place := t.TempDir()
		out := filepath.Join(place, "report.json")
		sig, how := syscall.SIGKILL, "-9"
		if i%2 == 1 {
			sig, how = syscall.SIGTERM, "TERM"
		}
		wait := time.Duration(r.Int64N(int64(whole.took) * 5 / 4))
		printed := killed(t, []string{"scan", dir, "--format", "json", "-o", out}, place, sig, wait)
		text, err := os.ReadFile(out)
		switch {
		case err == nil:
			if _, err := parsed(text); err != nil {
				t.Errorf("%s after %v: the report is not whole: %v", how, wait, err)
			}
			complete++
		case sig == syscall.SIGTERM && wait > whole.took:
			t.Logf("%s after %v: no report", how, wait) // it may have come before the program listened
			fallthrough
		default:
			absent++
		}
		rest := everything(t, place, out)
		left += len(rest)
		for name, text := range rest {
			if sig == syscall.SIGTERM {
				t.Errorf("TERM after %v left %s", wait, name)
			}
			printed = append(printed, text...)
		}
		if bytes.ContainsAny(printed, "\x00") || contains(printed, secrets) {
			t.Errorf("%s after %v: a secret is in what was printed or left", how, wait)
		}
	}
	told(t, "whole", "runs ended by KILL or TERM at random moments", n)
	told(t, "whole", "reports absent, whole, and unfinished files left by KILL (without a secret)", fmt.Sprintf("%d, %d, %d", absent, complete, left))
	told(t, "leaks", "killed runs whose files and output hold no secret", n)
}

func contains(text []byte, secrets []string) bool {
	for _, s := range secrets {
		if bytes.Contains(text, []byte(s)) {
			return true
		}
	}
	return false
}

// everything is the content of all files below a directory but one.
func everything(t *testing.T, dir, but string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	check(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path == but {
			return err
		}
		all[path], err = os.ReadFile(path)
		return err
	}))
	return all
}

// killed runs the program, sends it a signal after a while, and returns what it
// printed.
func killed(t *testing.T, args []string, place string, sig syscall.Signal, wait time.Duration) []byte {
	t.Helper()
	calm()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = bare(place, "TMPDIR="+place)
	cmd.Dir = place
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	check(t, cmd.Start())
	timer := time.AfterFunc(wait, func() { cmd.Process.Signal(sig) })
	cmd.Wait()
	timer.Stop()
	if ctx.Err() != nil {
		t.Errorf("signal %v after %v: the program goes on", sig, wait)
	}
	return printed.Bytes()
}

// A reader that goes away ends the program without noise; the verdict stands.
func TestBrokenPipes(t *testing.T) {
	dir, secrets := big(t)
	r := rand.New(rand.NewPCG(3, 4))
	n := rounds(6, 60)
	for i := range n {
		calm()
		format := []string{"text", "json", "jsonl", "sarif", "csv", "html"}[i%6]
		cmd := exec.Command(program, "scan", dir, "--format", format, "--verbose")
		cmd.Env = bare(t.TempDir())
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		stdout, err := cmd.StdoutPipe()
		check(t, err)
		check(t, cmd.Start())
		head, _ := io.ReadAll(io.LimitReader(stdout, r.Int64N(4000)))
		stdout.Close()
		cmd.Wait()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signaled() && status.Signal() != syscall.SIGPIPE || strings.Contains(stderr.String(), "goroutine") {
			t.Errorf("%s: %v\n%s", format, cmd.ProcessState, stderr.String())
		}
		if contains(append(head, stderr.Bytes()...), secrets) {
			t.Errorf("%s: a secret", format)
		}
	}
	told(t, "whole", "broken pipes, no panic", n)
}

// A full disk is told of, and nothing is left on it.
func TestFullDisk(t *testing.T) {
	dir, secrets := big(t)
	for _, args := range [][]string{{"--format", "json"}, {"--format", "html"}, {"--verbose"}} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			lacking(t, "there is no /dev/full")
		}
		cmd := exec.Command(program, append([]string{"scan", dir}, args...)...)
		cmd.Env = bare(t.TempDir())
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = full, &stderr
		cmd.Run()
		full.Close()
		if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(stderr.String(), "no space left") || contains(stderr.Bytes(), secrets) {
			t.Errorf("%v: exit code %d\n%s", args, cmd.ProcessState.ExitCode(), stderr.String())
		}
	}
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=16k"); err != nil {
		lacking(t, "no small disk can be mounted: "+err.Error())
	}
	defer syscall.Unmount(small, 0)
	n := 0
	for _, format := range []string{"json", "html", "sarif", "csv", "junit"} {
		for _, before := range []string{"", "an older report\n"} {
			out := filepath.Join(small, "report")
			os.Remove(out)
			if before != "" {
				check(t, os.WriteFile(out, []byte(before), 0o644))
			}
			o := call{args: []string{"scan", dir, "--format", format, "-o", out}}.run(t)
			now, err := os.ReadFile(out)
			if o.code != 2 && o.code != 1 || o.code == 2 && (string(now) != before || err == nil && before == "") {
				t.Errorf("%s: exit code %d, and the report is %.60q, %v\n%s", format, o.code, now, err, o.stderr)
			}
			if rest := everything(t, small, out); len(rest) > 0 {
				t.Errorf("%s: left %d files", format, len(rest))
			}
			if o.code == 2 {
				n++
			}
		}
	}
	if n < 5 {
		t.Errorf("only %d reports did not fit: the test shows little", n)
	}
	told(t, "whole", "reports that found no room and left nothing", n)
}

// The process cannot be dumped, nor read by others of the same user.
func TestMemoryIsClosed(t *testing.T) {
	cmd := exec.Command(program, "scan", "-")
	cmd.Env = bare(t.TempDir())
	if os.Geteuid() == 0 { // root owns what is closed, so look as another
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		open := filepath.Join(t.TempDir(), "awscred")
		text, err := os.ReadFile(program)
		check(t, err)
		check(t, os.WriteFile(open, text, 0o755))
		for dir := filepath.Dir(open); dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
			check(t, os.Chmod(dir, 0o755))
		}
		cmd.Path = open
	}
	stdin, err := cmd.StdinPipe()
	check(t, err)
	check(t, cmd.Start())
	defer cmd.Wait()
	defer stdin.Close()
	proc := fmt.Sprintf("/proc/%d/", cmd.Process.Pid)
	var limits, owner string
	for range 200 { // until it has begun
		text, _ := os.ReadFile(proc + "limits")
		_, line, _ := strings.Cut(string(text), "Max core file size")
		limits, _, _ = strings.Cut(line, "\n")
		if info, err := os.Stat(proc + "mem"); err == nil {
			owner = fmt.Sprint(info.Sys().(*syscall.Stat_t).Uid)
		}
		if strings.HasPrefix(strings.TrimSpace(limits), "0 ") && owner == "0" {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !strings.HasPrefix(strings.TrimSpace(limits), "0 ") {
		t.Errorf("the limit of core files is %q", limits)
	}
	if owner != "0" {
		t.Errorf("the memory is open to user %s", owner)
	}
	told(t, "memory of others", "limit of core files", "0")
	told(t, "memory of others", "owner of /proc/PID/mem", "root")
}
