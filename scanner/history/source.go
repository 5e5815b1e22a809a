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
	if r.bundle != nil {
		return r.sweepBundle(ctx, visit)
	}
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
	l.Done, l.Memory = ctx.Done(), r.archives
	return l
}

func (r *Repository) sweepOptions() objects.SweepOptions {
	jobs := r.opts.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	return objects.SweepOptions{Jobs: jobs, Margin: r.opts.Margin, VerifyNames: r.opts.VerifyNames}
}

// visitObject hands over what one object holds. One that was shown before, from
// another pack, is shown again: an index can give an object any name, so its
// content may be another.
func (r *Repository) visitObject(ctx context.Context, o *objects.Object, first bool, visit scanner.Visitor) scanner.Candidates {
	ref := scanner.BlobRef{ID: o.ID.String(), Field: scanner.Content}
	verify := r.verifier(o)
	switch o.Type {
	case objects.TypeBlob:
		b := &scanner.Blob{BlobRef: ref, Data: o.Data, From: derivation(o), Verify: verify}
		candidates := visit(b)
		if first || verify() != ref.ID {
			r.pointers.blob(b)
			files.Members(b, r.limits(ctx), &r.cover, visit)
		}
		return candidates
	case objects.TypeCommit, objects.TypeTag:
		head, message := splitMessage(o.Data)
		ref.Field = scanner.Header
		visit(&scanner.Blob{BlobRef: ref, Data: head, Verify: verify})
		ref.Field = scanner.Message
		visit(&scanner.Blob{BlobRef: ref, Data: message, Verify: verify})
	}
	return nil
}

// verifier returns the function that computes an object's name, once, and
// records it if that is not the one it was found under.
func (r *Repository) verifier(o *objects.Object) func() string {
	name := ""
	return func() string {
		if name == "" {
			real := objects.NameOf(o.Type, o.Data, o.ID.Size())
			name = real.String()
			if real != o.ID {
				r.cover.AddLost(scanner.Gap{What: o.Type.String() + " " + o.ID.String(), Why: "its content has another name", Fix: "git fsck --full"})
			}
		}
		return name
	}
}

// derivation tells a visitor how an object was made from its base.
func derivation(o *objects.Object) *scanner.Derivation {
	if o.Whole {
		return nil
	}
	d := &scanner.Derivation{Base: o.Base, Fresh: make([]scanner.Span, len(o.Fresh))}
	for i, s := range o.Fresh {
		d.Fresh[i] = scanner.Span(s)
	}
	if d.Base != nil {
		d.Copies = make([]scanner.Copy, len(o.Copies))
		for i, c := range o.Copies {
			d.Copies[i] = scanner.Copy(c)
		}
	}
	return d
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
