package match

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// wideRuns steps over bytes that are of no run; what it shows is what is shown when
// every place is tried.
func TestWideRuns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	shown := 0
	for range 50_000 {
		data := patches(r, r.IntN(200))
		most := r.IntN(4) // after as many nobody wants more; none means all
		list := func(runs func([]byte, func(view) bool)) (texts []string) {
			runs(data, func(v view) bool {
				texts = append(texts, string(v.text))
				return len(texts) != most
			})
			return texts
		}
		got, want := list(wideRuns), list(everyRun)
		if !slices.Equal(got, want) {
			t.Fatalf("%q in %q, want %q", got, data, want)
		}
		shown += len(got)
	}
	if shown < 20_000 {
		t.Errorf("%d runs: too few to tell", shown)
	}
}

// everyRun is wideRuns without a look ahead.
func everyRun(data []byte, yield func(view) bool) {
	for at := 1; at < len(data); at++ {
		if data[at] != 0 || !isText(data[at-1]) {
			continue
		}
		end, more := wideRunAt(data, at-1, yield)
		if !more {
			return
		}
		at = max(at, end)
	}
}

// patches makes bytes of which some are random, some zero, and some text in one, two
// and four bytes a character.
func patches(r *rand.Rand, size int) []byte {
	data := make([]byte, size)
	for i := 0; i < size; {
		kind := r.IntN(5)
		for k := r.IntN(60); k > 0 && i < size; k-- {
			switch kind {
			case 0:
				data[i] = byte(r.IntN(256))
			case 1:
				data[i] = byte('a' * r.IntN(2))
			case 2, 3:
				data[i] = 'a'
				i += 2*kind - 3
			}
			i++
		}
	}
	return data
}
