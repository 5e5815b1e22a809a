package inflate

import "encoding/binary"

// Room that the fast loop needs: three refills of input; three literals, the
// longest match and what a 16-byte store may write past it of output.
const (
	fastIn  = 24
	fastOut = 3 + 258 + 16
)

// codes decodes a compressed block up to and including its end code: fast
// while there is plenty of room, then carefully.
func (d *Decoder) codes(lit, dist *table) error {
	done, err := d.fast(lit, dist)
	if done || err != nil {
		return err
	}
	return d.careful(lit, dist)
}

// fast decodes as long as neither the input nor the output can run out within
// one round. It keeps the state in locals, which is what makes it fast.
func (d *Decoder) fast(lit, dist *table) (done bool, err error) {
	src, dst := d.src, d.dst
	pos, out, b, n := d.pos, d.out, d.bits, d.nbit
	lmask, dmask := lit.mask, dist.mask
	if pos+fastIn > len(src) {
		return false, nil
	}
	b, n, pos = load(src, b, n, pos)
	e := lit.e[b&lmask]
	for pos+fastIn <= len(src) && out+fastOut <= len(dst) {
		if e.is(kindLiteral) { // three literals take 33 bits and leave 23, a length takes 20
			b >>= e.drop() & 63
			n -= e.drop()
			dst[out] = byte(e >> 16)
			out++
			e = lit.e[b&lmask]
			if e.is(kindLiteral) {
				b >>= e.drop() & 63
				n -= e.drop()
				dst[out] = byte(e >> 16)
				out++
				e = lit.e[b&lmask]
				if e.is(kindLiteral) {
					b >>= e.drop() & 63
					n -= e.drop()
					dst[out] = byte(e >> 16)
					out++
					b, n, pos = load(src, b, n, pos)
					e = lit.e[b&lmask]
					continue
				}
			}
		}
		if e.is(kindOther) {
			if e.is(kindSub) {
				b >>= e.drop() & 63
				n -= e.drop()
				e = lit.e[uint64(e>>16)+b&(1<<e.own()-1)]
			}
			if e.is(kindEnd) {
				b >>= e.drop() & 63
				n -= e.drop()
				done = true
				break
			}
			if e.is(kindBad) {
				return false, ErrCorrupt
			}
			if e.is(kindLiteral) {
				b >>= e.drop() & 63
				n -= e.drop()
				dst[out] = byte(e >> 16)
				out++
				b, n, pos = load(src, b, n, pos)
				e = lit.e[b&lmask]
				continue
			}
		}
		length := e.extra(b)
		b >>= e.drop() & 63
		n -= e.drop()
		b, n, pos = load(src, b, n, pos)
		e = dist.e[b&dmask]
		if e.is(kindSub) {
			b >>= e.drop() & 63
			n -= e.drop()
			e = dist.e[uint64(e>>16)+b&(1<<e.own()-1)]
		}
		if e.is(kindBad) {
			return false, ErrCorrupt
		}
		back := e.extra(b)
		b >>= e.drop() & 63
		n -= e.drop()
		if back > out {
			return false, ErrCorrupt
		}
		b, n, pos = load(src, b, n, pos)
		e = lit.e[b&lmask] // its way from memory takes as long as the copy
		if back < 16 {
			copyNear(dst, out, back, length)
			out += length
			continue
		}
		// The end of the copy may lie up to 15 bytes behind that of the match.
		end := out + length
		for ; out < end; out += 16 {
			s, t := dst[out-back:out-back+16], dst[out:out+16]
			lo, hi := binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[8:])
			binary.LittleEndian.PutUint64(t, lo)
			binary.LittleEndian.PutUint64(t[8:], hi)
		}
		out = end
	}
	d.pos, d.out, d.bits, d.nbit = pos, out, b, n
	if out > d.size {
		return false, ErrLong
	}
	return done, nil
}

// load refills the bit buffer from eight bytes, as refill does.
func load(src []byte, b uint64, n uint, pos int) (uint64, uint, int) {
	return b | binary.LittleEndian.Uint64(src[pos:])<<(n&63), n | 56, pos + int((63-n)>>3)
}

// copyNear copies length bytes from back bytes before out, fewer than 16. It may
// write up to 16 bytes more, which later output overwrites.
func copyNear(dst []byte, out, back, length int) {
	switch {
	case back >= 8:
		for to, end := out, out+length; to < end; to += 8 {
			binary.LittleEndian.PutUint64(dst[to:to+8], binary.LittleEndian.Uint64(dst[to-back:to-back+8]))
		}
	case back == 1:
		v := uint64(dst[out-1]) * 0x0101010101010101
		for to, end := out, out+length; to < end; to += 8 {
			binary.LittleEndian.PutUint64(dst[to:to+8], v)
		}
	default:
		t := dst[out-back : out+length]
		for k := back; k < len(t); k *= 2 {
			copy(t[k:], t[:k])
		}
	}
}

// careful decodes symbol by symbol with every check.
func (d *Decoder) careful(lit, dist *table) error {
	for {
		if err := d.refill(); err != nil {
			return err
		}
		e, err := d.symbol(lit)
		if err != nil {
			return err
		}
		if e.is(kindEnd) {
			d.take(e.drop())
			if d.ended() {
				return ErrTruncated
			}
			return nil
		}
		if e.is(kindLiteral) {
			d.take(e.drop())
			if d.ended() {
				return ErrTruncated
			}
			if d.out >= d.size {
				return ErrLong
			}
			d.dst[d.out] = byte(e >> 16)
			d.out++
			continue
		}
		if err := d.match(e, dist); err != nil {
			return err
		}
	}
}

// match carries out the match whose length code is e.
func (d *Decoder) match(e entry, dist *table) error {
	length := e.extra(d.bits)
	d.take(e.drop())
	if err := d.refill(); err != nil {
		return err
	}
	e, err := d.symbol(dist)
	if err != nil {
		return err
	}
	back := e.extra(d.bits)
	d.take(e.drop())
	if d.ended() {
		return ErrTruncated
	}
	if back > d.out {
		return ErrCorrupt
	}
	room := min(length, d.size-d.out)
	t := d.dst[d.out-back : d.out+room]
	for k := back; k < len(t); k *= 2 {
		copy(t[k:], t[:k])
	}
	d.out += room
	if room < length {
		return ErrLong
	}
	return nil
}

// symbol looks up the next code, following a sub-table. The bits of the entry
// returned are still to be dropped.
func (d *Decoder) symbol(t *table) (entry, error) {
	e := t.e[d.bits&t.mask]
	if e.is(kindSub) {
		d.take(e.drop())
		e = t.e[uint64(e>>16)+d.bits&(1<<e.own()-1)]
	}
	if e.is(kindBad) {
		if d.ended() {
			return 0, ErrTruncated
		}
		return 0, ErrCorrupt
	}
	return e, nil
}
