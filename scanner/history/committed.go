package history

import (
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// committed says of what stands in the index whether commits have it, too, for
// scans that read no history: the work tree of a clone is in its index, and to
// call that staged would say that nobody else has it. Only HEAD and the tips of
// what was fetched are looked at.
type committed struct {
	r    *Repository
	head *treeIndex
	tips []objects.ID // trees
}

// maxTips is how many refs of remotes are looked at.
const maxTips = 1000

func (r *Repository) newCommitted() *committed {
	c := &committed{r: r}
	c.head, _ = r.headTree() // one that cannot be read has nothing
	seen := map[objects.ID]bool{}
	for _, ref := range r.refs.list {
		if len(seen) == maxTips {
			break
		}
		if r.refs.reach(ref.name) != fromRemotes || seen[ref.id] {
			continue
		}
		seen[ref.id] = true
		if tree, err := r.treeOf(ref.id); err == nil && !tree.IsZero() {
			c.tips = append(c.tips, tree)
		}
	}
	return c
}

// exposure is Pushed if a remote has at the same path what the index has there,
// Unpushed if only HEAD has it, and else Staged.
func (c *committed) exposure(b scanner.BlobRef) scanner.Exposure {
	for _, tree := range c.tips {
		if c.has(tree, b) {
			return scanner.Pushed
		}
	}
	if c.has(c.head.root, b) {
		return scanner.Unpushed
	}
	return scanner.Staged
}

// has reports whether a tree has a file, or the name of one.
func (c *committed) has(tree objects.ID, b scanner.BlobRef) bool {
	id := c.head.find(tree, b.Path)
	return !id.IsZero() && (b.Field == scanner.Name || id.String() == b.ID)
}
