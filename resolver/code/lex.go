package code

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A kind is what a token is.
type kind uint8

// The kinds of tokens.
const (
	word  kind = iota // an identifier or keyword, with a leading $ or @ where the language has them
	text              // a string literal, decoded
	digit             // a number
	punct             // an operator or a bracket
)

// A lexeme is one word of a source text. Comments are none.
type lexeme struct {
	kind kind
	text string
	line int
	// indent is how many bytes of its line stand before the first token of it.
	indent int
	// mixed is true for a string that holds expressions.
	mixed bool
	// spaced is true if there is white space before it.
	spaced bool
}

// A syntax is how a language writes comments, strings and names.
type syntax struct {
	// lineComment are the texts that begin a comment up to the end of a line.
	lineComment []string
	// blockComment opens and closes a comment; nested says that they nest.
	blockComment [2]string
	nested       bool
	// wordStart are characters that begin a word besides letters and "_".
	wordStart string
	// literal reads a string literal that begins at l.at, or returns false.
	literal func(l *lexer) (lexeme, bool)
	// regular says that a slash in place of an operand begins a regular
	// expression.
	regular bool
	// skip passes over what is neither comment nor code, at l.at.
	skip func(l *lexer) bool
}

// Limits of one file.
const (
	maxTokens  = 1 << 20
	maxLiteral = 64 << 10
)

var errTooMany = errors.New("it has more words than are looked at")

// A lexer cuts a source text into tokens.
type lexer struct {
	syntax  *syntax
	src     string
	at      int
	line    int
	counted int // line is that of the byte before counted
	start   int // where the line of counted starts
	column  int // of the token that is read
	jump    jump
	work    int // bytes that were looked through for the ends of documents
	tokens  []lexeme
	err     error
}

// A jump is a text that is passed over where it begins: the here documents of a
// line.
type jump struct{ from, to int }

// lex cuts a text into tokens. An error says where the text is not what the
// language allows; the tokens up to there, and what could be made of the rest,
// are returned all the same.
func lex(data []byte, s *syntax) ([]lexeme, error) {
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, errors.New("it is not text")
	}
	l := &lexer{syntax: s, src: string(data), line: 1}
	for l.at < len(l.src) {
		if len(l.tokens) >= maxTokens {
			return l.tokens, errTooMany
		}
		l.next()
	}
	return l.tokens, l.err
}

// fail notes the first error.
func (l *lexer) fail(line int, what string) {
	if l.err == nil {
		l.err = fmt.Errorf("line %d: %s", line, what)
	}
}

// here is the line of l.at.
func (l *lexer) here() int {
	if l.at > l.counted {
		l.line += strings.Count(l.src[l.counted:l.at], "\n")
		if n := strings.LastIndexByte(l.src[l.counted:l.at], '\n'); n >= 0 {
			l.start = l.counted + n + 1
		}
		l.counted = l.at
	}
	return l.line
}

func (l *lexer) has(prefix string) bool { return strings.HasPrefix(l.src[l.at:], prefix) }

// next reads a comment, white space or a token.
func (l *lexer) next() {
	if l.at == l.jump.from && l.jump.to > l.at {
		l.at = l.jump.to
		return
	}
	c := l.src[l.at]
	if c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' {
		l.at++
		return
	}
	if l.comment() || l.syntax.skip != nil && l.syntax.skip(l) {
		return
	}
	line, from := l.here(), l.at
	l.column = from - l.start
	if t, ok := l.syntax.literal(l); ok {
		l.add(t, line, from)
		return
	}
	if c == '/' && l.syntax.regular && l.operand() && l.expression() {
		l.add(lexeme{kind: text, mixed: true}, line, from)
		return
	}
	if t, ok := l.word(); ok {
		l.add(t, line, from)
		return
	}
	for _, op := range []string{"...", "<<<", "&&", "||", "??", "?.", "?:", "::", "->", "=>", "==", "!=", "<=", ">=", ":=", "+=", "-=", "**", "!!", ".."} {
		if l.has(op) {
			l.at += len(op)
			l.add(lexeme{kind: punct, text: op}, line, from)
			return
		}
	}
	_, n := utf8.DecodeRuneInString(l.src[l.at:])
	l.at += n
	l.add(lexeme{kind: punct, text: l.src[from:l.at]}, line, from)
}

func (l *lexer) add(t lexeme, line, from int) {
	t.line = line
	t.indent = l.column
	if n := len(l.tokens); n > 0 && l.tokens[n-1].line == line {
		t.indent = l.tokens[n-1].indent
	}
	t.spaced = from == 0 || strings.IndexByte(" \t\r\n", l.src[from-1]) >= 0
	l.tokens = append(l.tokens, t)
}

// comment passes over a comment.
func (l *lexer) comment() bool {
	for _, open := range l.syntax.lineComment {
		if l.has(open) {
			l.at = l.lineEnd()
			return true
		}
	}
	open, end := l.syntax.blockComment[0], l.syntax.blockComment[1]
	if open == "" || !l.has(open) || open[0] == '=' && l.at > 0 && l.src[l.at-1] != '\n' {
		return false
	}
	line, depth := l.here(), 1
	l.at += len(open)
	for depth > 0 {
		shut := strings.Index(l.src[l.at:], end)
		if shut < 0 {
			l.fail(line, "a comment is not closed")
			l.at = len(l.src)
			return true
		}
		if l.syntax.nested {
			if inner := strings.Index(l.src[l.at:l.at+shut], open); inner >= 0 {
				depth++
				l.at += inner + len(open)
				continue
			}
		}
		depth--
		l.at += shut + len(end)
	}
	return true
}

// lineEnd is where the line of l.at ends.
func (l *lexer) lineEnd() int {
	if n := strings.IndexByte(l.src[l.at:], '\n'); n >= 0 {
		return l.at + n
	}
	return len(l.src)
}

// word reads a name or a number.
func (l *lexer) word() (lexeme, bool) {
	r, n := utf8.DecodeRuneInString(l.src[l.at:])
	switch {
	case unicode.IsDigit(r):
		return lexeme{kind: digit, text: l.run(l.at + n)}, true
	case !isLetter(r) && !strings.ContainsRune(l.syntax.wordStart, r):
		return lexeme{}, false
	case !isLetter(r):
		if next, _ := utf8.DecodeRuneInString(l.src[l.at+n:]); !isLetter(next) && !strings.ContainsRune(l.syntax.wordStart, next) {
			return lexeme{}, false
		}
	}
	return lexeme{kind: word, text: l.run(l.at + n)}, true
}

// run reads on to the end of a word and returns it whole.
func (l *lexer) run(from int) string {
	start := l.at
	l.at = from
	for l.at < len(l.src) {
		r, n := utf8.DecodeRuneInString(l.src[l.at:])
		if !isLetter(r) && !unicode.IsDigit(r) && !(l.at == start+1 && strings.ContainsRune(l.syntax.wordStart, r)) {
			break
		}
		l.at += n
	}
	return l.src[start:l.at]
}

func isLetter(r rune) bool { return r == '_' || unicode.IsLetter(r) }

// operand reports whether what comes next stands in place of an operand.
func (l *lexer) operand() bool {
	if len(l.tokens) == 0 {
		return true
	}
	switch t := l.tokens[len(l.tokens)-1]; t.kind {
	case punct:
		return t.text != ")" && t.text != "]" && t.text != "}"
	case word:
		switch t.text {
		case "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "and", "or", "not", "if", "unless", "when", "while":
			return true
		}
	}
	return false
}

// expression passes over a regular expression, which ends in its line.
func (l *lexer) expression() bool {
	const longest = 2000
	class := false
	for i := l.at + 1; i < min(len(l.src), l.at+longest) && l.src[i] != '\n'; i++ {
		switch c := l.src[i]; {
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			l.at = i + 1
			l.run(l.at)
			return true
		}
	}
	return false
}
