package scanner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
)

// A limited matcher leaves out something of every text that begins with "cut".
type limited struct{ matcher }

type left bool

func (l left) Cut() bool { return bool(l) }

func (m limited) Find(data []byte, from *scanner.Derivation) ([]scanner.Match, scanner.Candidates) {
	list, _ := m.matcher.Find(data, from)
	return list, left(len(data) > 2 && string(data[:3]) == "cut")
}

// What a matcher leaves out is listed as opaque, and makes a strict scan
// incomplete.
func TestWhatAMatcherLeavesOut(t *testing.T) {
	files := map[string]file{"a": {text: "cut id-a"}, "b": {text: "id-b"}, "c": {text: "cut"}}
	for _, strict := range []bool{false, true} {
		o := options()
		o.Strict = strict
		r, err := scanner.Scan(t.Context(), newSource(files, "a", "b", "c", "a"), limited{matcher{rules: testRules()}}, o)
		if err != nil {
			t.Fatal(err)
		}
		var what []string
		for _, g := range r.Coverage.Opaque {
			what = append(what, g.What)
		}
		if want := []string{"blob a", "blob c"}; !slices.Equal(what, want) || r.Coverage.Complete == strict {
			t.Errorf("strict %t: opaque %q, want %q; complete %t", strict, what, want, r.Coverage.Complete)
		}
	}
}

// Of a text of nothing but secrets, the first fifty thousand are kept, and the
// rest is lost, not forgotten; of equal ones the first thousand, with a note.
func TestTooManyMatches(t *testing.T) {
	for n, complete := range map[int]bool{50_000: true, 50_001: false} {
		files := map[string]file{"a": {text: strings.Repeat("pw-a\n", n)}}
		r, err := scanner.Scan(t.Context(), newSource(files, "a"), matcher{rules: testRules()}, options())
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Findings) != 1 || r.Findings[0].Count != 1000 || len(r.Coverage.Notes) != 1 || r.Coverage.Complete != complete {
			t.Errorf("%d: %d places, complete %v", n, r.Findings[0].Count, r.Coverage.Complete)
		}
		if !complete && (len(r.Coverage.Lost) != 1 || r.Coverage.Lost[0].What != "blob a") {
			t.Errorf("lost is %v", r.Coverage.Lost)
		}
	}
}
