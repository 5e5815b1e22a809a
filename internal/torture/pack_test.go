package torture

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// An oid is the name of an object.
type oid = [sha1.Size]byte

func nameOf(kind string, data []byte) oid {
	return sha1.Sum(append(fmt.Appendf(nil, "%s %d\x00", kind, len(data)), data...))
}

func hexOf(id oid) string { return hex.EncodeToString(id[:]) }

// deflaters are kept, because making one costs more than what it does.
var deflaters = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

func deflated(data []byte) []byte {
	var b bytes.Buffer
	w := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(w)
	w.Reset(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// zeros is the zlib stream of n MiB of zero bytes. What one mebibyte becomes is
// repeated, so that it is made in no time.
func zeros(n int) []byte {
	block := make([]byte, 1<<20)
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(block)
	w.Flush()
	one := bytes.Clone(b.Bytes()[2:]) // after the header
	b.Truncate(2)
	sum := adler32.New()
	for range n {
		b.Write(one)
		sum.Write(block)
	}
	b.Write([]byte{1, 0, 0, 0xff, 0xff}) // an empty last block
	return sum.Sum(b.Bytes())
}

// loose writes a loose object into a git directory.
func loose(t *testing.T, gitDir, kind string, data []byte) oid {
	t.Helper()
	id := nameOf(kind, data)
	whole := append(fmt.Appendf(nil, "%s %d\x00", kind, len(data)), data...)
	looseAt(t, gitDir, hexOf(id), deflated(whole))
	return id
}

// looseAt writes the file of a loose object as it is.
func looseAt(t *testing.T, gitDir, name string, file []byte) {
	t.Helper()
	path := filepath.Join(gitDir, "objects", name[:2], name[2:])
	check(t, os.MkdirAll(filepath.Dir(path), 0o755))
	check(t, os.WriteFile(path, file, 0o644))
}

// Kinds of entries in a pack (gitformat-pack(5)).
const (
	packCommit = 1
	packTree   = 2
	packBlob   = 3
	packTag    = 4
	packOfs    = 6
	packRef    = 7
)

// A pack is one that is being written, with its index.
type pack struct {
	data  bytes.Buffer
	count int
	named []packEntry
}

type packEntry struct {
	id  oid
	off int
	crc uint32
}

func newPack() *pack {
	p := &pack{}
	p.data.WriteString("PACK\x00\x00\x00\x02....")
	return p
}

// entry adds an entry whose header declares a size, and returns its offset. base
// stands between the header and the stream.
func (p *pack) entry(id oid, kind int, size uint64, base, stream []byte) int {
	off := p.data.Len()
	b := byte(kind<<4) | byte(size&15)
	size >>= 4
	for size > 0 {
		p.data.WriteByte(b | 0x80)
		b = byte(size & 0x7f)
		size >>= 7
	}
	p.data.WriteByte(b)
	p.data.Write(base)
	p.data.Write(stream)
	p.count++
	p.named = append(p.named, packEntry{id, off, crc32.ChecksumIEEE(p.data.Bytes()[off:])})
	return off
}

func (p *pack) blob(data []byte) (oid, int) {
	id := nameOf("blob", data)
	return id, p.entry(id, packBlob, uint64(len(data)), nil, deflated(data))
}

// ofs adds a delta on the entry at an offset.
func (p *pack) ofs(id oid, base int, delta []byte) int {
	back := p.data.Len() - base
	var b []byte
	b = append(b, byte(back&0x7f))
	for back >>= 7; back > 0; back >>= 7 {
		back--
		b = append(b, 0x80|byte(back&0x7f))
	}
	slices.Reverse(b)
	return p.entry(id, packOfs, uint64(len(delta)), b, deflated(delta))
}

// delta begins a delta between texts of these sizes.
func delta(from, to uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, from), to)
}

// copied is the instruction that copies n bytes of the base from its start on.
func copied(d []byte, n uint64) []byte {
	if n == 0x10000 {
		return append(d, 0x80)
	}
	d = append(d, 0x80|0x70, byte(n), byte(n>>8), byte(n>>16))
	return d
}

// save writes the pack and its index into a git directory.
func (p *pack) save(t *testing.T, gitDir string) {
	t.Helper()
	data := p.data.Bytes()
	binary.BigEndian.PutUint32(data[8:], uint32(p.count))
	sum := sha1.Sum(data)
	dir := filepath.Join(gitDir, "objects", "pack")
	check(t, os.MkdirAll(dir, 0o755))
	base := filepath.Join(dir, "pack-"+hex.EncodeToString(sum[:]))
	check(t, os.WriteFile(base+".pack", append(data, sum[:]...), 0o644))
	check(t, os.WriteFile(base+".idx", p.index(sum), 0o644))
}

// index is the index of the pack, version 2.
func (p *pack) index(sum oid) []byte {
	sorted := slices.SortedFunc(slices.Values(p.named), func(a, b packEntry) int { return bytes.Compare(a.id[:], b.id[:]) })
	b := []byte("\xfftOc\x00\x00\x00\x02")
	for first := range 256 {
		n := 0
		for _, e := range sorted {
			if int(e.id[0]) <= first {
				n++
			}
		}
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	for _, e := range sorted {
		b = append(b, e.id[:]...)
	}
	for _, e := range sorted {
		b = binary.BigEndian.AppendUint32(b, e.crc)
	}
	for _, e := range sorted {
		b = binary.BigEndian.AppendUint32(b, uint32(e.off))
	}
	b = append(b, sum[:]...)
	own := sha1.Sum(b)
	return append(b, own[:]...)
}

// treeOf makes the content of a tree from entries in the order that is given.
func treeOf(entries ...treeEntry) []byte {
	var b []byte
	for _, e := range entries {
		b = append(fmt.Appendf(b, "%s %s\x00", e.mode, e.name), e.id[:]...)
	}
	return b
}

type treeEntry struct {
	mode, name string
	id         oid
}

// commitOf makes the content of a commit of a tree.
func commitOf(tree oid, headers, message string) []byte {
	return fmt.Appendf(nil, "tree %s\nauthor A <a@example.com> 1700000000 +0000\ncommitter A <a@example.com> 1700000000 +0000\n%s\n%s", hexOf(tree), headers, message)
}

// The packs that are written here are packs: git takes them.
func TestPackIsOne(t *testing.T) {
	need(t, "git")
	r := repo(t, "commit c1\n-- c1/a --\na\n")
	p := newPack()
	base := bytes.Repeat([]byte("line\n"), 50)
	id, at := p.blob(base)
	want := append(bytes.Clone(base[:100]), "more"...)
	p.ofs(nameOf("blob", want), at, append(copied(delta(uint64(len(base)), uint64(len(want))), 100), "\x04more"...))
	p.entry(nameOf("blob", make([]byte, 3<<20)), packBlob, 3<<20, nil, zeros(3))
	loose(t, filepath.Join(r.Dir, ".git"), "blob", []byte("loose"))
	p.save(t, filepath.Join(r.Dir, ".git"))
	r.Git("fsck", "--full", "--strict")
	if got := r.Git("cat-file", "-t", hexOf(id)); got != "blob" {
		t.Errorf("got %q", got)
	}
	z, err := zlib.NewReader(bytes.NewReader(zeros(5)))
	check(t, err)
	if n, err := io.Copy(io.Discard, z); n != 5<<20 || err != nil {
		t.Errorf("%d zeros, %v", n, err)
	}
}
