package history

import (
	"sync/atomic"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// kinds compares what objects are with what others take them for. It is safe
// for use by several goroutines.
type kinds struct {
	are, named [objects.TypeTag + 1]ordinals
}

// ordinals is a set of numbers of objects.
type ordinals []atomic.Uint64

// add adds a number and reports whether it is new.
func (s ordinals) add(n int) bool {
	word, bit := &s[n>>6], uint64(1)<<(n&63)
	return word.Load()&bit == 0 && word.Or(bit)&bit == 0
}

func (s ordinals) has(n int) bool { return s[n>>6].Load()&(1<<(n&63)) != 0 }

func newKinds(store *objects.Store) *kinds {
	k := &kinds{}
	for t := range k.are {
		k.are[t], k.named[t] = make(ordinals, store.Len()/64+1), make(ordinals, store.Len()/64+1)
	}
	return k
}

// wrong returns the objects that are of another type than t, though they were
// named as one, as the n-th word of a set.
func (k *kinds) wrong(t objects.Type, n int) uint64 {
	known := uint64(0)
	for _, s := range k.are {
		known |= s[n].Load()
	}
	return k.named[t][n].Load() & known &^ k.are[t][n].Load()
}

// report puts what is taken for something else into the ledger.
func (k *kinds) report(r *Repository) {
	for t := objects.TypeCommit; t <= objects.TypeTag; t++ {
		wrong := 0
		for n := range k.are[t] {
			if k.wrong(t, n) != 0 {
				wrong++
			}
		}
		if wrong == 0 {
			continue
		}
		for id := range r.store.All() {
			if n, ok := r.store.Ordinal(id); ok && k.wrong(t, n>>6)>>(n&63)&1 != 0 {
				r.cover.AddLost(scanner.Gap{What: "object " + id.String(), Why: "it is named as a " + t.String() + " and is none", Fix: "git fsck --full"})
			}
		}
	}
}
