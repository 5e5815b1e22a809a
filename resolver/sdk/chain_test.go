package sdk_test

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/sdk"
)

const caseDir = "../../testdata/chain"

// everyWant calls f for each answer that a case records for an SDK of ours.
func everyWant(t *testing.T, f func(t *testing.T, row string, c *chaintest.Case, s *resolver.SDK, w chaintest.Want)) {
	cases, err := chaintest.LoadDir(caseDir)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, s := range sdk.All() {
		for _, c := range cases {
			for _, w := range c.WantsOf(s.Name) {
				asked++
				row := c.Name + " " + s.Name
				for name, value := range w.Env {
					row += " " + name + "=" + value
				}
				t.Run(strings.ReplaceAll(row, " ", "/"), func(t *testing.T) { f(t, row, c, s, w) })
			}
		}
	}
	if asked < 289 {
		t.Errorf("only %d answers were compared", asked)
	}
}

// trace resolves a case.
func trace(t *testing.T, c *chaintest.Case, s *resolver.SDK, w chaintest.Want, opts resolver.Options) (*resolver.Trace, *chaintest.Stub) {
	t.Helper()
	stub := chaintest.NewStub()
	h, code, err := c.Host(stub, w)
	if err != nil {
		t.Fatal(err)
	}
	opts.Code = code
	return resolver.Resolve(context.Background(), h, s, opts), stub
}

// TestResolved compares what comes of carrying the plans out with what the real
// SDKs answered.
func TestResolved(t *testing.T) {
	wrong := rows(t, "held-wrong.txt")
	everyWant(t, func(t *testing.T, row string, c *chaintest.Case, s *resolver.SDK, w chaintest.Want) {
		tr, _ := trace(t, c, s, w, resolver.Options{Carrier: live.Carrier{}})
		checkSteps(t, tr)
		problems := compare(tr, w)
		if wrong.take(row) {
			if problems == nil {
				t.Errorf("held-wrong.txt lists this row, but the answer is the recorded one")
			}
			return
		}
		for _, p := range problems {
			t.Errorf("%s (%s)", p, describe(tr))
		}
	})
	wrong.rest(t)
}

// TestSelected compares what local evidence says. It may leave open only what
// selected-unknown.txt lists.
func TestSelected(t *testing.T) {
	unknown, wrong := rows(t, "selected-unknown.txt"), rows(t, "held-wrong.txt")
	everyWant(t, func(t *testing.T, row string, c *chaintest.Case, s *resolver.SDK, w chaintest.Want) {
		tr, stub := trace(t, c, s, w, resolver.Options{})
		checkSteps(t, tr)
		if asked := stub.Requests(); asked != nil {
			t.Errorf("requests were made: %q", asked)
		}
		if wrong.take(row) {
			return
		}
		if open := tr.Outcome() == resolver.NotKnown; open != unknown.take(row) {
			t.Errorf("outcome is %s; selected-unknown.txt says otherwise (%s)", tr.Outcome(), describe(tr))
		}
		source := w.Source
		if w.Selected != "" {
			source = w.Selected
		}
		if got := sourceOf(tr); got != source {
			t.Errorf("source is %q, want %q (%s)", got, source, describe(tr))
		}
		if w.Selected == "" && tr.Outcome() != resolver.NotKnown {
			if tr.Outcome() != w.Outcome {
				t.Errorf("outcome is %s, want %s (%s)", tr.Outcome(), w.Outcome, describe(tr))
			}
		}
		if win := tr.Winner(); win != nil && win.KeyID != "" && w.Key != nil && win.KeyID != w.KeyOf() {
			t.Errorf("key is %q, want %q", win.KeyID, w.KeyOf())
		}
	})
	unknown.rest(t)
}

// compare returns in what a trace differs from the recorded answer.
func compare(tr *resolver.Trace, w chaintest.Want) (problems []string) {
	if got := tr.Outcome(); got != w.Outcome {
		return []string{"outcome is " + string(got) + ", want " + string(w.Outcome)}
	}
	if got := sourceOf(tr); got != w.Source {
		problems = append(problems, "source is "+string(got)+", want "+string(w.Source))
	}
	win := tr.Winner()
	if win == nil {
		return problems
	}
	if w.Key != nil && win.KeyID != w.KeyOf() {
		problems = append(problems, "key is "+win.KeyID+", want "+w.KeyOf())
	}
	var via []resolver.Source
	for _, hop := range win.Via {
		via = append(via, hop.Source)
	}
	if !slices.Equal(via, w.Via) {
		problems = append(problems, "other hops than recorded")
	}
	return problems
}

func sourceOf(tr *resolver.Trace) resolver.Source {
	if win := tr.Winner(); win != nil {
		return win.Source
	}
	return ""
}

// checkSteps checks what holds for every step.
func checkSteps(t *testing.T, tr *resolver.Trace) {
	t.Helper()
	steps := tr.Steps
	if tr.Blocked != nil {
		steps = append(slices.Clone(steps), *tr.Blocked)
	}
	for _, s := range steps {
		if s.Status == "" || s.Reason == "" || strings.HasSuffix(s.Reason, ".") || strings.ContainsAny(s.Reason, "\r\n") {
			t.Errorf("step %q has status %q and reason %q", s.Source, s.Status, s.Reason)
		}
		if s.Status != resolver.Absent && s.Source != resolver.FromCode && len(s.Where) == 0 {
			t.Errorf("step %q (%s, %s) has no evidence", s.Source, s.Status, s.Reason)
		}
		for _, e := range s.Where {
			if e.Kind == "" || e.Name == "" {
				t.Errorf("step %q has evidence %+v", s.Source, e)
			}
			if e.Kind == resolver.InFile && e.Line == 0 && e.Note == "" && s.Status != resolver.Absent && s.Source == resolver.FromProfile && s.Status == resolver.Usable {
				t.Errorf("step %q has no line in %+v", s.Source, e)
			}
		}
	}
}

// describe says in a line what a trace came to.
func describe(tr *resolver.Trace) string {
	s := tr.Ended()
	if s == nil {
		return "every source passed over"
	}
	return string(s.Source) + " " + string(s.Status) + ": " + s.Reason
}

// rowSet are the rows that a file lists: a case, an SDK, and behind a # the
// reason.
type rowSet struct {
	file string
	left map[string]bool
}

func rows(t *testing.T, file string) *rowSet {
	t.Helper()
	f, err := os.Open(filepath.Join(caseDir, file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := &rowSet{file: file, left: map[string]bool{}}
	for scan := bufio.NewScanner(f); scan.Scan(); {
		row, _, _ := strings.Cut(scan.Text(), "#")
		if row = strings.TrimSpace(row); row != "" {
			r.left[row] = true
		}
	}
	return r
}

// take reports whether a row is listed, and ticks it off.
func (r *rowSet) take(row string) bool {
	listed := r.left[row]
	delete(r.left, row)
	return listed
}

// rest complains about rows that no case has.
func (r *rowSet) rest(t *testing.T) {
	for row := range r.left {
		t.Errorf("%s lists %q, which is no row", r.file, row)
	}
}

// TestProbed settles the rows that only the instance can settle: by default at
// its literal addresses alone, otherwise at configured ones too. No keys are
// asked for.
func TestProbed(t *testing.T) {
	settled := 0
	everyWant(t, func(t *testing.T, row string, c *chaintest.Case, s *resolver.SDK, w chaintest.Want) {
		open, _ := trace(t, c, s, w, resolver.Options{})
		if open.Outcome() != resolver.NotKnown || sourceOf(open) != resolver.FromIMDS {
			return
		}
		for _, e := range open.Winner().Where {
			literal := e.Kind == resolver.AtEndpoint && !strings.Contains(e.Name, "127.0.0.1")
			if e.Kind != resolver.AtEndpoint {
				continue
			}
			tr, stub := trace(t, c, s, w, resolver.Options{Prober: live.Prober{}})
			if asked := stub.Requests(); literal != (asked != nil) || literal != (tr.Outcome() != resolver.NotKnown) {
				t.Errorf("endpoint %s: by default the outcome is %s, requests %q", e.Name, tr.Outcome(), asked)
			}
		}
		tr, stub := trace(t, c, s, w, resolver.Options{Prober: live.Prober{Configured: true}})
		if tr.Outcome() != w.Outcome {
			t.Errorf("outcome is %s, want %s (%s)", tr.Outcome(), w.Outcome, describe(tr))
		}
		for _, line := range stub.Requests() {
			if strings.Contains(line, "security-credentials/stub-role") {
				t.Errorf("keys were asked for: %s", line)
			}
		}
		settled++
	})
	if settled < 20 {
		t.Errorf("only %d rows were settled", settled)
	}
}

// BenchmarkResolve is a typical case: a role over keys in the other file.
func BenchmarkResolve(b *testing.B) {
	cases, err := chaintest.LoadDir("testdata/steps")
	if err != nil {
		b.Fatal(err)
	}
	i := slices.IndexFunc(cases, func(c *chaintest.Case) bool { return c.Name == "roles-over-roles" })
	h, code, err := cases[i].Host(chaintest.NewStub(), cases[i].Wants[0])
	if err != nil {
		b.Fatal(err)
	}
	s := sdk.GoV2()
	for b.Loop() {
		resolver.Resolve(context.Background(), h, s, resolver.Options{Code: code})
	}
}
