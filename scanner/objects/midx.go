package objects

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"strings"
)

// A multiIndex is a parsed multi-pack-index: per pack, what an .idx would hold.
type multiIndex struct {
	packs [][]located // by pack, in the order of names
	names []string    // "pack-….idx"
}

// parseMultiIndex reads a multi-pack-index (gitformat-pack(5)) and verifies its checksum.
func parseMultiIndex(b []byte, hash int) (*multiIndex, error) {
	const head = 12
	if len(b) < head+12+hash || string(b[:4]) != "MIDX" || b[4] != 1 {
		return nil, errCorrupt
	}
	tail := len(b) - hash
	h := newHash(hash)
	h.Write(b[:tail])
	if !bytes.Equal(h.Sum(nil), b[tail:]) {
		return nil, errChecksum
	}
	if want := map[int]byte{sha1Size: 1, sha256Size: 2}[hash]; b[5] != want {
		return nil, errCorrupt
	}
	chunks, err := midxChunks(b[:tail], int(b[6]))
	if err != nil {
		return nil, err
	}
	m := &multiIndex{}
	packs := int(binary.BigEndian.Uint32(b[8:]))
	for name := range strings.SplitSeq(string(chunks["PNAM"]), "\x00") {
		if name != "" && len(m.names) < packs {
			m.names = append(m.names, filepath.Base(name))
		}
	}
	if len(m.names) != packs {
		return nil, errCorrupt
	}
	m.packs = make([][]located, packs)
	return m, m.readObjects(chunks, hash)
}

// midxChunks cuts the file into its chunks by the table of contents.
func midxChunks(b []byte, n int) (map[string][]byte, error) {
	const head, row = 12, 12
	if len(b) < head+(n+1)*row {
		return nil, errTruncated
	}
	chunks := make(map[string][]byte, n)
	for i := range n {
		at := b[head+i*row:]
		start, end := binary.BigEndian.Uint64(at[4:]), binary.BigEndian.Uint64(at[4+row:])
		if start > end || end > uint64(len(b)) {
			return nil, errCorrupt
		}
		chunks[string(at[:4])] = b[start:end]
	}
	return chunks, nil
}

func (m *multiIndex) readObjects(chunks map[string][]byte, hash int) error {
	names, where, large := chunks["OIDL"], chunks["OOFF"], chunks["LOFF"]
	n := len(names) / hash
	if len(names)%hash != 0 || len(where) != 8*n {
		return errCorrupt
	}
	fan := chunks["OIDF"]
	if len(fan) != 1024 || int(binary.BigEndian.Uint32(fan[1020:])) != n {
		return errCorrupt
	}
	for i := range n {
		pack := binary.BigEndian.Uint32(where[8*i:])
		v := binary.BigEndian.Uint32(where[8*i+4:])
		off := uint64(v)
		if v>>31 != 0 && large != nil {
			at := int(v&0x7fffffff) * 8
			if at+8 > len(large) {
				return errCorrupt
			}
			off = binary.BigEndian.Uint64(large[at:])
		}
		if int(pack) >= len(m.packs) {
			return errCorrupt
		}
		m.packs[pack] = append(m.packs[pack], located{MakeID(names[i*hash : (i+1)*hash]), off})
	}
	return nil
}
