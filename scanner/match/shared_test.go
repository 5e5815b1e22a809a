package match_test

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"sync"
	"testing"

	"github.com/awscred/awscred/scanner"
)

// TestGoroutinesShareStates searches with many goroutines at once, in texts of
// which nearly every character leads to a state that was not there before: the
// tables grow, are full, and are forgotten while others read them.
func TestGoroutinesShareStates(t *testing.T) {
	patterns := []string{`qr[ab]*a[ab]{18}c`, `qs[ab]*b[ab]{17}[ac]`, `qt[ab]{3,}?a[ab]{16}a[ab]{3}c`}
	var list []scanner.Rule
	for _, p := range patterns {
		list = append(list, scanner.Rule{ID: p, Pattern: p})
	}
	m := compile(t, list, nil)
	ids := m.RuleIDs()
	var all sync.WaitGroup
	for seed := range uint64(4) {
		all.Go(func() {
			for round := range uint64(2) {
				text := branching(rand.New(rand.NewPCG(seed, round)), 1<<15)
				got := map[string][][]int{}
				for _, h := range m.Hits(text) {
					got[ids[h.Rule]] = append(got[ids[h.Rule]], []int{h.Start, h.End})
				}
				for _, p := range patterns {
					if want := regexp.MustCompile(p).FindAllIndex(text, -1); !sameSpans(got[p], want) {
						t.Errorf("%s, seed %d, round %d: %v, want %v", p, seed, round, got[p], want)
					}
				}
			}
		})
	}
	all.Wait()
}

// branching returns long runs of two letters, in random order, behind what the
// patterns begin with.
func branching(r *rand.Rand, size int) []byte {
	var b bytes.Buffer
	for b.Len() < size {
		b.WriteByte('q')
		b.WriteByte("rst"[r.IntN(3)])
		for range r.IntN(size / 8) {
			b.WriteByte("ab"[r.IntN(2)])
		}
		b.WriteByte("c\n"[r.IntN(2)])
	}
	return b.Bytes()
}

func sameSpans(a, b [][]int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i][0] != b[i][0] || a[i][1] != b[i][1] {
			return false
		}
	}
	return true
}
