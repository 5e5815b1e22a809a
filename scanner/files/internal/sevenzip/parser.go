package sevenzip

import (
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf16"
)

// The ids of properties.
const (
	idEnd               = 0x00
	idHeader            = 0x01
	idArchiveProperties = 0x02
	idAdditionalStreams = 0x03
	idMainStreams       = 0x04
	idFiles             = 0x05
	idPackInfo          = 0x06
	idUnpackInfo        = 0x07
	idSubStreams        = 0x08
	idSize              = 0x09
	idCRC               = 0x0a
	idFolder            = 0x0b
	idUnpackSize        = 0x0c
	idNumUnpackStreams  = 0x0d
	idEmptyStream       = 0x0e
	idNames             = 0x11
	idEncodedHeader     = 0x17
)

// A parser reads a header. After the first error it reads zeros.
type parser struct {
	data  []byte
	files int // how many there may be
	made  int // coders so far
	err   error
}

func (p *parser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
	p.data = nil
}

func (p *parser) corrupt(what string) { p.fail(fmt.Errorf("%w: %s", ErrCorrupt, what)) }

func (p *parser) bytes(n uint64) []byte {
	if n > uint64(len(p.data)) {
		p.fail(io.ErrUnexpectedEOF)
		return nil
	}
	b := p.data[:n]
	p.data = p.data[n:]
	return b
}

func (p *parser) byte() byte {
	if b := p.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// id reads the id of a property.
func (p *parser) id() uint64 { return p.number() }

// number reads a number whose first byte tells, by its leading ones, how many
// bytes follow.
func (p *parser) number() uint64 {
	first := p.byte()
	var n uint64
	for i := range 8 {
		mask := byte(0x80) >> i
		if first&mask == 0 {
			return n | uint64(first&(mask-1))<<(8*i)
		}
		n |= uint64(p.byte()) << (8 * i)
	}
	return n
}

// count reads how many things follow, of which each takes at least one byte.
func (p *parser) count() int {
	n := p.number()
	switch {
	case n > uint64(len(p.data)):
		p.fail(io.ErrUnexpectedEOF)
		return 0
	case n > uint64(p.files):
		p.fail(ErrTooMany)
		return 0
	}
	return int(n)
}

// skipTo reads properties up to the one with an id, or to the end. It reports
// whether it is there.
func (p *parser) skipTo(id uint64) bool {
	for p.err == nil {
		switch got := p.id(); got {
		case id:
			return p.err == nil
		case idEnd:
			return false
		default:
			p.bytes(p.number())
		}
	}
	return false
}

// bits reads n bits, the highest of a byte first.
func (p *parser) bits(n int) []bool {
	raw := p.bytes(uint64(n+7) / 8)
	if raw == nil {
		return make([]bool, min(n, p.files)) // after an error
	}
	list := make([]bool, n)
	for i := range list {
		list[i] = raw[i/8]&(0x80>>(i%8)) != 0
	}
	return list
}

// A digest is a check sum that may not be there.
type digest struct {
	crc uint32
	has bool
}

// digests reads n of them.
func (p *parser) digests(n int) []digest {
	list := make([]digest, n)
	defined := []bool(nil)
	if p.byte() == 0 {
		defined = p.bits(n)
	}
	for i := range list {
		if p.err != nil {
			return list
		}
		if defined != nil && !defined[i] {
			continue
		}
		if b := p.bytes(4); b != nil {
			list[i] = digest{binary.LittleEndian.Uint32(b), true}
		}
	}
	return list
}

// An entry is what the header says of one file.
type entry struct {
	name  string
	empty bool // no content: a directory or an empty file
}

// entries reads the names of files, and which have no content.
func (p *parser) entries() []entry {
	n := p.number()
	if n > uint64(p.files) {
		p.fail(ErrTooMany)
		return nil
	}
	list := make([]entry, n)
	for p.err == nil {
		id := p.id()
		if id == idEnd {
			break
		}
		body := &parser{data: p.bytes(p.number()), files: p.files}
		switch id {
		case idEmptyStream:
			for i, empty := range body.bits(len(list)) {
				list[i].empty = empty
			}
		case idNames:
			if body.byte() != 0 {
				body.corrupt("names are elsewhere")
			}
			for i := range list {
				list[i].name = body.name()
			}
		}
		if body.err != nil {
			p.fail(body.err)
		}
	}
	return list
}

// name reads UTF-16 up to a NUL.
func (p *parser) name() string {
	for i := 0; i+1 < len(p.data); i += 2 {
		if p.data[i] != 0 || p.data[i+1] != 0 {
			continue
		}
		units := make([]uint16, i/2)
		for k := range units {
			units[k] = binary.LittleEndian.Uint16(p.data[2*k:])
		}
		p.data = p.data[i+2:]
		return string(utf16.Decode(units))
	}
	p.fail(io.ErrUnexpectedEOF)
	return ""
}
