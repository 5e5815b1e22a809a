package decode

// Runs returns the runs other than escapes that touch the spans, without the
// context that Texts adds: first tokens, then texts over several lines.
func Runs(data []byte, spans []Span) (list []Span) {
	var s search
	s.reset(data)
	for _, w := range spans {
		s.window(w)
	}
	for _, r := range append(s.runs, s.wrapped...) {
		list = append(list, Span{r.start, r.end})
	}
	return list
}

// AllDecoded reports whether a Text of the first step decodes all of a span of the
// data.
func (t *Text) AllDecoded(s Span) bool {
	if t.parent != nil {
		return false
	}
	at := s.Start
	for _, p := range t.parts {
		if p.way != copied && p.in <= at {
			at = max(at, p.end)
		} else if p.way == threes && p.in < s.End {
			at = max(at, p.end) // behind the separator of two pieces
		}
	}
	return at >= s.End
}

// HotEscapes returns the escapes that are worth a Text.
func HotEscapes(data []byte) (list []Span) {
	for at := 0; at < len(data); {
		e := nextEscape(data, at, len(data))
		if e.end > e.start && e.hot(data) {
			list = append(list, Span{e.start, e.end})
		}
		at = max(e.end, at+1)
	}
	return list
}

// Values, Nibbles and Classes are the tables.
const (
	Values  = values
	Nibbles = nibbles
	Classes = classes
)

// Contexts are the spans with their contexts.
var Contexts = contexts

// HoldsEscape reports whether something in data is an escape that is worth a
// Text.
func HoldsEscape(data []byte) bool {
	var s search
	s.reset(data)
	s.escapes(Span{0, len(data)})
	s.quotedHits = s.quoted(s.quotedHits, Span{0, len(data)})
	return s.any()
}

// ProbeTokens returns nextToken of one text where there are no masks.
func ProbeTokens(data []byte) func(floor, from, to int) (start, end int, ok bool) {
	return (&search{data: data}).nextToken
}

// MaskTokens returns nextToken of one text, again and again with the same masks, if
// there are any.
func MaskTokens(data []byte) func(floor, from, to int) (start, end int, ok bool) {
	s := search{masks: newTokenMasks()}
	s.reset(data)
	return s.nextToken
}

// WithoutMasks makes a Decoder do as it does where there are none.
func (d *Decoder) WithoutMasks() *Decoder {
	for i := range d.levels {
		d.levels[i].masks = nil
	}
	return d
}

// NextRun is nextRun for tokens.
func NextRun(data []byte, floor, from, to int) (start, end int, ok bool) {
	return nextRun(data, inToken, floor, from, to, leastBase64)
}

// OthersThanToken is othersThanToken.
var OthersThanToken = othersThanToken

// CanStart reports whether something of interest can begin with three bytes.
func CanStart(first, second, third byte) bool { return canStart(first, second, third) != 0 }

// Sniff reports whether sniff sees something in a token.
func Sniff(token []byte) bool { return (&search{}).sniff(token) != formNone }

// SniffBytes reports whether sniffBytes sees something.
func SniffBytes(head []byte) bool { return sniffBytes(head, leastCompressed, formBase64) != formNone }

// AllTokens describes the tokens of a text that are worth a Text, and of which hits
// they make, with masks or without.
func AllTokens(data []byte, masks bool) (tokens, wrapped []Span, hits [][]Span) {
	var s search
	if masks {
		s.masks = newTokenMasks()
	}
	s.reset(data)
	s.allTokens()
	for _, r := range s.runs {
		tokens = append(tokens, Span{r.start, r.end})
	}
	for _, r := range s.wrapped {
		wrapped = append(wrapped, Span{r.start, r.end})
	}
	return tokens, wrapped, [][]Span{s.hits, s.wrappedHits}
}
