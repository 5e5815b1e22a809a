package wiki

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
)

// An editor makes texts from texts, as people do to pages.
type editor struct{ random *rand.Rand }

// words of the texts: some belong to keys.
func (e editor) line() string {
	n := e.random.IntN(4)
	lines := []string{
		"aws_access_key_id=" + keytest.ID(n), "aws_secret_access_key=" + keytest.Secret(n), keytest.ID(n), keytest.Secret(n) + " # awscred:allow",
		"a line of prose that is long enough to be found again", "short", "", "password = \"hunter" + fmt.Sprint(n) + "isnogoodpassword\"",
	}
	return lines[e.random.IntN(len(lines))] + "\n"
}

func (e editor) text(lines int) string {
	var b strings.Builder
	for range lines {
		b.WriteString(e.line())
	}
	return b.String()
}

// edit returns a text with something inserted, removed, moved, or all of that.
func (e editor) edit(s string) string {
	for range 1 + e.random.IntN(3) {
		a, b := e.random.IntN(len(s)+1), e.random.IntN(len(s)+1)
		a, b = min(a, b), max(a, b)
		switch e.random.IntN(5) {
		case 0:
			s = s[:a] + e.text(1+e.random.IntN(3)) + s[a:]
		case 1:
			s = s[:a] + s[min(len(s), a+e.random.IntN(100)):]
		case 2:
			s = s[:a] + s[b:] + s[a:b] // moved to the end
		case 3:
			s = s[:a] + "x" + s[a:]
		case 4:
			lines := strings.SplitAfter(s, "\n")
			e.random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
			s = strings.Join(lines, "")
		}
	}
	return s
}

// What derive says of two texts is true: copies are what they say, and all else,
// and every seam, is fresh.
func TestDeriveIsTrue(t *testing.T) {
	e := editor{rand.New(rand.NewPCG(3, 4))}
	d := newDiffer()
	for range 500 {
		base := e.text(e.random.IntN(400))
		text := e.edit(base)
		checkDerivation(t, d.derive([]byte(base), []byte(text), nil), []byte(base), []byte(text))
		if t.Failed() {
			return
		}
	}
	for _, x := range [][2]string{{"", ""}, {"", "a"}, {"a", ""}, {"a", "a"}, {"aa", "a"}, {"ab", "ba"}} {
		checkDerivation(t, d.derive([]byte(x[0]), []byte(x[1]), nil), []byte(x[0]), []byte(x[1]))
	}
}

func checkDerivation(t *testing.T, d *scanner.Derivation, base, text []byte) {
	t.Helper()
	at, from := 0, 0
	var fresh []scanner.Span
	for _, c := range d.Copies {
		if c.Len <= 0 || c.To < at || !bytes.Equal(base[c.From:c.From+c.Len], text[c.To:c.To+c.Len]) {
			t.Fatalf("copy %+v of %q to %q", c, base, text)
		}
		if c.To > at || c.From != from {
			fresh = append(fresh, scanner.Span{Start: at, End: c.To})
		}
		at, from = c.To+c.Len, c.From+c.Len
	}
	if at < len(text) || from != len(base) {
		fresh = append(fresh, scanner.Span{Start: at, End: len(text)})
	}
	if !slices.Equal(fresh, d.Fresh) {
		t.Fatalf("fresh %v; want %v, copies %v, of %q to %q", d.Fresh, fresh, d.Copies, base, text)
	}
}

// A history is scanned with the same result as each of its texts by itself.
func TestDeriveFindsTheSame(t *testing.T) {
	m, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	e := editor{rand.New(rand.NewPCG(5, 6))}
	found := 0
	for range 25 {
		d := newDiffer()
		var base string
		var left scanner.Candidates
		for n := range 12 {
			text := e.text(1 + e.random.IntN(150))
			var from *scanner.Derivation
			if n > 0 {
				text = e.edit(base)
				from = d.derive([]byte(base), []byte(text), left)
			}
			got, candidates := m.Find([]byte(text), from)
			want, _ := m.Find([]byte(text), nil)
			if a, b := describe(got), describe(want); a != b {
				t.Fatalf("got\n%s\nwant\n%s\nof %q\nmade of %q", a, b, text, base)
			}
			found += len(got)
			base, left = text, candidates
		}
	}
	if found < 400 {
		t.Errorf("only %d matches: the texts are no test", found)
	}
}

func describe(list []scanner.Match) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintln(&b, m.Rule.ID, m.Span, m.Secret, m.Suppressed != nil, m.Noise)
	}
	return b.String()
}
