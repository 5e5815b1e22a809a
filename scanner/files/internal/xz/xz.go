// Package xz reads the xz format, of input that is whole in memory and not to be
// trusted: any number of streams with padding, of blocks compressed with LZMA2,
// with all check sums verified.
//
// Source: https://tukaani.org/xz/xz-file-format.txt, version 1.2.1.
package xz

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"io"

	"github.com/awscred/awscred/scanner/files/internal/filter"
	"github.com/awscred/awscred/scanner/files/internal/lzma"
)

// ErrCorrupt is the error for what no encoder writes, and for wrong check sums.
var ErrCorrupt = errors.New("xz data is corrupt")

// An UnsupportedError names a filter or check that is not known here.
type UnsupportedError string

// Error says what it is, in one clause.
func (e UnsupportedError) Error() string { return string(e) }

const (
	headerMagic = "\xfd7zXZ\x00"
	footerMagic = "YZ"
	headerSize  = 12
)

// A Reader decompresses streams of xz.
type Reader struct {
	in     []byte
	at     int
	limits lzma.Limits
	inside bool // a stream
	begun  bool // there was one
	flags  byte
	blocks []block // of the stream
	check  hash.Hash
	cur    current
	err    error
}

// A block is what the index says of one.
type block struct{ unpadded, size uint64 }

// A current is the block being read.
type current struct {
	r      io.Reader // nil: none
	packed *lzma.Reader2
	start  int // of its header
	data   int // of its data
	out    uint64
	known  block // what its header says, noSize if nothing
}

const noSize = ^uint64(0)

// NewReader returns what decompresses in.
func NewReader(in []byte, l lzma.Limits) *Reader { return &Reader{in: in, limits: l} }

// Read returns [ErrCorrupt], an [UnsupportedError], [io.ErrUnexpectedEOF] or an
// error of package lzma besides io.EOF.
func (r *Reader) Read(p []byte) (int, error) {
	for r.err == nil && len(p) > 0 {
		if r.cur.r == nil {
			r.err = r.next()
			continue
		}
		n, err := r.cur.r.Read(p)
		if r.check != nil {
			r.check.Write(p[:n])
		}
		r.cur.out += uint64(n)
		if err == io.EOF {
			err = r.endBlock()
		}
		r.err = err
		if n > 0 {
			return n, nil
		}
	}
	return 0, r.err
}

// next reads up to the data of the next block.
func (r *Reader) next() error {
	if r.inside {
		if r.at >= len(r.in) {
			return io.ErrUnexpectedEOF
		}
		if r.in[r.at] == 0 {
			return r.index()
		}
		return r.blockHeader()
	}
	start := r.at
	for r.begun && r.at < len(r.in) && r.in[r.at] == 0 {
		r.at++
	}
	switch rest := r.in[r.at:]; {
	case (r.at-start)%4 != 0:
		return fmt.Errorf("%w: padding", ErrCorrupt)
	case len(rest) == 0 && r.begun:
		return io.EOF
	case len(rest) < headerSize:
		return io.ErrUnexpectedEOF
	case string(rest[:6]) != headerMagic:
		return fmt.Errorf("%w: something else follows", ErrCorrupt)
	case crc32.ChecksumIEEE(rest[6:8]) != binary.LittleEndian.Uint32(rest[8:]):
		return fmt.Errorf("%w: stream header", ErrCorrupt)
	case rest[6] != 0 || rest[7] > 15:
		return UnsupportedError("xz of a later version")
	default:
		r.flags = rest[7]
	}
	r.check = newCheck(r.flags)
	r.at += headerSize
	r.inside, r.begun, r.blocks = true, true, r.blocks[:0]
	return nil
}

// newCheck returns nil for no check and for those that are not known.
func newCheck(flags byte) hash.Hash {
	switch flags {
	case 1:
		return crc32.NewIEEE()
	case 4:
		return crc64.New(crc64.MakeTable(crc64.ECMA))
	case 10:
		return sha256.New()
	}
	return nil
}

// checkSize is how long a check is by its number, also those that are not known.
func checkSize(flags byte) int {
	return [...]int{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}[flags]
}

// blockHeader reads the header of a block and makes its decoders.
func (r *Reader) blockHeader() error {
	size := (int(r.in[r.at]) + 1) * 4
	if r.at+size > len(r.in) {
		return io.ErrUnexpectedEOF
	}
	head := r.in[r.at : r.at+size]
	end := size - 4
	if crc32.ChecksumIEEE(head[:end]) != binary.LittleEndian.Uint32(head[end:]) {
		return fmt.Errorf("%w: block header", ErrCorrupt)
	}
	flags, b := head[1], fields{data: head[2:end]}
	known := block{noSize, noSize}
	if flags&0x40 != 0 {
		known.unpadded = b.number()
	}
	if flags&0x80 != 0 {
		known.size = b.number()
	}
	var list []stage
	for range flags&3 + 1 {
		list = append(list, stage{b.number(), b.bytes(b.number())})
	}
	if b.bad || flags&0x3c != 0 {
		return fmt.Errorf("%w: block header", ErrCorrupt)
	}
	r.cur = current{start: r.at, data: r.at + size, known: known}
	r.at += size
	if r.check != nil {
		r.check.Reset()
	}
	return r.stages(list)
}

// A stage is one filter with its properties.
type stage struct {
	id    uint64
	props []byte
}

const (
	idDelta = 0x03
	idX86   = 0x04
	idLZMA2 = 0x21
)

// stages makes decoders of filters, which stand in the order of compression.
func (r *Reader) stages(list []stage) error {
	last := list[len(list)-1]
	if last.id != idLZMA2 {
		return UnsupportedError(fmt.Sprintf("xz filter %#x", last.id))
	}
	if len(last.props) != 1 {
		return fmt.Errorf("%w: filter properties", ErrCorrupt)
	}
	dict, err := lzma.Dictionary(last.props[0])
	if err != nil {
		return err
	}
	size := int64(-1)
	if r.cur.known.size < 1<<62 {
		size = int64(r.cur.known.size)
	}
	r.cur.packed = lzma.NewReader2(r.in[r.at:], dict, size, r.limits)
	r.cur.r = r.cur.packed
	for i := len(list) - 2; i >= 0; i-- {
		switch s := list[i]; {
		case s.id == idDelta && len(s.props) == 1:
			r.cur.r = filter.Delta(r.cur.r, int(s.props[0])+1)
		case s.id == idX86 && len(s.props) == 0:
			r.cur.r = filter.X86(r.cur.r)
		default:
			return UnsupportedError(fmt.Sprintf("xz filter %#x", s.id))
		}
	}
	return nil
}

// endBlock verifies a block that was read to its end.
func (r *Reader) endBlock() error {
	r.at = r.cur.data + r.cur.packed.Used()
	packed := uint64(r.at - r.cur.data)
	if k := r.cur.known; k.size != noSize && k.size != r.cur.out || k.unpadded != noSize && k.unpadded != packed {
		return fmt.Errorf("%w: size of a block", ErrCorrupt)
	}
	for ; (r.at-r.cur.start)%4 != 0; r.at++ {
		if r.at < len(r.in) && r.in[r.at] != 0 {
			return fmt.Errorf("%w: padding", ErrCorrupt)
		}
	}
	n := checkSize(r.flags)
	if r.at+n > len(r.in) {
		return io.ErrUnexpectedEOF
	}
	if r.check != nil && string(r.sum()) != string(r.in[r.at:r.at+n]) {
		return fmt.Errorf("%w: check sum", ErrCorrupt)
	}
	r.at += n
	unpadded := uint64(r.cur.data-r.cur.start) + packed + uint64(n)
	r.blocks = append(r.blocks, block{unpadded, r.cur.out})
	r.cur = current{}
	return nil
}

// sum is the check as the format stores it: numbers have their lowest byte first.
func (r *Reader) sum() []byte {
	switch h := r.check.(type) {
	case hash.Hash32:
		return binary.LittleEndian.AppendUint32(nil, h.Sum32())
	case hash.Hash64:
		return binary.LittleEndian.AppendUint64(nil, h.Sum64())
	}
	return r.check.Sum(nil)
}

// index compares the index with the blocks that were read, and ends the stream.
func (r *Reader) index() error {
	start := r.at
	f := fields{data: r.in[start+1:]}
	if n := f.number(); !f.bad && n != uint64(len(r.blocks)) {
		return fmt.Errorf("%w: number of blocks", ErrCorrupt)
	}
	for _, b := range r.blocks {
		if got := (block{f.number(), f.number()}); got != b && !f.bad {
			return fmt.Errorf("%w: index", ErrCorrupt)
		}
	}
	at := start + 1 + f.at
	for ; (at-start)%4 != 0; at++ {
		if at < len(r.in) && r.in[at] != 0 {
			return fmt.Errorf("%w: padding", ErrCorrupt)
		}
	}
	if f.bad || at+4+headerSize > len(r.in) {
		return io.ErrUnexpectedEOF
	}
	foot := r.in[at+4 : at+4+headerSize]
	size := (uint64(binary.LittleEndian.Uint32(foot[4:])) + 1) * 4
	if crc32.ChecksumIEEE(r.in[start:at]) != binary.LittleEndian.Uint32(r.in[at:]) ||
		crc32.ChecksumIEEE(foot[4:10]) != binary.LittleEndian.Uint32(foot) ||
		foot[8] != 0 || foot[9] != r.flags || string(foot[10:]) != footerMagic || size != uint64(at+4-start) {
		return fmt.Errorf("%w: end of a stream", ErrCorrupt)
	}
	r.at, r.inside = at+4+headerSize, false
	return nil
}

// A fields reads numbers and bytes one after the other. After something that is
// not there, bad is set.
type fields struct {
	data []byte
	at   int
	bad  bool
}

// number reads seven bits of each byte, the lowest first.
func (f *fields) number() uint64 {
	var n uint64
	for shift := 0; shift < 63 && f.at < len(f.data); shift += 7 {
		c := f.data[f.at]
		f.at++
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
	f.bad = true
	return 0
}

func (f *fields) bytes(n uint64) []byte {
	if f.bad || n > uint64(len(f.data)-f.at) {
		f.bad = true
		return nil
	}
	f.at += int(n)
	return f.data[f.at-int(n) : f.at]
}
