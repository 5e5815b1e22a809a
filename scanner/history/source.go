package history

import (
	"bytes"
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/objects"
)

// Sweep hands over everything in the repository's scope.
func (r *Repository) Sweep(ctx context.Context, visit scanner.Visitor) error {
	if r.opts.Scope == StagedOnly {
		return r.sweepStaged(ctx, visit)
	}
	if r.opts.Scope == WorktreeOnly {
		r.sweepIndex(ctx, visit)
		r.sweepWorktree(ctx, visit)
		return ctx.Err()
	}
	if err := r.sweepObjects(ctx, visit); err != nil {
		return err
	}
	r.sweepRefNames(visit)
	r.sweepGitDir(ctx, visit)
	r.sweepIndexNames(visit)
	r.sweepWorktree(ctx, visit)
	return ctx.Err()
}

// sweepObjects hands over every object of the store.
func (r *Repository) sweepObjects(ctx context.Context, visit scanner.Visitor) error {
	var commits atomic.Int64
	links := &linkCheck{store: r.store, shallow: r.readShallow()}
	err := r.store.Sweep(ctx, r.sweepOptions(), func(_ int, o *objects.Object) bool {
		r.cover.Count(1, int64(len(o.Data)), 0)
		if o.Type == objects.TypeCommit {
			commits.Add(1)
		}
		links.check(o)
		return r.visitObject(o, visit)
	})
	r.cover.Commits += commits.Load()
	for _, l := range r.store.Lost() {
		r.cover.AddLost(scanner.Gap{What: l.What, Why: l.Why, Fix: l.Fix, Count: max(1, l.Count)})
	}
	links.report(r)
	return err
}

func (r *Repository) sweepOptions() objects.SweepOptions {
	o := objects.SweepOptions{Jobs: r.opts.Jobs, Margin: r.opts.Margin, VerifyNames: r.opts.VerifyNames}
	if w := r.opts.Widen; w != nil {
		o.Widen = func(data []byte, s objects.Span) objects.Span { return objects.Span(w(data, scanner.Span(s))) }
	}
	return o
}

// visitObject hands over what one object holds.
func (r *Repository) visitObject(o *objects.Object, visit scanner.Visitor) bool {
	id := o.ID.String()
	switch o.Type {
	case objects.TypeBlob:
		b := &scanner.Blob{BlobRef: scanner.BlobRef{ID: id, Field: scanner.Content}, Data: o.Data, Fresh: spans(o), Marked: o.Marked}
		marked := visit(b)
		return files.Members(b, files.DefaultLimits(), &r.cover, visit) || marked
	case objects.TypeTree:
		return r.visitNames(o, visit)
	case objects.TypeCommit, objects.TypeTag:
		head, message := splitMessage(o.Data)
		marked := visit(&scanner.Blob{BlobRef: scanner.BlobRef{ID: id, Field: scanner.Header}, Data: head})
		return visit(&scanner.Blob{BlobRef: scanner.BlobRef{ID: id, Field: scanner.Message}, Data: message}) || marked
	}
	return false
}

func spans(o *objects.Object) []scanner.Span {
	if o.Whole {
		return nil
	}
	list := make([]scanner.Span, len(o.Fresh))
	for i, s := range o.Fresh {
		list[i] = scanner.Span(s)
	}
	return list
}

// splitMessage splits a commit or tag at the first blank line.
func splitMessage(raw []byte) (head, message []byte) {
	if i := bytes.Index(raw, []byte("\n\n")); i >= 0 {
		return raw[:i+1], raw[i+2:]
	}
	return raw, nil
}

// seenNames remembers the names of files and directories that were handed over.
type seenNames struct {
	seed  maphash.Seed
	once  sync.Once
	shard [64]struct {
		mu    sync.Mutex
		names map[string]struct{}
	}
}

// first reports whether name is new.
func (s *seenNames) first(name []byte) bool {
	s.once.Do(func() { s.seed = maphash.MakeSeed() })
	sh := &s.shard[maphash.Bytes(s.seed, name)%64]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if _, ok := sh.names[string(name)]; ok {
		return false
	}
	if sh.names == nil {
		sh.names = map[string]struct{}{}
	}
	sh.names[string(name)] = struct{}{}
	return true
}

// visitNames hands over the names in a tree that no other tree has shown.
func (r *Repository) visitNames(o *objects.Object, visit scanner.Visitor) bool {
	for e, err := range objects.TreeEntries(o.Data, o.ID.Size()) {
		if err != nil {
			r.cover.AddLost(scanner.Gap{What: "tree " + o.ID.String(), Why: "malformed: " + err.Error(), Fix: "git fsck --full"})
			break
		}
		if r.seen.first(e.Name) {
			r.visitName(string(e.Name), visit)
		}
	}
	return false
}

func (r *Repository) visitName(name string, visit scanner.Visitor) {
	visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Name, Path: name}, Data: []byte(name)})
}

// sweepRefNames hands over the names of refs.
func (r *Repository) sweepRefNames(visit scanner.Visitor) {
	for _, ref := range r.refs.list {
		b := scanner.BlobRef{Field: scanner.RefName, Place: scanner.InHistory, Ref: ref.name}
		visit(&scanner.Blob{BlobRef: b, Data: []byte(ref.name)})
	}
}
