package history_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/history"
)

// What is no repository, or one that must not be opened, is an error that says
// so; what is damaged is opened, and not complete.
func TestWrongInput(t *testing.T) {
	link := func(g *git, to, name string) {
		path := filepath.Join(g.dir, name)
		os.Remove(path)
		if err := os.Symlink(to, path); err != nil {
			g.t.Skip("no links here")
		}
	}
	for name, c := range map[string]struct {
		build func(g *git) string // returns the target
		scope history.Scope
		none  bool   // it is no repository
		err   string // or it cannot be opened
		lost  string // or something is lost
	}{
		"a directory":         {build: func(g *git) string { return g.t.TempDir() }, none: true},
		"a file":              {build: func(g *git) string { return filepath.Join(g.dir, ".git", "HEAD") }, none: true},
		"nothing":             {build: func(g *git) string { return filepath.Join(g.dir, "nope") }, err: "no such file"},
		"bare, work tree":     {build: func(g *git) string { return newGit(g.t, "--bare").dir }, scope: history.WorktreeOnly, err: "bare repository"},
		"file to nowhere":     {build: func(g *git) string { g.write("d/.git", "gitdir: /nonexistent\n"); return g.dir + "/d" }, err: "no git directory"},
		"file to another":     {build: func(g *git) string { g.write("d/.git", "gitdir: "+newGit(g.t).dir+"/.git\n"); return g.dir + "/d" }, err: "does not point back"},
		"commondir elsewhere": {build: func(g *git) string { g.write(".git/commondir", newGit(g.t).dir+"/.git\n"); return g.dir }, err: "outside the repository"},
		"link as .git":        {build: func(g *git) string { g.write("d/x", ""); link(g, "../.git", "d/.git"); return g.dir + "/d" }, err: "symbolic link"},
		"packed-refs outside": {build: func(g *git) string { link(g, "/etc/passwd", ".git/packed-refs"); return g.dir }, lost: "leads outside"},
		"a ref outside":       {build: func(g *git) string { link(g, "/etc/passwd", ".git/refs/heads/x"); return g.dir }, lost: "leads outside"},
		"a file outside":      {build: func(g *git) string { link(g, "/etc/passwd", ".git/extra"); return g.dir }, lost: "leads outside"},
		"bad packed-refs":     {build: func(g *git) string { g.write(".git/packed-refs", "garbage\n"); return g.dir }, lost: "a line of packed-refs"},
		"empty ref":           {build: func(g *git) string { g.write(".git/refs/heads/x", ""); return g.dir }, lost: "ref refs/heads/x"},
		"bad index":           {build: func(g *git) string { g.write(".git/index", "DIRC"); return g.dir }, lost: `"index"`},
		"HEAD to nothing":     {build: func(g *git) string { g.write(".git/HEAD", strings.Repeat("1", 40)); return g.dir }, lost: "commit " + strings.Repeat("1", 40)},
		"reflog to nothing": {build: func(g *git) string {
			g.write(".git/logs/HEAD", strings.Repeat("1", 40)+" "+strings.Repeat("2", 40)+" A <a@x> 1 +0000\tx\n")
			return g.dir
		}, lost: "commit " + strings.Repeat("2", 40)},
		"reftable": {build: func(g *git) string { g.write(".git/reftable/x", ""); return g.dir }, lost: "reftable"},
		"shallow":  {build: func(g *git) string { g.write(".git/shallow", g.run("rev-parse", "HEAD")+"\n"); return g.dir }, lost: "git fetch --unshallow"},
		"no longer shallow, only the work tree": {build: func(g *git) string {
			g.write(".git/shallow", g.run("rev-parse", "HEAD")+"\n")
			return g.dir
		}, scope: history.WorktreeOnly},
		"unborn":         {build: func(g *git) string { return newGit(g.t).dir }},
		"through a link": {build: func(g *git) string { link(g, g.dir, "self"); return g.dir + "/self" }},
		"in .git":        {build: func(g *git) string { return g.dir + "/.git/refs" }},
		"lock of a ref":  {build: func(g *git) string { g.write(".git/refs/heads/x.lock", "half"); return g.dir }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGit(t)
			g.write("README", "nothing\n")
			g.commit("c1")
			target := c.build(g)
			o := history.Options{Scope: c.scope}
			if c.none || c.err != "" {
				_, err := history.Open(target, o)
				if err == nil || errors.Is(err, history.ErrNotRepository) != c.none || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "\n") {
					t.Errorf("error %v", err)
				}
				return
			}
			s := look(t, target, o)
			if lost := s.gaps(s.cover.Lost); !strings.Contains(lost, c.lost) || s.cover.Complete != (c.lost == "") {
				t.Errorf("complete %v, lost %s", s.cover.Complete, lost)
			}
		})
	}
}

// The parents of the commits where a shallow clone ends are not there, which is told
// once, and not as objects that were lost.
func TestShallowClone(t *testing.T) {
	g := newGit(t)
	for _, text := range []string{"one\n", "two\n"} {
		g.write("README", text)
		g.commit(text)
	}
	first := g.run("rev-parse", "HEAD~1")
	clone := newGit(t, "--bare")
	clone.run("fetch", "-q", "--depth", "1", "file://"+filepath.ToSlash(g.dir), "HEAD:refs/heads/main")
	s := look(t, clone.dir, history.Options{})
	lost := s.gaps(s.cover.Lost)
	if !strings.Contains(lost, "git fetch --unshallow") || strings.Contains(lost, first) || strings.Count(lost, `"what"`) != 1 {
		t.Errorf("lost %s", lost)
	}
}
