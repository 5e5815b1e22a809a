package history

import (
	"context"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/objects"
)

// sweepStaged hands over what is about to be committed.
func (r *Repository) sweepStaged(ctx context.Context, visit scanner.Visitor) error {
	r.sweepStagedBlobs(ctx, visit)
	r.reportPointers()
	return ctx.Err()
}

// sweepStagedBlobs hands over the blobs of the index that HEAD does not have at
// the same path.
func (r *Repository) sweepStagedBlobs(ctx context.Context, visit scanner.Visitor) {
	head, err := r.headTree()
	if err != nil {
		r.cover.AddLost(scanner.Gap{What: "HEAD", Why: err.Error(), Fix: "git fsck --full"})
	}
	for _, e := range r.index {
		if ctx.Err() != nil {
			return
		}
		if !e.isBlob() || head.has(e.path, e.id) {
			continue
		}
		r.visitStaged(ctx, e, visit)
		r.visitPath(e.path, scanner.InIndex, visit)
	}
}

// sweepIndex hands over every blob of the index.
func (r *Repository) sweepIndex(ctx context.Context, visit scanner.Visitor) {
	for _, e := range r.index {
		if ctx.Err() != nil {
			return
		}
		if e.isBlob() {
			r.visitStaged(ctx, e, visit)
		}
	}
	r.sweepIndexNames(visit)
}

func (r *Repository) visitStaged(ctx context.Context, e indexEntry, visit scanner.Visitor) {
	if isEmpty(e.id) {
		return
	}
	_, data, err := r.lookup.Read(e.id)
	if err != nil {
		r.cover.AddLost(scanner.Gap{What: "blob " + e.id.String(), Why: "unreadable: " + err.Error(), Fix: "git fsck --full"})
		return
	}
	r.cover.Count(1, int64(len(data)), 0)
	b := &scanner.Blob{BlobRef: scanner.BlobRef{ID: e.id.String(), Field: scanner.Content, Place: scanner.InIndex, Path: e.path}, Data: data}
	visit(b)
	if oid := pointsTo(data); oid != "" && r.opts.Scope != WorktreeOnly {
		r.pointers.blob(b)
		r.visitStagedObject(ctx, oid, e.path, visit)
	}
	files.Members(b, r.limits(ctx), &r.cover, visit)
}

// sweepIndexNames hands over the names of staged files.
func (r *Repository) sweepIndexNames(visit scanner.Visitor) {
	for _, index := range [][]indexEntry{r.index, r.elsewhere} {
		for _, e := range index {
			r.visitPath(e.path, scanner.InIndex, visit)
		}
	}
}

// visitPath hands over the names in a path that were not shown before, each
// under the path that leads to it.
func (r *Repository) visitPath(path string, place scanner.Place, visit scanner.Visitor) {
	for at := 0; at < len(path); {
		end := len(path)
		if i := strings.IndexByte(path[at:], '/'); i >= 0 {
			end = at + i
		}
		if name := []byte(path[at:end]); r.seen.first(name) {
			visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Name, Path: path[:end], Place: place}, Data: name})
		}
		at = end + 1
	}
}

// A treeIndex looks paths up in the tree of a commit and others, reading each
// once.
type treeIndex struct {
	store *objects.Lookup
	root  objects.ID
	trees map[objects.ID]map[string]objects.ID
}

// headTree returns the tree of HEAD. A branch without commits has none.
func (r *Repository) headTree() (*treeIndex, error) {
	t := &treeIndex{store: r.lookup, trees: map[objects.ID]map[string]objects.ID{}}
	if r.refs.head.IsZero() {
		return t, nil
	}
	var err error
	t.root, err = r.treeOf(r.refs.head)
	return t, err
}

// treeOf returns the tree of a commit, or zero if id is something else.
func (r *Repository) treeOf(id objects.ID) (objects.ID, error) {
	typ, raw, err := r.lookup.Read(id)
	if err != nil || typ != objects.TypeCommit {
		return objects.ID{}, err
	}
	return objects.ParseCommit(raw).Tree, nil
}

// has reports whether path is the blob id in the tree.
func (t *treeIndex) has(path string, id objects.ID) bool { return t.find(t.root, path) == id }

// find returns what stands at path in a tree, or zero.
func (t *treeIndex) find(tree objects.ID, path string) objects.ID {
	at := tree
	for name := range strings.SplitSeq(path, "/") {
		if at.IsZero() {
			break
		}
		at = t.entries(at)[name]
	}
	return at
}

func (t *treeIndex) entries(id objects.ID) map[string]objects.ID {
	if m, ok := t.trees[id]; ok {
		return m
	}
	m := map[string]objects.ID{}
	t.trees[id] = m
	typ, raw, err := t.store.Read(id)
	if err != nil || typ != objects.TypeTree {
		return m // what is missing is not the same as the index's blob, which is then read
	}
	for e, err := range objects.TreeEntries(raw, id.Size()) {
		if err != nil {
			break
		}
		m[string(e.Name)] = e.ID
	}
	return m
}
