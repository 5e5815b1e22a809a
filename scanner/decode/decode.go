package decode

import (
	"bytes"
	"iter"
	"slices"
)

// A Span is a range of bytes: Start inclusive, End exclusive.
type Span struct{ Start, End int }

// Limits bound what a Decoder does for one text.
type Limits struct {
	// Depth is how many encodings are taken off one after the other.
	Depth int
	// Inflate is how many bytes all compressed texts together may become.
	Inflate int
}

// DefaultLimits are five encodings in one another, as with gitleaks
// (cmd/root.go, --max-decode-depth), and 16 MiB of decompressed text.
func DefaultLimits() Limits { return Limits{Depth: 5, Inflate: 16 << 20} }

const (
	// Reach is how many bytes around an edit can decide whether and how a run is
	// decoded, besides the run itself: the context of a Text, and what tells a
	// quoted-printable line from an assignment.
	Reach = contextBytes + longestEscape + quotedLine

	contextBytes = 256 // on either side of a run, at most
	contextLines = 2   // begun lines that the context may hold on either side, besides the run's own

	// share is how many times the size of its input the Texts of one depth may
	// have: each of the three families of runs once, and once for contexts.
	share = 4
	// most is how many bytes those of the first depth may have, however large
	// the input is; those of each further depth may have half as many.
	most = 128 << 20
	// maxParts is how many parts all Texts of one input may have: 64 MiB.
	maxParts = 1 << 21
)

// A Decoder finds and decodes what is encoded in a text. It keeps buffers: use
// one for each goroutine. The zero Decoder decodes nothing; see [New].
type Decoder struct {
	limits   Limits
	left     []int // bytes that the Texts of each depth may still have
	parts    int   // parts that Texts may still have
	inflate  int   // bytes that decompression may still yield
	cut      bool
	inflater inflater
	bytes    []byte   // scratch of one token
	levels   []search // buffers of each depth
	again    []*Text  // of which the memory is used again
	used     int      // how many of them are in use
}

// New returns a Decoder with the limits.
func New(limits Limits) *Decoder {
	limits.Depth = max(limits.Depth, 0)
	d := &Decoder{limits: limits, left: make([]int, limits.Depth), levels: make([]search, limits.Depth)}
	for i := range d.levels {
		d.levels[i].masks = newTokenMasks()
	}
	return d
}

// Cut reports whether the last iteration over Texts left something out because
// of a limit other than the depth.
func (d *Decoder) Cut() bool { return d.cut }

// Texts yields what data holds in an encoding: first what one step of decoding
// gives, in order within each family of encodings, and behind each what is
// encoded in it. If spans are given, which must be in order, it yields only the
// Texts that an edit there can have made or changed: all that touch a span or
// its context, each as a call without spans yields it.
//
// Only one iteration of a Decoder may run at a time. A Text is valid until the next one
// begins.
func (d *Decoder) Texts(data []byte, spans []Span) iter.Seq[*Text] {
	return func(yield func(*Text) bool) {
		if spans == nil {
			if d.Search(data, []Span{{0, len(data)}}) {
				d.first(nil, yield)
			}
			return
		}
		d.start()
		if near := contexts(data, spans); len(near) > 0 && d.limits.Depth > 0 {
			d.levels[0].complete(data, near)
			d.first(near, yield)
		}
	}
}

// Search finds what Texts yields for data without spans, looking for escapes nowhere
// but at leads, which must be in order and touch every lead that is worth a Text; see
// [Leads]. It reports whether Found may yield anything, or leave something out: most
// texts hold nothing, and to build and iterate costs more than to ask.
func (d *Decoder) Search(data []byte, leads []Span) bool {
	d.start()
	if d.limits.Depth == 0 {
		return false
	}
	s := &d.levels[0]
	s.whole(data, leads)
	return s.any() || s.cut
}

// Found yields the Texts of what Search has just found. They are valid until the next
// Search, or iteration over Texts, begins; another call may yield fewer.
func (d *Decoder) Found() iter.Seq[*Text] {
	return func(yield func(*Text) bool) {
		if d.limits.Depth > 0 {
			d.first(nil, yield)
		}
	}
}

// start sets the limits but for those of Texts.
func (d *Decoder) start() {
	d.cut, d.inflate, d.parts, d.used = false, d.limits.Inflate, maxParts, 0
}

// Made returns, in order, where data holds runs that an edit in one of the spans,
// which must be in order, can have made: they touch it, or are near enough to
// depend on it. Escapes are looked for only near leads, which must be in order, too
// (see [Leads]), and where a line ends softly.
func (d *Decoder) Made(data []byte, spans, leads []Span) []Span {
	if d.limits.Depth == 0 {
		return nil
	}
	s := &d.levels[0]
	s.reset(data)
	for _, w := range spans {
		start := min(max(w.Start, 0), len(data))
		w = Span{start, min(max(w.End, start), len(data))}
		for len(leads) > 0 && leads[0].End < w.Start-2*longestEscape { // as far as an escape may begin that near sees
			leads = leads[1:]
		}
		s.near(w, len(leads) > 0 && leads[0].Start <= w.End+longestEscape || softEnd(data, w.End))
	}
	switch {
	case s.cut:
		return []Span{{0, len(data)}}
	case !s.any():
		return nil
	}
	return merged(slices.Concat(s.hits, s.wrappedHits, s.quotedHits), 0)
}

// contexts returns the spans with the context that Texts would have there, and
// with what may be in one Text without that: an edit in the context of a run can
// make a match.
func contexts(data []byte, spans []Span) []Span {
	list := make([]Span, 0, len(spans))
	for _, s := range spans {
		start := min(max(s.Start, 0), len(data))
		end := min(max(s.End, start), len(data))
		c := around(data, Span{start, end})
		c.Start = min(c.Start, max(0, start-longestGap))
		c.End = max(c.End, min(len(data), end+longestGap))
		list = join(list, c, 0)
	}
	return list
}

// around returns s with its context.
func around(data []byte, s Span) Span {
	before, behind := data[max(0, s.Start-contextBytes):s.Start], data[s.End:min(len(data), s.End+contextBytes)]
	start, end := len(before), 0
	for range contextLines + 1 {
		start = bytes.LastIndexByte(before[:start], '\n')
		if start < 0 {
			break
		}
	}
	for range contextLines + 1 {
		i := bytes.IndexByte(behind[end:], '\n')
		if i < 0 {
			end = len(behind) + 1
			break
		}
		end += i + 1
	}
	return Span{s.Start - len(before) + start + 1, s.End + end - 1}
}

// join appends s to list, or to the last span of list if no more than gap bytes
// are between them.
func join(list []Span, s Span, gap int) []Span { return joinFrom(list, 0, s, gap) }

// joinFrom is join that leaves the first spans of list alone.
func joinFrom(list []Span, first int, s Span, gap int) []Span {
	if n := len(list); n > first && s.Start <= list[n-1].End+gap {
		list[n-1].Start = min(list[n-1].Start, s.Start)
		list[n-1].End = max(list[n-1].End, s.End)
		return list
	}
	return append(list, s)
}

// first sets the limits of Texts, and yields those of what the first search has found.
// Most searches find nothing.
func (d *Decoder) first(near []Span, yield func(*Text) bool) {
	size := len(d.levels[0].data)
	for i := range d.left {
		d.left[i] = min(share*size+share*contextBytes, most>>i)
	}
	d.level(nil, 0, near, yield)
}

// level yields the Texts of what the search of a depth has found, in parent or
// in what Texts was given, and of what is encoded in them. If near is not nil it
// leaves out Texts that touch none of it. It reports whether to go on.
func (d *Decoder) level(parent *Text, depth int, near []Span, yield func(*Text) bool) bool {
	s := &d.levels[depth]
	d.cut = d.cut || s.cut
	if !s.any() {
		return true
	}
	// The buffers of this depth are free again when all its Texts are built.
	var texts []*Text
	for _, f := range [...]struct {
		stretches []Span
		runs      []run
		next      func(data []byte, at, end int) escape
	}{
		{s.hits, s.runs, nextEscape},
		{s.wrappedHits, s.wrapped, noEscape},
		{s.quotedHits, nil, nextQuoted},
	} {
		texts = d.texts(texts, parent, s.data, depth, touching(f.stretches, near), f.runs, f.next)
	}
	for _, t := range texts {
		if !yield(t) {
			return false
		}
		if depth+1 == d.limits.Depth {
			continue
		}
		d.levels[depth+1].parts(t)
		if !d.level(t, depth+1, nil, yield) {
			return false
		}
	}
	return true
}

// touching returns those of list that touch one of near, all if that is nil.
// Both are in order and apart.
func touching(list, near []Span) []Span {
	if near == nil {
		return list
	}
	kept := list[:0]
	for _, s := range list {
		for len(near) > 0 && near[0].End < s.Start {
			near = near[1:]
		}
		if len(near) > 0 && near[0].Start <= s.End {
			kept = append(kept, s)
		}
	}
	return kept
}

// texts builds the Texts of stretches.
func (d *Decoder) texts(list []*Text, parent *Text, data []byte, depth int, stretches []Span, runs []run, next func([]byte, int, int) escape) []*Text {
	for _, s := range stretches {
		for len(runs) > 0 && runs[0].start < s.Start {
			runs = runs[1:]
		}
		if d.left[depth] < s.End-s.Start {
			d.cut = true
			continue
		}
		t := d.build(parent, data, s, runs, next)
		if t != nil {
			d.left[depth] -= len(t.Data)
			list = append(list, t)
		}
	}
	return list
}
