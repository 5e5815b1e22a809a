package decode

import (
	"bytes"
	"strings"
)

const (
	leastPiece       = leastBase64
	longestSeparator = 128
)

// wrap finds the base64 text over several lines that a token is a piece of: as
// MIME, PEM and YAML blocks write it, or as strings that a program joins. Its
// pieces are equally long but for the last, which may be shorter. Only the group
// of equally long tokens around the given one, which begins as f does, and one
// more token decide.
func (s *search) wrap(token Span, f form) {
	if token.Start < s.wrappedDone {
		return
	}
	if !s.follows(token.Start) && f == formNone {
		s.wrappedDone = token.End // it would be the first piece
		return
	}
	pieces := s.group(token)
	if p := pieces[0]; p.Start < token.Start && !s.follows(p.Start) && s.sniff(s.data[p.Start:p.End]) == formNone {
		pieces = pieces[1:]
	}
	last := pieces[len(pieces)-1]
	s.wrappedDone = last.End
	if p, ok := s.rest(pieces); ok {
		pieces, last = append(pieces, p), p
	}
	if len(pieces) < 2 {
		return
	}
	if f = s.sniff(s.data[pieces[0].Start:pieces[0].End]); f == formNone {
		return
	}
	r := run{start: pieces[0].Start, form: f, pieces: pieces}
	r.end = padding(s.data, last.End, len(s.joined(r)))
	if f.text() && !readable(s.joined(r)) {
		return
	}
	if n := len(s.wrapped); n > 0 && s.wrapped[n-1].end > r.start || !s.take(runRoom+len(pieces)) {
		return
	}
	s.wrapped = append(s.wrapped, r)
	s.wrappedHits = join(s.wrappedHits, Span{r.start, r.end}, longestGap)
}

// follows reports whether there may be a piece before a place.
func (s *search) follows(at int) bool {
	end := s.separatorStart(at)
	if end == at || end-s.tokenStart(end, leastPiece) < leastPiece {
		return false
	}
	next, ok := separated(s.data, end)
	return ok && next == at
}

// rest returns the shorter piece behind a group. It is separated by the same
// number of bytes as the pieces of the group, so that the next key of a YAML
// mapping is none.
func (s *search) rest(group []Span) (Span, bool) {
	n := len(group)
	last := group[n-1]
	at, ok := separated(s.data, last.End)
	if !ok || s.padded(last.End) || n > 1 && at-last.End != last.Start-group[n-2].End {
		return Span{}, false
	}
	size := last.End - last.Start
	end := s.tokenEnd(at, at+size)
	footer := bytes.HasPrefix(s.data[at:], []byte("--"))
	return Span{at, end}, end > at && end-at < size && !footer && s.closed(padding(s.data, end, 2))
}

// closed reports whether a text may end at a place: a word with another behind
// it, or the name in an assignment, is no end of it.
func (s *search) closed(at int) bool {
	return at == len(s.data) || strings.IndexByte("\r\n\"'`,;<)}]\\", s.data[at]) >= 0
}

// group returns the tokens as long as the given one that are separated by
// nothing but line ends and the like.
func (s *search) group(token Span) []Span {
	size := token.End - token.Start
	first := token
	for {
		end := s.separatorStart(first.Start)
		start := s.tokenStart(end, size+1)
		if end-start != size || start < s.wrappedDone {
			break
		}
		if at, ok := separated(s.data, end); !ok || at != first.Start {
			break
		}
		first = Span{start, end}
	}
	pieces := []Span{first}
	for last := first; !s.padded(last.End) && len(pieces) < maxRoom/2; {
		at, ok := separated(s.data, last.End)
		if !ok || s.tokenEnd(at, at+size+1) != at+size {
			break
		}
		last = Span{at, at + size}
		pieces = append(pieces, last)
	}
	return pieces
}

func (s *search) padded(at int) bool { return at < len(s.data) && s.data[at] == '=' }

// tokenEnd returns the end of the token at a place, but not more than most.
func (s *search) tokenEnd(at, most int) int {
	return tokenEnd(s.data[:min(most, len(s.data))], at)
}

// tokenStart returns the start of the token that ends at a place, if it is not
// longer than most bytes.
func (s *search) tokenStart(end, most int) int {
	return tokenStart(s.data, max(end-most, 0), end)
}

// joined returns the characters of a run's pieces without what separates them.
// It is valid until the next call.
func (s *search) joined(r run) []byte {
	s.bytes = s.bytes[:0]
	for _, p := range r.pieces {
		s.bytes = append(s.bytes, s.data[p.Start:p.End]...)
	}
	return s.bytes
}

// separated returns where the next piece begins if what stands between two
// pieces of a text stands at a place: the end of a line and an indentation, the
// end of a string and the beginning of the next with an operator or a comma
// between them, or both.
func separated(data []byte, at int) (next int, ok bool) {
	lines, quotes, operators, start := 0, 0, 0, at
	for ; at < len(data) && at-start <= longestSeparator; at++ {
		switch c := data[at]; c {
		case ' ', '\t', '\r':
		case '\n':
			lines++
		case '"', '\'', '`':
			quotes++
		case '\\':
			if at+1 == len(data) || data[at+1] != '\n' && data[at+1] != '\r' {
				return 0, false
			}
		case '+', '.', ',', '&', '#', '*', '>':
			if c == '+' && at+1 < len(data) && classes[data[at+1]]&inToken != 0 || at == start && c != ',' {
				return at, at > start && joins(lines, quotes, operators)
			}
			operators++
		default:
			return at, at > start && joins(lines, quotes, operators)
		}
	}
	return 0, false
}

func joins(lines, quotes, operators int) bool {
	return lines <= 1 && quotes <= 2 && operators <= 1 && (lines == 1 || quotes == 2)
}

// separates reports whether c may stand between two pieces.
func separates(c byte) bool { return classes[c]&inSeparator != 0 }

// nextPiece returns where the next token begins that may have been a piece of one
// text with what stood before a place, at which an edit ends or a token begins: what
// is left of that and of what separated them is all that is between. It is the n-th of
// those that are asked for behind one edit: many edits may be in one long token, whose
// end is looked for once.
func (s *search) nextPiece(at, n int) (next int, ok bool) {
	if t := &s.left[n]; at < t.Start || at >= t.End {
		*t = Span{at, tokenEnd(s.data, at)}
	}
	at = s.left[n].End
	for most := min(len(s.data), at+longestSeparator); at < most && separates(s.data[at]); {
		at++
	}
	return at, at < len(s.data) && classes[s.data[at]]&inToken != 0
}

// mayHold reports whether a token of leastBase64 characters may touch the place that
// nextPiece has found from another one on. Words of a program are shorter.
func (s *search) mayHold(from, next int) bool {
	long, known := s.masks.begins(next)
	if !known {
		long = s.tokenEnd(next, next+leastBase64)-next >= leastBase64
	}
	return long || bytes.IndexByte(s.data[from:next], '+') >= 0 // it may begin with that, and many of them are a token
}

// separatorStart returns where a separator that ends at a place may begin.
func (s *search) separatorStart(end int) int {
	at, lines := end, 0
	for ; at > 0 && end-at <= longestSeparator; at-- {
		c := s.data[at-1]
		if !separates(c) {
			break
		}
		if c == '\n' {
			if lines++; lines > 1 {
				break
			}
		}
		if c == '+' && (at == end || at == 1 || classes[s.data[at-2]]&inToken != 0) {
			break
		}
	}
	return at
}
