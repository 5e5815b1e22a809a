package simd

import (
	"cmp"
	"math"
	"slices"
)

// Gram is the greatest length of what a Teddy looks for.
const Gram = 3

// A group has eight sets of grams. A place is one of a set's if its byte and the two
// behind it are each like those of some gram of the set.
type group [Gram]lookup

// sets is how many sets a group has: the bits of a byte.
const sets = 8

// A Teddy finds where one of many grams may stand: strings of one to three bytes,
// their letters in any ASCII case. It finds all places where one does, and some
// others.
type Teddy struct{ groups []group }

// NewTeddy returns a Teddy with n groups for grams, in lower case. The more groups,
// the fewer places where none stands does it find, and the slower it is.
func NewTeddy(grams []string, n int) *Teddy {
	all := make([]set, n*sets)
	used := 0
	frequency := newFrequencies()
	grams = slices.Clone(grams)
	slices.SortFunc(grams, func(a, b string) int {
		return cmp.Or(cmp.Compare(Frequency(b), Frequency(a)), cmp.Compare(a, b))
	})
	t := &Teddy{groups: make([]group, n)}
	for _, gram := range grams {
		best, least, with := 0, math.Inf(1), set{}
		for i := range all[:min(used+1, len(all))] {
			s := all[i]
			s.add(gram, frequency)
			if more := s.share - all[i].share; more < least {
				best, least, with = i, more, s
			}
		}
		all[best], used = with, max(used, best+1)
		t.groups[best/sets].add(gram, 1<<(best%sets))
	}
	return t
}

// add adds a gram to the set of a bit.
func (g *group) add(gram string, set uint8) {
	for k := range g {
		if k == len(gram) { // whatever follows
			for half := range 16 {
				g[k].low[half] |= set
				g[k].high[half] |= set
			}
			gram += "."
			continue
		}
		g[k].add(gram[k], set)
		g[k].add(upper(gram[k]), set)
	}
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// Mask tells at which of the first Block places of a text a gram may stand.
func (t *Teddy) Mask(text []byte) uint64 {
	if len(text) >= Block+Gram-1 {
		return teddyMask(&t.groups[0], len(t.groups), &text[0])
	}
	var block [Block + Gram - 1]byte
	n := copy(block[:], text)
	mask := teddyMask(&t.groups[0], len(t.groups), &block[0])
	if n < Block {
		mask &= 1<<n - 1
	}
	return mask
}

// A set is what its halves of bytes say of a set of grams: at each of its places
// which low and which high halves there are, and of which share of the places of a
// text that is so.
type set struct {
	halves [Gram][2]uint16
	share  float64
}

// add adds a gram.
func (s *set) add(gram string, f *frequencies) {
	s.share = 1
	for k := range s.halves {
		h := &s.halves[k]
		if k < len(gram) {
			for _, c := range [...]byte{gram[k], upper(gram[k])} {
				h[0] |= 1 << (c & 15)
				h[1] |= 1 << (c >> 4)
			}
		} else {
			h[0], h[1] = math.MaxUint16, math.MaxUint16
		}
		s.share *= f.of(h[0], h[1])
	}
}
