package objects

import "errors"

// Errors of the pack formats. They stand behind Lost.Why and Read's errors.
var (
	errTruncated = errors.New("ends early")
	errCorrupt   = errors.New("corrupt")
	errLimit     = errors.New("over the limit")
)

// A header is what stands before a pack entry's compressed data
// (gitformat-pack(5), "Pack file entry").
type header struct {
	kind uint8  // a Type, ofsDelta or refDelta
	size uint64 // of the data that follows, once inflated
	back uint64 // ofsDelta: how far before this entry its base begins
	base []byte // refDelta: the base's name, a part of the input
	len  int    // bytes of the header itself
}

// parseHeader reads the header at the start of b, an entry at offset pos.
func parseHeader(b []byte, pos uint64, hashSize int) (header, error) {
	if len(b) == 0 {
		return header{}, errTruncated
	}
	h := header{kind: b[0] >> 4 & 7, size: uint64(b[0] & 15), len: 1}
	for shift, c := 4, b[0]; c&0x80 != 0; shift += 7 {
		if h.len >= len(b) {
			return header{}, errTruncated
		}
		c = b[h.len]
		if shift > 56 { // more than 63 bits
			return header{}, errCorrupt
		}
		h.size |= uint64(c&0x7f) << shift
		h.len++
	}
	switch h.kind {
	case 0, 5:
		return header{}, errCorrupt
	case ofsDelta:
		return h, h.readBack(b, pos)
	case refDelta:
		if len(b) < h.len+hashSize {
			return header{}, errTruncated
		}
		h.base = b[h.len : h.len+hashSize : h.len+hashSize]
		h.len += hashSize
	}
	return h, nil
}

// readBack reads an offset delta's distance, which must lead to an earlier entry.
func (h *header) readBack(b []byte, pos uint64) error {
	for first := true; ; first = false {
		if h.len >= len(b) {
			return errTruncated
		}
		c := b[h.len]
		h.len++
		if !first {
			h.back++
		}
		if h.back > pos {
			return errCorrupt
		}
		h.back = h.back<<7 | uint64(c&0x7f)
		if c&0x80 == 0 {
			break
		}
	}
	if h.back == 0 || h.back > pos || pos-h.back < packHeaderSize {
		return errCorrupt
	}
	return nil
}

func (h *header) isDelta() bool { return h.kind == ofsDelta || h.kind == refDelta }
