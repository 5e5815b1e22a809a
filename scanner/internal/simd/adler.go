package simd

const (
	adlerStep = 32      // bytes that are added at once
	adlerMost = 1 << 16 // bytes that no lane of sums overflows with
)

// Adler32 returns the checksum of RFC 1950, section 8.2: two sums modulo 65521, a of
// the bytes, b of the values that a goes through.
//
// A byte counts in b once for each step behind its own, times the bytes of a step,
// and by its place in its own step, 32 for the first: so zlib and libdeflate do it.
func Adler32(p []byte) uint32 {
	const mod = 65521
	a, b := uint64(1), uint64(0)
	for len(p) >= adlerStep {
		n := min(len(p), adlerMost) &^ (adlerStep - 1)
		sum, past, placed := adlerSums(&p[0], n)
		b = (b + uint64(n)*a + adlerStep*past + placed&(1<<32-1) + placed>>32) % mod
		a = (a + sum) % mod
		p = p[n:]
	}
	for _, x := range p {
		a += uint64(x)
		b += a
	}
	return uint32(b%mod<<16 | a%mod)
}
