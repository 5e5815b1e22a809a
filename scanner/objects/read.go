package objects

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/awscred/awscred/scanner/objects/internal/inflate"
)

// A place is where an object's bytes are: at an offset of a pack, or loose.
type place struct {
	p     *pack
	off   uint64
	loose loose // if p is nil
}

// places yields every place that an object has: packs in order, then loose files.
func (s *Store) places(id ID) iter.Seq[place] {
	return func(yield func(place) bool) {
		name := id.sum[:id.size]
		for _, p := range s.packs {
			if p.temp || p.idx == nil || p.table == nil {
				continue
			}
			i, ok := p.idx.find(name)
			for ; ok && i < p.idx.n && string(p.idx.name(i)) == string(name); i++ {
				if e := p.table.rank[i]; e != noEntry && !yield(place{p: p, off: p.table.off[e]}) {
					return
				}
			}
		}
		i, _ := s.findLoose(id)
		for ; i < len(s.loose) && s.loose[i].id == id; i++ {
			if !yield(place{loose: s.loose[i]}) {
				return
			}
		}
	}
}

// typeAt returns the type of what is at a place, or 0.
func (s *Store) typeAt(at place) Type {
	if at.p == nil {
		return s.looseType(at.loose)
	}
	e, _ := at.p.table.entryAt(at.off)
	return Type(at.p.table.typ[e])
}

// looseType reads the type of a loose object from its header.
func (s *Store) looseType(l loose) Type {
	f, _, err := openRegular(s.loosePath(l))
	if err != nil {
		return 0
	}
	defer f.Close()
	var file [512]byte // enough of the stream for looseHeadSize bytes, dynamic code included
	n, _ := f.ReadAt(file[:], 0)
	dec := s.decoders.Get().(*inflate.Decoder)
	defer s.decoders.Put(dec)
	var head [looseHeadSize]byte
	k, _ := dec.Prefix(head[:], file[:n])
	t, _, _, err := parseLooseHead(head[:k])
	if err != nil {
		return 0
	}
	return t
}

// Read returns an object's type and data. The data's name has been verified; a
// copy that does not match is recorded as lost and another one tried. Read
// returns an error wrapping ErrNotFound if the store has no such object.
//
// Memory: about three times the largest object on the delta chain.
func (s *Store) Read(id ID) (Type, []byte, error) {
	if err := s.prepare(context.Background()); err != nil {
		return 0, nil, err
	}
	first := ErrNotFound
	var places []place
	s.guarded(func() { places = slices.Collect(s.places(id)) })
	for _, at := range places {
		t, data, err := s.resolve(at)
		if err == nil && newHasher(s.hash).name(t, data) != id {
			err = errName
		}
		if err == nil {
			return t, data, nil
		}
		s.lose(at.p, Lost{What: s.typeAt(at).String() + " " + id.String(), Why: reason(err), Fix: fixRefetch, Count: 1, Object: id})
		if errors.Is(first, ErrNotFound) {
			first = err
		}
	}
	return 0, nil, fmt.Errorf("reading object %s: %w", id, first)
}

// A link is a delta on the way from an entry down to its base.
type link struct {
	at place
	h  header
}

// A supply hands out buffers with Slack behind them and takes them back.
type supply interface {
	get(n int) ([]byte, error)
	put(b []byte)
}

// A heap is the supply of whoever keeps no account. It holds on to the last two
// buffers given back: going up a chain needs no more.
type heap struct{ spare [2][]byte }

func (h *heap) get(n int) ([]byte, error) {
	for i, b := range h.spare {
		if need := n + inflate.Slack; cap(b) >= need && cap(b)/2 <= need {
			h.spare[i] = nil
			return b[:n], nil
		}
	}
	return newBuffer(n)
}

func (h *heap) put(b []byte) { h.spare[0], h.spare[1] = b, h.spare[0] }

// resolve returns the object at a place: down the chain of deltas to something
// whole, and up again. The caller owns the data.
func (s *Store) resolve(at place) (typ Type, data []byte, err error) {
	r := resolution{s: s, mem: &heap{}, cache: &s.bases}
	return r.run(at)
}

// A resolution resolves one object. Without a cache it uses nothing but mem.
type resolution struct {
	s     *Store
	dec   *inflate.Decoder
	mem   supply
	cache *baseCache               // may be nil
	own   bool                     // the data at hand came from mem, and the cache has not got it
	find  func(ID) iter.Seq[place] // where a base is; nil asks the Store
}

func (r *resolution) run(at place) (typ Type, data []byte, err error) {
	r.dec = r.s.decoders.Get().(*inflate.Decoder)
	defer r.s.decoders.Put(r.dec)
	err = guard(func() error {
		var chain []link
		chain, typ, data, err = r.descend(at)
		if err != nil {
			return err
		}
		for _, l := range slices.Backward(chain) {
			if data, err = r.apply(l, data); err != nil {
				return err
			}
			r.own = !r.cache.put(l.at, typ, data)
		}
		if r.own {
			return nil
		}
		shared := data
		if data, err = r.mem.get(len(shared)); err == nil {
			copy(data, shared)
		}
		return err
	})
	if err != nil && r.own && data != nil {
		r.mem.put(data)
		data = nil
	}
	return typ, data, err
}

// descend follows bases from at until it has data: of a base, or from the cache.
func (r *resolution) descend(at place) (chain []link, t Type, data []byte, err error) {
	s := r.s
	var been map[place]bool // where deltas by name have led; those by offset only go back
	for {
		if t, data, ok := r.cache.get(at); ok {
			return chain, t, data, nil
		}
		if at.p == nil {
			t, data, err := s.readLoose(r.dec, at.loose)
			return chain, t, data, err // not from mem, hence not own
		}
		h, err := parseHeader(at.p.data[at.off:], at.off, s.hash)
		if err != nil {
			return nil, 0, nil, err
		}
		if h.size > uint64(s.opts.MaxObjectSize) {
			return nil, 0, nil, errLimit
		}
		if !h.isDelta() {
			data, err = r.inflate(at, h)
			r.own = err == nil && !r.cache.put(at, Type(h.kind), data)
			return chain, Type(h.kind), data, err
		}
		chain = append(chain, link{at, h})
		if h.kind == ofsDelta {
			at = place{p: at.p, off: at.off - h.back}
			continue
		}
		if been == nil {
			been = map[place]bool{}
		}
		if at, err = r.jump(MakeID(h.base), at.p, been); err != nil {
			return nil, 0, nil, err
		}
	}
}

// jump picks a place of a delta's base that the chain has not come by yet, in
// the delta's own pack if it is there.
func (r *resolution) jump(base ID, own *pack, been map[place]bool) (place, error) {
	err := fmt.Errorf("%w: its base %s is missing", errCorrupt, base)
	var best *place
	find := r.find
	if find == nil {
		find = r.s.places
	}
	for at := range find(base) {
		if been[at] {
			err = fmt.Errorf("%w: its deltas form a circle", errCorrupt)
			continue
		}
		if best == nil || best.p != own && at.p == own {
			best = &at
		}
	}
	if best == nil {
		return place{}, err
	}
	been[*best] = true
	return *best, nil
}

// inflate inflates the entry at a place.
func (r *resolution) inflate(at place, h header) ([]byte, error) {
	buf, err := r.mem.get(int(h.size))
	if err != nil {
		return nil, err
	}
	if _, err := r.dec.Zlib(buf, at.p.data[at.off+uint64(h.len):]); err != nil {
		r.mem.put(buf)
		return nil, corrupt(err)
	}
	return buf, nil
}

// apply returns the object that the delta l makes of base, and gives base back
// unless it is shared. With an error it returns base.
func (r *resolution) apply(l link, base []byte) ([]byte, error) {
	delta, err := r.inflate(l.at, l.h)
	if err != nil {
		return base, err
	}
	defer r.mem.put(delta)
	from, to, ops, err := deltaSizes(delta)
	if err != nil || from != uint64(len(base)) {
		return base, fmt.Errorf("%w: delta does not fit its base", errCorrupt)
	}
	if to > uint64(r.s.opts.MaxObjectSize) {
		return base, errLimit
	}
	data, err := r.mem.get(int(to))
	if err != nil {
		return base, err
	}
	if err := applyDelta(data, base, ops, nil); err != nil {
		r.mem.put(data)
		return base, err
	}
	if r.own {
		r.mem.put(base)
	}
	return data, nil
}

// readLoose reads a loose object into new memory.
func (s *Store) readLoose(dec *inflate.Decoder, l loose) (Type, []byte, error) {
	file, err := readFile(s.loosePath(l), looseFileLimit(s.opts.MaxObjectSize), newBuffer)
	if err != nil {
		return 0, nil, err
	}
	t, _, data, err := readLoose(dec, file, s.opts.MaxObjectSize, newBuffer)
	return t, data, err
}

// A baseCache keeps the objects that were resolved last, up to a number of bytes,
// because the deltas that are read next hang on them. A nil one is empty.
type baseCache struct {
	mu    sync.Mutex
	limit int
	size  int
	at    map[place]*list.Element
	order list.List // of cached, the most recently used first
}

type cached struct {
	at   place
	typ  Type
	data []byte
}

// get returns what is cached for a place. The data must not be changed.
func (c *baseCache) get(at place) (Type, []byte, bool) {
	if c == nil {
		return 0, nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[at]
	if !ok {
		return 0, nil, false
	}
	c.order.MoveToFront(e)
	v := e.Value.(cached)
	return v.typ, v.data, true
}

// put offers data to the cache and reports whether the cache took it.
func (c *baseCache) put(at place, typ Type, data []byte) bool {
	if c == nil || data == nil || len(data) > c.limit/16 {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.at[at]; ok {
		return false
	}
	if c.at == nil {
		c.at = make(map[place]*list.Element)
	}
	c.at[at] = c.order.PushFront(cached{at, typ, data})
	c.size += len(data) + cachedOverhead
	for c.size > c.limit {
		last := c.order.Back()
		v := c.order.Remove(last).(cached)
		delete(c.at, v.at)
		c.size -= len(v.data) + cachedOverhead
	}
	return true
}

// cachedOverhead is about what the map and list cost an entry.
const cachedOverhead = 256

func (c *baseCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.size = nil, 0
	c.order.Init()
}
