package inflate

import "encoding/binary"

// Room that the fast loop needs: three refills of input; three literals and a copy
// of output.
const (
	fastIn  = 24
	fastOut = 3 + copyRoom

	// The longest match and what 16-byte stores may write past it.
	copyRoom = 258 + 16
)

// codes decodes a compressed block up to and including its end code: fast
// while there is plenty of room, then carefully.
func (d *Decoder) codes(t *tables) error {
	done, err := d.fast(t)
	if done || err != nil {
		return err
	}
	return d.careful(t)
}

// An ending is why no further round is begun.
type ending int

const (
	atRoom  ending = iota // the input or the output may run out within one
	atEnd                 // the end code came
	atFault               // a code that is none, or a match of what is not there
)

// A state is that of a Decoder at the beginning or the end of some rounds.
type state struct {
	tables *tables
	src    *byte
	dst    *byte
	pos    int // in src, of what is next
	out    int // in dst, likewise
	// The last places in src and in dst at which a round may begin.
	lastPos, lastOut int
	bits             uint64
	nbit             uint
}

// fast decodes as long as neither the input nor the output can run out within
// one round.
func (d *Decoder) fast(t *tables) (done bool, err error) {
	if d.pos+fastIn > len(d.src) || d.out+fastOut > len(d.dst) {
		return false, nil
	}
	var end ending
	if d.assembled {
		end = d.slices(t)
	} else {
		end = d.rounds(t)
	}
	switch {
	case end == atFault:
		return false, ErrCorrupt
	case d.out > d.size:
		return false, ErrLong
	}
	return end == atEnd, nil
}

// slice is how many bytes one call of rounds yields at most: two milliseconds if all are literals.
// The runtime cannot stop what is in assembly, and a collection waits for it.
const slice = 1 << 18

// slices calls rounds as often as there is room.
func (d *Decoder) slices(t *tables) (end ending) {
	lastPos, lastOut := len(d.src)-fastIn, len(d.dst)-fastOut
	for end == atRoom && d.pos <= lastPos && d.out <= lastOut {
		s := state{t, &d.src[0], &d.dst[0], d.pos, d.out, lastPos, min(lastOut, d.out+slice), d.bits, d.nbit}
		end = rounds(&s)
		d.pos, d.out, d.bits, d.nbit = s.pos, s.out, s.bits, s.nbit
	}
	return end
}

// rounds is the same in Go. It keeps the state in locals, which is what makes it fast.
// They are of such forms that the compiler sees what is within bounds: in is what remains
// of the input, o and the ends of a copy are arrays.
//
// As in libdeflate, whole entries are subtracted from n, of which only the low six
// bits mean anything until the end.
func (d *Decoder) rounds(t *tables) (end ending) {
	src, dst := d.src, d.dst[:len(d.dst):len(d.dst)]
	out := d.out
	in, b, n := load(src[d.pos:len(src):len(src)], d.bits, d.nbit)
	mask := t.litMask()
	e := t.lit[b&mask&litMask]
	for len(in) >= fastIn && uint(out+fastOut) <= uint(len(dst)) {
		o := (*[fastOut]byte)(dst[out : out+fastOut])
		if e.isLiteral() { // three literals take 33 bits of 56, two and a length 42
			b, n = b>>(e&63), n-uint(e)
			o[0] = e.literal()
			out++
			e = t.lit[b&mask&litMask]
			if e.isLiteral() {
				b, n = b>>(e&63), n-uint(e)
				o[1] = e.literal()
				out++
				e = t.lit[b&mask&litMask]
				if e.isLiteral() {
					in, b, n = load(in, b>>(e&63), n-uint(e))
					o[2] = e.literal()
					out++
					e = t.lit[b&mask&litMask]
					continue
				}
			}
		}
		if e.is(kindOther) {
			if e.is(kindSub) {
				b, n = b>>(e&63), n-uint(e)
				e = t.lit[e.sub(b)]
			}
			if e.is(kindEnd) {
				b, n = b>>(e&63), n-uint(e)
				end = atEnd
				break
			}
			if e.is(kindBad) {
				d.out = out
				return atFault
			}
			if e.isLiteral() {
				in, b, n = load(in, b>>(e&63), n-uint(e))
				dst[out] = e.literal()
				out++
				e = t.lit[b&mask&litMask]
				continue
			}
		}
		length := e.extra(b)
		b, n = b>>(e&63), n-uint(e)
		if n&63 < maxDistBits { // seldom, and who does not load need not wait for it
			in, b, n = load(in, b, n)
		}
		e = t.dist[b&distMask]
		if e.is(kindOther) {
			if e.is(kindSub) {
				b, n = b>>(e&63), n-uint(e)
				e = t.dist[e.sub(b)]
			}
			if e.is(kindBad) {
				d.out = out
				return atFault
			}
		}
		back := e.extra(b)
		from := out - back
		if from < 0 {
			d.out = out
			return atFault
		}
		in, b, n = load(in, b>>(e&63), n-uint(e))
		e = t.lit[b&mask&litMask] // its way from memory takes as long as the copy
		s, c := (*[copyRoom]byte)(dst[from:from+copyRoom]), (*[copyRoom]byte)(dst[out:out+copyRoom])
		out += length
		if back < 16 {
			copyNear(c, s, back, length)
			continue
		}
		// Few are longer than 32, but whether one is longer than 16 is hard to predict.
		*(*[16]byte)(c[:]) = *(*[16]byte)(s[:])
		*(*[16]byte)(c[16:]) = *(*[16]byte)(s[16:])
		for k := 32; k < length; k += 16 {
			*(*[16]byte)(c[k:]) = *(*[16]byte)(s[k:])
		}
	}
	d.pos, d.out, d.bits, d.nbit = len(src)-len(in), out, b, n&63
	return end
}

// load refills the bit buffer from eight bytes, as refill does.
func load(in []byte, b uint64, n uint) ([]byte, uint64, uint) {
	return in[n>>3&7^7:], b | binary.LittleEndian.Uint64(in)<<(n&63), n | 56
}

// copyNear copies length bytes from back bytes before to, fewer than 16. It may
// write up to 7 bytes more, which later output overwrites.
func copyNear(to, from *[copyRoom]byte, back, length int) {
	if back >= 8 {
		for k := 0; k < length; k += 8 {
			*(*[8]byte)(to[k:]) = *(*[8]byte)(from[k:])
		}
		return
	}
	r := &repeats[back&7]
	w := binary.LittleEndian.Uint64(from[:]) & r.mask * r.times
	for k := 0; k < length; k += r.step {
		binary.LittleEndian.PutUint64(to[k:], w)
	}
}

// A repeat makes eight bytes of the first few of them.
type repeat struct {
	mask  uint64 // selects these
	times uint64 // has a bit where each copy of them begins
	step  int    // length of the whole copies
}

// repeats are by how many bytes are repeated.
var repeats = [8]repeat{
	0: {step: 8}, // none is
	1: {1<<8 - 1, 0x0101010101010101, 8},
	2: {1<<16 - 1, 0x0001000100010001, 8},
	3: {1<<24 - 1, 0x0001000001000001, 6},
	4: {1<<32 - 1, 0x0000000100000001, 8},
	5: {1<<40 - 1, 0x0000010000000001, 5},
	6: {1<<48 - 1, 0x0001000000000001, 6},
	7: {1<<56 - 1, 0x0100000000000001, 7},
}

// careful decodes symbol by symbol with every check.
func (d *Decoder) careful(t *tables) error {
	for {
		if err := d.refill(); err != nil {
			return err
		}
		e, err := d.symbol(t.lit[:], t.litMask())
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
		if e.isLiteral() {
			d.take(e.drop())
			if d.ended() {
				return ErrTruncated
			}
			if d.out >= d.size {
				return ErrLong
			}
			d.dst[d.out] = e.literal()
			d.out++
			continue
		}
		if err := d.match(e, t); err != nil {
			return err
		}
	}
}

// match carries out the match whose length code is e.
func (d *Decoder) match(e entry, t *tables) error {
	length := e.extra(d.bits)
	d.take(e.drop())
	if err := d.refill(); err != nil {
		return err
	}
	e, err := d.symbol(t.dist[:], distMask)
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
	to := d.dst[d.out-back : d.out+room]
	for k := back; k < len(to); k *= 2 {
		copy(to[k:], to[:k])
	}
	d.out += room
	if room < length {
		return ErrLong
	}
	return nil
}

// symbol looks up the next code, following a sub-table. The bits of the entry
// returned are still to be dropped.
func (d *Decoder) symbol(t []entry, mask uint64) (entry, error) {
	e := t[d.bits&mask]
	if e.is(kindSub) {
		d.take(e.drop())
		e = t[e.sub(d.bits)]
	}
	if e.is(kindBad) {
		if d.ended() {
			return 0, ErrTruncated
		}
		return 0, ErrCorrupt
	}
	return e, nil
}
