package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/awscred/awscred/internal/bench/synthetic"
	"github.com/awscred/awscred/internal/keytest"
)

// ScaleOptions are those of [Scale].
type ScaleOptions struct {
	Awscred  string // the program that is measured
	Dir      string // an empty or absent directory for the repositories
	Corpus   *synthetic.Corpus
	Seed     uint64
	Versions int // of one file
	Commits  int // of a history, which is then doubled
	Keys     int // in a repository full of keys; another has half of them
	Runs     int
	Progress io.Writer
}

// A Check compares the CPU time of scans of two repositories.
type Check struct {
	Name        string
	Small, Big  Usage  // medians
	SmallStored Stored // what the repositories hold
	BigStored   Stored
	// Start is the CPU time of a scan of next to nothing.
	Start float64
	Limit float64
}

// Ratio is what the big one costs of the small one.
func (c Check) Ratio() float64 { return c.Big.CPU / c.Small.CPU }

// Net is the ratio without what a scan of next to nothing costs.
func (c Check) Net() float64 { return (c.Big.CPU - c.Start) / (c.Small.CPU - c.Start) }

// Err is an error if the ratio is over the limit.
func (c Check) Err() error {
	if c.Ratio() <= c.Limit {
		return nil
	}
	return fmt.Errorf("%s: %.2f times the CPU time, and the limit is %.2f", c.Name, c.Ratio(), c.Limit)
}

// String is the check on one line.
func (c Check) String() string {
	held := "yes"
	if c.Err() != nil {
		held = "NO"
	}
	return fmt.Sprintf("| %s | %.2f s, %s stored | %.2f s, %s stored | %.2f | %.2f | ≤ %.2f | %s |",
		c.Name, c.Small.CPU, mb(c.SmallStored.Bytes), c.Big.CPU, mb(c.BigStored.Bytes), c.Ratio(), c.Net(), c.Limit, held)
}

// The limits of checks. Keys cost what they cost, each of them: twice as many
// cost twice as much where nothing else does. So the limit for them lies between
// that and the fourfold of what would grow with the square.
const (
	double     = 2
	keysDouble = 2.5
)

// A pair is a check that has not been measured yet.
type pair struct {
	limit      float64
	name       string
	small, big string // directories
	keys       int    // that the big one holds
}

// Scale builds repositories and measures scans of them, in turn, Runs times
// over. It returns an error if one cannot be built or scanned, or if a scan does
// not find exactly the keys that are there.
func Scale(ctx context.Context, o ScaleOptions) ([]Check, error) {
	pairs, err := o.build(ctx)
	if err != nil {
		return nil, fmt.Errorf("checking scale: %w", err)
	}
	start, err := o.scan(ctx, filepath.Join(o.Dir, "start"), 0)
	if err != nil {
		return nil, fmt.Errorf("checking scale: %w", err)
	}
	var checks []Check
	for _, p := range pairs {
		c, err := o.compare(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("checking scale: %s: %w", p.name, err)
		}
		c.Start = start.CPU
		checks = append(checks, c)
	}
	return checks, nil
}

// build makes all repositories.
func (o *ScaleOptions) build(ctx context.Context) ([]pair, error) {
	dir := func(name string) string { return filepath.Join(o.Dir, name) }
	history := func(commits int) func(string) error {
		return func(dir string) error {
			_, err := synthetic.Build(ctx, dir, o.Corpus, synthetic.Options{Commits: commits, Seed: o.Seed})
			return err
		}
	}
	versions := func(n int, key bool) func(string) error {
		return func(dir string) error { return synthetic.Versions(ctx, dir, o.Corpus, o.Seed, n, key) }
	}
	findings := func(keys int) func(string) error {
		return func(dir string) error { return synthetic.Findings(ctx, dir, o.Corpus, o.Seed, o.Keys, keys) }
	}
	for _, r := range []struct {
		name string
		make func(string) error
	}{
		{"start", versions(1, false)},
		{"without", versions(o.Versions, false)},
		{"with", versions(o.Versions, true)},
		{"once", history(o.Commits)},
		{"twice", history(2 * o.Commits)},
		{"half", findings(o.Keys / 2)},
		{"full", findings(o.Keys)},
	} {
		fmt.Fprintf(o.Progress, "building %s\n", r.name)
		if err := os.MkdirAll(o.Dir, 0o755); err != nil {
			return nil, err
		}
		if err := r.make(dir(r.name)); err != nil {
			return nil, err
		}
	}
	return []pair{
		{double, fmt.Sprintf("one key kept through %d versions, to none", o.Versions), dir("without"), dir("with"), 1},
		{double, fmt.Sprintf("%d commits, to %d", 2*o.Commits, o.Commits), dir("once"), dir("twice"), -1},
		{keysDouble, fmt.Sprintf("%d keys, to %d in the same texts", o.Keys, o.Keys/2), dir("half"), dir("full"), o.Keys},
	}, nil
}

// compare measures the two repositories of p, which take turns.
func (o *ScaleOptions) compare(ctx context.Context, p pair) (Check, error) {
	c := Check{Name: p.name, Limit: p.limit}
	var small, big []Usage
	for range o.Runs {
		s, err := o.scan(ctx, p.small, -1)
		if err != nil {
			return c, err
		}
		b, err := o.scan(ctx, p.big, p.keys)
		if err != nil {
			return c, err
		}
		fmt.Fprintf(o.Progress, "%s: %.2f s CPU, %.2f s CPU\n", p.name, s.CPU, b.CPU)
		small, big = append(small, s), append(big, b)
	}
	c.Small, c.Big = summary("", small, nil).Median, summary("", big, nil).Median
	var errSmall, errBig error
	c.SmallStored, errSmall = ReadStored(p.small)
	c.BigStored, errBig = ReadStored(p.big)
	return c, errors.Join(errSmall, errBig)
}

// scan scans a repository and checks that the keys 1 to keys of package keytest
// are found, each with its secret; -1 checks nothing.
func (o *ScaleOptions) scan(ctx context.Context, dir string, keys int) (Usage, error) {
	p := Program{Args: []string{o.Awscred, "scan", "--quiet", "--format", "json", dir}, Keep: true}
	u, out, err := p.Run(ctx)
	if err != nil {
		return u, err
	}
	if u.Exit != 0 && u.Exit != 1 {
		return u, fmt.Errorf("awscred ended with exit code %d: %s", u.Exit, u.Said)
	}
	if keys < 0 {
		return u, nil
	}
	var report struct {
		Findings []struct {
			KeyID  string `json:"key_id"`
			Secret *struct{ Length int }
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return u, fmt.Errorf("reading the report: %w", err)
	}
	found := map[string]bool{}
	for _, f := range report.Findings {
		if f.Secret != nil {
			found[f.KeyID] = true
		}
	}
	for n := 1; n <= keys; n++ {
		if !found[keytest.ID(n)] {
			return u, fmt.Errorf("key number %d of %d was not found with its secret", n, keys)
		}
	}
	return u, nil
}
