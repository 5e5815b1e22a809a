package match_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
)

// TestMarkAfterEdits checks what a sweep over deltas relies on. A text is made
// from a base by one edit. If the base had no candidate and the text has a
// match, the part that the edit brought must be marked, wherever the match is.
func TestMarkAfterEdits(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	all := oracles(t, m, set.Rules)
	rounds := 60
	if testing.Short() {
		rounds = 5
	}
	rnd := rand.New(rand.NewPCG(11, 12))
	tried := 0
	for k, o := range all {
		for range rounds {
			text, secret := padded(rnd, secretText(rnd, all, k, o))
			base, fresh := unedit(rnd, text, secret)
			if checkEdit(t, m, base, text, fresh) {
				tried++
			}
			if t.Failed() {
				return
			}
		}
	}
	if tried < 5*rounds {
		t.Errorf("only %d edits made a match appear", tried)
	}
	t.Logf("%d edits made a match appear", tried)
}

// TestMarkAfterEditsOfOddRules is the same for rules that users may write: with
// a keyword elsewhere or beyond ASCII, without a literal, with no end.
func TestMarkAfterEditsOfOddRules(t *testing.T) {
	list := []scanner.Rule{
		{ID: "elsewhere", Pattern: `pw[0-9]{4}`, Keywords: []string{"login"}},
		{ID: "odd", Pattern: `id[0-9]{4}`, Keywords: []string{"schlüssel"}},
		{ID: "bare", Pattern: `\b[a-f][0-9]{5}\b`},
		{ID: "bare elsewhere", Pattern: `\b[g-k][0-9]{5}\b`, Keywords: []string{"login"}},
		{ID: "bare odd", Pattern: `\b[l-o][0-9]{5}\b`, Keywords: []string{"schlüssel"}},
		{ID: "run", Pattern: `\b[0-9a-f]{20}\b`},
		{ID: "run elsewhere", Pattern: `\b[0-9A-F]{20}\b`, Keywords: []string{"login"}},
		{ID: "run odd", Pattern: `\b[0-9G-K]{20}\b`, Keywords: []string{"schlüssel"}},
		{ID: "no end", Pattern: `(?s)<<.*>>`},
		{ID: "no start", Pattern: `[a-z]+#[0-9]{4}`},
		{ID: "long", Pattern: `(?i)kk[a-z ]{600,}!`},
		{ID: "folded", Pattern: `(?i)ssk[0-9]{3}`, Keywords: []string{"ssk"}},
	}
	pieces := []string{"pw1234", "id5678", "login", "schlüssel", "SCHLÜSSEL", "a12345", "k12345", "m12345", "0123456789abcdef0123",
		"0123456789ABCDEF0123", "0123456789GHIJK01234", "<<", ">>", "abc#1234", "kk" + strings.Repeat("abc ", 160) + "!",
		"ſ\u212a999", "sſk123", " ", " ", "\n", "é", "LOG\u0130N", strings.Repeat("lorem ", 120), "x"}
	m := compile(t, list, nil)
	rnd := rand.New(rand.NewPCG(19, 20))
	tried := 0
	for range 30000 {
		var text []byte
		for range rnd.IntN(5) {
			text = append(text, pieces[rnd.IntN(len(pieces))]...)
			text = append(text, " "[:rnd.IntN(2)]...)
		}
		base, fresh := unedit(rnd, text, scanner.Span{Start: 0, End: len(text)})
		if checkEdit(t, m, base, text, fresh) {
			tried++
		}
		if t.Failed() {
			return
		}
	}
	if tried < 1000 {
		t.Errorf("only %d edits made a match appear", tried)
	}
	t.Logf("%d edits made a match appear", tried)
}

// checkEdit returns true if the edit made a match appear.
func checkEdit(t *testing.T, m *match.Matcher, base, text []byte, fresh scanner.Span) bool {
	if candidate(m, base) {
		return false // text arrives marked
	}
	matches, _ := m.Matches(text)
	if len(matches) == 0 {
		return false
	}
	if !m.Mark(text, []scanner.Span{fresh}) {
		t.Errorf("%s: not marked for bytes %v of %q, from %q", matches[0].Rule.ID, fresh, text, base)
	}
	return true
}

// candidate reports whether what is derived from text arrives marked.
func candidate(m *match.Matcher, text []byte) bool {
	if !m.Mark(text, []scanner.Span{{Start: 0, End: len(text)}}) {
		return false
	}
	_, candidate := m.Matches(text)
	return candidate
}

func secretText(rnd *rand.Rand, all []*oracle, k int, o *oracle) []byte {
	if o == nil || rnd.IntN(20) == 0 {
		n := rnd.IntN(1000)
		return []byte(keytest.ID(n) + "\n" + glue[rnd.IntN(len(glue))] + keytest.Secret(n))
	}
	return mixture(rnd, all, k)
}

// padded puts text between stretches that are longer than the margin, or not,
// and returns where it stands then.
func padded(rnd *rand.Rand, text []byte) ([]byte, scanner.Span) {
	filler := func() []byte {
		words := []string{"lorem ", "ipsum ", "dolor\n", "x", "0123456789abcdef0123456789abcdef01234567 ", "airtable ", "-"}
		w := words[rnd.IntN(len(words))]
		return bytes.Repeat([]byte(w), rnd.IntN(1500)/len(w))
	}
	head := append(filler(), ' ')
	return slices.Concat(head, text, []byte(" "), filler()), scanner.Span{Start: len(head), End: len(head) + len(text)}
}

// unedit returns a text from which an edit, mostly of the secret, makes the
// given one, and which part of the latter the edit brings.
func unedit(rnd *rand.Rand, text []byte, secret scanner.Span) ([]byte, scanner.Span) {
	start := rnd.IntN(len(text) + 1)
	if rnd.IntN(8) > 0 {
		start = secret.Start + rnd.IntN(secret.Len()+1)
	}
	end := min(len(text), start+rnd.IntN(30)*rnd.IntN(2))
	old := []byte("qwertyuiopasdfghjkl zxcvbnm,.\n")[:rnd.IntN(31)]
	return slices.Concat(text[:start], old, text[end:]), scanner.Span{Start: start, End: end}
}

// TestMarkWhole checks that a text with a match is marked as a whole.
func TestMarkWhole(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	all := oracles(t, m, set.Rules)
	rnd := rand.New(rand.NewPCG(13, 14))
	matched := 0
	for k, o := range all {
		for range 8 {
			text, _ := padded(rnd, secretText(rnd, all, k, o))
			if list, _ := m.Matches(text); len(list) == 0 {
				continue
			}
			matched++
			if !m.Mark(text, []scanner.Span{{Start: 0, End: len(text)}}) {
				t.Fatalf("not marked: %q", text)
			}
		}
	}
	if matched < len(all) {
		t.Errorf("only %d texts had a match", matched)
	}
}

func TestMarkOfPlainText(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	text := bytes.Repeat([]byte("func main() { fmt.Println(\"the key to the author's secret\") }\n"), 100)
	if m.Mark(text, []scanner.Span{{Start: 0, End: len(text)}}) {
		t.Error("plain text is marked: the prefilter does not filter")
	}
	if m.Mark(text, nil) {
		t.Error("nothing new is marked")
	}
}

// All goroutines of a scan share one matcher.
func TestConcurrentUse(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	all := oracles(t, m, set.Rules)
	rnd := rand.New(rand.NewPCG(17, 18))
	var texts [][]byte
	var want []string
	for k, o := range all {
		text := secretText(rnd, all, k, o)
		list, _ := m.Matches(text)
		texts, want = append(texts, text), append(want, summary(string(text), list))
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i, text := range texts {
				list, _ := m.Matches(text)
				if got := summary(string(text), list); got != want[i] {
					t.Errorf("got %s, want %s", got, want[i])
				}
			}
		})
	}
	group.Wait()
}
