package lzma

const (
	probBits = 11
	probInit = 1 << (probBits - 1)
	moveBits = 5
	topValue = 1 << 24
)

// A rangeDecoder decodes bits of known probabilities. Past the end of its input
// it decodes zeros and notes that.
type rangeDecoder struct {
	in    []byte
	at    int
	width uint32
	code  uint32
	short bool
}

// start reads the first five bytes, of which the first is always zero.
func (r *rangeDecoder) start(in []byte) error {
	if len(in) < 5 {
		return errShort
	}
	if in[0] != 0 {
		return ErrCorrupt
	}
	*r = rangeDecoder{in: in, at: 5, width: 0xffffffff}
	for _, c := range in[1:5] {
		r.code = r.code<<8 | uint32(c)
	}
	return nil
}

// refill brings the width back above topValue.
func (r *rangeDecoder) refill() {
	r.width <<= 8
	r.code <<= 8
	if r.at < len(r.in) {
		r.code |= uint32(r.in[r.at])
	} else {
		r.short = true
	}
	r.at++
}

// bit decodes one bit and adapts its probability.
func (r *rangeDecoder) bit(p *uint16) int {
	if r.width < topValue {
		r.refill()
	}
	bound := (r.width >> probBits) * uint32(*p)
	if r.code < bound {
		r.width = bound
		*p += (1<<probBits - *p) >> moveBits
		return 0
	}
	r.width -= bound
	r.code -= bound
	*p -= *p >> moveBits
	return 1
}

// tree decodes a number of so many bits, the highest first. probs has a
// probability for each inner node; the root is at 1.
func (r *rangeDecoder) tree(probs []uint16, bits int) int {
	m := 1
	for range bits {
		m = m<<1 | r.bit(&probs[m])
	}
	return m - 1<<bits
}

// reverse decodes a number of so many bits, the lowest first.
func (r *rangeDecoder) reverse(probs []uint16, bits int) int {
	m, n := 1, 0
	for i := range bits {
		b := r.bit(&probs[m])
		m = m<<1 | b
		n |= b << i
	}
	return n
}

// direct decodes so many bits of even probability.
func (r *rangeDecoder) direct(bits int) int {
	n := 0
	for range bits {
		if r.width < topValue {
			r.refill()
		}
		r.width >>= 1
		b := 0
		if r.code >= r.width {
			r.code -= r.width
			b = 1
		}
		n = n<<1 | b
	}
	return n
}

// reset makes every probability even.
func reset(probs []uint16) {
	for i := range probs {
		probs[i] = probInit
	}
}
