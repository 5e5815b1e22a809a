package objects

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A repo is a repository that a test makes with git.
type repo struct {
	t   testing.TB
	dir string // where git runs
	env []string
}

// newRepo makes an empty bare repository in a new directory.
func newRepo(t testing.TB, initArgs ...string) *repo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	home := t.TempDir()
	r := &repo{t: t, dir: filepath.Join(home, "repo.git"), env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LC_ALL=C",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=C", "GIT_COMMITTER_EMAIL=c@example.com",
		"GIT_AUTHOR_DATE=1700000000 +0100", "GIT_COMMITTER_DATE=1700000000 +0100",
	}}
	if err := os.Mkdir(r.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	r.git(append([]string{"init", "-q", "--bare", "-b", "main"}, initArgs...)...)
	r.git("config", "gc.auto", "0")
	r.git("config", "fastimport.unpackLimit", "0")
	r.git("config", "core.looseCompression", "6")
	return r
}

// in returns the same surroundings with git running in dir.
func (r *repo) in(dir string) *repo { return &repo{t: r.t, dir: dir, env: r.env} }

func (r *repo) command(stdin io.Reader, args ...string) *exec.Cmd {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = r.dir, r.env, stdin
	return cmd
}

// git runs git, which must succeed, and returns its output.
func (r *repo) git(args ...string) string { r.t.Helper(); return r.feed("", args...) }

func (r *repo) feed(stdin string, args ...string) string {
	r.t.Helper()
	cmd := r.command(strings.NewReader(stdin), args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}

// complains runs git and reports whether it failed or spoke of errors.
func (r *repo) complains(args ...string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), gitTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env = r.dir, r.env
	return cmd.Run() != nil
}

// commits adds n commits to a branch: some files, edited at random, so that
// there are chains of deltas in blobs and trees.
func (r *repo) commits(branch string, seed uint64, n int) *repo {
	r.t.Helper()
	var b bytes.Buffer
	rnd := rand.New(rand.NewPCG(seed, 7))
	files := make([][]string, 6)
	for i := range n {
		k := rnd.IntN(len(files))
		files[k] = edit(rnd, files[k])
		text := strings.Join(files[k], "")
		fmt.Fprintf(&b, "commit refs/heads/%s\ncommitter C <c@example.com> %d +0100\ndata <<END\nedit %d of %s\nEND\n", branch, 1700000000+i, i, branch)
		if i == 0 && r.has("refs/heads/"+branch) {
			fmt.Fprintf(&b, "from refs/heads/%s^0\n", branch)
		}
		fmt.Fprintf(&b, "M 100644 inline d%d/f%d\ndata %d\n%s\n", k%3, k, len(text), text)
	}
	fmt.Fprintf(&b, "tag v%s%d\nfrom refs/heads/%s\ntagger T <t@example.com> 1700000000 +0000\ndata 5\nhello\n", branch, seed, branch)
	r.feed(b.String(), "fast-import", "--quiet")
	return r
}

func (r *repo) has(ref string) bool {
	return r.command(nil, "rev-parse", "-q", "--verify", ref).Run() == nil
}

// edit returns lines with some replaced, removed, inserted or moved.
func edit(rnd *rand.Rand, lines []string) []string {
	line := func() string { return fmt.Sprintf("line %d %x\n", rnd.IntN(100), rnd.Uint64()) }
	if len(lines) < 5 {
		for range 20 + rnd.IntN(40) {
			lines = append(lines, line())
		}
		return lines
	}
	out := append([]string{}, lines...)
	for range 1 + rnd.IntN(3) {
		i := rnd.IntN(len(out))
		switch rnd.IntN(4) {
		case 0:
			out[i] = line()
		case 1:
			out = append(out[:i], out[i+1:]...)
		case 2:
			out = append(out[:i], append([]string{line()}, out[i:]...)...)
		default:
			j := rnd.IntN(len(out))
			out[i], out[j] = out[j], out[i]
		}
	}
	return out
}

// packs returns the paths of files in objects/pack with a suffix.
func (r *repo) packs(suffix string) []string {
	r.t.Helper()
	found, err := filepath.Glob(filepath.Join(r.dir, "objects", "pack", "*"+suffix))
	if err != nil {
		r.t.Fatal(err)
	}
	return found
}

func (r *repo) remove(paths ...string) *repo {
	r.t.Helper()
	for _, p := range paths {
		os.Chmod(p, 0o600)
		if err := os.Remove(p); err != nil {
			r.t.Fatal(err)
		}
	}
	return r
}

// An object as git or a sweep has it.
type stored struct {
	typ  string
	data string
}

// all returns every object of the repository as git cat-file prints it.
func (r *repo) all() map[string]stored {
	r.t.Helper()
	cmd := r.command(nil, "cat-file", "--batch-all-objects", "--batch", "--buffer", "--unordered")
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatal(err)
	}
	objects := map[string]stored{}
	for in := bufio.NewReader(bytes.NewReader(out)); ; {
		head, err := in.ReadString('\n')
		if err == io.EOF {
			return objects
		}
		var name, typ string
		var size int
		if _, err := fmt.Sscanf(head, "%s %s %d\n", &name, &typ, &size); err != nil {
			r.t.Fatalf("cat-file said %q", head)
		}
		data := make([]byte, size+1)
		if _, err := io.ReadFull(in, data); err != nil {
			r.t.Fatal(err)
		}
		objects[name] = stored{typ, string(data[:size])}
	}
}

// open opens the store of a git directory until the test ends.
func open(t testing.TB, gitDir string, opts Options) *Store {
	t.Helper()
	s, err := Open(gitDir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// swept returns every object that a sweep shows, and how often in all.
func swept(t testing.TB, s *Store, opts SweepOptions) (map[string]stored, int) {
	t.Helper()
	var mu sync.Mutex
	objects := map[string]stored{}
	visits, others := 0, true // others than those that come last
	opts.Between = func() { others = false }
	err := s.Sweep(t.Context(), opts, func(_ int, o *Object) any {
		mu.Lock()
		defer mu.Unlock()
		if opts.Last != 0 && (o.Type != opts.Last) != others {
			t.Errorf("%s %s is out of order", o.Type, o.ID)
		}
		visits++
		objects[o.ID.String()] = stored{o.Type.String(), string(o.Data)}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return objects, visits
}

// same fails unless got is what git has.
func same(t *testing.T, got, want map[string]stored) {
	t.Helper()
	for name, w := range want {
		if g, ok := got[name]; !ok {
			t.Errorf("%s %s is missing", w.typ, name)
		} else if g != w {
			t.Errorf("%s %s: got %s of %d bytes, want %d bytes", w.typ, name, g.typ, len(g.data), len(w.data))
		}
	}
	for name, g := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s %s: git has no such object", g.typ, name)
		}
	}
}
