// Package inflate decodes whole zlib streams (RFC 1950, RFC 1951) whose output
// size is known beforehand, which is what a git object store is made of.
//
// Knowing the size and holding all of the input lets the decoder write straight
// into the caller's slice, look back into it for matches, and skip the window,
// the goroutine-safe reader and the per-byte checks that compress/flate needs.
// Every stream's Adler-32 is verified. What is accepted and what is refused is
// the same as in compress/zlib, and a fuzz target holds the two together.
//
// On amd64 the innermost loop is in assembly, for which docs/decisions/0019 tells the
// reasons, and what keeps it within bounds.
package inflate

import (
	"encoding/binary"
	"errors"
)

// Errors that a stream is refused with. They are returned unwrapped.
var (
	ErrHeader    = errors.New("not a zlib stream")
	ErrCorrupt   = errors.New("corrupt deflate data")
	ErrTruncated = errors.New("deflate data ends early")
	ErrLong      = errors.New("more data than declared")
	ErrShort     = errors.New("less data than declared")
	ErrChecksum  = errors.New("Adler-32 mismatch")
)

// A Decoder holds the tables of one decoding goroutine. It may be used for any
// number of streams, one after the other. Use New.
type Decoder struct {
	dynamic, fixed tables
	precode        [1 << precodeBits]entry
	lens           [maxLitCodes + maxDistCodes + 8]uint8 // written and read by eights
	build          builder
	assembled      bool // rounds are

	src  []byte
	pos  int    // next byte of src to load; past len(src) by the phantom bytes
	bits uint64 // loaded and unused bits, the next one lowest
	nbit uint   // how many of them count
	dst  []byte // the caller's slice with its slack
	out  int
	size int // where the output must end
}

// New returns a Decoder with the tables of the fixed codes ready.
func New() *Decoder {
	d := &Decoder{assembled: assembled}
	var lens [288]uint8
	for i := range lens {
		switch {
		case i < 144:
			lens[i] = 8
		case i < 256:
			lens[i] = 9
		case i < 280:
			lens[i] = 7
		default:
			lens[i] = 8
		}
	}
	d.fixed.litBits = litBits
	d.build.make(d.fixed.lit[:], lens[:], countLens(lens[:]), &litSymbols, litBits)
	for i := range 32 {
		lens[i] = 5
	}
	d.build.make(d.fixed.dist[:], lens[:32], countLens(lens[:32]), &distSymbols, distBits)
	return d
}

// Slack is the spare capacity behind len(dst) that lets short streams be decoded
// in the fast loop. What lies there is overwritten; a dst whose capacity is
// somebody else's must be cut (dst[:n:n]).
const Slack = fastOut

// Zlib decodes the zlib stream at the start of src, which must yield exactly
// len(dst) bytes, and returns how many bytes of src it took, checksum included.
func (d *Decoder) Zlib(dst, src []byte) (used int, err error) {
	if err := d.start(dst, src); err != nil {
		return 0, err
	}
	defer d.forget()
	if err := d.blocks(); err != nil {
		return 0, err
	}
	if d.out != len(dst) {
		return 0, ErrShort
	}
	end := d.pos - int(d.nbit>>3)
	if end+4 > len(src) {
		return 0, ErrTruncated
	}
	if binary.BigEndian.Uint32(src[end:]) != Adler32(dst) {
		return 0, ErrChecksum
	}
	return end + 4, nil
}

// Prefix decodes at most len(dst) bytes from the start of the zlib stream at
// src and returns how many there were: fewer than len(dst) only if the stream
// is shorter or broken, and then err says which (nil for shorter). No checksum
// is verified.
func (d *Decoder) Prefix(dst, src []byte) (n int, err error) {
	if err := d.start(dst, src); err != nil {
		return 0, err
	}
	defer d.forget()
	err = d.blocks()
	if d.out >= len(dst) {
		return len(dst), nil
	}
	return d.out, err
}

func (d *Decoder) start(dst, src []byte) error {
	d.out, d.size = 0, len(dst) // what Written asks for
	if len(src) < 2 {
		return ErrTruncated
	}
	h := uint(src[0])<<8 | uint(src[1])
	if h>>8&15 != 8 || h>>12 > 7 || h%31 != 0 || h&0x20 != 0 {
		return ErrHeader
	}
	d.src, d.pos, d.bits, d.nbit = src, 2, 0, 0
	d.dst = dst[:min(cap(dst), len(dst)+Slack)]
	return nil
}

// forget lets go of the caller's slices, so that a pooled Decoder keeps nothing alive.
func (d *Decoder) forget() { d.src, d.dst = nil, nil }

func (d *Decoder) blocks() error {
	for {
		if err := d.refill(); err != nil {
			return err
		}
		final := d.take(1)
		var err error
		switch d.take(2) {
		case 0:
			err = d.stored()
		case 1:
			err = d.codes(&d.fixed)
		case 2:
			if err = d.readCodes(); err == nil {
				err = d.codes(&d.dynamic)
			}
		default:
			err = ErrCorrupt
		}
		if err != nil {
			return err
		}
		if final == 1 {
			return nil
		}
	}
}

// maxPhantom is how many zero bytes refill makes up after the end of the
// input: enough to fill the bit buffer when the stream rightly ends there.
const maxPhantom = 8

// refill loads bits until at least 56 are there. Past the end of the input it
// loads zeros; whoever consumes them is found out by ended.
func (d *Decoder) refill() error {
	if d.pos+8 <= len(d.src) {
		d.bits |= binary.LittleEndian.Uint64(d.src[d.pos:]) << (d.nbit & 63)
		d.pos += int((63 - d.nbit) >> 3)
		d.nbit |= 56
		return nil
	}
	for d.nbit < 56 {
		if d.pos < len(d.src) {
			d.bits |= uint64(d.src[d.pos]) << (d.nbit & 63)
		} else if d.pos >= len(d.src)+maxPhantom {
			return ErrTruncated
		}
		d.pos++
		d.nbit += 8
	}
	return nil
}

// ended reports whether made-up bits have been consumed.
func (d *Decoder) ended() bool { return d.pos-int(d.nbit>>3) > len(d.src) }

func (d *Decoder) take(n uint) uint {
	v := uint(d.bits & (1<<n - 1))
	d.bits >>= n & 63
	d.nbit -= n
	return v
}

func (d *Decoder) stored() error {
	pos := d.pos - int(d.nbit>>3)
	d.bits, d.nbit = 0, 0
	if pos+4 > len(d.src) {
		return ErrTruncated
	}
	n := int(binary.LittleEndian.Uint16(d.src[pos:]))
	if uint16(n) != ^binary.LittleEndian.Uint16(d.src[pos+2:]) {
		return ErrCorrupt
	}
	pos += 4
	avail := min(n, len(d.src)-pos)
	got := copy(d.dst[d.out:d.size], d.src[pos:pos+avail])
	d.out += got
	if got < avail {
		return ErrLong
	}
	if avail < n {
		return ErrTruncated
	}
	d.pos = pos + n
	return nil
}

// Written returns how many bytes the last call decoded, whether it failed or not.
func (d *Decoder) Written() int { return min(d.out, d.size) }
