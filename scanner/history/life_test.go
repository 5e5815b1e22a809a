package history

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// A world is a made-up history: commits whose trees are known as maps from path
// to the number of a blob.
type world struct {
	trees   []map[string]int // by commit
	parents [][]int
	blobs   []objects.ID
	secrets [][]int // by secret, its blobs

	list    []commit
	byName  [][]objects.ID
	forest  *forest
	numbers map[objects.ID]int // by commit name
	planter planter
}

const hashSize = 20

// random makes a history of n commits over a few files and blobs, with merges.
func random(r *rand.Rand, n int) *world {
	w := &world{numbers: map[objects.ID]int{}}
	for i := range 6 {
		w.blobs = append(w.blobs, objects.NameOf(objects.TypeBlob, fmt.Appendf(nil, "blob %d", i), hashSize))
	}
	w.secrets = [][]int{{0}, {1, 2}, {2, 3}}
	paths := []string{"a", "b", "dir/a", "dir/b", "dir/sub/a", "other/a"}
	for c := range n {
		var parents []int
		tree := map[string]int{}
		if c > 0 && r.IntN(12) > 0 {
			parents = append(parents, max(0, c-1-r.IntN(4)))
			maps.Copy(tree, w.trees[parents[0]])
		}
		if c > 2 && r.IntN(4) == 0 {
			if p := r.IntN(c); !slices.Contains(parents, p) {
				parents = append(parents, p)
				if r.IntN(2) == 0 { // a merge that takes from both
					for path, b := range w.trees[p] {
						if r.IntN(2) == 0 {
							tree[path] = b
						}
					}
				}
			}
		}
		for range r.IntN(3) {
			path := paths[r.IntN(len(paths))]
			if r.IntN(3) == 0 {
				delete(tree, path)
			} else {
				tree[path] = r.IntN(len(w.blobs))
			}
		}
		w.trees, w.parents = append(w.trees, tree), append(w.parents, parents)
	}
	w.build()
	return w
}

// numbering numbers objects as they are asked for.
func numbering() func(objects.ID) (int, bool) {
	numbers := map[objects.ID]int{}
	return func(id objects.ID) (int, bool) {
		n, ok := numbers[id]
		if !ok {
			n = len(numbers)
			numbers[id] = n
		}
		return n, true
	}
}

// plant adds a tree that is no delta.
func (p *planter) plant(id objects.ID, raw []byte) {
	n, _ := p.f.number(id)
	p.add(&objects.Object{ID: id, Ordinal: n, Type: objects.TypeTree, Data: raw, Whole: true})
}

func (w *world) build() {
	wanted := map[objects.ID]int{}
	for i := range 4 { // blobs 4 and 5 are of no interest
		wanted[w.blobs[i]] = i
	}
	w.forest = newForest(wanted, nil, 1000, nil, numbering())
	w.planter.f = w.forest
	for c := range w.trees {
		name := objects.NameOf(objects.TypeCommit, fmt.Appendf(nil, "commit %d", c), hashSize)
		w.numbers[name] = c
		w.list = append(w.list, commit{id: name, tree: w.store(w.trees[c], ""), time: int64(1000 + c)})
		var names []objects.ID
		for _, p := range w.parents[c] {
			names = append(names, w.list[p].id)
		}
		w.byName = append(w.byName, names)
	}
}

// store writes the trees below prefix and returns the name of their top.
func (w *world) store(tree map[string]int, prefix string) objects.ID {
	entries := map[string]string{} // by name: mode and raw id
	for path, b := range tree {
		rest, ok := strings.CutPrefix(path, prefix)
		if !ok {
			continue
		}
		name, _, isDir := strings.Cut(rest, "/")
		if isDir {
			if entries[name] == "" {
				entries[name] = "40000 " + name + "\x00" + string(w.store(tree, prefix+name+"/").Bytes())
			}
			continue
		}
		entries[name] = "100644 " + name + "\x00" + string(w.blobs[b].Bytes())
	}
	var raw []byte
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		raw = append(raw, entries[name]...)
	}
	id := objects.NameOf(objects.TypeTree, raw, hashSize)
	w.planter.plant(id, raw)
	return id
}

func (w *world) census(t *testing.T, tips []tip, head int32) *census {
	t.Helper()
	held := make([][]int32, 4)
	for s, blobs := range w.secrets {
		for _, b := range blobs {
			held[b] = append(held[b], int32(s))
		}
	}
	c, err := newCensus(context.Background(), newGraph(w.list, w.byName), w.forest, tips, head, held, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// has is the definition: a commit has a secret if any blob in its tree has it.
func (w *world) has(commit, secret int) bool {
	for _, b := range w.trees[commit] {
		if slices.Contains(w.secrets[secret], b) {
			return true
		}
	}
	return false
}

// ancestors are the commits that can be reached from one.
func (w *world) ancestors(c int) map[int]bool {
	seen := map[int]bool{c: true}
	for _, p := range w.parents[c] {
		maps.Copy(seen, w.ancestors(p))
	}
	return seen
}

// What the census says equals what the definitions say, on random histories.
func TestCensusFollowsTheDefinitions(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := random(r, 3+r.IntN(22))
		n := len(w.trees)
		g := newGraph(w.list, w.byName)
		tipA, tipB := r.IntN(n), n-1
		tips := []tip{
			{"refs/remotes/origin/main", g.number[w.list[tipA].id], fromRemotes},
			{"refs/heads/main", g.number[w.list[tipB].id], fromRefs},
		}
		c := w.census(t, tips, g.number[w.list[tipB].id])
		pushed, local := w.ancestors(tipA), w.ancestors(tipB)
		lives := make([]scanner.Life, len(w.secrets))
		count := newTally(c)
		count.take(0, len(w.secrets))
		count.lives(lives, &refLists{})
		for s := range w.secrets {
			checkHas(t, w, count, s)
			checkRefs(t, w, s, pushed, local, lives[s].Refs, lives[s].Exposure)
			checkChanges(t, w, count, s)
			checkIntervals(t, w, count, s, tipA)
			checkIntervals(t, w, count, s, tipB)
		}
		checkStandings(t, w, c, pushed, local)
	}
}

func checkHas(t *testing.T, w *world, count *tally, s int) {
	t.Helper()
	for i := range w.trees {
		if got, want := count.has[count.c.g.number[w.list[i].id]]>>s&1 != 0, w.has(i, s); got != want {
			t.Fatalf("commit %d has secret %d: %v, want %v (%v)", i, s, got, want, w.trees[i])
		}
	}
}

func checkRefs(t *testing.T, w *world, s int, pushed, local map[int]bool, refs []string, widest scanner.Exposure) {
	t.Helper()
	anyHas := func(commits map[int]bool) bool {
		for c := range commits {
			if w.has(c, s) {
				return true
			}
		}
		return false
	}
	var want []string
	exposure := scanner.Exposure("")
	for i := range w.trees {
		if w.has(i, s) {
			exposure = scanner.Unreached
		}
	}
	if anyHas(local) {
		want, exposure = append(want, "refs/heads/main"), scanner.Unpushed
	}
	if anyHas(pushed) {
		want, exposure = append(want, "refs/remotes/origin/main"), scanner.Pushed
	}
	if !slices.Equal(refs, want) || widest != exposure {
		t.Fatalf("secret %d: refs %v, exposure %q; want %v, %q", s, refs, widest, want, exposure)
	}
}

func checkChanges(t *testing.T, w *world, count *tally, s int) {
	t.Helper()
	came, went := map[int]bool{}, map[int]bool{}
	for _, ch := range count.changes[s] {
		i := w.numbers[count.c.g.commits[ch.commit].id]
		switch {
		case ch.came:
			came[i] = true
		case !ch.merged:
			went[i] = true
		}
	}
	for i, parents := range w.parents {
		some, all := false, len(parents) > 0
		for _, p := range parents {
			some = some || w.has(p, s)
			all = all && w.has(p, s)
		}
		if want := w.has(i, s) && !some; came[i] != want {
			t.Fatalf("secret %d comes with commit %d: %v, want %v", s, i, came[i], want)
		}
		if want := !w.has(i, s) && all; went[i] != want {
			t.Fatalf("secret %d goes with commit %d: %v, want %v", s, i, went[i], want)
		}
	}
}

// Every stretch begins where the secret comes; one that is open means that the
// tip has the secret; one that is closed ends in a descendant of its beginning
// that has it not.
func checkIntervals(t *testing.T, w *world, count *tally, s, tip int) {
	t.Helper()
	count.starts.find(count, s)
	open := false
	inside := w.ancestors(tip)
	for _, iv := range count.stretches(count.changes[s], count.c.g.number[w.list[tip].id]) {
		from := w.byHex(t, iv.From)
		if !inside[from] || !w.has(from, s) {
			t.Fatalf("secret %d: a stretch begins at commit %d, which is not in the tip's history or has it not", s, from)
		}
		if iv.To == nil {
			open = true
			continue
		}
		to := w.byHex(t, *iv.To)
		if !inside[to] || w.has(to, s) || !w.ancestors(to)[from] {
			t.Fatalf("secret %d: a stretch from %d ends at %d", s, from, to)
		}
	}
	if open != w.has(tip, s) {
		t.Fatalf("secret %d: a stretch is open: %v, but the tip has it: %v", s, open, w.has(tip, s))
	}
}

func (w *world) byHex(t *testing.T, hex string) int {
	t.Helper()
	id, err := objects.ParseID(hex)
	if err != nil {
		t.Fatal(err)
	}
	n, ok := w.numbers[id]
	if !ok {
		t.Fatalf("%s is no commit", hex)
	}
	return n
}

// Every path under which a wanted blob ever stood is listed, with the first
// commit that has it there: of those that refs reach, else of the others.
func checkStandings(t *testing.T, w *world, c *census, pushed, local map[int]bool) {
	t.Helper()
	want := map[holding]int{}
	for i, tree := range w.trees {
		for path, b := range tree {
			if b > 3 || slices.ContainsFunc(w.parents[i], func(p int) bool { x, ok := w.trees[p][path]; return ok && x == b }) {
				continue
			}
			h := holding{int32(b), path}
			reached := pushed[i] || local[i]
			best, ok := want[h]
			if !ok || reached && !pushed[best] && !local[best] {
				want[h] = i
			}
		}
	}
	list, cut := c.standings()
	if cut {
		t.Fatal("cut")
	}
	got := map[holding]int{}
	for b, l := range list {
		for _, s := range l {
			got[holding{int32(b), s.path}] = w.numbers[c.g.commits[s.commit].id]
		}
	}
	if !maps.Equal(got, want) {
		t.Fatalf("standings %v, want %v", got, want)
	}
}

// Commits are ordered by ancestry first, also where clocks went backwards.
func TestGraphOrder(t *testing.T) {
	id := func(n int) objects.ID { return objects.NameOf(objects.TypeCommit, fmt.Appendf(nil, "%d", n), hashSize) }
	list := []commit{
		{id: id(3), time: 1}, {id: id(1), time: 500}, {id: id(2), time: 400}, {id: id(1), time: 500}, // 1 is stored twice
		{id: id(7), time: 2}, {id: id(8), time: 2}, // in a circle of forged names
	}
	g := newGraph(list, [][]objects.ID{
		{id(2), id(99), id(1), id(1)}, {id(1)}, {id(1)}, {id(1)}, // 99 is missing, 1 names itself
		{id(8)}, {id(7)},
	})
	var order []objects.ID
	for n, c := range g.commits {
		order = append(order, c.id)
		if g.number[c.id] != int32(n) {
			t.Errorf("%s has number %d, not %d", c.id, g.number[c.id], n)
		}
	}
	if !slices.Equal(order, []objects.ID{id(1), id(2), id(3)}) || len(g.number) != 3 {
		t.Errorf("order %v, %d numbers", order, len(g.number))
	}
	for n, want := range [][]int32{nil, {0}, {1, 0, 0}} {
		if got := g.commits[n].parents; !slices.Equal(got, want) {
			t.Errorf("parents %v, want %v", got, want)
		}
	}
}

// A few trees that name each other many times make 10^10 paths; they must cost
// nothing but a note.
func TestTreeBomb(t *testing.T) {
	blob := objects.NameOf(objects.TypeBlob, []byte("x"), hashSize)
	f := newForest(map[objects.ID]int{blob: 0}, nil, 100, nil, numbering())
	raw := append([]byte("100644 key\x00"), blob.Bytes()...)
	top := objects.NameOf(objects.TypeTree, raw, hashSize)
	p := planter{f: f}
	p.plant(top, raw)
	for range 10 {
		var next []byte
		for i := range 10 {
			next = append(fmt.Appendf(next, "40000 %d\x00", i), top.Bytes()...)
		}
		top = objects.NameOf(objects.TypeTree, next, hashSize)
		p.plant(top, next)
	}
	start := time.Now()
	list, cut := f.added(f.signature(top), nil)
	if !cut || len(list) > maxPaths {
		t.Errorf("%d paths, cut %v", len(list), cut)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %s", d)
	}
}

// A tree that contains itself, by forged names, ends.
func TestTreeCycle(t *testing.T) {
	f := newForest(map[objects.ID]int{}, nil, 100, nil, numbering())
	a, b := objects.NameOf(objects.TypeTree, []byte("a"), hashSize), objects.NameOf(objects.TypeTree, []byte("b"), hashSize)
	p := planter{f: f}
	p.plant(a, append([]byte("40000 b\x00"), b.Bytes()...))
	p.plant(b, append([]byte("40000 a\x00"), a.Bytes()...))
	if sig := f.signature(a); sig != 0 {
		t.Errorf("signature %d", sig)
	}
}

func TestSet(t *testing.T) {
	var a, b set
	for _, i := range []int{0, 63, 64, 200} {
		a.add(i)
	}
	b.add(64)
	members := func(s set) []int {
		list := []int{}
		s.each(func(i int) { list = append(list, i) })
		sort.Ints(list)
		return list
	}
	for what, pair := range map[string][2][]int{
		"a":     {members(a), {0, 63, 64, 200}},
		"a∪b":   {members(a.union(b)), {0, 63, 64, 200}},
		"b∪a":   {members(b.union(a)), {0, 63, 64, 200}},
		"nil∪b": {members(set(nil).union(b)), {64}},
	} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("%s = %v, want %v", what, pair[0], pair[1])
		}
	}
	if !b.within(a) || a.within(b) || !set(nil).within(a) {
		t.Error("within is wrong")
	}
}
