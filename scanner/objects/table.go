package objects

import (
	"math/bits"
	"sort"
)

// A table holds a pack's entries in the order of their offsets, and how their
// deltas hang together: a forest, because every delta has one base.
type table struct {
	off   []uint64 // entry e begins at off[e] and ends by off[e+1]
	pos   []uint32 // where the index has it
	rank  []uint32 // the reverse: from index position to entry, or noEntry
	crc   []uint32 // CRC-32 of the packed entry, nil if the index does not say
	typ   []uint8  // Type, found through the bases; 0 while not known
	kids  []uint32 // deltas on e are kids[first[e]:first[e+1]], the heaviest last
	first []uint32
	roots []root
	dead  []uint32 // entries whose header is broken: nothing hangs on them that can be read
}

// A root is an entry that is no delta, or a delta on an object elsewhere.
type root struct {
	entry  uint32
	weight uint64 // packed bytes of it and all its descendants
	outer  bool   // it is a delta
}

const noEntry = ^uint32(0)

// What an entry hangs on, apart from another entry.
const (
	onNothing  = -1 // it is a root
	onElse     = -2 // a root: a delta on an object outside the pack
	onBroken   = -3 // its header cannot be read, or its base is no entry
	onAnything = -4 // a delta by name in a pack whose names are not known yet
)

func (t *table) len() int                 { return len(t.off) - 1 }
func (t *table) deltas(e uint32) []uint32 { return t.kids[t.first[e]:t.first[e+1]] }

// entryAt returns the entry that begins at off.
func (t *table) entryAt(off uint64) (uint32, bool) {
	n := t.len()
	i := sort.Search(n, func(k int) bool { return t.off[k] >= off })
	return uint32(i), i < n && t.off[i] == off
}

// sortOffsets orders index positions by offset, least significant digit first.
func sortOffsets(off []uint64) (order []uint32) {
	order = make([]uint32, len(off))
	var most uint64
	for i, o := range off {
		order[i] = uint32(i)
		most = max(most, o)
	}
	spare := make([]uint32, len(off))
	const digit = 11
	for shift := 0; shift < bits.Len64(most); shift += digit {
		var count [1<<digit + 1]uint32
		for _, o := range off {
			count[o>>shift&(1<<digit-1)+1]++
		}
		for d := range 1 << digit {
			count[d+1] += count[d]
		}
		for _, i := range order {
			d := off[i] >> shift & (1<<digit - 1)
			spare[count[d]] = i
			count[d]++
		}
		order, spare = spare, order
	}
	return order
}

// readCRCs copies the index's checksums into the order of the entries. Each is
// read from a place of its own, and the sweep would wait for every one.
func (t *table) readCRCs(x *index) {
	if x.crcs == nil {
		return
	}
	t.crc = make([]uint32, len(t.pos))
	for e, i := range t.pos {
		t.crc[e], _ = x.crc(int(i))
	}
}

// newTable lays out the entries that x knows within data[:limit] and returns how
// many it had to leave out: out of bounds, or a second name for the same offset.
func newTable(x *index, limit uint64) (t *table, outside, twice int) {
	off := make([]uint64, x.n)
	for i := range off {
		off[i] = x.offset(i)
		if off[i] < packHeaderSize || off[i] >= limit {
			off[i] = limit // sorted last, and left out
			outside++
		}
	}
	t = &table{rank: make([]uint32, x.n)}
	t.off = make([]uint64, 0, x.n-outside+1)
	t.pos = make([]uint32, 0, x.n-outside)
	for _, i := range sortOffsets(off) {
		o := off[i]
		if o == limit {
			t.rank[i] = noEntry
			continue
		}
		if k := len(t.off); k > 0 && t.off[k-1] == o {
			t.rank[i] = uint32(k - 1)
			twice++
			continue
		}
		t.rank[i] = uint32(len(t.off))
		t.off = append(t.off, o)
		t.pos = append(t.pos, i)
	}
	t.off = append(t.off, limit)
	return t, outside, twice
}

// link reads every entry's header and builds the forest. byName finds the entry
// that has a name; nil means that names are not known.
func (t *table) link(data []byte, hash int, byName func([]byte) (uint32, bool)) {
	n := t.len()
	t.typ = make([]uint8, n)
	base := make([]int32, n)
	for e := range n {
		h, err := parseHeader(data[t.off[e]:], t.off[e], hash)
		switch {
		case err != nil:
			base[e] = onBroken
		case h.kind == ofsDelta:
			base[e] = onBroken
			if b, ok := t.entryAt(t.off[e] - h.back); ok {
				base[e] = int32(b)
			}
		case h.kind == refDelta && byName == nil:
			base[e] = onAnything
		case h.kind == refDelta:
			base[e] = onElse
			if b, ok := byName(h.base); ok {
				base[e] = int32(b)
			}
		default:
			base[e] = onNothing
			t.typ[e] = h.kind
		}
	}
	t.plant(base)
}

// plant builds kids, roots and types from the bases, breaking cycles.
func (t *table) plant(base []int32) {
	t.adopt(base)
	order := t.reached(base)
	if len(order) < t.len() {
		breakCycles(base, order)
		t.adopt(base)
		order = t.reached(base)
	}
	weight := make([]uint64, t.len())
	for i := len(order) - 1; i >= 0; i-- {
		e := order[i]
		weight[e] += t.off[e+1] - t.off[e]
		if b := base[e]; b >= 0 {
			weight[b] += weight[e]
		}
		heaviestLast(t.deltas(e), weight)
	}
	n := 0
	for _, b := range base {
		if b == onNothing || b == onElse {
			n++
		}
	}
	t.roots = make([]root, 0, n)
	for _, e := range order {
		switch b := base[e]; b {
		case onNothing, onElse:
			t.roots = append(t.roots, root{e, weight[e], b == onElse})
		case onBroken:
			t.dead = append(t.dead, e)
		case onAnything:
		default:
			t.typ[e] = t.typ[b]
		}
	}
}

// adopt fills first and kids by counting.
func (t *table) adopt(base []int32) {
	n := t.len()
	t.first = make([]uint32, n+1)
	for _, b := range base {
		if b >= 0 {
			t.first[b+1]++
		}
	}
	for e := range n {
		t.first[e+1] += t.first[e]
	}
	t.kids = make([]uint32, t.first[n])
	next := make([]uint32, n)
	copy(next, t.first)
	for e, b := range base {
		if b >= 0 {
			t.kids[next[b]] = uint32(e)
			next[b]++
		}
	}
}

// reached lists all entries that hang on some root, bases before deltas.
func (t *table) reached(base []int32) []uint32 {
	order := make([]uint32, 0, t.len())
	for e, b := range base {
		if b < 0 {
			order = append(order, uint32(e))
		}
	}
	for i := 0; i < len(order); i++ {
		order = append(order, t.deltas(order[i])...)
	}
	return order
}

// breakCycles makes one entry of every cycle a root that looks for its base
// elsewhere: git allows a second copy of an object to end what is a cycle in the
// first (t5309-pack-delta-cycles.sh). A cycle cannot be of offset deltas alone,
// as they lead backwards, so the entry with the lowest offset, whose base must
// come later, is a delta by name.
func breakCycles(base []int32, order []uint32) {
	const unseen, seen = 0, 1
	state := make([]uint32, len(base)) // seen, or 2 + number of the walk that met it
	for _, e := range order {
		state[e] = seen
	}
	for start := range base {
		walk := uint32(start) + 2
		e := start
		for state[e] == unseen {
			state[e] = walk
			e = int(base[e])
		}
		if state[e] != walk {
			continue
		}
		lowest := e
		for at := int(base[e]); at != e; at = int(base[at]) {
			lowest = min(lowest, at)
		}
		base[lowest] = onElse
		// The walk's other entries hang on it now; they need no second look.
	}
}

// heaviestLast moves the heaviest child to the end. Going down into it last,
// when its base is no longer needed, keeps as few ancestors alive as the
// logarithm of the family's size, however deep the chain.
func heaviestLast(kids []uint32, weight []uint64) {
	if len(kids) < 2 {
		return
	}
	most := 0
	for i, k := range kids {
		if weight[k] >= weight[kids[most]] {
			most = i
		}
	}
	last := len(kids) - 1
	kids[most], kids[last] = kids[last], kids[most]
}

// family counts e and its descendants.
func (t *table) family(e uint32) int {
	n := 0
	for todo := []uint32{e}; len(todo) > 0; n++ {
		last := len(todo) - 1
		e, todo = todo[last], todo[:last]
		todo = append(todo, t.deltas(e)...)
	}
	return n
}

// setType gives a type to e and its descendants.
func (t *table) setType(e uint32, typ Type) {
	for todo := []uint32{e}; len(todo) > 0; {
		last := len(todo) - 1
		e, todo = todo[last], todo[:last]
		t.typ[e] = uint8(typ)
		todo = append(todo, t.deltas(e)...)
	}
}
