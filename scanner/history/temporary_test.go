package history_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/history"
)

// What a tree names is missed although a temporary pack has the tree as well, as
// a delta on one that stands nowhere else.
func TestTreeInATemporaryPack(t *testing.T) {
	g := newGit(t)
	remove := func(id string) {
		if err := os.Remove(filepath.Join(g.dir, ".git", "objects", id[:2], id[2:])); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100 {
		g.write(fmt.Sprintf("f%02d", i), fmt.Sprint(i))
	}
	first := g.commit("first")
	one := g.run("rev-parse", "HEAD^{tree}")
	g.write("f50", "other")
	g.run("add", "-A")
	two := g.run("write-tree")
	name := g.feed(one+"\n"+two+"\n", "pack-objects", "-q", filepath.Join(g.dir, ".git", "t"))
	pack := filepath.Join(g.dir, ".git", "t-"+strings.TrimSpace(name))
	base, delta := one, two
	for line := range strings.Lines(g.run("verify-pack", "-v", pack+".idx")) {
		if f := strings.Fields(line); len(f) == 7 {
			delta, base = f[0], f[6]
		}
	}
	if err := os.Rename(pack+".pack", filepath.Join(g.dir, ".git", "objects", "pack", "tmp_pack_x")); err != nil {
		t.Fatal(err)
	}
	g.run("update-ref", "--no-deref", "refs/heads/main", g.run("commit-tree", "-m", "c", delta))
	g.write(".git/logs/HEAD", "")
	g.write(".git/logs/refs/heads/main", "")
	gone := g.run("rev-parse", "HEAD:f05")
	for _, id := range []string{first, base, gone} {
		remove(id)
	}
	g.run("read-tree", "--empty")
	fsck, _ := g.try("fsck", "--full")
	s := look(t, g.dir, history.Options{Margin: 1})
	t.Log(fsck, s.gaps(s.cover.Lost))
	if s.cover.Complete || !strings.Contains(s.gaps(s.cover.Lost), gone) {
		t.Errorf("complete %v, lost %s, while git says %s", s.cover.Complete, s.gaps(s.cover.Lost), fsck)
	}
}
