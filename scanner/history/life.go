package history

import (
	"context"
	"slices"
	"sort"

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

// A census knows which commit has which secret. Secrets are numbered.
type census struct {
	g      *graph
	f      *forest
	tips   []tip
	head   int32   // the commit of HEAD, or -1
	sig    []int32 // by commit, the signature of its tree
	from   []reach // by commit
	own    []set   // by commit, the secrets in the commit object itself
	has    []set   // by commit, the secrets in its tree
	ever   []set   // by commit, the secrets in it and in all its ancestors
	holder []set   // by wanted thing, the secrets that it holds

	tipOf   map[string]int32 // by the name of a ref
	reached map[int32]set    // by commit, what can be reached from it
}

// newCensus takes the count. holder and own say which secrets a wanted thing
// and a commit object hold.
func newCensus(ctx context.Context, g *graph, f *forest, tips []tip, head int32, holder []set, own map[int32]set) (*census, error) {
	c := &census{g: g, f: f, tips: tips, head: head, holder: holder, tipOf: map[string]int32{}, reached: map[int32]set{}}
	n := len(g.commits)
	c.sig, c.from = make([]int32, n), make([]reach, n)
	c.own, c.has, c.ever = make([]set, n), make([]set, n), make([]set, n)
	bySig := map[int32]set{}
	for i := range g.commits {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		c.sig[i] = f.signature(g.commits[i].tree)
		c.own[i] = own[int32(i)]
		c.has[i] = c.secretsOf(bySig, c.sig[i])
		c.ever[i] = c.has[i].union(c.own[i])
		for _, p := range g.commits[i].parents {
			c.ever[i] = c.ever[i].union(c.ever[p])
		}
	}
	for _, t := range tips {
		c.from[t.commit] |= t.reach
		c.tipOf[t.name] = t.commit
	}
	for i := n - 1; i >= 0; i-- {
		for _, p := range g.commits[i].parents {
			c.from[p] |= c.from[i]
		}
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

// secretsOf returns the secrets below a signature.
func (c *census) secretsOf(memo map[int32]set, sig int32) set {
	if s, ok := memo[sig]; ok {
		return s
	}
	var s set
	c.f.nodes[sig].blobs.each(func(w int) { s = s.union(c.holder[w]) })
	memo[sig] = s
	return s
}

// refs lists the refs from which each of n secrets can be reached, and the
// widest exposure of each.
func (c *census) refs(n int) (refs [][]string, widest []scanner.Exposure) {
	refs, widest = make([][]string, n), make([]scanner.Exposure, n)
	for _, t := range c.tips {
		c.ever[t.commit].each(func(s int) {
			widest[s] = widest[s].Wider(t.reach.exposure())
			if t.name != "" {
				refs[s] = append(refs[s], t.name)
			}
		})
	}
	for _, list := range refs {
		sort.Strings(list)
	}
	for i := range c.ever { // commits that nothing points to
		if c.from[i] == 0 {
			c.has[i].union(c.own[i]).each(func(s int) { widest[s] = widest[s].Wider(scanner.Unreached) })
		}
	}
	return refs, widest
}

// A change is a commit where a secret comes or goes.
type change struct {
	commit int32
	came   bool
	merged bool // a merge took the side without it
}

// changes lists, for each of n secrets, the commits where it comes (the commit
// has it and no parent has) and where it goes (the commit has it not and all
// parents had), in order.
func (c *census) changes(n int) [][]change {
	list := make([][]change, n)
	for i := range c.g.commits {
		parents := c.g.commits[i].parents
		var some, all set
		for k, p := range parents {
			some = some.union(c.has[p])
			if k == 0 {
				all = c.has[p]
			} else {
				all = all.intersect(c.has[p])
			}
		}
		c.has[i].minus(some).each(func(s int) { list[s] = append(list[s], change{commit: int32(i), came: true}) })
		all.minus(c.has[i]).each(func(s int) { list[s] = append(list[s], change{commit: int32(i)}) })
		if len(parents) > 1 {
			some.minus(all).minus(c.has[i]).each(func(s int) {
				list[s] = append(list[s], change{commit: int32(i), merged: true})
			})
		}
	}
	return list
}

// maxIntervalRefs is for how many refs besides HEAD the intervals of one secret
// are looked for.
const maxIntervalRefs = 16

// intervals lists the stretches in which a secret was there: for HEAD, and for
// refs with a history of the secret that is not part of HEAD's.
func (c *census) intervals(secret int, changes []change, refs []string) []scanner.Interval {
	var list []scanner.Interval
	seen := map[[2]string]bool{}
	add := func(ref string, at int32) {
		for _, iv := range c.stretches(secret, changes, at) {
			key := [2]string{iv.From}
			if iv.To != nil {
				key[1] = *iv.To
			}
			if !seen[key] {
				seen[key] = true
				iv.Ref = ref
				list = append(list, iv)
			}
		}
	}
	var inHead set
	if c.head >= 0 {
		add("HEAD", c.head)
		inHead = c.reachFrom(c.head)
	}
	left := maxIntervalRefs
	for _, ref := range refs {
		outside := slices.ContainsFunc(changes, func(ch change) bool { return !inHead.has(int(ch.commit)) })
		if left == 0 || !outside {
			break
		}
		t, ok := c.tipOf[ref]
		if !ok || inHead.has(int(t)) {
			continue
		}
		add(ref, t)
		left--
	}
	return list
}

// stretches are the intervals of a secret in the history of one commit. A
// stretch is open if the secret was carried from its first commit to that one
// without a gap, through whatever branches. Otherwise it ends at the last
// commit that dropped what was carried so far: one branch may drop it while
// another keeps it.
func (c *census) stretches(secret int, changes []change, at int32) []scanner.Interval {
	inside := c.reachFrom(at)
	var list []scanner.Interval
	var from []int32 // by interval, its first commit
	for _, ch := range changes {
		if !inside.has(int(ch.commit)) {
			continue
		}
		name, when := c.g.commits[ch.commit].id.String(), c.g.commits[ch.commit].when
		if ch.came {
			list = append(list, scanner.Interval{From: name, FromTime: when})
			from = append(from, ch.commit)
			continue
		}
		carried := c.carried(secret, c.g.commits[ch.commit].parents...)
		for i := range list {
			if carried.has(int(from[i])) {
				list[i].To, list[i].ToTime = &name, when
			}
		}
	}
	carried := c.carried(secret, at)
	for i := range list {
		if carried.has(int(from[i])) {
			list[i].To, list[i].ToTime = nil, ""
		}
	}
	return list
}

// carried returns the commits from which a secret was carried to one of tips
// without a gap.
func (c *census) carried(secret int, tips ...int32) set {
	seen := make(set, len(c.g.commits)/64+1)
	var todo []int32
	visit := func(n int32) {
		if c.has[n].has(secret) && !seen.has(int(n)) {
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
		for _, p := range c.g.commits[n].parents {
			visit(p)
		}
	}
	return seen
}

func (c *census) reachFrom(n int32) set {
	s, ok := c.reached[n]
	if !ok {
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
	for i := range c.g.commits {
		sig := c.sig[i]
		if sig == 0 {
			continue
		}
		var olds []int32
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
	list = make([][]standing, len(c.holder))
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
