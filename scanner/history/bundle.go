package history

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// IsBundle reports whether the file at path is a git bundle.
func IsBundle(path string) bool { return objects.IsBundle(path) }

// OpenBundle opens a bundle file as a repository that has nothing but objects
// and refs. What it needs from another repository is not in its scope; where an
// object cannot be had without, it is lost.
func OpenBundle(path string, o Options) (*Repository, error) {
	store, b, err := objects.OpenBundle(path, o.store(""))
	if err != nil {
		return nil, err
	}
	o.Scope = Everything
	r := &Repository{name: path, opts: o, store: store, bundle: b, lookup: store.Lookup(), archives: o.archives()}
	r.refs = bundledRefs(b)
	r.cover.Refs = int64(len(r.refs.list))
	return r, nil
}

func bundledRefs(b *objects.Bundle) *refs {
	rs := &refs{symbolic: map[string]string{}}
	seen := map[string]bool{}
	for _, f := range b.Refs {
		switch {
		case seen[f.Name]:
			rs.others = append(rs.others, f.ID)
		case f.Name == "HEAD":
			rs.head, rs.heads = f.ID, append(rs.heads, f.ID)
		case strings.HasPrefix(f.Name, "refs/"):
			rs.list = append(rs.list, ref{f.Name, f.ID})
		default:
			rs.others = append(rs.others, f.ID)
		}
		seen[f.Name] = true
	}
	sort.Slice(rs.list, func(i, j int) bool { return rs.list[i].name < rs.list[j].name })
	return rs
}

// continues reports whether the repository is a bundle that continues a history
// it does not hold: what its objects name need not be in it.
func (r *Repository) continues() bool {
	return r.bundle != nil && (len(r.bundle.Prerequisites) > 0 || r.bundle.Filter != "")
}

// sweepBundle hands over all that a bundle holds.
func (r *Repository) sweepBundle(ctx context.Context, visit scanner.Visitor) error {
	if err := r.sweepObjects(ctx, visit); err != nil {
		return err
	}
	r.sweepRefNames(visit)
	if n := len(r.bundle.Prerequisites); n > 0 {
		r.cover.AddNote(fmt.Sprintf("the bundle continues the history of %s and holds nothing before; what needs that: git fetch the bundle in a repository that has it, and scan there", r.bundle.Prerequisites[0]))
	}
	if f := r.bundle.Filter; f != "" {
		r.cover.AddLost(scanner.Gap{What: "partial bundle", Why: "made with the filter " + f + ": other objects are not in it", Fix: "make the bundle without --filter"})
	}
	for oid := range r.pointers.blobs {
		r.cover.AddOpaque(scanner.Gap{What: "LFS object " + oid, Why: "a bundle holds no LFS objects", Fix: "awscred scan the repository that it was made of"})
	}
	return ctx.Err()
}
