package history

import (
	"encoding/binary"
	"errors"

	"github.com/awscred/awscred/scanner/objects"
)

// A splitIndex says how an index changes the entries of a shared one. The zero
// splitIndex is that of an index which is not split.
type splitIndex struct {
	shared  string // the name of the shared index
	deleted []uint64
	changed []uint64
}

// parseLink parses the extension "link": the name of the shared index, and two
// bitmaps over its entries (gitformat-index(5), "Split index").
func parseLink(b []byte, hash int) (splitIndex, error) {
	if len(b) < hash {
		return splitIndex{}, errIndexCut
	}
	id := objects.MakeID(b[:hash])
	if id.IsNull() {
		return splitIndex{}, nil
	}
	s := splitIndex{shared: id.String()}
	b = b[hash:]
	if len(b) == 0 {
		return s, nil
	}
	var err error
	if s.deleted, b, err = parseEWAH(b); err != nil {
		return s, err
	}
	s.changed, _, err = parseEWAH(b)
	return s, err
}

// merge returns the entries that the shared and the own ones make together. The
// first own entries take, in order, the places of those marked as changed; they
// have no path of their own unless a bitmap is not to be trusted.
func (s *splitIndex) merge(shared, own []indexEntry) []indexEntry {
	var list []indexEntry
	next := 0
	for i, e := range shared {
		switch {
		case set(s.changed).has(i) && next < len(own):
			if own[next].path == "" {
				own[next].path = e.path
			}
			list = append(list, own[next])
			next++
		case !set(s.deleted).has(i):
			list = append(list, e)
		}
	}
	return append(list, own[next:]...)
}

// maxBitmap bounds the words of a bitmap: an index of a billion entries.
const maxBitmap = 1 << 24

var errBitmap = errors.New("a bitmap of its split is damaged")

// parseEWAH decompresses a bitmap and returns what follows it. Each marker word
// says how many words of equal bits, and then how many literal words, follow
// (gitformat-bitmap(5), appendix A).
func parseEWAH(b []byte) (bits []uint64, rest []byte, err error) {
	if len(b) < 8 {
		return nil, nil, errIndexCut
	}
	words := uint64(binary.BigEndian.Uint32(b[4:]))
	b = b[8:]
	if uint64(len(b)) < words*8+4 {
		return nil, nil, errIndexCut
	}
	for i := uint64(0); i < words; {
		marker := binary.BigEndian.Uint64(b[i*8:])
		run, literals := marker>>1&(1<<32-1), marker>>33
		i++
		if literals > words-i || uint64(len(bits))+run+literals > maxBitmap {
			return nil, nil, errBitmap
		}
		for range run {
			bits = append(bits, -(marker & 1))
		}
		for range literals {
			bits = append(bits, binary.BigEndian.Uint64(b[i*8:]))
			i++
		}
	}
	return bits, b[words*8+4:], nil
}
