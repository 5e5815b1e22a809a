package history

import (
	"container/heap"
	"slices"
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

// newGraph makes a graph of commits. The parents of an element of list are given by
// parents, by name; those that are not in the list are left out. A commit that
// is in the list twice, since it is stored twice, counts once.
func newGraph(list []commit, parents [][]objects.ID) *graph {
	at := make(map[objects.ID]int32, len(list))
	once, above := make([]commit, 0, len(list)), make([][]objects.ID, 0, len(list))
	for i := range list {
		if _, twice := at[list[i].id]; !twice {
			at[list[i].id] = int32(len(once))
			once, above = append(once, list[i]), append(above, parents[i])
		}
	}
	for i := range once {
		for _, p := range above[i] {
			if k, ok := at[p]; ok {
				once[i].parents = append(once[i].parents, k)
			}
		}
	}
	return arrange(once)
}

// arrange makes a graph of the commits of a list, which it keeps. No two are the same,
// and their parents are places in the list.
func arrange(list []commit) *graph {
	waiting := make([]int32, len(list)) // parents that are not placed yet
	ready := &commitHeap{list: list}
	for i := range list {
		list[i].parents = slices.DeleteFunc(list[i].parents, func(p int32) bool { return p == int32(i) })
		if waiting[i] = int32(len(list[i].parents)); waiting[i] == 0 {
			ready.order = append(ready.order, int32(i))
		}
	}
	heap.Init(ready)
	first, children := childrenOf(list)
	order := make([]int32, 0, len(list))
	for ready.Len() > 0 {
		i := heap.Pop(ready).(int32)
		order = append(order, i)
		for _, c := range children[first[i]:first[i+1]] {
			if waiting[c]--; waiting[c] == 0 {
				heap.Push(ready, c)
			}
		}
	}
	g := &graph{commits: inOrder(list, order), number: make(map[objects.ID]int32, len(order))}
	for i := range g.commits {
		g.number[g.commits[i].id] = int32(i)
	}
	return g
}

// childrenOf lists the children of each commit of a list: those of the one at i are
// list[first[i]:first[i+1]].
func childrenOf(commits []commit) (first, list []int32) {
	first = make([]int32, len(commits)+2)
	for i := range commits {
		for _, p := range commits[i].parents {
			first[p+2]++
		}
	}
	for i := 2; i < len(first); i++ {
		first[i] += first[i-1]
	}
	list = make([]int32, first[len(commits)+1])
	for i := range commits {
		for _, p := range commits[i].parents { // first[p+1] goes from where p's begin to where they end
			list[first[p+1]] = int32(i)
			first[p+1]++
		}
	}
	return first, list
}

// inOrder puts the commits of a list in an order, in the list itself, and returns
// them. Those that are not in it, in a circle of forged names, are left out.
func inOrder(list []commit, order []int32) []commit {
	place := make([]int32, len(list))
	for i := range place {
		place[i] = -1
	}
	for n, i := range order {
		place[i] = int32(n)
	}
	for i := range list {
		for k, p := range list[i].parents {
			list[i].parents[k] = place[p]
		}
	}
	for i := range list {
		for to := place[i]; to >= 0 && int(to) != i; to = place[i] {
			list[i], list[to] = list[to], list[i]
			place[i], place[to] = place[to], to
		}
	}
	return list[:len(order)]
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
	stack := make([]int32, 0, len(tips))
	visit := func(n int32) {
		if !seen.has(int(n)) {
			seen.add(int(n))
			stack = append(stack, n)
		}
	}
	for _, t := range tips {
		visit(t)
	}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
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
