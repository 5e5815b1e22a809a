package match_test

import (
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
)

// headed is a rule with a literal before which something must stand.
func headed(t *testing.T) *match.Matcher {
	return compile(t, []scanner.Rule{{ID: "headed", Pattern: `\b(?:aws|iam)[a-z]{0,20}_secret=[0-9]{4}`}}, nil)
}

// A literal is no candidate if what stands right before it rules a match out, and one if
// that cannot be told from a few bytes.
func TestHeadRulesOut(t *testing.T) {
	m := headed(t)
	for _, x := range []struct {
		text      string
		candidate bool
		matches   int
	}{
		{"aws_secret=1234", true, 1},
		{"(awsome_secret=1234", true, 1},
		{"an iamxxxxxxxxxxxxxxxxxxxx_secret=1234", true, 1},
		{"zaws_secret=1234", false, 0},
		{"the_secret=1234", false, 0},
		{"(the_secret=1234", false, 0},
		{"s_secret=1234", false, 0},
		{"(abcdefg_secret=1234", false, 0},
		{"(abcdefgh_secret=1234", true, 0},
		{"\u00e4bc_secret=1234", true, 0},
	} {
		list, left := m.Find([]byte(x.text), nil)
		if len(list) != x.matches || (left != nil) != x.candidate {
			t.Errorf("%q: %d matches, candidate: %t", x.text, len(list), left != nil)
		}
	}
}

// An edit as far before a literal as is looked at makes it a candidate, or no longer one.
func TestHeadAndEdit(t *testing.T) {
	m := headed(t)
	for n := range 21 {
		for _, before := range []string{"", " ", strings.Repeat("x\n", 200)} {
			rest := "ws" + strings.Repeat("n", n) + "_secret=1234\n"
			for _, x := range [][2]string{{"i", "a"}, {"a", "i"}, {"", "a"}, {"xa", "a"}, {"a", "xa"}, {"a", ""}} {
				base, text := before+x[0]+rest, before+x[1]+rest
				_, left := m.Find([]byte(base), nil)
				at := len(before)
				list, _ := m.Find([]byte(text), &scanner.Derivation{Base: left,
					Fresh: []scanner.Span{{Start: at, End: at + len(x[1])}},
					Copies: []scanner.Copy{{From: 0, To: 0, Len: at},
						{From: at + len(x[0]), To: at + len(x[1]), Len: len(rest)}}})
				if want, _ := m.Find([]byte(text), nil); described(list) != described(want) {
					t.Errorf("%q made from %q: %s, want %s", text, base, described(list), described(want))
				}
			}
		}
	}
}
