package files

import (
	"bufio"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/awscred/awscred/scanner/files/internal/lzma"
	"github.com/awscred/awscred/scanner/files/internal/sevenzip"
	"github.com/awscred/awscred/scanner/files/internal/xz"
)

// ErrManyFiles is the error for an archive that holds more than one file where
// one is wanted.
var ErrManyFiles = errors.New("holds more than one file")

// errUnmapped is the error for a compression that needs the whole file at once,
// where that is too large to be read and cannot be mapped.
var errUnmapped = errors.New("cannot be read as a stream: unpack it and scan the result")

// A Content is the content of one file as a stream, however long: of a
// compressed file (gzip, bzip2, zstd, xz, a 7z archive with one file) what is
// packed in it, of another the bytes as they stand. What a compressor packed is
// not unpacked again.
type Content struct {
	// Compressed names the compression; empty if there is none.
	Compressed string

	r     io.Reader
	close []func()
}

// Read reads on. Errors are those of the decompressor; a file that ends too early
// is [io.ErrUnexpectedEOF].
func (c *Content) Read(p []byte) (n int, err error) {
	fault := guard(func() { n, err = readSafely(c.r, p) })
	if fault != nil {
		return 0, fault
	}
	return n, err
}

// Close releases the file.
func (c *Content) Close() error {
	for i := len(c.close) - 1; i >= 0; i-- {
		c.close[i]()
	}
	c.close = nil
	return nil
}

// OpenContent opens the content of a regular file, by following the name if that
// is a symbolic link. It returns an error wrapping [ErrNotRegular] for anything
// else, and [ErrManyFiles] for a 7z archive with more than one file.
func OpenContent(path string, l Limits) (*Content, error) {
	f, size, err := openNamed(path, 1<<62)
	if err != nil {
		return nil, err
	}
	c := &Content{close: []func(){func() { f.Close() }}}
	if err := c.open(f, size, l); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// ReadContent is OpenContent for a stream, of which xz and 7z cannot be unpacked.
func ReadContent(r io.Reader, l Limits) (*Content, error) {
	c := &Content{}
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(512)
	if err != nil && len(head) == 0 && !errors.Is(err, io.EOF) {
		return nil, err
	}
	kind := identify(head)
	if kind == xzStream || kind == sevenZip {
		return nil, errUnmapped
	}
	if err := c.stream(kind, in, l); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Content) open(f *os.File, size int64, l Limits) error {
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	kind := identify(head[:n])
	if kind == xzStream || kind == sevenZip {
		return c.mapped(kind, f, size, l)
	}
	return c.stream(kind, bufio.NewReaderSize(f, 256<<10), l)
}

// stream unpacks what needs no more than the bytes in their order.
func (c *Content) stream(kind format, in *bufio.Reader, l Limits) (err error) {
	c.r = in
	switch kind {
	case gzipStream:
		c.Compressed = "gzip"
		c.r, err = gzip.NewReader(in)
	case bzip2Stream:
		c.Compressed = "bzip2"
		c.r = bzip2.NewReader(in)
	case zstdStream:
		c.Compressed = "zstd"
		var d *zstd.Decoder
		d, err = zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(uint64(l.Window)))
		if err == nil {
			c.r = d
			c.close = append(c.close, d.Close)
		}
	}
	return err
}

// mapped unpacks what needs the whole file.
func (c *Content) mapped(kind format, f *os.File, size int64, l Limits) error {
	data, unmap, err := mapFile(f, size)
	switch {
	case err == nil:
		c.close = append(c.close, unmap)
	case size > MaxRead:
		return errUnmapped
	default:
		if data, err = readSized(f, size, MaxRead, nil); err != nil {
			return err
		}
	}
	limits := lzma.Limits{Window: l.Window}
	if kind == xzStream {
		c.Compressed, c.r = "xz", xz.NewReader(data, limits)
		return nil
	}
	c.Compressed = "7z"
	return guarded(func() error { return c.sevenZip(data, l, limits) })
}

// guarded is guard for a function with an error of its own.
func guarded(f func() error) (err error) {
	if fault := guard(func() { err = f() }); fault != nil {
		return fault
	}
	return err
}

func (c *Content) sevenZip(data []byte, l Limits, limits lzma.Limits) error {
	a, err := sevenzip.Open(data, sevenzip.Limits{Files: l.Entries, Header: maxHeader, LZMA: limits})
	if err != nil {
		return err
	}
	at := -1
	for i, f := range a.Files {
		switch {
		case f.Folder < 0: // a directory, or empty
		case at >= 0:
			return ErrManyFiles
		default:
			at = i
		}
	}
	if at < 0 {
		return fmt.Errorf("the archive holds no file")
	}
	f := a.Files[at]
	r, err := a.Reader(f.Folder)
	if err != nil {
		return err
	}
	c.r = &summed{r: r, left: f.Size, want: f.CRC32, has: f.HasCRC}
	return nil
}

// OpenIn opens a regular file below a directory and returns its size, as
// [ReadRegular] would: no link is followed, and no pipe is waited for. A file of
// more than max bytes is a [*SizeError].
func OpenIn(dir *os.Root, name string, max int64) (*os.File, int64, error) {
	return openRegular(dir, name, max)
}
