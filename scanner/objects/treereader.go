package objects

import (
	"bytes"
	"errors"
	"math"
	"slices"
)

var errEntry = errors.New("malformed tree entry")

// TreeMarks say where some entries of a tree begin, in order, and where the last
// one ends. They let a TreeReader step over what a delta on the tree copies.
type TreeMarks []uint32

// marksPerTree is about how many marks a tree gets: an entry of a small tree has
// one each, of a large tree every so many.
const marksPerTree = 96

// A Run says that Len bytes of a tree at To are the very entries that stand in
// its delta's base at From, whole ones from the first to the last.
type Run struct{ From, To, Len int }

// A TreeReader reads the entries of a tree, but for those that it has from its
// delta's base in runs: history is many trees that differ in an entry or two.
// It is not safe for concurrent use; Reset makes it ready for the next tree.
type TreeReader struct {
	// Mode, Name and Start are those of the entry at hand, as in TreeEntry.
	// Most entries are not asked for more.
	Mode  uint32
	Name  []byte
	Start int
	sum   []byte

	raw    []byte
	hash   int
	base   TreeMarks
	next   int // the mark of the base that the last run ended at
	copies []Copy
	at     int
	marked bool      // deltas on this tree will ask for its marks
	gap    uint32    // between marks, at least
	marks  TreeMarks // of this tree; the memory of the reader
	runs   []Run
	err    error
}

// Reset begins with the tree o. base is what Marks returned for the delta's
// base, nil if that is not known: every entry is read then.
func (r *TreeReader) Reset(o *Object, base TreeMarks) {
	*r = TreeReader{raw: o.Data, hash: o.ID.Size(), marks: r.marks[:0], runs: r.runs[:0]}
	if len(base) > 0 {
		r.base, r.copies = base, o.Copies
	}
	r.marked = !o.Last && len(r.raw) <= math.MaxUint32
	r.gap = max(1, uint32(len(r.raw)/marksPerTree))
}

// Next goes to the next entry that is not in a run. It returns false at the end
// of the tree or of what can be understood of it: then Err says so.
func (r *TreeReader) Next() bool {
	if len(r.copies) > 0 {
		r.skip()
	}
	if r.at >= len(r.raw) {
		if r.err == nil {
			r.gap = 1 // there is always a mark at the end
			r.mark(len(r.raw))
		}
		return false
	}
	n := r.entry(r.raw[r.at:])
	if n == 0 {
		r.err = errEntry
		return false
	}
	r.mark(r.at)
	r.Start = r.at
	r.at += n
	return true
}

// entry is treeEntry for an entry of which little is wanted.
func (r *TreeReader) entry(b []byte) (n int) {
	const file, tree = "100644 ", "40000 "
	name := 0
	switch {
	case len(b) >= len(file) && string(b[:len(file)]) == file:
		r.Mode, name = 0o100644, len(file)
	case len(b) >= len(tree) && string(b[:len(tree)]) == tree:
		r.Mode, name = modeTree, len(tree)
	default:
		e, n := treeEntry(b, r.hash)
		if n == 0 {
			return 0
		}
		r.Mode = e.Mode
		r.Name, r.sum = e.Name, b[n-r.hash:n]
		return n
	}
	end := bytes.IndexByte(b[name:], 0)
	n = name + end + 1 + r.hash
	if end < 0 || n > len(b) {
		return 0
	}
	r.Name, r.sum = b[name:name+end], b[n-r.hash:n]
	return n
}

// ID is the name of the object that the entry at hand leads to.
func (r *TreeReader) ID() ID { return MakeID(r.sum) }

// Prefix16 is that of the ID.
func (r *TreeReader) Prefix16() uint16 { return uint16(r.sum[0])<<8 | uint16(r.sum[1]) }

// Entry is the entry at hand.
func (r *TreeReader) Entry() TreeEntry {
	return TreeEntry{Mode: r.Mode, Name: r.Name, ID: r.ID(), Span: Span{r.Start, r.at}}
}

// IsSubmodule reports whether the entry at hand is a commit of another
// repository, whose objects are not in this one.
func (r *TreeReader) IsSubmodule() bool { return r.Mode&modeKind == modeGit }

// IsTree reports whether the entry at hand is a directory.
func (r *TreeReader) IsTree() bool { return r.Mode&modeKind == modeTree }

// Err is the reason for which the tree ended early, or nil.
func (r *TreeReader) Err() error { return r.err }

// Runs are the runs met so far. They are valid until Reset.
func (r *TreeReader) Runs() []Run { return r.runs }

// Marks returns a copy of the marks of what was read, for deltas on the tree. A tree
// that has no deltas has none.
func (r *TreeReader) Marks() TreeMarks { return slices.Clone(r.marks) }

// skip steps over what copies have of the base, from mark to mark. An entry that
// begins at a mark of the base is read as it was there, as far as the copy
// goes: the bytes are the same. Where one mark is the last that a copy has, no run begins
// further on in it.
func (r *TreeReader) skip() {
	for len(r.copies) > 0 {
		c := r.copies[0]
		if c.To > r.at {
			return
		}
		if c.To+c.Len > r.at {
			first, ok := r.find(uint32(c.From + r.at - c.To))
			if !ok {
				return
			}
			r.run(first, c.From+c.Len)
		}
		r.copies = r.copies[1:]
	}
}

// find returns which mark of the base is at a place, if one is. Mostly it is soon
// behind the last run.
func (r *TreeReader) find(place uint32) (int, bool) {
	const soon = 4
	for i := r.next; i < min(r.next+soon, len(r.base)); i++ {
		if r.base[i] == place {
			return i, true
		}
	}
	return slices.BinarySearch(r.base, place)
}

// run steps over what is between two marks of the base, the first, which is at the
// place at hand, and the last one up to end.
func (r *TreeReader) run(first, end int) {
	last := r.lastMark(first, end)
	r.next = last
	if last == first {
		return
	}
	from, to := int(r.base[first]), r.at
	n := int(r.base[last]) - from
	r.inherit(r.base[first:last+1], uint32(to-from))
	r.runs = append(r.runs, Run{from, to, n})
	r.at += n
}

// lastMark is the last mark of the base up to end, from one that is no further on.
func (r *TreeReader) lastMark(from, end int) int {
	const stride = 8
	if all := len(r.base) - 1; int(r.base[all]) <= end {
		return all
	}
	for from+stride < len(r.base) && int(r.base[from+stride]) <= end {
		from += stride
	}
	for int(r.base[from+1]) <= end {
		from++
	}
	return from
}

// inherit notes marks of the base, which are shift bytes further on in this tree.
func (r *TreeReader) inherit(marks TreeMarks, shift uint32) {
	if !r.marked {
		return
	}
	r.mark(int(marks[0] + shift))
	n := len(r.marks)
	last := r.marks[n-1]
	r.marks = slices.Grow(r.marks, len(marks))
	room := r.marks[:n+len(marks)]
	for _, m := range marks[1:] {
		at := m + shift
		room[n] = at
		if at-last >= r.gap {
			last = at
			n++
		}
	}
	r.marks = room[:n]
}

// mark notes that an entry begins, or the last one ends, at a place, unless that is
// too near the mark before.
func (r *TreeReader) mark(at int) {
	if !r.marked {
		return
	}
	if n := len(r.marks); n > 0 && uint32(at)-r.marks[n-1] < r.gap {
		return
	}
	r.marks = append(r.marks, uint32(at))
}
