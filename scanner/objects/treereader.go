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
	copies []Copy
	at     int
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
	r.gap = uint32(len(r.raw) / marksPerTree)
}

// Next goes to the next entry that is not in a run. It returns false at the end
// of the tree or of what can be understood of it: then Err says so.
func (r *TreeReader) Next() bool {
	if len(r.copies) > 0 {
		r.skip()
	}
	if r.at >= len(r.raw) {
		if r.err == nil {
			r.mark(len(r.raw), true)
		}
		return false
	}
	n := r.entry(r.raw[r.at:])
	if n == 0 {
		r.err = errEntry
		return false
	}
	r.mark(r.at, false)
	r.Start = r.at
	r.at += n
	return true
}

// entry is treeEntry for an entry of which little is wanted.
func (r *TreeReader) entry(b []byte) (n int) {
	const file = "100644 "
	name := len(file)
	if len(b) >= len(file) && string(b[:len(file)]) == file {
		r.Mode = 0o100644
	} else {
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

// Marks returns a copy of the marks of what was read, for deltas on the tree.
func (r *TreeReader) Marks() TreeMarks { return slices.Clone(r.marks) }

// skip steps over what a copy has of the base, from mark to mark. An entry that
// begins at a mark of the base is read as it was there, as far as the copy
// goes: the bytes are the same.
func (r *TreeReader) skip() {
	for len(r.copies) > 0 {
		c := r.copies[0]
		if c.To+c.Len <= r.at {
			r.copies = r.copies[1:]
			continue
		}
		if c.To > r.at {
			return
		}
		from := c.From + r.at - c.To
		i, known := slices.BinarySearch(r.base, uint32(from))
		if !known {
			return
		}
		shift := r.at - from
		r.mark(r.at, false)
		last := i
		for last+1 < len(r.base) && int(r.base[last+1]) <= c.From+c.Len {
			last++
			r.mark(int(r.base[last])+shift, false)
		}
		if last == i {
			return
		}
		n := int(r.base[last]) - from
		r.runs = append(r.runs, Run{from, r.at, n})
		r.at += n
	}
}

// mark notes that an entry begins, or the last one ends, at a place.
func (r *TreeReader) mark(at int, always bool) {
	if len(r.raw) > math.MaxUint32 {
		return
	}
	if n := len(r.marks); n > 0 {
		if last := r.marks[n-1]; uint32(at) == last || !always && uint32(at)-last < r.gap {
			return
		}
	}
	r.marks = append(r.marks, uint32(at))
}
