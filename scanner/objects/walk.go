package objects

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/awscred/awscred/scanner/objects/internal/inflate"
)

// walkPacks indexes packs that have no sound index, as git index-pack would: it
// finds the entries by inflating one after the other, then their names by
// resolving every family. All packs are named together, since a delta by name
// may have its base in any of them.
func (s *Store) walkPacks(ctx context.Context, packs []*pack) error {
	n := naming{s: s, ids: map[*pack][]ID{}, waiting: map[ID][]node{}}
	for _, p := range packs {
		p.idx, p.cut = nil, false // it may have been joined to an index halfway
		var off []uint64
		err := guard(func() (err error) {
			off, err = s.walkEntries(ctx, p)
			return err
		})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			s.lose(p, Lost{What: fmt.Sprintf("pack %q", p.name), Why: reason(err), Fix: fixRefetch})
		}
		p.table = &table{off: append(off, p.limit(s.hash))}
		p.table.link(p.data, s.hash, nil)
		n.add(p)
	}
	n.run(ctx, packs)
	if ctx.Err() != nil {
		for _, p := range packs {
			p.table = nil
		}
		return ctx.Err()
	}
	for _, p := range packs {
		s.adoptNames(p, n.ids[p])
	}
	return nil
}

// adoptNames gives p an index of the names that were found.
func (s *Store) adoptNames(p *pack, ids []ID) {
	var list []located
	for e, id := range ids {
		if !id.IsZero() {
			list = append(list, located{id, p.table.off[e]})
		}
	}
	s.loseDead(p)
	x := makeIndex(list, s.hash)
	t, _, _ := newTable(x, p.limit(s.hash))
	p.idx, p.table, p.walked = x, t, true
	t.link(p.data, s.hash, p.entryNamed)
}

// entryNamed is find for a name in raw bytes.
func (p *pack) entryNamed(name []byte) (uint32, bool) { return p.find(MakeID(name)) }

// loseDead records the entries whose header or base is broken.
func (s *Store) loseDead(p *pack) {
	for _, e := range p.table.dead {
		s.lose(p, Lost{What: p.describe(e), Why: "corrupt: bad entry header", Fix: fixRefetch, Count: p.table.family(e), Object: p.id(e)})
	}
}

// A naming finds the names of the objects in packs without an index.
type naming struct {
	s       *Store
	ids     map[*pack][]ID // by entry
	waiting map[ID][]node  // deltas by the name of a base that has not turned up
}

// add notes p's deltas by name.
func (n *naming) add(p *pack) {
	n.ids[p] = make([]ID, p.table.len())
	for e := range p.table.len() {
		if h, err := p.header(uint32(e), n.s.hash); err == nil && h.kind == refDelta {
			base := MakeID(h.base)
			n.waiting[base] = append(n.waiting[base], node{p, uint32(e)})
		}
	}
}

// run names everything that hangs on a whole object in packs, then what hangs on
// objects elsewhere, and records the rest as lost.
func (n *naming) run(ctx context.Context, packs []*pack) {
	w := newWorker(n.s, newMemory(n.s.opts.Memory, 1, ctx.Done()), func() bool { return ctx.Err() != nil })
	defer w.mem.close()
	w.visit = n.name
	for _, p := range packs {
		for _, r := range p.table.roots {
			w.family(node{p, r.entry}, nil)
		}
	}
	bases := make([]ID, 0, len(n.waiting))
	for id := range n.waiting {
		bases = append(bases, id)
	}
	slices.SortFunc(bases, ID.Compare)
	for _, id := range bases {
		base, err := n.s.foreignBase(id)
		if err != nil {
			continue
		}
		nodes := n.waiting[id]
		delete(n.waiting, id)
		for _, d := range nodes {
			w.family(d, &frame{typ: base.typ, data: base.data})
		}
	}
	for id, nodes := range n.waiting {
		for _, d := range nodes {
			n.s.lose(d.p, Lost{What: "object " + id.String(), Why: "missing, deltas need it as their base", Fix: fixRestore, Count: d.p.table.family(d.e), Object: id})
		}
	}
}

// name is the visit of a worker that names objects.
func (n *naming) name(w *worker, f *frame) []node {
	id := w.names.name(f.typ, f.data)
	n.ids[f.p][f.e] = id
	kids, ok := n.waiting[id]
	if ok {
		delete(n.waiting, id)
	}
	return kids
}

// foreignBase resolves an object by name for a delta that is not in its table.
func (s *Store) foreignBase(id ID) (cached, error) {
	err := fmt.Errorf("%w: its base %s is missing", errCorrupt, id)
	for at := range s.places(id) {
		var c cached
		if c.typ, c.data, err = s.resolve(at); err == nil {
			return c, nil
		}
	}
	return cached{}, err
}

// walkEntries finds the offsets of a pack's entries without an index. After a
// broken entry it goes on at the next offset that an unsound index gave, or
// where something that can be an entry begins.
func (s *Store) walkEntries(ctx context.Context, p *pack) ([]uint64, error) {
	w := &walker{dec: inflate.New(), data: p.data, hash: s.hash, limit: s.opts.MaxObjectSize, budget: resyncBudget}
	var off []uint64
	end := p.limit(s.hash)
	broken := 0
	for pos := uint64(packHeaderSize); pos < end; {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		next, err := w.entry(pos)
		if err == nil {
			off = append(off, pos)
			pos = next
			continue
		}
		broken++
		s.lose(p, Lost{What: fmt.Sprintf("entry at offset %d of pack %q", pos, p.name), Why: reason(err), Fix: fixRefetch, Count: 1})
		if next == 0 {
			next = w.resync(ctx, pos, p.hints, end)
		}
		pos = next
	}
	if n := len(off); n != p.count {
		s.lose(p, Lost{What: fmt.Sprintf("pack %q", p.name), Why: fmt.Sprintf("has %d entries that can be read, its header says %d", n, p.count), Fix: fixRefetch, Count: max(0, p.count-n-broken)})
	}
	return off, nil
}

// resyncBudget is how many bytes may be inflated in vain in search of an entry.
const resyncBudget = 256 << 20

// A walker goes from entry to entry.
type walker struct {
	dec     *inflate.Decoder
	data    []byte
	hash    int
	limit   int64
	scratch []byte
	budget  int
}

// entry inflates the entry at pos and returns where the next one begins. With
// errLimit, it does too, if it could step over the entry.
func (w *walker) entry(pos uint64) (next uint64, err error) {
	h, err := parseHeader(w.data[pos:], pos, w.hash)
	if err != nil {
		return 0, err
	}
	src := w.data[pos+uint64(h.len):]
	if h.size > uint64(w.limit) {
		n, ok := skipStream(src, h.size, w.limit)
		if !ok {
			return 0, errLimit
		}
		return pos + uint64(h.len+n), errLimit
	}
	if need := int(h.size) + inflate.Slack; cap(w.scratch) < need {
		w.scratch = make([]byte, need+need/4)
	}
	used, err := w.dec.Zlib(w.scratch[:h.size], src)
	if err != nil {
		return 0, corrupt(err)
	}
	return pos + uint64(h.len+used), nil
}

// skipStream finds the end of a stream that is too large to keep, if it is not
// larger than is worth the time.
func skipStream(src []byte, size uint64, limit int64) (n int, ok bool) {
	const worth = 8 // times the limit
	if size/worth > uint64(limit) {
		return 0, false
	}
	in := bytes.NewReader(src)
	r, err := zlib.NewReader(in)
	if err != nil {
		return 0, false
	}
	got, err := io.Copy(io.Discard, io.LimitReader(r, int64(size)+1))
	return len(src) - in.Len(), err == nil && uint64(got) == size
}

// resync returns the next offset after pos at which an entry may begin, or end.
func (w *walker) resync(ctx context.Context, pos uint64, hints []uint64, end uint64) uint64 {
	for i, _ := slices.BinarySearch(hints, pos+1); i < len(hints) && hints[i] < end; i++ {
		return hints[i]
	}
	for pos++; pos < end && w.budget > 0 && ctx.Err() == nil; pos++ {
		h, err := parseHeader(w.data[pos:], pos, w.hash)
		if err != nil || h.size > uint64(w.limit) || uint64(h.len) >= end-pos || w.data[pos+uint64(h.len)] != 0x78 {
			continue
		}
		if _, err := w.entry(pos); err == nil {
			return pos
		}
		w.budget -= 64 + w.dec.Written()
	}
	return end
}
