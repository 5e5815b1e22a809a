package files

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/awscred/awscred/scanner"
)

// A meter counts what comes out of a decompressor against the limits.
type meter struct {
	u    *unpacker
	from io.Reader
}

func (m meter) Read(p []byte) (int, error) {
	if m.u.left <= 0 {
		return 0, errTotal
	}
	select {
	case <-m.u.limits.Done:
		m.u.stopped = true
		return 0, errDone
	default:
	}
	n, err := m.from.Read(p[:min(int64(len(p)), m.u.left)])
	m.u.left -= int64(n)
	return n, err
}

// read returns what r yields, in the buffer of the depth. With an error it
// returns what came before it.
func (u *unpacker) read(r io.Reader, depth int) ([]byte, error) {
	for len(u.buffers) <= depth {
		u.buffers = append(u.buffers, make([]byte, 0, 64<<10))
	}
	data := u.buffers[depth][:0]
	m := meter{u, r}
	for {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := m.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		u.buffers[depth] = data
		switch {
		case errors.Is(err, io.EOF):
			return data, nil
		case err != nil:
			return data, err
		case int64(len(data)) > u.limits.Member:
			return data[:u.limits.Member], errMember
		}
	}
}

func isTruncation(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrFormat)
}

// zip looks into a zip archive: also jar, docx, whl and their like.
func (u *unpacker) zip(data []byte, via []string, depth int) {
	// The package reads the whole directory into memory: it must not be
	// larger than what we would look at.
	if bytes.Count(data, []byte("PK\x01\x02")) > u.limits.Entries-u.entries {
		u.tooMany(via)
		return
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		u.fail(err, via)
		return
	}
	z.RegisterDecompressor(12, func(r io.Reader) io.ReadCloser { return io.NopCloser(bzip2.NewReader(r)) })
	z.RegisterDecompressor(zstd.ZipMethodWinZip, func(r io.Reader) io.ReadCloser {
		d, err := newZstd(r)
		if err != nil {
			return io.NopCloser(failing{err})
		}
		return d
	})
	names := newNames()
	for _, f := range z.File {
		at := within(via, names.own(f.Name))
		if u.stopped || !u.name(f.Name, at) {
			return
		}
		u.zipMember(f, at, depth)
	}
}

func (u *unpacker) zipMember(f *zip.File, via []string, depth int) {
	const encrypted = 1 // APPNOTE.TXT 4.4.4, bit 0
	if f.Flags&encrypted != 0 {
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
	if u.fits(int64(min(f.UncompressedSize64, math.MaxInt64)), via) {
		u.member(r, via, depth)
	}
}

// fits reports whether a member that claims a size may be unpacked, and records
// it if not: the members behind it are not to suffer.
func (u *unpacker) fits(size int64, via []string) bool {
	switch {
	case size > u.limits.Member:
		u.fail(errMember, via)
	case size > u.left:
		u.cov.AddLost(scanner.Gap{What: u.label(via), Why: fmt.Sprintf("over the limit of %s unpacked", sizeText(u.total)), Fix: "unpack it and scan the result"})
	default:
		return true
	}
	return false
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// stream looks into what one compressor packed: a tar, or one file.
func (u *unpacker) stream(kind format, data []byte, via []string, depth int) {
	r, told, err := decompress(kind, data)
	if err != nil {
		u.fail(err, via)
		return
	}
	defer r.Close()
	in := bufio.NewReaderSize(meter{u, r}, 64<<10)
	if head, _ := in.Peek(512); isTar(head) {
		u.tars(in, via, depth)
		return
	}
	u.member(in, within(via, u.contentName(told, via)), depth)
}

// decompress returns the content of a stream, and the name that it tells.
func decompress(kind format, data []byte) (r io.ReadCloser, told string, err error) {
	in := bytes.NewReader(data)
	switch kind {
	case gzipStream:
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, "", err
		}
		return z, z.Name, nil
	case bzip2Stream:
		return io.NopCloser(bzip2.NewReader(in)), "", nil
	}
	r, err = newZstd(in)
	return r, "", err
}

// newZstd decompresses without goroutines and with a window of at most 64 MiB.
func newZstd(r io.Reader) (io.ReadCloser, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// plainTar looks into a tar that is not compressed.
func (u *unpacker) plainTar(data []byte, via []string, depth int) {
	u.tars(bufio.NewReader(bytes.NewReader(data)), via, depth)
}

// tars looks into a tar, and into what follows its end: another tar, or
// anything else that somebody put there.
func (u *unpacker) tars(in *bufio.Reader, via []string, depth int) {
	names := newNames()
	for u.tar(in, via, names, depth) {
		if err := skipZeros(in); err != nil {
			if !errors.Is(err, io.EOF) {
				u.fail(err, via)
			}
			return
		}
		if head, _ := in.Peek(512); !isTar(head) {
			u.member(in, within(via, names.own("behind the end")), depth)
			return
		}
	}
}

// skipZeros reads up to the first byte that is not zero.
func skipZeros(in *bufio.Reader) error {
	for {
		c, err := in.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			return in.UnreadByte()
		}
	}
}

// tar looks into one tar and returns true if it could be read to its end.
func (u *unpacker) tar(in io.Reader, via []string, names names, depth int) bool {
	t := tar.NewReader(in)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			u.fail(err, via)
			return false
		}
		at := within(via, names.own(h.Name))
		if !u.name(h.Name, at) {
			return false
		}
		switch h.Typeflag {
		case tar.TypeReg, tar.TypeGNUSparse, tar.TypeCont:
			if u.fits(h.Size, at) {
				u.member(t, at, depth)
			}
		default:
			if h.Linkname != "" {
				u.show(scanner.Content, []byte(h.Linkname), at)
			}
		}
		if u.stopped {
			return false
		}
	}
}
