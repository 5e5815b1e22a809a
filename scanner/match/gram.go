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
	begin    [256]uint8  // what begins with a byte: an escape, and a bit for each length of grams
}

// beginsEscape is set of a byte with which an escape begins.
const beginsEscape = 1

// A gramPlace is a literal and where in it its gram stands.
type gramPlace struct {
	literal, at int32
	// word is the first bytes of the literal from the gram on, and mask those of the
	// eight there that it has: many literals begin alike.
	word, mask uint64
}

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
	g.mark(beginsEscape, leads)
	g.index(list, by)
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
		by[gram] = append(by[gram], newGramPlace(l, i, int32(best)))
	}
	return by
}

// newGramPlace returns the place of the gram at a byte of a literal.
func newGramPlace(literal string, number, at int32) gramPlace {
	behind := []byte(literal[at:])
	return gramPlace{number, at, wordAt(behind, 0), firstBytes(min(len(behind), wordSize))}
}

// wordSize is how many bytes a word has.
const wordSize = 8

// wordAt returns the eight bytes at a place of text, or those that there are and zeros.
func wordAt(text []byte, at int) uint64 {
	if at+wordSize <= len(text) {
		return binary.LittleEndian.Uint64(text[at:])
	}
	var end [wordSize]byte
	copy(end[:], text[at:])
	return binary.LittleEndian.Uint64(end[:])
}

// firstBytes is a mask of the first n bytes of a word.
func firstBytes(n int) uint64 { return 1<<(8*n) - 1 }

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
		g.mark(1<<len(gram), []simd.Pattern{simd.Literal(gram)})
		key := gramOf(wordAt([]byte(gram), 0), len(gram))
		k := g.slot(key)
		for g.slots[k].to > 0 {
			k = (k + 1) & (len(g.slots) - 1)
		}
		g.slots[k] = gramSlot{key, from, int32(len(g.places))}
	}
}

// gramOf makes a number of the first bytes of a word and how many they are.
func gramOf(word uint64, n int) uint64 { return word&firstBytes(n) | uint64(n)<<(8*simd.Gram) }

// slot returns where in the table a gram would be, if its place is free.
func (g *grams) slot(gram uint64) int {
	return int(gram*0x9e3779b97f4a7c15>>40) & (len(g.slots) - 1)
}

// of returns the places of a gram.
func (g *grams) of(gram uint64) []gramPlace {
	for k := g.slot(gram); ; k = (k + 1) & (len(g.slots) - 1) {
		s := &g.slots[k]
		if s.gram == gram {
			return g.places[s.from:s.to]
		}
		if s.to == 0 {
			return nil
		}
	}
}

// readGrams keeps what the literals lead to that stand in a part of the text as a
// whole, and whether there may be a zero byte.
func (s *scratch) readGrams(part scanner.Span) {
	g := s.m.grams
	text := s.text[:part.End]
	for at := part.Start; at < part.End; {
		n, zero := g.teddy.Masks(&s.masks, s.text[at:], part.End-at)
		s.nul = s.nul || zero
		for blocks := simd.Marked(s.masks[:n]); blocks != 0; blocks &= blocks - 1 {
			k := bits.TrailingZeros64(blocks)
			for mask := s.masks[k]; mask != 0; mask &= mask - 1 {
				s.gram(text, part.Start, at+k*simd.Block+bits.TrailingZeros64(mask))
			}
		}
		at += n * simd.Block
	}
}

// gram keeps what stands at a place where an escape may begin, or stand a gram of a literal.
func (s *scratch) gram(text []byte, first, at int) {
	g := s.m.grams
	begin := g.begin[text[at]]
	if begin&beginsEscape != 0 {
		s.lead(at)
	}
	lengths := begin &^ beginsEscape
	if lengths == 0 {
		return
	}
	word := lowerWord(wordAt(text, at))
	for ; lengths != 0; lengths &= lengths - 1 {
		places := g.of(gramOf(word, bits.TrailingZeros8(lengths)))
		for i := range places {
			if p := &places[i]; word&p.mask == p.word {
				s.stand(text, first, at, p)
			}
		}
	}
}

// stand keeps what a literal leads to if it stands where it would with its gram at a
// place.
func (s *scratch) stand(text []byte, first, at int, p *gramPlace) {
	literal, start := s.m.grams.literals[p.literal], at-int(p.at)
	if start >= first && standsAt(text, literal, start) {
		s.found(s.m.byLiteral[p.literal], start+len(literal))
	}
}

// standsAt reports whether a literal stands at a place, in whatever case.
func standsAt(text []byte, literal string, at int) bool {
	if at+len(literal) > len(text) {
		return false
	}
	for i, c := range text[at : at+len(literal)] {
		if lower(c) != literal[i] {
			return false
		}
	}
	return true
}
