package history

import (
	"context"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// An introduction is what the commits of a range bring: objects that are in the
// tree of one of them and in no tree of its parents, under whatever path; and
// names that stand where its parents have none.
type introduction struct {
	commits []objects.ID
	trees   []objects.ID
	blobs   []objects.ID
	names   map[string]bool
	objects []objects.ID // tags, and what a ref names without a commit
	sizes   []int        // of those trees that could be read, in bytes
}

func (in *introduction) treeBytes() int64 {
	n := int64(0)
	for _, size := range in.sizes {
		n += int64(size)
	}
	return n
}

// A plainTree is a tree object taken apart.
type plainTree struct {
	entries []plainEntry
	byName  map[string][]int32 // made when it is first needed
}

type plainEntry struct {
	name string
	id   objects.ID
	kind entryKind
}

type entryKind uint8

const (
	fileEntry entryKind = iota
	treeEntry
	linkEntry // a submodule's commit
)

// A differ compares the trees of commits with those of their parents.
type differ struct {
	r      *Repository
	cache  map[objects.ID]*plainTree
	cached int // entries in cache
	lost   map[objects.ID]bool
	sizes  map[objects.ID]int // of the trees that were needed, in bytes
}

// maxCached bounds the entries of trees that a differ keeps.
const maxCached = 500_000

func newDiffer(r *Repository) *differ {
	return &differ{r: r, cache: map[objects.ID]*plainTree{}, lost: map[objects.ID]bool{}, sizes: map[objects.ID]int{}}
}

// tree reads a tree. Of one that cannot be read it returns an empty one, and
// records it as lost if it is needed.
func (d *differ) tree(id objects.ID, needed bool) *plainTree {
	if t, ok := d.cache[id]; ok && (!needed || d.counted(id)) {
		return t
	}
	t := &plainTree{}
	typ, raw, err := d.r.lookup.Read(id)
	switch {
	case err == nil && typ == objects.TypeTree:
		t.entries = d.r.plainEntries(id, raw, needed && !d.counted(id))
		if needed {
			d.sizes[id] = len(raw)
		}
	case needed && !isEmpty(id) && !d.lost[id]:
		d.lost[id] = true
		d.r.loseObject(objects.TypeTree, id, err)
	}
	if d.cached += len(t.entries) + 1; d.cached > maxCached {
		clear(d.cache)
		d.cached = len(t.entries)
	}
	d.cache[id] = t
	return t
}

// counted reports whether a tree has been needed before.
func (d *differ) counted(id objects.ID) bool {
	_, ok := d.sizes[id]
	return ok || d.lost[id]
}

func (r *Repository) plainEntries(id objects.ID, raw []byte, needed bool) []plainEntry {
	var list []plainEntry
	for e, err := range objects.TreeEntries(raw, id.Size()) {
		if err != nil {
			if needed {
				r.cover.AddLost(scanner.Gap{What: "tree " + id.String(), Why: "malformed: " + err.Error(), Fix: "git fsck --full"})
			}
			break
		}
		kind := fileEntry
		switch {
		case e.IsTree():
			kind = treeEntry
		case e.IsSubmodule():
			kind = linkEntry
		}
		list = append(list, plainEntry{string(e.Name), e.ID, kind})
	}
	return list
}

// loseObject records an object of the scope that could not be read.
func (r *Repository) loseObject(t objects.Type, id objects.ID, err error) {
	gap := scanner.Gap{What: t.String() + " " + id.String(), Why: "missing", Fix: "git fsck --full; fetch it from another clone"}
	switch {
	case err != nil && !notFound(err):
		gap.Why, gap.Fix = "unreadable: "+err.Error(), "git fsck --full"
	case err == nil:
		gap.Why = "it is no " + t.String()
	case r.store.Promisor():
		gap = scanner.Gap{What: "partial clone", Why: "objects were never fetched", Fix: "git fetch --refetch --no-filter"}
	}
	r.cover.AddLost(gap)
}

// A fresh is what a tree has under a path that none of some others has there.
type fresh struct {
	trees, blobs map[objects.ID]bool
	names        map[string]bool
}

// A comparison is a tree and those that stand under its path elsewhere.
type comparison struct {
	tree objects.ID
	olds []objects.ID
}

func (c comparison) key() string {
	var b strings.Builder
	b.Write(c.tree.Bytes())
	for _, o := range c.olds {
		b.Write(o.Bytes())
	}
	return b.String()
}

// diff collects what root has and, under the same path, none of olds. It goes
// through every pair of trees once, however many paths lead there.
func (d *differ) diff(ctx context.Context, root objects.ID, olds []objects.ID) (*fresh, error) {
	f := &fresh{trees: map[objects.ID]bool{}, blobs: map[objects.ID]bool{}, names: map[string]bool{}}
	if slices.Contains(olds, root) {
		return f, nil
	}
	f.trees[root] = true
	todo := []comparison{{root, olds}}
	been := map[string]bool{todo[0].key(): true}
	for len(todo) > 0 {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, next := range d.compare(c, f) {
			if k := next.key(); !been[k] {
				been[k] = true
				todo = append(todo, next)
			}
		}
	}
	return f, nil
}

// compare compares one tree, and returns the subtrees that differ.
func (d *differ) compare(c comparison, f *fresh) []comparison {
	t := d.tree(c.tree, true)
	olds := make([]*plainTree, len(c.olds))
	for i, id := range c.olds {
		olds[i] = d.tree(id, false)
	}
	var below []comparison
	for i, e := range t.entries {
		named, same, subtrees := matching(olds, i, e)
		if same {
			continue
		}
		if !named {
			f.names[e.name] = true
		}
		switch e.kind {
		case treeEntry:
			f.trees[e.id] = true
			below = append(below, comparison{e.id, subtrees})
		case fileEntry:
			f.blobs[e.id] = true
		}
	}
	return below
}

// matching looks for the ith entry of a tree in others: whether one has that
// name, whether one has it for the same object, and which trees have that name.
func matching(olds []*plainTree, i int, e plainEntry) (named, same bool, subtrees []objects.ID) {
	for _, o := range olds {
		if i < len(o.entries) && o.entries[i] == e {
			return true, true, nil // as in most places
		}
	}
	for _, o := range olds {
		for _, k := range o.named(e.name) {
			x := o.entries[k]
			named, same = true, same || x.id == e.id
			if x.kind == treeEntry && !slices.Contains(subtrees, x.id) {
				subtrees = append(subtrees, x.id)
			}
		}
	}
	return named, same, subtrees
}

// named lists the entries of a name: one, unless the tree is malformed.
func (t *plainTree) named(name string) []int32 {
	if t.byName == nil {
		t.byName = make(map[string][]int32, len(t.entries))
		for i, e := range t.entries {
			t.byName[e.name] = append(t.byName[e.name], int32(i))
		}
	}
	return t.byName[name]
}

// with returns s ∪ {n}.
func (s set) with(n int) set {
	if s.has(n) {
		return s
	}
	var one set
	one.add(n)
	return s.union(one)
}

// A container knows which of some wanted objects, and entries of wanted names, a
// tree holds, at any depth.
type container struct {
	d      *differ
	wanted map[objects.ID]int
	names  map[string]int // nil if no names are wanted
	memo   map[objects.ID]set
}

// below returns the numbers of the wanted objects that a tree holds, itself
// included. It does not recurse: the depth is the repository's choice.
func (c *container) below(ctx context.Context, root objects.ID) (set, error) {
	type frame struct {
		id      objects.ID
		entries []plainEntry
		next    int
		has     set
	}
	open := func(id objects.ID) frame {
		c.memo[id] = nil // a tree that holds itself, by forged names, adds nothing
		f := frame{id: id, entries: c.d.tree(id, false).entries}
		if n, ok := c.wanted[id]; ok {
			f.has.add(n)
		}
		return f
	}
	if has, ok := c.memo[root]; ok {
		return has, nil
	}
	stack := []frame{open(root)}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.next == len(top.entries) {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			c.memo[top.id] = top.has
			stack = stack[:len(stack)-1]
			continue
		}
		e := top.entries[top.next]
		if e.kind == treeEntry {
			has, known := c.memo[e.id]
			if !known {
				stack = append(stack, open(e.id))
				continue
			}
			top.has = top.has.union(has)
		} else if n, ok := c.wanted[e.id]; ok && e.kind == fileEntry {
			top.has = top.has.with(n)
		}
		if n, ok := c.names[e.name]; ok {
			top.has = top.has.with(n)
		}
		top.next++
	}
	return c.memo[root], nil
}
