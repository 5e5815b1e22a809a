package files

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/awscred/awscred/scanner/files/internal/lzma"
	"github.com/awscred/awscred/scanner/files/internal/xz"
)

// stream looks into what one compressor packed: a tar, or one file.
func (u *unpacker) stream(kind format, data []byte, via []string, depth int) {
	r, told, err := u.decompress(kind, data)
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
	u.member(in, -1, within(via, u.contentName(told, via)), depth)
}

// decompress returns the content of a stream, and the name that it tells.
func (u *unpacker) decompress(kind format, data []byte) (r io.ReadCloser, told string, err error) {
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
	case zstdStream:
		r, err = u.newZstd(in)
		return r, "", err
	}
	w := u.newWindow()
	switch kind {
	case xzStream:
		return closing{xz.NewReader(data, w.limits()), w.close}, "", nil
	case lzipStream:
		return closing{&lzip{in: data, limits: w.limits()}, w.close}, "", nil
	}
	alone, err := newLZMA(data, w.limits())
	if err != nil {
		w.close()
		return nil, "", err
	}
	return closing{alone, w.close}, "", nil
}

func newFlate(data []byte) io.Reader { return flate.NewReader(bytes.NewReader(data)) }

// A decoderWindow is what a decoder holds of the account to remember its output.
type decoderWindow struct {
	u    *unpacker
	held int64
}

func (u *unpacker) newWindow() *decoderWindow { return &decoderWindow{u: u} }

func (w *decoderWindow) limits() lzma.Limits {
	return lzma.Limits{Window: w.u.limits.Window, Grow: w.grow}
}

func (w *decoderWindow) grow(n int64) error {
	err := w.u.account.hold(n, w.u.limits.Done)
	if err == nil {
		w.held += n
	}
	return err
}

func (w *decoderWindow) close() {
	w.u.account.drop(w.held)
	w.held = 0
}

// newZstd decompresses without goroutines and with the window that the first
// frame names, if the limits allow it. Later frames may have the same, or 8 MiB.
func (u *unpacker) newZstd(r io.Reader) (io.ReadCloser, error) {
	in := bufio.NewReader(r)
	size := int64(8 << 20) // what every decoder should support: RFC 8878 section 3.1.1.1.2
	var h zstd.Header
	if head, _ := in.Peek(zstd.HeaderMaxSize); h.Decode(head) == nil && !h.Skippable {
		size = max(size, int64(min(h.WindowSize, 1<<40)))
	}
	if size > u.limits.Window {
		return nil, lzma.ErrWindow
	}
	w := u.newWindow()
	if err := w.grow(min(size, 1<<20)); err != nil {
		return nil, err
	}
	if extra := size - 1<<20; h.WindowSize > 1<<20 {
		if err := w.grow(extra); err != nil {
			w.close()
			return nil, err
		}
	}
	d, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(uint64(size)))
	if err != nil {
		w.close()
		return nil, err
	}
	return closing{d, func() { d.Close(); w.close() }}, nil
}

// lzmaHeader is the properties, the window and the size of a .lzma file.
const lzmaHeader = 13

// newLZMA decompresses a .lzma file (DOC/lzma-specification.txt of the LZMA SDK).
func newLZMA(data []byte, l lzma.Limits) (io.Reader, error) {
	p, err := lzma.ParseProperties(data[0])
	if err != nil {
		return nil, err
	}
	return lzma.NewReader(data[lzmaHeader:], p, binary.LittleEndian.Uint32(data[1:]), int64(binary.LittleEndian.Uint64(data[5:])), l)
}

// A lzip reads the members of a .lz file.
//
// Source: https://www.nongnu.org/lzip/manual/lzip_manual.html#File-format
type lzip struct {
	in     []byte
	at     int
	start  int // of the member
	limits lzma.Limits
	r      *lzma.Reader
	sum    uint32
	size   uint64
	err    error
}

const (
	lzipHeader  = 6
	lzipTrailer = 20
)

func (l *lzip) Read(p []byte) (n int, err error) {
	if l.err == nil {
		n, l.err = l.read(p)
	}
	return n, l.err
}

func (l *lzip) read(p []byte) (int, error) {
	for {
		if l.r == nil {
			if l.at > 0 && l.at == len(l.in) {
				return 0, io.EOF
			}
			if err := l.member(); err != nil {
				return 0, err
			}
		}
		n, err := l.r.Read(p)
		l.sum = crc32.Update(l.sum, crc32.IEEETable, p[:n])
		l.size += uint64(n)
		if err == io.EOF {
			err = l.end()
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (l *lzip) member() error {
	head := l.in[l.at:]
	if len(head) < lzipHeader {
		return io.ErrUnexpectedEOF
	}
	size := uint32(1) << (head[5] & 0x1f)
	if string(head[:5]) != "LZIP\x01" || size < 4<<10 || size > 512<<20 {
		return fmt.Errorf("%w: header of lzip", lzma.ErrCorrupt)
	}
	size -= size / 16 * uint32(head[5]>>5)
	p, err := lzma.ParseProperties(2*45 + 3)
	if err != nil {
		return err
	}
	l.start, l.sum, l.size = l.at, 0, 0
	l.at += lzipHeader
	l.r, err = lzma.NewReader(l.in[l.at:], p, size, -1, l.limits)
	return err
}

func (l *lzip) end() error {
	l.at += l.r.Used()
	l.r = nil
	tail := l.in[l.at:]
	if len(tail) < lzipTrailer {
		return io.ErrUnexpectedEOF
	}
	le := binary.LittleEndian
	l.at += lzipTrailer
	if le.Uint32(tail) != l.sum || le.Uint64(tail[4:]) != l.size || le.Uint64(tail[12:]) != uint64(l.at-l.start) {
		return fmt.Errorf("%w: check sum of lzip", lzma.ErrCorrupt)
	}
	return nil
}
