package history_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/history"
)

// An index that gives two blobs each other's names, with all checksums right,
// hides nothing: the needle is found under its own name, and the scan is not
// complete.
func TestForgedNames(t *testing.T) {
	g := newGit(t)
	g.write("k", needle+"\n")
	g.write("harmless", "nothing\n")
	g.commit("c1")
	key, harmless := g.run("rev-parse", "HEAD:k"), g.run("rev-parse", "HEAD:harmless")
	g.run("rm", "-q", "k")
	g.commit("c2")
	g.run("repack", "-adq")
	packs, err := filepath.Glob(filepath.Join(g.dir, ".git", "objects", "pack", "*.idx"))
	if err != nil || len(packs) != 1 {
		t.Fatalf("%v, %v", packs, err)
	}
	swapNames(t, packs[0], key, harmless)
	s := look(t, g.dir, history.Options{Margin: 64})
	if got := s.places(); !slices.Contains(got, "history k") {
		t.Errorf("found in %q", got)
	}
	if lost := s.gaps(s.cover.Lost); s.cover.Complete || !strings.Contains(lost, "another name") {
		t.Errorf("complete %v, lost %s", s.cover.Complete, lost)
	}
}

// An index that gives two trees, or two commits, each other's names leads to a
// wrong path or commit: then the scan is not complete, although no name of an
// object that holds nothing itself is computed while it is read.
func TestForgedPlaces(t *testing.T) {
	for _, c := range []struct{ what, a, b string }{
		{"tree", "HEAD~1:dir", "HEAD~1:other"},
		{"commit", "HEAD~1", "HEAD"},
	} {
		g := newGit(t)
		g.write("dir/k", needle+"\n")
		g.write("other/harmless", "nothing\n")
		g.commit("c1")
		g.write("dir/k", "gone\n")
		g.commit("c2")
		g.run("repack", "-adq", "--depth=0")
		packs, err := filepath.Glob(filepath.Join(g.dir, ".git", "objects", "pack", "*.idx"))
		if err != nil || len(packs) != 1 {
			t.Fatalf("%v, %v", packs, err)
		}
		if s := look(t, g.dir, history.Options{Margin: 64}); !s.cover.Complete || len(s.cover.Lost) > 0 {
			t.Fatalf("%s: not complete before: %s", c.what, s.gaps(s.cover.Lost))
		}
		swapNames(t, packs[0], g.run("rev-parse", c.a), g.run("rev-parse", c.b))
		s := look(t, g.dir, history.Options{Margin: 64})
		if lost := s.gaps(s.cover.Lost); s.cover.Complete || !strings.Contains(lost, c.what) || !strings.Contains(lost, "a finding's place relies on it") {
			t.Errorf("%s: complete %v, lost %s", c.what, s.cover.Complete, lost)
		}
	}
}

// swapNames exchanges the CRC-32 and offsets of two names in an index of version
// 2 (gitformat-pack(5)) and renews its checksum.
func swapNames(t *testing.T, path, a, b string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := int(binary.BigEndian.Uint32(data[8+255*4:]))
	names := data[8+256*4:]
	place := func(name string) int {
		raw, err := hex.DecodeString(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if bytes.Equal(names[i*20:i*20+20], raw) {
				return i
			}
		}
		t.Fatalf("%s is not in the index", name)
		return 0
	}
	i, j := place(a), place(b)
	for _, table := range [][]byte{names[n*20:], names[n*24:]} {
		x, y := binary.BigEndian.Uint32(table[i*4:]), binary.BigEndian.Uint32(table[j*4:])
		binary.BigEndian.PutUint32(table[i*4:], y)
		binary.BigEndian.PutUint32(table[j*4:], x)
	}
	sum := sha1.Sum(data[:len(data)-20])
	copy(data[len(data)-20:], sum[:])
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
