package objects

import (
	"encoding/binary"
	"slices"
)

// A Span is the half-open range of bytes [Start, End) of an object's data.
type Span struct{ Start, End int }

// A Copy says that Len bytes of an object's data at To are those of its delta's
// base at From.
type Copy struct{ From, To, Len int }

// A derivation is how a delta's target differs from its base.
type derivation struct {
	fresh  []Span
	copies []Copy
	gap    int  // up to how many bytes between two parts that are fresh are as well
	plain  bool // nobody asks for copies
}

// reset makes d ready for another delta.
func (d *derivation) reset() { d.fresh, d.copies = d.fresh[:0], d.copies[:0] }

// deltaSizes reads the two sizes at the start of a delta: the base's and the
// target's, and returns the instructions that follow.
func deltaSizes(delta []byte) (base, target uint64, ops []byte, err error) {
	base, delta, err = deltaSize(delta)
	if err != nil {
		return 0, 0, nil, err
	}
	target, delta, err = deltaSize(delta)
	return base, target, delta, err
}

func deltaSize(b []byte) (n uint64, rest []byte, err error) {
	for i, c := range b {
		if i > 8 {
			return 0, nil, errCorrupt
		}
		n |= uint64(c&0x7f) << (7 * i)
		if c&0x80 == 0 {
			return n, b[i+1:], nil
		}
	}
	return 0, nil, errTruncated
}

// maxOp is how long an instruction can be, apart from what an insert inserts.
const maxOp = 8

// copyOp reads a copy instruction (gitformat-pack(5), "Instruction to copy from base
// object") at the low end of v, and returns how many bytes it takes.
func copyOp(v uint64) (from, n, used int) {
	place, size := &arguments[v&15], &arguments[v>>4&7]
	v >>= 8
	from = place.value(v)
	n = size.value(v >> (place.bits & 63))
	if n == 0 {
		n = 0x10000
	}
	return from, n, 1 + int(place.bits+size.bits)/8
}

// arguments has how to read an argument by which of its bytes are there. That differs
// from one instruction to the next, so that it is looked up and not branched on.
var arguments = func() (all [16]argument) {
	for there := range all {
		all[there] = newArgument(there)
	}
	return all
}()

// An argument is a number of which bytes that are 0 can be left out. Of four bytes those
// that are there stand in two groups at the most, each with its mask and shift.
type argument struct {
	low, high     uint32 // of the bytes in the input
	lowBy, highBy uint8  // bits by which they are to be moved
	bits          uint8  // in the input
}

// newArgument says how to read an argument of which the bytes in a set of bits are there.
func newArgument(there int) (a argument) {
	for i := range uint8(4) {
		if there>>i&1 == 0 {
			continue
		}
		mask, by := uint32(0xff)<<a.bits, 8*i-a.bits
		if a.low == 0 || a.lowBy == by {
			a.low, a.lowBy = a.low|mask, by
		} else {
			a.high, a.highBy = a.high|mask, by
		}
		a.bits += 8
	}
	return a
}

// value is the argument that is at the low end of v.
func (a *argument) value(v uint64) int {
	return int(v&uint64(a.low)<<(a.lowBy&63) | v&uint64(a.high)<<(a.highBy&63))
}

// applyDelta fills dst, which has the target's size, from base by the instructions in
// ops; what is spare behind dst may be written to, and what is spare behind ops is read.
// Both have that (inflate.Slack): instructions without are copied first.
//
// It adds to d, unless that is nil, what it copied, and as fresh the parts of dst that base
// does not hold as they stand: every insert, as its span, and every seam between
// two copies, as an empty span. Those no more than d.gap apart are one. Copies that
// are contiguous in both are one copy: git splits long ones at 64 KiB. The target's start
// is a seam unless it is copied from the base's start, and its end likewise, because what
// a pattern sees around a match changes there.
func applyDelta(dst, base, ops []byte, d *derivation) error {
	room, code := dst[:cap(dst)], slices.Grow(ops, maxOp)[:len(ops)+maxOp]
	at, out := 0, 0
	end := 0 // where in base the last copy ended, -1 after an insert
	for at < len(ops) {
		v := binary.LittleEndian.Uint64(code[at : at+maxOp])
		if v&0x80 == 0 {
			n := int(v & 0x7f)
			at++
			if n == 0 || n > len(ops)-at || n > len(dst)-out {
				return errCorrupt
			}
			move(room, out, code, at, n)
			d.insert(out, n)
			out += n
			at += n
			end = -1
			continue
		}
		from, n, used := copyOp(v)
		at += used
		if at > len(ops) || n > len(base)-from || n > len(dst)-out {
			return errCorrupt
		}
		move(room, out, base, from, n)
		d.copied(from, out, n, end)
		out += n
		end = from + n
	}
	if out != len(dst) {
		return errCorrupt
	}
	if end >= 0 && end != len(base) {
		d.insert(out, 0)
	}
	return nil
}

// move copies n bytes between two places. Most instructions are for few, and to find out
// how few takes longer than to copy more: what follows in to is yet to come, or spare.
func move(to []byte, at int, from []byte, begin, n int) {
	const few = 32
	if n > few || len(to)-at < few || len(from)-begin < few {
		copy(to[at:at+n], from[begin:begin+n])
		return
	}
	part := [few]byte(from[begin:]) // the compiler need not take care that they might overlap
	*(*[few]byte)(to[at:]) = part
}

// copied adds a copy, the one before having ended at end in the base, -1 if an
// insert stands between.
func (d *derivation) copied(from, to, n, end int) {
	if d == nil {
		return
	}
	if end >= 0 && from != end {
		d.insert(to, 0)
	}
	if d.plain {
		return
	}
	if k := len(d.copies) - 1; k >= 0 && from == end && d.copies[k].To+d.copies[k].Len == to {
		d.copies[k].Len += n
		return
	}
	d.copies = append(doubled(d.copies), Copy{from, to, n})
}

// insert adds n new bytes at a place, joined with the last ones if they are near. None
// make a seam.
func (d *derivation) insert(at, n int) {
	if d == nil {
		return
	}
	if k := len(d.fresh) - 1; k >= 0 && d.fresh[k].End+d.gap >= at {
		d.fresh[k].End = max(d.fresh[k].End, at+n)
		return
	}
	d.fresh = append(doubled(d.fresh), Span{at, at + n})
}

// doubled makes room in a list that is full. append alone gives a long one a
// quarter more, and by the time it has reached its length the lists that were given
// up are four times as long.
func doubled[E any](list []E) []E {
	if len(list) < cap(list) {
		return list
	}
	return slices.Grow(list, max(64, len(list)))
}

// widen grows every span of a text by margin on both sides and joins those that
// touch. Spans come in order and stay so.
func widen(spans []Span, size, margin int) []Span {
	for i, s := range spans {
		spans[i] = Span{max(0, s.Start-margin), min(size, s.End+margin)}
	}
	kept := spans[:0]
	for _, s := range spans {
		if s.Start == s.End {
			continue
		}
		if k := len(kept) - 1; k >= 0 && s.Start <= kept[k].End {
			kept[k].End = max(kept[k].End, s.End)
			continue
		}
		kept = append(kept, s)
	}
	return kept
}
