package objects

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Lost is one thing that should be there and could not be read, or could not be
// trusted. A scan with anything lost is not complete.
type Lost struct {
	What   string // what it is: `blob 1f2e…`, `pack "pack-….pack"`, `alternate "../x"`
	Why    string // one clause: "corrupt: Adler-32 mismatch", "outside the repository"
	Fix    string // what a person can do about it, or ""
	Count  int    // how many objects are lost with it; 0 if none that we know of
	Object ID     // the object, if it is one and its name is known
	Pack   string // file name of the pack it stands in, if any
}

// What a person can do about a loss.
const (
	fixRefetch    = "run git fsck --full; fetch the repository again or restore the file from a backup"
	fixReindex    = "run git index-pack on the pack, or fetch the repository again"
	fixLimit      = "scan it with more --memory"
	fixAlternates = "scan with --follow-alternates"
	fixRestore    = "restore the missing files, or fetch the repository again"
	fixPermission = "run awscred as a user who may read it"
)

// noPermission is why a file is lost that others may read.
const noPermission = "permission denied"

// losses collects what was lost. It is safe for concurrent use.
type losses struct {
	mu   sync.Mutex
	list map[lossKey]Lost
}

type lossKey struct{ what, why, pack string }

// add records l. The same thing lost twice counts once, with the larger Count.
func (ls *losses) add(l Lost) {
	if l.Why == noPermission { // nothing is damaged
		l.Fix = fixPermission
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	k := lossKey{l.What, l.Why, l.Pack}
	if old, ok := ls.list[k]; ok && old.Count >= l.Count {
		return
	}
	if ls.list == nil {
		ls.list = make(map[lossKey]Lost)
	}
	ls.list[k] = l
}

// sorted returns all losses in an order that does not depend on goroutines.
func (ls *losses) sorted() []Lost {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	all := make([]Lost, 0, len(ls.list))
	for _, l := range ls.list {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b Lost) int {
		return cmp.Or(strings.Compare(a.Pack, b.Pack), strings.Compare(a.What, b.What), strings.Compare(a.Why, b.Why))
	})
	return all
}
