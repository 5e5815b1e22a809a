package objects

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync/atomic"

	"github.com/awscred/awscred/scanner/internal/simd"
)

// packHeaderSize is "PACK", a version and a number of entries, four bytes each.
const packHeaderSize = 12

// A pack is one .pack file, mapped, with the best index that could be had for it.
type pack struct {
	path    string
	name    string // file name
	data    []byte
	unmap   func() error
	alone   bool      // it lies inside another file, so that no index can lie beside it
	temp    bool      // a tmp_pack_*: git ignores it, so its defects are no loss
	known   []located // what the multi-pack-index says, if there is no index
	hints   []uint64  // offsets that an unsound index gave
	count   int       // entries by its own header
	version uint32    // by its header; 0 if that is not one of a pack

	idx      *index
	idxUnmap func() error
	table    *table
	walked   bool // idx was made by walking, so nothing can hide between entries
	cut      bool // the end is missing
	first    int  // ordinal of the first object

	trailed   atomic.Bool // its checksum has been verified
	confirmed atomic.Bool // its index has confirmed all of it: its checksum need not be
}

// openPack maps a pack and reads its header.
func openPack(path string, hash int) (*pack, error) {
	p := &pack{path: path, name: filepath.Base(path)}
	var err error
	if p.data, p.unmap, err = mapFile(path); err != nil {
		return p, err
	}
	if len(p.data) < packHeaderSize+hash {
		return p, errTruncated
	}
	p.count = int(binary.BigEndian.Uint32(p.data[8:]))
	v := binary.BigEndian.Uint32(p.data[4:])
	if string(p.data[:4]) != "PACK" || v != 2 && v != 3 {
		return p, fmt.Errorf("%w: not a pack of version 2 or 3", errCorrupt)
	}
	p.version = v
	return p, nil
}

// limit is where the entries end: at the trailing checksum.
func (p *pack) limit(hash int) uint64 { return uint64(max(0, len(p.data)-hash)) }

// id returns the name of table entry e, or the zero ID if it has none.
func (p *pack) id(e uint32) ID {
	if p.idx == nil {
		return ID{}
	}
	return MakeID(p.idx.name(int(p.table.pos[e])))
}

// header parses entry e's header.
func (p *pack) header(e uint32, hash int) (header, error) {
	off := p.table.off[e]
	return parseHeader(p.data[off:], off, hash)
}

// ahead has the processor fetch what is read of entry e first, its header and its
// name. They lie in places of their own, and whoever needs them next waits for memory.
func (p *pack) ahead(e uint32) {
	t := p.table
	simd.Prefetch(&p.data[t.off[e]])
	if p.idx != nil {
		simd.Prefetch(&p.idx.name(int(t.pos[e]))[0])
	}
}

// find returns the table entry of a name.
func (p *pack) find(id ID) (uint32, bool) {
	if p.idx == nil || p.table == nil {
		return 0, false
	}
	i, ok := p.idx.find(id.sum[:id.size])
	if !ok || p.table.rank[i] == noEntry {
		return 0, false
	}
	return p.table.rank[i], true
}

func (p *pack) close() {
	if p.unmap != nil {
		p.unmap()
	}
	if p.idxUnmap != nil {
		p.idxUnmap()
	}
	p.data, p.idx, p.table = nil, nil, nil
}
