package history_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
)

// A git runs the installed git in one directory, by a clock of its own.
type git struct {
	t   *testing.T
	dir string
	now int64
}

func newGit(t *testing.T, args ...string) *git {
	t.Helper()
	g := &git{t: t, dir: t.TempDir(), now: 1_700_000_000}
	g.run(append([]string{"init", "-q", "-b", "main"}, args...)...)
	return g
}

func (g *git) try(args ...string) (string, error) {
	g.now += 60
	cmd := exec.Command("git", args...)
	cmd.Dir = g.dir
	stamp := fmt.Sprintf("%d +0000", g.now)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C", "HOME="+g.dir,
		"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_AUTHOR_DATE="+stamp,
		"GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com", "GIT_COMMITTER_DATE="+stamp,
		"GIT_CONFIG_COUNT=3", "GIT_CONFIG_KEY_0=protocol.file.allow", "GIT_CONFIG_VALUE_0=always",
		"GIT_CONFIG_KEY_1=gc.auto", "GIT_CONFIG_VALUE_1=0", "GIT_CONFIG_KEY_2=core.fsync", "GIT_CONFIG_VALUE_2=none")
	out, err := cmd.CombinedOutput()
	return strings.TrimSuffix(string(out), "\n"), err
}

func (g *git) run(args ...string) string {
	g.t.Helper()
	out, err := g.try(args...)
	if err != nil {
		g.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (g *git) write(name, text string) {
	g.t.Helper()
	path := filepath.Join(g.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		g.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		g.t.Fatal(err)
	}
}

func (g *git) commit(message string) string {
	g.t.Helper()
	g.run("add", "-A")
	g.run("commit", "-q", "--allow-empty", "-m", message)
	return g.run("rev-parse", "HEAD")
}

// needle is what the tests look for, in place of a secret.
const needle = "n33dle"

// A sight is everything that a scan hands over that holds the needle.
type sight struct {
	refs  []scanner.BlobRef
	cover *scanner.Coverage
	lives []scanner.Life
}

// look scans for the needle and locates every blob that has it as one secret.
func look(t *testing.T, dir string, o history.Options) *sight {
	t.Helper()
	r, err := history.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var mu sync.Mutex
	found := map[scanner.BlobRef]bool{}
	err = r.Sweep(ctx, func(b *scanner.Blob) scanner.Candidates {
		has := strings.Contains(string(b.Data), needle)
		if has {
			mu.Lock()
			defer mu.Unlock()
			found[b.BlobRef] = true
			if real := b.BlobRef; b.Verify != nil {
				real.ID = b.Verify()
				found[real] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &sight{refs: slices.SortedFunc(maps.Keys(found), func(a, b scanner.BlobRef) int {
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})}
	var held scanner.Held
	for _, ref := range s.refs {
		held.Blobs = append(held.Blobs, scanner.HeldBlob{BlobRef: ref})
	}
	s.lives, err = r.Locate(ctx, []scanner.Held{held})
	if err != nil {
		t.Fatal(err)
	}
	s.cover = r.Coverage()
	s.cover.Close(false)
	return s
}

// places lists what was found as "place path".
func (s *sight) places() []string {
	set := map[string]bool{}
	for _, spots := range s.lives[0].Spots {
		for _, p := range spots {
			set[strings.TrimSpace(string(p.Place)+" "+p.Path)] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func (s *sight) gaps(list []scanner.Gap) string {
	text, _ := json.Marshal(list)
	return string(text)
}

// Where the needle is put, and where it must be found.
func TestPlaces(t *testing.T) {
	for name, c := range placeCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGit(t)
			g.write("README", "nothing\n")
			g.write("g", "b\n")
			g.commit("c1")
			o := c.opts
			c.build(g, &o)
			s := look(t, g.dir, o)
			if got := s.places(); !slices.Equal(got, c.want) {
				t.Errorf("found in %q, want %q", got, c.want)
			}
			if opaque := s.gaps(s.cover.Opaque); !s.cover.Complete || c.opaque == "" && opaque != "[]" || !strings.Contains(opaque, c.opaque) {
				t.Errorf("lost %s, opaque %s", s.gaps(s.cover.Lost), s.gaps(s.cover.Opaque))
			}
			if c.exposure != "" && s.lives[0].Exposure != c.exposure {
				t.Errorf("exposure %q, want %q", s.lives[0].Exposure, c.exposure)
			}
		})
	}
}

type placeCase struct {
	opts     history.Options
	build    func(g *git, o *history.Options)
	want     []string
	opaque   string
	exposure scanner.Exposure
}

func placeCases() map[string]placeCase {
	staged, worktree := history.Options{Scope: history.StagedOnly}, history.Options{Scope: history.WorktreeOnly}
	split := func(g *git, _ *history.Options) {
		g.run("update-index", "--split-index")
		g.write("README", needle)
		g.run("rm", "-q", "--cached", "g")
		g.write("new", needle+"\n")
		g.run("add", "README", "new")
	}
	return map[string]placeCase{
		"split index":      {staged, split, []string{"index README", "index new"}, "", scanner.Staged},
		"split index, all": {history.Options{}, split, []string{"index README", "index new"}, "", scanner.Staged},
		"split index, v4":  {staged, func(g *git, o *history.Options) { g.run("update-index", "--index-version", "4"); split(g, o) }, []string{"index README", "index new"}, "", scanner.Staged},
		"sparse index":     {worktree, sparse, []string{"index b/k"}, "", scanner.Unpushed},
		"work tree":        {worktree, func(g *git, _ *history.Options) { g.write("s", needle); g.run("add", "s") }, []string{"index s"}, "", scanner.Staged},
		"work tree, committed": {worktree, func(g *git, _ *history.Options) { g.write("d/k", needle); g.commit("k") },
			[]string{"index d/k"}, "", scanner.Unpushed},
		"work tree, pushed": {worktree, func(g *git, _ *history.Options) {
			g.write("d/k", needle)
			g.run("add", "d")
			g.commit("k")
			g.run("update-ref", "refs/remotes/origin/main", "HEAD")
			g.write("later", "")
			g.run("add", "later")
			g.commit("later")
		}, []string{"index d/k"}, "", scanner.Pushed},
		"index of a hook":     {staged, hookIndex, []string{"index README"}, "", scanner.Staged},
		"index elsewhere":     {history.Options{}, elsewhere, []string{"index k"}, "", scanner.Staged},
		"intent to add":       {history.Options{}, func(g *git, _ *history.Options) { g.write("n", needle); g.run("add", "-N", "n") }, []string{"worktree n"}, "", scanner.UntrackedExposure},
		"junk .git file":      {history.Options{}, func(g *git, _ *history.Options) { g.write("sub/.git", ""); g.write("sub/k", needle) }, []string{"untracked sub/k"}, "", scanner.UntrackedExposure},
		"junk .git directory": {worktree, func(g *git, _ *history.Options) { g.write("sub/.git/k", needle) }, []string{"untracked sub/.git/k"}, "", scanner.UntrackedExposure},
		"nested repository":   {history.Options{}, func(g *git, _ *history.Options) { g.write("sub/k", needle); g.run("init", "-q", "sub") }, []string{}, "repository at sub", ""},
		"submodule":           {history.Options{}, submodule, []string{"submodule .git/modules/sub", "untracked sub/k"}, "", scanner.Unpushed},
		"embedded submodule":  {history.Options{}, embedded, []string{"submodule sub/.git", "untracked sub/k"}, "", scanner.Unpushed},
		"absent submodule": {history.Options{}, func(g *git, o *history.Options) { submodule(g, o); g.run("submodule", "deinit", "-q", "-f", "sub") },
			[]string{"submodule .git/modules/sub"}, "submodule sub", scanner.Unpushed},
		"names in one path": {history.Options{}, func(g *git, _ *history.Options) { g.write("d-"+needle+"/f-"+needle, ""); g.run("add", ".") },
			[]string{"index d-" + needle, "index d-" + needle + "/f-" + needle}, "", scanner.Staged},
		"a branch called index": {history.Options{}, func(g *git, _ *history.Options) {
			id := g.run("rev-parse", "HEAD")
			g.run("branch", "index")
			g.write(".git/logs/refs/heads/index", "0000000000000000000000000000000000000000 "+id+" A <a@x> 1 +0000\t"+needle+"\n")
		}, []string{"reflog .git/logs/refs/heads/index"}, "", scanner.Unreached},
		"symbolic ref": {history.Options{}, func(g *git, _ *history.Options) { g.run("symbolic-ref", "refs/heads/"+needle, "refs/heads/main") },
			[]string{"history"}, "", scanner.Unpushed},
		"HEAD through a symbolic ref": {history.Options{}, func(g *git, _ *history.Options) {
			g.write("k", needle)
			g.commit("c2")
			g.run("symbolic-ref", "refs/heads/alias", "refs/heads/main")
			g.run("symbolic-ref", "HEAD", "refs/heads/alias")
		}, []string{"history k"}, "", scanner.Unpushed},
		"LFS not fetched": {history.Options{}, func(g *git, _ *history.Options) {
			g.write("big", pointer)
			g.commit("c2")
			g.write("big2", pointer)
			g.commit("c3")
		},
			[]string{}, `"LFS object ` + oid + `","why":"LFS object not fetched","count":1,"fix":"git lfs fetch --all"`, ""},
		"LFS": {history.Options{}, func(g *git, _ *history.Options) { lfs(g); g.commit("c2") },
			[]string{"lfs .git/" + lfsPath, "lfs big"}, "", scanner.Unpushed},
		"LFS, staged": {staged, func(g *git, _ *history.Options) { lfs(g); g.run("add", "big") }, []string{"index big"}, "", scanner.Staged},
	}
}

const (
	oid     = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	lfsPath = "lfs/objects/01/23/" + oid
	pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + oid + "\nsize 6\n"
)

func lfs(g *git) {
	g.write(".git/"+lfsPath, needle)
	g.write("big", pointer)
}

func sparse(g *git, _ *history.Options) {
	g.write("a/x", "")
	g.write("b/k", needle)
	g.commit("c2")
	g.run("sparse-checkout", "set", "--cone", "--sparse-index", "a")
}

// hookIndex makes an index as "git commit -a" has it while its hooks run.
func hookIndex(g *git, o *history.Options) {
	o.Index = filepath.Join(g.dir, ".git", "index.lock")
	old, err := os.ReadFile(filepath.Join(g.dir, ".git", "index"))
	if err != nil {
		g.t.Fatal(err)
	}
	g.write("README", needle)
	g.run("add", "README")
	if err := os.Rename(filepath.Join(g.dir, ".git", "index"), o.Index); err != nil {
		g.t.Fatal(err)
	}
	g.write(".git/index", string(old))
}

func elsewhere(g *git, _ *history.Options) {
	tree := filepath.Join(g.t.TempDir(), "w")
	g.run("worktree", "add", "-q", "--detach", tree)
	w := &git{t: g.t, dir: tree, now: g.now}
	w.write("k", needle)
	w.run("add", "k")
}

func submodule(g *git, _ *history.Options) {
	other := newGit(g.t)
	other.write("old", needle)
	other.commit("c1")
	g.run("submodule", "--quiet", "add", other.dir, "sub")
	g.commit("c2")
	g.write("sub/k", needle+"!")
}

func embedded(g *git, _ *history.Options) {
	sub := &git{t: g.t, dir: filepath.Join(g.dir, "sub"), now: g.now}
	g.write("sub/old", needle)
	sub.run("init", "-q")
	sub.commit("c1")
	g.run("add", "sub")
	g.write("sub/k", needle+"!")
}
