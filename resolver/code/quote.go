package code

import (
	"strconv"
	"strings"
)

// A quote is one form of string literal.
type quote struct {
	open, end string
	// raw has no escapes; doubled makes two ends one character of the text.
	raw, doubled bool
	// lines may stand in it.
	lines bool
	// lenient literals that are not closed in their line are no error: the
	// quote may stand in a text that is no code.
	lenient bool
	// holes open expressions in the text: "${", "#{", "{"; each but "$" ends
	// with the bracket that closes it. A dollar alone begins a name.
	holes []string
}

// read reads a literal of the form, whose opening has been seen at l.at+prefix.
func (q *quote) read(l *lexer, prefix int) lexeme {
	t := lexeme{kind: text}
	line := l.here()
	l.at += prefix + len(q.open)
	var b strings.Builder
	for {
		rest := l.src[l.at:]
		switch {
		case rest == "" || !q.lines && rest[0] == '\n':
			if !q.lenient {
				l.fail(line, "a string is not closed")
			}
			t.text = b.String()
			return t
		case strings.HasPrefix(rest, q.end):
			l.at += len(q.end)
			if q.doubled && strings.HasPrefix(l.src[l.at:], q.end) {
				b.WriteString(q.end)
				l.at += len(q.end)
				continue
			}
			t.text = b.String()
			return t
		case q.hole(l):
			t.mixed = true
		case rest[0] == '\\' && !q.raw:
			q.escape(l, &b)
		default:
			if b.Len() < maxLiteral {
				b.WriteByte(rest[0])
			} else {
				t.mixed = true
			}
			l.at++
		}
	}
}

// hole passes over an expression in a string.
func (q *quote) hole(l *lexer) bool {
	for _, open := range q.holes {
		if !l.has(open) {
			continue
		}
		after := l.at + len(open)
		switch {
		case open == "$":
			if after >= len(l.src) || !isLetter(rune(l.src[after])) {
				continue
			}
			l.at = after
			return true
		case open == "{" && after < len(l.src) && l.src[after] == '{':
			l.at++ // two of them are one of the text
			return false
		}
		bracket := byte('{')
		if strings.HasSuffix(open, "(") {
			bracket = '('
		}
		l.at = q.closing(l, after, bracket)
		return true
	}
	return false
}

// closing returns the place behind the bracket that closes an expression in a
// string. A string in the expression is passed over; one that is not closed ends
// with the literal's line.
func (q *quote) closing(l *lexer, at int, open byte) int {
	shut := map[byte]byte{'{': '}', '(': ')'}[open]
	depth := 1
	for i := at; i < len(l.src); i++ {
		switch c := l.src[i]; {
		case c == open:
			depth++
		case c == shut:
			if depth--; depth == 0 {
				return i + 1
			}
		case c == '\\':
			i++
		case c == '\n' && !q.lines:
			return i
		case c == '"' || c == '\'':
			if n := strings.IndexByte(l.src[i+1:], c); n >= 0 && !strings.Contains(l.src[i+1:i+1+n], "\n") && string(c) != q.end {
				i += n + 1
			}
		}
	}
	return len(l.src)
}

// escape decodes an escape of the C family.
func (q *quote) escape(l *lexer, b *strings.Builder) {
	rest := l.src[l.at:]
	if len(rest) < 2 {
		l.at++
		return
	}
	l.at += 2
	switch c := rest[1]; c {
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'r':
		b.WriteByte('\r')
	case '\n':
	case '0':
		b.WriteByte(0)
	case 'x', 'u', 'U':
		size := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
		if len(rest) < 2+size {
			return
		}
		if n, err := strconv.ParseUint(rest[2:2+size], 16, 32); err == nil {
			b.WriteRune(rune(n))
			l.at += size
		}
	default:
		b.WriteByte(c)
	}
}

// quotes makes a literal reader of forms, the first that fits is taken. A prefix
// is letters that may stand before the opening.
func quotes(forms ...quote) func(*lexer) (lexeme, bool) {
	return func(l *lexer) (lexeme, bool) {
		for i := range forms {
			if l.has(forms[i].open) {
				return forms[i].read(l, 0), true
			}
		}
		return lexeme{}, false
	}
}

// prefixed tells the letters before a quote, as in rb"…", or returns -1 if there
// is no quote behind at most three of them.
func (l *lexer) prefixed(letters, quotes string) int {
	for n := 0; n <= 3 && l.at+n < len(l.src); n++ {
		c := l.src[l.at+n]
		if strings.IndexByte(quotes, c) >= 0 {
			return n
		}
		if strings.IndexByte(letters, c) < 0 {
			return -1
		}
	}
	return -1
}
