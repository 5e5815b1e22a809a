package simd

// A Class is a set of bytes.
type Class struct{ table lookup }

// NewClass returns the class of the bytes that are in. It reports false if that
// cannot be told by halves of bytes: if there are more than eight ways in which high
// halves go with low ones.
func NewClass(in func(byte) bool) (c Class, ok bool) {
	var ways [8][16]bool
	n := 0
	for high := range 16 {
		var way [16]bool
		some := false
		for low := range way {
			way[low] = in(byte(high<<4 | low))
			some = some || way[low]
		}
		if !some {
			continue
		}
		k := 0
		for k < n && ways[k] != way {
			k++
		}
		if k == len(ways) {
			return Class{}, false
		}
		ways[k], n = way, max(n, k+1)
		for low, in := range way {
			if in {
				c.table.add(byte(high<<4|low), 1<<k)
			}
		}
	}
	return c, true
}

// Masks tells which bytes of the first Blocks blocks of a text are of the class. It
// returns how many of the masks it has filled in: those of blocks that there are.
// Behind the end of the text there are none of the class.
func (c *Class) Masks(masks *[Blocks]uint64, text []byte) int {
	n := min(Blocks, (len(text)+Block-1)/Block)
	whole := min(n, len(text)/Block)
	if whole > 0 {
		classMasks(&c.table, &text[0], &masks[0], whole)
	}
	if whole == n {
		return n
	}
	var end [Block]byte
	last := copy(end[:], text[whole*Block:])
	classMasks(&c.table, &end[0], &masks[whole], 1)
	masks[whole] &= 1<<last - 1
	return n
}

// LongRun is how many bytes in a row [LongRuns] looks for.
const LongRun = 16

// LongRuns tells where in the first n blocks LongRun bytes begin that masks tell of: in the
// last of them, they may go on in the one behind. What it leaves for others is of no use.
func LongRuns(begin *[Blocks]uint64, masks *[Blocks + 1]uint64, n int) {
	if n > 0 {
		longRuns(&masks[0], &begin[0], (min(n, Blocks)+3)/4)
	}
}

// Marked returns a bit for each of up to 64 masks, set if it is not zero. Which are cannot
// be foreseen, so there is no branch for it: of a number and its negative one has the
// highest bit, unless it is zero.
func Marked(masks []uint64) uint64 {
	set := uint64(0)
	for k := len(masks) - 1; k >= 0; k-- {
		set = set<<1 | (masks[k]|-masks[k])>>63
	}
	return set
}
