package wiki

import (
	"sync/atomic"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
)

const (
	// maxBase is the size in bytes above which a text is not kept to compare
	// the next with.
	maxBase = 16 << 20
	// exact is how many texts of one page are kept that hold the same secrets
	// in other lines; behind them one stands for all that follow.
	exact = 200
)

// A worker matches the texts of some pages.
type worker struct {
	sweep   *sweep
	visit   scanner.Visitor
	in      chan *batch
	free    chan *batch
	fill    *batch       // the one that is being filled, by the walk
	waiting atomic.Int64 // bytes

	page  *Page
	bases [2]base // the last texts of the page, the newer first
	runs  map[scanner.Field]*run
	// Of texts that hold a secret. They are put in and asked for in the order in
	// which the sweep does so with all texts, so they are not forgotten earlier.
	held   recent[*record]
	differ *differ
}

// A base is a text that was scanned.
type base struct {
	text   []byte
	left   scanner.Candidates
	digest digest
}

// A run is a stretch of revisions that hold the same secrets.
type run struct {
	contents scanner.Contents
	record   *record
	texts    int // that were kept of the page
}

func newWorker(s *sweep, visit scanner.Visitor) *worker {
	w := &worker{sweep: s, visit: visit, in: make(chan *batch, 1), free: make(chan *batch, 4), fill: &batch{},
		runs: map[scanner.Field]*run{}, differ: newDiffer()}
	return w
}

// add puts a revision into the batch, on the goroutine of the walk.
func (w *worker) add(it item, text []byte) error {
	if len(w.fill.bytes) > 0 && len(w.fill.bytes)+len(text) > batchSize {
		w.flush()
	}
	if len(text) >= largeText && !it.shared {
		w.flush()
		it.text = scanner.Span{Start: 0, End: len(text)}
		b := &batch{items: []item{it}, bytes: text, done: make(chan struct{})}
		w.in <- b
		<-b.done
		return w.sweep.ctx.Err()
	}
	b := w.fill
	it.text = scanner.Span{Start: len(b.bytes), End: len(b.bytes) + len(text)}
	if it.shared {
		it.text.End = it.text.Start // known
		text = nil
	}
	b.bytes = append(b.bytes, text...)
	b.items = append(b.items, it)
	if len(b.items) >= 1024 {
		w.flush()
	}
	return w.sweep.ctx.Err()
}

// flush hands the batch on.
func (w *worker) flush() {
	if len(w.fill.items) == 0 {
		return
	}
	n := int64(len(w.fill.bytes))
	w.sweep.room.enter(n)
	w.waiting.Add(n)
	w.in <- w.fill
	select {
	case w.fill = <-w.free:
	default:
		w.fill = &batch{}
	}
}

func (w *worker) run() {
	for b := range w.in {
		for i := range b.items {
			if w.sweep.ctx.Err() == nil {
				w.take(&b.items[i], b)
			}
		}
		if b.done != nil {
			close(b.done)
			continue
		}
		n := int64(len(b.bytes))
		clear(b.items)
		b.items, b.bytes = b.items[:0], b.bytes[:0]
		if cap(b.bytes) <= 2*batchSize {
			select {
			case w.free <- b:
			default:
			}
		}
		w.waiting.Add(-n)
		w.sweep.room.leave(n)
	}
}

// take matches one text.
func (w *worker) take(it *item, b *batch) {
	if it.shared {
		w.again(it)
		return
	}
	if it.rev.Page != w.page {
		w.page = it.rev.Page
		w.bases = [2]base{{text: w.bases[0].text[:0]}, {text: w.bases[1].text[:0]}}
		clear(w.runs)
	}
	blob := &scanner.Blob{BlobRef: refOf(it), Data: b.bytes[it.text.Start:it.text.End]}
	if it.rev.Field == scanner.Attachment {
		w.attachment(it, blob)
		return
	}
	kept := false
	blob.Held = func(c scanner.Contents) bool {
		kept = true
		return w.keep(it, blob.BlobRef, c)
	}
	if it.rev.Field == scanner.Content {
		w.content(it, blob)
	} else {
		w.visit(blob)
	}
	if !kept {
		if r := w.runs[it.rev.Field]; r != nil {
			r.record = nil
		}
	}
}

// again takes a text that was seen before: it has one place more.
func (w *worker) again(it *item) {
	if r, ok := w.held.get(it.digest); ok {
		w.sweep.src.add(r, spotOf(&it.rev))
	}
	if w.page == it.rev.Page && it.rev.Field == scanner.Content && w.bases[1].digest == it.digest && len(w.bases[1].text) > 0 {
		w.bases[0], w.bases[1] = w.bases[1], w.bases[0] // what comes next was made from this
	}
}

// content matches the text of a page by what it has in common with the one
// before it.
func (w *worker) content(it *item, blob *scanner.Blob) {
	old := w.bases[0]
	if len(old.text) > 0 {
		blob.From = w.differ.derive(old.text, blob.Data, old.left)
	}
	left := w.visit(blob)
	if len(blob.Data) > maxBase {
		return
	}
	w.bases[0], w.bases[1] = w.bases[1], w.bases[0]
	w.bases[0] = base{append(w.bases[0].text[:0], blob.Data...), left, it.digest}
}

// keep decides whether a text that holds secrets is kept for itself, or is one
// more place of the one before it in the page.
func (w *worker) keep(it *item, ref scanner.BlobRef, c scanner.Contents) bool {
	r := w.runs[it.rev.Field]
	if r == nil {
		r = &run{}
		w.runs[it.rev.Field] = r
	}
	same := r.record != nil && r.contents.Values == c.Values && (r.contents.Places == c.Places || r.texts >= exact)
	if same {
		w.sweep.src.add(r.record, spotOf(&it.rev))
	} else {
		r.record = w.sweep.src.hold(ref, spotOf(&it.rev))
		r.contents = c
		r.texts++
	}
	if it.digest != (digest{}) {
		w.held.put(it.digest, r.record)
	}
	return !same
}

// attachment matches a file, its name and what is packed in it.
func (w *worker) attachment(it *item, blob *scanner.Blob) {
	if it.rev.Name != "" {
		blob.Via = scanner.JoinVia(it.rev.Name)
	}
	src := w.sweep.src
	visit := func(b *scanner.Blob) scanner.Candidates {
		if b.Field == scanner.Content { // of a member
			b.Field = scanner.Attachment
		}
		b.Held = func(scanner.Contents) bool {
			r := src.hold(b.BlobRef, spotOf(&it.rev))
			if it.digest != (digest{}) {
				w.held.put(it.digest, r)
			}
			return true
		}
		return w.visit(b)
	}
	name := *blob
	name.Field, name.Data = scanner.Name, []byte(blob.Path)
	visit(&name)
	visit(blob)
	files.Members(blob, src.Limits, &src.cover, visit)
}
