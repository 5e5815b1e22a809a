package history

import (
	"hash/maphash"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// seenNames numbers the names of files and directories that were handed over. It
// is safe for use by several goroutines.
type seenNames struct {
	seed  maphash.Seed
	once  sync.Once
	shard [nameShards]struct {
		mu     sync.Mutex
		number map[string]uint32
		text   []string
	}
}

const nameShards = 64

// first reports whether name is new.
func (s *seenNames) first(name []byte) bool {
	_, first := s.number(name)
	return first
}

// number returns the number of a name, and whether the name is new.
func (s *seenNames) number(name []byte) (n uint32, first bool) {
	s.once.Do(func() { s.seed = maphash.MakeSeed() })
	k := uint32(maphash.Bytes(s.seed, name) % nameShards)
	sh := &s.shard[k]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if n, ok := sh.number[string(name)]; ok {
		return n, false
	}
	if sh.number == nil {
		sh.number = map[string]uint32{}
	}
	text := string(name)
	n = uint32(len(sh.text))*nameShards + k
	sh.text = append(sh.text, text)
	sh.number[text] = n
	return n, true
}

// text returns the name of a number.
func (s *seenNames) text(n uint32) string { return s.shard[n%nameShards].text[n/nameShards] }

// A shownTree is what a delta on a tree needs to know.
type shownTree struct {
	marks objects.TreeMarks
	note  int32 // the tree's number in the notes
}

// sweepTree hands over the names in a tree that no other tree has shown, and
// looks for what its entries name. Entries that the tree has from its delta's
// base were seen there. It returns a *shownTree, or nil if no delta of the tree
// will ask for it.
func (r *Repository) sweepTree(reader *objects.TreeReader, q *linkQueue, o *objects.Object, first bool, visit scanner.Visitor) any {
	base, _ := o.Base.(*shownTree)
	if base == nil {
		base = &shownTree{note: noBase}
	}
	reader.Reset(o, base.marks)
	checked := first && o.Ordinal >= 0
	noted := o.Ordinal >= 0 && q.notes.fit()
	unnamed := false
	for reader.Next() {
		name := reader.Name
		unnamed = unnamed || len(name) == 0 // which git refuses: tree-walk.c, decode_tree_entry
		number, isNew := r.seen.number(name)
		if isNew {
			visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Name, Path: string(name)}, Data: name})
		}
		note := notNoted
		if noted {
			note = q.notes.entry(reader, number)
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
