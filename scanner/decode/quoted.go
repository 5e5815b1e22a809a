package decode

import "bytes"

const (
	quotedLine      = 80 // bytes to look back for the beginning of a line
	leastQuotedLine = 70 // of 76 that are allowed: writers fill their lines
)

// quoted finds what is sure to be quoted-printable (RFC 2045, 6.7): an equals
// sign that is escaped, two escapes in a row, or the soft end of a line that is
// as long as those who write it make theirs. Elsewhere an equals sign is an
// assignment.
func (s *search) quoted(hits []Span, w Span) []Span {
	first, to := len(hits), min(w.End+1, len(s.data))
	for at := max(w.Start-3, 0); at < to; at++ {
		i := bytes.IndexByte(s.data[at:to], '=')
		if i < 0 {
			break
		}
		at += i
		if at+1 == len(s.data) || nibbles[s.data[at+1]] == none && s.data[at+1] != '\n' && s.data[at+1] != '\r' {
			continue
		}
		e, ok := parseQuoted(s.data, at)
		if ok && e.end >= w.Start && sure(s.data, e) {
			hits = joinFrom(hits, first, Span{e.start, e.end}, longestGap)
		}
	}
	return hits
}

// sure reports whether an escape of quoted-printable is sure to be one.
func sure(data []byte, e escape) bool {
	if e.size == 0 {
		return full(data, e.start)
	}
	if e.first() == '=' {
		return true
	}
	if e.end >= len(data) || data[e.end] != '=' {
		return false
	}
	next, ok := parseQuoted(data, e.end)
	return ok && next.size > 0
}

// isBlank reports whether c may stand at the end of a line.
func isBlank(c byte) bool { return c == '\n' || c == '\r' || c == ' ' || c == '\t' }

// full reports whether the line that ends behind the equals sign at a place is
// as long as a soft end of a line wants it.
func full(data []byte, at int) bool {
	from := max(0, at-quotedLine)
	i := bytes.LastIndexByte(data[from:at], '\n')
	return (i >= 0 || from == 0) && at+1-(from+i+1) >= leastQuotedLine
}

// parseQuoted parses =41 and the soft end of a line, which stands for nothing.
func parseQuoted(data []byte, at int) (escape, bool) {
	if c, ok := hexByte(data, at+1); ok {
		if isText(c) || c >= 0x80 {
			return ofByte(formQuoted, at, at+3, c)
		}
		return escape{}, false
	}
	end := at + 1
	if end < len(data) && data[end] == '\r' {
		end++
	}
	if end < len(data) && data[end] == '\n' {
		return escape{at, end + 1, meaning{form: formQuoted}}, true
	}
	return escape{}, false
}

// nextQuoted is nextEscape for quoted-printable.
func nextQuoted(data []byte, at, end int) escape {
	for at < end {
		i := bytes.IndexByte(data[at:end], '=')
		if i < 0 {
			break
		}
		at += i
		if e, ok := parseQuoted(data, at); ok && e.end <= end {
			return e
		}
		at++
	}
	return escape{start: end, end: end}
}
