package match_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
)

// An oracle is what a rule matches according to package regexp.
type oracle struct {
	*scanner.Rule
	re  func() *regexp.Regexp
	ast *syntax.Regexp
}

func newOracle(t testing.TB, r *scanner.Rule) *oracle {
	ast, err := syntax.Parse(r.Pattern, syntax.Perl)
	if err != nil {
		t.Fatal(err)
	}
	return &oracle{r, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(r.Pattern) }), ast}
}

// spans returns the matches in text, if a keyword stands in it.
func (o *oracle) spans(text []byte) [][]int {
	if len(o.Keywords) > 0 {
		low := strings.ToLower(string(text))
		if !slices.ContainsFunc(o.Keywords, func(k string) bool { return strings.Contains(low, k) }) {
			return nil
		}
	}
	return o.re().FindAllIndex(text, -1)
}

// oracles returns those of the rules that the matcher runs by their patterns,
// in its numbering; nil for the others.
func oracles(t testing.TB, m *match.Matcher, list []scanner.Rule) []*oracle {
	byID := map[string]*scanner.Rule{}
	for i := range list {
		byID[list[i].ID] = &list[i]
	}
	var all []*oracle
	for _, id := range m.RuleIDs() {
		if byID[id].Find != nil {
			all = append(all, nil)
			continue
		}
		all = append(all, newOracle(t, byID[id]))
	}
	return all
}

// compare checks the hits of some rules, and of all that have any, against
// package regexp. Hits that begin inside a match and end behind it are ours
// alone.
func compare(t testing.TB, m *match.Matcher, all []*oracle, text []byte, some ...int) {
	t.Helper()
	hits := m.Hits(text)
	got := map[int][][]int{}
	for _, h := range hits {
		got[h.Rule] = append(got[h.Rule], []int{h.Start, h.End})
		some = append(some, h.Rule)
	}
	slices.Sort(some)
	for _, k := range slices.Compact(some) {
		o := all[k]
		if o == nil {
			continue
		}
		want := o.spans(text)
		if extra := got[k]; !equal(want, withoutCovered(extra, want)) {
			t.Errorf("%s: got %v, want %v in %q", o.ID, extra, want, clip(text))
		}
	}
}

func clip(text []byte) []byte { return text[:min(len(text), 2000)] }

func equal(a, b [][]int) bool {
	return slices.EqualFunc(a, b, func(x, y []int) bool { return x[0] == y[0] && x[1] == y[1] })
}

func withoutCovered(got, want [][]int) [][]int {
	return slices.DeleteFunc(slices.Clone(got), func(g []int) bool {
		return slices.ContainsFunc(want, func(w []int) bool { return w[0] < g[0] && g[0] < w[1] && g[1] > w[1] })
	})
}

// TestSameMatchesAsPackageRegexp compares on texts made of matches of every
// rule, some of them damaged, glued to one another and to what is hard to get
// right: characters outside ASCII, invalid bytes, foreign folds.
func TestSameMatchesAsPackageRegexp(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	all := oracles(t, m, set.Rules)
	rounds := 12
	if testing.Short() {
		rounds = 2
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for k, o := range all {
		if o == nil {
			continue
		}
		for range rounds {
			others := []int{k, rnd.IntN(len(all)), rnd.IntN(len(all))}
			compare(t, m, all, mixture(rnd, all, k), others...)
			if t.Failed() {
				return
			}
		}
	}
}

// glue stands between generated matches.
var glue = []string{"", "", " ", "\n", `"`, "x", ";", "-", "_", "é", "\xff", "ſ", "\u212a", " key=", "`", "'", "api", " = ", "\r\n", "İ", "\xe2\x84"}

// mixture is a text made of matches of rule k and of others.
func mixture(rnd *rand.Rand, all []*oracle, k int) []byte {
	text := []byte(glue[rnd.IntN(len(glue))])
	for range 1 + rnd.IntN(4) {
		o := all[k]
		if rnd.IntN(4) == 0 {
			if other := all[rnd.IntN(len(all))]; other != nil {
				o = other
			}
		}
		m := []byte(string(generate(rnd, o.ast, nil)))
		if rnd.IntN(3) == 0 {
			m = damage(rnd, m)
		}
		text = append(text, m...)
		text = append(text, glue[rnd.IntN(len(glue))]...)
	}
	if rnd.IntN(2) == 0 && len(all[k].Keywords) > 0 {
		text = append(text, ' ')
		text = append(text, all[k].Keywords[0]...)
	}
	return text
}

func damage(rnd *rand.Rand, m []byte) []byte {
	if len(m) < 3 {
		return m
	}
	i := rnd.IntN(len(m))
	switch rnd.IntN(5) {
	case 0:
		return append(m[:i:i], m[i+1:]...)
	case 1:
		m[i] = byte(rnd.IntN(256))
	case 2:
		return append(m, m[i:]...)
	case 3:
		return slices.Concat(m[:i], []byte(glue[rnd.IntN(len(glue))]), m[i:])
	case 4:
		return m[:i]
	}
	return m
}

// generate appends a random match of re.
func generate(rnd *rand.Rand, re *syntax.Regexp, out []rune) []rune {
	times := func(lo, hi int) {
		if hi < 0 {
			hi = lo + 1 + rnd.IntN(8)
		}
		n := [...]int{lo, hi, lo + rnd.IntN(min(hi-lo, 12)+1), lo + rnd.IntN(min(hi-lo, 12)+1)}[rnd.IntN(4)]
		for range n {
			out = generate(rnd, re.Sub[0], out)
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			out = append(out, folded(rnd, re, r))
		}
	case syntax.OpCharClass:
		out = append(out, ofClass(rnd, re))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		out = append(out, []rune("abc =:'\"xyz09é€")[rnd.IntN(15)])
	case syntax.OpCapture:
		out = generate(rnd, re.Sub[0], out)
	case syntax.OpStar:
		times(0, -1)
	case syntax.OpPlus:
		times(1, -1)
	case syntax.OpQuest:
		times(0, 1)
	case syntax.OpRepeat:
		times(re.Min, re.Max)
	case syntax.OpConcat:
		for _, s := range re.Sub {
			out = generate(rnd, s, out)
		}
	case syntax.OpAlternate:
		out = generate(rnd, re.Sub[rnd.IntN(len(re.Sub))], out)
	}
	return out
}

func folded(rnd *rand.Rand, re *syntax.Regexp, r rune) rune {
	if re.Flags&syntax.FoldCase == 0 {
		return r
	}
	for range rnd.IntN(3) {
		f := unicode.SimpleFold(r)
		if f >= 128 && rnd.IntN(6) != 0 {
			f = unicode.SimpleFold(f)
		}
		r = f
	}
	return r
}

func ofClass(rnd *rand.Rand, re *syntax.Regexp) rune {
	for try := 0; ; try++ {
		k := rnd.IntN(len(re.Rune)/2) * 2
		lo, hi := re.Rune[k], re.Rune[k+1]
		if lo >= 128 && try < 5 && rnd.IntN(10) != 0 {
			continue
		}
		if hi > 300 && lo < 300 {
			hi = max(lo, 126)
		}
		return lo + rune(rnd.IntN(int(min(hi-lo, 200))+1))
	}
}

// TestSmallPatterns compares on patterns that users may write, over all texts
// of a few letters: assertions, lazy and greedy loops, no literal at all.
func TestSmallPatterns(t *testing.T) {
	patterns := []string{
		`ab`, `a+`, `a+?b`, `(?i)k+s`, `\bab\b`, `\Bab`, `^ab`, `ab$`, `(?m)^ab$`, `(?m)^a`, `a.*b`, `a.*?b`, `(?s)a.*b`,
		`(?:a|ab)(?:c|bcd)`, `[^a]b`, `(?:^|[^k])a`, `a(?:$|b)`, `(a|b)*ab`, `a{2,3}`, `(?:ab|cd)+`, `é`, `[^é]a`, `\x{FFFD}a`,
		`.{2}a`, `\Aa`, `a\z`, `(?i)ſa`, `k\b`, `(?:a\b|b)a`, `a|b|ks`, `[\s\S]{2,}?a`, `(?U)a+b`, `b(?i)K`, `\n+a`, `[^\n]*\n`,
	}
	letters := []string{"a", "b", "k", "K", "s", "ſ", "\u212a", "\n", " ", "é", "\xff", "c", "d", "\xc3", "\xa9"}
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, p := range patterns {
		t.Run(fmt.Sprintf("%q", p), func(t *testing.T) {
			list := []scanner.Rule{{ID: "r", Pattern: p}}
			m := compile(t, list, nil)
			all := oracles(t, m, list)
			for range 3000 {
				var text []byte
				for range rnd.IntN(14) {
					text = append(text, letters[rnd.IntN(len(letters))]...)
				}
				compare(t, m, all, text, 0)
				if t.Failed() {
					return
				}
			}
		})
	}
}

func TestEmptyMatchesAreRefused(t *testing.T) {
	for _, p := range []string{`a*`, `(?:a|)`, `\b`, `^`, `a??`, `(`} {
		if _, err := match.Compile([]scanner.Rule{{ID: "r", Pattern: p}}, nil); err == nil {
			t.Errorf("%q: no error", p)
		}
	}
}

func FuzzSameMatchesAsPackageRegexp(f *testing.F) {
	set := defaultSet(f)
	m := compile(f, set.Rules, set.Allow)
	all := oracles(f, m, set.Rules)
	rnd := rand.New(rand.NewPCG(5, 6))
	for k, o := range all {
		if o != nil {
			f.Add(mixture(rnd, all, k), uint8(k))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, k uint8) {
		compare(t, m, all, bytes.Clone(text[:min(len(text), 4096)]), int(k)%len(all))
	})
}

// TestCorpus compares on files of the module cache: a sample of them, and all
// that have a hit.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	all := oracles(t, m, set.Rules)
	rnd := rand.New(rand.NewPCG(15, 16))
	for _, text := range corpus(t, 6<<20) {
		text = text[:min(len(text), 1<<16)]
		compare(t, m, all, text, rnd.IntN(len(all)), rnd.IntN(len(all)))
		if t.Failed() {
			return
		}
	}
}

// TestWindowsOfCorpus compares all rules on windows that begin and end anywhere
// in files of the module cache, as those of a sweep do.
func TestWindowsOfCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	all := oracles(t, m, set.Rules)
	rules := make([]int, len(all))
	for k := range rules {
		rules[k] = k
	}
	rnd := rand.New(rand.NewPCG(27, 28))
	files := corpus(t, 6<<20)
	for range 60 {
		text := files[rnd.IntN(len(files))]
		at := rnd.IntN(len(text) + 1)
		compare(t, m, all, text[at:min(len(text), at+1+rnd.IntN(4096))], slices.Clone(rules)...)
		if t.Failed() {
			return
		}
	}
}
