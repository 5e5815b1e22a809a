package history

import (
	"context"
	"math/bits"
	"sync"
	"sync/atomic"

	"github.com/awscred/awscred/internal/redact"
)

// A leading set holds the trees that may lead to a wanted blob or name, by their
// ordinals, and numbers them in that order: most trees do not, and a forest has no room for
// them.
type leading struct {
	trees  ordinals
	before []uint32 // by word of trees, how many are in the words before it
	n      int
}

// maxRounds is how deep trees may lie below one another for all of them to be looked
// at; where they lie deeper every tree is taken for one that leads.
const maxRounds = 64

// leadingNotes finds the trees that lead to what is wanted: in each round those that
// name a tree of the round before. A tree leads if its delta's base does, whose
// entries it may have.
func leadingNotes(ctx context.Context, pages []*notes, size int, w *wantedNotes) *leading {
	l := &leading{trees: make(ordinals, size/64+1)}
	for round := 0; ; round++ {
		var more atomic.Bool
		var wg sync.WaitGroup
		for i := range pages {
			wg.Go(redact.Contained(func() {
				if l.round(pages[i], w, round == maxRounds) {
					more.Store(true)
				}
			}))
		}
		wg.Wait()
		if !more.Load() || round == maxRounds || ctx.Err() != nil {
			break
		}
	}
	l.count()
	return l
}

// round adds the trees of one goroutine that lead to those that are known to, or all
// of them, and reports whether there were any.
func (l *leading) round(n *notes, w *wantedNotes, all bool) (more bool) {
	bases := make([]int32, 0, n.bases)
	entry := 0
	for i := range n.trees.n {
		t := n.trees.at(i)
		ordinal, isBase := t.ordinal, t.ordinal >= 0
		if !isBase {
			ordinal = ^ordinal
		}
		leads := l.trees.has(int(ordinal))
		if !leads {
			leads = all || t.base != noBase && l.trees.has(int(bases[t.base]))
			for ; !leads && entry < int(t.entries); entry++ {
				leads = l.leads(n.entries.at(entry), w)
			}
			if leads {
				l.trees.add(int(ordinal))
				more = true
			}
		}
		entry = int(t.entries)
		if isBase {
			bases = append(bases, ordinal)
		}
	}
	return more
}

// leads reports whether an entry leads to what is wanted.
func (l *leading) leads(e *notedEntry, w *wantedNotes) bool {
	if _, ok := w.name(e.name); ok {
		return true
	}
	switch {
	case e.to == noTree || e.to == notListed:
		return false
	case e.to >= 0:
		return l.trees.has(int(e.to))
	}
	return w.maybe.has(int(^e.to))
}

// count numbers the trees.
func (l *leading) count() {
	l.before = make([]uint32, len(l.trees))
	for i := range l.trees {
		l.before[i] = uint32(l.n)
		l.n += bits.OnesCount64(l.trees[i].Load())
	}
}

// place returns the number of a tree, and whether it leads.
func (l *leading) place(ordinal int) (int, bool) {
	word, bit := l.trees[ordinal>>6].Load(), uint64(1)<<(ordinal&63)
	return int(l.before[ordinal>>6]) + bits.OnesCount64(word&(bit-1)), word&bit != 0
}
