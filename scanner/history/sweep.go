package history

import (
	"context"

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
	held := newHeldBlobs(r.store)
	showings := r.newShowings(o.Jobs, held)
	book := newNotebook(o.Jobs, held, r.opts.notes())
	o.Last, o.Between = objects.TypeTree, func() { held.known.Store(true) }
	queues, counts := make([]*linkQueue, o.Jobs), make([]count, o.Jobs)
	for i := range queues {
		queues[i] = newLinkQueue(links, book.pages[i])
	}
	err := r.store.Sweep(ctx, o, func(worker int, o *objects.Object) any {
		first := links.shown(o)
		listed := first && o.Ordinal >= 0
		if listed {
			counts[worker].add(&r.cover, len(o.Data))
		}
		switch o.Type {
		case objects.TypeTree:
			return r.sweepTree(queues[worker], o, first, visit)
		case objects.TypeCommit, objects.TypeTag:
			r.sweepHeader(o, listed, queues[worker])
		}
		return showings[worker].object(ctx, o, first, visit)
	})
	for i := range queues {
		queues[i].flush()
		counts[i].tell(&r.cover)
	}
	lost := r.store.Lost()
	for _, l := range lost {
		r.cover.AddLost(scanner.Gap{What: l.What, Why: l.Why, Fix: l.Fix, Count: max(1, l.Count)})
	}
	links.report(r)
	if err == nil && len(lost) == 0 && !book.unfit.Load() && !held.late.Load() {
		r.book = book
	}
	return err
}

// A count is of what one goroutine has read. It tells of it now and then, since
// processors that count together wait for one another.
type count struct {
	objects, bytes int64
	_              [48]byte // the next is in another line of the cache
}

// add counts an object of some bytes.
func (n *count) add(c *scanner.Coverage, size int) {
	n.objects++
	n.bytes += int64(size)
	if n.objects == 64 {
		n.tell(c)
	}
}

// tell adds to the coverage what was counted since the last time.
func (n *count) tell(c *scanner.Coverage) {
	c.Count(n.objects, n.bytes, 0)
	*n = count{}
}

// sweepHeader looks at what a commit or a tag names, and notes it. One that git
// would not understand is lost: what it holds is read, but what it leads to is
// not known.
func (r *Repository) sweepHeader(o *objects.Object, listed bool, q *linkQueue) {
	whole := false
	switch o.Type {
	case objects.TypeCommit:
		c := objects.ParseLinks(o.Data)
		whole = c.Plain && c.Tree.Size() == o.ID.Size()
		for _, p := range c.Parents {
			whole = whole && p.Size() == o.ID.Size()
		}
		if listed {
			r.cover.CountCommits(1)
			q.commit(o, &c)
		} else if o.Ordinal < 0 {
			q.notes.book.unfit.Store(true)
		}
	case objects.TypeTag:
		t := objects.ParseTag(o.Data)
		if listed {
			q.links.want(t.Object, t.Type)
		}
		q.notes.tag(o.ID, &t)
	}
	if !listed || whole {
		return
	}
	if why := malformed(o); why != "" {
		r.cover.AddLost(scanner.Gap{What: o.Type.String() + " " + o.ID.String(), Why: "malformed: " + why, Fix: "git fsck --full"})
	}
}
