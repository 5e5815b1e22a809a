package simd

// Gram is the greatest length of what a Teddy looks for.
const Gram = 4

// A group has eight sets of grams. A place is one of a set's if its byte and the three
// behind it are each like those of some gram of the set.
type group [Gram]lookup

// sets is how many sets a group has: the bits of a byte.
const sets = 8

// A Teddy finds where one of many grams may stand: strings of one to four bytes,
// their letters in any ASCII case. It finds all places where one does, and some
// others.
type Teddy struct{ groups []group }

// NewTeddy returns a Teddy with n groups for grams, in lower case. The more groups,
// the fewer places where none stands does it find, and the slower it is.
func NewTeddy(m *Model, grams []string, n int) *Teddy {
	t := &Teddy{groups: make([]group, n)}
	for k, s := range arrange(m, grams, n*sets) {
		for _, gram := range s.grams {
			t.groups[k/sets].add(gram, 1<<(k%sets))
		}
	}
	return t
}

// add adds a gram to the set of a bit.
func (g *group) add(gram string, set uint8) {
	for k := range g {
		if k == len(gram) { // whatever follows
			for half := range 16 {
				g[k].low[half] |= set
				g[k].high[half] |= set
			}
			gram += "."
			continue
		}
		g[k].add(gram[k], set)
		g[k].add(upper(gram[k]), set)
	}
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// Masks tells at which places of the first Blocks blocks of a text a gram may stand.
// It returns how many of the masks it has filled in: those of blocks that there are.
func (t *Teddy) Masks(masks *[Blocks]uint64, text []byte) int {
	n := min(Blocks, (len(text)+Block-1)/Block)
	whole := min(n, max(0, len(text)-Gram+1)/Block) // behind those there is enough to read
	if whole > 0 {
		teddyMasks(&t.groups[0], len(t.groups), &text[0], &masks[0], whole)
	}
	if whole == n {
		return n
	}
	var end [2*Block + Gram - 1]byte
	copy(end[:], text[whole*Block:])
	teddyMasks(&t.groups[0], len(t.groups), &end[0], &masks[whole], n-whole)
	if last := len(text) - (n-1)*Block; last < Block {
		masks[n-1] &= 1<<last - 1
	}
	return n
}
