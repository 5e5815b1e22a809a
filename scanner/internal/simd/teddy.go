package simd

import "bytes"

// Gram is the greatest length of what a Teddy looks for.
const Gram = 4

// A group has eight sets of grams. A place is one of a set's if its byte and the three
// behind it are each like those of some gram of the set: if their halves are. What is
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

// A Teddy finds where one of many grams may stand: strings of one to four bytes,
// their letters in any ASCII case. It finds all places where one does, and some
// others.
type Teddy struct {
	groups []group
	wide   []wideGroup // used if there are any
}

// NewTeddy returns a Teddy with n groups for grams, in lower case. The more groups,
// the fewer places where none stands does it find, and the slower it is.
func NewTeddy(m *Model, grams []string, n int) *Teddy { return newTeddy(m, grams, n, wide()) }

// Whole reports whether a Teddy looks up whole bytes, not halves: it then finds fewer
// places where none of its grams stands.
func Whole() bool { return wide() }

func newTeddy(m *Model, grams []string, n int, wide bool) *Teddy {
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
	for k, s := range arrange(m, grams, all) {
		for _, gram := range s.grams {
			if wide {
				t.wide[k/sets].add(gram, 1<<(k%sets))
				continue
			}
			t.groups[k/sets].add(gram, 1<<(k%sets))
		}
	}
	return t
}

// add adds a gram to the set of a bit.
func (g *wideGroup) add(gram string, set uint8) {
	for k := range g {
		if k < len(gram) {
			g[k][folded(gram[k])] |= set
			continue
		}
		for c := range g[k] { // whatever follows
			g[k][c] |= set
		}
	}
}

// add adds a gram to the set of a bit.
func (g *group) add(gram string, set uint8) {
	for k := range g {
		if k < len(gram) {
			g.put(k, gram[k], set)
			g.put(k, upper(gram[k]), set)
			continue
		}
		for half := range byte(16) { // whatever follows
			g.put(k, half<<4|half, set)
		}
	}
}

// put adds a byte at a place of a gram.
func (g *group) put(k int, c byte, set uint8) {
	for i := range g[k].low {
		g[k].low[i][c&15] |= set
		g[k].high[i][c>>4] |= set
	}
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// Masks tells at which places of the first Blocks blocks of text[:size] a gram may stand.
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
