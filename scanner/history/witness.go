package history

import (
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// A witness reads the commits and trees that a reported place relies on once
// more, by their names, which are computed: an index can give an object any
// name, and the survey believes it. Most commits are not asked for, so that it
// is also who reads persons and times.
type witness struct {
	r       *Repository
	lost    map[objects.ID]bool
	trees   map[objects.ID]map[string]objects.ID // the entries of those that were read twice, nil for once
	entries int                                  // in trees
}

// maxWitnessed bounds the entries of trees that a witness keeps.
const maxWitnessed = 200_000

func newWitness(r *Repository) *witness {
	return &witness{r: r, lost: map[objects.ID]bool{}, trees: map[objects.ID]map[string]objects.ID{}}
}

// object reads an object. One whose content has another name is lost.
func (w *witness) object(id objects.ID, t objects.Type) []byte {
	got, raw, err := w.r.store.Read(id)
	if err == nil && got == t {
		return raw
	}
	if !w.lost[id] {
		w.r.cover.AddLost(scanner.Gap{What: t.String() + " " + id.String(), Why: "its content has another name, and a finding's place relies on it", Fix: "git fsck --full"})
	}
	w.lost[id] = true
	return nil
}

// commit fills in who made a commit, and when.
func (w *witness) commit(c *commit) {
	if c.described {
		return
	}
	c.described = true
	if raw := w.object(c.id, objects.TypeCommit); raw != nil {
		parsed := objects.ParseCommit(raw)
		x := newCommit(c.id, &parsed)
		c.author, c.when, c.known = x.author, x.when, x.known
	}
}

// path reads the trees on the way from a commit's tree to a path. It ends where
// a name is not found: names can contain slashes if they are forged.
func (w *witness) path(tree objects.ID, path string) {
	for {
		name, rest, below := strings.Cut(path, "/")
		child := w.child(tree, name)
		if !below || child.IsZero() {
			return
		}
		tree, path = child, rest
	}
}

// child returns what a tree has under a name. Most trees are asked for one name;
// of those that are asked again the entries are kept.
func (w *witness) child(tree objects.ID, name string) objects.ID {
	entries, known := w.trees[tree]
	if entries != nil {
		return entries[name]
	}
	raw := w.object(tree, objects.TypeTree)
	if !known {
		w.keep(tree, nil)
		for e, err := range objects.TreeEntries(raw, tree.Size()) {
			if err == nil && string(e.Name) == name {
				return e.ID
			}
		}
		return objects.ID{}
	}
	entries = map[string]objects.ID{}
	for e, err := range objects.TreeEntries(raw, tree.Size()) {
		if _, twice := entries[string(e.Name)]; err == nil && !twice {
			entries[string(e.Name)] = e.ID
		}
	}
	w.keep(tree, entries)
	return entries[name]
}

func (w *witness) keep(tree objects.ID, entries map[string]objects.ID) {
	w.entries += len(entries)
	if _, known := w.trees[tree]; !known {
		w.entries++
	}
	if w.entries > maxWitnessed {
		clear(w.trees)
		w.entries = len(entries) + 1
	}
	w.trees[tree] = entries
}
