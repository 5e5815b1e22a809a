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
	w := newPackWriter(400)
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 400 {
		b := make([]byte, 1000)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		w.object(TypeBlob, b)
	}
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

func TestOtherPanicsGoOn(t *testing.T) {
	defer func() {
		if r := recover(); r != "mine" {
			t.Errorf("recovered %v", r)
		}
	}()
	guard(func() error { panic("mine") })
	t.Error("a panic was swallowed")
}
