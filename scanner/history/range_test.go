package history_test

import (
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
