package match

import (
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
)

// Repetitions are not counted, but for those of characters: a secret has so many, and
// that is what most places are refuted by.
func TestLoosened(t *testing.T) {
	for _, x := range []struct{ re, want string }{
		{`key[a-z]{0,32}(?:=|: ?){1,8}[A-Z]{40}`, `key[a-z]{0,32}(?:=|: ?)+[A-Z]{40}`},
		{`(?:(?:ab){2,9}c){0,5}`, `(?:(?:ab)+c)*`},
		{`(?:ab){4,}`, `(?:ab)+`},
		{`(a){9}.{200}b{7}`, ``},
		{`(?:ab){2,3}(?:cd)?x*`, ``},
	} {
		re, err := syntax.Parse(x.re, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		before := re.String()
		got := loosened(re)
		if re.String() != before {
			t.Errorf("%s was changed to %s", before, re)
		}
		if x.want == "" {
			if got != re {
				t.Errorf("%s: got %s", x.re, got)
			}
			continue
		}
		want, err := syntax.Parse(x.want, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("%s: got %s, want %s", x.re, got, want)
		}
	}
}

// Where a match may begin inside another one, what is looked at does not depend on how
// much was looked at before.
func TestNothingIsLoosenedWhereMatchesHideOthers(t *testing.T) {
	m, err := Compile([]scanner.Rule{{ID: "gap", Pattern: `key(?:key|=){0,4}BEGIN[\s\S]*?(?:END|key=BEGIN)`}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(strings.Repeat("key", 20000) + "\n key=BEGIN one key=BEGIN two END\n")
	if got, _ := m.Find(text, nil); len(got) != 2 {
		t.Errorf("%d matches, want 2", len(got))
	}
}
