package torture

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/repotest"
)

var (
	long    = flag.Bool("long", false, "the long form: more rounds, and a missing tool is a failure")
	given   = flag.String("program", "", "the program to test, instead of one that is built")
	pause   = flag.String("pause", "", "start nothing while this file is there: something else is measured on this machine")
	atMost  = flag.Duration("at-most", 20*time.Minute, "the longest time for each of the tests that try something very often")
	records = flag.String("record", "", "add the figures of this run to this file, and write ../../docs/reliability.md")
)

// program is the path of the program under test, which TestMain builds.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(runAll(m))
}

func runAll(m *testing.M) int {
	dir, err := os.MkdirTemp("", "torture")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer os.RemoveAll(dir)
	if program = *given; program == "" {
		program = filepath.Join(dir, "awscred")
		if err := build(program); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
	}
	code := m.Run()
	if *records != "" { // also when no test had figures: the totals of fuzzing may be new
		if err := taken.save(*records, filepath.Join("..", "..", "docs", "reliability.md")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 2
		}
	}
	return code
}

// build builds the program as it is released.
func build(path string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "../../cmd/awscred")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return nil
}

// rounds is how often something is tried: n times, or in the long form more.
func rounds(short, inLong int) int {
	if *long {
		return inLong
	}
	if testing.Short() {
		return max(1, short/10)
	}
	return short
}

// over reports whether a test that began then has had its time.
func over(t *testing.T, began time.Time, done, of int) bool {
	t.Helper()
	if time.Since(began) < *atMost {
		return false
	}
	t.Logf("the time is over after %d of %d", done, of)
	return true
}

// need returns the path of a program that a test cannot do without. In the short
// form the test is skipped where it is not installed.
func need(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		lacking(t, name+" is not installed")
	}
	return path
}

// lacking skips a test for want of something, but fails it in the long form.
func lacking(t *testing.T, what string) {
	t.Helper()
	if *long {
		t.Fatal(what)
	}
	t.Skip(what)
}

// calm waits until the machine is free for the next run.
func calm() {
	for *pause != "" {
		if _, err := os.Stat(*pause); err != nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// An outcome is what one run of the program did.
type outcome struct {
	code           int
	stdout, stderr string
	took           time.Duration
	cpu            time.Duration // of all its threads
	// anonymous is the most memory that was no file, in bytes, as far as it
	// was seen; 0 where there is no /proc.
	anonymous int64
}

func (o outcome) all() string { return o.stdout + o.stderr }

// A call is one run of the program to be made.
type call struct {
	args  []string
	dir   string
	env   []string
	stdin []byte
	// under is a command that runs it, such as strace.
	under []string
	limit time.Duration
}

// bare is an environment without anything of this machine.
func bare(home string, more ...string) []string {
	return append([]string{"HOME=" + home, "PATH=" + os.Getenv("PATH"), "TZ=UTC", "NO_COLOR=1", "AWS_EC2_METADATA_DISABLED=true",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull}, more...)
}

// run runs the program and watches its memory. A run that does not end within
// the limit, two minutes if there is none, fails the test.
func (c call) run(t *testing.T) outcome {
	t.Helper()
	calm()
	if c.limit == 0 {
		c.limit = 2 * time.Minute
	}
	if c.env == nil {
		c.env = bare(t.TempDir())
	}
	ctx, cancel := context.WithTimeout(t.Context(), c.limit)
	defer cancel()
	line := append(append([]string{}, c.under...), program)
	line = append(line, c.args...)
	cmd := exec.CommandContext(ctx, line[0], line[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdin = c.dir, c.env, bytes.NewReader(c.stdin)
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	most := watch(cmd.Process.Pid)
	err := cmd.Wait()
	o := outcome{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String(), took: time.Since(start), anonymous: most(),
		cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v\n%s", c.args, err, o.stderr)
	}
	if ctx.Err() != nil {
		t.Errorf("%v did not end within %v", c.args, c.limit)
	}
	if strings.Contains(o.stderr, "goroutine ") || strings.Contains(o.stderr, "internal error") {
		t.Errorf("%v: a panic: %s", c.args, o.stderr)
	}
	return o
}

// watch looks at the memory of a process until what it returns is called.
func watch(pid int) func() int64 {
	done, most := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		for {
			peak = max(peak, anonymous(pid))
			select {
			case <-done:
				most <- peak
				return
			case <-time.After(4 * time.Millisecond):
			}
		}
	}()
	return func() int64 { close(done); return <-most }
}

// anonymous returns the memory of a process that is no file: RssAnon of proc(5).
func anonymous(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	var kib int64
	fmt.Sscan(rest, &kib)
	return kib << 10
}

// repo builds a repository.
func repo(t *testing.T, script string) *repotest.Repo {
	t.Helper()
	return repotest.Build(t, script)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// write makes files below a directory.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		check(t, os.MkdirAll(filepath.Dir(path), 0o755))
		check(t, os.WriteFile(path, []byte(text), 0o644))
	}
}
