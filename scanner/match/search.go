package match

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/decode"
	"github.com/awscred/awscred/scanner/internal/simd"
)

const (
	// maxReach is how many bytes behind a literal are looked at before it is
	// taken for a candidate.
	maxReach = 64
	// maxBack is the same before a literal. As an escape is looked at as far behind an edit
	// (decode.Near), nothing more is searched for it.
	maxBack = 8
	// effort is how many bytes the tests of one branch may look at for each byte
	// of the text before its rule is searched for from one end of the text to the
	// other, which takes the same time whatever the text is.
	effort = 8
	// confirmEffort is the same for matching a rule at its anchors: to search for
	// it from end to end takes about as long as reading the text twice.
	confirmEffort = 2
	// beforeStart and behindStart are how many bytes around its beginning decide
	// about a match of a rule with Starts.
	beforeStart, behindStart = 32, 64
	// leeway is the effort that is free.
	leeway = 1 << 14
	// maxAnchors bounds the memory for anchors: rules that find more are
	// searched for from end to end.
	maxAnchors = 1 << 17
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
	// refuted says that no match stands at the literal, whatever stands
	// further than back before it and ahead behind its beginning.
	refuted     bool
	back, ahead int
}

// refute notes that what stands there rules a match out.
func (a *anchor) refute(back, ahead int) {
	const most = 1<<16 - 1
	back, ahead = back+utf8.UTFMax, ahead+utf8.UTFMax // what assertions look at
	a.dead, a.back, a.ahead = true, back, ahead
	a.refuted = back <= most && ahead <= most
}

// spot is what is remembered of an anchor.
func (a *anchor) spot() spot {
	p := spot{at: a.lo, number: uint16(a.branch.id)}
	if a.refuted {
		p.refuted, p.back, p.ahead = true, uint16(a.back), uint16(a.ahead)
	}
	return p
}

// A scratch is the memory of one search.
type scratch struct {
	m       *Matcher
	back    backtracker
	memo    memo
	text    []byte
	windows []scanner.Span      // of a text that was made from another
	masks   [simd.Blocks]uint64 // where grams may stand
	joined  []byte              // the windows, and what stands around them
	parts   []part              // of joined
	anchors []anchor
	shapes  []hit  // of rules with a function that need no others
	refuted []spot // candidates of another text that came with what refutes them
	words   []spot // keywords
	seen    []int  // in how many places keywords stand, by number
	hits    []hit
	sifted  sifted         // what decode returns
	nul     bool           // the text may have a zero byte
	derived bool           // only what is new in the text was searched
	leads   []decode.Span  // where escapes begin that are worth being decoded
	free    bool           // rules match whatever keywords and other matches they need
	folds   []scanner.Span // of the text that was read, around those of foldLiterals
	flooded []bool         // rules that cost too much; searched linearly
	floods  bool
	unsure  []bool // keywords that may stand in further places
	unsured bool
	spent   []int  // by branch
	tested  []int  // branches that have spent anything
	low     []byte // a part of the text in lower case
	budget  int    // of the rule that is being confirmed
	decoder *decode.Decoder
	spans   []decode.Span // for the decoder
}

func (m *Matcher) newScratch() *scratch {
	s := &scratch{m: m, memo: newMemo(), decoder: decode.New(decode.DefaultLimits())}
	s.seen, s.unsure = make([]int, len(m.keywords)), make([]bool, len(m.keywords))
	s.flooded = make([]bool, len(m.patterns))
	s.spent = make([]int, len(m.branches))
	return s
}

// reset makes s ready for a text.
func (s *scratch) reset(text []byte) {
	if len(s.words) > 0 {
		clear(s.seen)
	}
	if s.floods {
		clear(s.flooded)
	}
	if s.unsured {
		clear(s.unsure)
	}
	for _, b := range s.tested {
		s.spent[b] = 0
	}
	s.text = text
	s.windows, s.anchors, s.shapes, s.words = s.windows[:0], s.anchors[:0], s.shapes[:0], s.words[:0]
	s.hits, s.tested, s.refuted, s.leads = s.hits[:0], s.tested[:0], s.refuted[:0], s.leads[:0]
	s.folds, s.nul, s.floods, s.unsured, s.derived = s.folds[:0], false, false, false, false
}

// find returns the hits of all rules in text, which may have been made from
// another one, and what is to be remembered of it.
func (s *scratch) find(text []byte, from *scanner.Derivation) ([]hit, *candidates) {
	s.reset(text)
	if from == nil || !s.derive(from) {
		s.reset(text)
		s.whole()
	}
	if !s.anything() && !s.m.always && !s.free {
		return nil, nil
	}
	for _, b := range s.m.runs {
		if s.keyword(b.rule) { // runs are common, the word is not
			s.runs(b)
		}
	}
	s.confirmAll()
	s.withoutLiterals()
	s.hits = append(s.hits, s.shapes...)
	s.hits = s.withRequiring(s.hits)
	return s.hits, s.candidates()
}

// whole finds the candidates of the text in all of it.
func (s *scratch) whole() {
	all := scanner.Span{Start: 0, End: len(s.text)}
	s.read(all)
	s.readFolded()
	s.readShapes([]scanner.Span{all})
}

// confirmAll finds the matches at all anchors.
func (s *scratch) confirmAll() {
	if len(s.anchors) == 0 {
		return
	}
	slices.SortFunc(s.anchors, func(a, b anchor) int {
		return cmp.Or(a.branch.rule-b.branch.rule, a.least-b.least)
	})
	for rest := s.anchors; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].branch.rule == rest[0].branch.rule {
			n++
		}
		if rule := rest[0].branch.rule; !s.flooded[rule] && s.keyword(rule) {
			s.confirm(rule, rest[:n])
		}
		rest = rest[n:]
	}
}

// withoutLiterals finds the matches of the rules that have no literals, or so
// many that the text is searched from end to end.
func (s *scratch) withoutLiterals() {
	if !s.m.bare && !s.floods {
		return
	}
	for rule := range s.m.patterns {
		p := &s.m.patterns[rule]
		if p.rule.Find == nil && (p.branches == nil || s.flooded[rule]) && s.keyword(rule) {
			s.linear(rule, 0)
		}
	}
}

// read keeps what the literals lead to that stand in a part of the text, and whether
// there may be a zero byte.
func (s *scratch) read(part scanner.Span) {
	if s.m.grams != nil {
		s.readGrams(part)
		return
	}
	s.readStates(part)
	s.nul = s.nul || bytes.IndexByte(s.text[part.Start:part.End], 0) >= 0
}

// readStates runs the automaton over a part of the text. It reads four stretches of
// a long part at once, each with the bytes before it that a literal may begin in: a
// step waits for the one before it, and four of them wait together.
func (s *scratch) readStates(part scanner.Span) {
	const streams = 4
	size := part.Len() / streams
	if size < 2*s.m.auto.max {
		s.readOne(part, s.state(part.Start, part.Start))
		return
	}
	a := s.m.auto
	next, class := a.next, &a.class
	text := s.text[part.Start:part.End]
	ta, tb, tc, td := text[:size], text[size:2*size], text[2*size:3*size], text[3*size:4*size]
	tb, tc, td = tb[:len(ta)], tc[:len(ta)], td[:len(ta)]
	var sa, sb, sc, sd uint32
	sb = s.state(part.Start, part.Start+size)
	sc = s.state(part.Start, part.Start+2*size)
	sd = s.state(part.Start, part.Start+3*size)
	for i := range ta {
		sa = next[sa+uint32(class[ta[i]])]
		sb = next[sb+uint32(class[tb[i]])]
		sc = next[sc+uint32(class[tc[i]])]
		sd = next[sd+uint32(class[td[i]])]
		if (sa|sb|sc|sd)&emits == 0 {
			continue
		}
		end := part.Start + i + 1
		sa = s.emit(sa, end)
		sb = s.emit(sb, end+size)
		sc = s.emit(sc, end+2*size)
		sd = s.emit(sd, end+3*size)
	}
	s.readOne(scanner.Span{Start: part.Start + streams*size, End: part.End}, sd)
}

// readOne reads a part of the text from a state on.
func (s *scratch) readOne(part scanner.Span, state uint32) {
	a := s.m.auto
	next, class := a.next, &a.class
	for i, c := range s.text[part.Start:part.End] {
		if state = next[state+uint32(class[c])]; state&emits != 0 {
			state = s.emit(state, part.Start+i+1)
		}
	}
}

// emit takes note of the literals of a state, if it has any, and returns it
// without the mark. It stays out of the loop that calls it, which needs the registers.
//
//go:noinline
func (s *scratch) emit(state uint32, end int) uint32 {
	if state&emits != 0 {
		state &^= emits
		s.found(s.m.probes[state>>s.m.auto.shift], end)
	}
	return state
}

// state returns the state of the automaton at a place, of what stands from
// another place on.
func (s *scratch) state(from, at int) uint32 {
	a := s.m.auto
	state := uint32(0)
	for _, c := range s.text[max(from, at-a.max):at] {
		state = a.next[state+uint32(a.class[c])] &^ emits
	}
	return state
}

// found takes note of literals that end at a place of the text.
func (s *scratch) found(list []probe, end int) {
	for i := range list {
		p := &list[i]
		start := end - p.size
		switch b := p.branch; {
		case b != nil:
			if b.before != nil && !(start == 0 && b.start) && (start == 0 || !b.before[s.text[start-1]]) ||
				b.after != nil && (end == len(s.text) || !b.after[s.text[end]]) {
				continue
			}
			s.test(b, start)
		case p.fold:
			s.fold(start)
		case p.escape:
			s.lead(start)
		case p.start != nil:
			s.begin(p.start, start)
		case s.hasWord(p.word, start, p.size):
			s.word(p.word, start)
		}
	}
}

// hasWord reports whether a keyword stands at a place, of which it is known that
// its first bytes do.
func (s *scratch) hasWord(word, at, known int) bool {
	k := s.m.keywords[word]
	if at+len(k) > len(s.text) {
		return false
	}
	for i := known; i < len(k); i++ {
		if lower(s.text[at+i]) != k[i] {
			return false
		}
	}
	return true
}

// word takes note of a keyword.
func (s *scratch) word(word, at int) {
	if s.seen[word]++; s.seen[word] > wordSpots {
		s.unsure[word], s.unsured = true, true
		return
	}
	s.words = append(s.words, spot{at: at, number: uint16(len(s.m.branches) + word)})
}

// test looks whether a branch's pattern may match around its literal: first whether what
// stands right before it rules that out, which takes few bytes, and then the rest.
func (s *scratch) test(b *branch, at int) {
	if s.flooded[b.rule] || b.leads && b.head.dfa().proveBack(s.text, at, maxBack) == refuted {
		return
	}
	result, looked := b.rest.dfa().prove(s.text, at, s.m.reach)
	if s.spent[b.id] == 0 {
		s.tested = append(s.tested, b.id)
	}
	s.spent[b.id] += looked + 1
	if s.spent[b.id] > leeway+effort*len(s.text) {
		s.flood(b.rule)
		return
	}
	if result != refuted {
		s.anchor(b, at, at)
	}
}

// flood makes a rule one that is searched for linearly.
func (s *scratch) flood(rule int) {
	s.flooded[rule], s.floods = true, true
}

// anchor keeps that literals of b stand at lo..hi.
func (s *scratch) anchor(b *branch, lo, hi int) {
	least := 0
	if b.wide.max != unbounded {
		least = max(0, lo-b.wide.max)
	}
	if len(s.anchors) >= maxAnchors {
		s.flood(b.rule)
		return
	}
	s.anchors = append(s.anchors, anchor{branch: b, lo: lo, hi: hi, least: least, start: none})
}

// fold takes note of one of foldLiterals. Few texts have any, and few of one that
// has; if there are many, what lies between them is taken for one stretch.
func (s *scratch) fold(at int) {
	const around, most = maxFolded * utf8.UTFMax, 1 << 10
	s.folds = append(s.folds, scanner.Span{Start: max(0, at-around), End: min(len(s.text), at+around)})
	if len(s.folds) < most {
		return
	}
	s.folds = united(s.folds)
	if n := len(s.folds); n > most/2 {
		s.folds = append(s.folds[:0], scanner.Span{Start: s.folds[0].Start, End: s.folds[n-1].End})
	}
}

// readFolded looks for literals that are written with a long s or a Kelvin sign.
func (s *scratch) readFolded() {
	for _, part := range united(s.folds) {
		s.readUnfolded(part)
	}
}

// readUnfolded runs the automaton over what the characters of a part of the text
// are without case. It keeps, for as many letters as a literal has, where they
// stand.
func (s *scratch) readUnfolded(part scanner.Span) {
	a := s.m.auto
	state := uint32(0)
	var from [maxFolded]int
	n := 0
	for i := part.Start; i < part.End; n++ {
		letter, size := unfold(s.text[i:])
		from[n%maxFolded] = i
		i += size
		state = a.next[state+uint32(a.class[letter])]
		if state&emits == 0 {
			continue
		}
		state &^= emits
		for _, p := range s.m.probes[state>>a.shift] {
			if p.branch == nil || p.size > maxFolded {
				continue
			}
			if start := from[(n-p.size+1)%maxFolded]; i-start != p.size { // else seen as it is
				s.test(p.branch, start)
			}
		}
	}
}

// maxFolded is the greatest length of a branch's literal in the automaton.
const maxFolded = 1 << 4

// unfold returns the first letter of text, a plain one in place of the long s
// and the Kelvin sign, and its length in text.
func unfold(text []byte) (letter byte, size int) {
	switch {
	case text[0] == 0xc5 && bytes.HasPrefix(text, []byte("\u017f")):
		return 's', 2
	case text[0] == 0xe2 && bytes.HasPrefix(text, []byte("\u212a")):
		return 'k', 3
	}
	return text[0], 1
}

// runs looks for the places of a branch that has a run of a class in place of a
// literal.
func (s *scratch) runs(b *branch) {
	for i := b.runMin - 1; i < len(s.text); {
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
