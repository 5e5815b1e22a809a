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
	read    map[objects.ID]bool
	entries map[treeName]objects.ID
}

// A treeName is the name of an entry in a tree.
type treeName struct {
	tree objects.ID
	name string
}

func newWitness(r *Repository) *witness {
	return &witness{r: r, read: map[objects.ID]bool{}, entries: map[treeName]objects.ID{}}
}

// object reads an object. One whose content has another name is lost.
func (w *witness) object(id objects.ID, t objects.Type) []byte {
	got, raw, err := w.r.store.Read(id)
	if err == nil && got == t {
		return raw
	}
	if !w.read[id] {
		w.r.cover.AddLost(scanner.Gap{What: t.String() + " " + id.String(), Why: "its content has another name, and a finding's place relies on it", Fix: "git fsck --full"})
	}
	w.read[id] = true
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

// path reads the trees on the way from a commit's tree to a path.
func (w *witness) path(tree objects.ID, path string) {
	for {
		name, rest, below := strings.Cut(path, "/")
		key := treeName{tree, name}
		child, known := w.entries[key]
		if !known {
			child = w.child(key)
			w.entries[key] = child
		}
		if !below || child.IsZero() {
			return
		}
		tree, path = child, rest
	}
}

// child reads a tree and returns the object of one entry, which may be the zero
// ID: names can contain slashes if they are forged.
func (w *witness) child(key treeName) objects.ID {
	raw := w.object(key.tree, objects.TypeTree)
	for e, err := range objects.TreeEntries(raw, key.tree.Size()) {
		if err == nil && string(e.Name) == key.name {
			return e.ID
		}
	}
	return objects.ID{}
}
