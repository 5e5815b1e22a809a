package decode

import (
	"math/bits"

	"github.com/awscred/awscred/scanner/internal/simd"
)

// tokenMasks tell of 64 bytes of a text at once which are inToken, and where tokens
// begin.
type tokenMasks struct {
	class simd.Class
	data  []byte
	at    int // where the first block begins
	n     int // blocks of which it is known where tokens begin
	in    [simd.Blocks]uint64
	begin [simd.Blocks]uint64 // where leastBase64 bytes begin that are
}

// newTokenMasks returns nil where there are none.
func newTokenMasks() *tokenMasks {
	if !simd.Available() {
		return nil
	}
	class, _ := simd.NewClass(func(c byte) bool { return classes[c]&inToken != 0 }) // a test asks whether it can be told
	return &tokenMasks{class: class}
}

// reset makes the masks those of a text.
func (m *tokenMasks) reset(data []byte) {
	if m != nil {
		m.data, m.at, m.n = data, 0, 0
	}
}

// read makes the masks of blocks from a place on, one at least, up to another place if
// there is room.
func (m *tokenMasks) read(at, to int) {
	size := (max(0, to-at)/simd.Block + 2) * simd.Block // the last block tells of the one before
	end := min(len(m.data), at+size)
	m.at, m.n = at, m.class.Masks(&m.in, m.data[at:end])
	next := uint64(0)
	if end < len(m.data) || m.n == simd.Blocks {
		m.n--
		next = m.in[m.n]
	}
	for k := m.n - 1; k >= 0; k-- {
		m.begin[k] = longRuns(m.in[k], next)
		next = m.in[k]
	}
}

// longRuns returns where in a block leastBase64 ones begin, which may go on in the next.
func longRuns(in, next uint64) uint64 {
	two := next & (next >> 1) // where two begin, four, and eight
	four := two & (two >> 2)
	eight := four & (four >> 4)
	in &= in>>1 | next<<63
	in &= in>>2 | two<<62
	in &= in>>4 | four<<60
	return in & (in>>8 | eight<<56)
}

// token returns the first token that begins between two places, the first of which is
// not inside one.
func (m *tokenMasks) token(from, to int) (start, end int, ok bool) {
	to = min(to, len(m.data)-1)
	for at := from; at <= to; {
		k := uint(at-m.at) / simd.Block
		if k >= uint(m.n) { // before or behind what they tell of
			m.read(at, to)
			k = 0
		}
		begin := m.begin[k%simd.Blocks] >> (uint(at-m.at) % simd.Block)
		if begin != 0 {
			start = at + bits.TrailingZeros64(begin)
			return start, m.end(start + leastBase64), start <= to
		}
		at = m.at + int(k+1)*simd.Block
	}
	return 0, 0, false
}

// end returns where the token ends that goes on at a place, which may be behind what
// the masks tell of.
func (m *tokenMasks) end(at int) int {
	k := uint(at-m.at) / simd.Block
	if k >= uint(m.n) {
		return tokenEnd(m.data, at)
	}
	shift := uint(at-m.at) % simd.Block
	n := bits.TrailingZeros64(^(m.in[k%simd.Blocks] >> shift))
	if uint(n) < simd.Block-shift {
		return at + n
	}
	return tokenEnd(m.data, m.at+int(k+1)*simd.Block)
}

// begins reports whether leastBase64 bytes that are inToken begin at a place, and
// whether the masks tell.
func (m *tokenMasks) begins(at int) (yes, known bool) {
	if m == nil {
		return false, false
	}
	k := uint(at-m.at) / simd.Block
	if k >= uint(m.n) {
		return false, false
	}
	return m.begin[k%simd.Blocks]>>(uint(at-m.at)%simd.Block)&1 != 0, true
}

// several reports whether more than one byte between two places is inToken, as far as
// the masks tell and if the places are near each other.
func (m *tokenMasks) several(from, to int) bool {
	if m == nil || from < m.at || to-from > simd.Block {
		return false
	}
	first, last := uint(from-m.at)/simd.Block, uint(to-m.at)/simd.Block
	if last >= uint(m.n) {
		return false
	}
	in := m.in[first%simd.Blocks] >> (uint(from-m.at) % simd.Block)
	if first != last {
		in |= m.in[last%simd.Blocks] << (simd.Block - uint(from-m.at)%simd.Block)
	}
	return bits.OnesCount64(in&(1<<uint(to-from)-1)) > 1
}
