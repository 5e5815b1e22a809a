package history

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"github.com/awscred/awscred/scanner/objects"
)

// A forest is what the trees of a repository, all of them or those that lead to
// something wanted, say about the wanted blobs: for each tree its subtrees, and those
// entries that are wanted. It is filled by a
// sweep over the trees, from several goroutines, and read afterwards.
type forest struct {
	number  func(objects.ID) (int, bool) // numbers the objects of the store
	wanted  map[objects.ID]int32         // the number of a wanted blob
	maybe   [1 << 10]uint64              // a bit for the first two bytes of each wanted name
	names   map[string]int32             // wanted entry names: of no object in particular
	known   interner                     // names of directories and of wanted entries
	leading *leading                     // the trees that it has room for; nil for all
	claimed ordinals                     // the trees that were added, by place
	trees   [][]edge                     // by place

	text    []string // the known names, sorted
	rank    []uint32 // by the number of a known name, its place among them
	nodes   []node   // by number of the signature; 0 holds nothing
	spare   []edge   // room for the entries of nodes
	seed    maphash.Seed
	byShape map[uint64]int32 // by hash, the newest node of that hash
	older   []int32          // by node, another one of the same hash, or 0
	shape   []byte
	memo    []int32 // by place: the signature of the tree, or -1
}

// An edge is one entry of a tree: a subtree, or a wanted blob.
type edge struct {
	name uint32 // number of the name; in a node, its rank
	to   int32  // number of the subtree, in a node of its signature; or the complement of the number of a wanted blob
}

// wanted returns the number of the wanted blob, if it is one.
func (e edge) wanted() (int32, bool) { return ^e.to, e.to < 0 }

// An interner numbers strings. It is safe for use by several goroutines.
type interner struct {
	mu     sync.Mutex
	number map[string]uint32
	text   []string
}

func (n *interner) intern(s string) uint32 {
	n.mu.Lock()
	defer n.mu.Unlock()
	if k, ok := n.number[s]; ok {
		return k
	}
	if n.number == nil {
		n.number = map[string]uint32{}
	}
	k := uint32(len(n.text))
	n.text = append(n.text, s)
	n.number[s] = k
	return k
}

// A node is a signature: the entries of a tree that lead to wanted blobs, in the
// order of their names. Trees with equal signatures hold the same wanted blobs
// under the same paths. Its subtrees' numbers are smaller than its own.
type node []edge

// newForest makes a forest for wanted blobs, and for entry names wherever they
// stand, each with its number. number gives each of size objects a number below
// size. If the trees that lead to what is wanted are known, it holds only those.
func newForest(blobs map[objects.ID]int, names map[string]int, size int, leading *leading, number func(objects.ID) (int, bool)) *forest {
	if leading != nil {
		size = leading.n
	}
	f := &forest{number: number, wanted: make(map[objects.ID]int32, len(blobs)), names: make(map[string]int32, len(names)), leading: leading, trees: make([][]edge, size), claimed: make(ordinals, size/64+1)}
	for id, n := range blobs {
		f.wanted[id] = int32(n)
		k := id.Prefix16()
		f.maybe[k>>6] |= 1 << (k & 63)
	}
	for name, n := range names {
		f.names[name] = int32(n)
	}
	return f
}

// place returns where a forest has the tree of a number, and false if it has no room
// for that.
func (f *forest) place(number int) (int, bool) {
	if f.leading == nil {
		return number, true
	}
	return f.leading.place(number)
}

// edges returns what a tree leads to.
func (f *forest) edges(number int) []edge {
	place, ok := f.place(number)
	if !ok {
		return nil
	}
	return f.trees[place]
}

// A planter adds trees to a forest, on one goroutine.
type planter struct {
	f       *forest
	reader  objects.TreeReader
	names   map[string]uint32 // what f.known has said
	numbers map[uint32]uint32 // the same of names that have a number already
	edges   []edge            // of the tree at hand
	at      []uint32          // by edge, where its entry begins
	room    []edge            // for edges that stay
	roomAt  []uint32
}

// A planted tree is what a delta on it needs to know.
type planted struct {
	marks objects.TreeMarks
	edges []edge
	at    []uint32
}

// add reads one tree. A tree that is added twice counts once. What it returns is
// for the deltas on the tree.
func (p *planter) add(o *objects.Object) any {
	base, _ := o.Base.(*planted)
	if base == nil {
		base = &planted{}
	}
	p.edges, p.at = p.edges[:0], p.at[:0]
	p.reader.Reset(o, base.marks)
	runs := 0
	for {
		ok := p.reader.Next()
		for ; runs < len(p.reader.Runs()); runs++ {
			p.inherit(base, p.reader.Runs()[runs])
		}
		if !ok {
			break // the readable entries count; the damage is in the ledger
		}
		p.entry(&p.reader)
	}
	own := &planted{marks: p.reader.Marks()}
	own.edges, p.room = keep(p.room, p.edges)
	own.at, p.roomAt = keep(p.roomAt, p.at)
	p.claim(o.Ordinal, own.edges)
	return own
}

// claim gives a tree its edges, unless it has some or is in no list.
func (p *planter) claim(ordinal int, edges []edge) {
	if ordinal < 0 {
		return
	}
	place, ok := p.f.place(ordinal)
	if !ok {
		return
	}
	if p.f.claimed.add(place) {
		p.f.trees[place] = edges
	}
}

// keep copies list into room, or into new room if that is full, and returns the
// copy and what room is left.
func keep[E any](room, list []E) (kept, left []E) {
	const some = 4096
	if len(list) > cap(room)-len(room) {
		room = make([]E, 0, max(some, len(list)))
	}
	n := len(room)
	room = append(room, list...)
	return room[n:len(room):len(room)], room
}

// inherit takes the edges of a run from the base.
func (p *planter) inherit(base *planted, run objects.Run) {
	i, _ := slices.BinarySearch(base.at, uint32(run.From))
	for ; i < len(base.at) && int(base.at[i]) < run.From+run.Len; i++ {
		p.edges = append(p.edges, base.edges[i])
		p.at = append(p.at, uint32(int(base.at[i])-run.From+run.To))
	}
}

// entry looks at the reader's entry at hand.
func (p *planter) entry(e *objects.TreeReader) {
	f := p.f
	if len(f.names) > 0 {
		if n, ok := f.names[string(e.Name)]; ok {
			p.edge(e, ^n)
		}
	}
	if e.IsTree() {
		if child, ok := f.number(e.ID()); ok {
			p.edge(e, int32(child))
		}
		return
	}
	if k := e.Prefix16(); f.maybe[k>>6]&(1<<(k&63)) == 0 {
		return
	}
	if n, ok := f.wanted[e.ID()]; ok {
		p.edge(e, ^n)
	}
}

// edge adds an edge for the entry at hand.
func (p *planter) edge(e *objects.TreeReader, to int32) {
	name, ok := p.names[string(e.Name)]
	if !ok {
		if p.names == nil {
			p.names = map[string]uint32{}
		}
		text := string(e.Name)
		name = p.f.known.intern(text)
		p.names[text] = name
	}
	p.edges = append(p.edges, edge{name, to})
	p.at = append(p.at, uint32(e.Start))
}

// grow makes the forest ready for questions, once all trees are in. The order in
// which names were met is that of chance; they get the order of their texts.
func (f *forest) grow() {
	f.memo, f.nodes = make([]int32, len(f.trees)), []node{nil}
	f.seed, f.byShape, f.older = maphash.MakeSeed(), map[uint64]int32{}, []int32{0}
	for i := range f.memo {
		f.memo[i] = -1
	}
	f.text = slices.Sorted(slices.Values(f.known.text))
	f.rank = make([]uint32, len(f.text))
	for i, s := range f.text {
		f.rank[f.known.number[s]] = uint32(i)
	}
}

// signature returns the number of a tree's signature, 0 if no wanted blob is
// below it. It does not recurse: the depth of trees is the repository's choice.
func (f *forest) signature(root objects.ID) int32 {
	if f.memo == nil {
		f.grow()
	}
	number, ok := f.number(root)
	if !ok {
		return 0
	}
	place, ok := f.place(number)
	if !ok {
		return 0
	}
	if sig := f.memo[place]; sig >= 0 {
		return sig
	}
	stack := []frame{{place: place}}
	f.memo[place] = 0 // a tree that contains itself, by forged names, holds nothing there
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if child, ok := f.nextChild(top); ok {
			f.memo[child] = 0
			stack = append(stack, frame{place: child})
			continue
		}
		f.memo[top.place] = f.intern(f.trees[top.place])
		stack = stack[:len(stack)-1]
	}
	return f.memo[place]
}

type frame struct{ place, next int }

// nextChild returns the place of the next subtree whose signature is not known yet.
func (f *forest) nextChild(top *frame) (int, bool) {
	edges := f.trees[top.place]
	for ; top.next < len(edges); top.next++ {
		if place, ok := f.below(edges[top.next]); ok && f.memo[place] < 0 {
			top.next++
			return place, true
		}
	}
	return 0, false
}

// below returns the place of the subtree that an edge leads to, if it is one.
func (f *forest) below(e edge) (int, bool) {
	if e.to < 0 {
		return 0, false
	}
	return f.place(int(e.to))
}

// intern returns the number of the signature that edges make.
func (f *forest) intern(edges []edge) int32 {
	var buf [32]edge
	entries := buf[:0]
	for _, e := range edges {
		if e.to >= 0 {
			place, ok := f.below(e)
			if !ok || f.memo[place] == 0 {
				continue
			}
			e.to = f.memo[place]
		}
		entries = append(entries, edge{f.rank[e.name], e.to})
	}
	if len(entries) == 0 {
		return 0
	}
	slices.SortStableFunc(entries, func(a, b edge) int { return int(a.name) - int(b.name) })
	f.shape = f.shape[:0]
	for _, e := range entries {
		f.shape = binary.LittleEndian.AppendUint32(f.shape, e.name)
		f.shape = binary.LittleEndian.AppendUint32(f.shape, uint32(e.to))
	}
	hash := maphash.Bytes(f.seed, f.shape)
	newest := f.byShape[hash]
	for sig := newest; sig != 0; sig = f.older[sig] {
		if slices.Equal(f.nodes[sig], entries) {
			return sig
		}
	}
	sig := int32(len(f.nodes))
	var n node
	n, f.spare = keep(f.spare, entries)
	f.nodes, f.older = append(f.nodes, n), append(f.older, newest)
	f.byShape[hash] = sig
	return sig
}

// maxPaths bounds how many new paths one commit is asked for: a few trees that
// name each other many times make 10^10 paths.
const maxPaths = 100_000

// A holding is a wanted blob under one path.
type holding struct {
	wanted int32
	path   string
}

// added lists what a tree of signature sig has that none of the trees of
// signatures olds has, and reports whether the list was cut at maxPaths.
func (f *forest) added(sig int32, olds []int32) (list []holding, cut bool) {
	type visit struct {
		sig  int32
		olds []int32
		path string
	}
	if sig == 0 || slices.Contains(olds, sig) {
		return nil, false
	}
	stack := []visit{{sig, olds, ""}}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		at := make([]int, len(v.olds)) // entries of the olds that come before
		for _, e := range f.nodes[v.sig] {
			below, known := f.same(v.olds, at, e)
			if known {
				continue
			}
			if n, ok := e.wanted(); ok {
				list = append(list, holding{n, v.path + f.text[e.name]})
			} else {
				stack = append(stack, visit{e.to, below, v.path + f.text[e.name] + "/"})
			}
			if len(list)+len(stack) > maxPaths {
				return list, true
			}
		}
	}
	return list, false
}

// same finds an entry in older trees: the signatures of their subtrees of that
// name, and whether one of them has the very same entry. It is asked for names
// in their order, and goes on in each older tree at the place that at says.
func (f *forest) same(olds []int32, at []int, e edge) (below []int32, known bool) {
	for k, o := range olds {
		old := f.nodes[o]
		i := at[k]
		for i < len(old) && old[i].name < e.name {
			i++
		}
		at[k] = i
		for ; i < len(old) && old[i].name == e.name; i++ {
			if old[i].to == e.to {
				return nil, true
			}
			if old[i].to >= 0 && e.to >= 0 {
				below = append(below, old[i].to)
			}
		}
	}
	return below, false
}

// sortHoldings orders them by path.
func sortHoldings(list []holding) {
	slices.SortFunc(list, func(a, b holding) int { return strings.Compare(a.path, b.path) })
}
