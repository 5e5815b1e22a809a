package inflate

import (
	"encoding/binary"
	"math/bits"
)

// Sizes of the decoding tables. A table is indexed by the next litBits (or
// distBits) bits of the stream; longer codes go on in a sub-table behind it.
const (
	litBits     = 11
	distBits    = 8
	precodeBits = 7

	litMask  = 1<<litBits - 1
	distMask = 1<<distBits - 1

	maxLitCodes  = 286
	maxDistCodes = 30
	maxCodeLen   = 15
	maxDistBits  = maxCodeLen + 13 // with the extra bits

	// The largest tables that complete codes of these alphabets can need are
	// 2342 and 402 entries (zlib's examples/enough.c computes them).
	litSize  = 2400
	distSize = 416
)

// An entry of a table says what a code stands for:
//
//	bits 0-5    bits to drop: the code's, plus the extra bits that follow it
//	bits 8-13   the code's own bits, at which the extra bits begin
//	bits 16-30  literal, base length, base distance, or start of the sub-table
//	the others  kind
//
// For a sub-table, bits 8-13 are the bits that index it. A processor shifts by the
// low six bits of a number, so that neither of the first two need be cut out.
type entry uint32

const (
	kindMatch   entry = 0       // also a distance, and a symbol of the precode
	kindLiteral entry = 1 << 31 // the sign: no bit is tested faster
	kindSub     entry = 1 << 14
	kindEnd     entry = 1 << 7
	kindBad     entry = 1 << 6
	kindOther         = kindSub | kindEnd | kindBad
)

func (e entry) drop() uint      { return uint(e & 63) }
func (e entry) own() uint       { return uint(e>>8) & 63 }
func (e entry) value() int      { return int(e >> 16) }
func (e entry) literal() byte   { return byte(e >> 16) }
func (e entry) is(k entry) bool { return e&k != 0 }
func (e entry) isLiteral() bool { return int32(e) < 0 }

// sub returns where a sub-table has what the bits at the low end of b stand for.
func (e entry) sub(b uint64) uint64 { return uint64(e>>16) + b&(1<<e.own()-1) }

// extra returns base plus the extra bits that follow the code at the low end of b.
func (e entry) extra(b uint64) int {
	return int(e>>16) + int(b&(1<<e.drop()-1)>>e.own())
}

// tables are those of the two codes of a block.
type tables struct {
	lit  [litSize]entry
	dist [distSize]entry
}

// The symbols' entries without their code lengths, which builder adds.
var (
	litSymbols     = makeLitSymbols()
	distSymbols    = makeDistSymbols()
	precodeSymbols = makePrecodeSymbols()
)

type symbols [288]entry

func makeLitSymbols() (s symbols) {
	for i := range 256 {
		s[i] = kindLiteral | entry(i)<<16
	}
	s[256] = kindEnd
	base := 3
	for i := 257; i < 285; i++ {
		extra := max(0, (i-257)/4-1)
		s[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	s[285] = 258 << 16
	s[286], s[287] = kindBad, kindBad // only the fixed code has them
	return s
}

func makeDistSymbols() (s symbols) {
	base := 1
	for i := range maxDistCodes {
		extra := max(0, i/2-1)
		s[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	s[30], s[31] = kindBad, kindBad
	return s
}

func makePrecodeSymbols() (s symbols) {
	for i := range 19 {
		s[i] = entry(i) << 16
	}
	return s
}

// A builder makes tables from code lengths. Its arrays are scratch space.
type builder struct {
	count  [maxCodeLen + 1]uint16
	sorted [288]uint16
}

// make fills t for the canonical code with these lengths and reports whether
// they form one: complete, or empty, or a single code of one bit, which is what
// compress/flate takes. Unused codes decode to kindBad.
func (b *builder) make(t []entry, lens []uint8, syms *symbols, tableBits uint) bool {
	longest, n, complete := b.sort(lens)
	if !complete {
		if longest > 1 {
			return false
		}
		even := kindBad
		if n == 1 {
			even = syms[b.sorted[0]] + 1<<8 + 1
		}
		for i := 0; i < 1<<tableBits; i += 2 {
			t[i], t[i+1] = even, kindBad
		}
		return true
	}
	b.fill(t, b.sorted[:n], syms, tableBits, longest)
	return true
}

// sort counts the lengths and orders the n used symbols by length, then value.
func (b *builder) sort(lens []uint8) (longest uint, n int, complete bool) {
	b.count = [maxCodeLen + 1]uint16{}
	for rest := lens; len(rest) > 0; { // most lengths are zero, in runs
		if len(rest) >= 8 && binary.LittleEndian.Uint64(rest) == 0 {
			rest = rest[8:]
			continue
		}
		some := rest[:min(8, len(rest))]
		for _, l := range some {
			b.count[l&15]++
		}
		rest = rest[len(some):]
	}
	var next [maxCodeLen + 1]uint16
	left := 1
	for l := 1; l <= maxCodeLen; l++ {
		next[l] = uint16(n)
		n += int(b.count[l])
		left = left<<1 - int(b.count[l])
		if left < 0 {
			return maxCodeLen, n, false
		}
		if b.count[l] != 0 {
			longest = uint(l)
		}
	}
	for s := 0; s < len(lens); {
		if len(lens)-s >= 8 && binary.LittleEndian.Uint64(lens[s:]) == 0 {
			s += 8
			continue
		}
		for end := min(s+8, len(lens)); s < end; s++ {
			if l := lens[s]; l != 0 {
				b.sorted[next[l&15]] = uint16(s)
				next[l&15]++
			}
		}
	}
	return longest, n, left == 0
}

// fill writes a complete code. Codes come bit-reversed from the stream, so the
// counter code is stepped in reversed order; the filled part of the primary
// table is doubled whenever codes get a bit longer.
func (b *builder) fill(t []entry, sorted []uint16, syms *symbols, tableBits, longest uint) {
	code, size := uint(0), uint(2)
	length := uint(1)
	left := b.count[1]
	i := 0
	for ; i < len(sorted); i++ {
		for left == 0 {
			if length == tableBits {
				b.fillSub(t, sorted[i:], syms, code, tableBits, longest)
				return
			}
			copy(t[size:2*size], t[:size])
			size <<= 1
			length++
			left = b.count[length]
		}
		left--
		t[code] = syms[sorted[i]] + entry(length)<<8 + entry(length)
		code = nextCode(code, length)
	}
	for end := uint(1) << tableBits; size < end; size <<= 1 {
		copy(t[size:2*size], t[:size])
	}
}

// fillSub writes the codes longer than the primary index.
func (b *builder) fillSub(t []entry, sorted []uint16, syms *symbols, code, tableBits, longest uint) {
	length := tableBits + 1
	left := b.count[length]
	end := uint(1) << tableBits
	start, prefix, subBits := end, uint(1)<<16, uint(0)
	for _, s := range sorted {
		for left == 0 {
			length++
			left = b.count[length]
		}
		if p := code & (1<<tableBits - 1); p != prefix {
			prefix, start = p, end
			// As many bits as the codes that share the prefix need.
			subBits = length - tableBits
			for room := int(1)<<subBits - int(left); room > 0 && subBits+tableBits < longest; {
				subBits++
				room = room<<1 - int(b.count[subBits+tableBits])
			}
			end = start + 1<<subBits
			t[prefix] = entry(start)<<16 | kindSub | entry(subBits)<<8 | entry(tableBits)
		}
		own := length - tableBits
		e := syms[s] + entry(own)<<8 + entry(own)
		for j := start + code>>tableBits; j < end; j += 1 << own {
			t[j] = e
		}
		left--
		code = nextCode(code, length)
	}
}

// nextCode adds one to a code of the given length whose bits are reversed.
func nextCode(code, length uint) uint {
	free := ^code & (1<<length - 1)
	if free == 0 {
		return 0
	}
	top := uint(1) << (bits.Len(free) - 1)
	return code&(top-1) | top
}

var precodeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// readCodes reads a dynamic block's two codes into d.dynamic.
func (d *Decoder) readCodes() error {
	nlit, ndist, npre := int(d.take(5))+257, int(d.take(5))+1, int(d.take(4))+4
	if nlit > maxLitCodes || ndist > maxDistCodes {
		return ErrCorrupt
	}
	var pre [19]uint8
	for i := range npre {
		if d.nbit < 3 {
			if err := d.refill(); err != nil {
				return err
			}
		}
		pre[precodeOrder[i]] = uint8(d.take(3))
	}
	if !d.build.make(d.precode[:], pre[:], &precodeSymbols, precodeBits) {
		return ErrCorrupt
	}
	if err := d.readLens(nlit + ndist); err != nil {
		return err
	}
	if !d.build.make(d.dynamic.lit[:], d.lens[:nlit], &litSymbols, litBits) ||
		!d.build.make(d.dynamic.dist[:], d.lens[nlit:nlit+ndist], &distSymbols, distBits) {
		return ErrCorrupt
	}
	return nil
}

// readLens reads n run-length coded code lengths into d.lens.
func (d *Decoder) readLens(n int) error {
	for i := 0; i < n; {
		if d.nbit < 14 {
			if err := d.refill(); err != nil {
				return err
			}
		}
		e := d.precode[d.bits&(1<<precodeBits-1)]
		if e.is(kindBad) {
			return ErrCorrupt
		}
		d.take(e.drop())
		sym := e.value()
		if sym < 16 {
			d.lens[i] = uint8(sym)
			i++
			continue
		}
		var fill uint8
		var run int
		switch sym {
		case 16:
			if i == 0 {
				return ErrCorrupt
			}
			fill, run = d.lens[i-1], 3+int(d.take(2))
		case 17:
			run = 3 + int(d.take(3))
		default:
			run = 11 + int(d.take(7))
		}
		if i+run > n {
			return ErrCorrupt
		}
		for end := i + run; i < end; i++ {
			d.lens[i] = fill
		}
	}
	if d.ended() {
		return ErrTruncated
	}
	return nil
}
