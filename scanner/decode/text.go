package decode

import (
	"slices"
	"sort"
)

// A Text is a stretch of a text in which what was encoded is decoded. It is valid until
// its Decoder is asked for others.
type Text struct {
	// Span is the stretch of what was given to [Decoder.Texts].
	Span Span
	// Data is how it reads. It must not be changed.
	Data []byte
	// Step is how many encodings were taken off at most, one after the other.
	Step int

	parent   *Text  // what it is a stretch of, nil if of the data itself
	source   []byte // the data of the parent
	from, to int    // the stretch in source
	parts    []part
	next     func(data []byte, at, end int) escape
}

// A part is a stretch of a Text that came about in one way.
type part struct {
	out     int // its beginning in the Text
	in, end int // where it is from in the source
	way     way
	phase   uint8 // of base64: the number of its first byte in its three
	form    form
}

// A way is how offsets in a part follow from offsets in the source.
type way uint8

const (
	copied  way = iota
	escaped     // escapes and little text between them: has to be parsed again
	threes      // of four characters three bytes
	halves      // of two digits a byte
	opaque      // every byte is of the whole
)

// Origin returns the least span of what was given to [Decoder.Texts] that holds
// all that a span of Data was decoded from. An empty span is where its offset
// is. Of a compressed text each byte is from the whole run.
func (t *Text) Origin(s Span) Span {
	for ; t != nil; t = t.parent {
		s = t.up(s)
	}
	return s
}

// Parent returns the Text that this one was decoded in, nil if that is what was
// given to [Decoder.Texts].
func (t *Text) Parent() *Text { return t.parent }

// Source is Origin in the Data of the Parent, or in what was given if there is
// none.
func (t *Text) Source(s Span) Span { return t.up(s) }

// Decodes reports whether the last step has decoded something in a span of Data
// or beside it.
func (t *Text) Decodes(s Span) bool { return len(t.step(s)) > 0 }

// Decoded names the encodings that were taken off the bytes in a span of Data or
// beside it, outermost first. It is empty if the last step has decoded none of
// them: then they stand so in the text that was decoded, too, and what matches
// them has been found there.
func (t *Text) Decoded(s Span) []string {
	var steps [][]string
	for first := true; t != nil; t, first = t.parent, false {
		step := t.step(s)
		if first && len(step) == 0 {
			return nil
		}
		steps = append(steps, step)
		if t.parent != nil {
			s = t.up(s)
		}
	}
	slices.Reverse(steps)
	return slices.Concat(steps...)
}

// step names the encodings that the last step took off beside or in a span.
func (t *Text) step(s Span) []string {
	var names []string
	var seen [256]bool
	for i := t.part(s.Start - 1); i < len(t.parts) && t.parts[i].out <= s.End; i++ {
		p := t.parts[i]
		if p.way == copied || seen[p.form] || t.partEnd(i) < s.Start {
			continue
		}
		seen[p.form] = true
		names = p.form.names(names)
	}
	return names
}

// part returns the number of the part that an offset is in.
func (t *Text) part(offset int) int {
	return max(0, sort.Search(len(t.parts), func(i int) bool { return t.parts[i].out > offset })-1)
}

func (t *Text) partEnd(i int) int {
	if i+1 < len(t.parts) {
		return t.parts[i+1].out
	}
	return len(t.Data)
}

// up returns what a span of Data is from in source.
func (t *Text) up(s Span) Span {
	start := t.to
	if s.Start < len(t.Data) {
		start = t.unit(max(s.Start, 0)).Start
	}
	if s.End <= s.Start {
		return Span{start, start}
	}
	return Span{start, max(start, t.unit(min(s.End, len(t.Data))-1).End)}
}

// unit returns what one byte of Data is from.
func (t *Text) unit(offset int) Span {
	i := t.part(offset)
	p := t.parts[i]
	k := offset - p.out
	switch p.way {
	case copied:
		return Span{p.in + k, p.in + k + 1}
	case escaped:
		return t.again(p, offset)
	case threes:
		phase := int(p.phase)
		base := p.in - phase*4/3
		return Span{base + (phase+k)*4/3, min(p.end, base+((phase+k+1)*4+2)/3)}
	case halves:
		return Span{p.in + 2*k, p.in + 2*k + 2}
	}
	return Span{p.in, p.end}
}

// again parses the escapes of a part up to an offset.
func (t *Text) again(p part, offset int) Span {
	for in, out := p.in, p.out; ; {
		e := t.next(t.source, in, p.end)
		if literal := e.start - in; offset < out+literal {
			in += offset - out
			return Span{in, in + 1}
		} else {
			out += literal
		}
		if out += int(e.size); offset < out || e.start == e.end {
			return Span{e.start, e.end}
		}
		in = e.end
	}
}

// changed returns the spans of Data that were decoded. Those near each other are
// one.
func (t *Text) changed() []Span {
	var list []Span
	for i, p := range t.parts {
		if p.way != copied {
			list = join(list, Span{p.out, t.partEnd(i)}, leastBase64)
		}
	}
	return list
}
