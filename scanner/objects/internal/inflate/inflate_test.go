package inflate

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/adler32"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// deflated returns p as a zlib stream of the given level.
func deflated(t testing.TB, p []byte, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(p); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// texts returns inputs of many sizes and compressibilities.
func texts() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	m := map[string][]byte{"empty": {}, "one": {'x'}}
	for _, n := range []int{2, 7, 15, 16, 17, 255, 256, 277, 300, 4096, 70_000, 300_000} {
		random := make([]byte, n)
		words := make([]byte, 0, n+16)
		for i := range random {
			random[i] = byte(r.Uint32())
		}
		for len(words) < n {
			words = fmt.Appendf(words, "word%d ", r.IntN(50)*r.IntN(50))
		}
		m[fmt.Sprintf("random-%d", n)] = random
		m[fmt.Sprintf("words-%d", n)] = words[:n]
		m[fmt.Sprintf("zeros-%d", n)] = make([]byte, n)
		for _, period := range []int{2, 3, 5, 8, 11, 16, 31} {
			m[fmt.Sprintf("period%d-%d", period, n)] = bytes.Repeat(random[:min(period, n)], n)[:n]
		}
	}
	return m
}

func TestZlibAgreesWithTheEncoder(t *testing.T) {
	d := New()
	for name, want := range texts() {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			z := deflated(t, want, level)
			for _, slack := range []int{0, Slack} {
				for _, tail := range []int{0, 40} {
					src := append(bytes.Clone(z), make([]byte, tail)...)
					dst := make([]byte, len(want), len(want)+slack)
					used, err := d.Zlib(dst, src)
					if err != nil || used != len(z) || !bytes.Equal(dst, want) {
						t.Fatalf("%s level %d slack %d tail %d: used %d of %d, err %v", name, level, slack, tail, used, len(z), err)
					}
				}
			}
		}
	}
}

func TestZlibRefusesTheWrongSize(t *testing.T) {
	d := New()
	for name, text := range texts() {
		z := deflated(t, text, 6)
		for _, slack := range []int{0, Slack} {
			if _, err := d.Zlib(make([]byte, len(text)+1, len(text)+1+slack), z); err != ErrShort {
				t.Errorf("%s: one byte too many: %v", name, err)
			}
			if len(text) == 0 {
				continue
			}
			if _, err := d.Zlib(make([]byte, len(text)-1, len(text)-1+slack), z); err != ErrLong {
				t.Errorf("%s: one byte too few: %v", name, err)
			}
		}
	}
}

func TestPrefix(t *testing.T) {
	d := New()
	for name, text := range texts() {
		z := deflated(t, text, 6)
		for _, n := range []int{0, 1, 20, 32, len(text), len(text) + 9} {
			dst := make([]byte, n, n+n%2*Slack)
			got, err := d.Prefix(dst, z)
			want := min(n, len(text))
			if err != nil || got != want || !bytes.Equal(dst[:got], text[:want]) {
				t.Errorf("%s: prefix of %d: %d bytes, %v", name, n, got, err)
			}
		}
	}
}

func TestBrokenStreams(t *testing.T) {
	fixed := []byte{0x78, 0x9c, 0x4b, 0x04, 0x00, 0x00, 0x62, 0x00, 0x62} // "a", fixed code
	for _, c := range []struct {
		name string
		src  []byte
		size int
		want error
	}{
		{"nothing", nil, 0, ErrTruncated},
		{"method 7", []byte{0x77, 0x85, 3, 0}, 0, ErrHeader},
		{"dictionary", []byte{0x78, 0xbb, 3, 0}, 0, ErrHeader},
		{"window too large", []byte{0x88, 0x1c, 3, 0}, 0, ErrHeader},
		{"reserved block type", []byte{0x78, 0x9c, 0x07, 0}, 0, ErrCorrupt},
		{"good", fixed, 1, nil},
		{"checksum", append(bytes.Clone(fixed[:8]), 1), 1, ErrChecksum},
		{"checksum cut", fixed[:8], 1, ErrTruncated},
		{"stored length", []byte{0x78, 0x9c, 1, 1, 0, 0, 0, 'a', 0, 0x62, 0, 0x62}, 1, ErrCorrupt},
		{"stored cut", []byte{0x78, 0x9c, 1, 2, 0, 0xfd, 0xff, 'a'}, 2, ErrTruncated},
		{"distance before the start", []byte{0x78, 0x9c, 0x03, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 3, ErrCorrupt},
		{"too many literal codes", []byte{0x78, 0x9c, 0xfd, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1, ErrCorrupt},
	} {
		dst := make([]byte, c.size)
		if _, err := New().Zlib(dst, c.src); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

// alike fails unless rounds do with src what they do in Go: the same bytes, as many of them,
// and the same error.
func alike(t *testing.T, d *Decoder, src []byte, size, slack int) {
	t.Helper()
	plain := *d
	plain.assembled = false
	a, b := make([]byte, size, size+slack), make([]byte, size, size+slack)
	n, err := d.Zlib(a, src)
	m, want := plain.Zlib(b, src)
	if n != m || err != want || d.Written() != plain.Written() || !bytes.Equal(a[:d.Written()], b[:d.Written()]) {
		t.Fatalf("%d bytes, slack %d: %d, %v and %d written; in Go %d, %v and %d", size, slack, n, err, d.Written(), m, want, plain.Written())
	}
}

// agree fails unless the decoder does with src what compress/zlib does.
func agree(t *testing.T, d *Decoder, src []byte) {
	t.Helper()
	in := bytes.NewReader(src)
	var want []byte
	r, err := zlib.NewReader(in)
	if err == nil {
		want, err = io.ReadAll(io.LimitReader(r, 1<<22))
		if len(want) == 1<<22 {
			t.Skip("too long to compare")
		}
	}
	for _, slack := range []int{0, Slack} {
		alike(t, d, src, len(want), slack)
		alike(t, d, src, len(want)+100, slack)
		dst := make([]byte, len(want), len(want)+slack)
		used, got := d.Zlib(dst, src)
		switch {
		case (got == nil) != (err == nil):
			t.Fatalf("slack %d: got %v, compress/zlib %v", slack, got, err)
		case got == nil && !bytes.Equal(dst, want):
			t.Fatalf("slack %d: different bytes", slack)
		case got == nil && used != len(src)-in.Len():
			t.Fatalf("slack %d: used %d, compress/zlib %d", slack, used, len(src)-in.Len())
		}
		half := make([]byte, len(want)/2, len(want)/2+slack)
		n, _ := d.Prefix(half, src)
		if n > len(half) || !bytes.Equal(half[:n], want[:n]) {
			t.Fatalf("slack %d: prefix differs", slack)
		}
	}
}

// A bitWriter packs bits as RFC 1951 does, section 3.1.1.
type bitWriter struct {
	b    []byte
	free int // bits of the last byte
}

func (w *bitWriter) number(v, n int) {
	for ; n > 0; n-- {
		if w.free == 0 {
			w.b, w.free = append(w.b, 0), 8
		}
		w.b[len(w.b)-1] |= byte(v & 1 << (8 - w.free))
		w.free--
		v >>= 1
	}
}

// code writes a Huffman code, whose highest bit comes first.
func (w *bitWriter) code(v, n int) {
	for n--; n >= 0; n-- {
		w.number(v>>n&1, 1)
	}
}

// A block may give codes to all symbols, and their lengths may end in a run.
func TestAllSymbols(t *testing.T) {
	text := []byte("all symbols have codes")
	w := bitWriter{b: []byte{0x78, 0x9c}}
	w.number(1|2<<1, 3)
	w.number(maxLitCodes-257, 5)
	w.number(maxDistCodes-1, 5)
	w.number(12-4, 4)
	lens := map[uint8]int{4: 2, 5: 2, 8: 2, 9: 3, 16: 3}
	for _, s := range precodeOrder[:12] {
		w.number(lens[s], 3)
	}
	run := func(n, code, bits int) {
		w.code(code, bits)
		for n--; n > 0; n -= min(n, 6) {
			w.code(7, 3)
			w.number(min(n, 6)-3, 2)
		}
	}
	run(226, 2, 2) // of length 8
	run(60, 6, 3)  // of length 9
	w.code(0, 2)   // two of length 4
	w.code(0, 2)
	run(28, 1, 2) // of length 5
	for _, c := range text {
		w.code(int(c), 8)
	}
	w.code(226<<1+256-226, 9)
	z := binary.BigEndian.AppendUint32(w.b, adler32.Checksum(text))
	dst := make([]byte, len(text))
	if _, err := New().Zlib(dst, z); err != nil || !bytes.Equal(dst, text) {
		t.Errorf("%q, %v", dst, err)
	}
	agree(t, New(), z)
}

// More codes of one bit than there can be are none, even if nobody uses them.
func TestShortCodes(t *testing.T) {
	for distances, want := range []error{1: nil, 2: nil, 3: ErrCorrupt, 4: ErrCorrupt} {
		if distances == 0 {
			continue
		}
		w := bitWriter{b: []byte{0x78, 0x9c}}
		w.number(1|2<<1, 3)
		w.number(0, 5)
		w.number(distances-1, 5)
		w.number(18-4, 4)
		for _, s := range precodeOrder[:18] {
			w.number(map[uint8]int{1: 1, 18: 1}[s], 3)
		}
		for _, n := range []int{138, 118} { // without a code
			w.code(1, 1)
			w.number(n-11, 7)
		}
		for range 1 + distances { // the end, and the distances
			w.code(0, 1)
		}
		w.code(0, 1)
		z := binary.BigEndian.AppendUint32(w.b, 1)
		if _, err := New().Zlib(nil, z); err != want {
			t.Errorf("%d distances of one bit: %v, want %v", distances, err, want)
		}
		agree(t, New(), z)
	}
}

func TestCopyNear(t *testing.T) {
	for back := 1; back < 16; back++ {
		for length := 3; length <= 258; length++ {
			room := make([]byte, back+copyRoom)
			for i := range room {
				room[i] = byte(7 * i)
			}
			copyNear((*[copyRoom]byte)(room[back:]), (*[copyRoom]byte)(room), back, length)
			for i := range back + length {
				if want := byte(7 * (i % back)); room[i] != want {
					t.Fatalf("%d bytes from %d back: %d is %d, want %d", length, back, i, room[i], want)
				}
			}
		}
	}
}

func TestMutationsAgreeWithTheStandardLibrary(t *testing.T) {
	d := New()
	r := rand.New(rand.NewPCG(3, 4))
	for _, text := range texts() {
		if len(text) > 5000 {
			continue
		}
		for _, level := range []int{flate.HuffmanOnly, 0, 1, 6} {
			z := deflated(t, text, level)
			for range 40 {
				m := bytes.Clone(z)
				for range 1 + r.IntN(3) {
					m[r.IntN(len(m))] ^= 1 << r.IntN(8)
				}
				agree(t, d, m[:len(m)-r.IntN(2)*r.IntN(len(m))])
			}
		}
	}
}

// A randomCode is a complete code, with the codes of its symbols.
type randomCode struct {
	lens, codes []int
	used, long  []int // symbols, and those whose codes are longest
}

// newRandomCode makes a code of some of n symbols, must among them, with long codes.
func newRandomCode(r *rand.Rand, n, must int) *randomCode {
	leaves := []int{1, 1}
	for most := 2 + r.IntN(n-2); len(leaves) < most; {
		i := len(leaves) - 1 - r.IntN(min(len(leaves), 4)) // one of the deepest
		if leaves[i] == maxCodeLen {
			if i = r.IntN(len(leaves)); leaves[i] == maxCodeLen {
				break
			}
		}
		leaves[i]++
		leaves = append(leaves, leaves[i])
	}
	c := &randomCode{lens: make([]int, n), codes: make([]int, n)}
	symbols := r.Perm(n)
	symbols[0], symbols[slices.Index(symbols, must)] = must, symbols[0]
	longest := slices.Max(leaves)
	for i, s := range r.Perm(len(leaves)) {
		c.lens[symbols[i]] = leaves[s]
		c.used = append(c.used, symbols[i])
		if leaves[s] == longest {
			c.long = append(c.long, symbols[i])
		}
	}
	for code, l := 0, 1; l <= maxCodeLen; l++ {
		for s := range n {
			if c.lens[s] == l {
				c.codes[s] = code
				code++
			}
		}
		code <<= 1
	}
	return c
}

// pick returns a symbol, mostly one with a long code.
func (c *randomCode) pick(r *rand.Rand) int {
	if r.IntN(4) > 0 {
		return c.long[r.IntN(len(c.long))]
	}
	return c.used[r.IntN(len(c.used))]
}

func (c *randomCode) write(w *bitWriter, symbol int) { w.code(c.codes[symbol], c.lens[symbol]) }

// longCodes returns a stream of one block whose codes are as long as may be, and what it
// stands for: no encoder writes such a thing, and every bit of the buffer is needed.
func longCodes(r *rand.Rand) (stream, text []byte) {
	const end = 256
	lit, dist := newRandomCode(r, maxLitCodes, end), newRandomCode(r, maxDistCodes, 0)
	w := &bitWriter{b: []byte{0x78, 0x9c}}
	w.number(1, 1) // the last block
	w.number(2, 2) // with codes of its own
	w.number(maxLitCodes-257, 5)
	w.number(maxDistCodes-1, 5)
	w.number(19-4, 4)
	for _, s := range precodeOrder {
		w.number(map[bool]int{true: 4}[s < 16], 3)
	}
	for _, l := range append(slices.Clone(lit.lens), dist.lens...) {
		w.code(l, 4)
	}
	for range 1 + r.IntN(3000) {
		s := lit.pick(r)
		switch {
		case s < end:
			lit.write(w, s)
			text = append(text, byte(s))
			continue
		case s == end:
			continue
		}
		d := dist.pick(r)
		length, back := litSymbols[s], distSymbols[d]
		more, far := r.IntN(1<<(length&31)), r.IntN(1<<(back&31))
		from := len(text) - int(back>>16) - far
		if from < 0 {
			continue
		}
		lit.write(w, s)
		w.number(more, int(length&31))
		dist.write(w, d)
		w.number(far, int(back&31))
		for k := range int(length>>16) + more {
			text = append(text, text[from+k])
		}
	}
	lit.write(w, end)
	return binary.BigEndian.AppendUint32(w.b, adler32.Checksum(text)), text
}

// The longest codes that there can be, of literals, lengths and distances, in every order.
func TestLongCodes(t *testing.T) {
	d, r := New(), rand.New(rand.NewPCG(7, 8))
	all := 0
	for range 3000 {
		stream, text := longCodes(r)
		all += len(text)
		stream = append(stream, make([]byte, r.IntN(2)*40)...)
		for _, assembled := range []bool{assembled, false} {
			d.assembled = assembled
			dst := make([]byte, len(text), len(text)+Slack)
			if _, err := d.Zlib(dst, stream); err != nil || !bytes.Equal(dst, text) {
				t.Fatalf("%v, assembled: %t", err, assembled)
			}
		}
	}
	if all < 1<<20 {
		t.Errorf("%d bytes", all)
	}
}

// A block of any length is decoded in slices, in which nothing is lost.
func TestLongBlock(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	text := mixed(r, 5*slice+1234)
	for _, level := range []int{flate.HuffmanOnly, 9} {
		agree(t, New(), deflated(t, text, level))
	}
}

// mixed returns a text of words, of one byte again and again, and of what is like nothing.
func mixed(r *rand.Rand, n int) []byte {
	var b []byte
	for len(b) < n {
		switch r.IntN(4) {
		case 0:
			b = append(b, bytes.Repeat([]byte{byte(r.IntN(256)), byte(r.IntN(256)), 'x'}[r.IntN(3):], 1+r.IntN(700))...)
		case 1:
			b = append(b, byte(r.IntN(256)), byte(r.IntN(256)))
		default:
			b = fmt.Appendf(b, "word %d of them ", r.IntN(40)*r.IntN(40))
		}
	}
	return b[:n]
}

func TestAdler32(t *testing.T) {
	all := texts()
	all["all 255"] = bytes.Repeat([]byte{255}, 3<<20+5)
	for name, p := range all {
		want := adler32.Checksum(p)
		if got := Adler32(p); got != want {
			t.Errorf("%s: %08x, want %08x", name, got, want)
		}
		if got := adlerWords(p); got != want {
			t.Errorf("%s, by words: %08x, want %08x", name, got, want)
		}
	}
}

func FuzzZlib(f *testing.F) {
	for _, text := range texts() {
		if len(text) <= 4096 {
			f.Add(deflated(f, text, 6))
			f.Add(deflated(f, text, 0))
			f.Add(deflated(f, text, flate.HuffmanOnly))
		}
	}
	d := New()
	f.Fuzz(func(t *testing.T, src []byte) { agree(t, d, src) })
}
