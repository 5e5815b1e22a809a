package match

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/awscred/awscred/scanner"
)

const (
	// reach is how many bytes behind a literal are looked at before it is
	// taken for a candidate.
	reach = 512
	// effort is how many bytes the tests of one branch, or of one rule, may
	// look at for each byte of the text before the rule is searched for from
	// one end of the text to the other, which takes the same time whatever the
	// text is.
	effort = 8
	// leeway is the effort that is free.
	leeway = 1 << 14
)

// none is a start that is not known.
const none = -1

// An anchor is a place of the text where a literal of a branch stands. For a
// run it is a stretch of places at which the run may begin.
type anchor struct {
	branch *branch
	lo, hi int // of the literal
	least  int // where a match may begin at the earliest
	start  int // where one begins, or none
	dead   bool
}

// A scratch is the memory of one search.
type scratch struct {
	m       *Matcher
	cache   cache
	back    backtracker
	text    []byte
	anchors []anchor
	hits    []hit
	folds   bool   // the text has one of foldLiterals
	low     string // the text in lower case, when it is needed
	seen    []bool // keywords
	words   bool   // one of them
	flooded []bool // rules that cost too much; searched linearly
	floods  bool
	spent   []int // by branch
	budget  int   // of the rule that is being confirmed
}

func (m *Matcher) newScratch() *scratch {
	s := &scratch{m: m}
	s.cache.dfas = make([]*dfa, m.programs)
	s.seen = make([]bool, m.words)
	s.flooded = make([]bool, len(m.patterns))
	s.spent = make([]int, len(m.branches))
	return s
}

// reset makes s ready for a text.
func (s *scratch) reset(text []byte) {
	s.text, s.low = text, ""
	s.anchors, s.hits = s.anchors[:0], s.hits[:0]
	s.folds, s.words, s.floods = false, false, false
	clear(s.seen)
	clear(s.flooded)
	clear(s.spent)
}

// find returns the hits of all rules in text and whether any rule has a
// candidate.
func (s *scratch) find(text []byte) ([]hit, bool) {
	s.reset(text)
	s.read(scanner.Span{Start: 0, End: len(text)}, false)
	s.readFolded()
	for _, b := range s.m.runs {
		if s.keyword(b.rule) || s.m.patterns[b.rule].odd { // runs are common, the word is not
			s.runs(b, scanner.Span{Start: 0, End: len(text)})
		}
	}
	candidate := s.confirmAll()
	for i := range s.m.patterns {
		candidate = s.withoutLiterals(i) || candidate
	}
	for i := range s.m.patterns {
		candidate = s.shapes(i, false) || candidate
	}
	for i := range s.m.patterns {
		s.shapes(i, true)
	}
	slices.SortFunc(s.hits, func(a, b hit) int {
		return cmp.Or(a.start-b.start, a.end-b.end, a.rule-b.rule)
	})
	s.hits = slices.Compact(s.hits)
	return s.hits, candidate
}

// confirmAll finds the matches at all anchors. It returns whether a rule has a
// candidate: without its keyword it has none if Mark sees that come.
func (s *scratch) confirmAll() bool {
	sort.Slice(s.anchors, func(i, k int) bool {
		a, b := &s.anchors[i], &s.anchors[k]
		return a.branch.rule < b.branch.rule || a.branch.rule == b.branch.rule && a.least < b.least
	})
	candidate := false
	for rest := s.anchors; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].branch.rule == rest[0].branch.rule {
			n++
		}
		rule := rest[0].branch.rule
		ok := s.keyword(rule)
		if ok && !s.flooded[rule] {
			s.confirm(rule, rest[:n])
		}
		p := &s.m.patterns[rule]
		candidate = candidate || ok || p.odd || !p.gated
		rest = rest[n:]
	}
	return candidate
}

// withoutLiterals finds the matches of a rule that has no literals, or so many
// that the text is searched from end to end. It returns whether the rule has a
// candidate.
func (s *scratch) withoutLiterals(rule int) bool {
	p := &s.m.patterns[rule]
	if p.rule.Find != nil || p.branches != nil && !s.flooded[rule] {
		return false
	}
	ok := s.keyword(rule)
	if !ok && !p.odd {
		return s.flooded[rule]
	}
	n := len(s.hits)
	s.linear(rule, 0)
	found := len(s.hits) > n
	if !ok {
		s.hits = s.hits[:n]
	}
	return found || s.flooded[rule]
}

// read runs the automaton over a part of the text and keeps what its literals
// lead to. With hasty it stops as soon as one rule has a candidate and returns
// true.
func (s *scratch) read(part scanner.Span, hasty bool) bool {
	a := s.m.auto
	next, class := a.next, &a.class
	text := s.text[part.Start:part.End]
	x, y := uint32(0), uint32(0)
	half := 0
	if len(text) >= 8*a.max {
		half = len(text) / 2
		for _, c := range text[half-a.max : half] {
			y = next[y+uint32(class[c])] &^ emits
		}
		near, far := text[:half], text[half:]
		far = far[:len(near)]
		for i := range near {
			x = next[x+uint32(class[near[i]])]
			y = next[y+uint32(class[far[i]])]
			if (x|y)&emits == 0 {
				continue
			}
			if x&emits != 0 {
				x &^= emits
				if s.literal(x>>a.shift, part.Start+i+1) && hasty {
					return true
				}
			}
			if y&emits != 0 {
				y &^= emits
				if s.literal(y>>a.shift, part.Start+half+i+1) && hasty {
					return true
				}
			}
		}
	}
	for i := 2 * half; i < len(text); i++ {
		y = next[y+uint32(class[text[i]])]
		if y&emits != 0 {
			y &^= emits
			if s.literal(y>>a.shift, part.Start+i+1) && hasty {
				return true
			}
		}
	}
	return false
}

// literal takes note of the literals that end at a place of the text. It
// returns true if one of them is a candidate of a rule that needs no keyword.
func (s *scratch) literal(state uint32, end int) bool {
	certain := false
	for _, id := range s.m.auto.out[state] {
		start := end - s.m.auto.size[id]
		for i := range s.m.probes[id] {
			p := &s.m.probes[id][i]
			switch b := p.branch; {
			case b != nil:
				if b.before != nil && !(start == 0 && b.start) && (start == 0 || !b.before[s.text[start-1]]) ||
					b.after != nil && (end == len(s.text) || !b.after[s.text[end]]) {
					continue
				}
				certain = s.test(b, start) || certain
			case p.fold:
				s.folds = true
			default:
				s.seen[p.word], s.words = true, true
			}
		}
	}
	return certain
}

// test looks whether the rest of a branch's pattern matches from its literal on.
func (s *scratch) test(b *branch, at int) bool {
	if s.flooded[b.rule] {
		return false
	}
	result, looked := s.cache.dfa(b.rest).prove(s.text, at, reach)
	s.spent[b.id] += looked
	if result == refuted && s.spent[b.id] <= leeway+effort*len(s.text) {
		return false
	}
	if s.spent[b.id] > leeway+effort*len(s.text) {
		s.flooded[b.rule], s.floods = true, true
	}
	s.anchor(b, at, at)
	return !s.m.patterns[b.rule].gated
}

// anchor keeps that literals of b stand at lo..hi.
func (s *scratch) anchor(b *branch, lo, hi int) {
	least := 0
	if b.wide.max != unbounded {
		least = max(0, lo-b.wide.max)
	}
	s.anchors = append(s.anchors, anchor{branch: b, lo: lo, hi: hi, least: least, start: none})
}

// readFolded looks for literals that are written with a long s or a Kelvin
// sign, in a copy of the text without them.
func (s *scratch) readFolded() {
	if !s.folds {
		return
	}
	plain, at := unfold(s.text)
	a := s.m.auto
	state := uint32(0)
	for i, c := range plain {
		state = a.next[state+uint32(a.class[c])]
		if state&emits == 0 {
			continue
		}
		state &^= emits
		for _, id := range a.out[state>>a.shift] {
			start, end := at.origin(i+1-a.size[id]), at.origin(i+1)
			if end-start == a.size[id] {
				continue // seen as it is
			}
			for _, p := range s.m.probes[id] {
				if p.branch != nil {
					s.test(p.branch, start)
				}
			}
		}
	}
}

// unfold returns a copy of text with plain letters in place of the long s and
// the Kelvin sign, and where its bytes come from.
func unfold(text []byte) ([]byte, origins) {
	plain := make([]byte, 0, len(text))
	var at origins
	for i := 0; i < len(text); {
		letter, size := text[i], 1
		switch {
		case bytes.HasPrefix(text[i:], []byte("\u017f")):
			letter, size = 's', 2
		case bytes.HasPrefix(text[i:], []byte("\u212a")):
			letter, size = 'k', 3
		}
		plain = append(plain, letter)
		i += size
		if size > 1 {
			at = append(at, shift{len(plain), i - len(plain)})
		}
	}
	return plain, at
}

// origins maps offsets: from plain on, by is to be added.
type origins []shift

type shift struct{ plain, by int }

func (o origins) origin(plain int) int {
	i := sort.Search(len(o), func(i int) bool { return o[i].plain > plain })
	if i == 0 {
		return plain
	}
	return plain + o[i-1].by
}

// runs looks for the branches that have a run of a class in place of a literal.
func (s *scratch) runs(b *branch, part scanner.Span) {
	for i := part.Start + b.runMin - 1; i < part.End; {
		if !b.run[s.text[i]] {
			i += b.runMin
			continue
		}
		first := i - b.runMin + 1
		start := i
		for start > first && b.run[s.text[start-1]] {
			start--
		}
		if start > first {
			i = start - 1 + b.runMin
			continue
		}
		end := i + 1
		for end < len(s.text) && b.run[s.text[end]] {
			end++
		}
		s.anchor(b, start, end-b.runMin)
		i = end + b.runMin
	}
}

// keyword reports whether the keyword condition of a rule holds in the text:
// one of its keywords stands in the text in lower case (gitleaks
// detect/detect.go:283).
func (s *scratch) keyword(rule int) bool {
	p := &s.m.patterns[rule]
	if len(p.rule.Keywords) == 0 || !p.gated && !s.folds && p.branches != nil {
		return true
	}
	if slices.ContainsFunc(p.words, func(w int) bool { return s.seen[w] }) {
		return true
	}
	if !s.folds && !p.odd {
		return false
	}
	// What changes into an ASCII letter in lower case counts as that.
	if s.low == "" {
		s.low = strings.ToLower(string(s.text))
	}
	return slices.ContainsFunc(p.rule.Keywords, func(k string) bool { return strings.Contains(s.low, k) })
}

// shapes runs the function of a rule that has one, if what it requires is
// there. Rules that require others are run after them.
func (s *scratch) shapes(rule int, requiring bool) bool {
	p := &s.m.patterns[rule]
	if p.rule.Find == nil || len(p.required) > 0 != requiring {
		return false
	}
	for _, q := range p.required {
		if !slices.ContainsFunc(s.hits, func(h hit) bool { return h.rule == q }) {
			return false
		}
	}
	found := false
	for start, end := range p.rule.Find(s.text) {
		s.hits = append(s.hits, hit{rule, start, end})
		found = true
	}
	return found
}

// keywords looks for keywords in the whole text.
func (s *scratch) keywords() {
	a := s.m.auto
	state := uint32(0)
	for _, c := range s.text {
		state = a.next[state+uint32(a.class[c])]
		if state&emits == 0 {
			continue
		}
		state &^= emits
		for _, id := range a.out[state>>a.shift] {
			for i := range s.m.probes[id] {
				switch p := &s.m.probes[id][i]; {
				case p.branch != nil:
				case p.fold:
					s.folds = true
				default:
					s.seen[p.word] = true
				}
			}
		}
	}
}
