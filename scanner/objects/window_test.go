package objects

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestApplyDeltaFresh(t *testing.T) {
	base := strings.Repeat("0123456789abcdef", 10_000) // 160,000 bytes
	n := len(base)
	for _, c := range []struct {
		name  string
		delta func(s *script) *script
		size  int
		want  []Span
	}{
		{"all copied, in splits of 64 KiB", func(s *script) *script { return s.copy(0, n) }, n, nil},
		{"insert in the middle", func(s *script) *script { return s.copy(0, 100).insert("xyz").copy(100, n-100) }, n + 3, []Span{{100, 103}}},
		{"insert at the start", func(s *script) *script { return s.insert("xyz").copy(0, n) }, n + 3, []Span{{0, 3}}},
		{"insert at the end", func(s *script) *script { return s.copy(0, n).insert("xyz") }, n + 3, []Span{{n, n + 3}}},
		{"long insert in splits of 127", func(s *script) *script { return s.copy(0, 9).insert(strings.Repeat("x", 300)).copy(9, n-9) }, n + 300, []Span{{9, 309}}},
		{"removed in the middle", func(s *script) *script { return s.copy(0, 50).copy(60, n-60) }, n - 10, []Span{{50, 50}}},
		{"removed at the start", func(s *script) *script { return s.copy(10, n-10) }, n - 10, []Span{{0, 0}}},
		{"removed at the end", func(s *script) *script { return s.copy(0, n-10) }, n - 10, []Span{{n - 10, n - 10}}},
		{"a part from the middle", func(s *script) *script { return s.copy(10, 20) }, 20, []Span{{0, 0}, {20, 20}}},
		{"repeated", func(s *script) *script { return s.copy(0, n).copy(0, n) }, 2 * n, []Span{{n, n}}},
		{"swapped", func(s *script) *script { return s.copy(n/2, n/2).copy(0, n/2) }, n, []Span{{0, 0}, {n / 2, n / 2}, {n, n}}},
		{"empty", func(s *script) *script { return s }, 0, []Span{{0, 0}}},
		{"only inserts", func(s *script) *script { return s.insert("ab").insert("cd") }, 4, []Span{{0, 4}}},
		{"removed behind an insert", func(s *script) *script { return s.copy(0, 5).insert("x").copy(50, n-50) }, n - 44, []Span{{5, 6}}},
	} {
		d := c.delta(newScript(n, c.size)).b
		_, to, ops, err := deltaSizes(d)
		if err != nil || int(to) != c.size {
			t.Fatalf("%s: %d, %v", c.name, to, err)
		}
		dst := make([]byte, to)
		var fresh []Span
		if err := applyDelta(dst, []byte(base), ops, &fresh); err != nil || !slices.Equal(fresh, c.want) {
			t.Errorf("%s: fresh %v, want %v (%v)", c.name, fresh, c.want, err)
		}
	}
}

func TestWiden(t *testing.T) {
	data := []byte("one line\nanother line\nlast line\n")
	line := func(data []byte, s Span) Span {
		start := bytes.LastIndexByte(data[:s.Start], '\n') + 1
		end := len(data)
		if i := bytes.IndexByte(data[s.End:], '\n'); i >= 0 {
			end = s.End + i + 1
		}
		return Span{start, end}
	}
	for _, c := range []struct {
		in     []Span
		margin int
		grow   func([]byte, Span) Span
		want   []Span
	}{
		{nil, 5, nil, []Span{}},
		{[]Span{{10, 10}}, 2, nil, []Span{{8, 12}}},
		{[]Span{{0, 1}, {31, 32}}, 4, nil, []Span{{0, 5}, {27, 32}}},
		{[]Span{{3, 3}, {8, 9}}, 3, nil, []Span{{0, 12}}},
		{[]Span{{3, 3}, {9, 9}}, 3, nil, []Span{{0, 12}}},
		{[]Span{{3, 3}, {10, 10}}, 3, nil, []Span{{0, 6}, {7, 13}}},
		{[]Span{{12, 12}}, 1, line, []Span{{9, 22}}},
		{[]Span{{2, 2}, {12, 12}, {18, 18}}, 1, line, []Span{{0, 22}}},
		{[]Span{{2, 2}, {12, 12}}, 1, func([]byte, Span) Span { return Span{-5, 99} }, []Span{{0, 32}}},
		{[]Span{{2, 4}}, 0, func([]byte, Span) Span { return Span{3, 3} }, []Span{{2, 4}}},
	} {
		if got := widen(slices.Clone(c.in), data, c.margin, c.grow); !slices.Equal(got, c.want) {
			t.Errorf("%v by %d: got %v, want %v", c.in, c.margin, got, c.want)
		}
	}
}

// A toy is a matcher of a fixed length with context: what precedes and follows
// a match must be no word byte. The context is what makes windows hard.
type toy struct{ re *regexp.Regexp }

const toyMargin = 12 // 10 of the longest match and 1 of context on both sides

// in returns the matches that touch a window, found by looking at it alone.
func (m toy) in(data []byte, spans []Span) map[string]int {
	found := map[string]int{}
	for _, s := range spans {
		for _, at := range m.re.FindAllIndex(data[s.Start:s.End], -1) {
			found[string(data[s.Start+at[0]:s.Start+at[1]])]++
		}
	}
	return found
}

// TestWindowsFindWhatWholeObjectsHold edits texts at random, has git pack them
// with deep chains, and compares a search of windows with a search of everything.
func TestWindowsFindWhatWholeObjectsHold(t *testing.T) {
	m := toy{regexp.MustCompile(`\bK[0-9]{5}Z\b`)}
	seeds := uint64(12)
	if testing.Short() {
		seeds = 2
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := newRepo(t)
			r.keyed(seed, 150)
			args := []string{"repack", "-adfq", "--depth=200", "--window=60"}
			if seed%3 == 1 {
				args = append([]string{"-c", "repack.useDeltaBaseOffset=false"}, args...)
			}
			r.git(args...)
			s := open(t, r.dir, Options{})
			var mu sync.Mutex
			hits, windowed, bytesSeen, bytesAll := 0, 0, 0, 0
			err := s.Sweep(t.Context(), SweepOptions{Jobs: 2, Margin: toyMargin}, func(_ int, o *Object) bool {
				whole := m.in(o.Data, []Span{{0, len(o.Data)}})
				found := m.in(o.Data, o.Fresh)
				candidate := len(found) > 0 || o.Marked
				mu.Lock()
				defer mu.Unlock()
				bytesAll += len(o.Data)
				for _, f := range o.Fresh {
					bytesSeen += f.End - f.Start
				}
				hits += len(whole)
				if !o.Whole {
					windowed++
				}
				if len(whole) > 0 && !candidate {
					t.Errorf("%s holds %v, windows %v found nothing and the base was not marked", o.ID, slices.Collect(maps.Keys(whole)), o.Fresh)
				}
				return candidate
			})
			if err != nil {
				t.Fatal(err)
			}
			if hits == 0 || windowed == 0 || bytesSeen >= bytesAll {
				t.Errorf("nothing was put to the test: %d hits, %d windowed objects, %d of %d bytes looked at", hits, windowed, bytesSeen, bytesAll)
			}
		})
	}
}

// keyed adds commits of one file with keys that come and go, sometimes in parts
// or with a neighbour that rules them out.
func (r *repo) keyed(seed uint64, n int) {
	r.t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 9))
	text := []byte(strings.Repeat("some text of words and such\n", 30))
	var b bytes.Buffer
	for i := range n {
		for range 1 + rnd.IntN(3) {
			at := rnd.IntN(len(text) + 1)
			switch rnd.IntN(6) {
			case 0:
				text = slices.Insert(text, at, fmt.Appendf(nil, " K%05dZ ", rnd.IntN(100))...)
			case 1:
				text = slices.Insert(text, at, []byte("K012")...)
			case 2:
				text = slices.Insert(text, at, []byte("34Z")...)
			case 3:
				if k := bytes.IndexByte(text, 'K'); k >= 0 {
					text = slices.Insert(text, k+rnd.IntN(2)*7, 'x')
				}
			case 4:
				text = slices.Delete(text, at, min(len(text), at+rnd.IntN(30)))
			default:
				if k := bytes.Index(text, []byte("xK")); k >= 0 {
					text = slices.Delete(text, k, k+1)
				}
			}
		}
		fmt.Fprintf(&b, "commit refs/heads/main\ncommitter C <c@example.com> %d +0000\ndata 2\nc\n\nM 100644 inline f\ndata %d\n%s\n", 1700000000+i, len(text), text)
	}
	r.feed(b.String(), "fast-import", "--quiet")
}

// TestOnlyMakesTheRestWhole sweeps a part of the objects: a delta whose base was
// not shown must be fresh as a whole.
func TestOnlyMakesTheRestWhole(t *testing.T) {
	r := newRepo(t)
	r.keyed(1, 80)
	r.git("repack", "-adfq", "--depth=50", "--window=50")
	s := open(t, r.dir, Options{})
	only := func(id ID) bool { return id.sum[3]%2 == 0 }
	whole, parts := 0, 0
	err := s.Sweep(t.Context(), SweepOptions{Jobs: 1, Types: []Type{TypeBlob}, Margin: 4, Only: only}, func(_ int, o *Object) bool {
		if !only(o.ID) || o.Type != TypeBlob {
			t.Errorf("%s %s was not asked for", o.Type, o.ID)
		}
		if o.Whole && o.Marked {
			t.Errorf("%s is whole and marked", o.ID)
		}
		if o.Whole {
			whole++
			if len(o.Fresh) != 1 || o.Fresh[0] != (Span{0, len(o.Data)}) {
				t.Errorf("%s is whole, fresh %v of %d", o.ID, o.Fresh, len(o.Data))
			}
		} else {
			parts++
		}
		return true
	})
	if err != nil || whole < 5 || parts < 5 {
		t.Errorf("%d whole, %d in windows, %v", whole, parts, err)
	}
}
