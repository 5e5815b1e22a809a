package history_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
)

// stream writes a random history for git fast-import: commits with merges on a
// few branches, with the needle in some blobs under some paths.
func stream(r *rand.Rand) string {
	var b strings.Builder
	data := func(text string) { fmt.Fprintf(&b, "data %d\n%s\n", len(text), text) }
	paths := []string{"a", "b.env", "dir/a", "dir/sub/c", "dir/sub/d", "x y", "\"q\\303\\274\"", "other/deep/er/f"}
	var contents []string
	for i := range 8 {
		text := strings.Repeat(fmt.Sprintf("line %d of some text\n", i), 1+r.IntN(40))
		if r.IntN(3) == 0 {
			text += needle + strconv.Itoa(i) + "\n"
		}
		contents = append(contents, text+strings.Repeat("more\n", r.IntN(30)))
	}
	n := 4 + r.IntN(20)
	for c := 1; c <= n; c++ {
		branch := "refs/heads/" + []string{"main", "x", "y"}[r.IntN(3)]
		if r.IntN(6) == 0 {
			branch = "refs/remotes/origin/main"
		}
		fmt.Fprintf(&b, "commit %s\nmark :%d\ncommitter Ann <ann@example.com> %d +0000\n", branch, c, 1_700_000_000+60*c-r.IntN(200))
		data("c" + strconv.Itoa(c))
		if c > 1 && r.IntN(10) > 0 {
			from := max(1, c-1-r.IntN(4))
			fmt.Fprintf(&b, "from :%d\n", from)
			if other := 1 + r.IntN(c-1); other != from && r.IntN(3) == 0 {
				fmt.Fprintf(&b, "merge :%d\n", other)
			}
		}
		for range 1 + r.IntN(3) {
			path := paths[r.IntN(len(paths))]
			if r.IntN(5) == 0 {
				fmt.Fprintf(&b, "D %s\n", path)
				continue
			}
			fmt.Fprintf(&b, "M %s inline %s\n", []string{"100644", "100755", "120000"}[r.IntN(3)], path)
			data(contents[r.IntN(len(contents))])
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "tag v1\nfrom :%d\ntagger Ann <ann@example.com> 1700000000 +0000\n", 1+r.IntN(n))
	data("a tag")
	return b.String()
}

func (g *git) importStream(text string) {
	g.t.Helper()
	cmd := exec.Command("git", "-C", g.dir, "fast-import", "--quiet", "--force")
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=core.fsync", "GIT_CONFIG_VALUE_0=none")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		g.t.Fatalf("git fast-import: %v\n%s", err, out)
	}
}

// On random histories the objects that are read are those that git lists, and
// the needle is located under the paths under which git ever had it.
func TestRandomHistories(t *testing.T) {
	empty := newGit(t, "--bare")
	for seed := range uint64(80) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 7))
			g := &git{t: t, dir: filepath.Join(t.TempDir(), "r.git")}
			if err := os.CopyFS(g.dir, os.DirFS(empty.dir)); err != nil {
				t.Fatal(err)
			}
			g.importStream(stream(r))
			switch r.IntN(3) {
			case 0:
				g.run("repack", "-adfq", "--depth=20")
			case 1:
				g.run("repack", "-aq") // loose and packed
			}
			s := look(t, g.dir, history.Options{Margin: 64 * r.IntN(2)})
			checkObjects(t, g, s.cover)
			checkPairs(t, g, s)
			if r.IntN(2) == 0 {
				checkDamage(t, g, r)
			}
		})
	}
}

func checkObjects(t *testing.T, g *git, c *scanner.Coverage) {
	t.Helper()
	var objects, bytes, commits int64
	for line := range strings.Lines(g.run("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectsize)")) {
		kind, size, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		objects, bytes = objects+1, bytes+n
		if kind == "commit" {
			commits++
		}
	}
	if c.Objects != objects || c.Bytes != bytes || c.Commits != commits || !c.Complete {
		t.Errorf("read %d objects, %d bytes, %d commits, complete: %v; git has %d, %d, %d", c.Objects, c.Bytes, c.Commits, c.Complete, objects, bytes, commits)
	}
}

func checkPairs(t *testing.T, g *git, s *sight) {
	t.Helper()
	got, wanted, want := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i, ref := range s.refs {
		wanted[ref.ID] = true
		for _, spot := range s.lives[0].Spots[i] {
			if spot.Place == scanner.InHistory { // git log sees no others
				got[ref.ID+" "+spot.Path] = true
			}
		}
	}
	fields := strings.Split(g.run("log", "--all", "--raw", "-m", "-z", "--root", "--no-renames", "--no-abbrev", "--format="), "\x00")
	for i := 0; i+1 < len(fields); i++ {
		head := strings.Fields(fields[i]) // :mode mode id id status
		if len(head) == 5 && strings.HasPrefix(head[0], ":") {
			if wanted[head[3]] {
				want[head[3]+" "+fields[i+1]] = true
			}
			i++
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("located %q\ngit says %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

// checkDamage damages one file of the object store: whenever git complains the
// scan is not complete.
func checkDamage(t *testing.T, g *git, r *rand.Rand) {
	t.Helper()
	var files []string
	err := filepath.WalkDir(filepath.Join(g.dir, "objects"), func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.Contains(path, "/info/") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no object files: %v", err)
	}
	path := files[r.IntN(len(files))]
	if err := damage(path, r); err != nil {
		t.Fatal(err)
	}
	out, err := g.try("fsck", "--full")
	if s := look(t, g.dir, history.Options{}); err != nil && s.cover.Complete {
		t.Errorf("complete after damage to %s, but git says\n%s", path, out)
	}
}

func damage(path string, r *rand.Rand) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := os.Chmod(path, 0o644); err != nil {
		return err
	}
	switch r.IntN(3) {
	case 0:
		return os.Remove(path)
	case 1:
		return os.WriteFile(path, data[:r.IntN(len(data))], 0o644)
	}
	data[r.IntN(len(data))] ^= 1 << r.IntN(8)
	return os.WriteFile(path, data, 0o644)
}
