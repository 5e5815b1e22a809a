package match_test

import (
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
)

// A literal that is written with a long s and a Kelvin sign is found wherever it
// stands, and however many other such characters do.
func TestFolds(t *testing.T) {
	m, err := match.Compile([]scanner.Rule{{ID: "kisses", Pattern: `(?i)kisses=[a-z]+`}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	const literal = "\u212ai\u017f\u017fe\u017f=abc"
	for _, between := range []string{"x", strings.Repeat("x", 47), strings.Repeat("x", 500)} {
		for _, n := range []int{0, 1, 2, 511, 512, 513, 1023, 1024, 1025, 3000} {
			others := strings.Repeat("\u017f"+between, n)
			text := others + literal + "." + others + "end"
			hits := m.Hits([]byte(text))
			if len(hits) != 1 || text[hits[0].Start:hits[0].End] != literal {
				t.Errorf("%d others, %d bytes between them: found %v, want one at %d", n, len(between), hits, len(others))
			}
		}
	}
}
