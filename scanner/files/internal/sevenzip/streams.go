package sevenzip

import "math"

// A streams is what the header says of contents and where they are.
type streams struct {
	folders []folder
}

// A folder is what was compressed as one.
type folder struct {
	coders  []coder
	binds   []bind
	entries []int    // input streams that packed streams go into
	packed  []extent // of these, where they are
	sizes   []uint64 // what comes out of each coder
	hasCRC  bool
	crc     uint32

	contents []uint64 // sizes of the files in it
	digests  []digest
}

// A coder is a method with its properties.
type coder struct {
	id      uint64
	in, out int
	props   []byte
}

// A bind leads what comes out of one coder into another.
type bind struct{ in, out int }

// An extent is a part of the archive, behind its signature header.
type extent struct{ offset, size uint64 }

// maxCoders is as many as the archiver itself takes.
const maxCoders = 32

// streams reads PackInfo, UnpackInfo and SubStreamsInfo.
func (p *parser) streams() streams {
	var s streams
	var packs []extent
	named := false
	for p.err == nil {
		switch p.id() {
		case idEnd:
			p.assign(&s, packs)
			for i := range s.folders {
				if f := &s.folders[i]; !named {
					f.contents, f.digests = []uint64{f.size()}, []digest{{f.crc, f.hasCRC}}
				}
			}
			return s
		case idPackInfo:
			packs = p.packs()
		case idUnpackInfo:
			s.folders = p.folders()
		case idSubStreams:
			named = true
			p.subStreams(s.folders)
		default:
			p.corrupt("streams")
		}
	}
	return s
}

// packs reads where packed streams are.
func (p *parser) packs() []extent {
	at := p.number()
	list := make([]extent, p.count())
	for p.err == nil {
		switch p.id() {
		case idEnd:
			return list
		case idSize:
			for i := range list {
				size := p.number()
				if at+size < at {
					p.corrupt("packed sizes")
				}
				list[i] = extent{at, size}
				at += size
			}
		case idCRC:
			p.digests(len(list))
		default:
			p.corrupt("packed streams")
		}
	}
	return list
}

// assign gives each folder its packed streams.
func (p *parser) assign(s *streams, packs []extent) {
	for i := range s.folders {
		f := &s.folders[i]
		if len(f.entries) > len(packs) {
			p.corrupt("packed streams")
			return
		}
		f.packed, packs = packs[:len(f.entries)], packs[len(f.entries):]
	}
}

// folders reads UnpackInfo.
func (p *parser) folders() []folder {
	if !p.skipTo(idFolder) {
		p.corrupt("folders")
		return nil
	}
	n := p.count()
	if p.byte() != 0 {
		p.corrupt("folders are elsewhere")
	}
	var list []folder
	for range n {
		if p.err != nil {
			return nil
		}
		list = append(list, p.folder())
	}
	if !p.skipTo(idUnpackSize) {
		p.corrupt("sizes")
		return nil
	}
	for i := range list {
		for k := range list[i].sizes {
			list[i].sizes[k] = p.number()
		}
	}
	for p.err == nil {
		switch p.id() {
		case idEnd:
			return list
		case idCRC:
			for i, d := range p.digests(len(list)) {
				list[i].crc, list[i].hasCRC = d.crc, d.has
			}
		default:
			p.corrupt("folders")
		}
	}
	return list
}

// folder reads the coders of one folder and how they are joined.
func (p *parser) folder() folder {
	var f folder
	n := p.count()
	if n == 0 || n > maxCoders {
		p.corrupt("number of coders")
		return f
	}
	if p.made += n; p.made > 2*p.files+maxCoders {
		p.fail(ErrTooMany)
		return f
	}
	ins, outs := 0, 0
	for range n {
		c := p.coder()
		f.coders = append(f.coders, c)
		ins, outs = ins+c.in, outs+c.out
	}
	if p.err != nil || ins < outs-1 {
		p.corrupt("coders")
		return f
	}
	bound := make([]bool, ins)
	for range outs - 1 {
		b := bind{int(min(p.number(), math.MaxInt32)), int(min(p.number(), math.MaxInt32))}
		if b.in >= ins || b.out >= outs || bound[b.in] {
			p.corrupt("coders")
			return f
		}
		bound[b.in] = true
		f.binds = append(f.binds, b)
	}
	f.sizes = make([]uint64, outs)
	packed := ins - len(f.binds)
	if packed == 1 {
		for i, b := range bound {
			if !b {
				f.entries = append(f.entries, i)
			}
		}
		return f
	}
	for range packed {
		f.entries = append(f.entries, int(min(p.number(), math.MaxInt32)))
	}
	return f
}

func (p *parser) coder() coder {
	const isComplex, hasProperties, reserved = 0x10, 0x20, 0xc0
	flags := p.byte()
	c := coder{in: 1, out: 1}
	name := p.bytes(uint64(flags & 0x0f))
	if flags&reserved != 0 || len(name) > 8 {
		p.corrupt("coder")
		return c
	}
	for _, b := range name {
		c.id = c.id<<8 | uint64(b)
	}
	if flags&isComplex != 0 {
		in, out := p.number(), p.number()
		if in > maxCoders || out > maxCoders || in == 0 || out == 0 {
			p.corrupt("coder")
			return c
		}
		c.in, c.out = int(in), int(out)
	}
	if flags&hasProperties != 0 {
		c.props = p.bytes(p.number())
	}
	return c
}

// size is how much comes out of a folder: of the coder whose output goes into no
// other.
func (f *folder) size() uint64 {
	if i := f.last(); i >= 0 {
		return f.sizes[i]
	}
	return 0
}

// last is the output that goes into no other coder, -1 if there is none.
func (f *folder) last() int {
	bound := make([]bool, len(f.sizes))
	for _, b := range f.binds {
		bound[b.out] = true
	}
	for i := len(bound) - 1; i >= 0; i-- {
		if !bound[i] {
			return i
		}
	}
	return -1
}

// subStreams reads which contents each folder has.
func (p *parser) subStreams(folders []folder) {
	for i := range folders {
		folders[i].contents, folders[i].digests = make([]uint64, 1), nil
	}
	id, left := p.id(), p.files
	if id == idNumUnpackStreams {
		for i := range folders {
			n := p.number()
			if n > uint64(left) {
				p.fail(ErrTooMany)
				return
			}
			left -= int(n)
			folders[i].contents = make([]uint64, n)
		}
		id = p.id()
	}
	for i := range folders {
		p.contentSizes(&folders[i], id == idSize)
	}
	if id == idSize {
		id = p.id()
	}
	for p.err == nil && id != idEnd {
		if id == idCRC {
			p.contentDigests(folders)
		} else {
			p.bytes(p.number())
		}
		id = p.id()
	}
	for i := range folders {
		if f := &folders[i]; f.digests == nil {
			f.digests = make([]digest, len(f.contents))
		}
	}
}

// contentSizes reads the sizes of all contents but the last, which has the rest.
func (p *parser) contentSizes(f *folder, told bool) {
	rest := f.size()
	for k := range f.contents {
		if k == len(f.contents)-1 {
			f.contents[k] = rest
			return
		}
		if !told {
			p.corrupt("sizes")
			return
		}
		size := p.number()
		if size > rest {
			p.corrupt("sizes")
			return
		}
		f.contents[k] = size
		rest -= size
	}
}

// contentDigests reads the check sums of contents that their folder does not
// tell.
func (p *parser) contentDigests(folders []folder) {
	n := 0
	for i := range folders {
		if f := &folders[i]; len(f.contents) != 1 || !f.hasCRC {
			n += len(f.contents)
		}
	}
	list := p.digests(n)
	for i := range folders {
		f := &folders[i]
		if len(f.contents) == 1 && f.hasCRC {
			f.digests = []digest{{f.crc, true}}
			continue
		}
		f.digests, list = list[:len(f.contents)], list[len(f.contents):]
	}
}

// files are the contents of the folder that has a number, without names.
func (f *folder) files(number int) []File {
	list := make([]File, len(f.contents))
	for i, size := range f.contents {
		list[i] = File{Folder: number, Size: int64(min(size, math.MaxInt64)), CRC32: f.digests[i].crc, HasCRC: f.digests[i].has}
	}
	return list
}
