package decode_test

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner/decode"
	"github.com/awscred/awscred/scanner/internal/simd"
)

// touches reports whether a span touches another from inside or outside.
func touches(a, b decode.Span) bool { return a.Start <= b.End && b.Start <= a.End }

// checkWindow holds what is found for a span against what is found in the whole.
func checkWindow(t *testing.T, data []byte, span decode.Span) {
	t.Helper()
	whole := []decode.Span{{Start: 0, End: len(data)}}
	spans := []decode.Span{span}
	got := decode.Runs(data, spans)
	for _, r := range decode.Runs(data, whole) {
		if touches(r, span) && !slices.Contains(got, r) {
			t.Fatalf("run %v touches %v, but only %v are found\n%q", r, span, got, data)
		}
	}
	list := slices.Collect(decode.New(decode.Limits{Depth: 1}).Texts(data, spans))
	for _, e := range decode.HotEscapes(data) {
		if touches(e, span) && !slices.ContainsFunc(list, func(t *decode.Text) bool { return t.AllDecoded(e) }) {
			t.Fatalf("escape %v touches %v and is not decoded\n%q", e, span, data)
		}
	}
}

// checkTexts holds what must be true of the Texts of any data.
func checkTexts(t *testing.T, data []byte, spans []decode.Span) {
	t.Helper()
	limits := decode.Limits{Depth: 5, Inflate: 1 << 16}
	d := decode.New(limits)
	all := 0
	for text := range d.Texts(data, spans) {
		all += len(text.Data)
		if text.Span.Start < 0 || text.Span.End > len(data) || text.Span.Start > text.Span.End {
			t.Fatalf("text of %v in %d bytes", text.Span, len(data))
		}
		last, step := 0, max(1, len(text.Data)/64)
		for i := 0; i < len(text.Data); i += step {
			o := text.Origin(decode.Span{Start: i, End: min(i+7, len(text.Data))})
			if o.Start < last || o.End < o.Start || o.Start < text.Span.Start || o.End > text.Span.End {
				t.Fatalf("byte %d comes from %v, the one before from %d, all from %v\n%q\n%q", i, o, last, text.Span, data, text.Data)
			}
			last = o.Start
		}
		if len(text.Decoded(decode.Span{Start: 0, End: len(text.Data)})) == 0 {
			t.Fatalf("nothing was decoded in %q", text.Data)
		}
		text.Origin(decode.Span{Start: len(text.Data), End: len(text.Data)})
	}
	if most := 5 * 4 * (len(data) + 256 + 5*limits.Inflate); all > most {
		t.Fatalf("%d bytes become %d", len(data), all)
	}
}

// pieces are what texts for the properties are made of.
func pieces() []string {
	list := []string{
		"\n", " ", "=", "==", "%", `\`, "&", "U+0041 ", "%41", `\u0041`, `\x4b`, "&#65;", "&quot;", "=3D", "=\n", "\" +\n\"", "\n  ", ",\n", "\",\n\"",
		"AKIA", "secret: ", "x", "0123456789abcdef", "4142434445464748494a4b4c4d4e4f50", `\n`, `\ud83d\ude00`, "eyJhbGciOiJIUzI1NiJ9.",
		b64("one text"), b64("twelve bytes"), b64("some more text than that is here"), b64(b64("twice encoded text")), "H4sIAAAAAAAA",
	}
	for _, encode := range encoders() {
		list = append(list, encode("a text with %41 and \\u0041"))
	}
	slices.Sort(list)
	return list
}

// checkComplete holds what is given for spans against what is given for the
// whole: the same Texts, but for those that touch no context of a span.
func checkComplete(t *testing.T, data []byte, spans []decode.Span) {
	t.Helper()
	d := decode.New(decode.Limits{Depth: 2, Inflate: 1 << 20})
	near := decode.Contexts(data, spans)
	var want, got []*decode.Text
	keep := false
	for text := range d.Texts(data, nil) {
		if text.Step == 1 {
			keep = slices.ContainsFunc(near, func(s decode.Span) bool { return touches(s, text.Span) })
		}
		if keep {
			want = append(want, text)
		}
	}
	d = decode.New(decode.Limits{Depth: 2, Inflate: 1 << 20}) // what the other has given remains valid
	for text := range d.Texts(data, spans) {
		got = append(got, text)
	}
	if d.Cut() {
		return
	}
	if !slices.EqualFunc(got, want, func(a, b *decode.Text) bool {
		return a.Span == b.Span && a.Step == b.Step && bytes.Equal(a.Data, b.Data)
	}) {
		t.Fatalf("%d texts, not %d, for %v of\n%q", len(got), len(want), spans, data)
	}
}

// checkMade holds that an edit is noticed: if nothing can have been made by it,
// what is around each place of it is as if the edit were not there.
func checkMade(t *testing.T, base, text []byte, copies []int, spans []decode.Span) {
	t.Helper()
	d := decode.New(decode.Limits{Depth: 1, Inflate: 1 << 20})
	if len(d.Made(text, spans, []decode.Span{{Start: 0, End: len(text)}})) > 0 {
		return
	}
	var old []decode.Span
	for x := range d.Texts(base, nil) {
		old = append(old, x.Span)
	}
	for x := range d.Texts(text, nil) {
		from := x.Span.Start - copies[1] + copies[0]
		if x.Span.Start < copies[1] {
			from = x.Span.Start
		}
		if !slices.ContainsFunc(old, func(o decode.Span) bool { return o.Start <= from+256 && from <= o.End+256 }) {
			t.Fatalf("%v is new and was not noticed\n%q\n%q", x.Span, base, text)
		}
	}
}

func TestTextsOfSpansAreComplete(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	parts := append(pieces(), strings.Repeat("lorem ipsum ", 20), "\n\n\n\n\n", strings.Repeat("x", 300), strings.Repeat(" ", 250))
	for range 2000 {
		var data []byte
		for range 1 + r.IntN(40) {
			data = append(data, parts[r.IntN(len(parts))]...)
		}
		var spans []decode.Span
		for at := r.IntN(len(data) + 1); at <= len(data); at += 1 + r.IntN(2*len(data)) {
			spans = append(spans, decode.Span{Start: at, End: min(len(data), at+r.IntN(20))})
			at += 20
		}
		checkComplete(t, data, spans)
		if t.Failed() {
			return
		}
	}
}

// An insertion is noticed if a run comes of it.
func TestMade(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	parts := pieces()
	for range 4000 {
		var base []byte
		for range r.IntN(8) {
			base = append(base, parts[r.IntN(len(parts))]...)
		}
		at := r.IntN(len(base) + 1)
		insert := parts[r.IntN(len(parts))]
		insert = insert[:r.IntN(len(insert)+1)]
		text := slices.Concat(base[:at], []byte(insert), base[at:])
		checkMade(t, base, text, []int{at, at + len(insert)}, []decode.Span{{Start: at, End: at + len(insert)}})
		if t.Failed() {
			return
		}
	}
}

// What edits can have made is the same whether masks tell of it or not.
func TestMadeWithoutMasks(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	parts := append(pieces(), " ", "+", " + ", ".", "(", "word", "identifier", "some_long_identifier", "\r\n", "\n+", strings.Repeat(" ", 31),
		strings.Repeat(" ", 130), strings.Repeat("+ ", 20), strings.Repeat("a ", 40), strings.Repeat("x", 15), strings.Repeat("x", 300))
	masks, without, found := decode.New(decode.Limits{Depth: 1}), decode.New(decode.Limits{Depth: 1}).WithoutMasks(), 0
	for range 20000 {
		few := make([]string, 2+r.IntN(8)) // of which many follow each other
		for i := range few {
			few[i] = parts[r.IntN(len(parts))]
		}
		var data []byte
		for range 1 + r.IntN(60) {
			data = append(data, few[r.IntN(len(few))]...)
		}
		var spans []decode.Span
		step, long := 1+r.IntN(len(data)+1), 1+r.IntN(40)*r.IntN(40)
		for at := r.IntN(step); at <= len(data); at += 1 + r.IntN(step) {
			spans = append(spans, decode.Span{Start: at, End: at + r.IntN(long)})
		}
		got, want := masks.Made(data, spans, nil), without.Made(data, spans, nil)
		if !slices.Equal(got, want) {
			t.Fatalf("%v, not %v, by edits %v of\n%q", got, want, spans, data)
		}
		found += len(got)
	}
	if found < 10_000 {
		t.Errorf("%d runs", found)
	}
}

func TestWindows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parts := pieces()
	for range 3000 {
		var data []byte
		for range 1 + r.IntN(12) {
			data = append(data, parts[r.IntN(len(parts))]...)
		}
		start := r.IntN(len(data) + 1)
		span := decode.Span{Start: start, End: start + r.IntN(len(data)-start+1)}
		checkWindow(t, data, span)
		checkTexts(t, data, []decode.Span{span})
		checkTexts(t, data, nil)
	}
}

// An edit in the context of a run makes a Text of it.
func TestWindowInContext(t *testing.T) {
	data := []byte("secret: {{ x }} " + b64("the value itself") + strings.Repeat("\n", 50) + "far away\n")
	d := decode.New(decode.DefaultLimits())
	if n, _ := work(d, data, []decode.Span{{Start: 0, End: 6}}); n != 1 {
		t.Errorf("%d texts beside the edit", n)
	}
	at := bytes.Index(data, []byte("away"))
	if n, _ := work(d, data, []decode.Span{{Start: at, End: at + 1}}); n != 0 {
		t.Errorf("%d texts far from the edit", n)
	}
}

// Tokens are found as runs are, and eight bytes at once are of the class if each is.
func TestNextToken(t *testing.T) {
	for c := range 256 {
		for at := range 8 {
			x := uint64(0x7a5a39302f2b2d5f) // bytes on the edges of the class
			x = x&^(0xff<<(8*at)) | uint64(c)<<(8*at)
			want := uint64(0x80) << (8 * at)
			if decode.Classes[c]&1 != 0 {
				want = 0
			}
			if got := decode.OthersThanToken(x); got != want {
				t.Errorf("byte %#x at %d: %#x", c, at, got)
			}
		}
	}
	r := rand.New(rand.NewPCG(9, 10))
	for range 200000 {
		data := make([]byte, r.IntN(80)+r.IntN(2)*r.IntN(200))
		often := 12 + r.IntN(2)*r.IntN(300)
		for i := range data {
			data[i] = "aZ09+/-_.\x00\xff"[r.IntN(8+r.IntN(2)*3)]
			if r.IntN(often) == 0 {
				data[i] = ' '
			}
		}
		from := r.IntN(len(data) + 1)
		floor, to := r.IntN(from+1), from+r.IntN(len(data)-from+1)
		s, e, found := decode.NextRun(data, floor, from, to)
		for name, next := range map[string]func(int, int, int) (int, int, bool){"probes": decode.ProbeTokens(data), "masks": decode.MaskTokens(data)} {
			start, end, ok := next(floor, from, to)
			if ok != found || ok && (start != s || end != e) {
				t.Fatalf("%s: %d..%d %t, not %d..%d %t: %q from %d, %d to %d", name, start, end, ok, s, e, found, data, floor, from, to)
			}
		}
	}
}

// Masks that were made for one place serve for others, before and behind it, and in
// texts and tokens longer than what is read at once.
func TestMaskTokensAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	found := 0
	for range 60 {
		data := make([]byte, r.IntN(20_000))
		often := 4 + r.IntN(40)
		if r.IntN(4) == 0 {
			often = 9000
		}
		for i := range data {
			data[i] = "aZ09+/-_"[r.IntN(8)]
			if r.IntN(often) == 0 {
				data[i] = " .\x00\xff"[r.IntN(4)]
			}
		}
		next := decode.MaskTokens(data)
		for range 500 {
			from := r.IntN(len(data) + 1)
			if r.IntN(3) == 0 {
				from = min(len(data), 4096*r.IntN(5)+r.IntN(40))
			}
			floor, to := max(0, from-r.IntN(100)), min(len(data), from+r.IntN(200)*r.IntN(60))
			start, end, ok := next(floor, from, to)
			s, e, is := decode.NextRun(data, floor, from, to)
			if ok != is || ok && (start != s || end != e) {
				t.Fatalf("%d..%d %t, not %d..%d %t: from %d, %d to %d, of %d bytes", start, end, ok, s, e, is, floor, from, to, len(data))
			}
			if ok {
				found++
			}
		}
	}
	if found < 10_000 {
		t.Errorf("%d tokens", found)
	}
}

// checkAllTokens holds that the short way through all of a text, which masks are for,
// finds what the long one finds.
func checkAllTokens(t *testing.T, data []byte) (tokens, wrapped int) {
	t.Helper()
	a, b, c := decode.AllTokens(data, true)
	d, e, f := decode.AllTokens(data, false)
	if !slices.Equal(a, d) || !slices.Equal(b, e) || !slices.EqualFunc(c, f, slices.Equal) {
		t.Fatalf("tokens %v, over several lines %v\nnot %v, %v\n%q", a, b, d, e, data)
	}
	return len(a), len(b)
}

func TestAllTokens(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	lines := []string{b64("the first line of a text"), b64("which goes on in another"), b64("and in one more than tha"), "someLongIdentifierOfCodeAndMore0", "an_identifier_which_is_as_long_0",
		"0123456789abcdef0123456789abcdef", b64("short end"), "gzip-and-other-names+/", "+", "word"}
	between := []string{"\n", "\n", "\n  ", "\r\n", "\",\n\"", "\" +\n\t\"", " ", "\n\n", "=\n", "==", "+\n", ", ", strings.Repeat(" ", 130), strings.Repeat("x;", 2030), "\n--"}
	tokens, wrapped := 0, 0
	for range 20000 {
		var data []byte
		for range 1 + r.IntN(9) {
			data = append(data, lines[r.IntN(len(lines))]...)
			data = append(data, between[r.IntN(len(between))]...)
		}
		n, m := checkAllTokens(t, data)
		tokens, wrapped = tokens+n, wrapped+m
	}
	if tokens < 10_000 || wrapped < 1000 {
		t.Errorf("%d tokens, %d texts over several lines", tokens, wrapped)
	}
}

// Digits that begin at the end of what masks are made of at once are found to be as many
// as they are.
func TestAllTokensAtEndOfMasks(t *testing.T) {
	digits := hex.EncodeToString([]byte("a text in hexadecimal digits"))
	for at := (simd.Blocks - 2) * simd.Block; at <= simd.Blocks*simd.Block; at++ {
		data := slices.Concat(bytes.Repeat([]byte(" "), at), []byte(digits), bytes.Repeat([]byte(" "), 2*simd.Block))
		if n, _ := checkAllTokens(t, data); n != 1 {
			t.Errorf("%d tokens at %d", n, at)
		}
	}
}

func FuzzTexts(f *testing.F) {
	for _, p := range pieces() {
		f.Add([]byte(p+" "+p), uint16(3), uint16(9))
	}
	f.Fuzz(func(t *testing.T, data []byte, start, size uint16) {
		if len(data) > 1<<14 {
			return
		}
		at := min(int(start), len(data))
		span := decode.Span{Start: at, End: min(at+int(size), len(data))}
		checkTexts(t, data, nil)
		checkTexts(t, data, []decode.Span{span})
		checkWindow(t, data, span)
		checkComplete(t, data, []decode.Span{span})
		checkAllTokens(t, data)
	})
}

// checkLeads holds that a lead stands where every escape begins that is worth a
// Text, and that Worth says so.
func checkLeads(t *testing.T, data []byte, leads []simd.Pattern) {
	t.Helper()
	var worth []decode.Span
	for at := range data {
		if slices.ContainsFunc(leads, func(p simd.Pattern) bool { return stands(p, data[at:]) }) && decode.Worth(data, at) {
			worth = append(worth, decode.Span{Start: at, End: at + 2})
		}
	}
	if len(worth) > 0 != decode.HoldsEscape(data) {
		t.Fatalf("worth a text: %v\n%q", worth, data)
	}
	limits := decode.Limits{Depth: 2, Inflate: 1 << 16}
	want := slices.Collect(decode.New(limits).Texts(data, nil))
	d := decode.New(limits)
	some := d.Search(data, worth)
	got := slices.Collect(d.Found())
	if cut := d.Cut(); !some && (len(got) > 0 || cut) {
		t.Errorf("none, of %d texts; left out: %t", len(got), cut)
	}
	if !slices.EqualFunc(got, want, func(a, b *decode.Text) bool {
		return a.Span == b.Span && a.Step == b.Step && bytes.Equal(a.Data, b.Data)
	}) {
		t.Fatalf("%d texts, not %d, at %v of\n%q", len(got), len(want), worth, data)
	}
}

// Of two backslashes the second may begin an escape that is worth a Text where the first
// does not: a pair of surrogates has as many before each.
func TestSecondBackslash(t *testing.T) {
	data := []byte(strings.Repeat("; ", 125) + `\\ud83d\ude00` + strings.Repeat("k", 20))
	for x := range decode.New(decode.DefaultLimits()).Texts(data, nil) {
		if x.Span.Start > 0 { // 250 bytes before the pair
			t.Errorf("the context begins at %d", x.Span.Start)
		}
		return
	}
	t.Error("no text")
}

// stands reports whether a text begins as a pattern says.
func stands(p simd.Pattern, text []byte) bool {
	for k, place := range p {
		if k >= len(text) || text[k] >= utf8.RuneSelf || !strings.ContainsRune(place, unicode.ToLower(rune(text[k]))) {
			return false
		}
	}
	return true
}

func TestLeads(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	leads := decode.Leads()
	parts := append(pieces(), "u", "U", "+", "%", "4", "1", "#", ";", "&#9;", "amp", "&lt;", "x", "n", strings.Repeat("k", 15), strings.Repeat("k", 70), "=3", "D", "\r\n", "u0041 ")
	for range 20000 {
		var data []byte
		for range 1 + r.IntN(5) {
			data = append(data, parts[r.IntN(len(parts))]...)
		}
		checkLeads(t, data, leads)
	}
	for _, name := range strings.Fields("amp AMP lt LT gt GT quot QUOT apos nbsp Tab NewLine equals plus sol bsol colon semi comma period " +
		"lowbar UnderBar num percnt dollar commat excl quest ast midast grave lpar rpar lsqb lbrack rsqb rbrack lcub lbrace rcub rbrace vert verbar VerticalLine Hat") {
		data := []byte("&" + name + ";" + strings.Repeat("k", 20))
		if !decode.HoldsEscape(data) {
			t.Errorf("%s: no escape", data)
		}
		checkLeads(t, data, leads)
	}
}
