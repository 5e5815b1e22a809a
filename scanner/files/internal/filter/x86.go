package filter

import (
	"encoding/binary"
	"io"
)

// X86 returns what r was before the targets of its calls and jumps were made
// absolute (BCJ).
//
// Source: https://git.tukaani.org/?p=xz.git;a=blob;f=src/liblzma/simple/x86.c
func X86(r io.Reader) io.Reader {
	return &x86{r: r, buf: make([]byte, 0, 32<<10), last: -1}
}

// An x86 holds back the last four bytes: they may belong to an instruction that
// goes on.
type x86 struct {
	r    io.Reader
	buf  []byte
	read int // of buf, handed out
	done int // of buf, filtered
	pos  uint32
	mask uint32 // of the last three bytes, which looked like instructions
	last int    // where the last one stood, relative to buf
	err  error
}

func (x *x86) Read(p []byte) (int, error) {
	for x.read == x.done {
		if x.err != nil {
			return 0, x.err
		}
		x.fill()
	}
	n := copy(p, x.buf[x.read:x.done])
	x.read += n
	return n, nil
}

// fill reads more and filters it.
func (x *x86) fill() {
	x.pos += uint32(x.done)
	x.last -= x.done
	x.buf = x.buf[:copy(x.buf, x.buf[x.done:])]
	x.read, x.done = 0, 0
	for len(x.buf) < cap(x.buf) && x.err == nil {
		var n int
		n, x.err = x.r.Read(x.buf[len(x.buf):cap(x.buf)])
		x.buf = x.buf[:len(x.buf)+n]
	}
	x.done = x.undo(x.buf)
	if x.err != nil {
		x.done = len(x.buf) // what is too short for an instruction is as it was
	}
}

// farByte tells the highest byte of an address that may have been changed.
func farByte(c byte) bool { return c == 0 || c == 0xff }

// undo filters b but for what may belong to an instruction that goes on, and
// returns how much that was.
func (x *x86) undo(b []byte) int {
	i := 0
	for i+4 < len(b) {
		if b[i]&0xfe != 0xe8 {
			i++
			continue
		}
		gap := i - x.last
		x.last = i
		if gap > 3 {
			x.mask = 0
		} else {
			x.mask = x.mask << (gap - 1) & 7
		}
		if x.mask != 0 && (!plausible(x.mask) || farByte(b[i+4-span(x.mask)])) || !farByte(b[i+4]) {
			x.mask = x.mask<<1 | 1
			i++
			continue
		}
		target := b[i+1 : i+5]
		binary.LittleEndian.PutUint32(target, x.relative(binary.LittleEndian.Uint32(target), x.pos+uint32(i)+5))
		i += 5
	}
	return i
}

// plausible tells after which bytes that looked like instructions another may
// have been changed.
func plausible(mask uint32) bool { return mask == 1 || mask == 2 || mask == 4 }

// span is how many bytes of the operand the last of them reaches into.
func span(mask uint32) int {
	switch {
	case mask >= 4:
		return 3
	case mask >= 2:
		return 2
	}
	return int(mask)
}

func (x *x86) relative(address, next uint32) uint32 {
	to := address - next
	for x.mask != 0 {
		bits := 8 * span(x.mask)
		if !farByte(byte(to >> (24 - bits))) {
			break
		}
		to = (to ^ (1<<(32-bits) - 1)) - next
	}
	to &= 0x01ffffff
	return to | -(to & 0x01000000)
}
