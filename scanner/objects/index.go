package objects

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"

	"github.com/awscred/awscred/scanner/internal/simd"
)

// An index maps object names to offsets in one pack: a parsed .idx file, or one
// that was made from a multi-pack-index or by walking the pack.
type index struct {
	n      int
	hash   int // size of a name
	fanout [256]uint32
	fine   []uint32 // a fan-out of its own: names whose first bits are k begin at fine[k]
	shift  int      // 64 less the number of those bits
	names  []byte   // name i is at names[i*stride+lead:]
	stride int
	lead   int
	crcs   []byte   // version 2: CRC-32 of every entry
	off32  []byte   // offset i is at off32[i*step:]
	step   int      // 4, or stride in version 1
	off64  []byte   // version 2: the large offsets
	offs   []uint64 // a made index has only these
	pack   []byte   // the pack's own checksum, as the index knows it
	single bool     // no name stands in it twice; false if that is not known
}

var errChecksum = errors.New("checksum mismatch")

const badOffset = ^uint64(0)

// parseIndex reads an .idx file of version 1 or 2 (gitformat-pack(5)) and
// verifies its checksum, its fan-out table and the order of its names. With an
// error it also returns what it has, if the sizes are right, as a hint.
func parseIndex(b []byte, hash int) (*index, error) {
	x := &index{hash: hash}
	var err error
	if bytes.HasPrefix(b, []byte("\xfftOc")) {
		err = x.parseV2(b)
	} else {
		err = x.parseV1(b)
	}
	if err != nil {
		return nil, err
	}
	tail := len(b) - 2*hash
	x.pack = b[tail : tail+hash]
	h := newHash(hash)
	h.Write(b[:tail+hash])
	if !bytes.Equal(h.Sum(nil), b[tail+hash:]) {
		return x, errChecksum
	}
	if err := x.checkOrder(); err != nil {
		return x, err
	}
	x.refine()
	return x, nil
}

func (x *index) parseV1(b []byte) error {
	if len(b) < 1024+2*x.hash {
		return errTruncated
	}
	if err := x.readFanout(b); err != nil {
		return err
	}
	x.stride, x.lead, x.step = x.hash+4, 4, x.hash+4
	if len(b) != 1024+x.n*x.stride+2*x.hash {
		return errCorrupt
	}
	x.names = b[1024 : 1024+x.n*x.stride]
	x.off32 = x.names
	return nil
}

func (x *index) parseV2(b []byte) error {
	const head = 8 + 1024
	if len(b) < head+2*x.hash {
		return errTruncated
	}
	if binary.BigEndian.Uint32(b[4:]) != 2 {
		return errCorrupt
	}
	if err := x.readFanout(b[8:]); err != nil {
		return err
	}
	x.stride, x.step = x.hash, 4
	rest := b[head : len(b)-2*x.hash]
	if len(rest)/(x.hash+8) < x.n {
		return errTruncated
	}
	x.names, rest = rest[:x.n*x.hash], rest[x.n*x.hash:]
	x.crcs, rest = rest[:x.n*4], rest[x.n*4:]
	x.off32, x.off64 = rest[:x.n*4], rest[x.n*4:]
	if len(x.off64)%8 != 0 || len(x.off64)/8 > x.n {
		return errCorrupt
	}
	return nil
}

func (x *index) readFanout(b []byte) error {
	last := uint32(0)
	for i := range x.fanout {
		x.fanout[i] = binary.BigEndian.Uint32(b[4*i:])
		if x.fanout[i] < last {
			return errCorrupt
		}
		last = x.fanout[i]
	}
	if last > 1<<31-2 {
		return errCorrupt
	}
	x.n = int(last)
	return nil
}

// checkOrder makes sure that a binary search finds every name.
func (x *index) checkOrder() error {
	x.single = true
	for i := range x.n {
		name := x.name(i)
		if i > 0 {
			switch order := bytes.Compare(x.name(i-1), name); {
			case order > 0:
				return errCorrupt
			case order == 0:
				x.single = false
			}
		}
		lo, hi := x.bounds(name[0])
		if i < lo || i >= hi {
			return errCorrupt
		}
	}
	return nil
}

func (x *index) bounds(first byte) (lo, hi int) {
	if first > 0 {
		lo = int(x.fanout[first-1])
	}
	return lo, int(x.fanout[first])
}

func (x *index) name(i int) []byte {
	at := i*x.stride + x.lead
	return x.names[at : at+x.hash]
}

// offset returns where entry i begins in the pack, or badOffset if the index does not say.
func (x *index) offset(i int) uint64 {
	if x.offs != nil {
		return x.offs[i]
	}
	v := binary.BigEndian.Uint32(x.off32[i*x.step:])
	if x.stride != x.hash || v>>31 == 0 {
		return uint64(v)
	}
	at := int(v&0x7fffffff) * 8
	if at+8 > len(x.off64) {
		return badOffset
	}
	return binary.BigEndian.Uint64(x.off64[at:])
}

// crc returns the CRC-32 of entry i as packed, if the index has it.
func (x *index) crc(i int) (uint32, bool) {
	if x.crcs == nil {
		return 0, false
	}
	return binary.BigEndian.Uint32(x.crcs[i*4:]), true
}

// refine makes a fan-out of about four names each: a look-up then touches two
// lines of memory, where a search by halves touches one at each step.
func (x *index) refine() {
	width := min(max(bits.Len(uint(x.n))-2, 1), 28)
	x.shift = 64 - width
	x.fine = make([]uint32, 1<<width+1)
	for i := range x.n {
		x.fine[x.prefix(i)>>x.shift+1] = uint32(i + 1)
	}
	for k := 1; k < len(x.fine); k++ {
		x.fine[k] = max(x.fine[k], x.fine[k-1])
	}
}

// prefix is the number that the first eight bytes of name i make.
func (x *index) prefix(i int) uint64 {
	return binary.BigEndian.Uint64(x.names[i*x.stride+x.lead:])
}

// first is where the names begin that share their first bits with key.
func (x *index) first(key uint64) int { return int(x.fine[key>>x.shift]) }

// ahead has the processor fetch the name at a position, if there is one.
func (x *index) ahead(at int) {
	if at < x.n {
		simd.Prefetch(&x.names[at*x.stride+x.lead])
	}
}

// near goes on from first to a name that does not come before key, unless that
// is far.
func (x *index) near(at int, key uint64) int {
	for end := min(at+16, x.n); at < end && x.prefix(at) < key; {
		at++
	}
	return at
}

// find returns the first position of a name.
func (x *index) find(name []byte) (int, bool) {
	if x.n == 0 || len(name) != x.hash {
		return 0, false
	}
	key := binary.BigEndian.Uint64(name)
	lo, hi := int(x.fine[key>>x.shift]), int(x.fine[key>>x.shift+1])
	for hi-lo > 16 { // names that were made to crowd together
		mid := int(uint(lo+hi) >> 1)
		if bytes.Compare(x.name(mid), name) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for ; lo < hi; lo++ {
		switch p := x.prefix(lo); {
		case p < key:
			continue
		case p > key:
			return lo, false
		}
		if c := bytes.Compare(x.name(lo), name); c >= 0 {
			return lo, c == 0
		}
	}
	return lo, lo < x.n && bytes.Equal(x.name(lo), name)
}

// A located name is one line of an index that is being made.
type located struct {
	id  ID
	off uint64
}

// makeIndex makes an index of names and offsets, in any order.
func makeIndex(list []located, hash int) *index {
	slices.SortFunc(list, func(a, b located) int {
		if c := a.id.Compare(b.id); c != 0 {
			return c
		}
		return cmp.Compare(a.off, b.off)
	})
	x := &index{n: len(list), hash: hash, stride: hash, offs: make([]uint64, len(list))}
	x.names = make([]byte, 0, len(list)*hash)
	for i, l := range list {
		x.names = append(x.names, l.id.sum[:hash]...)
		x.offs[i] = l.off
		x.fanout[l.id.sum[0]] = uint32(i + 1)
	}
	for i := 1; i < 256; i++ {
		x.fanout[i] = max(x.fanout[i], x.fanout[i-1])
	}
	x.refine()
	return x
}
