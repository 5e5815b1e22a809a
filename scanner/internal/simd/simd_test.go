package simd_test

import (
	"bytes"
	"fmt"
	"hash/adler32"
	"math/bits"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/internal/simd"
)

// A class tells of every byte, at every place of a block and whatever stands behind
// the end of the text.
func TestClass(t *testing.T) {
	needsIt(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	classes := map[string]func(byte) bool{
		"none":   func(byte) bool { return false },
		"all":    func(byte) bool { return true },
		"digit":  func(c byte) bool { return c >= '0' && c <= '9' },
		"letter": func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' },
		"odd":    func(c byte) bool { return c&1 != 0 },
		"beyond": func(c byte) bool { return c >= 0x80 },
	}
	for name, in := range classes {
		t.Run(name, func(t *testing.T) {
			class, ok := simd.NewClass(in)
			if !ok {
				t.Fatal("not told by halves")
			}
			for size := range 2 * simd.Block {
				room := bytes.Repeat([]byte{'a', '7', 0xff, 0}, simd.Block)
				text := room[3:][:size]
				for i := range text {
					text[i] = byte(rnd.Uint32())
				}
				var masks [simd.Blocks]uint64
				n := class.Masks(&masks, text)
				if want := (size + simd.Block - 1) / simd.Block; n != want {
					t.Fatalf("%d masks, want %d", n, want)
				}
				for i := range n * simd.Block {
					got := masks[i/simd.Block]>>(i%simd.Block)&1 != 0
					if want := i < size && in(text[i]); got != want {
						t.Fatalf("%q: %t at %d", text, got, i)
					}
				}
			}
		})
	}
}

// Long runs are found wherever they begin and end, whatever is left in the masks behind.
func TestLongRuns(t *testing.T) {
	needsIt(t)
	rnd := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		var masks [simd.Blocks + 1]uint64
		n := rnd.IntN(simd.Blocks + 1)
		for at := 0; at < simd.Block*len(masks); at++ {
			for size := rnd.IntN(2 * simd.LongRun); size > 0 && at < simd.Block*len(masks); size-- {
				masks[at/simd.Block] |= 1 << (at % simd.Block)
				at++
			}
		}
		var begin [simd.Blocks]uint64
		simd.LongRuns(&begin, &masks, n)
		for at, run := simd.Block*(n+1)-1, 0; at >= 0; at-- {
			run++
			if masks[at/simd.Block]>>(at%simd.Block)&1 == 0 {
				run = 0
			}
			if at < simd.Block*n && begin[at/simd.Block]>>(at%simd.Block)&1 != 0 != (run >= simd.LongRun) {
				t.Fatalf("%d at %d, of %d blocks", run, at, n)
			}
		}
	}
}

// Nine sets of low halves are more than a byte has bits.
func TestNoClass(t *testing.T) {
	if _, ok := simd.NewClass(func(c byte) bool { return c>>4 < 9 && c&15 <= c>>4 }); ok {
		t.Error("a class of nine ways")
	}
}

// A Teddy finds every place at which a pattern stands, also at the end of a text, in
// whatever case and with whatever behind it; and not many others.
func TestTeddy(t *testing.T) {
	needsIt(t)
	rnd, model := rand.New(rand.NewPCG(3, 4)), simd.NewModel()
	for _, n := range []int{1, 2, 4} {
		for _, count := range []int{1, 8, 40, 200} {
			patterns := randomPatterns(rnd, count)
			teddy, narrow := simd.NewTeddy(model, patterns, n), simd.NewNarrowTeddy(model, patterns, n)
			for size := range 3 * simd.Block {
				text := randomText(rnd, size, patterns)
				checkTeddy(t, teddy, text, patterns, rnd.IntN(size+1))
				checkTeddy(t, narrow, text, patterns, rnd.IntN(size+1))
			}
		}
	}
}

// checkTeddy holds what is told of a text, and of its first few bytes, against what is
// seen at every place.
func checkTeddy(t *testing.T, teddy *simd.Teddy, text []byte, patterns []simd.Pattern, part int) {
	t.Helper()
	var masks, others [simd.Blocks]uint64
	n, zero := teddy.Masks(&masks, text, len(text))
	if want := (len(text) + simd.Block - 1) / simd.Block; n != want {
		t.Fatalf("%d masks, want %d", n, want)
	}
	if zero != (bytes.IndexByte(text, 0) >= 0) {
		t.Fatalf("%q: zeros: %t", text, zero)
	}
	if n, _ := teddy.Masks(&others, text, part); n != (part+simd.Block-1)/simd.Block || others != upTo(masks, part) {
		t.Fatalf("%q: %d masks of %d bytes: %064b\nof %064b", text, n, part, others[:n], masks[:n])
	}
	for at := range n * simd.Block {
		is := masks[at/simd.Block]>>(at%simd.Block)&1 != 0
		if at >= len(text) && is {
			t.Fatalf("%q: something behind its end", text)
		}
		if at < len(text) && !is && standsAt(text[at:], patterns) {
			t.Fatalf("%q: nothing at %d", text, at)
		}
	}
}

// upTo returns what masks tell of the first n bytes.
func upTo(masks [simd.Blocks]uint64, n int) [simd.Blocks]uint64 {
	for k := range masks {
		switch left := n - k*simd.Block; {
		case left <= 0:
			masks[k] = 0
		case left < simd.Block:
			masks[k] &= 1<<left - 1
		}
	}
	return masks
}

// Few places are found where nothing stands.
func TestTeddyIsSelective(t *testing.T) {
	needsIt(t)
	text := []byte(strings.Repeat("func (s *search) near(w Span, escapes bool) { return s.tokens(w) }\n", 200))
	teddy := simd.NewTeddy(simd.NewModel(), literals([]string{"kia", "sia", "t_k", "%2", "xyz"}), 1)
	found := 0
	var masks [simd.Blocks]uint64
	for at := 0; at < len(text); at += simd.Block * simd.Blocks {
		n, _ := teddy.Masks(&masks, text[at:], len(text)-at)
		for _, mask := range masks[:n] {
			found += bits.OnesCount64(mask)
		}
	}
	if found > len(text)/50 {
		t.Errorf("%d of %d places", found, len(text))
	}
}

// What is frequent in source texts is told to be.
func TestFrequency(t *testing.T) {
	order := []string{" ", "e", "w", "z", "ion", "t_k", "zqx"}
	m := simd.NewModel()
	for i, gram := range order[1:] {
		if m.Frequency(gram) >= m.Frequency(order[i]) {
			t.Errorf("%q is as frequent as %q", gram, order[i])
		}
	}
	if m.Frequency("the") < 10*m.Frequency("hte") {
		t.Error("which bytes are next to one another is not told")
	}
}

// The checksum is right at every length and alignment, and where sums are greatest;
// what stands behind the text does not count.
func TestAdler32(t *testing.T) {
	needsIt(t)
	rnd := rand.New(rand.NewPCG(5, 6))
	room := make([]byte, 3<<20+77)
	check := func(text []byte) {
		t.Helper()
		if got, want := simd.Adler32(text), adler32.Checksum(text); got != want {
			t.Fatalf("%d bytes: %08x, want %08x", len(text), got, want)
		}
	}
	for _, fill := range []func() byte{
		func() byte { return byte(rnd.Uint32()) },
		func() byte { return 0xff },
	} {
		for i := range room {
			room[i] = fill()
		}
		for size := range 300 {
			check(room[size%37:][:size])
		}
		for _, size := range []int{5552, 1<<16 - 1, 1 << 16, 1<<16 + 1, 1<<16 + 32, 2<<16 + 31} {
			check(room[:size])
		}
		for range 100 {
			check(room[rnd.IntN(100):][:rnd.IntN(len(room)-100)])
		}
		check(room)
	}
}

func FuzzAdler32(f *testing.F) {
	needsIt(f)
	f.Add(bytes.Repeat([]byte("text"), 20))
	f.Fuzz(func(t *testing.T, text []byte) {
		if got, want := simd.Adler32(text), adler32.Checksum(text); got != want {
			t.Errorf("%08x, want %08x", got, want)
		}
	})
}

func needsIt(tb testing.TB) {
	tb.Helper()
	if !simd.Available() {
		tb.Skip("not on this processor")
	}
}

func literals(grams []string) (list []simd.Pattern) {
	for _, gram := range grams {
		list = append(list, simd.Literal(gram))
	}
	return list
}

// randomPatterns returns patterns, most of them of one byte at each place.
func randomPatterns(rnd *rand.Rand, n int) (list []simd.Pattern) {
	const bytes = "abcdefkz019%=\\\xc5\xbf\n"
	for range n {
		p := make(simd.Pattern, 1+rnd.IntN(simd.Gram))
		for i := range p {
			for range 1 + rnd.IntN(4)*rnd.IntN(2) {
				c := rnd.IntN(len(bytes))
				p[i] += bytes[c : c+1]
			}
		}
		list = append(list, p)
	}
	return list
}

func randomText(rnd *rand.Rand, size int, patterns []simd.Pattern) []byte {
	var b bytes.Buffer
	for b.Len() < size {
		var one []byte
		for _, place := range patterns[rnd.IntN(len(patterns))] {
			one = append(one, place[rnd.IntN(len(place))])
		}
		switch rnd.IntN(4) {
		case 0:
			for _, c := range one {
				if c >= 'a' && c <= 'z' {
					c -= 'a' - 'A'
				}
				b.WriteByte(c)
			}
		case 1:
			b.Write(one)
		default:
			fmt.Fprintf(&b, "%c%x", rune(rnd.IntN(0x250)), rnd.IntN(1000))
		}
	}
	return b.Bytes()[:size:size]
}

func standsAt(text []byte, patterns []simd.Pattern) bool {
	for _, p := range patterns {
		if len(text) < len(p) {
			continue
		}
		same := true
		for i, place := range p {
			c := text[i]
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			same = same && strings.IndexByte(place, c) >= 0
		}
		if same {
			return true
		}
	}
	return false
}

func BenchmarkClass(b *testing.B) {
	class, _ := simd.NewClass(func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' })
	var masks [simd.Blocks]uint64
	run(b, func(text []byte) (sum uint64) {
		for at := 0; at < len(text); at += simd.Blocks * simd.Block {
			sum += masks[class.Masks(&masks, text[at:])-1]
		}
		return sum
	})
}

func BenchmarkTeddy(b *testing.B) {
	for _, n := range []int{1, 2, 4} {
		teddy, narrow := simd.NewTeddy(simd.NewModel(), literals([]string{"abc", "def"}), n), simd.NewNarrowTeddy(simd.NewModel(), literals([]string{"abc", "def"}), n)
		for name, t := range map[string]*simd.Teddy{"best": teddy, "narrow": narrow} {
			b.Run(fmt.Sprint(name, "/", n), func(b *testing.B) {
				var masks [simd.Blocks]uint64
				run(b, func(text []byte) (sum uint64) {
					for at := 0; at < len(text); at += simd.Blocks * simd.Block {
						n, _ := t.Masks(&masks, text[at:], len(text)-at)
						sum += masks[n-1]
					}
					return sum
				})
			})
		}
	}
}

func run(b *testing.B, masks func([]byte) uint64) {
	needsIt(b)
	text := bytes.Repeat([]byte("func (s *search) near(w Span) { return }\n"), 1000)
	b.SetBytes(int64(len(text)))
	sum := uint64(0)
	for b.Loop() {
		sum += masks(text)
	}
	if sum == 1 {
		b.Log(sum)
	}
}

func BenchmarkAdler32(b *testing.B) {
	needsIt(b)
	for _, size := range []int{40, 1000, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			text := bytes.Repeat([]byte("func "), size/5)
			b.SetBytes(int64(size))
			for b.Loop() {
				simd.Adler32(text)
			}
		})
	}
}

// Folding makes one of the two cases of a letter, and of five pairs of signs; of nothing
// else that is printable.
func TestFolded(t *testing.T) {
	letters, signs := 0, 0
	for a := byte(' '); a <= '~'; a++ {
		for b := a + 1; b <= '~'; b++ {
			switch same := simd.Folded(a) == simd.Folded(b); {
			case same != (a >= '@' && a <= '^' && b == a+0x20):
				t.Errorf("%q and %q: %t", a, b, same)
			case same && a >= 'A' && a <= 'Z':
				letters++
			case same:
				signs++
			}
		}
	}
	if letters != 26 || signs != 5 {
		t.Errorf("%d letters, %d pairs of signs", letters, signs)
	}
}

// TestMarked tells masks apart that are zero and that are not.
func TestMarked(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for n := range simd.Blocks + 1 {
		masks, want := make([]uint64, n), uint64(0)
		for k := range masks {
			if rnd.IntN(3) == 0 {
				masks[k] = 1 << rnd.IntN(64)
				want |= 1 << k
			}
		}
		if got := simd.Marked(masks); got != want {
			t.Errorf("%x: %x, want %x", masks, got, want)
		}
	}
}
