package objects

import (
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/awscred/awscred/scanner/objects/internal/inflate"
)

// A worker resolves families of deltas: a base and everything that hangs on it,
// each entry inflated once, bases before their deltas. It goes down without
// recursion and keeps only the ancestors that still have children to come.
type worker struct {
	s       *Store
	num     int
	dec     *inflate.Decoder
	names   *hasher
	mem     arena
	stop    func() bool
	spans   bool                             // collect what is fresh
	visit   func(w *worker, f *frame) []node // returns more children of f
	suspect func(p *pack)                    // told of bytes between entries
	right   tally                            // of entries that are as the index has them

	stack  []*frame
	spare  []*frame   // to use again
	keep   []byte     // what evict must leave: the data of what the entry being built is a delta on
	delta  derivation // of that entry
	object Object     // the one being shown
	all    [1]Span    // its Fresh, if that is all of it
}

// A node is an entry of a pack.
type node struct {
	p *pack
	e uint32
}

// A frame is an entry on the way down.
type frame struct {
	node
	typ   Type
	data  []byte
	next  int    // children begun
	extra []node // children that the table does not know
	whole bool   // the derivation is not worth looking at: everything is new
	base  any    // the state of the base
	state any    // what visit returned
	seen  bool   // visited, so that deltas on it need only show what is new
}

func newWorker(s *Store, m *memory, stop func() bool) *worker {
	w := &worker{s: s, dec: inflate.New(), names: newHasher(s.hash), mem: arena{m: m}, stop: stop}
	w.mem.evict = w.evict
	return w
}

func (f *frame) children() int { return len(f.p.table.deltas(f.e)) + len(f.extra) }

func (f *frame) child() node {
	kids := f.p.table.deltas(f.e)
	f.next++
	if f.next < len(kids) {
		f.p.ahead(kids[f.next])
	}
	if f.next <= len(kids) {
		return node{f.p, kids[f.next-1]}
	}
	return f.extra[f.next-1-len(kids)]
}

// family resolves root and its descendants. base is what root is a delta on, nil
// if it is none.
func (w *worker) family(root node, base *frame) {
	if !w.enter(root, base) {
		return
	}
	for len(w.stack) > 0 && !w.stop() {
		top := w.stack[len(w.stack)-1]
		kid := top.child()
		if top.data == nil && !w.restore(top) {
			w.lose(kid, errCorrupt)
			w.leave(top)
			continue
		}
		if top.next < top.children() {
			w.enter(kid, top)
			continue
		}
		w.pop()
		w.enter(kid, top)
		w.release(top)
	}
	w.unwind()
}

// unwind gives up everything that is under way.
func (w *worker) unwind() {
	for len(w.stack) > 0 {
		w.release(w.stack[len(w.stack)-1])
		w.pop()
	}
}

// pop takes the last frame off the stack.
func (w *worker) pop() {
	last := len(w.stack) - 1
	w.stack[last] = nil
	w.stack = w.stack[:last]
}

// begin returns a frame for an entry.
func (w *worker) begin(n node) *frame {
	last := len(w.spare) - 1
	if last < 0 {
		return &frame{node: n}
	}
	f := w.spare[last]
	w.spare = w.spare[:last]
	f.node = n
	return f
}

// release gives a frame and its buffer back. No reference to the buffer may stay
// behind, or that lives on after it was given up.
func (w *worker) release(f *frame) {
	data := f.data
	*f = frame{}
	w.spare = append(w.spare, f)
	w.keep, w.object.Data, w.object.Base = nil, nil, nil
	w.mem.put(data)
}

// leave pops a frame that cannot be used, losing the children not begun.
func (w *worker) leave(top *frame) {
	for top.next < top.children() {
		w.lose(top.child(), errCorrupt)
	}
	w.release(top)
	w.pop()
}

// enter builds an entry, shows it, and stacks it if it has children.
func (w *worker) enter(n node, base *frame) bool {
	f := w.begin(n)
	if kids := n.p.table.deltas(n.e); len(kids) > 0 {
		n.p.ahead(kids[0])
	}
	w.keep = nil
	if base != nil {
		w.keep = base.data
	}
	if err := guard(func() error { return w.build(f, base) }); err != nil {
		w.release(f)
		w.lose(n, err)
		return false
	}
	f.extra = w.visit(w, f)
	if f.children() == 0 {
		w.release(f)
		return false
	}
	w.stack = append(w.stack, f)
	return true
}

// lose records an entry that cannot be read, with its descendants.
func (w *worker) lose(n node, err error) {
	if errors.Is(err, errStopped) {
		return
	}
	t := n.p.table
	l := Lost{What: n.p.describe(n.e), Why: reason(err), Fix: fixRefetch, Count: t.family(n.e), Object: n.p.id(n.e)}
	if errors.Is(err, errLimit) {
		l.Fix = fixLimit
	}
	w.s.lose(n.p, l)
}

// describe names an entry by its object, or by its offset if that has no name.
func (p *pack) describe(e uint32) string {
	if id := p.id(e); !id.IsZero() {
		return Type(p.table.typ[e]).String() + " " + id.String()
	}
	return fmt.Sprintf("entry at offset %d of pack %q", p.table.off[e], p.name)
}

// build inflates f's entry and applies it to base if it is a delta.
func (w *worker) build(f *frame, base *frame) error {
	h, err := f.p.header(f.e, w.s.hash)
	if err != nil {
		return err
	}
	limit := w.s.opts.MaxObjectSize
	if h.size > uint64(limit) {
		return errLimit
	}
	if !h.isDelta() {
		f.typ, f.whole = Type(h.kind), true
		if f.data, err = w.mem.get(int(h.size)); err != nil {
			return err
		}
		return w.inflate(f.data, f, &h)
	}
	if base == nil {
		return fmt.Errorf("%w: delta without a base", errCorrupt)
	}
	f.typ, f.base = base.typ, base.state
	delta, err := w.mem.get(int(h.size))
	if err != nil {
		return err
	}
	defer func() { w.mem.put(delta) }()
	if err := w.inflate(delta, f, &h); err != nil {
		return err
	}
	from, to, ops, err := deltaSizes(delta)
	if err != nil || from != uint64(len(base.data)) {
		return fmt.Errorf("%w: delta does not fit its base", errCorrupt)
	}
	if to > uint64(limit) {
		return errLimit
	}
	if f.data, err = w.mem.get(int(to)); err != nil {
		return err
	}
	f.whole = !w.spans || !base.seen
	if f.whole {
		return applyDelta(f.data, base.data, ops, nil)
	}
	w.delta.reset()
	w.delta.plain = base.state == nil
	return applyDelta(f.data, base.data, ops, &w.delta)
}

// inflate decodes an entry's data and checks it: Adler-32, size, the entry's
// CRC-32 and that the next entry begins where this one ends. The last two lose
// nothing that was read, so they are only recorded.
func (w *worker) inflate(dst []byte, f *frame, h *header) error {
	p, t := f.p, f.p.table
	off := t.off[f.e]
	start := off + uint64(h.len)
	used, err := w.dec.Zlib(dst, p.data[start:])
	if err != nil {
		return corrupt(err)
	}
	end := start + uint64(used)
	if p.walked || p.idx == nil {
		return nil
	}
	if t.crc != nil {
		if t.crc[f.e] == crc32.ChecksumIEEE(p.data[off:end]) {
			w.right.add(p, end-off)
		} else {
			w.s.lose(p, Lost{What: p.describe(f.e), Why: "CRC-32 mismatch with the index", Fix: fixRefetch, Object: p.id(f.e)})
		}
	}
	last := int(f.e) == t.len()-1
	if next := t.off[f.e+1]; w.suspect != nil && (end < next || end > next && !(last && p.cut)) {
		w.suspect(p)
	}
	return nil
}

// restore makes the data of an evicted frame again.
func (w *worker) restore(f *frame) bool {
	w.keep = nil
	w.evict()
	r := resolution{s: w.s, mem: &w.mem}
	t, data, err := r.run(place{p: f.p, off: f.p.table.off[f.e]})
	if err != nil {
		return false
	}
	f.data = data
	return t == f.typ
}

// evict gives up the data of the ancestors but the parent's; it can be made again.
func (w *worker) evict() bool {
	freed := false
	for _, f := range w.stack {
		if f.data == nil || w.keep != nil && &f.data[:1][0] == &w.keep[:1][0] {
			continue
		}
		data := f.data
		f.data = nil
		w.mem.put(data)
		freed = true
	}
	return freed
}
