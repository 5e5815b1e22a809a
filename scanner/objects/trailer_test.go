package objects

import (
	"bytes"
	"crypto/sha1"
	"os"
	"path/filepath"
	"testing"
)

// sealed makes a small pack with a delta in it, and its index.
func sealed(t *testing.T) (pack, index []byte) {
	t.Helper()
	w := newPackWriter(3)
	w.object(TypeBlob, []byte("one"))
	_, base := w.object(TypeBlob, []byte("the base of a delta"))
	target := []byte("the base of two")
	w.ofs(TypeBlob, base, append([]byte{19, 15, 0x90, 12}, "\x03two"...), target)
	pack, index = w.bytes(), w.index()
	return pack, index
}

// A bit of a pack that is another one is noticed wherever it is, although a sweep
// hashes no pack of which the index confirms every entry.
func TestEveryBitOfAPackCounts(t *testing.T) {
	pack, index := sealed(t)
	dir := gitDirWith(t, map[string][]byte{"objects/pack/pack-1.pack": pack, "objects/pack/pack-1.idx": index})
	s := open(t, dir, Options{})
	if got, _ := swept(t, s, SweepOptions{}); len(got) != 3 || len(s.Lost()) > 0 {
		t.Fatalf("%d objects, lost: %+v", len(got), s.Lost())
	}
	for at := range pack {
		for bit := range 8 {
			bad := bytes.Clone(pack)
			bad[at] ^= 1 << bit
			if err := os.WriteFile(filepath.Join(dir, "objects/pack/pack-1.pack"), bad, 0o644); err != nil {
				t.Fatal(err)
			}
			s, err := Open(dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			swept(t, s, SweepOptions{})
			if len(s.Lost()) == 0 {
				t.Errorf("bit %d of byte %d of %d: nothing lost", bit, at, len(pack))
			}
			s.Close()
		}
	}
}

// What is wrong in pack and index alike says nothing about the entries, which are as the
// index has them. Where they are not held against it, all is hashed.
func TestTrailerIsHashedWhereNothingElseTells(t *testing.T) {
	for _, x := range []struct {
		name   string
		opts   SweepOptions
		change func(pack, index []byte)
		lost   bool
	}{
		{"as the index has them", SweepOptions{}, func(_, _ []byte) {}, false},
		{"names verified", SweepOptions{VerifyNames: true}, func(_, _ []byte) {}, true},
		{"not all of them read", SweepOptions{Types: []Type{TypeTree}}, func(_, _ []byte) {}, true},
		{"an entry another", SweepOptions{}, func(_, index []byte) { index[8+1024+3*sha1Size] ^= 1 }, true},
		{"a version that git never wrote", SweepOptions{}, func(pack, _ []byte) { pack[7] = 3 }, true},
	} {
		s := wronglySealed(t, x.change)
		swept(t, s, x.opts)
		if lost := s.Lost(); x.lost {
			loses(t, s, "checksum mismatch")
		} else if len(lost) > 0 {
			t.Errorf("%s: lost %+v", x.name, lost)
		}
	}
}

// That one sweep took the index's word keeps none that verifies names from hashing.
func TestTrailerIsHashedAfterASweep(t *testing.T) {
	s := wronglySealed(t, func(_, _ []byte) {})
	swept(t, s, SweepOptions{})
	swept(t, s, SweepOptions{Types: []Type{TypeTree}})
	if len(s.Lost()) > 0 {
		t.Errorf("lost %+v", s.Lost())
	}
	swept(t, s, SweepOptions{VerifyNames: true})
	loses(t, s, "checksum mismatch")
}

// wronglySealed opens a store with a pack of which the checksum is wrong, as its index
// has it as well, and whatever else is changed. The index has a right one of its own.
func wronglySealed(t *testing.T, change func(pack, index []byte)) *Store {
	t.Helper()
	pack, index := sealed(t)
	body := index[:len(index)-sha1Size]
	pack[len(pack)-1] ^= 1
	body[len(body)-1] ^= 1
	change(pack, index)
	sum := sha1.Sum(body)
	copy(index[len(body):], sum[:])
	return open(t, gitDirWith(t, map[string][]byte{"objects/pack/pack-1.pack": pack, "objects/pack/pack-1.idx": index}), Options{})
}
