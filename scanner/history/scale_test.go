package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// many makes a history of n commits, with a merge now and then, in which as many
// secrets come and go: each in a file of its own in one of a few directories,
// for a while or for good. There is a ref to every so many commits.
func many(r *rand.Rand, n, secrets, refs int) (list []commit, parents [][]objects.ID, f *forest, tips []tip) {
	const dirs = 40
	blob := func(s int) objects.ID {
		return objects.NameOf(objects.TypeBlob, fmt.Appendf(nil, "secret %d", s), hashSize)
	}
	wanted := make(map[objects.ID]int, secrets)
	for s := range secrets {
		wanted[blob(s)] = s
	}
	f = newForest(wanted, nil, 4*n, nil, numbering())
	p := planter{f: f}
	plant := func(raw []byte) objects.ID {
		id := objects.NameOf(objects.TypeTree, raw, hashSize)
		p.plant(id, raw)
		return id
	}
	var files [dirs][]int
	var ids [dirs]objects.ID
	came := 0
	for c := range n {
		touched := -1
		if came < secrets*(c+1)/n {
			touched = came % dirs
			files[touched] = append(files[touched], came)
			came++
		}
		for d := range dirs {
			if d != touched && len(files[d]) > 0 && r.IntN(2*dirs) == 0 { // one goes; some of the first stay
				k := len(files[d])/8 + r.IntN(len(files[d])-len(files[d])/8)
				files[d] = append(files[d][:k:k], files[d][k+1:]...)
			} else if d != touched && !ids[d].IsZero() {
				continue
			}
			var raw []byte
			for _, s := range files[d] {
				raw = append(fmt.Appendf(raw, "100644 k%05d\x00", s), blob(s).Bytes()...)
			}
			ids[d] = plant(raw)
		}
		var top []byte
		for d := range dirs {
			top = append(fmt.Appendf(top, "40000 d%02d\x00", d), ids[d].Bytes()...)
		}
		id := objects.NameOf(objects.TypeCommit, fmt.Appendf(nil, "%d", c), hashSize)
		list = append(list, commit{id: id, tree: plant(top), time: int64(c)})
		var above []objects.ID
		if c > 0 {
			above = append(above, list[c-1].id)
		}
		if c > 10 && r.IntN(5) == 0 {
			above = append(above, list[c-2-r.IntN(8)].id)
		}
		parents = append(parents, above)
		if c%(n/refs) == 0 {
			tips = append(tips, tip{fmt.Sprintf("refs/tags/v%05d", c), int32(c), fromRefs})
		}
	}
	return list, parents, f, append(tips, tip{"refs/heads/main", int32(n - 1), fromRefs})
}

// The lives of ten thousand secrets over twenty thousand commits and two
// thousand refs are found in seconds, in memory that does not grow with their
// product.
func TestManySecrets(t *testing.T) {
	n, secrets, refs := 20_000, 10_000, 2_000
	if testing.Short() {
		n, secrets, refs = 2_000, 1_000, 200
	}
	list, parents, f, tips := many(rand.New(rand.NewPCG(1, 5)), n, secrets, refs)
	held := make([][]int32, secrets)
	for s := range held {
		held[s] = []int32{int32(s)}
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	c, err := newCensus(context.Background(), newGraph(list, parents), f, tips, int32(n-1), held, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, cut := c.standings(); cut {
		t.Error("cut")
	}
	lives := make([]scanner.Life, secrets)
	count, memo := newTally(c), &refLists{}
	for first := 0; first < secrets; first += batch {
		count.take(first, secrets)
		count.lives(lives[first:], memo)
	}
	took := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 20
	t.Logf("%d nodes, %s, %d MB kept, %d MB from the system", len(f.nodes), took, kept, after.Sys>>20)
	if kept > 300 || took > time.Minute {
		t.Errorf("took %s and %d MB", took, kept)
	}
	gone := 0
	for i, l := range lives {
		if len(l.Intervals) == 0 || len(l.Refs) == 0 {
			t.Fatalf("secret %d has no life: %d intervals, %d refs", i, len(l.Intervals), len(l.Refs))
		}
		if !l.InHead {
			gone++
		}
	}
	if gone < secrets/4 || gone == secrets {
		t.Errorf("%d of %d secrets are gone", gone, secrets)
	}
	runtime.KeepAlive(c)
}
