package history

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestRemotes(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{".git/objects", ".git/refs", "src"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	config := "[core]\n\turl = not-this\n[remote \"origin\"]\n\tURL = \"git@example.com:a/b.git\"\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n" +
		"[Remote \"up\"]\n  url=https://example.com/b.git\n  url = git@example.com:a/b.git\n[branch \"main\"]\n\turl = nor-this\n"
	for name, text := range map[string]string{".git/HEAD": "ref: refs/heads/main\n", ".git/config": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"git@example.com:a/b.git", "https://example.com/b.git"}
	for _, path := range []string{dir, filepath.Join(dir, "src"), filepath.Join(dir, ".git")} {
		if got := Remotes(path); !slices.Equal(got, want) {
			t.Errorf("%s: got %q", path, got)
		}
	}
	if got := Remotes(t.TempDir()); got != nil {
		t.Errorf("no repository has %q", got)
	}
}
