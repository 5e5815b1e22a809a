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

// visitNames hands over the names in a tree that no other tree has shown.
func (r *Repository) visitNames(o *objects.Object, first bool, visit scanner.Visitor) bool {
	for e, err := range objects.TreeEntries(o.Data, o.ID.Size()) {
		if err != nil {
			if first {
				r.cover.AddLost(scanner.Gap{What: "tree " + o.ID.String(), Why: "malformed: " + err.Error(), Fix: "git fsck --full"})
			}
			break
		}
		if r.seen.first(e.Name) {
			visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Name, Path: string(e.Name)}, Data: e.Name})
		}
	}
	return false
}

