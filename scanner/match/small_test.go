package match_test

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/encodetest"
	"github.com/awscred/awscred/scanner"
)

// lineTexts are pieces of base64 over several lines of a length, lines that are no
// base64 and as long, and what stands between and around such lines.
func lineTexts(size int) []string {
	var list []string
	enc := encodetest.Base64([]byte("one good pw12345678901234 and more text here ok"))
	for _, from := range []int{0, 4} {
		lines := strings.Split(encodetest.Lines(enc[from:], size, "\n"), "\n")
		list = append(list, lines...)
		list = append(list, strings.Join(lines, "\n"), strings.Join(lines[1:], "\n"), strings.Join(lines, "\" +\n\""))
	}
	for _, letter := range []string{"/", "z"} {
		line := strings.Repeat(letter, size)
		list = append(list, line, line+"\n")
	}
	return append(list, "\n", "\n", "\n", "\n\n", " ", "=", "word", "\"", "\" +\n\"", "!!! ", "+", ",", "--", ";", strings.Repeat("lorem! ", 20), strings.Repeat("\n", 6))
}

// escapeTexts are escapes of all kinds, parts of them, and what stands around them.
func escapeTexts() []string {
	return []string{"pw", "=31", "=32=33", "1", "2", "34", "=3D", "=", "\n", "\r\n", "=\r\n", "=\n", "soft", "123", "456", strings.Repeat("x", 60), strings.Repeat("y", 9),
		" ", "name", ":", "%31", "%", "3", "1", `\u0031`, `\`, "u003", "&#49;", "&", "#49", ";", "&quot;", "abc", `\x31`, "U+0031 ", "U+0031", "amp;", "%25", "%5c",
		"kkkkkkkk", strings.Repeat("k", 16), `\n`, `\\n`, "pw=31=32", "soft12", `\\u0031`, `\ud83d\ude00`}
}

// wideTexts are texts in two and four bytes a character, halves of them, zeros, and
// others.
func wideTexts() []string {
	list := []string{"\x00", "\x00\x00\x00", "a", "pw1234", "\xff\xfe", "\xfe\xff", "k\x00", "\x00k", "\n", strings.Repeat("x", 70), strings.Repeat("\x01\x00\xff", 30)}
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, unit := range []int{2, 4} {
			for _, text := range []string{"pw1234", "pw12345678901234", "pw1234567890123", "a pw1234, and some", strings.Repeat("y", 30)} {
				w := string(encoded(text, order, unit))
				list = append(list, w, w[:len(w)/2], w[len(w)/2:], w[1:])
			}
		}
	}
	return list
}

// A line that begins no text is no piece of one if nothing stands before it any more,
// and then the next line may begin one: an edit changes what two lines behind it are.
func TestDerivedTwoLinesOn(t *testing.T) {
	plain := strings.Repeat("lorem ipsum ", 4) + "is pw12345678901234 and more text here ok" + strings.Repeat(" dolor sit", 9)
	m := compile(t, []scanner.Rule{{ID: "r", Pattern: `pw[0-9]{14}`}}, nil)
	for _, c := range []struct {
		plain, between string
		size           int
	}{{plain[51:90], "\n", 17}, {plain[48:90], "\n", 21}, {plain, "\n\t\t", 61}, {plain, "\n\t\t", 76}, {plain, " +\n", 77}} {
		lines := encodetest.Lines(encodetest.Base64([]byte(c.plain)), c.size, c.between)
		other := strings.Repeat("/", c.size)
		sameDerived(t, m, "!!! ", "kkkkkkkk", "", "kkkkkkkk12345"+c.between+other+c.between+lines)
	}
}

// A few bytes that go and a few that come change no more of what is found than in a
// text that is read as a whole.
func TestDerivedBySmallEdits(t *testing.T) {
	line := []scanner.Rule{{ID: "pw", Pattern: `pw[0-9]{14}`}, {ID: "word", Pattern: `word[^\n]*\n[^p]*pw12345`}}
	escapes := []scanner.Rule{{ID: "pw", Pattern: `pw[0-9]{4}`}, {ID: "soft", Pattern: `soft[0-9]{6}`}, {ID: "quoted", Pattern: `"[a-z]{3}=?"`},
		{ID: "context", Pattern: `name[a-z \n]{0,200}:pw`}, {ID: "k", Pattern: `\bk{16}\b`}, {ID: "entity", Pattern: `&[a-z]{3};`}}
	for _, c := range []struct {
		name   string
		rules  []scanner.Rule
		pieces []string
		rounds int
	}{
		{"lines of 21", line, lineTexts(21), 1000},
		{"lines of 17", line, lineTexts(17), 1000},
		{"lines of 20", line, lineTexts(20), 1000},
		{"escapes", escapes, escapeTexts(), 4000},
		{"wide", []scanner.Rule{{ID: "pw", Pattern: `pw[0-9]{4}`}}, wideTexts(), 5000},
	} {
		t.Run(c.name, func(t *testing.T) { smallEdits(t, c.rules, c.pieces, c.rounds) })
	}
}

func smallEdits(t *testing.T, rules []scanner.Rule, pieces []string, rounds int) {
	m := compile(t, rules, nil)
	rnd := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range rounds {
		var text []byte
		for range 1 + rnd.IntN(16) {
			text = append(text, pieces[rnd.IntN(len(pieces))]...)
		}
		_, left := m.Find(text, nil)
		for range 8 {
			s := smallEdit(rnd, text, pieces)
			s.from.Base = left
			got, next := m.Find(s.text, &s.from)
			want, _ := m.Find(s.text, nil)
			if a, b := described(got), described(want); a != b {
				t.Fatalf("derived: %s\nwhole: %s\ntext %q\nfrom %q\nby %+v", a, b, s.text, text, s.from)
			}
			found += len(got)
			text, left = s.text, next
		}
	}
	if found < rounds/10 {
		t.Errorf("%d matches in %d texts", found, 8*rounds)
	}
}

// smallEdit changes one or two places of a text by a few bytes. Sometimes one of its
// ends goes.
func smallEdit(rnd *rand.Rand, base []byte, pieces []string) *script {
	s := &script{base: base}
	at := 0
	if rnd.IntN(10) == 0 {
		at = rnd.IntN(len(base) + 1)
	}
	few := func() int { return rnd.IntN(4) * rnd.IntN(2) }
	for range 1 + rnd.IntN(2) {
		next := at + rnd.IntN(len(base)-at+1)
		s.copy(at, next)
		at = min(len(base), next+few())
		p := pieces[rnd.IntN(len(pieces))]
		from := rnd.IntN(len(p))
		s.insert([]byte(p[from:min(len(p), from+few())]))
	}
	if rnd.IntN(12) > 0 {
		s.copy(at, len(base))
	}
	s.done()
	return s
}

// Edits whose effect is beside them: on the next line, on the escape before, or
// on a match that begins in another.
func TestDerivedBesides(t *testing.T) {
	lines := encodetest.Lines(encodetest.Base64([]byte("one good pw12345678901234 and more text here ok")), 21, "\n")
	first, rest, _ := strings.Cut(lines, "\n")
	other := strings.Repeat("/", 21)
	dense := strings.Repeat("BEG ", 300) + strings.Repeat("x", 1000) + "#" + strings.Repeat("lorem\n", 9)
	hit := "BEG" + strings.Repeat("x", 10) + "BEG" + strings.Repeat("y", 60) + "END" + strings.Repeat("z", 10) + "END#"
	for _, c := range []struct{ name, pattern, before, from, to, behind string }{
		{"a line added behind another", `pw[0-9]{14}`, "!!!\n" + other + "\n" + first + "\n", "", rest + "\n", "!!!\n"},
		{"a token far before", `pw[0-9]{14}`, "", "", strings.Repeat("k", 20) + " " + strings.Repeat("a b ", 50), "\nword\n" + other + "\n" + lines},
		{"an empty line", `pw[0-9]{14}`, "!!! word\n" + other, "", "\n", "\n" + lines},
		{"a line made longer", `pw[0-9]{14}`, "!!! word\n", "", "/", other + "\n" + lines},
		{"a line removed", `pw[0-9]{14}`, "!!! word", "\n" + other, "", "\n" + lines},
		{"a line changed", `pw[0-9]{14}`, "!!! word\n" + other[:15], "/", "!", other[16:] + "\n" + lines},
		{"an escape completed behind another", `pw[0-9]{14}`, "pw=31=", "x", "3", "2345678901234"},
		{"a soft end of the first line", `soft[0-9]{10}`, "", strings.Repeat("!", 30), "", strings.Repeat(" ", 74) + "soft12=\r\n34567890"},
		{"matches in one another among many", `BEG[^#]{64,}?END`, hit + dense, strings.Repeat("lorem\n", 200000), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := compile(t, []scanner.Rule{{ID: "r", Pattern: c.pattern}}, nil)
			sameDerived(t, m, c.before, c.from, c.to, c.behind)
		})
	}
}

// What two rules that speak for themselves have found is not found again in what is
// decoded of it, in whatever order they were asked.
func TestClaimsOfTwoRules(t *testing.T) {
	m := compile(t, []scanner.Rule{{ID: "request", Pattern: `req:[!-~]+`, Part: scanner.Whole},
		{ID: "token", Pattern: `tok[0-9]{4}`, Part: scanner.Whole}, {ID: "inner", Pattern: `pw-[0-9]{4}`}}, nil)
	for text, want := range map[string]int{"req:xxx1234a%3Dpw-%31234": 1, "req:tok1234a%3Dpw-%31234": 2} {
		if list, _ := m.Find([]byte(text), nil); len(list) != want {
			t.Errorf("%s: %s", text, described(list))
		}
	}
}
