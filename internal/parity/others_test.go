package parity

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite others.tsv, keeping its reasons")

// othersFile lists what other scanners expect of their cases and awscred does
// not do: tool, rule, what is the matter, in how many cases, and why.
const othersFile = "others.tsv"

// A row is one line of othersFile.
type row struct {
	tool, rule, what string
	count            int
	reason           string
}

func (r row) key() string { return strings.Join([]string{r.tool, r.rule, r.what}, "\t") }

// The reasons that need no thought.
const (
	newRule = "no rule of gitleaks v8.30.1"
	asThere = "gitleaks v8.30.1, whose rule it is, does not report it either"
	tooMuch = "gitleaks v8.30.1, whose rule it is, reports it, too"
)

// TestOthers reads the cases of betterleaks, git-secrets and secretlint. Every
// difference has its row in others.tsv.
func TestOthers(t *testing.T) {
	d, m := published(t, decodeDepth), defaultMatcher(t)
	var rows []row
	for _, tool := range []string{"betterleaks", "git-secrets", "secretlint"} {
		list := samples(t, tool)
		agree := map[string]int{}
		found := map[string]*row{}
		for i := range list {
			s := &list[i]
			x := &text{path: s.Path, data: []byte(s.Text)}
			what := outcome(s, ask(t, m, x))
			agree[what]++
			if strings.HasPrefix(what, "as expected") {
				continue
			}
			r := row{tool: tool, rule: s.Rule, what: what, reason: plainReason(d, s, x)}
			if old := found[r.key()+r.reason]; old != nil {
				old.count++
				continue
			}
			r.count = 1
			found[r.key()+r.reason] = &r
		}
		t.Logf("%s: %d cases: %v", tool, len(list), agree)
		for _, r := range found {
			rows = append(rows, *r)
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(a.key(), b.key()), cmp.Compare(a.reason, b.reason)) })
	compareRows(t, rows)
}

// outcome says what awscred makes of a case.
func outcome(s *sample, a answer) string {
	same := false
	for c := range a.reported {
		same = same || c.rule == s.Rule
	}
	switch {
	case !s.Expect && same:
		return "reported, not expected"
	case !s.Expect:
		return "as expected: not reported under that rule"
	case same:
		return "as expected: the same rule"
	case len(a.reported) > 0:
		return "as expected: another rule"
	case len(a.quiet) > 0:
		for _, why := range a.quiet {
			return "quiet: " + why
		}
	}
	return "not reported"
}

// plainReason gives the reason that a case itself shows, or nothing.
func plainReason(d detector, s *sample, x *text) string {
	if _, known := d.Config.Rules[s.Rule]; !known {
		return newRule
	}
	for c := range d.claims(x) {
		if c.rule == s.Rule {
			if s.Expect {
				return "" // gitleaks reports it
			}
			return tooMuch
		}
	}
	if s.Expect {
		return asThere
	}
	return ""
}

// compareRows compares the rows with the file. Rows without a plain reason take
// theirs from there.
func compareRows(t *testing.T, rows []row) {
	t.Helper()
	data, err := os.ReadFile(othersFile)
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for _, line := range strings.Split(string(data), "\n") {
		if f := strings.Split(line, "\t"); len(f) == 5 {
			reasons[strings.Join(f[:3], "\t")] = f[4]
		}
	}
	var b strings.Builder
	b.WriteString("tool\trule\twhat awscred does\tcases\twhy\n")
	for _, r := range rows {
		if hand := reasons[r.key()]; r.reason == "" || strings.HasPrefix(r.tool+r.rule, "betterleaksaws") || r.tool != "betterleaks" {
			r.reason = cmp.Or(hand, r.reason)
		}
		if r.reason == "" || r.tool != "betterleaks" && r.reason == newRule {
			t.Errorf("%s: %s has no reason (%d cases)", othersFile, r.key(), r.count)
		}
		fmt.Fprintf(&b, "%s\t%d\t%s\n", r.key(), r.count, r.reason)
	}
	if *update {
		if err := os.WriteFile(othersFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if b.String() != string(data) {
		t.Errorf("%s is not what is found now; see what changed with -update", othersFile)
	}
}
