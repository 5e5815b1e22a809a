// Package simd looks at 64 bytes of a text at once: which of them are of a
// [Class], where many of those are in a row ([LongRuns]), and where one of many strings
// may stand (a [Teddy]). It also adds up a checksum ([Adler32]), and has memory fetched
// beforehand ([Prefetch]). It knows AVX2 and some AVX-512, on amd64; where [Available]
// says no, callers go another way.
//
// A Class and a Teddy look up halves of bytes: VPSHUFB looks up 32 of them in a table
// of sixteen bytes. If the same bit is set in what is found for the low half of a byte
// and for the high one, the byte is of the set that the bit stands for. These are the
// ways of shufti and of Teddy, which Geoff Langdale wrote for Hyperscan. Where VPERMB
// looks up 64 bytes in a table of as many, a Teddy need not halve them: without their
// case, the bytes of ASCII text are no more than that.
package simd

// Block is how many bytes of a text a mask tells of: its lowest bit tells of the
// first of them.
const Block = 64

// Blocks is up to how many blocks are told of in one call: a page of memory.
const Blocks = 64

// A lookup holds, for each half of a byte, which sets have bytes with that half.
// A byte is of a set if its bit is in both.
type lookup struct{ low, high [16]uint8 }

// add adds a byte to a set. Others become of it that share a half with this one and
// the other half with one that was there.
func (l *lookup) add(c byte, set uint8) {
	l.low[c&15] |= set
	l.high[c>>4] |= set
}
