package wiki

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

const (
	// minShared is the length in bytes from which equal texts are looked for:
	// to scan a shorter one costs less.
	minShared = 64
	// maxShared is how many texts are remembered, in each of two generations.
	maxShared = 1 << 17
	// batchSize is how many bytes of texts one goroutine hands another at once.
	batchSize = 256 << 10
	// largeText is the size in bytes from which a text is not copied: the walk
	// waits until it has been matched.
	largeText = 8 << 20
)

// A digest stands for a text. Its seed is drawn anew each time, so nobody can
// make two texts that have the same.
type digest struct{ a, b uint64 }

// A sweep hands the revisions of a wiki to goroutines. All revisions of a page
// go to the same, in their order, and so do equal texts.
type sweep struct {
	ctx    context.Context
	src    *Source
	seeds  [2]maphash.Seed
	shared recent[int] // which goroutine has a text
	count  int         // of texts

	workers []*worker
	all     sync.WaitGroup
	room    *room
}

// An item is one revision on its way to a goroutine, with the bytes of its batch
// that are its text.
type item struct {
	rev    Revision
	text   scanner.Span
	digest digest
	shared bool // the text was seen before
	number int  // of the text
}

// A batch is what is handed on at once.
type batch struct {
	items []item
	bytes []byte
	done  chan struct{} // of a text that is not copied
}

func newSweep(ctx context.Context, src *Source, visit scanner.Visitor) *sweep {
	s := &sweep{ctx: ctx, src: src, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()},
		room: newRoom(src.Memory / 4)}
	for range src.Jobs {
		w := newWorker(s, visit)
		s.workers = append(s.workers, w)
		s.all.Go(redact.Contained(w.run))
	}
	return s
}

// take is the yield of the walk.
func (s *sweep) take(r *Revision) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if r.State == "" && r.Field != scanner.Attachment {
		r.Page.newer(r.ID, r.Time)
	}
	if !r.Page.begun {
		s.begin(r.Page)
		if err := s.title(r); err != nil {
			return err
		}
	}
	if r.Field == scanner.Content {
		s.src.cover.CountRevisions(1)
	}
	s.src.cover.Count(0, int64(len(r.Text)), 0)
	if len(r.Text) == 0 {
		return nil
	}
	return s.pass(r)
}

// begin finds the goroutine with the least to do for a new page.
func (s *sweep) begin(p *Page) {
	p.begun = true
	s.src.cover.CountPages(1)
	least := 0
	for i, w := range s.workers {
		if w.waiting.Load() < s.workers[least].waiting.Load() {
			least = i
		}
	}
	p.worker = least
}

// title hands over the title of the page of a revision.
func (s *sweep) title(r *Revision) error {
	t := *r
	t.Field, t.Name, t.Text = scanner.Title, "", []byte(r.Page.Title)
	return s.pass(&t)
}

// pass hands a revision to the goroutine of its page, or of its text if that was
// seen before.
func (s *sweep) pass(r *Revision) error {
	s.count++
	it := item{rev: *r, number: s.count}
	it.rev.Text = nil
	at := r.Page.worker
	if len(r.Text) >= minShared {
		it.digest = s.digest(r)
		if owner, seen := s.shared.get(it.digest); seen {
			it.shared, at = true, owner
		} else {
			s.shared.put(it.digest, at)
		}
	}
	return s.workers[at].add(it, r.Text)
}

func (s *sweep) digest(r *Revision) digest {
	d := digest{maphash.Bytes(s.seeds[0], r.Text), maphash.Bytes(s.seeds[1], r.Text)}
	for i := range len(r.Field) { // equal texts of other fields are other blobs
		d.a = d.a*31 + uint64(r.Field[i])
	}
	if r.Name != "" { // rules look at the names of files
		d.b += maphash.String(s.seeds[0], r.Name)
	}
	return d
}

// A recent remembers something of the texts that were seen or asked for last, in
// two generations. What it forgets is scanned again.
type recent[T any] struct{ young, old map[digest]T }

func (r *recent[T]) get(d digest) (T, bool) {
	v, ok := r.young[d]
	if !ok {
		if v, ok = r.old[d]; ok {
			r.put(d, v)
		}
	}
	return v, ok
}

func (r *recent[T]) put(d digest, v T) {
	if r.young == nil || len(r.young) >= maxShared {
		r.old, r.young = r.young, map[digest]T{}
	}
	r.young[d] = v
}

// finish waits until everything has been matched.
func (s *sweep) finish() {
	for _, w := range s.workers {
		w.flush()
		close(w.in)
	}
	s.all.Wait()
}

// refOf names a text. The number tells apart what a wiki gives equal names.
func refOf(it *item) scanner.BlobRef {
	return scanner.BlobRef{Field: it.rev.Field, Place: scanner.InWiki, Path: pathOf(it.rev.Page, it.rev.Name),
		Ref: fmt.Sprintf("revision %s (text %d)", it.rev.ID, it.number)}
}

// A room is an amount of memory for what waits.
type room struct {
	mu         sync.Mutex
	free       *sync.Cond
	used, most int64
}

func newRoom(most int64) *room {
	r := &room{most: most}
	r.free = sync.NewCond(&r.mu)
	return r
}

// enter waits until there is room for n bytes. What is larger than the room gets
// in when nothing else is there.
func (r *room) enter(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.used > 0 && r.used+n > r.most {
		r.free.Wait()
	}
	r.used += n
}

func (r *room) leave(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used -= n
	r.free.Signal()
}
