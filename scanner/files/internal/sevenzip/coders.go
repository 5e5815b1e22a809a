package sevenzip

import (
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"

	"github.com/awscred/awscred/scanner/files/internal/filter"
	"github.com/awscred/awscred/scanner/files/internal/lzma"
)

// The methods that are known here.
const (
	methodCopy    = 0x00
	methodDelta   = 0x03
	methodX86     = 0x04
	methodLZMA2   = 0x21
	methodLZMA    = 0x030101
	methodBCJ     = 0x03030103
	methodDeflate = 0x040108
	methodBzip2   = 0x040202
	methodZstd    = 0x04f71101
	methodAES     = 0x06f10701
)

// methodNames are those of methods that are not.
var methodNames = [...]struct {
	id   uint64
	name string
}{
	{0x05, "PPC filter"}, {0x06, "IA64 filter"}, {0x07, "ARM filter"}, {0x08, "ARMT filter"}, {0x09, "SPARC filter"},
	{0x0a, "ARM64 filter"}, {0x0b, "RISCV filter"}, {0x0303011b, "BCJ2 filter"}, {0x030401, "PPMd"}, {0x040109, "Deflate64"},
	{0x04f71102, "Brotli"}, {0x04f71104, "LZ4"},
}

// unsupported is the error for a method.
func unsupported(id uint64) error {
	for _, m := range methodNames {
		if m.id == id {
			return UnsupportedError("compression method " + m.name)
		}
	}
	return UnsupportedError(fmt.Sprintf("compression method %x", id))
}

// reader returns what comes out of a folder.
func (a *Archive) reader(f *folder) (io.Reader, error) {
	for _, c := range f.coders {
		if c.id == methodAES {
			return nil, Encrypted
		}
	}
	for _, c := range f.coders {
		if c.in != 1 || c.out != 1 {
			return nil, unsupported(c.id)
		}
	}
	// With one stream in and one out, streams have the numbers of coders.
	chain := []int{f.last()}
	for {
		at := chain[len(chain)-1]
		if at < 0 || len(chain) > len(f.coders) {
			return nil, fmt.Errorf("%w: coders", ErrCorrupt)
		}
		i := slices.IndexFunc(f.binds, func(b bind) bool { return b.in == at })
		if i < 0 {
			break
		}
		chain = append(chain, f.binds[i].out)
	}
	if len(chain) != len(f.coders) || len(f.packed) != 1 {
		return nil, fmt.Errorf("%w: coders", ErrCorrupt)
	}
	e := f.packed[0]
	if n := uint64(len(a.data)); e.offset > n || e.size > n-e.offset {
		return nil, io.ErrUnexpectedEOF
	}
	in := stream{data: a.data[e.offset : e.offset+e.size]}
	for _, at := range slices.Backward(chain) {
		r, err := a.decode(&f.coders[at], in, f.sizes[at])
		if err != nil {
			return nil, err
		}
		in = stream{r: &exactly{r, f.sizes[at]}}
	}
	return in.r, nil
}

// A stream goes into a coder: the bytes themselves, or what another yields.
type stream struct {
	data []byte
	r    io.Reader // nil if data is all
}

func (s stream) reader() io.Reader {
	if s.r != nil {
		return s.r
	}
	return bytes.NewReader(s.data)
}

// decode returns what comes out of one coder.
func (a *Archive) decode(c *coder, in stream, size uint64) (io.Reader, error) {
	switch c.id {
	case methodCopy:
		return in.reader(), nil
	case methodLZMA, methodLZMA2:
		if in.r != nil {
			return nil, UnsupportedError("compressed twice")
		}
		return a.lzma(c, in.data, int64(min(size, math.MaxInt64)))
	case methodDelta:
		if len(c.props) != 1 {
			return nil, fmt.Errorf("%w: properties of a filter", ErrCorrupt)
		}
		return filter.Delta(in.reader(), int(c.props[0])+1), nil
	case methodX86, methodBCJ:
		return filter.X86(in.reader()), nil
	case methodDeflate:
		return flate.NewReader(in.reader()), nil
	case methodBzip2:
		return bzip2.NewReader(in.reader()), nil
	case methodZstd:
		return zstd.NewReader(in.reader(), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(64<<20))
	}
	return nil, unsupported(c.id)
}

func (a *Archive) lzma(c *coder, in []byte, size int64) (io.Reader, error) {
	switch {
	case c.id == methodLZMA2 && len(c.props) == 1:
		dict, err := lzma.Dictionary(c.props[0])
		if err != nil {
			return nil, err
		}
		return lzma.NewReader2(in, dict, size, a.limits.LZMA), nil
	case c.id == methodLZMA && len(c.props) == 5:
		p, err := lzma.ParseProperties(c.props[0])
		if err != nil {
			return nil, err
		}
		return lzma.NewReader(in, p, binary.LittleEndian.Uint32(c.props[1:]), size, a.limits.LZMA)
	}
	return nil, fmt.Errorf("%w: properties of LZMA", ErrCorrupt)
}

// An exactly reads as much of r as a coder is said to yield.
type exactly struct {
	r    io.Reader
	left uint64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(uint64(len(p)), e.left)])
	e.left -= uint64(n)
	if err == io.EOF && e.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
