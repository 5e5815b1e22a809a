package lzma

import "io"

// A Reader2 decompresses LZMA2: chunks of LZMA or of bytes as they are.
type Reader2 struct {
	d       decoder
	in      []byte
	at      int
	packed  bool // the chunk is LZMA
	left    int  // bytes that the chunk has to come
	next    int  // where the input of the chunk ends
	started bool // with a chunk that resets the window
	ready   bool // properties were set since the window was reset
	err     error
}

// NewReader2 returns what decompresses in. size is how many bytes may come out
// at most, for the window's sake; -1 if nobody knows.
func NewReader2(in []byte, dict uint32, size int64, l Limits) *Reader2 {
	r := &Reader2{in: in}
	r.d.window = newWindow(int64(dict), size, l)
	return r
}

// Dictionary returns the size of the window that the property byte of LZMA2
// stands for.
func Dictionary(property byte) (uint32, error) {
	switch {
	case property > 40:
		return 0, ErrCorrupt
	case property == 40:
		return 0xffffffff, nil
	}
	return uint32(2|property&1) << (property/2 + 11), nil
}

// Read returns [ErrCorrupt], [ErrWindow], an error of Limits.Grow, or
// [io.ErrUnexpectedEOF] besides io.EOF.
func (r *Reader2) Read(p []byte) (int, error) {
	for r.d.read == r.d.write && r.err == nil && len(p) > 0 {
		r.err = r.more()
	}
	n := copy(p, r.d.buf[r.d.read:r.d.write])
	r.d.read += n
	if n > 0 || len(p) == 0 {
		return n, nil
	}
	return 0, r.err
}

// Used returns how many bytes of the input were read, after io.EOF.
func (r *Reader2) Used() int { return r.at }

func (r *Reader2) more() error {
	if r.left == 0 {
		return r.chunk()
	}
	if err := r.d.room(); err != nil {
		return err
	}
	if !r.packed {
		n := min(r.left, r.d.space())
		if r.at+n > len(r.in) {
			return errShort
		}
		copy(r.d.buf[r.d.write:], r.in[r.at:r.at+n])
		r.d.write += n
		r.d.pos += n
		r.d.valid = min(r.d.valid+n, len(r.d.buf))
		r.at += n
		r.left -= n
		return nil
	}
	n, err := r.d.run(min(r.left, step))
	r.left -= n
	switch {
	case err == io.EOF:
		return ErrCorrupt // LZMA2 has no end markers
	case err != nil:
		return err
	case r.left > 0:
		return nil
	}
	if r.d.r.width < topValue {
		r.d.r.refill()
	}
	if r.d.pending > 0 || r.d.r.code != 0 || r.d.r.short || r.d.r.at != len(r.d.r.in) {
		return ErrCorrupt
	}
	r.at = r.next
	return nil
}

// chunk reads the header of the next chunk.
func (r *Reader2) chunk() error {
	if r.at >= len(r.in) {
		return errShort
	}
	control := r.in[r.at]
	switch {
	case control == 0:
		r.at++
		return io.EOF
	case control == 1 || control >= 0xe0:
		r.d.valid, r.d.pos = 0, 0
		r.started, r.ready = true, false
	case !r.started:
		return ErrCorrupt
	}
	head := r.in[r.at:]
	if control < 0x80 {
		if control > 2 {
			return ErrCorrupt
		}
		if len(head) < 3 {
			return errShort
		}
		r.packed, r.left = false, int(head[1])<<8+int(head[2])+1
		r.at += 3
		return nil
	}
	return r.packedChunk(head)
}

func (r *Reader2) packedChunk(head []byte) error {
	const resetsState, resetsProperties = 0xa0, 0xc0
	control, n := head[0], 5
	if control >= resetsProperties {
		n = 6
	}
	if len(head) < n {
		return errShort
	}
	r.packed, r.left = true, int(control&0x1f)<<16+int(head[1])<<8+int(head[2])+1
	size := int(head[3])<<8 + int(head[4]) + 1
	props := r.d.props
	if control >= resetsProperties {
		var err error
		if props, err = ParseProperties(head[5]); err != nil || props.lc+props.lp > 4 {
			return ErrCorrupt
		}
		r.ready = true
	}
	if !r.ready {
		return ErrCorrupt
	}
	if control >= resetsState {
		r.d.resetState(props)
	}
	r.at += n
	r.next = r.at + size
	if r.next > len(r.in) {
		return errShort
	}
	return r.d.r.start(r.in[r.at:r.next])
}
