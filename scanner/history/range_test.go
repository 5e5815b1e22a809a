package history_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
)

// What a range says of a secret: where it came, where it went, and who has it.
func TestRangeLife(t *testing.T) {
	g := newGit(t)
	g.write("a", "words")
	base := g.commit("base")
	g.write("k", needle)
	came := g.commit("came")
	g.write("b", "words")
	between := g.commit("between")
	g.run("rm", "-q", "k")
	went := g.commit("went")
	g.write("dir/k", needle)
	back := g.commit("back")
	g.run("update-ref", "refs/remotes/origin/main", between)
	for _, test := range []struct {
		scope     string
		intervals []string // "ref from to"
		exposure  scanner.Exposure
		spots     string
		inHead    bool
	}{
		{base + "..HEAD", []string{"HEAD " + came + " " + went, "HEAD " + back + " "}, scanner.Pushed, came + ":k " + back + ":dir/k", true},
		{base + ".." + between, []string{"refs/remotes/origin/main " + came + " "}, scanner.Pushed, came + ":k", true},
		{base + ".." + came, []string{came + " " + came + " "}, scanner.Pushed, came + ":k", true},
		{came + "..HEAD", []string{"HEAD " + between + " " + went, "HEAD " + back + " "}, scanner.Pushed, back + ":dir/k", true},
		{came + ".." + went, nil, "", "", false},
	} {
		to := test.scope[strings.Index(test.scope, "..")+2:]
		scope := test.scope
		if to == between {
			scope = base + "..origin/main"
		}
		s := look(t, g.dir, history.Options{Scope: history.RangeOnly, Range: scope})
		life := s.lives[0]
		var intervals, spots []string
		for _, iv := range life.Intervals {
			until := ""
			if iv.To != nil {
				until = *iv.To
			}
			intervals = append(intervals, iv.Ref+" "+iv.From+" "+until)
		}
		for _, list := range life.Spots {
			for _, s := range list {
				if text := s.Commit + ":" + s.Path; !slices.Contains(spots, text) {
					spots = append(spots, text)
				}
			}
		}
		if !slices.Equal(intervals, test.intervals) || life.Exposure != test.exposure || life.InHead != test.inHead || strings.Join(spots, " ") != test.spots {
			t.Errorf("%s:\n%q\n%s %v %q", scope, intervals, life.Exposure, life.InHead, spots)
		}
	}
}

// Commits are in a range by ancestry, whatever their clocks say.
func TestRangeByAncestry(t *testing.T) {
	g := newGit(t)
	g.write("old", needle)
	g.commit("old")
	g.run("branch", "feature")
	g.now = 100_000_000 // a clock that stood at the beginning
	for range 30 {
		g.commit("on main")
	}
	main := g.run("rev-parse", "HEAD")
	g.now = 1_800_000_000
	g.run("checkout", "-q", "feature")
	g.write("new", needle+" again")
	g.commit("feature")
	s := look(t, g.dir, history.Options{Scope: history.RangeOnly, Range: main + "..feature"})
	if got := s.places(); !slices.Equal(got, []string{"history new"}) || s.cover.Commits != 1 {
		t.Errorf("%q in %d commits", got, s.cover.Commits)
	}
}

// A tree that holds another in many places, which holds another: 10^12 paths.
func TestRangeOfBomb(t *testing.T) {
	g := newGit(t)
	g.commit("base")
	g.write("f", needle)
	tree := "100644 blob " + g.run("hash-object", "-w", "f") + "\tf\n"
	for range 12 {
		below := strings.TrimSpace(g.feed(tree, "mktree"))
		tree = ""
		for name := 'a'; name < 'k'; name++ {
			tree += "040000 tree " + below + "\t" + string(name) + "\n"
		}
	}
	bomb := g.run("commit-tree", "-p", "HEAD", "-m", "bomb", strings.TrimSpace(g.feed(tree, "mktree")))
	g.run("update-ref", "refs/heads/bomb", bomb)
	s := look(t, g.dir, history.Options{Scope: history.RangeOnly, Range: "HEAD..bomb"})
	if s.cover.Objects != 1+13+1 || len(s.refs) != 1 || len(s.lives[0].Spots[0]) == 0 {
		t.Errorf("%d objects, %v", s.cover.Objects, s.refs)
	}
}

// The names of all refs that lead to one tag are new with its commit.
func TestSinceNamesOfATag(t *testing.T) {
	g := newGit(t)
	base := g.commit("base")
	g.commit("c")
	g.run("tag", "-a", "-m", "m", "v1")
	tag := g.run("rev-parse", "v1")
	want := []string{"refs/tags/a-" + needle, "refs/tags/w-" + needle}
	for _, name := range want {
		g.run("update-ref", name, tag)
	}
	s := look(t, g.dir, history.Options{Scope: history.SinceOnly, Since: base})
	var got []string
	for _, r := range s.refs {
		got = append(got, r.Ref)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("found in %q, want %q", got, want)
	}
}

// A stash that cannot be read makes a scan of what came after a revision
// incomplete: one whose commit is gone, and those of a reflog that leads away.
func TestSinceLosesStash(t *testing.T) {
	for name, hurt := range map[string]func(g *git){
		"commit": func(g *git) {
			id := g.run("rev-parse", "stash@{1}")
			if err := os.Remove(filepath.Join(g.dir, ".git", "objects", id[:2], id[2:])); err != nil {
				t.Fatal(err)
			}
		},
		"reflog": func(g *git) {
			log := filepath.Join(g.dir, ".git", "logs", "refs", "stash")
			away := filepath.Join(t.TempDir(), "stash")
			if err := errors.Join(os.Rename(log, away), os.Symlink(away, log)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		g := newGit(t)
		g.write("a", "1")
		base := g.commit("base")
		for _, text := range []string{needle, "3"} {
			g.write("a", text)
			g.run("stash", "-q")
		}
		o := history.Options{Scope: history.SinceOnly, Since: base}
		if s := look(t, g.dir, o); !s.cover.Complete || !slices.Equal(s.places(), []string{"stash a"}) {
			t.Fatalf("complete %v, found in %q", s.cover.Complete, s.places())
		}
		hurt(g)
		if s := look(t, g.dir, o); s.cover.Complete {
			t.Errorf("%s: complete", name)
		}
	}
}
