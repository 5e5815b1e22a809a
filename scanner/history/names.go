package history

import (
	"hash/maphash"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// seenNames remembers the names of files and directories that were handed over.
type seenNames struct {
	seed  maphash.Seed
	once  sync.Once
	shard [64]struct {
		mu    sync.Mutex
		names map[string]struct{}
	}
}

// first reports whether name is new.
func (s *seenNames) first(name []byte) bool {
	s.once.Do(func() { s.seed = maphash.MakeSeed() })
	sh := &s.shard[maphash.Bytes(s.seed, name)%64]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if _, ok := sh.names[string(name)]; ok {
		return false
	}
	if sh.names == nil {
		sh.names = map[string]struct{}{}
	}
	sh.names[string(name)] = struct{}{}
	return true
}

// sweepTree hands over the names in a tree that no other tree has shown, and
// looks for what its entries name. Entries that the tree has from its delta's
// base were seen there. It returns the tree's marks.
func (r *Repository) sweepTree(reader *objects.TreeReader, o *objects.Object, first bool, links *linkCheck, visit scanner.Visitor) any {
	base, _ := o.Base.(objects.TreeMarks)
	reader.Reset(o, base)
	unnamed := false
	for reader.Next() {
		name := reader.Name
		unnamed = unnamed || len(name) == 0 // which git refuses: tree-walk.c, decode_tree_entry
		if r.seen.first(name) {
			visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Name, Path: string(name)}, Data: name})
		}
		if first && o.Ordinal >= 0 {
			links.entry(reader.Entry())
		}
	}
	if unnamed && first {
		r.cover.AddLost(scanner.Gap{What: "tree " + o.ID.String(), Why: "malformed: an entry has no name", Fix: "git fsck --full"})
	}
	if err := reader.Err(); err != nil && first {
		r.cover.AddLost(scanner.Gap{What: "tree " + o.ID.String(), Why: "malformed: " + err.Error(), Fix: "git fsck --full"})
	}
	return reader.Marks()
}
