package history

import (
	"container/heap"
	"context"
	"errors"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// Colours of a commit: from which side of a range it can be reached.
const (
	fromBase uint8 = 1 << iota
	fromTip
)

// A walked is one commit of an ancestry.
type walked struct {
	id      objects.ID
	tree    objects.ID
	parents []objects.ID
	when    int64 // the committer's time
	colours uint8
	queued  bool
}

// An ancestry is the history behind some commits, as far as it has to be known
// to say which commits are between two.
type ancestry struct {
	r         *Repository
	symmetric bool
	commits   map[objects.ID]*walked
	missing   map[objects.ID]bool // commits that others name, and that cannot be read
	queue     walkHeap
	inside    int // commits in the queue that are inside as far as is known
}

// surplus is how many commits behind the range are looked at although their
// dates say that none of them can lead back into it. Dates are whatever a
// clock, or a person, made them: a history of up to this length is decided by
// ancestry alone. Behind it a commit may, for a wrong date, be taken for one
// of the range, and never the other way round.
const surplus = 10_000

// between finds the commits that can be reached from revs.include and not from
// revs.exclude or, if it is symmetric, from one of them only (git rev-list).
func (r *Repository) between(ctx context.Context, revs *revisions) (*ancestry, error) {
	a := &ancestry{r: r, symmetric: revs.symmetric, commits: map[objects.ID]*walked{}, missing: map[objects.ID]bool{}}
	for _, id := range revs.exclude {
		a.reach(id, fromBase)
	}
	for _, id := range revs.include {
		a.reach(id, fromTip)
	}
	oldest := int64(1<<63 - 1)
	for left := surplus; a.queue.Len() > 0; {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		w := heap.Pop(&a.queue).(*walked)
		w.queued = false
		if a.isInside(w) {
			a.inside--
			oldest = min(oldest, w.when)
		} else if a.inside == 0 {
			if left--; left < 0 && w.when < oldest {
				break
			}
		}
		for _, p := range w.parents {
			a.reach(p, w.colours)
		}
	}
	return a, nil
}

// isInside reports whether a commit is in the range, as far as is known.
func (a *ancestry) isInside(w *walked) bool {
	if a.symmetric {
		return w.colours == fromBase || w.colours == fromTip
	}
	return w.colours == fromTip
}

// reach colours a commit, and queues it if that is news.
func (a *ancestry) reach(id objects.ID, colours uint8) {
	w, known := a.commits[id]
	if !known {
		if w = a.read(id); w == nil {
			return
		}
		a.commits[id] = w
	}
	if w.colours|colours == w.colours {
		return
	}
	if w.queued && a.isInside(w) {
		a.inside--
	}
	w.colours |= colours
	if !w.queued {
		w.queued = true
		heap.Push(&a.queue, w)
	}
	if a.isInside(w) {
		a.inside++
	}
}

func (a *ancestry) read(id objects.ID) *walked {
	if a.missing[id] {
		return nil
	}
	typ, raw, err := a.r.lookup.Read(id)
	if err != nil || typ != objects.TypeCommit {
		a.missing[id] = true
		return nil
	}
	c := objects.ParseCommit(raw)
	return &walked{id: id, tree: c.Tree, parents: c.Parents, when: c.Committer.Time.Unix()}
}

// list returns the commits of the range, in no order that means anything.
func (a *ancestry) list() []*walked {
	var list []*walked
	for _, w := range a.commits {
		if a.isInside(w) {
			list = append(list, w)
		}
	}
	return list
}

// loseEnds records which of the commits that a scope ends with are not here: a
// stash, or the HEAD of another work tree.
func (a *ancestry) loseEnds(ids []objects.ID) {
	lost := map[objects.ID]bool{}
	for _, id := range ids {
		if a.missing[id] && !lost[id] {
			lost[id] = true
			_, _, err := a.r.lookup.Read(id)
			a.r.loseObject(objects.TypeCommit, id, err)
		}
	}
}

// account records the parents of commits of the range that are not here: the
// range is not known for certain then.
func (a *ancestry) account(list []*walked) {
	cut := 0
	for _, w := range list {
		for _, p := range w.parents {
			if !a.missing[p] {
				continue
			}
			if a.r.isShallow() {
				cut++
				break
			}
			_, _, err := a.r.lookup.Read(p)
			why := "missing"
			if err != nil && !errors.Is(err, objects.ErrNotFound) {
				why = "unreadable: " + err.Error()
			}
			a.r.cover.AddLost(scanner.Gap{What: "commit " + p.String(), Why: why, Fix: "git fsck --full; fetch it from another clone"})
		}
	}
	if cut > 0 {
		a.r.cover.AddLost(scanner.Gap{What: "shallow clone", Why: "the range begins before what is here", Count: cut,
			Fix: "git fetch --unshallow   (actions/checkout: fetch-depth: 0)"})
	}
}

// A walkHeap gives the commit with the latest time first.
type walkHeap []*walked

func (h walkHeap) Len() int { return len(h) }

func (h walkHeap) Less(i, j int) bool {
	if h[i].when != h[j].when {
		return h[i].when > h[j].when
	}
	return h[i].id.Compare(h[j].id) < 0
}

func (h walkHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push appends x, a *walked.
func (h *walkHeap) Push(x any) { *h = append(*h, x.(*walked)) }

// Pop removes the last element.
func (h *walkHeap) Pop() any {
	last := len(*h) - 1
	w := (*h)[last]
	*h = (*h)[:last]
	return w
}
