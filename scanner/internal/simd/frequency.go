package simd

import (
	"math"
	"math/bits"
)

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
