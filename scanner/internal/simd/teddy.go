package simd

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"unsafe"
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

// NewTeddy returns a Teddy with n groups for grams, in lower case, and what share of
// the places of a text it is likely to find. The more groups, the fewer places and
// the slower.
func NewTeddy(grams []string, n int) (t *Teddy, share float64) {
	all := make([]set, n*sets)
	used := 0
	frequency := newFrequencies()
	grams = slices.Clone(grams)
	slices.SortFunc(grams, func(a, b string) int {
		return cmp.Or(cmp.Compare(Frequency(b), Frequency(a)), cmp.Compare(a, b))
	})
	t = &Teddy{groups: make([]group, n)}
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
	for i := range all {
		share += all[i].share
	}
	return t, share
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
		return teddyMask(&t.groups[0], len(t.groups), unsafe.SliceData(text))
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

// frequencies are how frequent bytes are: by high half, those of some of the first
// eight low halves, and of the others.
type frequencies [16][2][256]float64

func newFrequencies() *frequencies {
	f := new(frequencies)
	for high := range f {
		for part := range f[high] {
			for some := 1; some < 256; some++ {
				first := bits.TrailingZeros8(uint8(some))
				f[high][part][some] = f[high][part][some&(some-1)] + frequency(byte(high<<4|part<<3|first))
			}
		}
	}
	return f
}

// of returns how frequent the bytes are that have one of some low and one of some
// high halves.
func (f *frequencies) of(low, high uint16) (sum float64) {
	for ; high != 0; high &= high - 1 {
		row := &f[bits.TrailingZeros16(high)]
		sum += row[0][low&0xff] + row[1][low>>8]
	}
	return sum
}

// Frequency returns in what share of the places of a source text a gram, in lower
// case, is to be expected if its bytes are independent.
func Frequency(gram string) float64 {
	share := 1.0
	for i := range len(gram) {
		f := frequency(gram[i])
		if c := upper(gram[i]); c != gram[i] {
			f += frequency(c)
		}
		share *= f
	}
	return share
}

func frequency(c byte) float64 { return math.Exp2(-float64(rarity[c]) / 8) }

// rarity holds, for every byte, eight times the binary logarithm of how many bytes of
// source texts there are for one of it: the mean of texts in C, Go, Python, Ruby and
// Rust.
const rarity = "" +
	"\x53\x5c\x59\x5e\x5c\x5c\x5e\x5f\x5e\x33\x2a\x60\x5c\x5c\x5c\x60" +
	"\x5f\x5e\x5b\x5f\x59\x52\x5e\x62\x5d\x5d\x5d\x5d\x5c\x5e\x5e\x60" +
	"\x14\x51\x31\x44\x4d\x4a\x47\x40\x39\x39\x45\x4e\x37\x38\x34\x3b" +
	"\x3e\x41\x42\x46\x47\x49\x47\x4b\x49\x4a\x37\x49\x47\x3d\x45\x59" +
	"\x54\x41\x4a\x43\x47\x41\x49\x4c\x4c\x44\x52\x51\x47\x48\x46\x47" +
	"\x46\x53\x44\x40\x41\x48\x4d\x4c\x52\x52\x53\x47\x49\x46\x5b\x34" +
	"\x4b\x26\x36\x2c\x2d\x20\x32\x33\x32\x27\x4c\x3e\x2c\x30\x27\x27" +
	"\x30\x4a\x26\x26\x23\x2f\x3b\x3d\x3f\x39\x4a\x41\x4f\x41\x5d\x60" +
	"\x5b\x59\x5e\x5b\x5e\x59\x5b\x5b\x5e\x5c\x53\x5d\x5b\x5b\x5c\x5d" +
	"\x5a\x56\x5b\x5c\x5d\x5a\x5b\x5b\x5b\x5b\x5d\x5c\x5c\x5e\x5f\x5f" +
	"\x5c\x56\x5e\x5a\x5d\x58\x59\x5b\x5c\x5b\x59\x52\x5c\x56\x52\x5c" +
	"\x58\x55\x5c\x5c\x59\x5a\x59\x5b\x59\x5b\x55\x4d\x5d\x5e\x5c\x5d" +
	"\x59\x60\x5a\x50\x58\x53\x5a\x5c\x5b\x5b\x5d\x5d\x5d\x5e\x60\x61" +
	"\x5f\x5f\x5d\x5a\x5d\x5d\x5e\x5c\x55\x5e\x5e\x5b\x5f\x5f\x5f\x5c" +
	"\x5e\x4d\x5a\x5c\x5a\x5a\x5b\x5f\x60\x5d\x5e\x5f\x57\x5d\x60\x5d" +
	"\x5d\x5d\x5e\x5f\x5f\x5f\x61\x61\x5e\x5e\x60\x62\x60\x61\x60\x60"
