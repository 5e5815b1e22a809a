package simd

import "bytes"

// Gram is the greatest length of what a Teddy looks for.
const Gram = 4

// A group has eight sets of patterns. A place is one of a set's if its byte and the three
// behind it are each like those of some pattern of the set: if their halves are. What is
// looked up stands twice in a row, as a register has it: to load it is faster than to
// repeat it.
type group [Gram]struct{ low, high [2][16]uint8 }

// A wideGroup is a group for a processor that looks up 64 bytes in a table of 64: a byte
// is like one of a set's if folding makes the same of both.
type wideGroup [Gram][64]uint8

// sets is how many sets a group has: the bits of a byte.
const sets = 8

// folded makes 64 of all bytes, and one of a letter in either case. No two others of
// printable ASCII are one but five pairs of signs, such as [ and {.
func folded(c byte) byte {
	if c >= 0x60 {
		c -= 0x20
	}
	return c & 63
}

// A Teddy finds where one of many patterns may stand. It finds all places where one does,
// and some others.
type Teddy struct {
	groups []group
	wide   []wideGroup // used if there are any
}

// NewTeddy returns a Teddy with n groups for patterns. The more groups, the fewer places
// where none stands does it find, and the slower it is.
func NewTeddy(m *Model, patterns []Pattern, n int) *Teddy { return newTeddy(m, patterns, n, wide()) }

// Whole reports whether a Teddy looks up whole bytes, not halves: it then finds fewer
// places where none of its patterns stands.
func Whole() bool { return wide() }

func newTeddy(m *Model, patterns []Pattern, n int, wide bool) *Teddy {
	t := &Teddy{}
	all := make([]set, n*sets)
	if wide {
		t.wide = make([]wideGroup, n)
	} else {
		t.groups = make([]group, n)
	}
	for k := range all {
		all[k].exact = wide
	}
	for k, s := range arrange(m, patterns, all) {
		for _, w := range s.patterns {
			if wide {
				t.wide[k/sets].add(w.pattern, 1<<(k%sets))
				continue
			}
			t.groups[k/sets].add(&w.like, 1<<(k%sets))
		}
	}
	return t
}

// add adds a pattern to the set of a bit.
func (g *wideGroup) add(p Pattern, set uint8) {
	for k := range g {
		if p.anything(k) {
			for c := range g[k] {
				g[k][c] |= set
			}
			continue
		}
		p.bytes(k, func(c byte) { g[k][folded(c)] |= set })
	}
}

// add adds what is like something to the set of a bit. What is looked up stands twice in a
// row.
func (g *group) add(l *likeness, set uint8) {
	for k, halves := range l.halves {
		for half := range 16 {
			for i := range g[k].low {
				if halves[0]>>half&1 != 0 {
					g[k].low[i][half] |= set
				}
				if halves[1]>>half&1 != 0 {
					g[k].high[i][half] |= set
				}
			}
		}
	}
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// Masks tells at which places of the first Blocks blocks of text[:size] a pattern may stand.
// It returns how many of the masks it has filled in, those of blocks that there are, and
// whether there may be a zero byte: in what it has read, which may go on to the end of
// the text.
func (t *Teddy) Masks(masks *[Blocks]uint64, text []byte, size int) (n int, zero bool) {
	n = min(Blocks, (size+Block-1)/Block)
	whole := min(n, max(0, len(text)-Gram+1)/Block) // behind those there is enough to read
	if whole > 0 {
		zero = t.read(&text[0], &masks[0], whole)
	}
	if whole < n {
		rest := text[whole*Block:]
		var end [2*Block + Gram - 1]byte
		copy(end[:], rest)
		t.read(&end[0], &masks[whole], n-whole)
		zero = zero || bytes.IndexByte(rest, 0) >= 0
	}
	if last := size - (n-1)*Block; last < Block {
		masks[n-1] &= 1<<last - 1
	}
	return n, zero
}

// read makes the masks of blocks, behind which there is a gram's length less one to be
// read, and reports whether there is a zero byte in the blocks.
func (t *Teddy) read(text *byte, masks *uint64, blocks int) (zero bool) {
	if len(t.wide) > 0 {
		return teddyMasks64(&t.wide[0], len(t.wide), text, masks, blocks) != 0
	}
	return teddyMasks(&t.groups[0], len(t.groups), text, masks, blocks) != 0
}
