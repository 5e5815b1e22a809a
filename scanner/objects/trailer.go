package objects

import (
	"bytes"
	"fmt"
)

// A pack ends with a checksum of all that stands before it. A sweep reads the same
// bytes entry by entry and holds the CRC-32 of each against the index, which has a
// checksum of its own and repeats that of the pack. If those are right, no byte is
// between entries, and the header says what the index says, then no damage
// that CRC-32 sees has been done to the pack. To hash it as well costs a twentieth of a
// scan, and whoever made a false pack on purpose would have made its checksum anew. So
// that is for packs of which less is known, and for VerifyNames, which takes no
// CRC-32's word for anything; see docs/decisions/0018.

// trailers makes the tasks that verify, once a Store, the checksums of packs that a sweep
// cannot make superfluous.
func (sw *sweep) trailers() (tasks []task) {
	for _, p := range sw.s.packs {
		if !sw.settled(p) && !sw.mayConfirm(p) {
			tasks = append(tasks, func(*worker) { sw.trailer(p) })
		}
	}
	return tasks
}

// unconfirmed makes those of packs for which the sweep that ends could have done so, and
// has not.
func (sw *sweep) unconfirmed() (tasks []task) {
	for _, p := range sw.s.packs {
		switch {
		case sw.settled(p) || !sw.mayConfirm(p):
		case guard(func() error { return sw.confirms(p) }) == nil:
			p.confirmed.Store(true)
		default:
			tasks = append(tasks, func(*worker) { sw.trailer(p) })
		}
	}
	return tasks
}

// settled reports whether nobody need ask for a pack's checksum.
func (sw *sweep) settled(p *pack) bool {
	return p.temp || p.confirmed.Load() && !sw.opts.VerifyNames
}

// trailer verifies a pack's own checksum, if no sweep has yet.
func (sw *sweep) trailer(p *pack) {
	if p.trailed.Load() {
		return
	}
	done := false
	err := guard(func() (err error) {
		done, err = p.checkTrailer(sw.s.hash, sw.stop)
		return err
	})
	if err != nil {
		sw.s.lose(p, Lost{What: fmt.Sprintf("pack %q", p.name), Why: reason(err), Fix: fixRefetch})
	}
	p.trailed.Store(done)
}

// mayConfirm reports whether the sweep may read all of a pack that its index says
// something about. Version 3 may be a damaged 2: git never wrote it (gitformat-pack(5)).
func (sw *sweep) mayConfirm(p *pack) bool {
	return !sw.opts.VerifyNames && sw.opts.Types == nil && p.idx != nil && !p.walked && p.table.crc != nil && p.version == 2
}

// confirms returns nil if every byte of a pack is as its index has it. The rest of its
// header has been looked at before (openPack, indexPack).
func (sw *sweep) confirms(p *pack) error {
	limit := p.limit(sw.s.hash)
	if sw.right[p] != limit-packHeaderSize || !bytes.Equal(p.idx.pack, p.data[limit:]) {
		return errChecksum
	}
	return nil
}

// confirmed takes over what a worker has counted.
func (sw *sweep) confirmed(t *tally) {
	if sw.right == nil {
		return
	}
	t.flush()
	sw.mu.Lock()
	defer sw.mu.Unlock()
	for p, n := range t.by {
		sw.right[p] += n
	}
}

// A tally counts bytes by pack: those of entries whose CRC-32 is what the index says.
type tally struct {
	p  *pack // the last one, which mostly is the next one, too
	n  uint64
	by map[*pack]uint64
}

func (t *tally) add(p *pack, n uint64) {
	if p != t.p {
		t.flush()
		t.p = p
	}
	t.n += n
}

func (t *tally) flush() {
	if t.by == nil {
		t.by = map[*pack]uint64{}
	}
	t.by[t.p] += t.n
	t.n = 0
}

// checkTrailer verifies the pack's own checksum and that the index speaks of
// this pack. It reads the whole pack; stop is asked now and then, and done is
// false if it said so.
func (p *pack) checkTrailer(hash int, stop func() bool) (done bool, err error) {
	body := p.data[:p.limit(hash)]
	sum := p.data[len(body):]
	h := newHash(hash)
	for len(body) > 0 && !stop() {
		n := min(len(body), 4<<20)
		h.Write(body[:n])
		body = body[n:]
	}
	if len(body) > 0 {
		return false, nil
	}
	if !bytes.Equal(h.Sum(nil), sum) {
		return true, errChecksum
	}
	if p.idx != nil && p.idx.pack != nil && !bytes.Equal(p.idx.pack, sum) {
		return true, fmt.Errorf("%w: the index belongs to another pack", errChecksum)
	}
	return true, nil
}
