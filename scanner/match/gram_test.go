package match_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/internal/simd"
)

// A Teddy and the automaton lead to the same matches, in whole texts and in versions
// of them.
func TestGramsAndAutomaton(t *testing.T) {
	if !simd.Available() {
		t.Skip("not on this processor")
	}
	rules := []scanner.Rule{{ID: "long", Pattern: `(?i)secret_key=[a-z0-9]{4}`}, {ID: "upper", Pattern: `AKIA[A-Z0-9]{4}`}, {ID: "two", Pattern: `%4[0-9]`},
		{ID: "one", Pattern: `\|[0-9]{2}`}, {ID: "fold", Pattern: `(?i)sk-[a-z]{3}`}, {ID: "gated", Pattern: `[0-9]{6}`, Keywords: []string{"ab", "token"}}}
	pieces := []string{"secret_key=", "SECRET_KEY=abcd", "akia", "AKIA", "AKIA12AB", "%4", "%41", "|", "|12", "sk-", "SK-abc", "\u017fk-abc", "s\u212a-abc", "token", "TOKEN", "ab", "Ab",
		"123456", "0", "z", " ", "\n", "\x00", "\xff", "secret", "_key=", strings.Repeat("x", 61), strings.Repeat("y ", 70),
		`\x41KIA12AB`, `\u0041KIA12AB`, `\\u{41}KIA12AB`, `\101KIA12AB`, "U+0041 KIA12AB", "%41KIA12AB", "&#65;KIA12AB", "&#x41;KIA12AB", "=41=4BIA12AB", "=3D", "=\n",
		`\nAKIA12ABCDEFGHIJKLMN`, `\t`, "AKIA12&quot;AB", "AKIA&bsol;12AB", "&amp;#65;KIA12AB"}
	grams, states := compile(t, rules, nil), compile(t, rules, nil)
	if !states.WithoutGrams() {
		t.Fatal("there are no grams to compare")
	}
	rnd := rand.New(rand.NewPCG(7, 8))
	found := 0
	for range 3000 {
		var text []byte
		for range 1 + rnd.IntN(30) {
			text = append(text, pieces[rnd.IntN(len(pieces))]...)
		}
		got, left := grams.Find(text, nil)
		want, leftToo := states.Find(text, nil)
		if a, b := described(got), described(want); a != b {
			t.Fatalf("grams: %s\nautomaton: %s\n%q", a, b, text)
		}
		s := smallEdit(rnd, text, pieces)
		s.from.Base = left
		got, _ = grams.Find(s.text, &s.from)
		s.from.Base = leftToo
		want, _ = states.Find(s.text, &s.from)
		if a, b := described(got), described(want); a != b {
			t.Fatalf("grams: %s\nautomaton: %s\n%q from %q", a, b, s.text, text)
		}
		found += len(want)
	}
	if found < 3000 {
		t.Errorf("%d matches", found)
	}
}
