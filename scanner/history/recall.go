package history

import (
	"context"
	"fmt"
	"sync"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/objects"
)

// noted reports whether the notes of the sweep say all that a survey would: trees
// were noted to lead to what was found in blobs and in names. What no index lists, as
// it stands in a temporary file only, can be known to trees by its name alone.
func (l *locator) noted() bool {
	if l.r.book == nil {
		return false
	}
	for _, name := range l.names {
		if _, empty, _ := l.r.seen.number([]byte(name)); empty { // what no tree has is not empty
			return false
		}
	}
	for _, id := range l.blobs {
		if n, ok := l.r.store.Ordinal(id); !ok || !l.r.book.held.has(n) {
			return false
		}
	}
	return true
}

// recall is survey from the notes of the sweep.
func (l *locator) recall(ctx context.Context) error {
	w := l.wantedNotes()
	pages := l.r.book.pages
	f := newForest(l.byBlob, nil, 0, leadingNotes(ctx, pages, l.r.store.Len(), w), l.r.store.Ordinal)
	l.r.book = nil
	var wg sync.WaitGroup
	for i := range pages {
		wg.Go(redact.Contained(func() {
			p := planter{f: f}
			p.replay(ctx, pages[i], w)
		}))
	}
	wg.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("reading notes of commits and trees: %w", ctx.Err())
	}
	l.tags = map[objects.ID]tag{}
	for i := range pages {
		for id, t := range pages[i].tags {
			l.tags[id] = t
		}
	}
	return l.take(ctx, arrange(notedCommits(l.r.store, pages)), f)
}

// notedCommits lists the commits that were noted, their parents by their places in the
// list. Each was noted once.
func notedCommits(store *objects.Store, pages []*notes) []commit {
	commits, parents := 0, 0
	for i := range pages {
		commits, parents = commits+len(pages[i].commits), parents+len(pages[i].parents)
	}
	list, above := make([]commit, 0, commits), make([]int32, 0, parents)
	place := make([]int32, store.Len()) // of a commit in the list, by its ordinal; from 1
	for i := range pages {
		for _, c := range pages[i].commits {
			list = append(list, commit{id: store.Name(int(c.commit)), tree: store.Name(int(c.tree)), time: c.time})
			place[c.commit] = int32(len(list))
		}
	}
	next := 0
	for i := range pages {
		from := uint32(0)
		for _, c := range pages[i].commits {
			begin := len(above)
			for _, p := range pages[i].parents[from:c.parents] {
				if k := place[p]; k > 0 {
					above = append(above, k-1)
				}
			}
			from = c.parents
			list[next].parents = above[begin:len(above):len(above)]
			next++
		}
	}
	return list
}

// A wantedNotes says which noted entries are wanted.
type wantedNotes struct {
	names  *seenNames
	blobs  map[int32]int32  // by ordinal
	maybe  set              // the ordinals in blobs
	byName map[uint32]int32 // by number of a name
}

func (l *locator) wantedNotes() *wantedNotes {
	w := &wantedNotes{names: &l.r.seen, blobs: map[int32]int32{}, byName: map[uint32]int32{}}
	for id, n := range l.byBlob {
		if k, ok := l.r.store.Ordinal(id); ok {
			w.blobs[int32(k)] = int32(n)
			w.maybe.add(k)
		}
	}
	for name, n := range l.byName {
		k, _, _ := l.r.seen.number([]byte(name))
		w.byName[k] = int32(n)
	}
	return w
}

// name returns the number of what is wanted by a name.
func (w *wantedNotes) name(name uint32) (n int32, ok bool) {
	if len(w.byName) == 0 {
		return 0, false
	}
	n, ok = w.byName[name]
	return n, ok
}

// replay adds the trees that one goroutine of the sweep noted. A delta's base
// was noted by the same goroutine, and before it.
func (p *planter) replay(ctx context.Context, n *notes, w *wantedNotes) {
	bases := make([]planted, 0, n.bases)
	entry, run := 0, 0
	for i := range n.trees.n {
		if i%pilePart == 0 && ctx.Err() != nil {
			return
		}
		t := n.trees.at(i)
		base := &planted{}
		if t.base != noBase {
			base = &bases[t.base]
		}
		p.edges, p.at = p.edges[:0], p.at[:0]
		for entry < int(t.entries) || run < int(t.runs) {
			if run < int(t.runs) {
				r := n.runs.at(run)
				if entry == int(t.entries) || r.to < n.entries.at(entry).at {
					p.inherit(base, objects.Run{From: int(r.from), To: int(r.to), Len: int(r.len)})
					run++
					continue
				}
			}
			p.recall(n.entries.at(entry), w)
			entry++
		}
		var own planted
		own.edges, p.room = keep(p.room, p.edges)
		if t.ordinal < 0 {
			p.claim(int(^t.ordinal), own.edges)
			continue
		}
		p.claim(int(t.ordinal), own.edges)
		own.at, p.roomAt = keep(p.roomAt, p.at)
		bases = append(bases, own)
	}
}

// recall is entry for one that was noted.
func (p *planter) recall(e *notedEntry, w *wantedNotes) {
	if n, ok := w.name(e.name); ok {
		p.noted(e, w, ^n)
	}
	switch {
	case e.to == noTree || e.to == notListed:
	case e.to >= 0:
		if p.f.leading.trees.has(int(e.to)) {
			p.noted(e, w, e.to)
		}
	case w.maybe.has(int(^e.to)):
		p.noted(e, w, ^w.blobs[^e.to])
	}
}

// noted adds an edge for an entry that was noted.
func (p *planter) noted(e *notedEntry, w *wantedNotes, to int32) {
	name, ok := p.numbers[e.name]
	if !ok {
		if p.numbers == nil {
			p.numbers = map[uint32]uint32{}
		}
		name = p.f.known.intern(w.names.text(e.name))
		p.numbers[e.name] = name
	}
	p.edges = append(p.edges, edge{name, to})
	p.at = append(p.at, e.at)
}
