package match

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/internal/simd"
)

const (
	// maxShare is at what share of the places of a text it may be worth to look
	// closer: there the automaton takes no longer.
	maxShare = 0.12
	// gramsAGroup is for how many grams there is a group of sets. One more takes
	// longer everywhere, and finds fewer places to look at closer.
	gramsAGroup = 30
)

// grams finds many literals at once, in any ASCII case: where one of the rarest
// three bytes of each stands, and looks there. It does what an automaton does, faster
// where the processor can look at many bytes at once.
type grams struct {
	teddy    *simd.Teddy
	literals []string
	whole    []gramLiteral   // by gram of three bytes, in order of slots
	slots    []gramSlot      // a hash table of grams of three bytes
	short    [256][]gramPart // literals of less, by their first byte in either case
}

// A gramLiteral is a literal and where in it the gram stands.
type gramLiteral struct{ literal, at int32 }

// A gramPart is a literal that is shorter than a gram.
type gramPart struct {
	literal int32
	text    string
}

// A gramSlot says which literals have a gram.
type gramSlot struct {
	gram     uint32
	from, to int32 // in whole
}

// newGrams returns nil if the processor cannot, or if the literals are such that it
// is not worth it.
func newGrams(literals []string) *grams {
	if !simd.Available() {
		return nil
	}
	g := &grams{literals: literals}
	by := g.choose()
	list := make([]string, 0, len(by))
	for gram := range by {
		list = append(list, gram)
	}
	slices.Sort(list)
	teddy, share := simd.NewTeddy(list, 1+len(list)/gramsAGroup)
	if share > maxShare {
		return nil
	}
	g.teddy = teddy
	g.index(list, by)
	return g
}

// choose picks a gram for each literal, one that is rare, and rather one that stands
// for another literal already.
func (g *grams) choose() map[string][]gramLiteral {
	order := make([]int32, len(g.literals))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(len(g.literals[a]), len(g.literals[b])) })
	by := map[string][]gramLiteral{}
	for _, i := range order {
		l := g.literals[i]
		best, rarest := 0, 2.0
		for at := 0; at+simd.Gram <= len(l); at++ {
			gram := l[at : at+simd.Gram]
			frequency := simd.Frequency(gram)
			if by[gram] != nil {
				frequency /= 4
			}
			if frequency < rarest {
				best, rarest = at, frequency
			}
		}
		gram := l[best:min(len(l), best+simd.Gram)]
		by[gram] = append(by[gram], gramLiteral{i, int32(best)})
	}
	return by
}

// index makes the tables that say which literals a gram stands for.
func (g *grams) index(list []string, by map[string][]gramLiteral) {
	size := 64
	for size < 4*len(list) {
		size *= 2
	}
	g.slots = make([]gramSlot, size)
	for _, gram := range list {
		if len(gram) < simd.Gram {
			for _, l := range by[gram] {
				for _, c := range distinct([]string{gram[:1], strings.ToUpper(gram[:1])}) {
					g.short[c[0]] = append(g.short[c[0]], gramPart{l.literal, gram})
				}
			}
			continue
		}
		from := int32(len(g.whole))
		g.whole = append(g.whole, by[gram]...)
		key := gramOf([]byte(gram))
		k := g.slot(key)
		for g.slots[k].to > 0 {
			k = (k + 1) & (len(g.slots) - 1)
		}
		g.slots[k] = gramSlot{key, from, int32(len(g.whole))}
	}
}

// gramOf makes a number of the first three bytes of a text, letters in lower case.
// To add 0x80-c to a byte below 0x80 sets its highest bit if it is c or more.
func gramOf(text []byte) uint32 {
	_ = text[2]
	word := uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16
	low := word & 0x7f7f7f
	capital := (low + (0x80-'A')*0x010101) &^ (low + (0x80-'Z'-1)*0x010101) &^ word & 0x808080
	return word | capital>>2
}

// slot returns where in the table a gram would be, if its place is free.
func (g *grams) slot(gram uint32) int {
	return int(gram*0x9e3779b1>>16) & (len(g.slots) - 1)
}

// readGrams keeps what the literals lead to that stand in a part of the text as a
// whole.
func (s *scratch) readGrams(part scanner.Span) {
	g := s.m.grams
	text := s.text[:part.End]
	for at := part.Start; at < len(text); at += simd.Block {
		for mask := g.teddy.Mask(text[at:]); mask != 0; mask &= mask - 1 {
			s.gram(text, part.Start, at+bits.TrailingZeros64(mask))
		}
	}
}

// gram keeps what the literals lead to one of whose grams stands at a place.
func (s *scratch) gram(text []byte, first, at int) {
	g := s.m.grams
	for _, l := range g.short[text[at]] {
		if standsAt(text, l.text, at) {
			s.found(s.m.byLiteral[l.literal], at+len(l.text))
		}
	}
	if at+simd.Gram > len(text) {
		return
	}
	gram := gramOf(text[at:])
	for k := g.slot(gram); g.slots[k].to > 0; k = (k + 1) & (len(g.slots) - 1) {
		if g.slots[k].gram != gram {
			continue
		}
		for _, l := range g.whole[g.slots[k].from:g.slots[k].to] {
			literal, start := g.literals[l.literal], at-int(l.at)
			if start >= first && standsAt(text, literal, start) {
				s.found(s.m.byLiteral[l.literal], start+len(literal))
			}
		}
		return
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
