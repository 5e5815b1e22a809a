package simd

// Folded is what a Teddy that looks up whole bytes makes of one.
func Folded(c byte) byte { return folded(c) }

// NewNarrowTeddy is NewTeddy that looks at 32 bytes at once also where it could look at 64.
func NewNarrowTeddy(m *Model, patterns []Pattern, n int) *Teddy {
	return newTeddy(m, patterns, n, false)
}
