package wiki

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
)

// Options say how a [Source] is read.
type Options struct {
	// Jobs is the number of goroutines that match; 0 means one for each
	// processor.
	Jobs int
	// Memory is how many bytes of texts may wait to be matched, and how many
	// the archives among attachments may take; 0 means [files.DefaultMemory].
	Memory int64
	// Limits are those of archives; the zero value means those of
	// [files.DefaultLimits].
	Limits files.Limits
	// Sure opens only what cannot be anything but a wiki. Lines of JSON can.
	Sure bool
}

// withDefaults fills in what is not set.
func (o Options) withDefaults() Options {
	if o.Jobs <= 0 {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.Memory <= 0 {
		o.Memory = files.DefaultMemory
	}
	if o.Limits.Depth == 0 {
		o.Limits = files.DefaultLimits()
	}
	return o
}

// A Source is a wiki as a [scanner.Source].
type Source struct {
	Options

	target scanner.Target
	reader Reader
	cover  scanner.Coverage

	mu    sync.Mutex
	held  map[scanner.BlobRef]*record // by the reference without Via and Target
	spots int                         // in all of them
}

// New returns the Source of what r reads. The name is how the user named it,
// without credentials of a URL. If r is an [io.Closer] the Source closes it.
func New(name string, r Reader, o Options) *Source {
	o = o.withDefaults()
	return &Source{Options: o, target: scanner.Target{Kind: "wiki", Name: name}, reader: r, held: map[scanner.BlobRef]*record{}}
}

// Target says what is being read.
func (s *Source) Target() scanner.Target { return s.target }

// Coverage is what was read and what was not, as known so far.
func (s *Source) Coverage() *scanner.Coverage { return &s.cover }

// Close closes the reader, if that can be closed.
func (s *Source) Close() error {
	if c, ok := s.reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Sweep hands over each distinct text of the wiki: titles, pages, comments, and
// attachments with their names and what is packed in them.
func (s *Source) Sweep(ctx context.Context, visit scanner.Visitor) error {
	if s.Limits.Done == nil {
		s.Limits.Done = ctx.Done()
	}
	if s.Limits.Memory == nil {
		s.Limits.Memory = files.NewBudget(s.Memory, s.Jobs)
	}
	w := newSweep(ctx, s, visit)
	err := s.reader.Walk(ctx, w.take, NewGaps(&s.cover))
	w.finish()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// A spot is one place of a text, as far as it must be remembered: the state of a
// page's revision is known when the page has ended.
type spot struct {
	page   *Page
	id     string
	author string
	time   time.Time
	state  State
	name   string
}

// spotOf remembers where a revision stands.
func spotOf(r *Revision) spot {
	return spot{page: r.Page, id: r.ID, author: r.Author, time: r.Time, state: r.State, name: r.Name}
}

// where writes the place for a report.
func (s *spot) where() scanner.Spot {
	out := scanner.Spot{Place: scanner.InWiki, Path: pathOf(s.page, s.name), Author: s.author,
		Page: s.page.Title, Revision: s.id, State: string(s.visible())}
	if !s.time.IsZero() {
		out.Time = s.time.UTC().Format(time.RFC3339)
		out.Known = out.Time // the clock of the wiki's server
	}
	return out
}

// visible is who can still see the text.
func (s *spot) visible() State {
	switch {
	case s.state != "":
		return s.state
	case s.page.newest == s.id:
		return Current
	}
	return Superseded
}

// pathOf is what stands for a path where rules look at paths: the file's name
// behind the page's, or the page's alone.
func pathOf(p *Page, name string) string {
	if name == "" {
		return p.Title
	}
	return p.Title + "/" + name
}

const (
	// maxSpots is how many places of one text are remembered, as many as a
	// finding lists. Behind them the last one is.
	maxSpots = 1000
	// maxAllSpots is how many are remembered of all texts together. Behind them
	// the first and the last of each text are.
	maxAllSpots = 20_000
)

// A record is where a text that holds a secret stands.
type record struct{ spots []spot }

// add remembers one place more of a text.
func (s *Source) add(r *record, at spot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(r.spots[max(0, len(r.spots)-8):], at) {
		return // a form that says the same twice
	}
	if n := len(r.spots); n == maxSpots || n > 1 && s.spots >= maxAllSpots {
		r.spots[n-1] = at
		return
	}
	r.spots = append(r.spots, at)
	s.spots++
}

// keyOf is the reference of a text, whichever part of it a blob is.
func keyOf(ref scanner.BlobRef) scanner.BlobRef {
	ref.Via, ref.Target, ref.Field = "", 0, ""
	return ref
}

// hold remembers where a text stands. It returns the record, which is new if the
// text had none.
func (s *Source) hold(ref scanner.BlobRef, at spot) *record {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := keyOf(ref)
	r := s.held[key]
	if r == nil {
		r = &record{spots: []spot{at}}
		s.held[key] = r
		s.spots++
	}
	return r
}

// Remembers says that Locate looks at nothing.
func (s *Source) Remembers() bool { return true }

// Locate finds each text in the revisions that have it. Who can read a wiki is
// not known here, so there is no exposure; the state says how far a text is
// visible to those who can.
func (s *Source) Locate(_ context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lives := make([]scanner.Life, len(secrets))
	for i, held := range secrets {
		lives[i].Spots = make([][]scanner.Spot, len(held.Blobs))
		for j, b := range held.Blobs {
			r := s.held[keyOf(b.BlobRef)]
			if r == nil {
				return nil, fmt.Errorf("locating a text of page %q: it was not shown", b.Path)
			}
			for k := range r.spots {
				at := r.spots[k].where()
				if b.Accepts != nil && !b.Accepts(at.Path) {
					continue
				}
				lives[i].Spots[j] = append(lives[i].Spots[j], at)
				lives[i].InHead = lives[i].InHead || at.State == string(Current)
			}
		}
	}
	return lives, nil
}
