package objects

import (
	"bytes"
	"encoding/binary"
	"fmt"
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
		var how derivation
		if err := applyDelta(dst, []byte(base), ops, &how); err != nil || !slices.Equal(how.fresh, c.want) {
			t.Errorf("%s: fresh %v, want %v (%v)", c.name, how.fresh, c.want, err)
		}
		checkCopies(t, []byte(base), dst, &how)
		checkGap(t, dst, []byte(base), ops, how.fresh)
	}
}

// checkGap fails unless spans that are near are one where gaps are allowed, whether
// copies are asked for or not.
func checkGap(t *testing.T, dst, base, ops []byte, fresh []Span) {
	t.Helper()
	for _, gap := range []int{1, 9, 49, 50, 1 << 20} {
		var want []Span
		for _, f := range fresh {
			if k := len(want) - 1; k >= 0 && f.Start-want[k].End <= gap {
				want[k].End = f.End
				continue
			}
			want = append(want, f)
		}
		how := derivation{gap: gap, plain: true}
		if err := applyDelta(dst, base, ops, &how); err != nil || !slices.Equal(how.fresh, want) || len(how.copies) > 0 {
			t.Errorf("with gaps of %d: fresh %v, want %v; %d copies (%v)", gap, how.fresh, want, len(how.copies), err)
		}
	}
}

// The arguments of a copy are those that its bits say are there, whatever is behind
// them.
func TestCopyOp(t *testing.T) {
	args := []byte{1, 2, 3, 4, 5, 6, 7}
	for op := 0x80; op <= 0xff; op++ {
		var want [7]int
		used := 0
		for i := range want {
			if op>>i&1 != 0 {
				want[i] = int(args[used])
				used++
			}
		}
		wantFrom, wantN := want[0]|want[1]<<8|want[2]<<16|want[3]<<24, want[4]|want[5]<<8|want[6]<<16
		if wantN == 0 {
			wantN = 0x10000
		}
		v := binary.LittleEndian.Uint64(append([]byte{byte(op)}, args...))
		if from, n, k := copyOp(v); from != wantFrom || n != wantN || k != 1+used {
			t.Errorf("%#x: %#x, %#x, %d bytes, want %#x, %#x, %d", op, from, n, k, wantFrom, wantN, 1+used)
		}
	}
}

// An instruction that is cut off is not made whole by what is spare behind it.
func TestCutCopy(t *testing.T) {
	ops := []byte{0x91, 0, 4, 0, 0, 0, 0, 0, 0, 0}
	if err := applyDelta(make([]byte, 4), []byte("0123456789"), ops[:3], nil); err != nil {
		t.Error(err)
	}
	if err := applyDelta(make([]byte, 4), []byte("0123456789"), ops[:2], nil); err != errCorrupt {
		t.Errorf("without its size: %v", err)
	}
}

func TestWiden(t *testing.T) {
	const size = 32
	for _, c := range []struct {
		in     []Span
		margin int
		want   []Span
	}{
		{nil, 5, []Span{}},
		{[]Span{{10, 10}}, 2, []Span{{8, 12}}},
		{[]Span{{0, 1}, {31, 32}}, 4, []Span{{0, 5}, {27, 32}}},
		{[]Span{{3, 3}, {8, 9}}, 3, []Span{{0, 12}}},
		{[]Span{{3, 3}, {9, 9}}, 3, []Span{{0, 12}}},
		{[]Span{{3, 3}, {10, 10}}, 3, []Span{{0, 6}, {7, 13}}},
	} {
		if got := widen(slices.Clone(c.in), size, c.margin); !slices.Equal(got, c.want) {
			t.Errorf("%v by %d: got %v, want %v", c.in, c.margin, got, c.want)
		}
	}
}

// A toy is a matcher of a fixed length with context: what precedes and follows
// a match must be no word byte. The context is what makes windows hard.
type toy struct{ re *regexp.Regexp }

// toyMargin is 7 bytes of the match and 1 of context.
const toyMargin = 8

// candidates returns where matches stand in the windows.
func (m toy) candidates(data []byte, windows []Span) []int {
	var list []int
	for _, w := range windows {
		for _, at := range m.re.FindAllIndex(data[w.Start:w.End], -1) {
			list = append(list, w.Start+at[0])
		}
	}
	return list
}

// inherit returns where the base's candidates stand in an object.
func inherit(o *Object) []int {
	var list []int
	base, _ := o.Base.([]int)
	for _, at := range base {
		for _, c := range o.Copies {
			if c.From <= at && at+toyMargin-1 <= c.From+c.Len {
				list = append(list, c.To+at-c.From)
			}
		}
	}
	return list
}

// TestWindowsFindWhatWholeObjectsHold edits texts at random, has git pack them
// with deep chains, and compares a search of windows with a search of everything:
// what an object holds is what its windows show and what it inherits by copies.
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
			r.keyed(seed, 300)
			args := []string{"repack", "-adfq", "--depth=200", "--window=60"}
			if seed%3 == 1 {
				args = append([]string{"-c", "repack.useDeltaBaseOffset=false"}, args...)
			}
			r.git(args...)
			s := open(t, r.dir, Options{})
			var mu sync.Mutex
			inWindows, inherited, seen, all := 0, 0, 0, 0
			err := s.Sweep(t.Context(), SweepOptions{Jobs: 2, Margin: toyMargin, Gap: int(seed % 2 * 20), Types: []Type{TypeBlob}}, func(_ int, o *Object) any {
				want := m.candidates(o.Data, []Span{{0, len(o.Data)}})
				found, old := m.candidates(o.Data, o.Fresh), inherit(o)
				got := slices.Compact(slices.Sorted(slices.Values(slices.Concat(found, old))))
				// A window's edge can look like a word boundary, and what stands
				// next to a copy can have changed.
				got = slices.DeleteFunc(got, func(at int) bool { return !slices.Contains(want, at) })
				mu.Lock()
				defer mu.Unlock()
				all += len(o.Data)
				for _, f := range o.Fresh {
					seen += f.End - f.Start
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s holds %v, windows %v have %v and it inherits %v", o.ID, want, o.Fresh, found, old)
				}
				if !o.Whole {
					inWindows += len(found)
					inherited += len(old)
				} else if o.Base != nil || o.Copies != nil {
					t.Errorf("%s is whole and inherits", o.ID)
				}
				return got
			})
			if err != nil {
				t.Fatal(err)
			}
			if inWindows < 5 || inherited < 5 || seen > all/2 {
				t.Errorf("not put to the test: %d in windows, %d inherited, %d of %d bytes looked at", inWindows, inherited, seen, all)
			}
		})
	}
}

// keyed adds commits of some files in which keys come, in one piece or by the
// removal of what stood between two halves or next to a whole one, and go again.
func (r *repo) keyed(seed uint64, n int) {
	r.t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 9))
	files := make([][]byte, 4)
	var b bytes.Buffer
	for i := range n {
		k := rnd.IntN(len(files))
		f := &files[k]
		if *f == nil {
			for range 40 {
				*f = fmt.Appendf(*f, "words and numbers %x\n", rnd.Uint64())
			}
		}
		*f = keyEdit(rnd, *f)
		fmt.Fprintf(&b, "commit refs/heads/main\ncommitter C <c@example.com> %d +0000\ndata 2\nc\n\nM 100644 inline f%d\ndata %d\n%s\n", 1700000000+i, k, len(*f), *f)
	}
	r.feed(b.String(), "fast-import", "--quiet")
}

// gap is what keyEdit puts where it later takes it away: no delta finds it elsewhere.
const gap = "_gap_gap_gap_gap_gap_gap_gap_"

func keyEdit(rnd *rand.Rand, text []byte) []byte {
	at := rnd.IntN(len(text) + 1)
	before, after := " ", " "
	switch rnd.IntN(6) {
	case 0:
		at, before = 0, ""
	case 1:
		at, after = len(text), ""
	}
	key := fmt.Sprintf("K%05dZ", rnd.IntN(1e5))
	gapped, keyed := bytes.Index(text, []byte(gap)), bytes.LastIndexByte(text, 'K')
	switch op := rnd.IntN(8); {
	case op == 0:
		return slices.Insert(slices.Clone(text), at, []byte(before+key+after)...)
	case op < 4 && gapped >= 0:
		return append(slices.Clone(text[:gapped]), text[gapped+len(gap):]...)
	case op < 4:
		k := rnd.IntN(len(key) + 1)
		return slices.Insert(slices.Clone(text), at, []byte(before+key[:k]+gap+key[k:]+after)...)
	case op < 6 && keyed >= 0 && gapped < 0:
		return append(slices.Clone(text[:keyed]), text[min(len(text), keyed+20):]...)
	}
	return slices.Insert(slices.Clone(text), at, fmt.Appendf(nil, "new %x\n", rnd.Uint64())...)
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
	err := s.Sweep(t.Context(), SweepOptions{Jobs: 1, Types: []Type{TypeBlob}, Margin: 4, Only: only}, func(_ int, o *Object) any {
		if !only(o.ID) || o.Type != TypeBlob {
			t.Errorf("%s %s was not asked for", o.Type, o.ID)
		}
		if o.Whole != (o.Base == nil) {
			t.Errorf("%s: whole %v, base %v", o.ID, o.Whole, o.Base)
		}
		if o.Whole {
			whole++
			if len(o.Fresh) != 1 || o.Fresh[0] != (Span{0, len(o.Data)}) {
				t.Errorf("%s is whole, fresh %v of %d", o.ID, o.Fresh, len(o.Data))
			}
		} else {
			parts++
		}
		return "shown"
	})
	if err != nil || whole < 5 || parts < 5 {
		t.Errorf("%d whole, %d in windows, %v", whole, parts, err)
	}
}
