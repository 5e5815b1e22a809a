package history

import (
	"context"
	"errors"
	"slices"

	"github.com/awscred/awscred/scanner/objects"
)

func notFound(err error) bool { return errors.Is(err, objects.ErrNotFound) }

// introduce finds what the commits of a range bring.
//
// What a commit has under a path where no parent has it is new as a change; it
// is new as an object if the parents have it under no other path either. Only
// what stands in the trees that the range begins with can be moved, copied or
// brought back by one of its commits without having come with another. So these
// trees are looked through once, and for what is found in them, which is
// little, it is decided commit by commit.
func (r *Repository) introduce(ctx context.Context, a *ancestry) (*introduction, error) {
	list := a.list()
	slices.SortFunc(list, func(x, y *walked) int { return x.id.Compare(y.id) })
	a.account(list)
	d := newDiffer(r)
	changes := make([]*fresh, len(list))
	begin := map[objects.ID]bool{}
	for i, w := range list {
		var olds []objects.ID
		for _, p := range w.parents {
			if before := a.commits[p]; before != nil {
				olds = append(olds, before.tree)
				if !a.isInside(before) {
					begin[before.tree] = true
				}
			}
		}
		var err error
		if changes[i], err = d.diff(ctx, w.tree, olds); err != nil {
			return nil, err
		}
	}
	if err := d.dropMoved(ctx, a, list, changes, begin); err != nil {
		return nil, err
	}
	in := gather(list, changes)
	for _, id := range in.trees {
		if size, ok := d.sizes[id]; ok {
			in.sizes = append(in.sizes, size)
		}
	}
	return in, nil
}

// gather adds up the commits' changes, each object once.
func gather(list []*walked, changes []*fresh) *introduction {
	in := &introduction{names: map[string]bool{}}
	trees, blobs := map[objects.ID]bool{}, map[objects.ID]bool{}
	for i, w := range list {
		in.commits = append(in.commits, w.id)
		for id := range changes[i].trees {
			trees[id] = true
		}
		for id := range changes[i].blobs {
			blobs[id] = true
		}
		for name := range changes[i].names {
			in.names[name] = true
		}
	}
	in.trees, in.blobs = sortedIDs(trees), sortedIDs(blobs)
	return in
}

func sortedIDs(ids map[objects.ID]bool) []objects.ID {
	list := make([]objects.ID, 0, len(ids))
	for id := range ids {
		list = append(list, id)
	}
	slices.SortFunc(list, objects.ID.Compare)
	return list
}

// dropMoved takes those objects out of changes that a parent has as well, under
// another path.
func (d *differ) dropMoved(ctx context.Context, a *ancestry, list []*walked, changes []*fresh, begin map[objects.ID]bool) error {
	changed := map[objects.ID]bool{}
	for _, f := range changes {
		for id := range f.trees {
			changed[id] = true
		}
		for id := range f.blobs {
			changed[id] = true
		}
	}
	c := &container{d: d, wanted: map[objects.ID]int{}, memo: map[objects.ID]set{}}
	if err := d.lookThrough(ctx, begin, func(id objects.ID) {
		if _, twice := c.wanted[id]; changed[id] && !twice {
			c.wanted[id] = len(c.wanted)
		}
	}); err != nil || len(c.wanted) == 0 {
		return err
	}
	for i, w := range list {
		if !changes[i].hasAny(c.wanted) {
			continue
		}
		for _, p := range w.parents {
			before := a.commits[p]
			if before == nil {
				continue
			}
			has, err := c.below(ctx, before.tree)
			if err != nil {
				return err
			}
			changes[i].drop(func(id objects.ID) bool {
				n, ok := c.wanted[id]
				return ok && has.has(n)
			})
		}
	}
	return nil
}

func (f *fresh) hasAny(wanted map[objects.ID]int) bool {
	for _, ids := range []map[objects.ID]bool{f.trees, f.blobs} {
		for id := range ids {
			if _, ok := wanted[id]; ok {
				return true
			}
		}
	}
	return false
}

func (f *fresh) drop(known func(objects.ID) bool) {
	for _, ids := range []map[objects.ID]bool{f.trees, f.blobs} {
		for id := range ids {
			if known(id) {
				delete(ids, id)
			}
		}
	}
}

// lookThrough shows every tree and file below some trees, each tree once.
func (d *differ) lookThrough(ctx context.Context, roots map[objects.ID]bool, show func(objects.ID)) error {
	been := map[objects.ID]bool{}
	var todo []objects.ID
	visit := func(id objects.ID) {
		if !been[id] {
			been[id] = true
			show(id)
			todo = append(todo, id)
		}
	}
	for id := range roots {
		visit(id)
	}
	for len(todo) > 0 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, e := range d.tree(id, false).entries {
			switch e.kind {
			case treeEntry:
				visit(e.id)
			case fileEntry:
				show(e.id)
			}
		}
	}
	return nil
}
