package objects

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

// prepare gives every pack its index and table: the first time something is
// looked up, and only then. It fails only when ctx ends, and can be repeated.
func (s *Store) prepare(ctx context.Context) error {
	if s.prepared.Load() {
		return nil
	}
	s.preparing.Lock()
	defer s.preparing.Unlock()
	if s.prepared.Load() {
		return nil
	}
	var walk []*pack
	for _, p := range s.packs {
		if p.table != nil {
			continue // from an earlier, interrupted call
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		good := false
		err := guard(func() error {
			good = s.indexPack(p)
			return nil
		})
		if err != nil {
			s.lose(p, Lost{What: fmt.Sprintf("pack %q", p.name), Why: reason(err), Fix: fixRefetch})
		}
		if !good {
			walk = append(walk, p)
		}
	}
	if len(walk) > 0 {
		if err := s.walkPacks(ctx, walk); err != nil {
			return err
		}
	}
	s.typeForeignDeltas()
	s.entries = 0
	for _, p := range s.packs {
		p.first = s.entries
		s.entries += p.idx.n
	}
	s.prepared.Store(true)
	return nil
}

// indexPack gives p the index that lies beside it, or what the multi-pack-index
// says, and reports whether it can be relied on to name every entry.
func (s *Store) indexPack(p *pack) bool {
	if p.temp || p.alone {
		return false
	}
	x := s.loadIndex(p)
	if x == nil {
		return false
	}
	t, outside, twice := newTable(x, p.limit(s.hash))
	if outside > 0 {
		s.lose(p, Lost{What: fmt.Sprintf("pack %q", p.name), Why: "its index points beyond its end", Fix: fixRefetch, Count: outside})
	}
	if twice > 0 || x.n != p.count || t.off[0] != min(packHeaderSize, p.limit(s.hash)) {
		why := fmt.Sprintf("lists %d objects, the pack has %d", x.n-twice, p.count)
		if x.n-twice == p.count {
			why = "leaves out the pack's beginning"
		}
		s.lose(p, Lost{What: fmt.Sprintf("index of pack %q", p.name), Why: why, Fix: fixReindex})
		p.hint(t.off)
		return false
	}
	t.readCRCs(x)
	p.idx, p.table, p.cut = x, t, outside > 0
	t.link(p.data, s.hash, func(name []byte) (uint32, bool) {
		i, ok := x.find(name)
		if !ok {
			return noEntry, false
		}
		return t.rank[i], t.rank[i] != noEntry
	})
	s.loseDead(p)
	return true
}

// loadIndex returns a pack's index, or nil if it has none that is sound. What an
// unsound one says about offsets is kept as a hint.
func (s *Store) loadIndex(p *pack) *index {
	path := strings.TrimSuffix(p.path, filepath.Ext(p.path)) + ".idx"
	data, unmap, err := mapFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if len(p.known) != p.count || p.count == 0 {
			return nil
		}
		return makeIndex(p.known, s.hash)
	}
	var x *index
	if err == nil {
		p.idxUnmap = unmap
		x, err = parseIndex(data, s.hash)
	}
	if err == nil {
		return x
	}
	s.lose(p, Lost{What: fmt.Sprintf("index of pack %q", p.name), Why: reason(err), Fix: fixReindex})
	if x != nil {
		t, _, _ := newTable(x, p.limit(s.hash))
		p.hint(t.off)
	}
	return nil
}

// hint keeps offsets that may be those of entries, for a walk to go on at when
// an entry is broken.
func (p *pack) hint(off []uint64) { p.hints = off }

// typeForeignDeltas finds the types of deltas whose bases lie outside their
// pack. Each round settles those whose base's type is known by then.
func (s *Store) typeForeignDeltas() {
	const rounds = 64 // more only if packs lean on each other in long chains
	for range rounds {
		changed := false
		for _, p := range s.packs {
			for _, r := range p.table.roots {
				if p.table.typ[r.entry] != 0 {
					continue
				}
				h, err := p.header(r.entry, s.hash)
				if err != nil || h.kind != refDelta {
					continue
				}
				if t := s.knownType(MakeID(h.base)); t != 0 {
					p.table.setType(r.entry, t)
					changed = true
				}
			}
		}
		if !changed {
			return
		}
	}
}

// knownType is Type without preparing, and 0 for whatever is not known.
func (s *Store) knownType(id ID) Type {
	for at := range s.places(id) {
		if t := s.typeAt(at); t != 0 {
			return t
		}
	}
	return 0
}
