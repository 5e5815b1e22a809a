package history

import (
	"bytes"
	"context"
	"runtime"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/objects"
)

// Sweep hands over everything in the repository's scope.
func (r *Repository) Sweep(ctx context.Context, visit scanner.Visitor) error {
	switch r.opts.Scope {
	case StagedOnly:
		return r.sweepStaged(ctx, visit)
	case RangeOnly:
		return r.sweepRange(ctx, visit)
	case SinceOnly:
		return r.sweepSince(ctx, visit)
	}
	if r.opts.Scope == WorktreeOnly {
		r.sweepIndex(ctx, visit)
		r.sweepWorktree(ctx, visit)
		r.reportPointers()
		return ctx.Err()
	}
	if err := r.sweepObjects(ctx, visit); err != nil {
		return err
	}
	r.sweepRefNames(visit)
	r.sweepGitDir(ctx, visit)
	r.sweepIndexNames(visit)
	r.sweepWorktree(ctx, visit)
	r.reportPointers()
	return ctx.Err()
}

// limits are those of archives; they end with ctx.
func (r *Repository) limits(ctx context.Context) files.Limits {
	l := files.DefaultLimits()
	l.Done = ctx.Done()
	return l
}

func (r *Repository) sweepOptions() objects.SweepOptions {
	jobs := r.opts.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	return objects.SweepOptions{Jobs: jobs, Margin: r.opts.Margin, VerifyNames: r.opts.VerifyNames}
}

// visitObject hands over what one object holds. Of one that was shown before,
// from another pack, only the marks count. The names of objects that matter are
// computed: an index can give an object any name.
func (r *Repository) visitObject(ctx context.Context, o *objects.Object, first bool, visit scanner.Visitor) bool {
	marked := r.visitAs(ctx, o.ID, o, first, visit)
	if first && !marked {
		return marked
	}
	name := objects.NameOf(o.Type, o.Data, o.ID.Size())
	if name == o.ID {
		return marked
	}
	r.cover.AddLost(scanner.Gap{What: o.Type.String() + " " + o.ID.String(), Why: "its content has another name", Fix: "git fsck --full"})
	return r.visitAs(ctx, name, o, true, visit) || marked
}

func (r *Repository) visitAs(ctx context.Context, name objects.ID, o *objects.Object, first bool, visit scanner.Visitor) bool {
	id := name.String()
	switch o.Type {
	case objects.TypeBlob:
		b := &scanner.Blob{BlobRef: scanner.BlobRef{ID: id, Field: scanner.Content}, Data: o.Data, Fresh: spans(o), Marked: o.Base != nil}
		marked := visit(b)
		if !first {
			return marked
		}
		r.pointers.blob(b)
		return files.Members(b, r.limits(ctx), &r.cover, visit) || marked
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

// sweepRefNames hands over the names of refs.
func (r *Repository) sweepRefNames(visit scanner.Visitor) {
	show := func(name string) {
		b := scanner.BlobRef{Field: scanner.RefName, Place: scanner.InHistory, Ref: name}
		visit(&scanner.Blob{BlobRef: b, Data: []byte(name)})
	}
	for _, ref := range r.refs.list {
		show(ref.name)
	}
	for name := range r.refs.symbolic {
		show(name)
	}
	if _, named := r.refs.find(r.refs.headRef); !named && r.refs.headRef != "" {
		show(r.refs.headRef) // a branch without commits yet
	}
}
