package wiki

import (
	"bytes"
	"hash/maphash"

	"github.com/awscred/awscred/scanner"
)

const (
	// minLine is the length in bytes from which a line serves to find what was
	// moved over between two edits. Shorter ones stand in too many places.
	minLine = 24
	// maxLines is how many lines of a base are looked up.
	maxLines = 1 << 14
	// linesFrom is how many bytes must have changed before lines are compared:
	// searching less than that is as cheap.
	linesFrom = 2 << 10
)

// A differ finds out how a text was made from another.
type differ struct {
	seed   maphash.Seed
	lines  map[uint64]int32 // where in the base a line stands
	copies []scanner.Copy
	fresh  []scanner.Span
}

func newDiffer() *differ {
	return &differ{seed: maphash.MakeSeed(), lines: map[uint64]int32{}}
}

// derive tells how text was made from base. What it returns is valid until the
// next call. The beginning and the end that both have are found byte by byte; in
// between, if much changed, whole lines are.
func (d *differ) derive(base, text []byte, of scanner.Candidates) *scanner.Derivation {
	d.copies, d.fresh = d.copies[:0], d.fresh[:0]
	start := commonPrefix(base, text)
	end := commonSuffix(base[start:], text[start:])
	from := scanner.Span{Start: start, End: len(base) - end}
	to := scanner.Span{Start: start, End: len(text) - end}
	d.copy(0, 0, start)
	if from.Len() >= linesFrom && to.Len() >= linesFrom {
		d.compareLines(base, text, from, to)
	}
	d.copy(from.End, to.End, end)
	d.seams(len(base), len(text))
	return &scanner.Derivation{Base: of, Copies: d.copies, Fresh: d.fresh}
}

// copy adds a copy, or makes the last one longer.
func (d *differ) copy(from, to, size int) {
	if size == 0 {
		return
	}
	if n := len(d.copies); n > 0 {
		last := &d.copies[n-1]
		if last.From+last.Len == from && last.To+last.Len == to {
			last.Len += size
			return
		}
	}
	d.copies = append(d.copies, scanner.Copy{From: from, To: to, Len: size})
}

// seams lists what no copy has, and the places where copies meet.
func (d *differ) seams(base, text int) {
	at, from := 0, 0 // the ends of what is accounted for
	for _, c := range d.copies {
		if c.To > at || c.From != from {
			d.fresh = append(d.fresh, scanner.Span{Start: at, End: c.To})
		}
		at, from = c.To+c.Len, c.From+c.Len
	}
	if at < text || from != base {
		d.fresh = append(d.fresh, scanner.Span{Start: at, End: text})
	}
}

// compareLines finds lines of the base in the changed part of the text, each
// with as much around it as is the same.
func (d *differ) compareLines(base, text []byte, from, to scanner.Span) {
	clear(d.lines)
	for at, n := from.Start, 0; at < from.End && n < maxLines; n++ {
		size := lineLen(base[at:from.End])
		if size >= minLine {
			d.lines[maphash.Bytes(d.seed, base[at:at+size])] = int32(at)
		}
		at += size
	}
	for at, done := to.Start, to.Start; at < to.End; {
		size := lineLen(text[at:to.End])
		if size < minLine {
			at += size
			continue
		}
		src, ok := d.lines[maphash.Bytes(d.seed, text[at:at+size])]
		f := int(src)
		if !ok || !bytes.HasPrefix(base[f:], text[at:at+size]) {
			at += size
			continue
		}
		before := commonSuffix(base[from.Start:f], text[done:at])
		after := commonPrefix(base[f:from.End], text[at:to.End])
		d.copy(f-before, at-before, before+after)
		done = at + after
		at = done
		if text[done-1] != '\n' { // within a line
			at += lineLen(text[done:to.End])
		}
	}
}

// lineLen is the length of the first line with its end.
func lineLen(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

// commonPrefix is how many bytes both begin with.
func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	a, b = a[:n], b[:n]
	const step = 256
	at := 0
	for at+step <= n && bytes.Equal(a[at:at+step], b[at:at+step]) {
		at += step
	}
	for at < n && a[at] == b[at] {
		at++
	}
	return at
}

// commonSuffix is how many bytes both end with.
func commonSuffix(a, b []byte) int {
	n := min(len(a), len(b))
	a, b = a[len(a)-n:], b[len(b)-n:]
	const step = 256
	at := n
	for at >= step && bytes.Equal(a[at-step:at], b[at-step:at]) {
		at -= step
	}
	for at > 0 && a[at-1] == b[at-1] {
		at--
	}
	return n - at
}
