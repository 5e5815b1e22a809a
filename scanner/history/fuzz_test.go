package history

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// An index file of any bytes is read to its first damage, with no more entries
// than there is room for.
func FuzzIndexFile(f *testing.F) {
	entry := strings.Repeat("\x00", 24) + "\x00\x00\x81\xa4" + strings.Repeat("\x00", 12) + strings.Repeat("n", 20)
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x01"+entry+"\x00\x01a\x00\x00\x00\x00\x00\x00\x00\x00\x00"+strings.Repeat("s", 20)), false)
	f.Add([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x02"+entry+"\x00\x01\x00a\x00"+entry+"\x00\x02\x01bc\x00"+strings.Repeat("s", 20)), false)
	f.Add([]byte("DIRC\x00\x00\x00\x02\xff\xff\xff\xff"+entry), true)
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x00TREE\x00\x00\x00\x19\x001 0\n"+strings.Repeat("t", 20)+"link\x00\x00\x00\x14"+strings.Repeat("l", 20)+strings.Repeat("s", 20)), false)
	f.Fuzz(func(t *testing.T, data []byte, long bool) {
		hash := 20
		if long {
			hash = 32
		}
		index, err := parseIndex(data, hash)
		if most := len(data) / (hash + 42); len(index.entries) > most {
			t.Errorf("%d entries in %d bytes", len(index.entries), len(data))
		}
		if err == nil && len(data) < 12 {
			t.Error("no index is one")
		}
		for _, e := range index.entries {
			if len(e.path) > len(data)+4096 {
				t.Errorf("a path of %d bytes out of %d", len(e.path), len(data))
			}
		}
	})
}

// Refs, packed refs, HEAD and reflogs of any bytes are read or lost: what is
// listed has a name and an object.
func FuzzRefs(f *testing.F) {
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	f.Add([]byte("# pack-refs with: peeled fully-peeled sorted \n"+a+" refs/tags/v1\n^"+b+"\n"), []byte("ref: refs/heads/main\n"), []byte(a+"\n"), []byte(a+" "+b+" A <a@x> 1 +0000\tx\n"))
	f.Add([]byte(a+" refs/heads/../../x\n"+a+" \n"+a), []byte(a), []byte("ref: refs/heads/x"), []byte(a+" "+b))
	f.Add([]byte("#\n\n^\n \n"), []byte("ref:"), []byte("ref: refs/heads/main"), []byte(" \x00 "))
	dir := f.TempDir()
	for _, d := range []string{"objects/pack", "refs/heads", "logs/refs"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, packed, head, loose, log []byte) {
		for name, text := range map[string][]byte{"packed-refs": packed, "HEAD": head, "refs/heads/main": loose, "logs/HEAD": log, "logs/refs/stash": log} {
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r, err := Open(dir, Options{})
		if err != nil {
			return // a HEAD that no repository has
		}
		defer r.Close()
		for i, ref := range r.refs.list {
			if ref.name == "" || ref.id == (objects.ID{}) {
				t.Errorf("ref %q of %v", ref.name, ref.id)
			}
			if i > 0 && r.refs.list[i-1].name >= ref.name {
				t.Errorf("refs %q and %q are out of order", r.refs.list[i-1].name, ref.name)
			}
		}
		if err := r.Sweep(t.Context(), func(*scanner.Blob) scanner.Candidates { return nil }); err != nil {
			t.Error(err)
		}
	})
}
