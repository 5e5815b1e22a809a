package history

import (
	"bytes"
	"context"
	"runtime"
	"slices"
	"strings"

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
	r.cover.Expect(int64(r.store.Len()))
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
	return objects.SweepOptions{Jobs: jobs, Margin: r.opts.Margin, Gap: r.opts.Gap, VerifyNames: r.opts.VerifyNames}
}

// A showing is what one goroutine hands objects over with: the same memory for
// all of them, since a visitor keeps nothing of a blob.
type showing struct {
	r      *Repository
	o      *objects.Object // at hand
	name   string          // that its content has, once that was asked for
	verify func() string   // computes it, because something was found
	held   *heldBlobs      // that are to be located; nil if nobody asks
	blob   scanner.Blob
	from   scanner.Derivation
	names  nameText
}

func (r *Repository) newShowing(held *heldBlobs) *showing {
	s := &showing{r: r, held: held}
	s.verify = func() string {
		s.held.add(s.o)
		return s.realName()
	}
	return s
}

// newShowings makes one for each goroutine of a sweep.
func (r *Repository) newShowings(n int, held *heldBlobs) []*showing {
	list := make([]*showing, n)
	for i := range list {
		list[i] = r.newShowing(held)
	}
	return list
}

// object hands over what one object holds. One that was shown before, from
// another pack, is shown again: an index can give an object any name, so its
// content may be another.
func (s *showing) object(ctx context.Context, o *objects.Object, first bool, visit scanner.Visitor) scanner.Candidates {
	s.o, s.name = o, ""
	id := s.names.of(o.ID)
	switch o.Type {
	case objects.TypeBlob:
		b := s.part(id, scanner.Content, o.Data)
		b.From = s.derivation()
		candidates := visit(b)
		if first || s.realName() != id {
			if s.r.pointers.blob(b) {
				s.held.add(o)
			}
			files.Members(b, s.r.limits(ctx), &s.r.cover, visit)
		}
		return candidates
	case objects.TypeCommit, objects.TypeTag:
		head, message := splitMessage(o.Data)
		visit(s.part(id, scanner.Header, head))
		visit(s.part(id, scanner.Message, message))
	}
	return nil
}

// part is a blob for a part of the object at hand.
func (s *showing) part(id string, field scanner.Field, data []byte) *scanner.Blob {
	s.blob = scanner.Blob{BlobRef: scanner.BlobRef{ID: id, Field: field}, Data: data, Verify: s.verify}
	return &s.blob
}

// realName computes the object's name, once, and records it if that is not the
// one it was found under.
func (s *showing) realName() string {
	switch {
	case s.name != "":
	case s.r.opts.VerifyNames && s.o.Ordinal >= 0: // the sweep has computed it
		s.name = s.o.ID.String()
	default:
		real := objects.NameOf(s.o.Type, s.o.Data, s.o.ID.Size())
		s.name = real.String()
		if real != s.o.ID {
			s.r.cover.AddLost(scanner.Gap{What: s.o.Type.String() + " " + s.o.ID.String(), Why: "its content has another name", Fix: "git fsck --full"})
		}
	}
	return s.name
}

// derivation tells a visitor how the object was made from its base.
func (s *showing) derivation() *scanner.Derivation {
	if s.o.Whole {
		return nil
	}
	d := &s.from
	d.Base, d.Fresh, d.Copies = s.o.Base, slices.Grow(d.Fresh[:0], len(s.o.Fresh)), slices.Grow(d.Copies[:0], len(s.o.Copies))
	for _, f := range s.o.Fresh {
		d.Fresh = append(d.Fresh, scanner.Span(f))
	}
	for _, c := range s.o.Copies {
		d.Copies = append(d.Copies, scanner.Copy(c))
	}
	return d
}

// A nameText makes texts of names, some of which share memory.
type nameText struct{ b strings.Builder }

const nameTextSize = 2048 // what one name keeps alive at the most

func (t *nameText) of(id objects.ID) string {
	n := 2 * id.Size()
	if t.b.Cap()-t.b.Len() < n {
		t.b.Reset()
		t.b.Grow(nameTextSize)
	}
	var hexed [2 * maxNameSize]byte
	t.b.Write(id.AppendHex(hexed[:0]))
	all := t.b.String()
	return all[len(all)-n:]
}

const maxNameSize = 32

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
