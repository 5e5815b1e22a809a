package objects

import "slices"

// A Span is the half-open range of bytes [Start, End) of an object's data.
type Span struct{ Start, End int }

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

// applyDelta fills dst, which has the target's size, from base by the
// instructions in ops. With fresh it also appends to *fresh the parts of dst
// that base does not hold as they stand: every insert, as its span, and every
// seam between two copies, as an empty span. Copies that are contiguous in both
// are one copy: git splits long ones at 64 KiB. The target's start is a seam
// unless it is copied from the base's start, and its end likewise, because
// what a pattern sees around a match changes there.
func applyDelta(dst, base, ops []byte, fresh *[]Span) error {
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
			copy(dst[out:], ops[:n])
			if fresh != nil {
				addFresh(fresh, out, out+n)
			}
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
		copy(dst[out:out+n], base[from:from+n])
		if fresh != nil && end >= 0 && from != end {
			addFresh(fresh, out, out)
		}
		out += n
		end = from + n
	}
	if out != len(dst) {
		return errCorrupt
	}
	if fresh != nil && end >= 0 && end != len(base) {
		addFresh(fresh, out, out)
	}
	return nil
}

// addFresh appends a span, joined with the last one if they touch.
func addFresh(fresh *[]Span, start, end int) {
	if k := len(*fresh) - 1; k >= 0 && (*fresh)[k].End >= start {
		(*fresh)[k].End = max((*fresh)[k].End, end)
		return
	}
	*fresh = append(*fresh, Span{start, end})
}

// widen grows every span by margin on both sides, then as grow says, and joins
// those that touch. Spans come in order and stay so.
func widen(spans []Span, data []byte, margin int, grow func([]byte, Span) Span) []Span {
	for i, s := range spans {
		s.Start = max(0, s.Start-margin)
		s.End = min(len(data), s.End+margin)
		if grow != nil {
			g := grow(data, s)
			s.Start = max(0, min(s.Start, g.Start))
			s.End = min(len(data), max(s.End, g.End))
		}
		spans[i] = s
	}
	if grow != nil { // a grown span may reach before its predecessor
		slices.SortFunc(spans, func(a, b Span) int { return a.Start - b.Start })
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
