package history

import (
	"context"
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

	forest *forest  // what the survey believes
	sound  ordinals // trees that have the names under which it knows them
}

// maxWitnessed bounds the entries of trees that a witness keeps.
const maxWitnessed = 200_000

func newWitness(r *Repository) *witness {
	return &witness{r: r, lost: map[objects.ID]bool{}, trees: map[objects.ID]map[string]objects.ID{}}
}

// attend reads the commits of standings, and the trees on the way to their paths
// as the survey has it, each once and beside what it is a delta on.
func (w *witness) attend(ctx context.Context, c *census, standings [][]standing) error {
	w.forest, w.sound = c.f, make(ordinals, w.r.store.Len()/64+1)
	var list []int
	trees, commits := make(set, w.r.store.Len()/64+1), make(set, len(c.g.commits)/64+1)
	for _, places := range standings {
		for _, s := range places {
			at := &c.g.commits[s.commit]
			if n := int(s.commit); !commits.has(n) {
				commits.add(n)
				if k, ok := c.f.number(at.id); ok {
					list = append(list, k)
				}
			}
			w.way(at.tree, s.path, func(tree int) bool {
				if !trees.has(tree) {
					trees.add(tree)
					list = append(list, tree)
				}
				return true
			})
		}
	}
	// Whoever relies on what is not shown finds out.
	return w.r.store.Revisit(ctx, list, w.r.opts.Jobs, func(_ int, o *objects.Object) {
		switch o.Type {
		case objects.TypeCommit:
			if n, ok := c.g.number[o.ID]; ok {
				c.g.commits[n].describe(o.Data)
			}
		case objects.TypeTree:
			w.sound.add(o.Ordinal)
		}
	})
}

// way calls yield with the trees from one down to the one that a path ends in,
// for as long as yield says so. It returns false if it did not get there, or if
// there is more than one way.
func (w *witness) way(tree objects.ID, path string, yield func(tree int) bool) bool {
	f := w.forest
	n, ok := f.number(tree)
	for ok && yield(n) {
		name, rest, below := strings.Cut(path, "/")
		if !below {
			return true
		}
		number, known := f.known.number[name]
		ways := 0
		for _, e := range f.edges(n) {
			if e.name == number && known {
				ways++
				n, path = int(e.to), rest
			}
		}
		ok = ways == 1 && n >= 0
	}
	return false
}

// isSound reports whether attend has seen all that a path relies on.
func (w *witness) isSound(tree objects.ID, path string) bool {
	return w.forest != nil && w.way(tree, path, func(tree int) bool {
		return w.sound.has(tree)
	})
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
		c.describe(raw)
	}
}

// describe takes from a commit's data who made it, and when.
func (c *commit) describe(raw []byte) {
	parsed := objects.ParseCommit(raw)
	x := newCommit(c.id, &parsed)
	c.described, c.author, c.when, c.known = true, x.author, x.when, x.known
}

// path reads the trees on the way from a commit's tree to a path. It ends where
// a name is not found: names can contain slashes if they are forged.
func (w *witness) path(tree objects.ID, path string) {
	if w.isSound(tree, path) {
		return
	}
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
