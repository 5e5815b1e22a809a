package synthetic

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// ownCorpus is made of this repository's own files: they are always there.
func ownCorpus(t *testing.T, seed uint64) *Corpus {
	t.Helper()
	list, err := module{path: "own", dir: filepath.Join("..", "..", "..", "scanner")}.sources()
	if err != nil {
		t.Fatal(err)
	}
	c, err := newCorpus(list, seed)
	if err != nil {
		t.Fatal(err)
	}
	if c.Len() < 100 {
		t.Fatalf("%d texts", c.Len())
	}
	return c
}

func build(t *testing.T, c *Corpus, o Options) (string, *Record) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "repo")
	r, err := Build(t.Context(), dir, c, o)
	if err != nil {
		t.Fatal(err)
	}
	return dir, r
}

func gitOutput(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func scan(t *testing.T, dir string) *scanner.Report {
	t.Helper()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	m, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		t.Fatal(err)
	}
	repo, err := history.Open(dir, history.Options{Margin: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer repo.Close()
	r, err := scanner.Scan(t.Context(), repo, m, scanner.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Complete() {
		t.Fatalf("not complete: %v", r.Coverage.Lost)
	}
	return r
}

// The same seed makes the same repository, another one another; it has what a
// project's history has, and git finds nothing wrong with it.
func TestBuild(t *testing.T) {
	c := ownCorpus(t, 7)
	dir, r := build(t, c, Options{Commits: 300, Seed: 7})
	if _, again := build(t, c, Options{Commits: 300, Seed: 7}); r.Head != again.Head {
		t.Errorf("seed 7 made %s, then %s", r.Head, again.Head)
	}
	if _, other := build(t, c, Options{Commits: 300, Seed: 8}); other.Head == r.Head {
		t.Error("seeds 7 and 8 make the same repository")
	}
	gitOutput(t, dir, "fsck", "--full", "--strict")
	for _, c := range []struct {
		what  string
		args  []string
		least int
	}{
		{"merges", []string{"rev-list", "--all", "--merges"}, 2},
		{"tags", []string{"tag"}, 3},
		{"files", []string{"ls-tree", "-r", "--name-only", "main"}, 300},
		{"renames", []string{"log", "--all", "--diff-filter=R", "--format=", "--name-status"}, 1},
		{"deletions", []string{"log", "--all", "--diff-filter=D", "--format=", "--name-status"}, 1},
	} {
		if n := strings.Count(gitOutput(t, dir, c.args...)+"\n", "\n"); n < c.least {
			t.Errorf("%d %s, at least %d", n, c.what, c.least)
		}
	}
	if n := gitOutput(t, dir, "rev-list", "--all", "--count"); n != "300" {
		t.Errorf("%s commits", n)
	}
}

// Every key that was planted is found, with the life that the record tells.
func TestSecretsHaveKnownLives(t *testing.T) {
	dir, r := build(t, ownCorpus(t, 3), Options{Commits: 400, Seed: 3, Secrets: 20})
	if len(r.Secrets) != 20 {
		t.Fatalf("%d secrets", len(r.Secrets))
	}
	byID := map[string]*scanner.Finding{}
	for _, f := range scan(t, dir).Findings {
		byID[f.KeyID] = f
	}
	removed := 0
	for _, s := range r.Secrets {
		f := byID[keytest.ID(s.Number)]
		if f == nil || f.Secret == nil {
			t.Errorf("key %d: not found with its secret", s.Number)
			continue
		}
		if f.InHead != (s.To == "") || f.First == nil || f.First.Path != s.Path || f.First.Commit != s.From {
			t.Errorf("key %d: in HEAD %t, first %+v; want %+v", s.Number, f.InHead, f.First, s)
		}
		if s.To != "" {
			removed++
		}
		if !lives(f, s) {
			t.Errorf("key %d: intervals %+v; want %s to %s", s.Number, f.Intervals, s.From, s.To)
		}
	}
	if removed == 0 || removed == len(r.Secrets) {
		t.Errorf("%d of %d keys were removed", removed, len(r.Secrets))
	}
}

// lives reports whether one interval of f is the life of s on main.
func lives(f *scanner.Finding, s Secret) bool {
	for _, i := range f.Intervals {
		to := ""
		if i.To != nil {
			to = *i.To
		}
		if i.From == s.From && to == s.To {
			return true
		}
	}
	return false
}

func TestBuildRefuses(t *testing.T) {
	c := ownCorpus(t, 1)
	full := t.TempDir()
	gitOutput(t, full, "init", "-q")
	for name, o := range map[string]Options{
		"too few commits":   {Commits: 99},
		"too many secrets":  {Commits: 1000, Secrets: 51},
		"negative secrets":  {Commits: 1000, Secrets: -1},
		"directory not new": {Commits: 100},
	} {
		if _, err := Build(t.Context(), full, c, o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// With and without the key all versions are otherwise the same.
func TestVersions(t *testing.T) {
	c := ownCorpus(t, 1)
	base := t.TempDir()
	with, without := filepath.Join(base, "with"), filepath.Join(base, "without")
	for dir, key := range map[string]bool{with: true, without: false} {
		if err := Versions(t.Context(), dir, c, 1, 60, key); err != nil {
			t.Fatal(err)
		}
		if n := gitOutput(t, dir, "rev-list", "--count", "main"); n != "60" {
			t.Errorf("%s commits", n)
		}
	}
	key := "aws_access_key_id = " + keytest.ID(1) + "\naws_secret_access_key = " + keytest.Secret(1) + "\n"
	last := ""
	for n := 59; n >= 0; n -= 7 {
		version := "main~" + strconv.Itoa(n) + ":config.txt"
		a, b := gitOutput(t, with, "show", version), gitOutput(t, without, "show", version)
		if strings.Count(a, key) != 1 || strings.Replace(a, key, "", 1) != b {
			t.Errorf("%s: the two differ by more than the key", version)
		}
		if a == last {
			t.Errorf("%s is no new version", version)
		}
		last = a
	}
}

// All keys that there are to be are there, and no other thing is one.
func TestFindings(t *testing.T) {
	c := ownCorpus(t, 1)
	for _, keys := range []int{120, 60, 7} {
		dir := filepath.Join(t.TempDir(), "repo")
		if err := Findings(t.Context(), dir, c, 1, 120, keys); err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		for _, f := range scan(t, dir).Findings {
			if f.KeyID != "" && f.Secret != nil {
				found[f.KeyID] = true
			}
		}
		for n := 1; n <= 120; n++ {
			if has := found[keytest.ID(n)]; has != (n <= keys) {
				t.Errorf("%d keys: number %d was found with its secret: %t", keys, n, has)
			}
		}
	}
	if err := Findings(t.Context(), filepath.Join(t.TempDir(), "repo"), c, 1, 5, 6); err == nil {
		t.Error("six keys in five places: no error")
	}
}
