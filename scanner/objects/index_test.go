package objects

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Every name is found at its first position, and no other name at all: names
// that are spread as hashes are, that crowd together, and that stand twice.
func TestIndexFind(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 3))
		crowded := r.IntN(3) // how many leading bytes all names share, times four
		var list []located
		name := func() ID {
			var sum [sha1Size]byte
			for i := range sum {
				sum[i] = byte(r.IntN(256))
			}
			for i := range 4 * crowded {
				sum[i] = 0x5a
			}
			return MakeID(sum[:])
		}
		for n := r.IntN(3000); n > 0; n-- {
			list = append(list, located{name(), uint64(n)})
			if r.IntN(10) == 0 {
				list = append(list, located{list[len(list)-1].id, uint64(n + 1)})
			}
		}
		x := makeIndex(list, sha1Size)
		for i := range x.n {
			first := i > 0 && bytes.Equal(x.name(i-1), x.name(i))
			if at, ok := x.find(x.name(i)); !ok || !first && at != i {
				t.Fatalf("seed %d: name %d of %d is found at %d, %v", seed, i, x.n, at, ok)
			}
		}
		for range 200 {
			if at, ok := x.find(name().Bytes()); ok {
				t.Fatalf("seed %d: a name that is not there is found at %d", seed, at)
			}
		}
	}
}
