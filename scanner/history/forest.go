package history

import (
	"encoding/binary"
	"sync"

	"github.com/awscred/awscred/scanner/objects"
)

// shards split a forest's maps, so that the goroutines of a sweep seldom wait
// for each other.
const shards = 64

// A forest is what all trees of a repository say about the wanted blobs: for
// each tree its subtrees, and those entries that are wanted. It is filled by a
// sweep over the trees, from several goroutines, and read afterwards.
type forest struct {
	wanted map[objects.ID]int32 // the number of a wanted blob
	maybe  [1 << 10]uint64      // a bit for the first two bytes of each wanted name
	names  map[string]int32     // wanted entry names: of no object in particular
	shard  [shards]treeShard

	nodes   []node // by number of the signature; 0 holds nothing
	byShape map[string]int32
	memo    map[objects.ID]int32
}

type treeShard struct {
	mu    sync.Mutex
	trees map[objects.ID][]edge
}

// An edge is one entry of a tree: a subtree, or a wanted blob.
type edge struct {
	name   string
	child  objects.ID
	wanted int32 // number of the wanted blob, or -1 for a subtree
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
// stand, each with its number.
func newForest(blobs map[objects.ID]int, names map[string]int) *forest {
	f := &forest{wanted: make(map[objects.ID]int32, len(blobs)), names: make(map[string]int32, len(names))}
	for id, n := range blobs {
		f.wanted[id] = int32(n)
		f.mark(id)
	}
	for name, n := range names {
		f.names[name] = int32(n)
	}
	for i := range f.shard {
		f.shard[i].trees = map[objects.ID][]edge{}
	}
	return f
}

func (f *forest) mark(id objects.ID) {
	k := id.Prefix16()
	f.maybe[k>>6] |= 1 << (k & 63)
}

// add reads one tree object.
func (f *forest) add(id objects.ID, raw []byte) {
	var edges []edge
	for e, err := range objects.TreeEntries(raw, id.Size()) {
		if err != nil {
			break // the readable entries count; the damage is in the ledger
		}
		if n, ok := f.names[string(e.Name)]; ok && len(f.names) > 0 {
			edges = append(edges, edge{string(e.Name), e.ID, n})
		}
		if e.IsTree() {
			edges = append(edges, edge{string(e.Name), e.ID, -1})
			continue
		}
		if k := e.ID.Prefix16(); f.maybe[k>>6]&(1<<(k&63)) == 0 {
			continue
		}
		if n, ok := f.wanted[e.ID]; ok {
			edges = append(edges, edge{string(e.Name), e.ID, n})
		}
	}
	s := &f.shard[id.Prefix16()%shards]
	s.mu.Lock()
	s.trees[id] = edges
	s.mu.Unlock()
}

func (f *forest) edges(id objects.ID) []edge { return f.shard[id.Prefix16()%shards].trees[id] }

// signature returns the number of a tree's signature, 0 if no wanted blob is
// below it. It does not recurse: the depth of trees is the repository's choice.
func (f *forest) signature(root objects.ID) int32 {
	if f.memo == nil {
		f.memo, f.byShape, f.nodes = map[objects.ID]int32{}, map[string]int32{}, []node{{}}
	}
	if sig, ok := f.memo[root]; ok {
		return sig
	}
	stack := []frame{{id: root, edges: f.edges(root)}}
	f.memo[root] = 0 // a tree that contains itself, by forged names, holds nothing there
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if child, ok := f.nextChild(top); ok {
			f.memo[child] = 0
			stack = append(stack, frame{id: child, edges: f.edges(child)})
			continue
		}
		f.memo[top.id] = f.intern(top.edges)
		stack = stack[:len(stack)-1]
	}
	return f.memo[root]
}

type frame struct {
	id    objects.ID
	edges []edge
	next  int
}

// nextChild returns the next subtree whose signature is not known yet.
func (f *forest) nextChild(top *frame) (objects.ID, bool) {
	for ; top.next < len(top.edges); top.next++ {
		e := &top.edges[top.next]
		if e.wanted < 0 {
			if _, known := f.memo[e.child]; !known {
				top.next++
				return e.child, true
			}
		}
	}
	return objects.ID{}, false
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
		entries = append(entries, nodeEntry{e.name, child, e.wanted})
		shape = binary.AppendUvarint(shape, uint64(len(e.name)))
		shape = append(shape, e.name...)
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
