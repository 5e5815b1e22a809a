package torture

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/repotest"
)

// fullRepo is the repository that has a key in every place there is.
func fullRepo(t *testing.T) *repotest.Repo {
	t.Helper()
	return repotest.Build(t, filepath.Join("..", "..", "testdata", "repos", "everything.txtar"))
}

// struck is an output without the times of its run, which are the only thing
// that two runs may say otherwise. The commits of the repository are of 2024.
func struck(out string) string {
	out = regexp.MustCompile(time.Now().UTC().Format("2006-01-")+`\d\d[T ]\d\d:\d\d(:\d\d)?`).ReplaceAllString(out, "T")
	return regexp.MustCompile(`("seconds": ?|time="|· )[0-9.]+(ms|m?s| ms| s)?`).ReplaceAllString(out, "${1}T")
}

// However many goroutines there are, and however often it is asked, one
// repository has one report, in every format, byte by byte.
func TestRunsAreTheSame(t *testing.T) {
	need(t, "git")
	dir := fullRepo(t).Dir
	wanted, runs, began, formats := rounds(20, 200), 0, time.Now(), []string{"json", "text", "jsonl", "sarif", "gitlab", "junit", "csv", "github", "markdown", "html"}
	first := map[string]string{}
	for i := range wanted {
		if over(t, began, i, wanted) {
			break
		}
		runs++
		format := formats[i%len(formats)]
		procs := []string{"1", "2", "8"}[i%3]
		o := call{args: []string{"scan", dir, "--all", "--verbose", "--format", format, "--jobs", procs}, env: bare(t.TempDir(), "GOMAXPROCS="+procs)}.run(t)
		out := struck(o.stdout)
		if first[format] == "" {
			first[format] = out
		}
		if out == "" || out != first[format] {
			t.Errorf("run %d, %s with %s jobs: another output\n%s", i, format, procs, firstDifference(first[format], out))
		}
	}
	told(t, "same", "runs with 1, 2 and 8 jobs, in all formats, byte for byte the same but for times", runs)
}

// firstDifference shows where two texts begin to differ.
func firstDifference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return fmt.Sprintf("line %d\n- %.300s\n+ %.300s", i+1, as[i], bs[i])
		}
	}
	return fmt.Sprintf("%d lines, %d lines", len(as), len(bs))
}

// rearrangements store what a repository has in other ways.
func rearrangements() map[string]func(t *testing.T, r *repotest.Repo) {
	return map[string]func(t *testing.T, r *repotest.Repo){
		"one pack": func(t *testing.T, r *repotest.Repo) { r.Git("repack", "-a", "-d", "-k", "-q") },
		"one pack with other deltas": func(t *testing.T, r *repotest.Repo) {
			r.Git("repack", "-a", "-d", "-k", "-f", "-q", "--depth=3", "--window=50")
		},
		"many packs": func(t *testing.T, r *repotest.Repo) {
			r.Git("repack", "-a", "-d", "-k", "-q", "--max-pack-size=1m")
			r.Git("multi-pack-index", "write")
		},
		"all loose":      unpack,
		"packed refs":    func(t *testing.T, r *repotest.Repo) { r.Git("pack-refs", "--all") },
		"loose refs":     func(t *testing.T, r *repotest.Repo) { scatter(t, r) },
		"a commit graph": func(t *testing.T, r *repotest.Repo) { r.Git("commit-graph", "write", "--reachable", "--changed-paths") },
		"a bitmap": func(t *testing.T, r *repotest.Repo) {
			r.Git("repack", "-a", "-d", "-k", "-b", "-q")
		},
	}
}

// unpack makes loose objects of all packs.
func unpack(t *testing.T, r *repotest.Repo) {
	t.Helper()
	packs, err := filepath.Glob(filepath.Join(r.Dir, ".git", "objects", "pack", "*"))
	check(t, err)
	away := t.TempDir()
	for _, path := range packs {
		check(t, os.Rename(path, filepath.Join(away, filepath.Base(path))))
	}
	packs, err = filepath.Glob(filepath.Join(away, "*.pack"))
	check(t, err)
	for _, path := range packs {
		in, err := os.Open(path)
		check(t, err)
		defer in.Close()
		cmd := exec.Command("git", "-C", r.Dir, "unpack-objects", "-q")
		cmd.Env, cmd.Stdin = bare(away), in
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
}

// scatter makes files of the packed refs, in an order by chance.
func scatter(t *testing.T, r *repotest.Repo) {
	t.Helper()
	r.Git("pack-refs", "--all")
	git := filepath.Join(r.Dir, ".git")
	text, err := os.ReadFile(filepath.Join(git, "packed-refs"))
	check(t, err)
	check(t, os.Remove(filepath.Join(git, "packed-refs")))
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	for _, line := range lines {
		if id, name, ok := strings.Cut(line, " "); ok && strings.HasPrefix(name, "refs/") {
			write(t, git, map[string]string{name: id + "\n"})
		}
	}
}

// Whatever way git stores it in, the findings of a repository are the same, byte
// by byte; and a bare clone has those of the history that it has.
func TestStoresAreTheSame(t *testing.T) {
	need(t, "git")
	whole := func(dir string) map[string]json.RawMessage {
		o := call{args: []string{"scan", dir, "--all", "--format", "json"}}.run(t)
		var r map[string]json.RawMessage
		if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
			t.Fatalf("%v\n%s", err, o.stderr)
		}
		return r
	}
	r := fullRepo(t)
	want := whole(r.Dir)
	ways := rearrangements()
	for _, name := range slices.Sorted(maps.Keys(ways)) { // one after the other, as a repository lives
		ways[name](t, r)
		if got := whole(r.Dir); string(got["findings"]) != string(want["findings"]) {
			t.Errorf("%s: other findings\n%s", name, firstDifference(string(want["findings"]), string(got["findings"])))
		}
	}
	bareClone := filepath.Join(t.TempDir(), "bare.git")
	r.Git("clone", "-q", "--mirror", ".", bareClone)
	here, there := spots(t, want["findings"]), spots(t, whole(bareClone)["findings"])
	reached := r.Git("--git-dir", bareClone, "rev-list", "--objects", "--all")
	for s, object := range here {
		if _, ok := there[s]; ok != strings.Contains(reached, object) {
			t.Errorf("%s: in the report of a bare clone: %v", s, ok)
		}
	}
	for s := range there {
		if here[s] == "" {
			t.Errorf("%s: only in the report of a bare clone", s)
		}
	}
	if len(there) < 50 {
		t.Errorf("a bare clone has %d places", len(there))
	}
	told(t, "same", "ways to store one repository with the same findings, byte for byte; places in a bare clone that are those of the repository", fmt.Sprintf("%d, %d", len(ways), len(there)))
}

// spots are the places of findings in objects of the history, with these objects.
func spots(t *testing.T, findings json.RawMessage) map[string]string {
	t.Helper()
	var list []struct {
		Fingerprint string
		Occurrences []struct {
			Part, Object, Path, Field, Place string
			Line, Column                     int
		}
	}
	check(t, json.Unmarshal(findings, &list))
	all := map[string]string{}
	for _, f := range list {
		for _, o := range f.Occurrences {
			if o.Place == "history" && o.Object != "" {
				all[fmt.Sprint(f.Fingerprint, o)] = o.Object
			}
		}
	}
	return all
}
