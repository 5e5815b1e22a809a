package objects

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// damageable makes a repository with two packs, a multi-pack-index and loose
// objects, and returns the files of its object directory.
func damageable(t *testing.T) (r *repo, files []string) {
	r = newRepo(t)
	r.commits("main", 1, 25).git("repack", "-adfq", "--window=20")
	r.commits("side", 2, 10)
	r.git("multi-pack-index", "write")
	r.feed("a loose blob\n", "hash-object", "-w", "--stdin")
	r.feed(strings.Repeat("another, longer ", 300), "hash-object", "-w", "--stdin")
	root := filepath.Join(r.dir, "objects")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".rev" || filepath.Base(filepath.Dir(path)) == "info" {
			return err
		}
		os.Chmod(path, 0o644)
		files = append(files, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, files
}

// TestDamageIsNotSilent changes files and compares with git: whatever git fsck
// or verify-pack complains about, something must be lost; and whatever is not
// lost must have been shown unchanged.
func TestDamageIsNotSilent(t *testing.T) {
	r, files := damageable(t)
	want := r.all()
	rnd := rand.New(rand.NewPCG(5, 6))
	trials, cuts := 200, 50
	if testing.Short() {
		trials, cuts = 20, 5
	}
	noticed := 0
	for i := range trials + cuts {
		path := files[rnd.IntN(len(files))]
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		bad := bytes.Clone(whole)
		what := "bit flipped"
		if i < trials {
			bad[rnd.IntN(len(bad))] ^= 1 << rnd.IntN(8)
		} else {
			what = "cut"
			bad = bad[:rnd.IntN(len(bad))]
		}
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		git := r.complains("fsck", "--full", "--no-dangling") || strings.HasSuffix(path, ".pack") && r.complains("verify-pack", path)
		var got map[string]stored
		var lost []Lost
		within(t, 5*time.Second, func() {
			s, err := Open(r.dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, _ = swept(t, s, SweepOptions{Jobs: 2, Margin: i % 2 * 16})
			for name := range want {
				id, _ := ParseID(name)
				if typ, data, err := s.Read(id); err == nil && (stored{typ.String(), string(data)}) != want[name] {
					t.Errorf("%s %s: wrong content of %s read", what, path, name)
				}
			}
			lost = s.Lost()
			s.Close()
		})
		if git {
			noticed++
		}
		if git && len(lost) == 0 {
			t.Errorf("%s %s: git complains, nothing lost", what, path)
		}
		if len(lost) == 0 {
			same(t, got, want)
		}
		if err := os.WriteFile(path, whole, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if noticed < trials/2 {
		t.Errorf("git noticed only %d of %d", noticed, trials+cuts)
	}
}

func TestTruncatedPackYieldsItsPrefix(t *testing.T) {
	w := newPackWriter(10)
	var texts []string
	for i := range 10 {
		texts = append(texts, strings.Repeat("text ", 10+i))
		w.object(TypeBlob, []byte(texts[i]))
	}
	cut := w.bytes()[:w.ends[6]+3]
	for name, index := range map[string][]byte{"with index": w.index(), "without": nil} {
		s := open(t, gitDirWith(t, map[string][]byte{"objects/pack/pack-1.pack": cut, "objects/pack/pack-1.idx": index}), Options{})
		got, _ := swept(t, s, SweepOptions{})
		// The trailer is gone, so the last bytes of the prefix stand in its place.
		has(t, got, texts[:6]...)
		loses(t, s, "")
		n := 0
		for _, l := range s.Lost() {
			n += l.Count
		}
		if n+len(got) < 10 {
			t.Errorf("%s: %d shown, %d lost: %+v", name, len(got), n, s.Lost())
		}
	}
}

func TestWalkGoesOnAfterABrokenEntry(t *testing.T) {
	w := newPackWriter(4)
	for _, text := range []string{"first", "second", "third", "fourth"} {
		w.object(TypeBlob, []byte(text))
	}
	bad := w.bytes()
	bad[w.ends[1]-2] ^= 1 // the second's Adler-32
	index := w.index()
	index[len(index)-1] ^= 1
	for name, index := range map[string][]byte{"bad index": index, "no index": nil} {
		s := open(t, gitDirWith(t, map[string][]byte{"objects/pack/pack-1.pack": bad, "objects/pack/pack-1.idx": index}), Options{})
		got, _ := swept(t, s, SweepOptions{})
		has(t, got, "first", "third", "fourth")
		if len(got) != 3 {
			t.Errorf("%s: %d shown", name, len(got))
		}
		loses(t, s, "Adler-32")
	}
}
