package history

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/awscred/awscred/scanner/objects"
)

// A forest is what all trees of a repository say about the wanted blobs: for
// each tree its subtrees, and those entries that are wanted. It is filled by a
// sweep over the trees, from several goroutines, and read afterwards.
type forest struct {
	number  func(objects.ID) (int, bool) // numbers the objects of the store
	wanted  map[objects.ID]int32         // the number of a wanted blob
	maybe   [1 << 10]uint64              // a bit for the first two bytes of each wanted name
	names   map[string]int32             // wanted entry names: of no object in particular
	known   interner                     // names of directories and of wanted entries
	claimed []atomic.Uint64              // a bit for each tree that was added
	trees   [][]edge                     // by the number of the tree

	nodes   []node // by number of the signature; 0 holds nothing
	byShape map[string]int32
	memo    []int32 // by the number of the tree: its signature, or -1
}

// An edge is one entry of a tree: a subtree, or a wanted blob.
type edge struct {
	name   uint32 // number of the name
	child  int32  // number of the subtree
	wanted int32  // number of the wanted blob, or -1 for a subtree
}

// An interner numbers strings. It is safe for use by several goroutines.
type interner struct {
	mu     sync.RWMutex
	number map[string]uint32
	text   []string
}

func (n *interner) intern(b []byte) uint32 {
	n.mu.RLock()
	k, ok := n.number[string(b)]
	n.mu.RUnlock()
	if ok {
		return k
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if k, ok := n.number[string(b)]; ok {
		return k
	}
	if n.number == nil {
		n.number = map[string]uint32{}
	}
	k = uint32(len(n.text))
	n.text = append(n.text, string(b))
	n.number[n.text[k]] = k
	return k
}

// A node is a signature: the entries of a tree that lead to wanted blobs. Trees
// with equal signatures hold the same wanted blobs under the same paths.
type node struct {
	entries []nodeEntry // in the order of their names
	blobs   set         // all wanted blobs below
}

type nodeEntry struct {
	name   string
	child  int32 // signature of a subtree, or
	wanted int32 // number of a wanted blob, or -1
}

// newForest makes a forest for wanted blobs, and for entry names wherever they
// stand, each with its number. number gives each of size objects a number below
// size.
func newForest(blobs map[objects.ID]int, names map[string]int, size int, number func(objects.ID) (int, bool)) *forest {
	f := &forest{number: number, wanted: make(map[objects.ID]int32, len(blobs)), names: make(map[string]int32, len(names)), trees: make([][]edge, size), claimed: make([]atomic.Uint64, size/64+1)}
	for id, n := range blobs {
		f.wanted[id] = int32(n)
		f.mark(id)
	}
	for name, n := range names {
		f.names[name] = int32(n)
	}
	return f
}

func (f *forest) mark(id objects.ID) {
	k := id.Prefix16()
	f.maybe[k>>6] |= 1 << (k & 63)
}

// add reads one tree object. A tree that is added twice counts once.
func (f *forest) add(id objects.ID, raw []byte) {
	number, ok := f.number(id)
	if !ok {
		return
	}
	if bit := uint64(1) << (number & 63); f.claimed[number>>6].Or(bit)&bit != 0 {
		return
	}
	var buf [64]edge
	edges := buf[:0]
	for e, err := range objects.TreeEntries(raw, id.Size()) {
		if err != nil {
			break // the readable entries count; the damage is in the ledger
		}
		if len(f.names) > 0 {
			if n, ok := f.names[string(e.Name)]; ok {
				edges = append(edges, edge{f.known.intern(e.Name), -1, n})
			}
		}
		if e.IsTree() {
			if child, ok := f.number(e.ID); ok {
				edges = append(edges, edge{f.known.intern(e.Name), int32(child), -1})
			}
			continue
		}
		if k := e.ID.Prefix16(); f.maybe[k>>6]&(1<<(k&63)) == 0 {
			continue
		}
		if n, ok := f.wanted[e.ID]; ok {
			edges = append(edges, edge{f.known.intern(e.Name), -1, n})
		}
	}
	if len(edges) > 0 {
		f.trees[number] = slices.Clone(edges)
	}
}

// signature returns the number of a tree's signature, 0 if no wanted blob is
// below it. It does not recurse: the depth of trees is the repository's choice.
func (f *forest) signature(root objects.ID) int32 {
	number, ok := f.number(root)
	if !ok {
		return 0
	}
	if f.memo == nil {
		f.memo, f.byShape, f.nodes = make([]int32, len(f.trees)), map[string]int32{}, []node{{}}
		for i := range f.memo {
			f.memo[i] = -1
		}
	}
	if sig := f.memo[number]; sig >= 0 {
		return sig
	}
	stack := []frame{{tree: int32(number)}}
	f.memo[number] = 0 // a tree that contains itself, by forged names, holds nothing there
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if child, ok := f.nextChild(top); ok {
			f.memo[child] = 0
			stack = append(stack, frame{tree: child})
			continue
		}
		f.memo[top.tree] = f.intern(f.trees[top.tree])
		stack = stack[:len(stack)-1]
	}
	return f.memo[number]
}

type frame struct {
	tree int32
	next int
}

// nextChild returns the next subtree whose signature is not known yet.
func (f *forest) nextChild(top *frame) (int32, bool) {
	edges := f.trees[top.tree]
	for ; top.next < len(edges); top.next++ {
		if e := &edges[top.next]; e.wanted < 0 && f.memo[e.child] < 0 {
			top.next++
			return e.child, true
		}
	}
	return 0, false
}

// intern returns the number of the signature that edges make.
func (f *forest) intern(edges []edge) int32 {
	var entries []nodeEntry
	var shape []byte
	for _, e := range edges {
		child := int32(0)
		if e.wanted < 0 {
			if child = f.memo[e.child]; child == 0 {
				continue
			}
		}
		entries = append(entries, nodeEntry{f.known.text[e.name], child, e.wanted})
		shape = binary.AppendUvarint(shape, uint64(e.name))
		shape = binary.AppendVarint(shape, int64(child))
		shape = binary.AppendVarint(shape, int64(e.wanted))
	}
	if len(entries) == 0 {
		return 0
	}
	if sig, ok := f.byShape[string(shape)]; ok {
		return sig
	}
	sig := int32(len(f.nodes))
	f.byShape[string(shape)] = sig
	f.nodes = append(f.nodes, node{entries, f.below(entries)})
	return sig
}

func (f *forest) below(entries []nodeEntry) set {
	var blobs set
	for _, e := range entries {
		if e.wanted >= 0 {
			var one set
			one.add(int(e.wanted))
			blobs = blobs.union(one)
		} else {
			blobs = blobs.union(f.nodes[e.child].blobs)
		}
	}
	return blobs
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
// signatures olds has, in the order of paths, and reports whether the list was
// cut at maxPaths.
func (f *forest) added(sig int32, olds []int32) (list []holding, cut bool) {
	type visit struct {
		sig  int32
		olds []int32
		path string
	}
	stack := []visit{{sig, olds, ""}}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if containsSig(v.olds, v.sig) {
			continue
		}
		entries := f.nodes[v.sig].entries
		for i := len(entries) - 1; i >= 0; i-- {
			e := entries[i]
			below, known := f.same(v.olds, e)
			switch {
			case known:
			case e.wanted < 0:
				stack = append(stack, visit{e.child, below, v.path + e.name + "/"})
			default:
				list = append(list, holding{e.wanted, v.path + e.name})
			}
			if len(list)+len(stack) > maxPaths {
				return list, true
			}
		}
	}
	return list, false
}

// same finds an entry in older trees: the signatures of their subtrees of that
// name, and whether one of them has the very same blob there.
func (f *forest) same(olds []int32, e nodeEntry) (below []int32, known bool) {
	for _, o := range olds {
		for _, x := range f.nodes[o].entries {
			if x.name != e.name {
				continue
			}
			if e.wanted >= 0 && x.wanted == e.wanted {
				return nil, true
			}
			if e.wanted < 0 && x.wanted < 0 {
				below = append(below, x.child)
			}
		}
	}
	return below, false
}

func containsSig(list []int32, sig int32) bool {
	for _, s := range list {
		if s == sig {
			return true
		}
	}
	return false
}
