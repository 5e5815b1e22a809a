package objects

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A packWriter makes packs that git would not: every byte is the test's choice.
type packWriter struct {
	buf   bytes.Buffer
	z     *zlib.Writer
	names []located // what the index will say
	ends  []uint64
}

func newPackWriter(count int) *packWriter {
	w := &packWriter{}
	w.buf.WriteString("PACK\x00\x00\x00\x02")
	w.buf.Write(binary.BigEndian.AppendUint32(nil, uint32(count)))
	return w
}

// entry appends an entry with any kind, declared size and data; base is what a
// delta's header holds. It returns the entry's offset.
func (w *packWriter) entry(kind uint8, size uint64, base, data []byte) uint64 {
	off := uint64(w.buf.Len())
	c := kind<<4 | uint8(size&15)
	for size >>= 4; size > 0; size >>= 7 {
		w.buf.WriteByte(c | 0x80)
		c = uint8(size & 0x7f)
	}
	w.buf.WriteByte(c)
	w.buf.Write(base)
	if w.z == nil {
		w.z = zlib.NewWriter(&w.buf)
	}
	w.z.Reset(&w.buf)
	w.z.Write(data)
	w.z.Close()
	w.ends = append(w.ends, uint64(w.buf.Len()))
	return off
}

// object appends a whole object under its right name.
func (w *packWriter) object(t Type, data []byte) (ID, uint64) {
	id := newHasher(sha1Size).name(t, data)
	off := w.entry(uint8(t), uint64(len(data)), nil, data)
	w.name(id, off)
	return id, off
}

func (w *packWriter) name(id ID, off uint64) { w.names = append(w.names, located{id, off}) }

// ofs appends a delta by offset, under the name of target.
func (w *packWriter) ofs(t Type, base uint64, delta, target []byte) (ID, uint64) {
	back := uint64(w.buf.Len()) - base
	head := []byte{byte(back & 0x7f)}
	for back >>= 7; back > 0; back >>= 7 {
		back--
		head = append([]byte{0x80 | byte(back&0x7f)}, head...)
	}
	id := newHasher(sha1Size).name(t, target)
	off := w.entry(ofsDelta, uint64(len(delta)), head, delta)
	w.name(id, off)
	return id, off
}

// bytes returns the finished pack.
func (w *packWriter) bytes() []byte {
	sum := sha1.Sum(w.buf.Bytes())
	return append(bytes.Clone(w.buf.Bytes()), sum[:]...)
}

// index returns an index of version 2 that lists w.names.
func (w *packWriter) index() []byte {
	pack := w.bytes()
	names := slices.Clone(w.names)
	slices.SortFunc(names, func(a, b located) int { return a.id.Compare(b.id) })
	out := []byte("\xfftOc\x00\x00\x00\x02")
	n := 0
	for first := range 256 {
		for n < len(names) && int(names[n].id.sum[0]) <= first {
			n++
		}
		out = binary.BigEndian.AppendUint32(out, uint32(n))
	}
	for _, l := range names {
		out = append(out, l.id.sum[:sha1Size]...)
	}
	for _, l := range names {
		end := uint64(len(pack) - sha1Size)
		if i, _ := slices.BinarySearch(w.ends, l.off+1); i < len(w.ends) {
			end = w.ends[i]
		}
		out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(pack[min(l.off, end):end]))
	}
	for _, l := range names {
		out = binary.BigEndian.AppendUint32(out, uint32(l.off))
	}
	out = append(out, pack[len(pack)-sha1Size:]...)
	sum := sha1.Sum(out)
	return append(out, sum[:]...)
}

// store writes pack and index into a new git directory and opens it. A nil
// index is not written.
func (w *packWriter) store(t testing.TB, index []byte, opts Options) *Store {
	t.Helper()
	return open(t, gitDirWith(t, map[string][]byte{"objects/pack/pack-1.pack": w.bytes(), "objects/pack/pack-1.idx": index}), opts)
}

// gitDirWith makes a git directory with these files; nil ones are left out.
func gitDirWith(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "objects"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if data == nil {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A script builds a delta.
type script struct{ b []byte }

func newScript(base, target int) *script {
	s := &script{}
	for _, n := range []int{base, target} {
		s.b = binary.AppendUvarint(s.b, uint64(n))
	}
	return s
}

func (s *script) insert(text string) *script {
	for len(text) > 0 {
		n := min(len(text), 127)
		s.b = append(append(s.b, byte(n)), text[:n]...)
		text = text[n:]
	}
	return s
}

// copy appends copies of at most 64 KiB each, as git does.
func (s *script) copy(from, n int) *script {
	for n > 0 {
		k := min(n, 0x10000)
		s.b = append(s.b, 0x80|0x7f, byte(from), byte(from>>8), byte(from>>16), byte(from>>24), byte(k), byte(k>>8), byte(k>>16))
		from += k
		n -= k
	}
	return s
}
