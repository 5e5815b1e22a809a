package inflate

import (
	"encoding/binary"
	"math/bits"
)

// Sizes of the decoding tables. A table is indexed by the next distBits (or up to
// litBits) bits of the stream; longer codes go on in a sub-table behind it.
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
	kindMatch   entry = 0       // also a distance, and a run of zeros in the precode
	kindLiteral entry = 1 << 31 // the sign: no bit is tested faster
	kindRepeat  entry = 1 << 15 // of the precode: a run of the length before it
	kindSub     entry = 1 << 14
	kindEnd     entry = 1 << 7
	kindBad     entry = 1 << 6
	kindOther         = kindSub | kindEnd | kindBad
)

func (e entry) drop() uint      { return uint(e & 63) }
func (e entry) own() uint       { return uint(e>>8) & 63 }
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
	lit     [litSize]entry
	dist    [distSize]entry
	litBits uint // that lit is indexed by: litBits, or fewer if no code is that long
}

// litMask cuts the index of lit out of what comes next.
func (t *tables) litMask() uint64 { return (1<<t.litBits - 1) & litMask }

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
	for i := range 16 {
		s[i] = kindLiteral | entry(i)<<16
	}
	s[16] = kindRepeat | 3<<16 | 2
	s[17] = 3<<16 | 3
	s[18] = 11<<16 | 7
	return s
}

// counts are how many symbols have codes of each length. How many have none, at zero,
// nobody asks.
type counts [maxCodeLen + 1]uint16

// longest returns the length of the longest codes, 1 if there are none.
func (c *counts) longest() uint {
	l := uint(maxCodeLen)
	for l > 1 && c[l] == 0 {
		l--
	}
	return l
}

// A builder makes tables from code lengths. Its arrays are scratch space.
type builder struct {
	count  counts
	sorted [512]uint16 // a power of two: an index needs no check
}

// make fills t for the canonical code with these lengths, which are a multiple of
// eight, and reports whether they form one: complete, or empty, or a single code of
// one bit, which is what compress/flate takes. Unused codes decode to kindBad.
func (b *builder) make(t []entry, lens []uint8, count counts, syms *symbols, tableBits uint) bool {
	b.count = count
	longest := count.longest()
	n, complete := b.sort(lens)
	if complete {
		b.fill(t, b.sorted[:n], syms, tableBits, longest)
		return true
	}
	if longest > 1 || n > 1 { // the latter if there are more than two of one bit
		return false
	}
	even := kindBad
	if n == 1 {
		even = syms[b.sorted[0]] + ownBits(1)
	}
	for i := 0; i < 1<<tableBits; i += 2 {
		t[i], t[i+1] = even, kindBad
	}
	return true
}

// sort orders the n used symbols by length, then value. The unused ones come behind
// them, or not at all if they are eight in a row, as most are; to ask of each whether
// it is used would be to ask what cannot be predicted.
func (b *builder) sort(lens []uint8) (n int, complete bool) {
	var next [maxCodeLen + 1]uint16
	left := 1
	for l := 1; l <= maxCodeLen; l++ {
		next[l] = uint16(n)
		n += int(b.count[l])
		left = left<<1 - int(b.count[l])
		if left < 0 {
			return n, false
		}
	}
	next[0] = uint16(n)
	for s := 0; s+8 <= len(lens); s += 8 {
		w := binary.LittleEndian.Uint64(lens[s:])
		if w == 0 {
			continue
		}
		for k := range 8 {
			at := next[w&15]
			next[w&15] = at + 1
			b.sorted[at%uint16(len(b.sorted))] = uint16(s + k)
			w >>= 8
		}
	}
	return n, left == 0
}

func countLens(lens []uint8) (c counts) {
	for _, l := range lens {
		c[l&15]++
	}
	return c
}

// fill writes a complete code. Codes come bit-reversed from the stream, so the
// filled part of the primary table is doubled whenever codes get a bit longer.
func (b *builder) fill(t []entry, sorted []uint16, syms *symbols, tableBits, longest uint) {
	i, code := 0, uint(0)
	for length := uint(1); length <= tableBits; length++ {
		if i > 0 {
			half := 1 << ((length - 1) & 15)
			copy(t[half:2*half], t[:half])
		}
		own := ownBits(length)
		code <<= 1
		for range b.count[length] {
			t[reversed(code, length)] = syms[sorted[i]] + own
			code++
			i++
		}
	}
	if i < len(sorted) {
		b.fillSub(t, sorted[i:], syms, code<<1, tableBits, longest)
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
			code <<= 1
		}
		r := reversed(code, length)
		if p := r & (1<<tableBits - 1); p != prefix {
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
		e := syms[s] + ownBits(own)
		for j := start + r>>tableBits; j < end; j += 1 << own {
			t[j] = e
		}
		left--
		code++
	}
}

// ownBits is what the own bits of a code add to its symbol's entry.
func ownBits(n uint) entry { return entry(n)<<8 + entry(n) }

// reversed returns a code of the given length with its bits reversed.
func reversed(code, length uint) uint {
	return uint(bits.Reverse16(uint16(code)) >> ((16 - length) & 15))
}

var precodeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// readCodes reads a dynamic block's two codes into d.dynamic.
func (d *Decoder) readCodes() error {
	nlit, ndist, npre := int(d.take(5))+257, int(d.take(5))+1, int(d.take(4))+4
	if nlit > maxLitCodes || ndist > maxDistCodes {
		return ErrCorrupt
	}
	if err := d.readPrecode(npre); err != nil {
		return err
	}
	count, err := d.readLens(nlit + ndist)
	if err != nil {
		return err
	}
	var dist [32]uint8
	copy(dist[:], d.lens[nlit:nlit+ndist])
	clear(d.lens[nlit : nlit+8]) // up to a multiple of eight
	distCount := countLens(dist[:ndist])
	for l := range count {
		count[l] -= distCount[l]
	}
	// Few symbols have short codes, and whoever has few has little for which a table of
	// full size would be filled.
	d.dynamic.litBits = min(litBits, count.longest())
	if !d.build.make(d.dynamic.lit[:], d.lens[:(nlit+7)&^7], count, &litSymbols, d.dynamic.litBits) ||
		!d.build.make(d.dynamic.dist[:], dist[:], distCount, &distSymbols, distBits) {
		return ErrCorrupt
	}
	return nil
}

// readPrecode reads the n lengths of the code that those of the two others come in.
func (d *Decoder) readPrecode(n int) error {
	var lens [24]uint8
	for _, s := range precodeOrder[:n] {
		if d.nbit < 3 {
			if err := d.refill(); err != nil {
				return err
			}
		}
		lens[s] = uint8(d.take(3))
	}
	if !d.build.make(d.precode[:], lens[:], countLens(lens[:]), &precodeSymbols, precodeBits) {
		return ErrCorrupt
	}
	return nil
}

// readLens reads n run-length coded code lengths into d.lens and counts them.
func (d *Decoder) readLens(n int) (count counts, err error) {
	lens := d.lens[:]
	b, nbit := d.bits, d.nbit
	for i := 0; i < n; {
		if nbit < 14 {
			d.bits, d.nbit = b, nbit
			if err := d.refill(); err != nil {
				return count, err
			}
			b, nbit = d.bits, d.nbit
		}
		e := d.precode[b&(1<<precodeBits-1)]
		if e.isLiteral() {
			b >>= e & 63
			nbit -= e.drop()
			lens[i] = e.literal()
			count[e.literal()&15]++
			i++
			continue
		}
		if e.is(kindBad) {
			return count, ErrCorrupt
		}
		run := e.extra(b)
		b >>= e & 63
		nbit -= e.drop()
		var fill uint64
		if e.is(kindRepeat) {
			if i == 0 {
				return count, ErrCorrupt
			}
			fill = uint64(lens[i-1]) * 0x0101010101010101
			count[lens[i-1]&15] += uint16(run)
		}
		if i+run > n {
			return count, ErrCorrupt
		}
		for k := 0; k < run; k += 8 {
			binary.LittleEndian.PutUint64(lens[i+k:], fill)
		}
		i += run
	}
	d.bits, d.nbit = b, nbit
	if d.ended() {
		return count, ErrTruncated
	}
	return count, nil
}
