package objects

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"iter"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/awscred/awscred/internal/redact"
)

// A Lookup reads single objects of a Store at the cost of what it reads: it
// searches the index files as they lie on disk, and neither checks them nor
// learns the layout of the packs as a Sweep has to. An index can lead it to
// nothing wrong, since the name of everything read is verified; what it does
// not find by them it asks the Store for, which then looks at everything. Its
// methods may be called concurrently, but for Close.
type Lookup struct {
	s      *Store
	packs  []peek
	opened atomic.Int64
	failed atomic.Int64
}

// A peek is one pack with its index file.
type peek struct {
	p     *pack
	x     *index // sizes and fan-out are sound, nothing else was checked
	unmap func() error
}

// Lookup opens the index files of the store. Close releases them; the Store must
// be closed after it.
func (s *Store) Lookup() *Lookup {
	l := &Lookup{s: s}
	for _, p := range s.packs {
		if p.temp {
			continue
		}
		if k, ok := s.peek(p); ok {
			l.packs = append(l.packs, k)
		}
	}
	return l
}

func (s *Store) peek(p *pack) (peek, bool) {
	if p.alone {
		return peek{}, false
	}
	data, unmap, err := mapFile(strings.TrimSuffix(p.path, filepath.Ext(p.path)) + ".idx")
	if err != nil {
		return peek{}, false
	}
	x := &index{hash: s.hash}
	err = guard(func() error {
		if bytes.HasPrefix(data, []byte("\xfftOc")) {
			return x.parseV2(data)
		}
		return x.parseV1(data)
	})
	if err != nil {
		unmap()
		return peek{}, false
	}
	return peek{p, x, unmap}, true
}

// Close unmaps the index files.
func (l *Lookup) Close() {
	for _, k := range l.packs {
		k.unmap()
	}
	l.packs = nil
}

// Len is how many objects the index files list, and the loose ones.
func (l *Lookup) Len() int {
	n := len(l.s.loose)
	for _, k := range l.packs {
		n += k.x.n
	}
	return n
}

// Cost is how many objects were read so far, and how many of them the Store had
// to be asked for.
func (l *Lookup) Cost() (objects, asked int64) { return l.opened.Load(), l.failed.Load() }

// search returns the first position of a name that does not come before prefix,
// and the position behind the last that can begin with it.
func (k peek) search(prefix []byte) (from, to int) {
	if k.x.n == 0 || len(prefix) == 0 {
		return 0, 0
	}
	lo, hi := k.x.bounds(prefix[0])
	return lo + sort.Search(hi-lo, func(i int) bool { return bytes.Compare(k.x.name(lo+i), prefix) >= 0 }), hi
}

// places yields where the index files say that an object is, and loose files.
func (l *Lookup) places(id ID) iter.Seq[place] {
	return func(yield func(place) bool) {
		name := id.sum[:id.size]
		for _, k := range l.packs {
			i, end := k.search(name)
			if i >= end || !bytes.Equal(k.x.name(i), name) {
				continue
			}
			off := k.x.offset(i)
			if off >= packHeaderSize && off < k.p.limit(l.s.hash) && !yield(place{p: k.p, off: off}) {
				return
			}
		}
		i, _ := l.s.findLoose(id)
		for ; i < len(l.s.loose) && l.s.loose[i].id == id; i++ {
			if !yield(place{loose: l.s.loose[i]}) {
				return
			}
		}
	}
}

// find is the first of places.
func (l *Lookup) find(id ID) (at place, ok bool) {
	l.s.guarded(func() {
		for at = range l.places(id) {
			ok = true
			return
		}
	})
	return at, ok
}

// Has reports whether an index file or a loose file has the name, or else the
// Store.
func (l *Lookup) Has(id ID) bool {
	_, ok := l.find(id)
	return ok || l.s.Has(id)
}

// Read returns an object's type and data, as [Store.Read] does. The data is the
// caller's.
func (l *Lookup) Read(id ID) (Type, []byte, error) {
	l.opened.Add(1)
	at, ok := l.find(id)
	if ok && id.size == uint8(l.s.hash) {
		r := resolution{s: l.s, mem: &heap{}, cache: &l.s.bases, find: l.places}
		t, data, err := r.run(at)
		if err == nil && NameOf(t, data, l.s.hash) == id {
			return t, data, nil
		}
	}
	l.failed.Add(1)
	return l.s.Read(id)
}

// ReadEach reads objects and shows each to visit, from jobs goroutines, in about
// the order in which they lie in the packs, so that what is a delta is read
// beside its base. Its error is that of ctx.
func (l *Lookup) ReadEach(ctx context.Context, ids []ID, jobs int, visit func(id ID, t Type, data []byte, err error)) error {
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	sorted := l.inOrder(ids)
	const share = 32
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(jobs, len(ids)/share+1) {
		wg.Go(redact.Contained(func() {
			for ctx.Err() == nil {
				end := int(next.Add(share))
				if end-share >= len(sorted) {
					return
				}
				for _, id := range sorted[end-share : min(end, len(sorted))] {
					if ctx.Err() != nil {
						return
					}
					t, data, err := l.Read(id)
					visit(id, t, data, err)
				}
			}
		}))
	}
	wg.Wait()
	return ctx.Err()
}

// inOrder sorts objects by pack and offset.
func (l *Lookup) inOrder(ids []ID) []ID {
	type spot struct {
		id  ID
		num int
		off uint64
	}
	number := map[*pack]int{}
	for i, k := range l.packs {
		number[k.p] = i + 1
	}
	spots := make([]spot, len(ids))
	for i, id := range ids {
		at, _ := l.find(id)
		spots[i] = spot{id, number[at.p], at.off}
	}
	slices.SortFunc(spots, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.num, b.num), cmp.Compare(a.off, b.off), a.id.Compare(b.id))
	})
	sorted := make([]ID, len(ids))
	for i := range spots {
		sorted[i] = spots[i].id
	}
	return sorted
}

// Abbreviated lists, in order, the objects whose names begin with hexadecimal
// digits, but at most limit of them.
func (l *Lookup) Abbreviated(digits string, limit int) []ID {
	digits = strings.ToLower(digits)
	whole, err := hex.DecodeString(digits[:len(digits)&^1])
	if err != nil || len(digits) > 2*l.s.hash || len(whole) == 0 {
		return nil
	}
	found := map[ID]bool{}
	add := func(id ID) bool {
		if strings.HasPrefix(id.String(), digits) {
			found[id] = true
		}
		return len(found) < limit && bytes.HasPrefix(id.sum[:id.size], whole)
	}
	l.s.guarded(func() {
		for _, k := range l.packs {
			for i, end := k.search(whole); i < end && add(MakeID(k.x.name(i))); i++ {
			}
		}
	})
	i := sort.Search(len(l.s.loose), func(i int) bool { return bytes.Compare(l.s.loose[i].id.sum[:l.s.hash], whole) >= 0 })
	for ; i < len(l.s.loose) && add(l.s.loose[i].id); i++ {
	}
	if len(found) == 0 {
		for id := range l.s.All() {
			if strings.HasPrefix(id.String(), digits) && len(found) < limit {
				found[id] = true
			}
		}
	}
	list := make([]ID, 0, len(found))
	for id := range found {
		list = append(list, id)
	}
	slices.SortFunc(list, ID.Compare)
	return list
}
