package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner/rules"
)

// Options of [Measure].
type Options struct {
	Repo     string // any path that git takes
	Name     string // what the record calls it; empty takes the path's last element
	Bench    string // the program whose "step" runs a step: this one
	Awscred  string // the program that is measured
	Gitleaks string // empty leaves it out
	Runs     int
	Cutoff   time.Duration // for gitleaks and git log -p
	Progress io.Writer
}

// The names of commands in a record.
const (
	ourAll       = "awscred scan"
	ourAWS       = "awscred scan, AWS rules"
	ourVerify    = "awscred scan --verify-names"
	gitCatFile   = "git cat-file"
	gitLogRaw    = "git log --raw"
	gitLogPatch  = "git log -p"
	gitleaksName = "gitleaks"
)

// A contender is one program that is run in each round.
type contender struct {
	name    string
	program Program
	step    bool
	once    bool // in the first round only
	// full is true for exit codes with which all the work was done.
	full func(exit int) bool

	runs    []Usage
	results []*Result
}

// Measure runs the steps of awscred, awscred itself, git and gitleaks, one after
// the other, Runs times over. It returns an error if awscred itself fails; what
// git and gitleaks could not do is in the record.
func Measure(ctx context.Context, o Options) (*Record, error) {
	dir, err := os.MkdirTemp("", "awscred-bench-")
	if err != nil {
		return nil, fmt.Errorf("measuring: %w", err)
	}
	defer os.RemoveAll(dir)
	m := &measurer{Options: o, dir: dir}
	if err := m.prepare(ctx); err != nil {
		return nil, fmt.Errorf("measuring %q: %w", o.Repo, err)
	}
	for round := range o.Runs {
		for _, c := range m.contenders {
			if c.once && round > 0 {
				continue
			}
			if err := m.run(ctx, c, round); err != nil {
				return nil, fmt.Errorf("measuring %q: %w", o.Repo, err)
			}
		}
	}
	return m.finish(), nil
}

// A measurer is one call of Measure.
type measurer struct {
	Options
	dir        string // for temporary files
	gitDir     string
	rec        Record
	contenders []*contender
}

// gitEnv keeps git from fetching, writing, and asking.
var gitEnv = [...]string{"GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_PAGER=cat", "LC_ALL=C"}

func (m *measurer) git(args ...string) []string {
	return append([]string{"git", "-C", m.Repo}, args...)
}

func (m *measurer) output(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), gitEnv[:]...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("running %q: %w: %s", filepath.Base(args[0]), err, lastLine(said.String()))
	}
	return strings.TrimSpace(string(out)), nil
}

// prepare looks at the repository and decides what is run.
func (m *measurer) prepare(ctx context.Context) error {
	var err error
	if m.gitDir, err = m.output(ctx, m.git("rev-parse", "--path-format=absolute", "--git-common-dir")...); err != nil {
		return err
	}
	m.rec = Record{Repository: m.Name, Date: time.Now().UTC().Format(time.DateOnly), Machine: thisMachine(ctx), Runs: m.Runs, Missing: []string{}}
	if m.Name == "" {
		abs, err := filepath.Abs(m.Repo)
		if err != nil {
			return err
		}
		m.rec.Repository = filepath.Base(abs)
	}
	if m.rec.Awscred, err = m.output(ctx, m.Awscred, "version"); err != nil {
		return err
	}
	m.rec.Awscred, _, _ = strings.Cut(m.rec.Awscred, "\n")
	if m.rec.Stored, err = ReadStored(m.gitDir); err != nil {
		return err
	}
	if err := m.missing(ctx); err != nil {
		return err
	}
	blobs, err := m.someBlobs(ctx, 10)
	if err != nil {
		return err
	}
	set, err := rules.Default()
	if err != nil {
		return err
	}
	config := filepath.Join(m.dir, "aws.toml")
	if err := os.WriteFile(config, AWSOnly(set), 0o600); err != nil {
		return err
	}
	m.contenders = m.list(config, blobs)
	return nil
}

// missing asks a scan what cannot be read. It also reads all packs once, so that
// no contender finds them in a colder cache than the next.
func (m *measurer) missing(ctx context.Context) error {
	p := Program{Args: []string{m.Awscred, "scan", "--quiet", "--format", "json", m.Repo}, Keep: true}
	u, out, err := p.Run(ctx)
	if err != nil {
		return err
	}
	var report struct {
		Coverage struct {
			Lost []struct{ What, Why string }
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return fmt.Errorf("reading the report of awscred, exit code %d, %q: %w", u.Exit, u.Said, err)
	}
	for _, l := range report.Coverage.Lost {
		m.rec.Missing = append(m.rec.Missing, m.nameless(l.What+": "+l.Why))
	}
	return nil
}

// someBlobs names n blobs, evenly spread over the sorted names of all.
func (m *measurer) someBlobs(ctx context.Context, n int) ([]string, error) {
	out, err := m.output(ctx, m.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)")...)
	if err != nil {
		return nil, err
	}
	var all []string
	for line := range strings.Lines(out) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "blob "); ok {
			all = append(all, id)
		}
	}
	if len(all) < n {
		return nil, fmt.Errorf("the repository has %d blobs; at least %d are needed", len(all), n)
	}
	blobs := make([]string, n)
	for i := range blobs {
		blobs[i] = all[i*len(all)/n]
	}
	return blobs, nil
}

// list is what each round runs: ours and git's in turn.
func (m *measurer) list(config string, blobs []string) []*contender {
	clean := func(exit int) bool { return exit == 0 }
	git := func(name string, args ...string) *contender {
		return &contender{name: name, full: clean, program: Program{Args: m.git(args...), Env: gitEnv[:], Cutoff: m.Cutoff}}
	}
	ours := func(name string, flags ...string) *contender {
		args := append([]string{m.Awscred, "scan", "--quiet", "--format", "json"}, flags...)
		full := func(exit int) bool { return exit == 0 || exit == 1 || exit == 3 }
		return &contender{name: name, full: full, program: Program{Args: append(args, m.Repo)}}
	}
	step := func(name string) *contender {
		args := []string{m.Bench, "step", "-name", name, "-repo", m.Repo, "-git-dir", m.gitDir}
		if name == StepLocate || name == StepSurvey {
			args = append(args, "-blobs", strings.Join(blobs, ","))
		}
		return &contender{name: name, full: clean, step: true, program: Program{Args: args, Keep: true}}
	}
	list := []*contender{
		ours(ourAll),
		git(gitCatFile, "cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer"),
		ours(ourAWS, "--config", config),
		step(StepLocate),
		step(StepSurvey),
		git(gitLogRaw, "log", "--all", "--raw"),
		ours(ourVerify, "--verify-names"),
		git(gitLogPatch, "log", "-p", "-U0", "--full-history", "--all"),
		step(StepOpen),
		step(StepInflate),
		step(StepWalk),
		step(StepScanAWS),
		step(StepScanAll),
	}
	if m.Gitleaks != "" {
		args := []string{m.Gitleaks, "git", "--no-banner", "--no-color", "--log-level", "error", "--exit-code", "0", m.Repo}
		list = append(list, &contender{name: gitleaksName, full: clean, once: true, program: Program{Args: args, Env: gitEnv[:], Dir: m.dir, Cutoff: m.Cutoff}})
	}
	return list
}

// run runs a contender once more.
func (m *measurer) run(ctx context.Context, c *contender, round int) error {
	u, out, err := c.program.Run(ctx)
	if err != nil {
		return err
	}
	ours := c.step || c.program.Args[0] == m.Awscred
	if ours && !c.full(u.Exit) {
		return fmt.Errorf("running %s: exit code %d: %s", c.name, u.Exit, u.Said)
	}
	if c.step {
		r := new(Result)
		if err := json.Unmarshal(out, r); err != nil {
			return fmt.Errorf("reading the result of step %s: %w", c.name, err)
		}
		c.results = append(c.results, r)
	}
	c.runs = append(c.runs, u)
	fmt.Fprintf(m.Progress, "%d/%d  %-28s %8.2f s CPU %8.2f s wall %6d MB anonymous  exit %d %s\n",
		round+1, m.Runs, c.name, u.CPU, u.Wall, u.Anon>>20, u.Exit, u.Said)
	return nil
}

// finish makes the record of what was run.
func (m *measurer) finish() *Record {
	for _, c := range m.contenders {
		f := summary(c.name, c.runs, c.results)
		f.Median.Said, f.Bound = m.nameless(f.Median.Said), m.nameless(c.bound())
		if c.step {
			m.rec.Steps = append(m.rec.Steps, f)
			continue
		}
		f.Command = m.typed(c.program.Args)
		m.rec.Commands = append(m.rec.Commands, f)
	}
	if m.Gitleaks == "" {
		m.rec.Commands = append(m.rec.Commands, Figures{Name: gitleaksName, Absent: "it was left out"})
	}
	// gitleaks reads what git log -p writes, and takes its end for the end.
	if g, p := m.rec.figures(gitleaksName), m.rec.figures(gitLogPatch); g.Absent == "" && g.Bound == "" && p.Bound != "" {
		g.Bound = "git log -p, which it reads, ends early: " + p.Bound
	}
	m.rec.compare()
	return &m.rec
}

// bound says why what a contender took is only a lower bound.
func (c *contender) bound() string {
	for _, u := range c.runs {
		switch {
		case u.Cut:
			return fmt.Sprintf("it was stopped after %s", c.program.Cutoff)
		case !c.full(u.Exit):
			return fmt.Sprintf("it failed with exit code %d: %s", u.Exit, u.Said)
		}
	}
	return ""
}

// nameless is a text without the paths of the repository.
func (m *measurer) nameless(text string) string {
	for _, dir := range []string{m.gitDir, m.Repo} {
		if dir != "" && filepath.Base(dir) != dir {
			text = strings.ReplaceAll(text, dir, "REPO")
		}
	}
	return text
}

// typed is a command line without paths of this machine.
func (m *measurer) typed(args []string) string {
	words := make([]string, 0, len(args))
	for _, a := range args {
		switch {
		case a == m.Repo:
			a = "REPO"
		case strings.HasPrefix(a, m.dir):
			a = "AWS_RULES.toml"
		case filepath.IsAbs(a) || strings.ContainsRune(a, filepath.Separator):
			a = filepath.Base(a)
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}

// Write writes a record to a file, as JSON if its name ends so and as Markdown
// otherwise.
func (r *Record) Write(name string) error {
	data := []byte(r.Markdown())
	if filepath.Ext(name) == ".json" {
		var err error
		if data, err = json.MarshalIndent(r, "", "  "); err != nil {
			return fmt.Errorf("writing record %q: %w", name, err)
		}
		data = append(data, '\n')
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		return fmt.Errorf("writing record: %w", err)
	}
	return nil
}

// Check returns an error that names the ratios that do not hold.
func (r *Record) Check() error {
	var list []error
	for _, x := range r.Ratios {
		if x.Held() == "no" {
			list = append(list, fmt.Errorf("%s: %.2f, and the limit is %.2f", x.Name, x.Value, x.Limit))
		}
	}
	return errors.Join(list...)
}
