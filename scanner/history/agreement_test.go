package history_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/objects"
)

// agreements is on how many generated repositories we must agree with git: 300,
// unless AWSCRED_AGREEMENT says otherwise or the tests are to be short.
func agreements(t *testing.T) uint64 {
	n, err := strconv.ParseUint(os.Getenv("AWSCRED_AGREEMENT"), 10, 64)
	switch {
	case err == nil:
		return n
	case testing.Short():
		return 10
	}
	return 300
}

// On generated repositories the objects that are read are those that git lists,
// and every blob is located under the paths that git lists for it: in the trees
// of all commits, reachable or not, and in the index.
func TestAgreement(t *testing.T) {
	empty := templates(t)
	for seed := range agreements(t) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			g := generate(t, empty, seed)
			if t.Failed() {
				return
			}
			known := g.known()
			ids := known.checkObjects(t, g)
			seen := readAll(t, g.dir, history.Options{Margin: g.r.IntN(2) * 64, VerifyNames: g.r.IntN(2) == 0, Jobs: 1 + g.r.IntN(2)})
			seen.check(t, known, ids)
		})
	}
}

// A pair is a blob and a path under which it stands.
type pair struct{ blob, path string }

// What git says of a repository.
type knowledge struct {
	objects map[string]string // types and sizes
	trees   map[string]map[pair]bool
	parents map[string][]string
	staged  map[pair]bool
	named   map[string]bool // commits that refs, HEADs and reflogs lead to
}

// known asks git.
func (g *generated) known() *knowledge {
	g.t.Helper()
	k := &knowledge{objects: map[string]string{}, trees: map[string]map[pair]bool{}, parents: map[string][]string{}, staged: map[pair]bool{}, named: map[string]bool{}}
	for line := range strings.Lines(g.feed("", "cat-file", "--batch-all-objects", "--batch-check")) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		k.objects[name] = rest
	}
	commits := strings.Fields(g.feed("", "rev-list", "--all", "--reflog"))
	for _, c := range commits {
		k.named[c] = true
	}
	for line := range strings.Lines(g.feed("", "fsck", "--full", "--unreachable", "--no-progress")) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "unreachable commit "); ok {
			commits = append(commits, id)
		}
	}
	trees := map[string]string{}
	for line := range strings.Lines(g.feed(strings.Join(commits, "\n")+"\n", "rev-list", "--no-walk", "--format=%H %T %P", "--stdin")) {
		if fields := strings.Fields(line); fields[0] != "commit" {
			trees[fields[0]], k.parents[fields[0]] = fields[1], fields[2:]
		}
	}
	g.listTrees(k, commits, trees)
	if !g.bare {
		addEntries(k.staged, g.feed("", "ls-files", "-s", "-z"))
	}
	return k
}

// listTrees lists the trees of commits as "git ls-tree -r -z" does, by one
// process: as differences from the empty tree. For one commit it makes sure that
// they are the same.
func (g *generated) listTrees(k *knowledge, commits []string, trees map[string]string) {
	g.t.Helper()
	empty := objects.NameOf(objects.TypeTree, nil, g.hash().Size())
	var in strings.Builder
	for _, c := range commits {
		k.trees[c] = map[pair]bool{}
		fmt.Fprintf(&in, "%s %s\n", empty, trees[c])
	}
	var at map[pair]bool
	fields := strings.Split(g.feed(in.String(), "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev"), "\x00")
	order := 0
	for i := 0; i < len(fields); i++ {
		head := fields[i]
		for !strings.HasPrefix(head, ":") && strings.Contains(head, "\n") { // "tree tree\n" comes before the first entry
			_, head, _ = strings.Cut(head, "\n")
			at = k.trees[commits[order]]
			order++
		}
		if entry := strings.Fields(head); len(entry) == 5 {
			i++
			if entry[1] != "160000" {
				at[pair{entry[3], fields[i]}] = true
			}
		}
	}
	if order != len(commits) {
		g.t.Fatalf("git listed %d of %d trees", order, len(commits))
	}
	one, list := commits[g.r.IntN(len(commits))], map[pair]bool{}
	addEntries(list, strings.ReplaceAll(g.feed("", "ls-tree", "-r", "-z", one), "160000 commit", "160000"))
	if !maps.Equal(list, k.trees[one]) {
		g.t.Fatalf("git ls-tree -r %s lists %d files, git diff-tree %d", one, len(list), len(k.trees[one]))
	}
}

// addEntries adds what "git ls-tree -r -z" and "git ls-files -s -z" print, but
// for submodules.
func addEntries(set map[pair]bool, text string) {
	for entry := range strings.SplitSeq(text, "\x00") {
		head, path, ok := strings.Cut(entry, "\t")
		fields := strings.Fields(head)
		if !ok || fields[0] == "160000" {
			continue
		}
		id := fields[1]
		if id == "blob" {
			id = fields[2]
		}
		set[pair{id, path}] = true
	}
}

// checkObjects compares the objects of the store with git's, and returns the
// blobs.
func (k *knowledge) checkObjects(t *testing.T, g *generated) (blobs []string) {
	t.Helper()
	s, err := objects.Open(g.gitDir(), objects.Options{Root: g.dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var mu sync.Mutex
	got := map[string]string{}
	err = s.Sweep(t.Context(), objects.SweepOptions{Margin: 16}, func(_ int, o *objects.Object) any {
		mu.Lock()
		defer mu.Unlock()
		got[o.ID.String()] = fmt.Sprintf("%s %d", o.Type, len(o.Data))
		if objects.NameOf(o.Type, o.Data, o.ID.Size()) != o.ID {
			t.Errorf("%s %s was shown with other content", o.Type, o.ID)
		}
		return nil
	})
	if err != nil || len(s.Lost()) > 0 {
		t.Errorf("sweeping: %v, lost %+v", err, s.Lost())
	}
	if !maps.Equal(got, k.objects) {
		t.Errorf("read %d objects, git has %d", len(got), len(k.objects))
	}
	for id, what := range k.objects {
		if strings.HasPrefix(what, "blob ") {
			blobs = append(blobs, id)
		}
	}
	slices.Sort(blobs)
	return blobs
}

// An account is what a scan says of every blob.
type account struct {
	blobs   map[string]bool // that were handed over
	lives   []scanner.Life  // of all of them, in the order of held
	held    []string
	cover   *scanner.Coverage
	commits map[string]bool
}

// readAll sweeps a repository and locates every blob of it.
func readAll(t *testing.T, dir string, o history.Options) *account {
	t.Helper()
	r, err := history.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var mu sync.Mutex
	a := &account{blobs: map[string]bool{}, commits: map[string]bool{}}
	err = r.Sweep(context.Background(), func(b *scanner.Blob) scanner.Candidates {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case b.ID == "":
		case b.Field == scanner.Content:
			a.blobs[b.ID] = true
		case b.Field == scanner.Header:
			a.commits[b.ID] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a.held = slices.Sorted(maps.Keys(a.blobs))
	secrets := make([]scanner.Held, len(a.held))
	for i, id := range a.held {
		secrets[i].Blobs = []scanner.HeldBlob{{BlobRef: scanner.BlobRef{ID: id, Field: scanner.Content}}}
	}
	if a.lives, err = r.Locate(context.Background(), secrets); err != nil {
		t.Fatal(err)
	}
	a.cover = r.Coverage()
	a.cover.Close(false)
	return a
}

// check compares an account with what git says.
func (a *account) check(t *testing.T, k *knowledge, blobs []string) {
	t.Helper()
	if !slices.Equal(a.held, blobs) {
		t.Errorf("%d blobs were handed over, git has %d", len(a.held), len(blobs))
	}
	if !a.cover.Complete || a.cover.Objects != int64(len(k.objects)) || a.cover.Commits != int64(len(k.trees)) {
		t.Errorf("read %d objects, %d commits, lost %+v; git has %d, %d", a.cover.Objects, a.cover.Commits, a.cover.Lost, len(k.objects), len(k.trees))
	}
	want, got := maps.Clone(k.staged), map[pair]bool{}
	for _, tree := range k.trees {
		maps.Copy(want, tree)
	}
	for i, life := range a.lives {
		for _, s := range life.Spots[0] {
			x := pair{a.held[i], s.Path}
			switch {
			case s.Commit != "":
				a.checkFirst(t, k, x, s)
				got[x] = true
			case s.Place == scanner.InIndex:
				got[x] = true
			}
		}
	}
	for x := range want {
		if !got[x] {
			t.Errorf("git has %s at %q", x.blob, x.path)
		}
	}
	for x := range got {
		if !want[x] {
			t.Errorf("located %s at %q, where git has it not", x.blob, x.path)
		}
	}
}

// checkFirst makes sure that the commit of a spot has the blob at the path, that
// no parent has, and that the place agrees with what leads to the commit.
func (a *account) checkFirst(t *testing.T, k *knowledge, x pair, s scanner.Spot) {
	t.Helper()
	if !k.trees[s.Commit][x] {
		t.Errorf("commit %s has not %s at %q", s.Commit, x.blob, x.path)
	}
	for _, p := range k.parents[s.Commit] {
		if k.trees[p][x] {
			t.Errorf("commit %s is not the first that has %s at %q", s.Commit, x.blob, x.path)
		}
	}
	if (s.Place == scanner.Unreachable) == k.named[s.Commit] && !strings.Contains(string(s.Place), "reflog") {
		t.Errorf("commit %s is said to be in %s; refs and reflogs lead there: %v", s.Commit, s.Place, k.named[s.Commit])
	}
}
