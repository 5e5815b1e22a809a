package objects

import (
	"context"
	"runtime"
	"slices"
)

// Revisit shows some objects, given by their ordinals, once more: whole, each
// once, from jobs goroutines, and only if its content has its name. An object
// that cannot be read, or whose content has another name, is not shown. What the
// objects are deltas on is put together on the way, each entry once, and nothing
// else is inflated: for many objects that costs far less than reading them one by
// one. The error is that of ctx.
func (s *Store) Revisit(ctx context.Context, ordinals []int, jobs int, visit func(worker int, o *Object)) error {
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	sw := &sweep{s: s, opts: SweepOptions{Jobs: jobs, VerifyNames: true}, stop: func() bool { return ctx.Err() != nil }}
	sw.visit = func(worker int, o *Object) any {
		visit(worker, o)
		return nil
	}
	sw.chosen = make([]bool, s.entries+len(s.loose))
	for _, n := range ordinals {
		sw.chosen[n] = true
	}
	var tasks []task
	for _, p := range s.packs {
		if chosen := sw.chosen[p.first : p.first+p.idx.n]; !p.temp && slices.Contains(chosen, true) {
			q := &pack{path: p.path, name: p.name, data: p.data, count: p.count, idx: p.idx, first: p.first, walked: true}
			q.table = p.table.only(chosen)
			tasks = append(tasks, sw.families(q, anyType)...)
		}
	}
	sw.run(ctx, append(tasks, func(w *worker) { sw.revisitLoose(w) }))
	return ctx.Err()
}

// revisitLoose shows the chosen loose objects.
func (sw *sweep) revisitLoose(w *worker) {
	for i, l := range sw.s.loose {
		n := sw.s.entries + i
		if !sw.chosen[n] || sw.stop() {
			continue
		}
		t, data, err := sw.s.readLoose(w.dec, l)
		if err == nil && w.names.name(t, data) == l.id {
			w.object = Object{ID: l.id, Ordinal: n, Type: t, Data: data, Whole: true, Last: true}
			sw.show(w)
		}
	}
}

// only returns a table in which nothing is left but the entries whose positions
// in the index are chosen, and what they hang on.
func (t *table) only(chosen []bool) *table {
	base := make([]int32, t.len())
	for e := range base {
		base[e] = onNothing
	}
	for e := range base {
		for _, kid := range t.deltas(uint32(e)) {
			base[kid] = int32(e)
		}
	}
	needed := make([]bool, t.len())
	for e, pos := range t.pos {
		if !chosen[pos] {
			continue
		}
		for k := int32(e); k >= 0 && !needed[k]; k = base[k] {
			needed[k] = true
		}
	}
	x := &table{off: t.off, pos: t.pos, rank: t.rank, typ: t.typ, first: make([]uint32, 0, len(t.first))}
	for e := range base {
		x.first = append(x.first, uint32(len(x.kids)))
		for _, kid := range t.deltas(uint32(e)) {
			if needed[kid] {
				x.kids = append(x.kids, kid)
			}
		}
	}
	x.first = append(x.first, uint32(len(x.kids)))
	for _, r := range t.roots {
		if needed[r.entry] {
			x.roots = append(x.roots, r)
		}
	}
	return x
}
