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

// Mask tells which of the first Block bytes of a text are of the class. Behind its
// end there are none.
func (c *Class) Mask(text []byte) uint64 {
	if len(text) >= Block {
		return classMask(&c.table, &text[0])
	}
	var block [Block]byte
	n := copy(block[:], text)
	return classMask(&c.table, &block[0]) & (1<<n - 1)
}
