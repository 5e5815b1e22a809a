package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/awscred/awscred/internal/heap"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/objects"
	"github.com/awscred/awscred/scanner/rules"
)

// memory is the default of awscred scan --memory.
const memory = 512e6

// The steps of awscred, each measured in a process of its own.
const (
	StepOpen    = "open"     // open the repository; read the indexes, all entries' headers and the packs' checksums
	StepInflate = "inflate"  // that, and every object inflated and put together, without names
	StepWalk    = "walk"     // the sweep of a scan: names, refs, files of the git directory, archives; nothing is matched
	StepScanAWS = "scan-aws" // a scan with AWS rules
	StepScanAll = "scan-all" // a scan with all rules
	StepLocate  = "locate"   // sweep, find something in the blobs that the Task names, and locate them
	StepSurvey  = "survey"   // locate them without a sweep before it
)

// The phases that a scan spends its time in.
const (
	phaseSweep  = "sweep"
	phaseLocate = "locate"
)

// A Task is what one process of a step does.
type Task struct {
	Step   string
	Repo   string   // any path that history.Open takes
	GitDir string   // where its objects are
	Blobs  []string // to locate: each as if it held a secret of its own
}

// A Phase is a part of a step.
type Phase struct {
	Name string  `json:"name"`
	CPU  float64 `json:"cpu_seconds"`
	Wall float64 `json:"wall_seconds"`
}

// A Result is what one process of a step did. Sizes are in bytes.
type Result struct {
	Phases  []Phase `json:"phases"`
	Objects int64   `json:"objects"` // shown by the sweep, those without names
	Text    int64   `json:"text"`    // all objects put together
	Windows int64   `json:"windows"` // new to the matcher, before it widens
	Whole   int64   `json:"whole"`   // texts in which it saw candidates, as a whole
	// Confirm is the time, in seconds, summed over goroutines, that the matcher
	// spent on those.
	Confirm  float64 `json:"confirm_seconds"`
	Findings int     `json:"findings"`
	// First is when the first secret was seen, in seconds after the start of
	// the process; 0 if none was.
	First float64 `json:"first_seconds"`
	// Located is how many of the secrets have a place in history.
	Located int `json:"located"`
}

// A stepper runs one step.
type stepper struct {
	Task
	res   Result
	begin time.Time
	wall  time.Time
	cpu   float64
}

// Step does what t says. Whoever calls it does so first thing in the process:
// what went before counts as the phase "start".
func Step(ctx context.Context, t Task) (*Result, error) {
	s := &stepper{Task: t, begin: time.Now(), wall: time.Now()}
	heap.Reserve() // as awscred does
	heap.Bound(memory, os.Getenv)
	s.phase("start")
	steps := map[string]func(context.Context) error{
		StepOpen: s.open, StepInflate: s.inflate, StepWalk: s.walk, StepScanAWS: s.scan, StepScanAll: s.scan, StepLocate: s.locate, StepSurvey: s.locate,
	}
	run, ok := steps[t.Step]
	if !ok {
		return nil, fmt.Errorf("there is no step %q", t.Step)
	}
	if err := run(ctx); err != nil {
		return nil, fmt.Errorf("step %s: %w", t.Step, err)
	}
	return &s.res, nil
}

// phase notes what was taken since the last one.
func (s *stepper) phase(name string) {
	used, now := cpu(), time.Now()
	s.res.Phases = append(s.res.Phases, Phase{name, used - s.cpu, now.Sub(s.wall).Seconds()})
	s.cpu, s.wall = used, now
}

func (s *stepper) open(ctx context.Context) error {
	return s.store(ctx, objects.SweepOptions{Types: []objects.Type{}}, "index")
}

func (s *stepper) inflate(ctx context.Context) error {
	return s.store(ctx, objects.SweepOptions{Margin: 1, Gap: match.Gap}, phaseSweep)
}

// store sweeps the object store alone.
func (s *stepper) store(ctx context.Context, o objects.SweepOptions, name string) error {
	store, err := objects.Open(s.GitDir, objects.Options{Memory: memory})
	if err != nil {
		return err
	}
	defer store.Close()
	s.phase("open")
	var count, text, fresh atomic.Int64
	err = store.Sweep(ctx, o, func(_ int, o *objects.Object) any {
		n := 0
		for _, sp := range o.Fresh {
			n += sp.End - sp.Start
		}
		count.Add(1)
		text.Add(int64(len(o.Data)))
		fresh.Add(int64(n))
		return nil
	})
	s.phase(name)
	s.res.Objects, s.res.Text, s.res.Windows = count.Load(), text.Load(), fresh.Load()
	return err
}

func (s *stepper) repository() (*history.Repository, error) {
	r, err := history.Open(s.Repo, history.Options{Jobs: runtime.GOMAXPROCS(0), Memory: memory, Margin: 1, Gap: match.Gap})
	s.phase("open")
	return r, err
}

func (s *stepper) walk(ctx context.Context) error {
	r, err := s.repository()
	if err != nil {
		return err
	}
	defer r.Close()
	var count, windows atomic.Int64
	err = r.Sweep(ctx, func(b *scanner.Blob) scanner.Candidates {
		n := len(b.Data)
		if b.From != nil {
			n = length(b.From.Fresh)
		}
		count.Add(1)
		windows.Add(int64(n))
		return nil
	})
	s.phase(phaseSweep)
	s.res.Objects, s.res.Text, s.res.Windows = r.Coverage().Objects, r.Coverage().Bytes, windows.Load()
	return err
}

func length(spans []scanner.Span) int {
	n := 0
	for _, sp := range spans {
		n += sp.Len()
	}
	return n
}

// scan is what awscred scan does, but for the report.
func (s *stepper) scan(ctx context.Context) error {
	set, err := rules.Default()
	if s.Step == StepScanAWS {
		set, err = rules.Load("AWS rules", AWSOnly(set))
	}
	if err != nil {
		return err
	}
	m, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		return err
	}
	s.phase("rules")
	r, err := s.repository()
	if err != nil {
		return err
	}
	defer r.Close()
	counted := &countingMatcher{Matcher: m}
	var first atomic.Int64
	report, err := scanner.Scan(ctx, &phasedSource{r, s}, counted, scanner.Options{
		Now: time.Now,
		Found: func(n int, _ string) {
			if n > 0 {
				first.CompareAndSwap(0, int64(time.Since(s.begin)))
			}
		},
	})
	if err != nil {
		return err
	}
	s.phase("report")
	s.res.Objects, s.res.Text = report.Coverage.Objects, report.Coverage.Bytes
	s.res.Windows, s.res.Whole = counted.windows.Load(), counted.whole.Load()
	s.res.Confirm = time.Duration(counted.nanoseconds.Load()).Seconds()
	s.res.Findings, s.res.First = len(report.Findings), time.Duration(first.Load()).Seconds()
	for _, f := range report.Findings {
		if len(f.Intervals) > 0 {
			s.res.Located++
		}
	}
	return nil
}

// AWSOnly is a configuration, in gitleaks' TOML, that leaves of a set only the
// rules for AWS: those whose ids begin with "aws-".
func AWSOnly(set *rules.Set) []byte {
	var b strings.Builder
	b.WriteString("[extend]\nuseDefault = true\n\n[awscred]\ndisable = [\n")
	for _, r := range set.Rules {
		if !strings.HasPrefix(r.ID, "aws-") {
			fmt.Fprintf(&b, "  %q,\n", r.ID)
		}
	}
	b.WriteString("]\n")
	return []byte(b.String())
}

// A phasedSource tells the phases of a scan apart.
type phasedSource struct {
	*history.Repository
	s *stepper
}

// Sweep ends the phase "sweep".
func (p *phasedSource) Sweep(ctx context.Context, visit scanner.Visitor) error {
	defer p.s.phase(phaseSweep)
	return p.Repository.Sweep(ctx, visit)
}

// Locate ends the phases "gather" and "locate".
func (p *phasedSource) Locate(ctx context.Context, held []scanner.Held) ([]scanner.Life, error) {
	p.s.phase("gather")
	defer p.s.phase(phaseLocate)
	return p.Repository.Locate(ctx, held)
}

// A countingMatcher counts what goes through a matcher.
type countingMatcher struct {
	*match.Matcher
	windows, whole, nanoseconds atomic.Int64
}

// Find counts the bytes and takes the time of texts that have candidates.
func (c *countingMatcher) Find(data []byte, from *scanner.Derivation) ([]scanner.Match, scanner.Candidates) {
	n := len(data)
	if from != nil {
		n = length(from.Fresh)
	}
	c.windows.Add(int64(n))
	begin := time.Now()
	matches, candidates := c.Matcher.Find(data, from)
	if candidates != nil {
		c.nanoseconds.Add(int64(time.Since(begin)))
		c.whole.Add(int64(len(data)))
	}
	return matches, candidates
}

// find is a visitor that finds something in the blobs that the task names, of which
// it says so, as one does that keeps a match.
func (s *stepper) find(b *scanner.Blob) scanner.Candidates {
	if b.Field == scanner.Content && slices.Contains(s.Blobs, b.ID) {
		b.Verify()
	}
	return nil
}

// locate sweeps and locates, or locates alone.
func (s *stepper) locate(ctx context.Context) error {
	if len(s.Blobs) == 0 {
		return errors.New("no blobs are named")
	}
	r, err := s.repository()
	if err != nil {
		return err
	}
	defer r.Close()
	held := make([]scanner.Held, len(s.Blobs))
	for i, id := range s.Blobs {
		ref := scanner.BlobRef{ID: id, Field: scanner.Content}
		held[i].Blobs = []scanner.HeldBlob{{BlobRef: ref}}
	}
	if s.Step == StepLocate {
		if err := r.Sweep(ctx, s.find); err != nil {
			return err
		}
		s.phase(phaseSweep)
	}
	lives, err := r.Locate(ctx, held)
	s.phase(phaseLocate)
	for _, l := range lives {
		if len(l.Intervals) > 0 {
			s.res.Located++
		}
	}
	s.res.Findings = len(lives)
	return err
}
