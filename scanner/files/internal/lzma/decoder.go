package lzma

import (
	"errors"
	"io"
)

var (
	// ErrCorrupt is the error for what no encoder writes.
	ErrCorrupt = errors.New("LZMA data is corrupt")
	// ErrWindow is the error for a match that reaches further back than
	// [Limits] lets a decoder remember.
	ErrWindow = errors.New("LZMA window too large")

	errShort = io.ErrUnexpectedEOF
)

// Limits bound what a decoder allocates.
type Limits struct {
	// Window is how many bytes of output are remembered.
	Window int64
	// Grow, if it is set, is asked before the window becomes n bytes larger.
	// Its error ends the decoding.
	Grow func(n int64) error
}

// Properties are the three numbers that an encoder was set to.
type Properties struct{ lc, lp, pb int }

// ParseProperties reads the byte that holds them.
func ParseProperties(c byte) (Properties, error) {
	if c >= 9*5*5 {
		return Properties{}, ErrCorrupt
	}
	return Properties{lc: int(c % 9), lp: int(c / 9 % 5), pb: int(c / 45)}, nil
}

const (
	states     = 12
	posStates  = 1 << 4
	lenStates  = 4
	minMatch   = 2
	alignBits  = 4
	endOfPos   = 14 // slots below have probabilities for all their bits
	noDistance = 0xffffffff
)

// A lengths decodes the lengths of matches.
type lengths struct {
	choice [2]uint16
	low    [posStates][1 << 3]uint16
	mid    [posStates][1 << 3]uint16
	high   [1 << 8]uint16
}

func (l *lengths) reset() {
	reset(l.choice[:])
	for i := range l.low {
		reset(l.low[i][:])
		reset(l.mid[i][:])
	}
	reset(l.high[:])
}

func (l *lengths) decode(r *rangeDecoder, pos int) int {
	if r.bit(&l.choice[0]) == 0 {
		return r.tree(l.low[pos][:], 3)
	}
	if r.bit(&l.choice[1]) == 0 {
		return 8 + r.tree(l.mid[pos][:], 3)
	}
	return 16 + r.tree(l.high[:], 8)
}

// A decoder decodes symbols into a window.
type decoder struct {
	window
	r     rangeDecoder
	props Properties
	pos   int // bytes since the last reset, for the positions' low bits

	state   int
	rep     [4]uint32
	pending int // bytes of a match for which there was no space

	literals           []uint16
	isMatch, isRepLong [states][posStates]uint16
	isRep, isRep0      [states]uint16
	isRep1, isRep2     [states]uint16
	slots              [lenStates][1 << 6]uint16
	special            [115]uint16
	align              [1 << alignBits]uint16
	matchLen, repLen   lengths
}

// resetState forgets what was learnt.
func (d *decoder) resetState(p Properties) {
	d.props = p
	n := 0x300 << (p.lc + p.lp)
	if cap(d.literals) < n {
		d.literals = make([]uint16, n)
	}
	d.literals = d.literals[:n]
	reset(d.literals)
	for i := range d.isMatch {
		reset(d.isMatch[i][:])
		reset(d.isRepLong[i][:])
	}
	for _, p := range [][]uint16{d.isRep[:], d.isRep0[:], d.isRep1[:], d.isRep2[:], d.special[:], d.align[:]} {
		reset(p)
	}
	for i := range d.slots {
		reset(d.slots[i][:])
	}
	d.matchLen.reset()
	d.repLen.reset()
	d.state, d.rep, d.pending = 0, [4]uint32{}, 0
}

// run decodes until limit bytes came out or the window is full, and returns how
// many did. At an end marker it returns [io.EOF].
func (d *decoder) run(limit int) (int, error) {
	start := d.write
	end := start + min(limit, d.space())
	if d.pending > 0 {
		if err := d.match(d.pending, end); err != nil {
			return 0, err
		}
	}
	for d.write < end {
		if err := d.symbol(end); err != nil {
			return d.write - start, err
		}
		if d.r.short {
			return d.write - start, errShort
		}
	}
	return d.write - start, nil
}

// symbol decodes a literal or a match.
func (d *decoder) symbol(end int) error {
	pos := (d.pos) & (1<<d.props.pb - 1)
	if d.r.bit(&d.isMatch[d.state][pos]) == 0 {
		d.literal()
		return nil
	}
	var n int
	if d.r.bit(&d.isRep[d.state]) == 0 {
		d.rep[3], d.rep[2], d.rep[1] = d.rep[2], d.rep[1], d.rep[0]
		n = d.matchLen.decode(&d.r, pos)
		d.state = after(d.state, 7, 10)
		if d.rep[0] = d.distance(n); d.rep[0] == noDistance {
			return io.EOF
		}
		return d.match(n+minMatch, end)
	}
	if d.r.bit(&d.isRep0[d.state]) == 0 {
		if d.r.bit(&d.isRepLong[d.state][pos]) == 0 {
			d.state = after(d.state, 9, 11)
			return d.match(1, end)
		}
	} else {
		d.rotate()
	}
	n = d.repLen.decode(&d.r, pos)
	d.state = after(d.state, 8, 11)
	return d.match(n+minMatch, end)
}

// after is the state behind a match: one if a literal came before it, else the
// other.
func after(state, literal, other int) int {
	if state < 7 {
		return literal
	}
	return other
}

// rotate brings the distance that is used again to the front.
func (d *decoder) rotate() {
	var dist uint32
	if d.r.bit(&d.isRep1[d.state]) == 0 {
		dist = d.rep[1]
	} else {
		if d.r.bit(&d.isRep2[d.state]) == 0 {
			dist = d.rep[2]
		} else {
			dist = d.rep[3]
			d.rep[3] = d.rep[2]
		}
		d.rep[2] = d.rep[1]
	}
	d.rep[1], d.rep[0] = d.rep[0], dist
}

// match repeats n bytes, or as many as fit before end.
func (d *decoder) match(n, end int) error {
	dist := int(d.rep[0]) + 1
	if err := d.check(dist); err != nil {
		return err
	}
	k := min(n, end-d.write)
	d.repeat(dist, k)
	d.pos += k
	d.pending = n - k
	return nil
}

func (d *decoder) distance(length int) uint32 {
	slot := d.r.tree(d.slots[min(length, lenStates-1)][:], 6)
	if slot < 4 {
		return uint32(slot)
	}
	bits := slot>>1 - 1
	dist := uint32(2|slot&1) << bits
	if slot < endOfPos {
		return dist + uint32(d.r.reverse(d.special[int(dist)-slot:], bits))
	}
	dist += uint32(d.r.direct(bits-alignBits)) << alignBits
	return dist + uint32(d.r.reverse(d.align[:], alignBits))
}

// literal decodes one byte. Behind a match the byte that would have gone on with
// it says what the literal is not.
func (d *decoder) literal() {
	prev := 0
	if d.valid > 0 {
		prev = int(d.back(1))
	}
	ctx := (d.pos&(1<<d.props.lp-1))<<d.props.lc + prev>>(8-d.props.lc)
	probs := d.literals[0x300*ctx:][:0x300]
	m := 1
	if d.state >= 7 {
		// A state behind a match has a distance that was checked.
		expected := int(d.back(min(int(d.rep[0])+1, max(d.valid, 1))))
		for m < 0x100 {
			expected <<= 1
			want := expected & 0x100
			b := d.r.bit(&probs[0x100+want+m])
			m = m<<1 | b
			if want>>8 != b {
				break
			}
		}
	}
	for m < 0x100 {
		m = m<<1 | d.r.bit(&probs[m])
	}
	d.put(byte(m))
	d.pos++
	switch {
	case d.state < 4:
		d.state = 0
	case d.state < 10:
		d.state -= 3
	default:
		d.state -= 6
	}
}
