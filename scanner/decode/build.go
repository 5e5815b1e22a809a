package decode

import "slices"

const (
	// longestGap is how much text between two escapes of a kind belongs to them,
	// and between two hits to one.
	longestGap = 32
	// longestPart is when a part of escapes ends: so much is parsed again to
	// find an origin.
	longestPart = 32
)

// A builder writes a Text.
type builder struct {
	*Text
	d    *Decoder
	at   int // what is before it in source is written
	last int // the end of the escape written last
}

// build decodes data[s.Start:s.End]: the runs, which are in order, and what next
// finds. A run that touches an escape waits for the next step, for it may go on
// there. It returns nil if nothing was decoded after all.
func (d *Decoder) build(parent *Text, data []byte, s Span, runs []run, next func([]byte, int, int) escape) *Text {
	b := builder{Text: d.text(s.End - s.Start), d: d, at: s.Start, last: -1}
	b.Span, b.parent, b.source, b.from, b.to, b.next = s, parent, data, s.Start, s.End, next
	b.Step = 1
	if parent != nil {
		b.Span, b.Step = parent.Origin(s), parent.Step+1
	}
	for b.at < s.End {
		if len(b.parts) >= d.parts {
			d.cut = true
			b.copy(s.End)
			break
		}
		e := next(data, b.at, s.End)
		for len(runs) > 0 && runs[0].start < e.start {
			if !waits(runs) {
				b.run(runs[0], e)
			}
			runs = runs[1:]
		}
		switch {
		case e.start == e.end:
			b.copy(s.End)
		case e.letter && len(runs) > 0 && runs[0].start == e.end-1:
			b.copy(runs[0].start) // a token that begins with the letter
		default:
			b.escape(e)
		}
	}
	d.parts -= len(b.parts)
	for _, p := range b.parts {
		if p.way != copied {
			return b.Text
		}
	}
	return nil
}

const (
	// maxAgain is how many Texts, and up to which size, have their memory used again.
	maxAgain, maxAgainSize = 1 << 6, 1 << 14
)

// text returns an empty Text with room for some bytes, in the memory of one of an
// earlier iteration if it can: hardly any holds a match.
func (d *Decoder) text(size int) *Text {
	if size > maxAgainSize || d.used == maxAgain {
		return &Text{Data: make([]byte, 0, size)}
	}
	if d.used == len(d.again) {
		d.again = append(d.again, &Text{})
	}
	t := d.again[d.used]
	d.used++
	data, parts := t.Data[:0], t.parts[:0]
	if cap(data) > maxAgainSize || cap(parts) > maxAgainSize/16 { // it was larger than it looked
		data, parts = nil, nil
	}
	*t = Text{Data: slices.Grow(data, size), parts: parts}
	return t
}

// waits reports whether the first of runs is base64 and ends where hexadecimal
// digits begin. What these stand for may go on with base64 that is another text.
func waits(runs []run) bool {
	return len(runs) > 1 && runs[1].start == runs[0].end && runs[1].form&written == formHex
}

// run writes a run before the escape e, or leaves it as it is.
func (b *builder) run(r run, e escape) {
	letter := e.letter && e.end-1 == r.start
	if r.start < b.at || r.start == b.last || r.end >= e.start && e.end > e.start && !letter || r.end > b.to {
		return
	}
	if !r.form.text() {
		b.packed(r)
		return
	}
	b.copy(r.start)
	b.at = r.end
	if r.form == formHex {
		b.parts = append(b.parts, part{len(b.Data), r.start, r.end, halves, 0, r.form})
		b.Data = decodeHex(b.Data, b.source[r.start:r.end])
		return
	}
	if r.pieces == nil {
		token := unpadded(b.source[r.start:r.end])
		b.parts = append(b.parts, part{len(b.Data), r.start, r.end, threes, 0, r.form})
		b.Data = decodeBase64(b.Data, token)
		return
	}
	out, chars := len(b.Data), 0
	for _, p := range r.pieces {
		first := (3*chars + 3) / 4 // the first byte that begins in the piece
		b.parts = append(b.parts, part{out + first, p.Start + first*4/3 - chars, p.End, threes, uint8(first % 3), r.form})
		chars += p.End - p.Start
	}
	b.Data = decodeBase64(b.Data, b.characters(r))
}

func unpadded(token []byte) []byte {
	for len(token) > 0 && token[len(token)-1] == '=' {
		token = token[:len(token)-1]
	}
	return token
}

// characters returns the characters of a run, without padding and what separates
// its pieces. It is valid until the next call.
func (b *builder) characters(r run) []byte {
	if r.pieces == nil {
		return unpadded(b.source[r.start:r.end])
	}
	b.d.bytes = b.d.bytes[:0]
	for _, p := range r.pieces {
		b.d.bytes = append(b.d.bytes, b.source[p.Start:p.End]...)
	}
	return b.d.bytes
}

// packed writes a run that holds no text but what a text is made from.
func (b *builder) packed(r run) {
	var raw []byte
	if r.form&written == formHex {
		raw = decodeHex(nil, b.source[r.start:r.end])
	} else {
		raw = decodeBase64(nil, b.characters(r))
	}
	b.copy(r.start)
	out := len(b.Data)
	switch as := r.form &^ written; as {
	case formUTF16LE, formUTF16BE:
		b.Data = utf16Text(b.Data, raw, as == formUTF16BE)
	default:
		var all bool
		b.Data, all = b.d.inflater.inflated(b.Data, raw, as, b.d.inflate)
		n := len(b.Data) - out
		b.d.inflate -= n
		for i := range b.d.left {
			b.d.left[i] += share * n
		}
		if !all {
			b.d.cut = true
		}
	}
	if len(b.Data) == out {
		return // no such text: what has begun like one is copied
	}
	b.parts = append(b.parts, part{out, r.start, r.end, opaque, 0, r.form})
	b.at = r.end
}

// copy writes the source up to a place as it is.
func (b *builder) copy(to int) {
	if to <= b.at {
		return
	}
	b.parts = append(b.parts, part{len(b.Data), b.at, to, copied, 0, formNone})
	b.Data = append(b.Data, b.source[b.at:to]...)
	b.at = to
}

// escape writes what is before an escape, and the escape.
func (b *builder) escape(e escape) {
	var p *part
	if n := len(b.parts); n > 0 && b.at == b.last {
		p = &b.parts[n-1]
	}
	if p == nil || p.form != e.form || e.start-b.at > longestGap || len(b.Data)-p.out > longestPart {
		b.copy(e.start)
		b.parts = append(b.parts, part{len(b.Data), e.start, e.end, escaped, 0, e.form})
		p = &b.parts[len(b.parts)-1]
	}
	if e.start > b.at {
		b.Data = append(b.Data, b.source[b.at:e.start]...)
	}
	for i := range e.size {
		b.Data = append(b.Data, byte(e.text>>(8*i)))
	}
	p.end, b.at, b.last = e.end, e.end, e.end
}
