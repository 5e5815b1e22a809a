package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// The test binary stands in for the programs that are measured.
func TestMain(m *testing.M) {
	switch os.Getenv("BENCH_TEST_AS") {
	case "":
		os.Exit(m.Run())
	case "busy":
		for begin := time.Now(); time.Since(begin) < 300*time.Millisecond; {
		}
		fmt.Fprintln(os.Stderr, "one\nbusy no more")
		os.Exit(5)
	case "idle":
		time.Sleep(time.Minute)
	case "echo":
		io.Copy(os.Stdout, os.Stdin)
	}
}

func as(role string) Program {
	return Program{Args: []string{os.Args[0]}, Env: []string{"BENCH_TEST_AS=" + role}}
}

func TestProgram(t *testing.T) {
	u, _, err := as("busy").Run(t.Context())
	if err != nil || u.Exit != 5 || u.Cut || u.Said != "busy no more" || u.CPU < 0.05 || u.Wall < 0.3 {
		t.Errorf("busy: %+v, %v", u, err)
	}
	if _, err := os.Stat("/proc/self/status"); err == nil && (u.Peak < 1<<20 || u.Anon < 1<<19 || u.Anon > u.Peak) {
		t.Errorf("busy: %d bytes resident, %d anonymous", u.Peak, u.Anon)
	}
	p := as("idle")
	p.Cutoff = 50 * time.Millisecond
	u, _, err = p.Run(t.Context())
	if err != nil || !u.Cut || u.Wall > 30 {
		t.Errorf("idle: %+v, %v", u, err)
	}
	p = as("echo")
	p.Input, p.Keep = []byte("hello"), true
	if _, out, err := p.Run(t.Context()); err != nil || string(out) != "hello" {
		t.Errorf("echo: %q, %v", out, err)
	}
	if _, _, err := (Program{Args: []string{filepath.Join(t.TempDir(), "none")}}).Run(t.Context()); err == nil {
		t.Error("a program that is not there: no error")
	}
}

func TestHeld(t *testing.T) {
	for _, c := range []struct {
		r    Ratio
		want string
	}{
		{Ratio{Limit: 1}, "not known"},
		{Ratio{Limit: 1, Value: 0.9}, "yes"},
		{Ratio{Limit: 1, Value: 1.1}, "no"},
		{Ratio{Limit: 1, Value: 0.9, Sign: "<"}, "yes"},
		{Ratio{Limit: 1, Value: 1.1, Sign: "<"}, "not known"},
		{Ratio{Limit: 1, Value: 0.9, Sign: ">"}, "not known"},
		{Ratio{Limit: 1, Value: 1.1, Sign: ">"}, "no"},
		{Ratio{Limit: 20, AtLeast: true, Value: 25}, "yes"},
		{Ratio{Limit: 20, AtLeast: true, Value: 15}, "no"},
		{Ratio{Limit: 20, AtLeast: true, Value: 25, Sign: ">"}, "yes"},
		{Ratio{Limit: 20, AtLeast: true, Value: 15, Sign: ">"}, "not known"},
		{Ratio{Limit: 20, AtLeast: true, Value: 15, Sign: "<"}, "no"},
	} {
		if got := c.r.Held(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.r, got, c.want)
		}
	}
}

func TestSummary(t *testing.T) {
	f := summary("x", []Usage{{CPU: 3, Anon: 1}, {CPU: 1, Anon: 9}, {CPU: 2, Anon: 4}}, nil)
	if f.Median.CPU != 2 || f.Median.Anon != 9 || len(f.CPUs) != 3 {
		t.Errorf("%+v", f)
	}
}

func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return string(out)
}

// repository has thirty versions of a file with a key, packed, and one loose
// commit on top.
func repository(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "some-repo")
	run(t, ".", "git", "init", "-q", dir)
	var text bytes.Buffer
	fmt.Fprintf(&text, "aws_access_key_id = %s\naws_secret_access_key = %s\n", keytest.ID(1), keytest.Secret(1))
	commit := func(n int) {
		fmt.Fprintf(&text, "line %d of a file that grows\n", n)
		if err := os.WriteFile(filepath.Join(dir, "settings"), text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, dir, "git", "add", "settings")
		run(t, dir, "git", "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "version "+strconv.Itoa(n))
	}
	for n := range 30 {
		commit(n)
	}
	run(t, dir, "git", "repack", "-adfq")
	run(t, dir, "git", "prune-packed")
	commit(30)
	return dir
}

// What ReadStored reads from headers is what git says of each entry.
func TestReadStored(t *testing.T) {
	dir := repository(t)
	s, err := ReadStored(filepath.Join(dir, ".git"))
	if err != nil {
		t.Fatal(err)
	}
	packs, err := filepath.Glob(filepath.Join(dir, ".git/objects/pack/*.idx"))
	if err != nil || len(packs) != 1 {
		t.Fatal(packs, err)
	}
	var want Stored
	for line := range strings.Lines(run(t, dir, "git", "verify-pack", "-v", packs[0])) {
		// name, type, size, size in the pack, offset; of a delta also depth, base
		f := strings.Fields(line)
		if len(f) < 5 || len(f[0]) != 40 {
			continue
		}
		size, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		want.Inflated += size
		want.Objects++
		if len(f) == 7 {
			want.Deltas++
		}
	}
	if want.Deltas < 20 {
		t.Fatalf("%d deltas: the repository is no test", want.Deltas)
	}
	for line := range strings.Lines(run(t, dir, "git", "cat-file", "--batch-all-objects", "--batch-check")) {
		f := strings.Fields(line)
		if _, err := os.Stat(filepath.Join(dir, ".git/objects", f[0][:2], f[0][2:])); err != nil {
			continue
		}
		size, _ := strconv.ParseInt(f[2], 10, 64)
		want.Inflated += size
		want.Objects++
		want.Loose++
	}
	want.Packs, want.Bytes = 1, s.Bytes
	if s != want || s.Loose != 3 || s.Bytes < 1000 {
		t.Errorf("%+v, want %+v", s, want)
	}
}

// Each step does the work that it stands for.
func TestSteps(t *testing.T) {
	dir := repository(t)
	blobs := strings.Fields(run(t, dir, "git", "rev-parse", "HEAD:settings", "HEAD~5:settings"))
	results := map[string]*Result{}
	for _, name := range []string{StepOpen, StepInflate, StepWalk, StepScanAWS, StepScanAll, StepLocate, StepSurvey} {
		r, err := Step(t.Context(), Task{Step: name, Repo: dir, GitDir: filepath.Join(dir, ".git"), Blobs: blobs})
		if err != nil {
			t.Fatal(err)
		}
		results[name] = r
	}
	if r := results[StepOpen]; r.Objects != 0 || len(r.Phases) != 3 {
		t.Errorf("open: %+v", r)
	}
	const objects = 31 * 3
	for _, name := range []string{StepInflate, StepWalk, StepScanAWS, StepScanAll} {
		if r := results[name]; r.Objects != objects || r.Windows == 0 || r.Text <= r.Windows/3 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for _, name := range []string{StepScanAWS, StepScanAll} {
		if r := results[name]; r.Findings != 1 || r.Located != 1 || r.First <= 0 || r.Whole == 0 || r.Confirm <= 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for _, name := range []string{StepLocate, StepSurvey} {
		if r := results[name]; r.Findings != 2 || r.Located != 2 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if _, err := Step(t.Context(), Task{Step: "no such"}); err == nil {
		t.Error("no such step: no error")
	}
}

func TestAWSOnly(t *testing.T) {
	all, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	aws, err := rules.Load("x", AWSOnly(all))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := match.Compile(aws.Rules, aws.Allow); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range all.Rules {
		if strings.HasPrefix(r.ID, "aws-") {
			n++
			if aws.Rule(r.ID) == nil {
				t.Errorf("%s is gone", r.ID)
			}
		}
	}
	if n < 5 || len(aws.Rules) != n {
		t.Errorf("%d rules, of them %d for AWS; %d are left", len(all.Rules), n, len(aws.Rules))
	}
}

// A record of something that went wrong says so, and no record tells a path.
func TestRecord(t *testing.T) {
	m := &measurer{Options: Options{Repo: "/home/me/some-repo", Awscred: "/opt/awscred", Gitleaks: "/x/gitleaks", Runs: 1}, dir: "/tmp/bench-1"}
	m.rec = Record{Repository: "some-repo", Missing: []string{"blob 1: missing"}}
	clean := func(exit int) bool { return exit == 0 }
	add := func(name string, u Usage, args ...string) {
		m.contenders = append(m.contenders, &contender{name: name, full: clean, runs: []Usage{u}, program: Program{Args: args, Cutoff: time.Second}})
	}
	add(ourAll, Usage{CPU: 1}, "/opt/awscred", "scan", "--config", "/tmp/bench-1/aws.toml", "/home/me/some-repo")
	add(gitCatFile, Usage{CPU: 2}, "git", "-C", "/home/me/some-repo", "cat-file")
	add(gitLogPatch, Usage{CPU: 9, Exit: 128, Said: "fatal: unable to read 1 in /home/me/some-repo/objects"}, "git", "log", "-p")
	add(gitLogRaw, Usage{CPU: 9, Exit: -1, Cut: true}, "git", "log", "--raw")
	add(gitleaksName, Usage{CPU: 30}, "/x/gitleaks", "git")
	r := m.finish()
	text := r.Markdown()
	for _, want := range []string{
		"awscred scan --config AWS_RULES.toml REPO", "| all rules / cat-file | 0.50 |", "| gitleaks / all rules | >30.00 | ≥ 20.00 |  | yes |",
		"exit code 128: fatal: unable to read 1", "stopped after 1s", "Missing: blob 1", "| AWS rules / cat-file | not measured |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/home/me", "/opt", "/tmp/bench-1", "/x/"} {
		if strings.Contains(text, path) || bytes.Contains(data, []byte(path)) {
			t.Errorf("the record tells %s", path)
		}
	}
	if err := r.Check(); err != nil {
		t.Errorf("nothing is over a limit: %v", err)
	}
}
