package parity

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/zricethezav/gitleaks/v8/report"

	"github.com/awscred/awscred/scanner"
)

// ownRule reports whether a rule is awscred's own.
func ownRule(id string) bool {
	return strings.HasPrefix(id, "aws-") && id != "aws-access-token" && !strings.HasPrefix(id, "aws-amazon-bedrock-")
}

// A tally counts what was compared, by the outcome.
type tally struct {
	texts, bytes int
	theirs       int
	counts       map[string]int // by outcome
	missing      []difference
	extra        []difference
	exceptions   []*exception
	over         configuration   // the configuration that is compared, if it
	bases        []configuration // extends others: see disagreement
}

// A difference is a claim of one side only.
type difference struct {
	claim
	text *text
}

func (d difference) String() string {
	return fmt.Sprintf("%s: %s %q", cmp.Or(d.text.name, d.text.path), d.rule, shorten(d.secret))
}

func shorten(s string) string {
	if len(s) > 120 {
		return s[:80] + "…" + s[len(s)-20:]
	}
	return s
}

func newTally() *tally { return &tally{counts: map[string]int{}} }

// compare asks both about one text.
func (y *tally) compare(t testing.TB, d detector, m scanner.Matcher, x *text) {
	t.Helper()
	y.texts++
	y.bytes += len(x.data)
	a := ask(t, m, x)
	theirs := d.claims(x)
	y.theirs += len(theirs)
	for c := range theirs {
		if how := a.covers(c); how != "" {
			y.counts[how]++
		} else if why := y.except("missing", difference{c, x}, d, a, theirs); why != "" {
			y.counts["missing, exception: "+why]++
		} else {
			y.missing = append(y.missing, difference{c, x})
		}
	}
	for c := range a.reported {
		switch {
		case theirs[c]:
		case ownRule(c.rule):
			y.counts["more: "+c.rule]++
		case farther(a.encoded[c]) != "":
			y.counts["more: an encoding that gitleaks does not take off: "+farther(a.encoded[c])]++
		case isGeneric(c.rule) && besides(theirs, c):
			y.counts["more: a generic rule beside a specific one that has allowances for paths"]++
		default:
			if why := y.except("more", difference{c, x}, d, a, theirs); why != "" {
				y.counts["more, exception: "+why]++
			} else if d.findsInside(x, c) || d.findsApart(x, c, a.encoded[c]) {
				y.counts["more: begins inside an earlier match: "+c.rule]++
			} else {
				y.extra = append(y.extra, difference{c, x})
			}
		}
	}
}

// except returns the id of the exception that covers a difference.
func (y *tally) except(side string, diff difference, d detector, a answer, theirs map[claim]bool) string {
	x := &disagreement{difference: diff, cfg: d.Config, over: y.over, bases: y.bases, d: d, ours: a, theirs: theirs}
	for _, e := range y.exceptions {
		if judge := judgements()[e.ID]; judge != nil && (e.Side == side || e.Side == "both") && judge(x) {
			e.used++
			return e.ID
		}
	}
	return ""
}

func theirClaim(f report.Finding) claim {
	if strings.HasPrefix(f.Match, "file detected: ") && f.Secret == "" {
		return claim{f.RuleID, f.File}
	}
	if f.Secret == "" { // the group that is the secret took no part
		f.Secret = f.Match
	}
	return claim{f.RuleID, strings.ToValidUTF8(f.Secret, "\uFFFD")}
}

// covers says how awscred reports what gitleaks reports; it does not if that is
// empty.
func (a *answer) covers(c claim) string {
	if a.reported[c] {
		return "same"
	}
	for v, why := range a.aws {
		switch {
		case !strings.Contains(v, c.secret) && !strings.Contains(c.secret, v):
		case why == "":
			return "under an AWS rule: " + c.rule
		case strings.HasPrefix(c.rule, "aws-"), v == c.secret:
			return "quiet, an AWS rule says: " + why
		}
	}
	return ""
}

// farther names an encoding that was taken off and that gitleaks does not know
// (detect/codec/encodings.go), or returns the empty string.
func farther(o scanner.Occurrence) string {
	for _, e := range o.Decoded {
		switch e {
		case "base64", "hex":
			if o.EndLine > o.Line {
				return e + " over lines"
			}
		case "percent", "unicode", "concatenation":
		default:
			return e
		}
	}
	return ""
}

// besides reports whether another rule claims the secret, too.
func besides(claims map[claim]bool, c claim) bool {
	for other := range claims {
		if other.rule != c.rule && strings.Contains(other.secret, c.secret) {
			return true
		}
	}
	return false
}

// findsInside reports whether gitleaks finds the secret if what stands before
// it is taken away: an earlier match covers its beginning, and gitleaks goes on
// behind that.
func (d detector) findsInside(x *text, c claim) bool {
	for at, n := 0, 0; n < 20; n++ {
		i := bytes.Index(x.data[at:], []byte(c.secret))
		if i < 0 {
			return false
		}
		if at += i; d.findsFrom(x, c, at) {
			return true
		}
		at++
	}
	return false
}

// findsApart does so for what is encoded: whether gitleaks finds the secret in
// the lines around the encoded text alone.
func (d detector) findsApart(x *text, c claim, o scanner.Occurrence) bool {
	lines := bytes.SplitAfter(x.data, []byte("\n"))
	if len(o.Decoded) == 0 || o.Line < 1 || o.EndLine > len(lines) {
		return false
	}
	for _, around := range []int{0, 1, 2, 3, 5, 10} {
		apart := *x
		apart.data = bytes.Join(lines[max(0, o.Line-1-around):min(len(lines), o.EndLine+around)], nil)
		if d.finds(&apart, c) {
			return true
		}
	}
	return false
}

// findsFrom does so for one place of the secret.
func (d detector) findsFrom(x *text, c claim, at int) bool {
	line := bytes.LastIndexByte(x.data[:at], '\n') + 1
	end := min(len(x.data), at+len(c.secret)+ahead)
	for from := max(line, at-behind, 1); from <= at; from++ {
		rest := *x
		rest.data = x.data[from:end]
		if d.finds(&rest, c) {
			return true
		}
	}
	return false
}

// How far before a secret its match may begin, and how far behind it is looked.
const behind, ahead = 80, 1 << 8

// log prints what was counted, and the differences, up to a number.
func (y *tally) log(t *testing.T, most int) {
	t.Logf("%d texts, %.1f MB, %d pairs of a rule and a secret from gitleaks", y.texts, float64(y.bytes)/1e6, y.theirs)
	keys := make([]string, 0, len(y.counts))
	for k := range y.counts {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		t.Logf("%6d %s", y.counts[k], k)
	}
	t.Logf("%6d missing", len(y.missing))
	t.Logf("%6d more, without a reason", len(y.extra))
	for what, list := range map[string][]difference{"missing": y.missing, "more": y.extra} {
		slices.SortFunc(list, func(a, b difference) int { return cmp.Compare(a.rule, b.rule) })
		for i, d := range list {
			if i == most {
				break
			}
			t.Errorf("%s: %s", what, d)
		}
	}
}
