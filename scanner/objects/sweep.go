package objects

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/awscred/awscred/internal/redact"
)

// SweepOptions says what a Sweep visits and how. The zero value visits
// everything, whole.
type SweepOptions struct {
	// Jobs is the number of goroutines; 0 means runtime.GOMAXPROCS.
	Jobs int
	// Types limits the sweep to objects of these types; nil means all. Entries
	// of other types are not inflated, and so not checked.
	Types []Type
	// Last, if it is not 0, is a type whose objects come when all others have been
	// shown, but for those that an index leaves out; Between is called before. Deltas
	// on an object outside their pack whose type is not known come first.
	Last    Type
	Between func()
	// Only limits the sweep to the objects it returns true for; nil means all.
	// It is called concurrently. What it leaves out is still resolved when
	// others are deltas on it, and those are then fresh as a whole.
	Only func(ID) bool
	// Margin is by how many bytes the windows in Object.Fresh reach beyond what
	// is new: at least the longest match, with its context. 0 turns windows
	// off: everything is fresh.
	Margin int
	// Gap is up to how many bytes between two parts that are new are fresh as well,
	// though the base has them. Some deltas have thousands of parts of a few bytes:
	// who reads what is around them need not be told of each.
	Gap int
	// VerifyNames recomputes the name of every packed object as well. A wrong
	// one is lost, and visited under the name that its content has.
	VerifyNames bool
}

// An Object is one stored object, as a Sweep shows it. It and everything it
// refers to are valid only during the call, and must not be changed.
type Object struct {
	ID ID
	// Ordinal is the number that Store.Ordinal has for ID, -1 if the store
	// does not list it or this copy stands in a temporary pack.
	Ordinal int
	Type    Type
	Data    []byte
	// Fresh are the parts of Data, in order and apart, that may hold a match
	// which the delta's base does not: what was inserted, and where copied
	// parts meet, and up to Gap bytes between these. Nothing may be fresh. A
	// match outside of Fresh stands, with Margin bytes around it, in the base,
	// which has been visited before on the same goroutine.
	Fresh []Span
	// Whole says that Fresh is all of Data because there is no base to refer to.
	Whole bool
	// Base is what visit returned for the delta's base, so that what was found
	// there need not be looked for again. It is nil if Whole.
	Base any
	// Copies are the parts of Data that are also parts of the base's, in order
	// of To and apart; none if Base is nil. What lies between them is inserted. Parts
	// that are contiguous in both are one.
	Copies []Copy
	// Last says that the object has no deltas: nobody asks for what visit
	// returns.
	Last bool
}

// Sweep shows every entry of every pack, and every loose object, to visit:
// exactly once each, found by its offset, so that no index can hide one; an
// object that is stored twice is visited twice. Bases come before their deltas,
// on the same goroutine. visit is called by Jobs goroutines, worker being
// their number from 0, and returns what it wants to know when it is shown the
// deltas on the object (see Object.Base). That is kept only until then; on the
// way to the end of a chain it is kept for every object of the chain.
//
// What cannot be read is recorded, see Lost, with what hangs on it, and the
// sweep goes on. Checked are the checksums of indexes, and of packs that these do
// not confirm (docs/decisions/0018), each entry's CRC-32 and Adler-32, declared
// sizes and numbers of entries, and the names of loose objects. The error is that of ctx, or nil.
func (s *Store) Sweep(ctx context.Context, opts SweepOptions, visit func(worker int, o *Object) any) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if opts.Jobs <= 0 {
		opts.Jobs = runtime.GOMAXPROCS(0)
	}
	sw := &sweep{s: s, opts: opts, visit: visit, stop: func() bool { return ctx.Err() != nil }, suspects: map[*pack]bool{}, right: map[*pack]uint64{}}
	sw.everything(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return sw.gaps(ctx)
}

// A sweep is one run of Sweep.
type sweep struct {
	s     *Store
	opts  SweepOptions
	visit func(int, *Object) any
	stop  func() bool
	known *table // when set, only entries that it does not have are shown

	chosen []bool // when set, only the objects of these ordinals are shown, under their right names

	mu       sync.Mutex
	suspects map[*pack]bool
	right    map[*pack]uint64 // bytes of entries whose CRC-32 the index confirms
	later    []looseFile      // of the type that comes last
}

// A task is what a worker takes at a time.
type task func(w *worker)

// everything shows all objects of the store, those of the type that comes last in a
// second run.
func (sw *sweep) everything(ctx context.Context) {
	last := sw.opts.Last
	tasks := sw.trailers()
	for _, p := range sw.s.packs {
		tasks = append(tasks, sw.families(p, func(t Type) bool { return t == 0 || t != last })...)
	}
	sw.run(ctx, append(tasks, sw.looseFiles()...))
	if last != 0 && !sw.stop() {
		sw.last(ctx)
	}
	if tasks = sw.unconfirmed(); len(tasks) > 0 {
		sw.run(ctx, tasks)
	}
}

// last shows the objects of the type that comes last.
func (sw *sweep) last(ctx context.Context) {
	if sw.opts.Between != nil {
		sw.opts.Between()
	}
	var tasks []task
	for _, p := range sw.s.packs {
		tasks = append(tasks, sw.families(p, func(t Type) bool { return t == sw.opts.Last })...)
	}
	sw.run(ctx, append(tasks, sw.laterFiles()...))
}

func anyType(Type) bool { return true }

// run lets workers do tasks in order, and waits for them. One that has nothing more to
// do gives its memory back: others may wait for it.
func (sw *sweep) run(ctx context.Context, tasks []task) {
	m := newMemory(sw.s.opts.Memory, sw.opts.Jobs, ctx.Done())
	var next atomic.Int64
	var wg sync.WaitGroup
	for num := range sw.opts.Jobs {
		wg.Go(redact.Contained(func() {
			w := newWorker(sw.s, m, sw.stop)
			defer w.mem.close()
			w.spans, w.delta.gap = sw.opts.Margin > 0, sw.opts.Gap
			w.suspect = sw.suspect
			defer sw.confirmed(&w.right)
			w.visit = sw.packed
			w.num = num
			for !sw.stop() {
				i := int(next.Add(1)) - 1
				if i >= len(tasks) {
					return
				}
				if err := guard(func() error { tasks[i](w); return nil }); err != nil {
					sw.s.lost.add(Lost{What: "pack indexes", Why: err.Error(), Fix: fixRefetch})
					w.unwind()
				}
			}
		}))
	}
	wg.Wait()
}

func (sw *sweep) suspect(p *pack) {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	sw.suspects[p] = true
}

// wants reports whether objects of type t are asked for; not known counts as yes.
func (sw *sweep) wants(t Type) bool {
	return t == 0 || sw.opts.Types == nil || slices.Contains(sw.opts.Types, t)
}

// families makes the tasks that resolve those families of a pack that are of a type
// for which in says so; 0 is one that is not known. Heavy ones come first and alone,
// so that no worker is left with one at the end; the others in the order of the
// pack, some at a time.
func (sw *sweep) families(p *pack, in func(Type) bool) []task {
	light, heavy := make([]root, 0, len(p.table.roots)), []root(nil)
	total := uint64(0)
	for _, r := range p.table.roots {
		if t := Type(p.table.typ[r.entry]); sw.wants(t) && in(t) {
			light = append(light, r)
			total += r.weight
		}
	}
	const share = 64
	most := total / uint64(share*sw.opts.Jobs)
	if sw.opts.Jobs > 1 {
		light = slices.DeleteFunc(light, func(r root) bool {
			if r.weight > most {
				heavy = append(heavy, r)
			}
			return r.weight > most
		})
		slices.SortStableFunc(heavy, func(a, b root) int { return cmp.Compare(b.weight, a.weight) })
	}
	var tasks []task
	for _, r := range heavy {
		tasks = append(tasks, func(w *worker) { sw.family(w, p, r) })
	}
	for some := range slices.Chunk(light, share) {
		tasks = append(tasks, func(w *worker) {
			for i, r := range some {
				if sw.stop() {
					return
				}
				if i+1 < len(some) {
					p.ahead(some[i+1].entry)
				}
				sw.family(w, p, r)
			}
		})
	}
	return tasks
}

// family resolves one family, fetching the base of a foreign delta.
func (sw *sweep) family(w *worker, p *pack, r root) {
	e := r.entry
	if !r.outer {
		w.family(node{p, e}, nil)
		return
	}
	h, err := p.header(e, sw.s.hash)
	if err != nil || h.kind != refDelta {
		w.family(node{p, e}, nil)
		return
	}
	base, err := sw.s.foreignBase(MakeID(h.base))
	if err != nil {
		w.lose(node{p, e}, err)
		return
	}
	if sw.wants(base.typ) {
		w.family(node{p, e}, &frame{typ: base.typ, data: base.data})
	}
}

// packed is the visit of a worker that sweeps: it shows an entry.
func (sw *sweep) packed(w *worker, f *frame) []node {
	if sw.chosen != nil && !sw.chosen[f.p.first+int(f.p.table.pos[f.e])] {
		return nil
	}
	listed := f.p.id(f.e)
	id := listed
	if sw.opts.VerifyNames {
		id = sw.verify(w.names, f, id)
	}
	if sw.chosen != nil && id != listed {
		return nil
	}
	if sw.known != nil {
		if _, old := sw.known.entryAt(f.p.table.off[f.e]); old {
			return nil
		}
	}
	if sw.opts.Only != nil && !sw.opts.Only(id) {
		return nil
	}
	w.object = Object{ID: id, Ordinal: sw.s.ordinalOf(f.node, id, id == listed), Type: f.typ, Data: f.data, Whole: f.whole, Last: f.children() == 0}
	if !f.whole {
		w.delta.fresh = widen(w.delta.fresh, len(f.data), sw.opts.Margin)
		w.object.Fresh, w.object.Copies, w.object.Base = w.delta.fresh, w.delta.copies, f.base
	}
	f.state = sw.show(w)
	f.base, f.seen = nil, true
	return nil
}

// show hands the worker's object to the caller.
func (sw *sweep) show(w *worker) any {
	o := &w.object
	if o.Whole {
		w.all[0] = Span{0, len(o.Data)}
		o.Fresh = w.all[:min(1, len(o.Data))]
	}
	return sw.visit(w.num, o)
}

// verify returns the name that f's content has, and records it if that is not id.
func (sw *sweep) verify(names *hasher, f *frame, id ID) ID {
	real := names.name(f.typ, f.data)
	if real != id {
		sw.s.lose(f.p, Lost{What: f.typ.String() + " " + id.String(), Why: "its content is that of " + real.String(), Fix: fixReindex, Count: 1, Object: id})
	}
	return real
}

// gaps looks into packs whose entries do not follow one another as their index
// has it: it walks them, and shows the entries that the index left out.
func (sw *sweep) gaps(ctx context.Context) error {
	packs := slices.SortedFunc(maps.Keys(sw.suspects), func(a, b *pack) int { return cmp.Compare(a.path, b.path) })
	for _, p := range packs {
		q := &pack{path: p.path, name: p.name, data: p.data, count: p.count, hints: p.table.off}
		if err := sw.s.walkPacks(ctx, []*pack{q}); err != nil {
			return err
		}
		left := 0
		for _, off := range q.table.off[:q.table.len()] {
			if _, ok := p.table.entryAt(off); !ok {
				left++
			}
		}
		sw.s.lose(p, Lost{What: fmt.Sprintf("index of pack %q", p.name), Why: fmt.Sprintf("does not match the pack: it leaves out %d entries", left), Fix: fixReindex})
		rest := &sweep{s: sw.s, opts: sw.opts, visit: sw.visit, stop: sw.stop, known: p.table, suspects: map[*pack]bool{}}
		rest.run(ctx, rest.families(q, anyType))
	}
	return ctx.Err()
}
