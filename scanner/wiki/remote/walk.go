package remote

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/wiki"
)

// A Position is how far a walk has come. It holds no text of the wiki but the
// name of one page, or its number.
type Position struct {
	// Stage is a part of the walk; those before it are finished.
	Stage string `json:"stage"`
	// Done is the last thing in the stage that was handed over whole, in the
	// order of the stage; empty if there is none.
	Done string `json:"done"`
}

// A Source is a wiki of the network as a [scanner.Source]. When a scan is stopped
// it stops to ask, and what it has got is matched all the same: so the Position
// that it has reached is never ahead of what was scanned.
type Source struct {
	*wiki.Source
	reader *Reader
}

// NewSource returns the Source of what r reads.
func NewSource(name string, r *Reader, o wiki.Options) *Source {
	return &Source{wiki.New(name, r, o), r}
}

// Sweep hands over everything that the wiki hands over.
func (s *Source) Sweep(ctx context.Context, visit scanner.Visitor) error {
	s.reader.ctx = ctx
	err := s.Source.Sweep(context.WithoutCancel(ctx), visit)
	return ctxError(ctx, err)
}

// A Reader reads a wiki by one of its interfaces. It implements [wiki.Reader].
type Reader struct {
	// Kind is which: "mediawiki", "dokuwiki", "confluence-cloud", "confluence".
	Kind string

	name    string
	client  *client
	options Options
	ctx     context.Context // of the scan; nil: that of Walk
	walk    func(*walk) error

	finished bool
}

// Finished reports whether a walk has come to its end. What was lost on the way
// may still be missing.
func (r *Reader) Finished() bool { return r.finished }

// Walk implements [wiki.Reader]. It returns no error for what the network or the
// wiki refuses: that is lost.
func (r *Reader) Walk(ctx context.Context, yield func(*wiki.Revision) error, gaps *wiki.Gaps) error {
	if r.ctx != nil {
		ctx = r.ctx
	}
	w := &walk{Reader: r, ctx: ctx, yield: yield, gaps: gaps, start: r.options.Start}
	if at := w.start; at.Stage != "" {
		gaps.Skipped(scanner.Gap{What: r.name + " before " + at.words(), Why: "an earlier scan read it, and its report has what it found"})
	}
	err := r.walk(w)
	switch {
	case err == nil:
		r.finished = true
		return nil
	case ctx.Err() != nil:
		w.rest("the scan was stopped", "--wiki-state FILE lets the next scan go on there")
		return nil
	}
	if p := new(problem); errors.As(err, &p) {
		w.rest(p.why, p.fix)
		return nil
	}
	return err
}

func (p Position) words() string {
	if p.Done == "" {
		return "its " + p.Stage
	}
	return fmt.Sprintf("%q of its %s", short(p.Done), p.Stage)
}

func short(s string) string {
	if len(s) > 200 {
		return strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}

// A walk is one walk through a wiki.
type walk struct {
	*Reader
	ctx   context.Context
	yield func(*wiki.Revision) error
	gaps  *wiki.Gaps
	start Position
	at    Position
}

// rest records that the walk ended early.
func (w *walk) rest(why, fix string) {
	what := "the wiki"
	switch {
	case w.at.Done != "":
		what = "the rest, behind " + w.at.words()
	case w.at.Stage != "":
		what = "the rest, from its " + w.at.Stage + " on"
	}
	w.gaps.LostAll(scanner.Gap{What: what, Why: why, Fix: fix})
}

// stage begins a part of the walk. It reports whether there is anything to do in
// it: not if an earlier walk has finished it.
func (w *walk) stage(name string, order []string) bool {
	if w.start.Stage == "" || name == w.start.Stage {
		w.reach(Position{Stage: name, Done: w.start.Done})
		w.start.Stage = ""
		return true
	}
	for _, s := range order {
		switch s {
		case name:
			return false // it comes before
		case w.start.Stage:
			return true
		}
	}
	return true // a position of something else
}

// done records that something in the stage has been handed over whole.
func (w *walk) done(what string) {
	w.reach(Position{Stage: w.at.Stage, Done: what})
}

func (w *walk) reach(p Position) {
	if w.at = p; w.options.Reached != nil {
		w.options.Reached(p)
	}
}

// from is the last thing of this stage that an earlier walk has handed over. It is
// asked once.
func (w *walk) from() string {
	done := w.start.Done
	w.start.Done = ""
	return done
}

// pass yields a revision that has a text.
func (w *walk) pass(r *wiki.Revision) error {
	if len(r.Text) == 0 {
		return nil
	}
	if err := w.ctx.Err(); err != nil {
		return err
	}
	return w.yield(r)
}

// lose records what could not be read of a page, and returns the error if
// nothing else can be read either.
func (w *walk) lose(p *wiki.Page, id, what string, err error) error {
	if w.ctx.Err() != nil {
		return w.ctx.Err()
	}
	why := problemOf(err)
	if why.all {
		return why
	}
	w.gaps.Lost(p, id, what, why.why, why.fix)
	return nil
}

// loseAll does the same for what is no page.
func (w *walk) loseAll(what string, err error) error {
	if w.ctx.Err() != nil {
		return w.ctx.Err()
	}
	why := problemOf(err)
	if why.all {
		return why
	}
	w.gaps.LostAll(scanner.Gap{What: what, Why: why.why, Fix: why.fix})
	return nil
}

// passFile yields a file, and records what is missing of it.
func (w *walk) passFile(r *wiki.Revision, a *answer) error {
	if a.over {
		w.gaps.Lost(r.Page, r.ID, "the rest of the file", fmt.Sprintf("over the limit of %d MiB", maxFile>>20), "")
	}
	r.Field, r.Text = scanner.Attachment, a.body
	return w.pass(r)
}

// parseTime reads a time of RFC 3339; the zero time is none.
func parseTime(s string) time.Time {
	t, _ := time.Parse(time.RFC3339, s)
	return t
}
