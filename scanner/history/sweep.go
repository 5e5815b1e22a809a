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
	links := newLinkCheck(r)
	o := r.sweepOptions()
	readers := make([]objects.TreeReader, o.Jobs)
	err := r.store.Sweep(ctx, o, func(worker int, o *objects.Object) any {
		first := r.once.first(r.store, o)
		listed := first && o.Ordinal >= 0
		if listed {
			r.cover.Count(1, int64(len(o.Data)), 0)
			links.shown(o)
		}
		if o.Type == objects.TypeTree {
			return r.sweepTree(&readers[worker], o, first, links, visit)
		}
		if listed && o.Type == objects.TypeCommit {
			r.cover.CountCommits(1)
		}
		if listed {
			links.check(o)
			r.checkForm(o)
		}
		return r.visitObject(ctx, o, first, visit)
	})
	for _, l := range r.store.Lost() {
		r.cover.AddLost(scanner.Gap{What: l.What, Why: l.Why, Fix: l.Fix, Count: max(1, l.Count)})
	}
	links.report(r)
	return err
}

// checkForm loses a commit or a tag that git would not understand: what it holds
// is read, but what it leads to is not known.
func (r *Repository) checkForm(o *objects.Object) {
	if why := malformed(o); why != "" {
		r.cover.AddLost(scanner.Gap{What: o.Type.String() + " " + o.ID.String(), Why: "malformed: " + why, Fix: "git fsck --full"})
	}
}

// A seenObjects remembers the objects of a store that were shown. It is safe for
// use by several goroutines.
type seenObjects struct {
	once sync.Once
	bits []atomic.Uint64
}

// first reports whether an object is shown for the first time. What the store
// does not list, as it stands in a temporary file only, is always new.
func (s *seenObjects) first(store *objects.Store, o *objects.Object) bool {
	s.once.Do(func() { s.bits = make([]atomic.Uint64, store.Len()/64+1) })
	n := o.Ordinal
	if n < 0 || n>>6 >= len(s.bits) {
		return true
	}
	bit := uint64(1) << (n & 63)
	return s.bits[n>>6].Or(bit)&bit == 0
}
