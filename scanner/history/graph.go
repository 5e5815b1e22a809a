package history

import (
	"container/heap"
	"time"

	"github.com/awscred/awscred/scanner/objects"
)

// A commit is what a graph keeps of a commit object.
type commit struct {
	id      objects.ID
	tree    objects.ID
	parents []int32 // numbers of those parents that exist
	time    int64   // the committer's time, which orders commits

	// What follows is read when it is asked for; see witness.
	described bool
	author    string // name and address
	when      string // the author's time, RFC 3339
	known     string // the later of the author's and the committer's time, RFC 3339
}

// A graph holds all commits, parents before children; among commits that could
// follow, the one with the earliest committer time first, then the one with
// the smallest name. A commit's number is its place in that order.
type graph struct {
	commits []commit
	number  map[objects.ID]int32
	// describe fills in who made a commit, and when. It may be nil.
	describe func(*commit)
}

// at returns a commit with who made it, and when.
func (g *graph) at(n int32) *commit {
	c := &g.commits[n]
	if g.describe != nil {
		g.describe(c)
	}
	return c
}

// newGraph orders commits. The parents of an element of list are given by
// parents, by name; those that are not in the list are left out. A commit that
// is in the list twice, since it is stored twice, counts once.
func newGraph(list []commit, parents [][]objects.ID) *graph {
	at := make(map[objects.ID]int32, len(list))
	for i := range list {
		if _, twice := at[list[i].id]; !twice {
			at[list[i].id] = int32(i)
		}
	}
	known := make([][]int32, len(list)) // by element, its parents' places in the list
	waiting := make([]int32, len(list)) // parents that are not placed yet
	children := make([][]int32, len(list))
	ready := &commitHeap{list: list}
	for i := range list {
		if at[list[i].id] != int32(i) {
			continue
		}
		for _, p := range parents[i] {
			if k, ok := at[p]; ok && k != int32(i) {
				waiting[i]++
				known[i] = append(known[i], k)
				children[k] = append(children[k], int32(i))
			}
		}
		if waiting[i] == 0 {
			ready.order = append(ready.order, int32(i))
		}
	}
	heap.Init(ready)
	g := &graph{number: at, commits: make([]commit, 0, len(list))}
	placed := make([]int32, len(list))
	for ready.Len() > 0 {
		i := heap.Pop(ready).(int32)
		placed[i] = int32(len(g.commits))
		for k, p := range known[i] {
			known[i][k] = placed[p]
		}
		list[i].parents = known[i]
		g.commits = append(g.commits, list[i])
		for _, c := range children[i] {
			if waiting[c]--; waiting[c] == 0 {
				heap.Push(ready, c)
			}
		}
	}
	clear(at) // names that are not placed, in a circle of forged ones, have no number
	for i := range g.commits {
		at[g.commits[i].id] = int32(i)
	}
	return g
}

type commitHeap struct {
	list  []commit
	order []int32
}

func (h *commitHeap) Len() int { return len(h.order) }

func (h *commitHeap) Less(i, j int) bool {
	a, b := &h.list[h.order[i]], &h.list[h.order[j]]
	if a.time != b.time {
		return a.time < b.time
	}
	return a.id.Compare(b.id) < 0
}

func (h *commitHeap) Swap(i, j int) { h.order[i], h.order[j] = h.order[j], h.order[i] }

// Push appends x, a commit's place in the list.
func (h *commitHeap) Push(x any) { h.order = append(h.order, x.(int32)) }

// Pop removes the last element.
func (h *commitHeap) Pop() any {
	n := len(h.order) - 1
	x := h.order[n]
	h.order = h.order[:n]
	return x
}

// reach returns the commits that can be reached from tips, tips included.
func (g *graph) reach(tips ...int32) set {
	seen := make(set, len(g.commits)/64+1)
	todo := make([]int32, 0, len(tips))
	visit := func(n int32) {
		if !seen.has(int(n)) {
			seen.add(int(n))
			todo = append(todo, n)
		}
	}
	for _, t := range tips {
		visit(t)
	}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, p := range g.commits[n].parents {
			visit(p)
		}
	}
	return seen
}

// rfc3339 formats a moment of a commit; one that RFC 3339 cannot say is "".
func rfc3339(t time.Time) string {
	if y := t.Year(); t.IsZero() || y < 0 || y > 9999 {
		return ""
	}
	return t.Format(time.RFC3339)
}
