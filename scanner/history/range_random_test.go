package history_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
)

// A byGit is what git says about a repository, in the dullest way.
type byGit struct {
	*git
	parents map[string][]string
	trees   map[string]map[string]bool // by commit: "id path" of everything in its tree
}

func newByGit(g *git) *byGit {
	b := &byGit{git: g, parents: map[string][]string{}, trees: map[string]map[string]bool{}}
	for line := range strings.Lines(g.run("log", "--all", "--format=%H %P")) {
		ids := strings.Fields(line)
		b.parents[ids[0]] = ids[1:]
	}
	for c := range b.parents {
		b.trees[c] = map[string]bool{strings.TrimSpace(g.run("rev-parse", c+"^{tree}")) + " ": true}
		for entry := range strings.SplitSeq(g.run("ls-tree", "-r", "-t", "-z", "--full-tree", c), "\x00") {
			if head, path, ok := strings.Cut(entry, "\t"); ok {
				b.trees[c][strings.Fields(head)[2]+" "+path] = true
			}
		}
	}
	return b
}

// introduced lists the objects of commits that none of their parents has, and
// the pairs of object and path that none has there.
func (b *byGit) introduced(commits []string) (objects, pairs map[string]bool) {
	objects, pairs = map[string]bool{}, map[string]bool{}
	for _, c := range commits {
		objects[c] = true
		ids, old := map[string]bool{}, map[string]bool{}
		for _, p := range b.parents[c] {
			for pair := range b.trees[p] {
				id, _, _ := strings.Cut(pair, " ")
				ids[id], old[pair] = true, true
			}
		}
		for pair := range b.trees[c] {
			if id, _, _ := strings.Cut(pair, " "); !ids[id] {
				objects[id] = true
			}
			if !old[pair] {
				pairs[pair] = true
			}
		}
	}
	return objects, pairs
}

// readScope returns the names of the blobs, commits and tags that a scope shows, and
// what it locates of the needle as "id path".
func readScope(t *testing.T, dir string, o history.Options) (shown, located map[string]bool, c *scanner.Coverage) {
	t.Helper()
	r, err := history.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var mu sync.Mutex
	shown, located = map[string]bool{}, map[string]bool{}
	var held scanner.Held
	err = r.Sweep(context.Background(), func(b *scanner.Blob) scanner.Candidates {
		mu.Lock()
		defer mu.Unlock()
		if b.ID != "" {
			shown[b.ID] = true
		}
		if strings.Contains(string(b.Data), needle) {
			held.Blobs = append(held.Blobs, scanner.HeldBlob{BlobRef: b.BlobRef})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lives, err := r.Locate(context.Background(), []scanner.Held{held})
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range held.Blobs {
		for _, s := range lives[0].Spots[i] {
			located[b.ID+" "+s.Path] = true
		}
	}
	c = r.Coverage()
	c.Close(false)
	return shown, located, c
}

// On random histories, with random ends, a range has the objects that its
// commits have and their parents have not, and its secrets stand where git
// says that a commit of the range put them.
func TestRandomRanges(t *testing.T) {
	empty := newGit(t, "--bare")
	for seed := range uint64(16) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 11))
			g := &git{t: t, dir: filepath.Join(t.TempDir(), "r.git")}
			if err := os.CopyFS(g.dir, os.DirFS(empty.dir)); err != nil {
				t.Fatal(err)
			}
			g.importStream(stream(r))
			if r.IntN(2) == 0 {
				g.run("repack", "-adfq")
			}
			b := newByGit(g)
			all := slices.Sorted(maps.Keys(b.parents))
			for range 3 {
				from, to := all[r.IntN(len(all))], all[r.IntN(len(all))]
				b.check(history.Options{Scope: history.RangeOnly, Range: from + ".." + to}, from+".."+to)
				b.check(history.Options{Scope: history.RangeOnly, Range: from + "..." + to}, from+"..."+to)
				b.check(history.Options{Scope: history.SinceOnly, Since: from}, "--all", "--not", from)
			}
		})
	}
}

func (b *byGit) check(o history.Options, revs ...string) {
	b.t.Helper()
	objects, pairs := b.introduced(strings.Fields(b.run(append([]string{"rev-list"}, revs...)...)))
	if o.Scope == history.SinceOnly {
		for line := range strings.Lines(b.run("for-each-ref", "--format=%(objectname) %(*objectname)", "refs/tags")) {
			if ids := strings.Fields(line); len(ids) == 2 && objects[ids[1]] {
				objects[ids[0]] = true
			}
		}
	}
	shown, located, c := readScope(b.t, b.dir, o)
	if !c.Complete || c.Objects != int64(len(objects)) {
		b.t.Errorf("%q: read %d objects, complete: %v; want %d\n%v", revs, c.Objects, c.Complete, len(objects), c.Lost)
	}
	for id := range shown {
		if !objects[id] {
			b.t.Errorf("%q: %s is not introduced", revs, id)
		}
	}
	for id := range objects {
		if kind := strings.TrimSpace(b.run("cat-file", "-t", id)); kind != "tree" && !shown[id] {
			b.t.Errorf("%q: %s %s was not shown", revs, kind, id)
		}
	}
	for pair := range located {
		if !pairs[pair] {
			b.t.Errorf("%q: located %q, where git has it not", revs, pair)
		}
		delete(pairs, pair)
	}
	for pair := range pairs { // the rest has no needle, or was not introduced
		id, _, _ := strings.Cut(pair, " ")
		if text := b.run("cat-file", "-p", id); shown[id] && strings.Contains(text, needle) {
			b.t.Errorf("%q: did not locate %q", revs, pair)
		}
	}
}
