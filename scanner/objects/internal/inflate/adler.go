package inflate

import (
	"encoding/binary"

	"github.com/awscred/awscred/scanner/internal/simd"
)

// A round of adlerWords takes this many bytes: sixteen words, after which the
// 16-bit lanes could overflow.
const adlerRound = 16 * 8

// Adler32 returns the checksum that ends a zlib stream (RFC 1950, section 8.2):
// two sums modulo 65521, a of the bytes, b of the values that a goes through.
func Adler32(p []byte) uint32 {
	if simd.Available() {
		return simd.Adler32(p)
	}
	return adlerWords(p)
}

// adlerWords is Adler32 for any processor.
//
// Eight bytes are added at a time, in four lanes of the even and four of the
// odd ones. While the lanes of sums grow, the lanes of past add up what they
// were before each word; at the end of a round every byte counts in b once for
// each later word, times eight, and by its place in its own word.
func adlerWords(p []byte) uint32 {
	const mod = 65521
	const lanes = 0x00ff00ff00ff00ff
	const most = 1 << 20 / adlerRound // rounds before modulo: b stays far below 2^64
	a, b := uint64(1), uint64(0)
	for n := 1; len(p) >= adlerRound; n++ {
		var even, odd, past uint64
		q := p[:adlerRound]
		for i := 0; i < adlerRound; i += 8 {
			w := binary.LittleEndian.Uint64(q[i:])
			past += even + odd
			even += w & lanes
			odd += w >> 8 & lanes
		}
		p = p[adlerRound:]
		b += adlerRound*a + 8*sumWide(past) + 2*weigh(even) + 2*weigh(odd) - sum(odd)
		a += sum(even) + sum(odd)
		if n%most == 0 {
			a %= mod
			b %= mod
		}
	}
	for _, x := range p {
		a += uint64(x)
		b += a
	}
	return uint32(b%mod<<16 | a%mod)
}

// sum adds the lanes of x, which must be below 2^14.
func sum(x uint64) uint64 { return x * 0x0001000100010001 >> 48 }

// weigh adds the lanes times 4, 3, 2, 1, lowest first. A byte's weight in its
// word is 8 to 1, which is twice that for even places and one less for odd ones.
func weigh(x uint64) uint64 { return x * 0x0004000300020001 >> 48 }

// sumWide adds lanes of any value.
func sumWide(x uint64) uint64 {
	const half = 0x0000ffff0000ffff
	return (x&half + x>>16&half) * 0x0000000100000001 >> 32
}
