package history

import (
	"math"
	"sync/atomic"

	"github.com/awscred/awscred/scanner/objects"
)

// A notebook holds what a sweep over all objects saw of trees, commits and tags,
// so that locating secrets need not read them again. Of a tree it has only the
// entries that its delta's base has not, and of those only what leads to a tree, or
// to a blob that something was found in, or has a name that something may be in.
type notebook struct {
	held  *heldBlobs
	pages []*notes     // one for each goroutine of the sweep
	room  atomic.Int64 // bytes that it may still take
	unfit atomic.Bool  // it lacks something, and must not be used
}

// newNotebook makes a notebook of as many pages, which takes no more than room
// bytes.
func newNotebook(pages int, held *heldBlobs, room int64) *notebook {
	b := &notebook{held: held, pages: make([]*notes, pages)}
	b.room.Store(room)
	for i := range b.pages {
		b.pages[i] = &notes{book: b}
	}
	return b
}

// notes are those of one goroutine. Trees that have deltas are numbered as they
// come; what trees have stands in piles, each where the one before ends.
type notes struct {
	book    *notebook
	trees   pile[notedTree]
	bases   int32 // how many of them have deltas
	entries pile[notedEntry]
	runs    pile[notedRun]
	commits []notedCommit
	parents []int32
	tags    map[objects.ID]tag
	taken   int64 // bytes, since the book was told
	told    int   // entries that were taken account of
}

// A notedTree is one tree: its ordinal, or the complement of that if it has no
// deltas; the number of its delta's base, noBase if it has none; and where its
// entries and runs end.
type notedTree struct {
	ordinal, base int32
	entries, runs uint32
}

const noBase = -1

// A notedEntry is one that the tree does not have from its base.
type notedEntry struct {
	at   uint32 // where it begins
	name uint32 // number of the name
	to   int32  // ordinal of the subtree, or the complement of that of what else it is
}

// Where an entry leads whose object the store does not list: to a tree, or to
// something else.
const (
	notListed = math.MinInt32
	noTree    = math.MaxInt32
)

// A notedRun is an objects.Run.
type notedRun struct{ from, to, len uint32 }

// A notedCommit has ordinals, noObject for what is not there, and where its
// parents end.
type notedCommit struct {
	commit, tree int32
	parents      uint32
	time         int64
}

const noObject = -1

// Sizes in bytes, and after how many of them the book is told.
const (
	treeSize, entrySize, runSize, commitSize, parentSize, tagSize = 16, 12, 12, 24, 4, 300

	tellAfter = 1 << 16
)

// take accounts for n bytes.
func (n *notes) take(bytes int) {
	if n.taken += int64(bytes); n.taken > tellAfter {
		if n.book.room.Add(-n.taken) < 0 {
			n.book.unfit.Store(true)
		}
		n.taken = 0
	}
}

// fit reports whether there is any use in going on.
func (n *notes) fit() bool { return !n.book.unfit.Load() }

// entry notes an entry of the tree that end is called for, if it may lead to what
// was found, or if its name is wanted, and returns its number, or notNoted. Where it
// leads to is not known yet.
func (n *notes) entry(e *objects.TreeReader, name uint32, wanted bool) int {
	to := int32(noTree)
	if !e.IsTree() {
		if !wanted && !n.book.held.may(e) {
			return notNoted
		}
		to = notListed
	}
	n.entries.add(notedEntry{uint32(e.Start), name, to})
	return n.entries.n - 1
}

// resolve notes the ordinal of what an entry leads to.
func (n *notes) resolve(entry, ordinal int) {
	e := n.entries.at(entry)
	if e.to == noTree {
		e.to = int32(ordinal)
	} else {
		e.to = ^int32(ordinal)
	}
}

// end notes the tree o, whose entries were noted last, and returns its number.
func (n *notes) end(o *objects.Object, base int32, runs []objects.Run) int32 {
	if base == noBase && len(runs) > 0 { // the base is in no list
		n.book.unfit.Store(true)
	}
	for _, r := range runs {
		n.runs.add(notedRun{uint32(r.From), uint32(r.To), uint32(r.Len)})
	}
	n.take(treeSize + runSize*len(runs) + entrySize*(n.entries.n-n.told))
	n.told = n.entries.n
	t := notedTree{int32(o.Ordinal), base, uint32(n.entries.n), uint32(n.runs.n)}
	if o.Last {
		t.ordinal = ^t.ordinal
	} else {
		n.bases++
	}
	n.trees.add(t)
	return n.bases - 1
}

// commit notes a commit by its ordinal and those of what it names.
func (n *notes) commit(ordinal, tree int, parents []int32, time int64) {
	if !n.fit() {
		return
	}
	n.parents = append(n.parents, parents...)
	n.commits = append(n.commits, notedCommit{int32(ordinal), int32(tree), uint32(len(n.parents)), time})
	n.take(commitSize + parentSize*len(parents))
}

// tag notes a tag.
func (n *notes) tag(id objects.ID, t *objects.Tag) {
	if !n.fit() {
		return
	}
	if n.tags == nil {
		n.tags = map[objects.ID]tag{}
	}
	n.tags[id] = tag{t.Object, t.Type, person(t.Tagger), rfc3339(t.Tagger.Time)}
	n.take(tagSize + len(t.Tagger.Name) + len(t.Tagger.Mail))
}

// A pile is a list that grows without moving what is in it.
type pile[E any] struct {
	parts [][]E
	n     int
}

const pilePart = 1 << 12

func (p *pile[E]) add(e E) {
	if p.n%pilePart == 0 {
		p.parts = append(p.parts, make([]E, 0, pilePart))
	}
	last := &p.parts[len(p.parts)-1]
	*last = append(*last, e)
	p.n++
}

func (p *pile[E]) at(i int) *E { return &p.parts[i/pilePart][i%pilePart] }
