package inflate

// Adler32 returns the checksum that ends a zlib stream (RFC 1950, section 8.2).
//
// It sums eight bytes a step: the first sum grows by all of them, the second by
// eight times the first and by the bytes weighted with their distance from the
// end of the step. Modulo is taken as rarely as 64-bit sums allow.
func Adler32(p []byte) uint32 {
	const mod = 65521
	const most = 1 << 20 // bytes a round: b stays far below 2^64
	a, b := uint64(1), uint64(0)
	for len(p) > 0 {
		q := p
		if len(q) > most {
			q = q[:most]
		}
		p = p[len(q):]
		for len(q) >= 8 {
			c := q[:8]
			x0, x1, x2, x3 := uint64(c[0]), uint64(c[1]), uint64(c[2]), uint64(c[3])
			x4, x5, x6, x7 := uint64(c[4]), uint64(c[5]), uint64(c[6]), uint64(c[7])
			b += 8*a + 8*x0 + 7*x1 + 6*x2 + 5*x3 + 4*x4 + 3*x5 + 2*x6 + x7
			a += x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7
			q = q[8:]
		}
		for _, x := range q {
			a += uint64(x)
			b += a
		}
		a %= mod
		b %= mod
	}
	return uint32(b<<16 | a)
}
