package match

import (
	"regexp/syntax"
	"testing"
	"unicode"
)

// A class accepts what each of its characters does, and what is repeated is read by one
// instruction.
func TestClasses(t *testing.T) {
	for pattern, readers := range map[string]int{
		`[a-z]{0,40}=[a-z]{3}`:                     2,
		`(?i)k(?:s|ss|k){1,9}`:                     2,
		`K(?i:k)`:                                  2,
		`(?s).(?-s:.)\b[^\x00-\x{10ffff}a]?\n`:     4,
		`(?m)^[^\w/+]{2,5}\W[\x{17f}\x{212a}A-F]$`: 3,
		`[a\x{d800}][a\x{fffd}]`:                   2,
		`\pL{2,9}\d[0-9]\x{10ffff}`:                3,
	} {
		re, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		p := (&Matcher{}).program(re)
		p.ready()
		if got := len(p.accepts[0]); got != readers {
			t.Errorf("%s: %d readers, want %d", pattern, got, readers)
		}
		for i := range p.prog.Inst {
			in := &p.prog.Inst[i]
			for r := rune(0); r <= unicode.MaxRune && readsRune(in); r += 1 + r>>14 {
				if got := p.accepts[p.classOf(r)][p.reader[i]]; got != in.MatchRune(r) {
					t.Fatalf("%s: %s accepts %q: %t", pattern, in, r, got)
				}
			}
		}
	}
}
