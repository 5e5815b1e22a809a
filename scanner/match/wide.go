package match

import (
	"bytes"
	"encoding/binary"
	"iter"
	"sort"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner"
)

// A view is a text that data holds in another form than its own bytes. Taking
// off an encoding means making views; the search and the judgement are the same
// for all of them.
type view struct {
	text    []byte
	decoded []string // names of the encodings, outermost first
	origin  func(scanner.Match) scanner.Match
	// owned is the part of data whose matches count: what comes before and
	// behind is there because they may reach into it.
	owned scanner.Span
}

// views yields the texts that data holds in an encoding.
func views(data []byte) iter.Seq[view] {
	return func(yield func(view) bool) {
		if bytes.IndexByte(data, 0) < 0 {
			return // no ASCII in two or four bytes a character
		}
		if w, size, ok := detect(data); ok {
			w.views(data, size, len(data), yield)
			return
		}
		wideRuns(data, yield)
	}
}

// A wide is an encoding with a fixed number of bytes to a unit.
type wide struct {
	unit int // bytes
	big  bool
}

func (w wide) name() string {
	if w.unit == 4 {
		return "utf-32"
	}
	return "utf-16"
}

// detect recognises a text that is wide from its beginning to its end, by its
// byte order mark or by where its zero bytes are. It also returns the length of
// the mark.
func detect(data []byte) (w wide, mark int, ok bool) {
	for _, x := range [...]struct {
		mark string
		wide
	}{
		{"\xff\xfe\x00\x00", wide{4, false}}, {"\x00\x00\xfe\xff", wide{4, true}},
		{"\xff\xfe", wide{2, false}}, {"\xfe\xff", wide{2, true}},
	} {
		if bytes.HasPrefix(data, []byte(x.mark)) {
			return x.wide, len(x.mark), true
		}
	}
	var zeros [2]int
	head := data[:min(len(data), 1024)&^1]
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	half := len(head) / 2
	switch {
	case half < wideRun:
	case zeros[1]*10 > half*7 && zeros[0]*50 < half:
		return wide{2, false}, 0, true
	case zeros[0]*10 > half*7 && zeros[1]*50 < half:
		return wide{2, true}, 0, true
	}
	return wide{}, 0, false
}

// next decodes the character at the beginning of data, which is not empty.
func (w wide) next(data []byte) (r rune, size int) {
	if len(data) < w.unit {
		return utf8.RuneError, len(data)
	}
	r = w.value(data)
	if w.unit == 2 && utf16.IsSurrogate(r) {
		if len(data) >= 4 {
			if pair := utf16.DecodeRune(r, w.value(data[2:])); pair != utf8.RuneError {
				return pair, 4
			}
		}
		return utf8.RuneError, 2
	}
	if !utf8.ValidRune(r) {
		r = utf8.RuneError
	}
	return r, w.unit
}

func (w wide) value(data []byte) rune {
	v := uint32(0)
	for i := range w.unit {
		k := i
		if !w.big {
			k = w.unit - 1 - i
		}
		v = v<<8 | uint32(data[k])
	}
	return rune(min(v, 1<<31-1))
}

// checkpointEvery is how far apart, in bytes of text, the places are that a
// view remembers.
const checkpointEvery = 4096

// A checkpoint is a place in a view's text and in the data.
type checkpoint struct{ text, data int }

const (
	// widePart is how many bytes are decoded at a time, so that the memory for
	// it does not depend on the data. Keywords count for one part.
	widePart = 4 << 20
	// wideOverlap is how much is decoded around that.
	wideOverlap = 128 << 10
)

// views decodes data[from:to].
func (w wide) views(data []byte, from, to int, yield func(view) bool) bool {
	for at := from; at < to; at += widePart {
		v := w.view(data, max(from, at-wideOverlap), min(to, at+widePart+wideOverlap))
		v.owned = scanner.Span{Start: at, End: at + widePart}
		if !yield(v) {
			return false
		}
	}
	return true
}

// view decodes data[from:to].
func (w wide) view(data []byte, from, to int) view {
	text := make([]byte, 0, (to-from)/w.unit+16)
	var marks []checkpoint
	for i := from; i < to; {
		if n := len(marks); n == 0 || len(text)-marks[n-1].text >= checkpointEvery {
			marks = append(marks, checkpoint{len(text), i})
		}
		r, size := w.next(data[i:to])
		text = utf8.AppendRune(text, r)
		i += size
	}
	origin := func(offset int) int {
		n := sort.Search(len(marks), func(i int) bool { return marks[i].text > offset })
		if n == 0 {
			return from
		}
		at := marks[n-1]
		for at.text < offset && at.data < to {
			r, size := w.next(data[at.data:to])
			at.text += utf8.RuneLen(r)
			at.data += size
		}
		return at.data
	}
	name := w.name()
	return view{text: text, decoded: []string{name}, origin: func(m scanner.Match) scanner.Match {
		m.Span = scanner.Span{Start: origin(m.Span.Start), End: origin(m.Span.End)}
		m.Secret = scanner.Span{Start: origin(m.Secret.Start), End: origin(m.Secret.End)}
		m.Decoded = append([]string{name}, m.Decoded...)
		return m
	}}
}

// wideRun is the least number of ASCII characters in a row that are taken for
// wide text within other data: a key id has twenty.
const wideRun = 16

// wideRuns finds stretches of ASCII in two or four bytes a character, as
// resources of Windows programs hold them.
func wideRuns(data []byte, yield func(view) bool) {
	for at := 1; at < len(data); {
		i := bytes.IndexByte(data[at:], 0)
		if i < 0 || at+i-1+leastRun > len(data) {
			return
		}
		at += i
		if !mayBeWide(data[at-1+leastRun/2:]) {
			at += leastRun/2 + 1 // each run that begins here or at the next sixteen places has all that was looked at
			continue
		}
		for at < len(data) && data[at] == 0 && !isText(data[at-1]) {
			at++ // zeros behind what is no text
		}
		if at == len(data) || data[at] != 0 {
			continue
		}
		end, more := wideRunAt(data, at-1, yield)
		if !more {
			return
		}
		at = max(at, end) + 1
	}
}

// leastRun is how many bytes a run has at least.
const leastRun = 2 * wideRun

// mayBeWide reports whether the first sixteen bytes of a text may be part of a run, at
// any place in it: every other byte is zero, and not all of the others.
func mayBeWide(text []byte) bool {
	const odd = 0xff00ff00ff00ff00
	both := binary.LittleEndian.Uint64(text) | binary.LittleEndian.Uint64(text[8:])
	return (both&odd == 0) != (both&^odd == 0)
}

// wideRunAt shows the run that begins with the character at start, if there is one,
// and returns its end, and whether more is to be shown.
func wideRunAt(data []byte, start int, yield func(view) bool) (end int, more bool) {
	for _, unit := range [...]int{4, 2} {
		end := start
		for end+unit <= len(data) && isText(data[end]) && allZero(data[end+1:end+unit]) {
			end += unit
		}
		if (end-start)/unit < wideRun {
			continue
		}
		if !(wide{unit, false}).views(data, start, end, yield) {
			return end, false
		}
		// Read with the high byte first it has one character more.
		if lead := start - unit + 1; lead >= 0 && allZero(data[lead:start]) && end < len(data) && isText(data[end]) {
			return end, (wide{unit, true}).views(data, lead, end+1, yield)
		}
		return end, true
	}
	return start, true
}

// isText reports whether c is a printable ASCII character, a tab or a line
// break.
func isText(c byte) bool { return c >= ' ' && c <= '~' || c == '\t' || c == '\n' || c == '\r' }

func allZero(data []byte) bool {
	for _, c := range data {
		if c != 0 {
			return false
		}
	}
	return true
}
