package history_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/history"
)

// What no script of a case can make: remains of a git that was interrupted, and
// arrangements of the store.
func TestRarePlaces(t *testing.T) {
	for name, c := range map[string]struct {
		args  []string // of git init
		build func(g *git)
		want  []string
	}{
		"object of an interrupted git": {nil, func(g *git) {
			loose := looseOf(g, "tmp "+needle)
			g.move(loose, filepath.Join(filepath.Dir(loose), "tmp_obj_a1b2c3"))
		}, []string{"unreachable"}},
		"pack of an interrupted git": {nil, func(g *git) {
			id := g.hash("packed " + needle)
			pack := strings.TrimSpace(g.feed(id+"\n", "pack-objects", "-q", ".git/objects/pack/x"))
			g.move(".git/objects/pack/x-"+pack+".pack", ".git/objects/pack/tmp_pack_Xy12Za")
			g.move(".git/objects/pack/x-"+pack+".idx", ".git/objects/pack/tmp_idx_Xy12Za")
			os.Remove(filepath.Join(g.dir, ".git/objects", id[:2], id[2:]))
		}, []string{"unreachable"}},
		"alternate inside": {nil, func(g *git) {
			g.write(".git/objects/info/alternates", "../other\n")
			loose := looseOf(g, "alternate "+needle)
			g.move(loose, strings.Replace(loose, ".git/objects", ".git/other", 1))
		}, []string{"unreachable"}},
		"stages of a conflict": {nil, func(g *git) {
			g.feed("100644 "+g.hash("one "+needle)+" 1\tk\n100644 "+g.hash("two")+" 2\tk\n100644 "+g.hash("three "+needle)+" 3\tk\n", "update-index", "--index-info")
		}, []string{"index k"}},
		"grafts hide nothing": {nil, func(g *git) {
			g.write("k", needle)
			g.commit("c2")
			g.run("rm", "-q", "k")
			two := g.commit("c3")
			g.write(".git/info/grafts", two+"\n")
		}, []string{"history k"}},
		"packed refs, names": {nil, func(g *git) {
			g.run("branch", "b-"+needle)
			g.run("pack-refs", "--all", "--prune")
		}, []string{"history"}},
		"message of a reflog": {nil, func(g *git) {
			g.run("update-ref", "-m", needle, "--create-reflog", "refs/heads/x", "HEAD")
		}, []string{"reflog .git/logs/refs/heads/x"}},
		"bare, deleted later": {[]string{"--bare"}, func(g *git) {
			g.importStream("commit refs/heads/main\ncommitter A <a@x> 1700000000 +0000\ndata 1\na\nM 100644 inline d/k\ndata 6\n" + needle +
				"\ncommit refs/heads/main\ncommitter A <a@x> 1700000001 +0000\ndata 1\nb\nD d/k\n\n")
		}, []string{"history d/k"}},
		"SHA-256, index and stash": {[]string{"--object-format=sha256"}, func(g *git) {
			g.write("s", needle)
			g.run("add", "s")
			g.run("stash", "-q")
			g.write("i", needle+"2")
			g.run("add", "i")
		}, []string{"index i", "stash s"}},
		"a name in a tree of no commit": {nil, func(g *git) {
			g.write("d/"+needle, "x")
			g.run("add", ".")
			g.run("write-tree")
			g.run("rm", "-q", "--cached", "d/"+needle)
			os.RemoveAll(filepath.Join(g.dir, "d"))
		}, []string{"unreachable " + needle}},
		"files that speed git up": {nil, func(g *git) {
			g.write("k", needle)
			g.commit("c2")
			g.run("rm", "-q", "k")
			g.commit("c3")
			g.run("repack", "-adq", "--write-bitmap-index")
			g.run("-c", "pack.writeReverseIndex=true", "multi-pack-index", "write", "--bitmap")
			g.run("commit-graph", "write", "--reachable", "--changed-paths")
		}, []string{"history k"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGit(t, c.args...)
			if !slices.Contains(c.args, "--bare") {
				g.write("README", "nothing\n")
				g.commit("c1")
			}
			c.build(g)
			for _, margin := range []int{0, 1} {
				s := look(t, g.dir, history.Options{Margin: margin})
				if got := s.places(); !slices.Equal(got, c.want) || !s.cover.Complete {
					t.Errorf("found in %q, want %q; lost %s", got, c.want, s.gaps(s.cover.Lost))
				}
			}
		})
	}
}

// hash writes a blob and returns its name.
func (g *git) hash(text string) string {
	g.t.Helper()
	return strings.TrimSpace(g.feed(text, "hash-object", "-w", "--stdin"))
}

// looseOf writes a loose blob and returns its file.
func looseOf(g *git, text string) string {
	g.t.Helper()
	id := g.hash(text)
	return ".git/objects/" + id[:2] + "/" + id[2:]
}

func (g *git) move(from, to string) {
	g.t.Helper()
	to = filepath.Join(g.dir, to)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		g.t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(g.dir, from), to); err != nil {
		g.t.Fatal(err)
	}
}
