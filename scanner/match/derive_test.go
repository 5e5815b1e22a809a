package match_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/awscred/awscred/internal/encodetest"
	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
)

// A version is a text of a chain, with what the matcher remembers of it.
type version struct {
	text []byte
	left scanner.Candidates
}

// A script makes a text of pieces of another and of new ones.
type script struct {
	base []byte
	text []byte
	from scanner.Derivation
	end  int // where in base the last copy ended, -1 after an insert
}

// fresh adds a span, joined with the last one if they touch.
func (s *script) fresh(start, end int) {
	if n := len(s.from.Fresh); n > 0 && s.from.Fresh[n-1].End >= start {
		s.from.Fresh[n-1].End = max(s.from.Fresh[n-1].End, end)
		return
	}
	s.from.Fresh = append(s.from.Fresh, scanner.Span{Start: start, End: end})
}

func (s *script) insert(b []byte) {
	if len(b) > 0 {
		s.fresh(len(s.text), len(s.text)+len(b))
		s.text = append(s.text, b...)
		s.end = -1
	}
}

func (s *script) copy(from, to int) {
	switch n := len(s.from.Copies); {
	case from == to:
		return
	case s.end == from && n > 0:
		s.from.Copies[n-1].Len += to - from
	default:
		if s.end >= 0 && s.end != from {
			s.fresh(len(s.text), len(s.text))
		}
		s.from.Copies = append(s.from.Copies, scanner.Copy{From: from, To: len(s.text), Len: to - from})
	}
	s.text = append(s.text, s.base[from:to]...)
	s.end = to
}

func (s *script) done() {
	if s.end >= 0 && s.end != len(s.base) {
		s.fresh(len(s.text), len(s.text))
	}
}

// edit makes a text of base: mostly all of it with some changes, sometimes parts
// in another order or several times.
func edit(rnd *rand.Rand, base []byte, piece func() []byte) *script {
	s := &script{base: base}
	at := 0
	for range 1 + rnd.IntN(4) {
		next := at + rnd.IntN(len(base)-at+1)
		switch rnd.IntN(10) {
		case 0: // something else comes first
			if len(base) > 0 {
				from := rnd.IntN(len(base))
				s.copy(from, from+rnd.IntN(len(base)-from+1))
			}
		case 1: // again
			s.copy(at, next)
		}
		s.copy(at, next)
		at = min(len(base), next+rnd.IntN(60)*rnd.IntN(2)*rnd.IntN(2))
		if rnd.IntN(3) > 0 {
			s.insert(piece())
		}
	}
	if rnd.IntN(12) > 0 {
		s.copy(at, len(base))
	}
	s.done()
	return s
}

// chains makes versions of versions, and compares what the matcher finds in each
// with the help of its base, and without.
func chains(t testing.TB, m *match.Matcher, rnd *rand.Rand, length int, piece func() []byte) (matches int) {
	t.Helper()
	var first []byte
	for range 4 {
		first = append(first, piece()...)
	}
	_, left := m.Find(first, nil)
	list := []version{{first, left}}
	for range length {
		base := list[len(list)-1]
		if rnd.IntN(6) == 0 {
			base = list[rnd.IntN(len(list))]
		}
		s := edit(rnd, base.text, piece)
		if len(s.text) > 1<<15 {
			s.text, s.from = first, scanner.Derivation{Fresh: []scanner.Span{{Start: 0, End: len(first)}}}
		}
		s.from.Base = base.left
		got, left := m.Find(s.text, &s.from)
		want, _ := m.Find(s.text, nil)
		if a, b := described(got), described(want); a != b {
			t.Errorf("derived: %s\nwhole: %s\ntext %q\nfrom %q\nby %+v", a, b, s.text, base.text, s.from)
			return 0
		}
		matches += len(got)
		list = append(list, version{s.text, left})
	}
	return matches
}

// sameDerived compares what is found in a text in which from has become to, with the
// help of the text before and without.
func sameDerived(t *testing.T, m *match.Matcher, before, from, to, behind string) {
	t.Helper()
	base := []byte(before + from + behind)
	_, left := m.Find(base, nil)
	s := &script{base: base, from: scanner.Derivation{Base: left}}
	s.copy(0, len(before))
	s.insert([]byte(to))
	s.copy(len(before)+len(from), len(base))
	s.done()
	got, _ := m.Find(s.text, &s.from)
	want, _ := m.Find(s.text, nil)
	if a, b := described(got), described(want); a != b || len(want) == 0 {
		t.Errorf("derived: %s\nwhole: %s", a, b)
	}
}

// described writes all of a list of matches but their values.
func described(list []scanner.Match) string {
	var b strings.Builder
	for _, x := range list {
		fmt.Fprintf(&b, "%s %v %v %q %v %.3f %v %q %d;", x.Rule.ID, x.Span, x.Secret, x.Decoded, x.Inside, x.Entropy, x.Suppressed != nil, x.Noise, len(x.Allowed))
	}
	return b.String()
}

// secretPieces are what the texts of a chain are made of: matches, whole and
// damaged, halves of them, keywords, what allows a line, foreign folds, wide
// text, and stretches of nothing.
func secretPieces(rnd *rand.Rand, all []*oracle) func() []byte {
	return func() []byte {
		k := rnd.IntN(len(all))
		for all[k] == nil {
			k = rnd.IntN(len(all))
		}
		switch rnd.IntN(18) {
		case 0, 1, 2, 3:
			text := mixture(rnd, all, k)
			if rnd.IntN(3) == 0 {
				text = text[:rnd.IntN(len(text)+1)]
			}
			return text[:min(len(text), 3000)]
		case 4:
			return []byte(keytest.ID(rnd.IntN(1000)))
		case 5:
			return []byte(glue[rnd.IntN(len(glue))] + keytest.Secret(rnd.IntN(1000)))
		case 6:
			if o := all[k]; len(o.Keywords) > 0 {
				return []byte(o.Keywords[rnd.IntN(len(o.Keywords))])
			}
		case 7:
			return []byte([]string{"gitleaks:allow", " # awscred:allow\n", "\n", "\n\n"}[rnd.IntN(4)])
		case 8:
			if rnd.IntN(8) == 0 {
				return []byte([]string{"ſ", "\u212a", "İ"}[rnd.IntN(3)])
			}
		case 9:
			if rnd.IntN(8) == 0 {
				return encoded(" id = "+keytest.ID(7)+" ", binary.LittleEndian, 2)
			}
		case 10:
			return bytes.Repeat([]byte("a line of nothing\n"), rnd.IntN(90))
		case 11, 12, 13:
			return encodedPiece(rnd, mixture(rnd, all, k))
		}
		words := []string{"lorem ", "ipsum ", "dolor\n", "x", "0123456789abcdef" + "0123456789abcdef01234567 ", "airtable ", "-", "token = '", "\n"}
		w := words[rnd.IntN(len(words))]
		return bytes.Repeat([]byte(w), rnd.IntN(200)/len(w))
	}
}

// encodedPiece is a text, or a key, in an encoding or in two, or a part of that.
func encodedPiece(rnd *rand.Rand, text []byte) []byte {
	if rnd.IntN(2) == 0 {
		text = []byte(" id = " + keytest.ID(rnd.IntN(100)) + "\nsecret_access_key = " + keytest.Secret(rnd.IntN(100)) + "\n")
	}
	text = text[:min(len(text), 1000)]
	all := encodetest.Encodings()
	for range 1 + rnd.IntN(2)*rnd.IntN(2) {
		text = []byte(all[rnd.IntN(len(all))].Encode(string(text)))
	}
	if rnd.IntN(3) == 0 {
		at := rnd.IntN(len(text) + 1)
		text = text[at : at+rnd.IntN(len(text)-at+1)]
	}
	if rnd.IntN(2) == 0 {
		text = append(slices.Clip(text), "\n\n\n"[:rnd.IntN(4)]...)
	}
	return text[:min(len(text), 3000)]
}

// encodedHalves are pieces of which few texts make an encoded secret, so that
// most versions have encoded stretches without one: an edit joins halves, changes
// the context of a stretch, or makes two of one.
func encodedHalves(rnd *rand.Rand) func() []byte {
	all := encodetest.Encodings()
	return func() []byte {
		switch rnd.IntN(7) {
		case 0, 1:
			text := all[rnd.IntN(len(all))].Encode(" id = " + keytest.ID(rnd.IntN(9)) + " \n")
			if at := rnd.IntN(len(text)); rnd.IntN(2) == 0 {
				return []byte(text[at:])
			} else {
				return []byte(text[:at])
			}
		case 2:
			return []byte(all[rnd.IntN(len(all))].Encode("nothing of interest"))
		case 3:
			return []byte([]string{"%41", `\u004b`, "AK%49", "&#65;", "=3D", "=\n", "%20", keytest.ID(5)[:9], keytest.ID(5)[9:]}[rnd.IntN(9)])
		case 4:
			return bytes.Repeat([]byte("\n"), rnd.IntN(7))
		case 5:
			return bytes.Repeat([]byte("lorem ipsum "), rnd.IntN(40))
		}
		return bytes.Repeat([]byte("a line of nothing\n"), rnd.IntN(6))
	}
}

// TestDerivedOfEncodedHalves compares chains of versions that seldom have an
// encoded secret.
func TestDerivedOfEncodedHalves(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	rounds := 400
	if testing.Short() {
		rounds = 40
	}
	rnd := rand.New(rand.NewPCG(23, 24))
	found := 0
	for range rounds {
		found += chains(t, m, rnd, 10, encodedHalves(rnd))
		if t.Failed() {
			return
		}
	}
	if found < rounds/4 {
		t.Errorf("only %d matches", found)
	}
}

// contextRules match encoded texts by what stands around them, or by where a
// text ends.
func contextRules() []scanner.Rule {
	return []scanner.Rule{
		{ID: "before", Pattern: `name[a-z \n]{0,200}:pw[0-9]{14}`},
		{ID: "behind", Pattern: `pw[0-9]{14};[a-z \n]{0,200}end`},
		{ID: "two", Pattern: `one [a-z \n.:;]{0,90}other`},
		{ID: "last", Pattern: `fin[0-9]{14}[a-z \n]*$`},
		{ID: "first", Pattern: `^[a-z \n]*beg[0-9]{14}`},
		{ID: "long", Pattern: `soft[0-9]{60}`},
	}
}

// TestDerivedOfContexts compares chains of versions whose edits are in the
// context of what is encoded.
func TestDerivedOfContexts(t *testing.T) {
	b64 := encodetest.URL
	pieces := []string{"name", ":", ";", "end", "abc ", "\n", "\n", "\n\n", b64("pw12345678901234"), "%70w12345678901234", b64("one thing and then"), b64("and the other thing"),
		b64("fin12345678901234"), b64("beg12345678901234"), strings.Repeat("lorem ipsum ", 10), strings.Repeat("x", 66) + "soft12", "=\n",
		strings.Repeat("3456789012", 6), `\u201c`, strings.Repeat("k", 15), "kk", strings.Repeat("\n", 5), strings.Repeat("a ", 40), b64("nothing at all")}
	m := compile(t, contextRules(), nil)
	rnd := rand.New(rand.NewPCG(25, 26))
	piece := func() []byte {
		var text []byte
		for range 1 + rnd.IntN(3) {
			text = append(text, pieces[rnd.IntN(len(pieces))]...)
		}
		return text
	}
	rounds := 4000
	if testing.Short() {
		rounds = 400
	}
	found := 0
	for range rounds {
		found += chains(t, m, rnd, 6, piece)
		if t.Failed() {
			return
		}
	}
	if found < rounds/3 {
		t.Errorf("only %d matches", found)
	}
}

// An edit decides what is found far from it, by the context of what is encoded.
func TestDerivedByContext(t *testing.T) {
	m := compile(t, contextRules(), nil)
	pw := encodetest.URL("pw12345678901234")
	for _, c := range []struct{ name, before, from, to, behind string }{
		{"a name is written", "", "game", "name", " of that which is secret here:" + pw},
		{"a word is written behind", pw + ";up to where it is the", "tail", " end", "\n"},
		{"lines are removed", "name\n", "\n\n\n", "", "which is secret here and there:" + pw},
		{"lines are removed behind", pw + ";up to where it is the last\n", "\n\n\n", "", "end."},
		{"the context goes on", pw + ";up to where\n\nit is the last that is", "\n", " the end.\n", ""},
		{"the context begins earlier", "", "game\n", "name ", "of that\n\nwhich is secret here and there:" + pw},
		{"a line becomes long", "", strings.Repeat("x", 69) + "\n", strings.Repeat("x", 9), strings.Repeat("y", 58) + "soft12=\n" + strings.Repeat("3456789012", 6)},
		{"the text ends", encodetest.URL("fin12345678901234") + " and on\n", "123", "", ""},
		{"one that follows goes", encodetest.URL("fin12345678901234") + "\n\n" + strings.Repeat("abc ", 10) + "\n\n", "", "\n\n", "abc " + encodetest.URL("nothing at all 1")},
	} {
		t.Run(c.name, func(t *testing.T) {
			sameDerived(t, m, c.before, c.from, c.to, c.behind)
		})
	}
}

// TestDerived compares chains of versions of texts full of secrets.
func TestDerived(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	all := oracles(t, m, set.Rules)
	rounds := 60
	if testing.Short() {
		rounds = 6
	}
	rnd := rand.New(rand.NewPCG(11, 12))
	found := 0
	for range rounds {
		found += chains(t, m, rnd, 25, secretPieces(rnd, all))
		if t.Failed() {
			return
		}
	}
	if found < 100*rounds {
		t.Errorf("only %d matches", found)
	}
}

func oddRules() []scanner.Rule {
	near, column := 1, 40
	return []scanner.Rule{
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
		{ID: "near", Pattern: `near[0-9]{3}`, Required: []scanner.Required{{Rule: "elsewhere", WithinLines: &near}}},
		{ID: "nearer", Pattern: `close[0-9]{3}`, Required: []scanner.Required{{Rule: "odd", WithinLines: &near, WithinColumns: &column}}},
		{ID: "generic", Pattern: `(?:pw|id|close)([0-9]+)`, Generic: true},
	}
}

var oddPieces = []string{"pw1234", "id5678", "login", "schlüssel", "SCHLÜSSEL", "a12345", "k12345", "m12345", "0123456789abcdef0123",
	"0123456789ABCDEF0123", "0123456789GHIJK01234", "<<", ">>", "abc#1234", "kk" + strings.Repeat("abc ", 160) + "!",
	"ſ\u212a999", "sſk123", " ", " ", "\n", "é", "LOG\u0130N", strings.Repeat("lorem ", 120), "x", "near123", "close123", "\n\n", "12", "pw"}

// TestDerivedOfOddRules is the same for rules that users may write: with a
// keyword elsewhere or beyond ASCII, without a literal, with no end.
func TestDerivedOfOddRules(t *testing.T) {
	list := oddRules()
	rounds := 200
	if testing.Short() {
		rounds = 30
	}
	// With odd keywords and without literals every text is searched whole for
	// these rules: leave them out half the time.
	plain := slices.DeleteFunc(slices.Clone(list), func(r scanner.Rule) bool {
		return strings.HasPrefix(r.ID, "bare") || strings.Contains(r.ID, "odd") || r.ID == "run" || r.ID == "nearer"
	})
	for i, rules := range [][]scanner.Rule{list, plain} {
		m := compile(t, rules, nil)
		rnd := rand.New(rand.NewPCG(19, uint64(i)))
		pieces := oddPieces
		if i == 1 {
			pieces = slices.DeleteFunc(slices.Clone(pieces), func(p string) bool { return strings.ContainsAny(p, "ſ\u212a\u0130") })
		}
		piece := func() []byte {
			var text []byte
			for range 1 + rnd.IntN(3) {
				text = append(text, pieces[rnd.IntN(len(pieces))]...)
				text = append(text, " "[:rnd.IntN(2)]...)
			}
			return text
		}
		found := 0
		for range rounds {
			found += chains(t, m, rnd, 30, piece)
			if t.Failed() {
				return
			}
		}
		if found < 20*rounds {
			t.Errorf("only %d matches", found)
		}
	}
}

// FuzzDerived makes a text of two copies of parts of another and of something
// new.
func FuzzDerived(f *testing.F) {
	set := defaultSet(f)
	m := compile(f, set.Rules, set.Allow)
	id := keytest.ID(3)
	f.Add([]byte("aws_access_key_id = "+id+"\n"), []byte("x"), uint16(3), uint16(9), uint16(5), uint16(40))
	f.Add([]byte("sourcegraph "+strings.Repeat("0123456789abcdef", 3)), []byte("\x00K"), uint16(0), uint16(20), uint16(10), uint16(70))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----"+strings.Repeat("abcd", 30)+"-----END PRIVATE KEY-----"), []byte("\u212a"), uint16(0), uint16(60), uint16(60), uint16(200))
	for i, e := range encodetest.Encodings() {
		half := e.Encode("id = " + id + " .")
		f.Add([]byte(half[:len(half)/2]+"\n\n"+half[len(half)/2:]), []byte(half), uint16(0), uint16(len(half)/2), uint16(len(half)/2+2), uint16(300+i))
	}
	f.Fuzz(func(t *testing.T, base, insert []byte, a, b, c, d uint16) {
		cut := func(n uint16) int { return min(int(n), len(base)) }
		_, left := m.Find(base, nil)
		s := &script{base: base, from: scanner.Derivation{Base: left}}
		s.copy(min(cut(a), cut(b)), max(cut(a), cut(b)))
		s.insert(insert)
		s.copy(min(cut(c), cut(d)), max(cut(c), cut(d)))
		s.done()
		got, _ := m.Find(s.text, &s.from)
		want, _ := m.Find(s.text, nil)
		if described(got) != described(want) {
			t.Errorf("derived: %s, whole: %s", described(got), described(want))
		}
	})
}

// TestPlainText checks that nothing is remembered of a text without secrets.
func TestPlainText(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	text := bytes.Repeat([]byte("func main() { fmt.Println(\"the key to the author's secret\") }\n"), 100)
	if list, left := m.Find(text, nil); len(list) > 0 || left != nil {
		t.Errorf("plain text has %d matches, and leaves %v", len(list), left)
	}
}

// All goroutines of a scan share one matcher.
func TestConcurrentUse(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	all := oracles(t, m, set.Rules)
	rnd := rand.New(rand.NewPCG(17, 18))
	piece := secretPieces(rnd, all)
	var texts [][]byte
	var want []string
	for range 200 {
		text := slices.Concat(piece(), piece(), piece())
		list, _ := m.Find(text, nil)
		texts, want = append(texts, text), append(want, summary(string(text), list))
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i, text := range texts {
				list, _ := m.Find(text, nil)
				if got := summary(string(text), list); got != want[i] {
					t.Errorf("got %s, want %s", got, want[i])
				}
			}
		})
	}
	group.Wait()
}
