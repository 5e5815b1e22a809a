package history

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A file of a revision is what git show prints; what is no file is none.
func TestRevisionFiles(t *testing.T) {
	dir := t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
			"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q", "-b", "main")
	put("a.toml", "one\n")
	put("d/e/b.toml", "deep\n")
	if err := os.Symlink("a.toml", filepath.Join(dir, "link.toml")); err != nil {
		t.Skip("no symbolic links here")
	}
	git("add", "-A")
	git("commit", "-q", "-m", "one")
	git("checkout", "-q", "-b", "side")
	put("a.toml", "two\n")
	git("commit", "-q", "-a", "-m", "two")
	git("checkout", "-q", "main")
	git("merge", "-q", "--no-ff", "-m", "merge", "side")
	put("a.toml", "not committed\n")

	for rev, parents := range map[string]int{"HEAD": 2, "HEAD^1": 0, "side": 1} {
		v, err := OpenRevision(filepath.Join(dir, "d"), rev, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		if want := strings.TrimSpace(git("rev-parse", rev)); v.Commit() != want {
			t.Errorf("%s is %s, want %s", rev, v.Commit(), want)
		}
		if n, ok := v.Parents(v.Commit()); n != parents || !ok {
			t.Errorf("%s has %d parents, %v; want %d", rev, n, ok, parents)
		}
		for _, name := range []string{"a.toml", "d/e/b.toml"} {
			if data, err := v.ReadFile(name); err != nil || string(data) != git("show", rev+":"+name) {
				t.Errorf("%s:%s is %q, %v", rev, name, data, err)
			}
		}
		for _, name := range []string{"no.toml", "d/no", "a.toml/x", "", "d//e/b.toml", "../a.toml", "/a.toml"} {
			if data, err := v.ReadFile(name); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s:%s is %q, %v; want no such file", rev, name, data, err)
			}
		}
		if data, err := v.ReadFileOf(strings.TrimSpace(git("rev-parse", "side")), "a.toml"); err != nil || string(data) != "two\n" {
			t.Errorf("side:a.toml is %q, %v", data, err)
		}
		for _, name := range []string{"d", "link.toml"} {
			if data, err := v.ReadFile(name); err == nil || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s:%s is %q, %v; want another error", rev, name, data, err)
			}
		}
	}
	put("f/moved.toml", "deep\n")
	git("rm", "-q", "d/e/b.toml")
	git("add", "-A")
	git("commit", "-q", "-m", "move")
	put("copy.toml", "two\n")
	git("add", "-A")
	git("commit", "-q", "-m", "copy")
	v, err := OpenRevision(dir, "HEAD", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for _, c := range []struct {
		rev, from, to string
		want          bool
	}{
		{"HEAD~1", "d/e/b.toml", "f/moved.toml", true},
		{"HEAD", "d/e/b.toml", "f/moved.toml", false}, // it was moved before
		{"HEAD~2", "d/e/b.toml", "f/moved.toml", false},
		{"HEAD~1", "d/e/b.toml", "a.toml", false}, // which was there already
		{"HEAD~1", "d/e/b.toml", "nowhere", false},
		{"HEAD", "a.toml", "copy.toml", false}, // from is still there
		{"HEAD~2^1", "no.toml", "a.toml", false},
	} {
		if got := v.Moved(strings.TrimSpace(git("rev-parse", c.rev)), c.from, c.to); got != c.want {
			t.Errorf("%s moved %s to %s: %v", c.rev, c.from, c.to, got)
		}
	}
	if v.Moved("none", "a", "b") || v.Moved(strings.Repeat("1", 40), "a", "b") {
		t.Error("a commit that is not here moved a file")
	}
	for _, rev := range []string{"nothing", "", strings.Repeat("0", 40), strings.Repeat("1", 40), "HEAD^{tree}", "HEAD:a.toml"} {
		var e *RevisionError
		if _, err := OpenRevision(dir, rev, Options{}); !errors.As(err, &e) {
			t.Errorf("revision %q: %v, want a RevisionError", rev, err)
		}
	}
	if _, err := OpenRevision(t.TempDir(), "HEAD", Options{}); !errors.Is(err, ErrNotRepository) {
		t.Errorf("outside a repository: %v", err)
	}
}
