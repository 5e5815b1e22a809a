package history

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// large makes a packed repository of many commits, files and refs, with two
// files staged.
func large(t *testing.T, commits, files, refs int) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	git := func(stdin string, args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
		cmd.Stdin = strings.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git("", "init", "-q", "-b", "main")
	var b strings.Builder
	for c := range commits {
		fmt.Fprintf(&b, "commit refs/heads/main\ncommitter A <a@example.com> %d +0000\ndata 1\nc\n", 1_700_000_000+c)
		if c == 0 {
			for f := range files {
				fmt.Fprintf(&b, "M 100644 inline d%d/f%d\ndata <<END\nfile %d\nEND\n", f%10, f, f)
			}
		}
		fmt.Fprintf(&b, "M 100644 inline d0/f0\ndata <<END\nversion %d\nEND\n\n", c)
	}
	for i := range refs {
		fmt.Fprintf(&b, "reset refs/pull/%d/head\nfrom refs/heads/main\n\n", i)
	}
	git(b.String(), "fast-import", "--quiet", "--force")
	git("", "pack-refs", "--all")
	git("", "reset", "-q", "--hard")
	for _, name := range []string{"d1/f1", "new"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("changed "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	git("", "add", "-A")
	return dir
}

// A scan of what is staged, and one of a short range, read what they are about
// and what leads there: not the rest of the history, not the other refs, and no
// more than the index of the pack.
func TestCost(t *testing.T) {
	const commits, files, refs, dirs = 400, 300, 500, 10
	dir := large(t, commits, files, refs)
	for name, test := range map[string]struct {
		o           Options
		shown, read int64 // objects that are handed over; at most, that are read
	}{
		// HEAD, its trees, two blobs.
		"staged": {Options{Scope: StagedOnly}, 2, 1 + 1 + dirs + 2},
		// The ends, three commits with a tree, a subtree and a blob each, what
		// the range begins with, and the history behind, which is short.
		"range": {Options{Scope: RangeOnly, Range: "HEAD~3..HEAD"}, 12, commits + 2*(1+3) + 4*2 + dirs + 1 + 3 + 3},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Open(dir, test.o)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if err := r.Sweep(context.Background(), func(*scanner.Blob) scanner.Candidates { return nil }); err != nil {
				t.Fatal(err)
			}
			read, asked := r.lookup.Cost()
			if n := r.cover.Objects; n != test.shown || read > test.read || asked > 0 {
				t.Errorf("counted %d objects, want %d; read %d, at most %d; asked the store for %d", n, test.shown, read, test.read, asked)
			}
			if test.o.Scope == StagedOnly && len(r.refs.list) > 0 {
				t.Errorf("read %d refs", len(r.refs.list))
			}
		})
	}
}

// Where a range has so many files that the packs are swept for them, it has the
// same objects.
func TestRangeOfManyFiles(t *testing.T) {
	const files, dirs = fewBlobs + 100, 10
	r, err := Open(large(t, 2, files, 0), Options{Scope: RangeOnly, Range: strings.Repeat("0", 40) + "..HEAD", Margin: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	shown := map[string]int{}
	var mu sync.Mutex
	err = r.Sweep(context.Background(), func(b *scanner.Blob) scanner.Candidates {
		mu.Lock()
		defer mu.Unlock()
		if b.Field == scanner.Content {
			shown[b.ID]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	const blobs = files + 1 // one of them in two versions
	if n := r.cover.Objects; len(shown) != blobs || n != blobs+2+2+dirs+1 {
		t.Errorf("%d files, %d objects", len(shown), n)
	}
	if len(r.cover.Lost) != 1 || !strings.HasPrefix(r.cover.Lost[0].What, "base 000") {
		t.Errorf("lost %v", r.cover.Lost)
	}
}

// Where many files of one directory hold secrets, its tree is read twice
// and not for each of them.
func TestCostOfManyPlaces(t *testing.T) {
	const files, dirs = 200, 10
	r, err := Open(large(t, 1, files, 0), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	_, raw, err := r.lookup.Read(r.refs.head)
	if err != nil {
		t.Fatal(err)
	}
	w, root := newWitness(r), objects.ParseCommit(raw).Tree
	for f := range files {
		w.path(root, fmt.Sprintf("d%d/f%d", f%dirs, f))
	}
	if len(w.trees) != 1+dirs || w.entries != files+dirs+1+dirs || len(r.cover.Lost) > 0 {
		t.Errorf("%d trees and %d entries are kept, lost %v", len(w.trees), w.entries, r.cover.Lost)
	}
}
