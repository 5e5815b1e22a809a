package history

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// A reach says from where a commit can be reached; it has a bit for each kind
// of tip.
type reach uint8

const (
	fromRemotes reach = 1 << iota // refs/remotes: pushed, as of the last fetch
	fromRefs                      // any other ref but the stash
	fromStash                     // refs/stash and its reflog
	fromReflog                    // reflogs, FETCH_HEAD, ORIG_HEAD and their like
)

// exposure is the widest circle that a reach stands for.
func (r reach) exposure() scanner.Exposure {
	switch {
	case r&fromRemotes != 0:
		return scanner.Pushed
	case r&fromRefs != 0:
		return scanner.Unpushed
	case r&fromStash != 0:
		return scanner.StashExposure
	}
	return scanner.Unreached
}

// place is where a reader has to look for a commit of this reach.
func (r reach) place() scanner.Place {
	switch {
	case r&(fromRemotes|fromRefs) != 0:
		return scanner.InHistory
	case r&fromStash != 0:
		return scanner.InStash
	case r&fromReflog != 0:
		return scanner.InReflog
	}
	return scanner.Unreachable
}

// rank orders places: the history that everybody sees first.
func (r reach) rank() int {
	switch r.place() {
	case scanner.InHistory:
		return 0
	case scanner.InStash:
		return 1
	case scanner.InReflog:
		return 2
	}
	return 3
}

// A tip is a commit that something points to.
type tip struct {
	name   string // full name of the ref; empty for reflogs and other files
	commit int32
	reach  reach
}

// A census knows where secrets stand and who can reach it. Secrets are numbered.
type census struct {
	g    *graph
	f    *forest
	tips []tip             // sorted by name
	head int32             // the commit of HEAD, or -1
	sig  []int32           // by commit, the signature of its tree
	from []reach           // by commit
	held [][]int32         // by wanted thing, the secrets that it holds
	own  map[int32][]int32 // by commit, the secrets in the commit object itself

	inHead  set
	reached map[int32]set // by commit, what can be reached from it; not of all
}

// newCensus takes the count. held and own say which secrets a wanted thing and a
// commit object hold.
func newCensus(ctx context.Context, g *graph, f *forest, tips []tip, head int32, held [][]int32, own map[int32][]int32) (*census, error) {
	n := len(g.commits)
	c := &census{g: g, f: f, tips: tips, head: head, held: held, own: own, reached: map[int32]set{}}
	c.sig, c.from = make([]int32, n), make([]reach, n)
	for i := range g.commits {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c.sig[i] = f.signature(g.commits[i].tree)
	}
	slices.SortStableFunc(tips, func(a, b tip) int { return strings.Compare(a.name, b.name) })
	for _, t := range tips {
		c.from[t.commit] |= t.reach
	}
	for i := n - 1; i >= 0; i-- {
		for _, p := range g.commits[i].parents {
			c.from[p] |= c.from[i]
		}
	}
	if head >= 0 {
		c.inHead = g.reach(head)
	}
	return c, nil
}

// assumeReached takes every commit that no ref seems to reach for one that a ref
// reaches, because not all refs could be read.
func (c *census) assumeReached() {
	for i := range c.from {
		if c.from[i]&(fromRemotes|fromRefs) == 0 {
			c.from[i] |= fromRefs
			c.tips = append(c.tips, tip{"", int32(i), fromRefs})
		}
	}
}

// maxReached bounds the memory of reachFrom, in words.
const maxReached = 4 << 20

// reachFrom returns the commits that can be reached from one.
func (c *census) reachFrom(n int32) set {
	if n == c.head {
		return c.inHead
	}
	s, ok := c.reached[n]
	if !ok {
		if len(c.reached)*(len(c.g.commits)/64+1) > maxReached {
			clear(c.reached)
		}
		s = c.g.reach(n)
		c.reached[n] = s
	}
	return s
}

// A standing is the first commit that has a wanted thing under a path.
type standing struct {
	path   string
	commit int32
}

// standings lists, for each wanted thing, every path under which it ever stood,
// with the first commit that has it there; what everybody sees comes before
// what only a stash or a reflog has. cut is true if there were too many.
func (c *census) standings() (list [][]standing, cut bool) {
	best := map[holding]int32{}
	var olds []int32
	for i := range c.g.commits {
		sig := c.sig[i]
		if sig == 0 {
			continue
		}
		olds = olds[:0]
		for _, p := range c.g.commits[i].parents {
			olds = append(olds, c.sig[p])
		}
		added, tooMany := c.f.added(sig, olds)
		cut = cut || tooMany || len(best) > 10*maxPaths
		if len(best) > 10*maxPaths {
			break
		}
		for _, h := range added {
			if b, ok := best[h]; !ok || c.from[i].rank() < c.from[b].rank() {
				best[h] = int32(i)
			}
		}
	}
	list = make([][]standing, len(c.held))
	for h, commit := range best {
		list[h.wanted] = append(list[h.wanted], standing{h.path, commit})
	}
	for _, l := range list {
		sort.Slice(l, func(i, j int) bool {
			if l[i].commit != l[j].commit {
				return l[i].commit < l[j].commit
			}
			return l[i].path < l[j].path
		})
	}
	return list, cut
}
