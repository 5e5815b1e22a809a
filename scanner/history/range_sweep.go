package history

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// A ranged is what the sweep of a range leaves for the locator.
type ranged struct {
	history *ancestry
	brought *introduction
	// tagged are, by tag object, the refs that lead to it; loose are those that
	// lead to blobs and trees that are in no commit.
	tagged map[objects.ID][]string
	loose  map[objects.ID][]string
	tags   map[objects.ID]tag
}

// sweepRange hands over what the commits of a range introduce.
func (r *Repository) sweepRange(ctx context.Context, visit scanner.Visitor) error {
	if err := r.sweepRevisions(ctx, r.revisions, visit); err != nil {
		return err
	}
	r.reportPointers()
	return ctx.Err()
}

// sweepSince hands over what came after a revision: what the commits introduce
// that refs reach and the revision does not, what is staged, and what the work
// tree has beside the index. Of a repository inside this one, in which the
// revision means nothing, it is the index and the work tree.
func (r *Repository) sweepSince(ctx context.Context, visit scanner.Visitor) error {
	if r.revisions == nil {
		r.sweepIndex(ctx, visit)
	} else {
		if r.refs.unknown {
			r.cover.AddLost(scanner.Gap{What: "refs", Why: "not all of them could be read", Fix: "git fsck --full"})
		}
		if err := r.sweepRevisions(ctx, r.tips(ctx), visit); err != nil {
			return err
		}
		r.sweepStagedBlobs(ctx, visit)
		r.passNames()
	}
	r.sweepWorktree(ctx, visit)
	r.reportPointers()
	return ctx.Err()
}

// passNames takes the names of what is staged as seen. Those that are new were
// handed over with the commits or the staged files that bring them.
func (r *Repository) passNames() {
	for _, e := range r.index {
		for name := range strings.SplitSeq(e.path, "/") {
			r.seen.first([]byte(name))
		}
	}
}

// tips adds to the revisions of the scope everything that refs and stashes lead
// to, and notes which tags lead there, and which refs lead to no commit.
func (r *Repository) tips(ctx context.Context) *revisions {
	revs := *r.revisions
	r.ranged = &ranged{tagged: map[objects.ID][]string{}, loose: map[objects.ID][]string{}, tags: map[objects.ID]tag{}}
	for _, ref := range r.refs.list {
		if ctx.Err() != nil {
			break
		}
		if id, ok := r.follow(ref); ok {
			revs.include = append(revs.include, id)
		}
	}
	revs.include = append(revs.include, r.refs.heads...)
	revs.include = append(revs.include, r.refs.stashes...)
	return &revs
}

// follow peels a ref to a commit.
func (r *Repository) follow(ref ref) (objects.ID, bool) {
	id := ref.id
	for range 100 { // tags of tags of tags
		typ, raw, err := r.lookup.Read(id)
		switch {
		case err != nil:
			r.loseObject(typ, id, err)
			return id, false
		case typ == objects.TypeCommit:
			return id, true
		case typ != objects.TypeTag:
			r.ranged.loose[id] = append(r.ranged.loose[id], ref.name)
			return id, false
		}
		t := objects.ParseTag(raw)
		r.ranged.tags[id] = tag{t.Object, t.Type, person(t.Tagger), rfc3339(t.Tagger.Time)}
		r.ranged.tagged[id] = append(r.ranged.tagged[id], ref.name)
		id = t.Object
	}
	return id, false
}

func (r *Repository) sweepRevisions(ctx context.Context, revs *revisions, visit scanner.Visitor) error {
	a, err := r.between(ctx, revs)
	if err != nil {
		return err
	}
	a.loseEnds(revs.include)
	in, err := r.introduce(ctx, a)
	if err != nil {
		return err
	}
	if r.ranged == nil {
		r.ranged = &ranged{}
	}
	r.ranged.history, r.ranged.brought = a, in
	if len(in.commits) == 0 {
		r.cover.AddNote(r.emptyNote())
	}
	if err := r.addTagged(ctx, visit); err != nil {
		return err
	}
	r.cover.Count(int64(len(in.sizes)), in.treeBytes(), 0)
	for _, name := range sortedNames(in.names) {
		if r.seen.first([]byte(name)) {
			visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Name, Path: name}, Data: []byte(name)})
		}
	}
	if err := r.sweepListed(ctx, append(in.commits, in.objects...), visit); err != nil {
		return err
	}
	if err := r.sweepBlobs(ctx, in.blobs, visit); err != nil {
		return err
	}
	r.sweepPointed(ctx, visit)
	return ctx.Err()
}

func (r *Repository) emptyNote() string {
	if r.opts.Scope == SinceOnly {
		return "no commit came after " + r.revisions.text
	}
	return fmt.Sprintf("the range %s holds no commit", r.revisions.text)
}

func sortedNames(names map[string]bool) []string {
	list := make([]string, 0, len(names))
	for name := range names {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// addTagged adds the tags of commits in the range, and what refs hold without a
// commit, and hands over the names of the refs that lead there.
func (r *Repository) addTagged(ctx context.Context, visit scanner.Visitor) error {
	in, a := r.ranged.brought, r.ranged.history
	named := map[string]bool{}
	for id, names := range r.ranged.tagged {
		end := id
		for range 100 {
			t, ok := r.ranged.tags[end]
			if !ok {
				break
			}
			end = t.target
		}
		if w := a.commits[end]; r.ranged.loose[end] != nil || w != nil && a.isInside(w) {
			in.objects = append(in.objects, id)
			for _, name := range names {
				named[name] = true
			}
		}
	}
	trees := map[objects.ID]bool{}
	for id, names := range r.ranged.loose {
		for _, name := range names {
			named[name] = true
		}
		trees[id] = true // a blob, taken for a tree, has no entries
	}
	d := newDiffer(r)
	blobs := map[objects.ID]bool{}
	if err := d.lookThrough(ctx, trees, func(id objects.ID) { blobs[id] = true }); err != nil {
		return err
	}
	in.objects = append(in.objects, sortedIDs(blobs)...)
	for _, ref := range r.refs.list {
		w := a.commits[ref.id]
		if r.ranged.tags != nil && (named[ref.name] || w != nil && a.isInside(w)) {
			visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.RefName, Place: scanner.InHistory, Ref: ref.name}, Data: []byte(ref.name)})
		}
	}
	return nil
}

// sweepListed reads objects one by one.
func (r *Repository) sweepListed(ctx context.Context, ids []objects.ID, visit scanner.Visitor) error {
	return r.lookup.ReadEach(ctx, ids, r.opts.Jobs, func(id objects.ID, t objects.Type, data []byte, err error) {
		if err != nil {
			if !isEmpty(id) {
				r.loseObject(t, id, err)
			}
			return
		}
		r.cover.Count(1, int64(len(data)), 0)
		switch t {
		case objects.TypeCommit:
			r.cover.CountCommits(1)
		case objects.TypeTree:
			r.visitTreeNames(id, data, visit)
			return
		}
		r.newShowing(nil).object(ctx, &objects.Object{ID: id, Ordinal: -1, Type: t, Data: data, Whole: true}, true, visit)
	})
}

// visitTreeNames hands over the names in a tree.
func (r *Repository) visitTreeNames(id objects.ID, raw []byte, visit scanner.Visitor) {
	for _, e := range r.plainEntries(id, raw, true) {
		if r.seen.first([]byte(e.name)) {
			visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Name, Path: e.name}, Data: []byte(e.name)})
		}
	}
}

// Objects are read one by one as long as they are few: a sweep goes through all
// packs, but costs less for each object.
const (
	fewBlobs  = 4096
	fewOfMany = 16 // or a sixteenth of all
)

func (r *Repository) sweepBlobs(ctx context.Context, ids []objects.ID, visit scanner.Visitor) error {
	if len(ids) <= max(fewBlobs, r.lookup.Len()/fewOfMany) {
		return r.sweepListed(ctx, ids, visit)
	}
	left := make(map[objects.ID]bool, len(ids))
	for _, id := range ids {
		left[id] = true
	}
	var mu sync.Mutex
	var shown []objects.ID
	o := r.sweepOptions()
	o.Types = []objects.Type{objects.TypeBlob}
	o.Only = func(id objects.ID) bool { return left[id] }
	showings := r.newShowings(o.Jobs, nil)
	known := make(ordinals, r.store.Len()/64+1)
	err := r.store.Sweep(ctx, o, func(worker int, x *objects.Object) any {
		first := x.Ordinal < 0 || known.add(x.Ordinal)
		if first {
			r.cover.Count(1, int64(len(x.Data)), 0)
			mu.Lock()
			shown = append(shown, x.ID)
			mu.Unlock()
		}
		return showings[worker].object(ctx, x, first, visit)
	})
	if err != nil {
		return err
	}
	for _, id := range shown {
		delete(left, id)
	}
	return r.sweepListed(ctx, sortedIDs(left), visit) // what the sweep could not read
}

// sweepPointed hands over the LFS objects that pointers in the range stand for.
func (r *Repository) sweepPointed(ctx context.Context, visit scanner.Visitor) {
	for oid := range r.pointers.blobs {
		rel := lfsPath(oid)
		r.visitGitFile(ctx, filepath.Join(r.common, rel), filepath.ToSlash(rel), visit)
	}
}
