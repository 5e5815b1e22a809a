package synthetic

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// What changes in a commit is as in the histories of projects. docs/bench/README.md
// has their figures, and those of a large repository.
func TestShape(t *testing.T) {
	dir, _ := build(t, ownCorpus(t, 7), Options{Commits: 1000, Seed: 7})
	count := map[string]float64{}
	for line := range strings.Lines(gitOutput(t, dir, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(deltabase)")) {
		kind, base, _ := strings.Cut(strings.TrimSpace(line), " ")
		count[kind]++
		if strings.Trim(base, "0") != "" {
			count[kind+" deltas"]++
		}
	}
	changes := map[string]int{}
	var added []int
	for line := range strings.Lines(gitOutput(t, dir, "log", "--format=", "--numstat", "--no-merges", "--no-renames", "--diff-filter=M", "--all")) {
		f := strings.Fields(line)
		n, err := strconv.Atoi(f[0])
		if err != nil {
			t.Fatal(err)
		}
		added = append(added, n)
		changes[f[2]]++
	}
	slices.Sort(added)
	often := slices.Sorted(maps.Values(changes))
	most := 0
	for _, n := range often[len(often)*9/10:] {
		most += n
	}
	for _, c := range []struct {
		what        string
		n           float64
		least, most float64
	}{
		{"trees in a commit", count["tree"] / 1000, 2.3, 9},
		{"texts in a commit", count["blob"] / 1000, 2, 5},
		{"parts of texts that are deltas", count["blob deltas"] / count["blob"], 0.6, 0.95},
		{"parts of changes in the tenth of the paths that changes most", float64(most) / float64(len(added)), 0.3, 0.6},
		{"lines added by the change in the middle", float64(added[len(added)/2]), 2, 20},
	} {
		t.Logf("%.2f %s", c.n, c.what)
		if c.n < c.least || c.n > c.most {
			t.Errorf("%.2f %s, not %.2f to %.2f", c.n, c.what, c.least, c.most)
		}
	}
}

// Texts with a secret in them are not for a corpus.
func TestCorpusHasNoSecrets(t *testing.T) {
	dir := t.TempDir()
	plain := strings.Repeat("one line of this text is like another\n", 10)
	for name, text := range map[string]string{
		"plain.txt": plain,
		"key.txt":   plain + "aws_access_key_id = " + keytest.ID(1) + "\naws_secret_access_key = " + keytest.Secret(1) + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := module{path: "own", dir: dir}.sources()
	if err != nil {
		t.Fatal(err)
	}
	c, err := newCorpus(list, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || c.Len() != 1 || c.texts[0].path != "own/plain.txt" {
		t.Errorf("of %v there are %d texts", list, c.Len())
	}
}

// Two modules may have a text at the same place; one of them is left out, and what
// would lie below a text is, too.
func TestPlaces(t *testing.T) {
	for i, c := range []struct{ module, file, want string }{
		{"golang.org/x/tools", "go/analysis/passes/a/a.go", "golang.org.x.tools/passes/a/a.go"},
		{"golang.org/x/tools", "a.go", "golang.org.x.tools/a.go"},
		{"own", "b/a.go", "own/b/a.go"},
	} {
		if got := (module{path: c.module}).place(c.file); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
	at := places{}
	at.take("own/b/a.go")
	for name, want := range map[string]bool{"own/b/a.go": true, "own/b": true, "own/b/a.go/c": true, "own/b/c.go": false, "b": false} {
		if at.taken(name) != want {
			t.Errorf("%q is taken: %t", name, !want)
		}
	}
}

// A long file shrinks however often it is edited.
func TestLongFilesShrink(t *testing.T) {
	e := newEditor(ownCorpus(t, 1), 1)
	lines := e.excerpt(10)
	grown := false
	for range 3000 {
		lines = e.edit(lines)
		grown = grown || len(lines) > longest
		if len(lines) > longest+1<<13 {
			t.Fatalf("%d lines", len(lines))
		}
	}
	if !grown || len(lines) > 2*longest {
		t.Errorf("%d lines; more than %d at some time: %t", len(lines), longest, grown)
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
		if f.KeyID == "" {
			t.Errorf("%s at %+v was not planted", f.Rule, f.First)
		}
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
