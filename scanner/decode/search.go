package decode

import "bytes"

// A run is a stretch in an encoding that is not an escape.
type run struct {
	start, end int // padding included
	form       form
	pieces     []Span // of a base64 text over several lines, without padding
}

// A search finds the runs of one text. Hits are where something is worth a Text,
// joined where they are near each other, so that there are never many.
type search struct {
	data        []byte
	runs        []run // tokens
	hits        []Span
	wrapped     []run // base64 over several lines
	wrappedHits []Span
	quotedHits  []Span

	tokenDone, wrappedDone int // no run begins before it that has not been seen
	bytes                  []byte
}

func (s *search) reset(data []byte) {
	*s = search{
		data: data, bytes: s.bytes,
		runs: s.runs[:0], hits: s.hits[:0],
		wrapped: s.wrapped[:0], wrappedHits: s.wrappedHits[:0], quotedHits: s.quotedHits[:0],
	}
}

// window finds the runs that touch data[w.Start:w.End] from inside or outside.
// Windows come in order.
func (s *search) window(w Span) {
	s.tokens(w)
	s.escapes(w)
	s.quotedHits = s.quoted(s.quotedHits, w)
}

// escapes finds the escapes that are worth a Text.
func (s *search) escapes(w Span) {
	from, to := max(w.Start-longestEscape, 0), min(w.End+1, len(s.data))
	for _, c := range [...]byte{'%', '\\', '&', '+'} {
		first := len(s.hits)
		for at := from; at < to; {
			i := bytes.IndexByte(s.data[at:to], c)
			if i < 0 {
				break
			}
			at += i
			if !s.mayEscape(c, at) {
				at++
				continue
			}
			e, ok := parseEscape(s.data, at)
			if c == '+' {
				e, ok = parseCodePoint(s.data, at-1)
			}
			if !ok || e.end < w.Start || !e.hot(s.data) {
				at++
				continue
			}
			s.hits = joinFrom(s.hits, first, Span{e.start, e.end}, longestGap)
			at = e.end
		}
	}
}

// mayEscape looks at one byte to pass over most of what c is in programs.
func (s *search) mayEscape(c byte, at int) bool {
	if c == '+' {
		return at > 0 && s.data[at-1] == 'U'
	}
	if at+1 == len(s.data) {
		return false
	}
	following := s.data[at+1]
	switch c {
	case '%':
		return nibbles[following] != none
	case '&':
		return following == '#' || classes[following]&inToken != 0
	}
	switch following {
	case 'n', 'r', 't':
		return at+2 < len(s.data) && classes[s.data[at+2]]&inToken != 0
	case '"', '\'', '.', ' ', 's', 'w', 'd', 'b':
		return false
	}
	return true
}
