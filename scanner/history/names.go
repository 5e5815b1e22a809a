package history

import (
	"hash/maphash"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// seenNames numbers the names of files and directories that were handed over, and
// remembers in which of them something was found. It is safe for use by several
// goroutines.
type seenNames struct {
	seed  maphash.Seed
	once  sync.Once
	shard [nameShards]struct {
		mu     sync.Mutex
		number map[string]uint32
		list   []seenName
	}
}

const nameShards = 64

// A seenName is a name, and what is known of it.
type seenName struct {
	text  string
	empty bool // it was looked at, and nothing was found
}

// first reports whether name is new.
func (s *seenNames) first(name []byte) bool {
	_, _, first := s.number(name)
	return first
}

// number returns the number of a name, whether it is known that there is nothing in
// it, and whether the name is new.
func (s *seenNames) number(name []byte) (n uint32, empty, first bool) {
	return s.hashed(name, s.hash(name))
}

func (s *seenNames) hash(name []byte) uint64 {
	s.once.Do(func() { s.seed = maphash.MakeSeed() })
	return maphash.Bytes(s.seed, name)
}

// hashed is number for a name of which the hash is known.
func (s *seenNames) hashed(name []byte, hash uint64) (n uint32, empty, first bool) {
	k := uint32(hash % nameShards)
	sh := &s.shard[k]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if n, ok := sh.number[string(name)]; ok {
		return n, sh.list[n/nameShards].empty, false
	}
	if sh.number == nil {
		sh.number = map[string]uint32{}
	}
	text := string(name)
	n = uint32(len(sh.list))*nameShards + k
	sh.list = append(sh.list, seenName{text: text})
	sh.number[text] = n
	return n, false, true
}

// nothing says that there is nothing in the name of a number.
func (s *seenNames) nothing(n uint32) {
	sh := &s.shard[n%nameShards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.list[n/nameShards].empty = true
}

// text returns the name of a number.
func (s *seenNames) text(n uint32) string {
	sh := &s.shard[n%nameShards]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.list[n/nameShards].text
}

// A shownTree is what a delta on a tree needs to know.
type shownTree struct {
	marks objects.TreeMarks
	note  int32 // the tree's number in the notes
}

// sweepTree hands over the names in a tree that no other tree has shown, and
// looks for what its entries name. Entries that the tree has from its delta's
// base were seen there. It returns a *shownTree, or nil if no delta of the tree
// will ask for it.
func (r *Repository) sweepTree(q *linkQueue, o *objects.Object, first bool, visit scanner.Visitor) any {
	base, _ := o.Base.(*shownTree)
	if base == nil {
		base = &shownTree{note: noBase}
	}
	reader := &q.reader
	reader.Reset(o, base.marks)
	checked := first && o.Ordinal >= 0
	noted := o.Ordinal >= 0 && q.notes.fit()
	if noted && !q.notes.book.held.known.Load() {
		q.notes.book.unfit.Store(true)
	}
	unnamed := false
	for reader.Next() {
		name := reader.Name
		unnamed = unnamed || len(name) == 0 // which git refuses: tree-walk.c, decode_tree_entry
		number, empty := q.name(&r.seen, visit, name)
		note := notNoted
		if noted {
			note = q.notes.entry(reader, number, !empty)
		}
		q.entry(reader, checked, note)
	}
	if unnamed && first {
		r.cover.AddLost(scanner.Gap{What: "tree " + o.ID.String(), Why: "malformed: an entry has no name", Fix: "git fsck --full"})
	}
	if err := reader.Err(); err != nil && first {
		r.cover.AddLost(scanner.Gap{What: "tree " + o.ID.String(), Why: "malformed: " + err.Error(), Fix: "git fsck --full"})
	}
	note := int32(noBase)
	if noted {
		note = q.notes.end(o, base.note, reader.Runs())
	}
	if o.Last {
		return nil
	}
	return &shownTree{reader.Marks(), note}
}
