package objects

import (
	"encoding/binary"
	"math/bits"
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

// copyOp reads the arguments of a copy instruction (gitformat-pack(5),
// "Instruction to copy from base object"). ok is false if they are cut off.
func copyOp(op byte, b []byte) (from, n int, rest []byte, ok bool) {
	if len(b) >= 8 {
		from, n, used := copyArgs(op, binary.LittleEndian.Uint64(b))
		return from, n, b[used:], true
	}
	for i := range 7 {
		if op>>i&1 == 0 {
			continue
		}
		if len(b) == 0 {
			return 0, 0, nil, false
		}
		if i < 4 {
			from |= int(b[0]) << (8 * i)
		} else {
			n |= int(b[0]) << (8 * (i - 4))
		}
		b = b[1:]
	}
	if n == 0 {
		n = 0x10000
	}
	return from, n, b, true
}

// copyArgs is copyOp for arguments at the low end of v. Which of them are there
// differs from one instruction to the next, so that it asks without branches: an
// argument that is not there is taken as no bits of no bytes.
func copyArgs(op byte, v uint64) (from, n, used int) {
	o := uint64(op)
	arg := func(bit uint64) uint64 {
		there := o >> bit & 1
		a := v & (-there & 0xff)
		v >>= there * 8
		return a
	}
	from = int(arg(0) | arg(1)<<8 | arg(2)<<16 | arg(3)<<24)
	n = int(arg(4) | arg(5)<<8 | arg(6)<<16)
	if n == 0 {
		n = 0x10000
	}
	return from, n, bits.OnesCount8(op & 0x7f)
}

// applyDelta fills dst, which has the target's size, from base by the
// instructions in ops; what is spare behind dst may be written to. It adds to d,
// unless that is nil, what it copied, and as fresh the parts of dst that base
// does not hold as they stand: every insert, as its span, and every seam between
// two copies, as an empty span. Those no more than d.gap apart are one. Copies that
// are contiguous in both are one copy: git splits long ones at 64 KiB. The target's start is a seam unless it is
// copied from the base's start, and its end likewise, because what a pattern sees
// around a match changes there.
func applyDelta(dst, base, ops []byte, d *derivation) error {
	room := dst[:cap(dst)]
	out := 0
	end := 0 // where in base the last copy ended, -1 after an insert
	for len(ops) > 0 {
		op := ops[0]
		ops = ops[1:]
		if op&0x80 == 0 {
			n := int(op)
			if n == 0 || n > len(ops) || n > len(dst)-out {
				return errCorrupt
			}
			move(room[out:], ops, n)
			d.insert(out, n)
			out += n
			ops = ops[n:]
			end = -1
			continue
		}
		from, n, rest, ok := copyOp(op, ops)
		if !ok || from > len(base) || n > len(base)-from || n > len(dst)-out {
			return errCorrupt
		}
		ops = rest
		move(room[out:], base[from:], n)
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

// move copies n bytes. Most instructions are for few, and to find out how few takes
// longer than to copy more: what follows in to is yet to come, or spare.
func move(to, from []byte, n int) {
	const few = 32
	if n > few || len(to) < few || len(from) < few {
		copy(to[:n], from)
		return
	}
	a, b := binary.LittleEndian.Uint64(from), binary.LittleEndian.Uint64(from[8:])
	c, d := binary.LittleEndian.Uint64(from[16:]), binary.LittleEndian.Uint64(from[24:])
	binary.LittleEndian.PutUint64(to, a)
	binary.LittleEndian.PutUint64(to[8:], b)
	binary.LittleEndian.PutUint64(to[16:], c)
	binary.LittleEndian.PutUint64(to[24:], d)
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
