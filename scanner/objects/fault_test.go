//go:build unix

package objects

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// TestFilesShrinkWhileMapped cuts pack and index short after they were mapped:
// touching what is gone is a bus error, which must not end the program.
func TestFilesShrinkWhileMapped(t *testing.T) {
	w := packOfNoise()
	for _, cut := range []string{"pack-1.pack", "pack-1.idx"} {
		dir := gitDirWith(t, map[string][]byte{"objects/pack/pack-1.pack": w.bytes(), "objects/pack/pack-1.idx": w.index()})
		s := open(t, dir, Options{})
		if n := s.Len(); n != 400 {
			t.Fatalf("%d entries", n)
		}
		if err := os.Truncate(filepath.Join(dir, "objects", "pack", cut), 100); err != nil {
			t.Fatal(err)
		}
		got, _ := swept(t, s, SweepOptions{Jobs: 2})
		if len(got) >= 400 {
			t.Errorf("%s: %d shown after the cut", cut, len(got))
		}
		loses(t, s, "mapped file")
		for _, l := range w.names {
			s.Has(l.id)
			s.Type(l.id)
			s.Read(l.id)
		}
		for range s.All() {
			continue
		}
	}
}

// TestWalkAfterIndex walks a pack that had its index already: as happens if the index
// can no longer be read while the two are joined.
func TestWalkAfterIndex(t *testing.T) {
	w := newPackWriter(3)
	_, base := w.object(TypeBlob, []byte("base of some"))
	w.ofs(TypeBlob, base, newScript(12, 10).copy(0, 10).b, []byte("base of so"))
	w.ofs(TypeBlob, base, newScript(12, 7).copy(0, 7).b, []byte("base of"))
	s := open(t, gitDirWith(t, map[string][]byte{"objects/pack/pack-1.pack": w.bytes(), "objects/pack/pack-1.idx": w.index()}), Options{})
	for _, p := range s.packs {
		if !s.indexPack(p) {
			t.Fatal("no index")
		}
	}
	if err := s.walkPacks(t.Context(), s.packs); err != nil {
		t.Fatal(err)
	}
	if got, _ := swept(t, s, SweepOptions{Jobs: 1}); len(got) != 3 {
		t.Errorf("%d shown of 3", len(got))
	}
}

// A pack of which nothing is left, from its header to its checksum, before it is swept
// or when all its entries have been, is lost and not a crash.
func TestPackVanishesWhileMapped(t *testing.T) {
	for _, shown := range []int{0, 400} {
		w := packOfNoise()
		dir := gitDirWith(t, map[string][]byte{"objects/pack/pack-1.pack": w.bytes(), "objects/pack/pack-1.idx": w.index()})
		s := open(t, dir, Options{})
		s.Len() // so that all indexes are read
		cut := func(n int) {
			if n != shown {
				return
			}
			if err := os.Truncate(filepath.Join(dir, "objects/pack/pack-1.pack"), 0); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		cut(n)
		err := s.Sweep(t.Context(), SweepOptions{Jobs: 1}, func(int, *Object) any {
			n++
			cut(n)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		loses(t, s, "mapped file")
	}
}

// packOfNoise is a pack of 400 blobs of 1,000 bytes that cannot be compressed.
func packOfNoise() *packWriter {
	w := newPackWriter(400)
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 400 {
		b := make([]byte, 1000)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		w.object(TypeBlob, b)
	}
	return w
}

func TestOtherPanicsGoOn(t *testing.T) {
	defer func() {
		if r := recover(); r != "mine" {
			t.Errorf("recovered %v", r)
		}
	}()
	guard(func() error { panic("mine") })
	t.Error("a panic was swallowed")
}
