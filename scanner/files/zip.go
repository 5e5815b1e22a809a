package files

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"

	"github.com/awscred/awscred/scanner/files/internal/lzma"
	"github.com/awscred/awscred/scanner/files/internal/xz"
)

// Methods of APPNOTE.TXT 4.4.5 that the standard library does not know.
const (
	zipBzip2 = 12
	zipLZMA  = 14
	zipXZ    = 95
)

// zip looks into a zip archive: also jar, docx, whl and their like. Members that
// its directory does not list, or lists otherwise than they are, are read, too.
func (u *unpacker) zip(data []byte, via []string, depth int) {
	// The package reads the whole directory into memory: it must not be
	// larger than what we would look at.
	if bytes.Count(data, []byte("PK\x01\x02")) > u.limits.Entries-u.entries {
		u.tooMany(via)
		return
	}
	names, read, suffix := newNames(), map[int64]localHeader{}, " (not in the directory)"
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		u.fail(err, via)
		z, suffix = &zip.Reader{}, ""
	}
	var cur *zip.File
	u.registerMethods(z, func() (*zip.File, []byte) { return cur, data })
	for _, f := range z.File {
		at := within(via, names.own(f.Name))
		if u.stopped || !u.name(f.Name, at) {
			return
		}
		cur = f
		if offset, err := f.DataOffset(); err == nil {
			read[offset] = localHeader{method: f.Method, packed: f.CompressedSize64, size: f.UncompressedSize64, name: f.Name}
		}
		u.zipMember(f, at, depth)
	}
	if !u.stopped {
		u.unlisted(data, unlisted{read, suffix, via, names, depth})
	}
}

// registerMethods teaches z the methods that its package does not know. cur
// returns the member that is being opened, and the archive.
func (u *unpacker) registerMethods(z *zip.Reader, cur func() (*zip.File, []byte)) {
	z.RegisterDecompressor(zipBzip2, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	z.RegisterDecompressor(zstd.ZipMethodWinZip, func(r io.Reader) io.ReadCloser {
		d, err := u.newZstd(r)
		if err != nil {
			return io.NopCloser(failing{err})
		}
		return d
	})
	body := func() ([]byte, int64) {
		f, data := cur()
		offset, err := f.DataOffset()
		if n := uint64(len(data)); err != nil || offset < 0 || uint64(offset) > n || f.CompressedSize64 > n-uint64(offset) {
			return nil, 0
		}
		return data[offset:][:f.CompressedSize64], int64(min(f.UncompressedSize64, math.MaxInt64))
	}
	z.RegisterDecompressor(zipXZ, func(io.Reader) io.ReadCloser {
		data, _ := body()
		w := u.newWindow()
		return closing{xz.NewReader(data, w.limits()), w.close}
	})
	z.RegisterDecompressor(zipLZMA, func(io.Reader) io.ReadCloser {
		data, size := body()
		w := u.newWindow()
		r, err := newZipLZMA(data, size, w.limits())
		if err != nil {
			r = failing{err}
		}
		return closing{r, w.close}
	})
}

// newZipLZMA reads the header of APPNOTE.TXT 5.8.8: a version, the length of the
// properties, and they.
func newZipLZMA(data []byte, size int64, l lzma.Limits) (io.Reader, error) {
	const head = 9
	if len(data) < head {
		return nil, io.ErrUnexpectedEOF
	}
	p, err := lzma.ParseProperties(data[4])
	if err != nil || data[2] != 5 || data[3] != 0 {
		return nil, lzma.ErrCorrupt
	}
	return lzma.NewReader(data[head:], p, binary.LittleEndian.Uint32(data[5:]), size, l)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// A closing calls a function when it is closed.
type closing struct {
	io.Reader
	close func()
}

func (c closing) Close() error {
	c.close()
	return nil
}

func (u *unpacker) zipMember(f *zip.File, via []string, depth int) {
	if f.Flags&zipEncrypted != 0 {
		u.fail(opaqueError("encrypted"), via)
		return
	}
	if f.FileInfo().IsDir() && f.UncompressedSize64 == 0 {
		return
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		err = opaqueError(fmt.Sprintf("compression method %d", f.Method))
	}
	if err != nil {
		u.fail(err, via)
		return
	}
	defer r.Close()
	size := int64(min(f.UncompressedSize64, math.MaxInt64))
	if u.fits(size, via) {
		u.member(r, believable(size, f.CompressedSize64), via, depth)
	}
}

// believable is the size that a member may claim before anything of it was seen:
// deflate makes at most 1,032 bytes of one.
func believable(size int64, packed uint64) int64 {
	return min(size, int64(min(packed, 1<<40))*1032)
}

const (
	zipEncrypted  = 1 // APPNOTE.TXT 4.4.4, bit 0
	zipDescriptor = 8 // bit 3: sizes follow the data
	localSize     = 30
)

// A localHeader is what stands before a member's data (APPNOTE.TXT 4.3.7).
type localHeader struct {
	name         string
	method       uint16
	flags        uint16
	packed, size uint64
	data         int64 // where the data begins
}

// parseLocal reads the header at the start of b. It returns false for what is
// none: the signature may stand in any text.
func parseLocal(b []byte) (h localHeader, ok bool) {
	if len(b) < localSize {
		return h, false
	}
	le := binary.LittleEndian
	name, extra := int(le.Uint16(b[26:])), int(le.Uint16(b[28:]))
	version := le.Uint16(b[4:]) & 0xff
	h = localHeader{flags: le.Uint16(b[6:]), method: le.Uint16(b[8:]), packed: uint64(le.Uint32(b[18:])), size: uint64(le.Uint32(b[22:]))}
	if name == 0 || len(b) < localSize+name+extra || version > 63 || h.method > 99 {
		return h, false
	}
	h.name = string(b[localSize : localSize+name])
	h.data = int64(localSize + name + extra)
	return h, true
}

// same reports whether the directory says of a member what its header says, as
// far as that says anything.
func (h localHeader) same(listed localHeader) bool {
	const elsewhere = 0xffffffff // in the extra field of Zip64
	sizes := h.flags&zipDescriptor != 0 || h.packed == elsewhere || h.size == elsewhere ||
		h.packed == listed.packed && h.size == listed.size
	return h.method == listed.method && sizes
}

// An unlisted is a zip whose directory was read.
type unlisted struct {
	listed map[int64]localHeader // by where the data begin
	suffix string                // of the names of the others
	via    []string
	names  names
	depth  int
}

// unlisted reads the members that have a header but are not as the directory
// lists them.
func (u *unpacker) unlisted(data []byte, z unlisted) {
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("PK\x03\x04"))
		if i < 0 {
			return
		}
		at += i
		h, ok := parseLocal(data[at:])
		if !ok {
			at += 4
			continue
		}
		h.data += int64(at)
		known, ok := z.listed[h.data]
		if ok && h.name != known.name && !u.name(h.name, within(z.via, z.names.own(h.name))) {
			return
		}
		switch {
		case ok && h.same(known):
			at = int(min(uint64(h.data)+known.packed, uint64(len(data))))
			continue
		case h.size == 0 && h.packed == 0 && h.flags&zipDescriptor == 0:
		default:
			member := within(z.via, z.names.own(h.name+z.suffix))
			if !u.name(h.name, member) {
				return
			}
			u.unlistedMember(data[h.data:], h, member, z.depth)
		}
		if u.stopped {
			return
		}
		at = int(h.data)
	}
}

// unlistedMember reads a member of which there is only the header.
func (u *unpacker) unlistedMember(data []byte, h localHeader, via []string, depth int) {
	if h.flags&zipDescriptor == 0 && h.packed < uint64(len(data)) {
		data = data[:h.packed]
	}
	var r io.Reader
	switch {
	case h.flags&zipEncrypted != 0:
		u.fail(opaqueError("encrypted"), via)
		return
	case h.method == zip.Store:
		u.inside(data, via, depth) // its bytes are read with the archive's own
		return
	case h.method == zip.Deflate:
		r = newFlate(data)
	case h.method == zipBzip2:
		r = bzip2.NewReader(bufio.NewReader(bytes.NewReader(data)))
	default:
		u.fail(opaqueError(fmt.Sprintf("compression method %d", h.method)), via)
		return
	}
	u.member(r, -1, via, depth)
}
