package match

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/internal/simd"
)

const (
	// maxGramLiterals is for how many literals it is worth it: with more, so many
	// places are to be looked at closer that the automaton is as fast. There are fewer
	// such places where whole bytes are looked up, so it may be more literals.
	maxGramLiterals, maxWholeLiterals = 200, 1000
	// halvesAGroup and wholeAGroup are for how many patterns there is a group of sets. One
	// more takes longer everywhere, and finds fewer places to look at closer.
	halvesAGroup, wholeAGroup = 30, 40
)

// grams finds many literals at once, in any ASCII case, and where escapes may begin: where
// one of the rarest four bytes of each stands, and looks there. It does what an automaton
// does, faster where the processor can look at many bytes at once.
type grams struct {
	teddy    *simd.Teddy
	literals []string
	places   []gramPlace // by gram, in order of slots
	slots    []gramSlot  // a hash table of grams
	// short tells of each byte, in lower case, of which lengths grams are that begin
	// with it and are shorter than others: a bit for each length.
	short [256]uint8
	begin [256]uint8 // what begins with a byte: escapes, literals
}

// What begins with a byte.
const (
	beginsEscape = 1 << iota
	beginsGram
)

// A gramPlace is a literal and where in it its gram stands.
type gramPlace struct{ literal, at int32 }

// A gramSlot says which literals have a gram.
type gramSlot struct {
	gram     uint64
	from, to int32 // in places
}

// newGrams returns nil where the automaton is the better way.
func newGrams(literals []string, leads []simd.Pattern) *grams {
	most, group := maxGramLiterals, halvesAGroup
	if simd.Whole() {
		most, group = maxWholeLiterals, wholeAGroup
	}
	if !simd.Available() || len(literals) > most {
		return nil
	}
	g := &grams{literals: literals}
	model := simd.NewModel()
	by := g.choose(model)
	list := slices.Sorted(maps.Keys(by))
	patterns := slices.Clone(leads)
	for _, gram := range list {
		patterns = append(patterns, simd.Literal(gram))
	}
	g.teddy = simd.NewTeddy(model, patterns, 1+len(patterns)/group)
	g.index(list, by)
	g.mark(beginsGram, patterns[len(leads):])
	g.mark(beginsEscape, leads)
	return g
}

// mark notes with which bytes patterns begin.
func (g *grams) mark(what uint8, patterns []simd.Pattern) {
	for _, p := range patterns {
		for _, c := range []byte(p[0] + strings.ToUpper(p[0])) {
			g.begin[c] |= what
		}
	}
}

// choose picks a gram for each literal, one that is rare, and rather one that stands
// for another literal already.
func (g *grams) choose(m *simd.Model) map[string][]gramPlace {
	order := make([]int32, len(g.literals))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(len(g.literals[a]), len(g.literals[b])) })
	by := map[string][]gramPlace{}
	for _, i := range order {
		l := g.literals[i]
		best, rarest := 0, float32(2)
		for at := 0; at+simd.Gram <= len(l); at++ {
			gram := l[at : at+simd.Gram]
			frequency := m.Frequency(gram)
			if by[gram] != nil {
				frequency /= 256 // where it stands is looked at anyway
			}
			if frequency < rarest {
				best, rarest = at, frequency
			}
		}
		gram := l[best:min(len(l), best+simd.Gram)]
		by[gram] = append(by[gram], gramPlace{i, int32(best)})
	}
	return by
}

// index makes the tables that say which literals a gram stands for.
func (g *grams) index(list []string, by map[string][]gramPlace) {
	size := 64
	for size < 4*len(list) {
		size *= 2
	}
	g.slots = make([]gramSlot, size)
	for _, gram := range list {
		from := int32(len(g.places))
		g.places = append(g.places, by[gram]...)
		if n := len(gram); n < simd.Gram {
			g.short[gram[0]] |= 1 << n
		}
		key := gramOf([]byte(gram))
		k := g.slot(key)
		for g.slots[k].to > 0 {
			k = (k + 1) & (len(g.slots) - 1)
		}
		g.slots[k] = gramSlot{key, from, int32(len(g.places))}
	}
}

// gramOf makes a number of one to four bytes and how many there are, letters in lower
// case.
func gramOf(text []byte) uint64 {
	var word uint32
	for i, c := range text {
		word |= uint32(c) << (8 * i)
	}
	return foldGram(word, len(text))
}

// foldGram makes a number of bytes and how many there are, letters in lower case.
func foldGram(word uint32, n int) uint64 { return uint64(n)<<32 | lowerWord(uint64(word)) }

// slot returns where in the table a gram would be, if its place is free.
func (g *grams) slot(gram uint64) int {
	return int(gram*0x9e3779b97f4a7c15>>40) & (len(g.slots) - 1)
}

// of returns the places of a gram.
func (g *grams) of(gram uint64) []gramPlace {
	for k := g.slot(gram); g.slots[k].to > 0; k = (k + 1) & (len(g.slots) - 1) {
		if s := &g.slots[k]; s.gram == gram {
			return g.places[s.from:s.to]
		}
	}
	return nil
}

// readGrams keeps what the literals lead to that stand in a part of the text as a
// whole, and whether there may be a zero byte.
func (s *scratch) readGrams(part scanner.Span) {
	g := s.m.grams
	text := s.text[:part.End]
	for at := part.Start; at < part.End; {
		n, zero := g.teddy.Masks(&s.masks, s.text[at:], part.End-at)
		s.nul = s.nul || zero
		for _, mask := range s.masks[:n] {
			for ; mask != 0; mask &= mask - 1 {
				s.gram(text, part.Start, at+bits.TrailingZeros64(mask))
			}
			at += simd.Block
		}
	}
}

// gram keeps what stands at a place where an escape may begin, or stand a gram of a literal.
func (s *scratch) gram(text []byte, first, at int) {
	g := s.m.grams
	begin := g.begin[text[at]]
	if begin&beginsEscape != 0 {
		s.lead(at)
	}
	if begin&beginsGram == 0 {
		return
	}
	if at+simd.Gram <= len(text) {
		word := binary.LittleEndian.Uint32(text[at:])
		s.stand(text, first, at, g.of(foldGram(word, simd.Gram)))
	}
	short := g.short[lower(text[at])]
	for n := 1; n < simd.Gram && short>>n != 0; n++ {
		if short>>n&1 != 0 && at+n <= len(text) {
			s.stand(text, first, at, g.of(gramOf(text[at:at+n])))
		}
	}
}

// stand keeps what those literals lead to that stand where they would with their
// grams at a place.
func (s *scratch) stand(text []byte, first, at int, places []gramPlace) {
	for _, p := range places {
		literal, start := s.m.grams.literals[p.literal], at-int(p.at)
		if start >= first && standsAt(text, literal, start) {
			s.found(s.m.byLiteral[p.literal], start+len(literal))
		}
	}
}

// standsAt reports whether a literal stands at a place, in whatever case.
func standsAt(text []byte, literal string, at int) bool {
	last := len(literal) - 1
	if at+last >= len(text) || lower(text[at+last]) != literal[last] { // many begin alike
		return false
	}
	for i, c := range text[at : at+len(literal)] {
		if lower(c) != literal[i] {
			return false
		}
	}
	return true
}
