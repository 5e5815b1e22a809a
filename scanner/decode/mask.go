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
	at    int                     // where the first block begins
	n     int                     // blocks of which it is known where tokens begin
	in    [simd.Blocks + 1]uint64 // of one block more than that: nothing where the text has ended
	begin [simd.Blocks]uint64     // where leastBase64 bytes begin that are, or may in the block behind those
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
	m.at, m.n = at, m.class.Masks((*[simd.Blocks]uint64)(m.in[:]), m.data[at:end])
	behind := ^uint64(0)
	if end < len(m.data) || m.n == simd.Blocks {
		m.n--
	} else {
		m.in[m.n], behind = 0, 0
	}
	simd.LongRuns(&m.begin, &m.in, m.n)
	m.begin[m.n%simd.Blocks] = behind // m.n is less
}

// starts returns where in a block tokens begin.
func (m *tokenMasks) starts(k uint) uint64 {
	before := m.in[k%simd.Blocks] << 1
	if at := m.at + int(k)*simd.Block; at > 0 {
		before |= uint64(classes[m.data[at-1]] & inToken)
	}
	return m.begin[k%simd.Blocks] &^ before
}

// long returns where in a block so many characters of a token follow that it may hold
// leastHex digits.
func (m *tokenMasks) long(k uint) uint64 {
	const further = leastHex - leastBase64
	return m.begin[k%simd.Blocks]>>further | m.begin[(k+1)%simd.Blocks]<<(simd.Block-further)
}

// token returns the first token that begins between two places, the first of which is
// not inside one.
func (m *tokenMasks) token(from, to int) (start, end int, ok bool) {
	to = min(to, len(m.data)-1)
	k, shift := uint(from-m.at)/simd.Block, uint(from-m.at)%simd.Block
	for at := from; at <= to; at = m.at + int(k)*simd.Block {
		if k >= uint(m.n) { // before or behind what they tell of
			m.read(at, to)
			k, shift = 0, 0
		}
		if begin := m.begin[k%simd.Blocks] >> shift; begin != 0 {
			start = at + bits.TrailingZeros64(begin)
			return start, m.end(start + leastBase64), start <= to
		}
		k, shift = k+1, 0
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

// masksBefore is how many bytes before an edit the masks are made to tell of: mostly that
// is as far back as search.before looks.
const masksBefore = simd.Block / 2

// around makes the masks of an edit and of what is around it.
func (m *tokenMasks) around(w Span) {
	if m != nil {
		m.read(max(0, w.Start-masksBefore), w.End)
	}
}

// before returns where the token begins whose end search.before looks for, or where what
// separates it from the place does, if there is none. That token is shorter than any that
// counts, so whoever goes on from its beginning finds the same as from its end. It reports
// false if the token counts or the masks do not tell.
func (m *tokenMasks) before(at int) (from int, known bool) {
	if m == nil || m.n == 0 || uint(at-m.at-1) >= simd.Block || m.data[at-1] == '=' {
		return 0, false
	}
	size := at - m.at
	in := m.in[0] << (simd.Block - uint(size)) // the highest bit is the byte before the place
	back := bits.LeadingZeros64(^in)
	if back < size && separates(m.data[at-back-1]) {
		back += bits.LeadingZeros64(in << uint(back))
		token := bits.LeadingZeros64(^(in << uint(back)))
		if token >= leastBase64 || token == 1 && m.data[at-back-1] == '+' { // that may separate as well
			return 0, false
		}
		back += token
	}
	if back < size {
		return at - back, true
	}
	return 0, m.at == 0
}

// anyBehind reports whether one of the two pieces behind an edit that ends at a place may
// be a token, as far as the masks tell: the two that are next, whatever is between them.
func (m *tokenMasks) anyBehind(at int) bool {
	if m == nil || uint(at-m.at)/simd.Block >= uint(m.n) {
		return true
	}
	k, shift := uint(at-m.at)/simd.Block, uint(at-m.at)%simd.Block
	in := m.in[k%simd.Blocks]>>shift | m.in[k%simd.Blocks+1]<<(simd.Block-shift)
	in &= in + 1      // without what is left of a token
	first := in & -in // to add it carries through the piece to what is behind it
	piece := in &^ (in + first)
	in &^= piece
	second := in & -in
	behind := in + second
	if behind == 0 { // there is none, or it goes on
		return true
	}
	if (piece>>(leastBase64-1)&first | in&^behind>>(leastBase64-1)&second) != 0 {
		return true
	}
	// A piece may begin behind a plus that separates it.
	return m.data[at+bits.TrailingZeros64(first)] == '+' || m.data[at+bits.TrailingZeros64(second)] == '+'
}
