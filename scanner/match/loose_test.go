package match

import (
	"regexp/syntax"
	"testing"
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
