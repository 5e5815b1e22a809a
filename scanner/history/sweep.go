package history

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// sweepObjects hands over every object of the store.
func (r *Repository) sweepObjects(ctx context.Context, visit scanner.Visitor) error {
	if r.store.Len() == 0 {
		r.cover.AddNote("the repository has no objects: nothing was ever staged or committed")
	}
	links := &linkCheck{store: r.store, shallow: r.readShallow()}
	err := r.store.Sweep(ctx, r.sweepOptions(), func(_ int, o *objects.Object) any {
		first, listed := r.once.first(r.store, o.ID)
		if first && listed {
			r.cover.Count(1, int64(len(o.Data)), 0)
			if o.Type == objects.TypeCommit {
				r.cover.CountCommits(1)
			}
			links.check(o)
		}
		if r.visitObject(ctx, o, first, visit) {
			return true
		}
		return nil
	})
	for _, l := range r.store.Lost() {
		r.cover.AddLost(scanner.Gap{What: l.What, Why: l.Why, Fix: l.Fix, Count: max(1, l.Count)})
	}
	links.report(r)
	return err
}

// A seenObjects remembers the objects of a store that were shown. It is safe for
// use by several goroutines.
type seenObjects struct {
	once sync.Once
	bits []atomic.Uint64
}

// first reports whether an object is shown for the first time, and whether the
// store lists it at all: what stands in a temporary file only is always new.
func (s *seenObjects) first(store *objects.Store, id objects.ID) (first, listed bool) {
	s.once.Do(func() { s.bits = make([]atomic.Uint64, store.Len()/64+1) })
	n, ok := store.Ordinal(id)
	if !ok || n>>6 >= len(s.bits) {
		return true, false
	}
	bit := uint64(1) << (n & 63)
	return s.bits[n>>6].Or(bit)&bit == 0, true
}

