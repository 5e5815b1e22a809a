package profile

import (
	"bytes"
	"strings"
	"unicode"
)

// A token is what a file of the grammar Tokens is made of.
type token struct {
	kind tokenKind
	text []byte
	line int
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	wordToken
	quotedToken // a word that begins with a double quote, with its quotes
	bracketToken
	commaToken
	assignToken // "=" or ":"
	spaceToken
	newlineToken
	commentToken
)

// A lexer cuts a file into tokens (aws-sdk-go@v1.55.8/internal/ini/ini_lexer.go).
type lexer struct {
	rest []byte
	line int
}

// next returns the next token, or false for a quote without an end.
func (l *lexer) next() (token, bool) {
	kind, size := l.measure()
	if size < 0 {
		return token{}, false
	}
	t := token{kind, l.rest[:size], l.line}
	l.line += bytes.Count(t.text, []byte("\n"))
	l.rest = l.rest[size:]
	return t, true
}

// measure returns the kind of the next token and its length, or -1.
func (l *lexer) measure() (tokenKind, int) {
	if len(l.rest) == 0 {
		return endToken, 0
	}
	if size := len(l.rest) - len(bytes.TrimLeftFunc(l.rest, isTokenSpace)); size > 0 {
		return spaceToken, size
	}
	switch l.rest[0] {
	case ',':
		return commaToken, 1
	case '#', ';':
		return commentToken, commentSize(l.rest)
	case '[', ']':
		return bracketToken, 1
	case '=', ':':
		return assignToken, 1
	case '"':
		return quotedToken, quotedSize(l.rest)
	}
	if size := newlineSize(l.rest); size > 0 {
		return newlineToken, size
	}
	size := 1
	for size < len(l.rest) && strings.IndexByte(":=[] \n", l.rest[size]) < 0 && newlineSize(l.rest[size:]) == 0 {
		size++
	}
	return wordToken, size
}

func isTokenSpace(r rune) bool { return unicode.IsSpace(r) && r != '\n' && r != '\r' }

func newlineSize(text []byte) int {
	switch {
	case text[0] == '\n':
		return 1
	case len(text) > 1 && text[0] == '\r' && text[1] == '\n':
		return 2
	}
	return 0
}

// commentSize is the length of a comment without the line end. A CR LF that ends
// the file is taken for part of it.
func commentSize(text []byte) int {
	i := bytes.IndexByte(text, '\n')
	switch {
	case i < 0:
		return len(text)
	case i > 0 && text[i-1] == '\r' && i < len(text)-1:
		return i - 1
	}
	return i
}

// quotedSize is the length of a quoted word, which may go over several lines.
func quotedSize(text []byte) int {
	for i := 1; i < len(text); i++ {
		if text[i] == '"' && text[i-1] != '\\' {
			return i + 1
		}
	}
	return -1
}

// readTokens reads a file of the grammar Tokens
// (aws-sdk-go@v1.55.8/internal/ini/ini_parser.go:44).
func (p *parser) readTokens(data []byte) *ParseError {
	all := lexer{data, 1}
	for {
		t, ok := all.next()
		if !ok {
			// ini_lexer.go:118 counts no tokens then.
			p.noteAt(all.line, NoteFaulty, "a double quote that is not closed: this SDK takes the file for empty")
			return nil
		}
		if t.kind == endToken {
			break
		}
	}
	r := tokenReader{parser: p}
	l := lexer{data, 1}
	for {
		t, _ := l.next()
		if done, err := r.read(t); done || err != nil {
			return err
		}
	}
}

// A tokenReader joins tokens.
type tokenReader struct {
	*parser
	state tokenState
	// skipping passes over tokens until a line that is not indented; before is
	// the kind of the token before.
	skipping bool
	before   tokenKind

	text  []byte // of a header or a key
	value []byte
	// quoted is true if the value is a quoted word.
	quoted bool
	at     int // the line of the key
}

type tokenState uint8

const (
	betweenStatements tokenState = iota
	behindBracket                // "[", nothing yet of the name
	inHeader                     // "[name"
	inKey                        // "key"
	behindAssign                 // "key ="
	inValue                      // "key = value"
)

// read takes one token. It returns true at the end of the file.
func (r *tokenReader) read(t token) (done bool, err *ParseError) {
	r.line = t.line
	if r.skipping && r.before == newlineToken && t.kind != spaceToken {
		r.skipping = false
	} else {
		r.before = t.kind
	}
	if r.skipping {
		return t.kind == endToken, nil
	}
	switch r.state {
	case behindBracket, inHeader:
		err = r.readHeaderToken(t)
	case inKey:
		err = r.readKeyToken(t)
	case behindAssign:
		err = r.readAssignToken(t)
	case inValue:
		err = r.readValueToken(t)
	default:
		err = r.readBetween(t)
	}
	return t.kind == endToken, err
}

// readBetween begins a statement.
func (r *tokenReader) readBetween(t token) *ParseError {
	switch t.kind {
	case spaceToken, newlineToken, commentToken, endToken:
		return nil
	case wordToken, quotedToken:
		r.state, r.text, r.at = inKey, append([]byte(nil), t.text...), t.line
		return nil
	case bracketToken:
		if t.text[0] == '[' {
			r.state, r.text, r.at = behindBracket, nil, t.line
			return nil
		}
	}
	return r.refuse("a sign where a header or a key should begin")
}

func (r *tokenReader) readHeaderToken(t token) *ParseError {
	switch {
	case t.kind == wordToken || t.kind == quotedToken:
		r.state = inHeader
		r.text = append(r.text, t.text...)
		return nil
	case r.state == inHeader && (t.kind == assignToken || t.kind == spaceToken):
		r.text = append(r.text, t.text...)
		return nil
	case t.kind == newlineToken, t.kind == spaceToken:
		return nil
	case r.state == inHeader && t.kind == bracketToken && t.text[0] == ']':
		r.state = betweenStatements
		r.line = r.at
		return r.begin(string(bytes.TrimFunc(r.text, isTokenSpace)))
	}
	r.line = r.at
	return r.refuse("a header without its closing bracket")
}

func (r *tokenReader) readKeyToken(t token) *ParseError {
	switch t.kind {
	case wordToken, quotedToken, spaceToken:
		r.text = append(r.text, t.text...)
		return nil
	case assignToken:
		r.state = behindAssign
		return nil
	case newlineToken:
		r.skip()
		return r.noSeparator()
	}
	return r.refuse("a line that is neither a header nor an assignment")
}

// skip drops a statement and what is indented below it.
func (r *tokenReader) skip() { r.state, r.skipping = betweenStatements, true }

func (r *tokenReader) readAssignToken(t token) *ParseError {
	switch t.kind {
	case wordToken, quotedToken, bracketToken, assignToken:
		r.state, r.quoted = inValue, t.kind == quotedToken
		r.value = append([]byte(nil), t.text...)
	case newlineToken, endToken:
		r.skip()
	case spaceToken:
	default:
		return r.refuse("a comment or comma where a value should begin")
	}
	return nil
}

func (r *tokenReader) readValueToken(t token) *ParseError {
	switch t.kind {
	case commaToken: // ini_parser.go:99
		r.note(NoteGarbage, "a comma behind a space, for which this SDK drops the key")
		r.skip()
		return nil
	case newlineToken, endToken, commentToken:
		if t.kind == commentToken {
			r.note(NoteInlineComment, "a comment behind a value, which some SDKs take for part of it")
		}
		r.state = betweenStatements
		return r.assign()
	}
	if !r.quoted {
		r.value = append(r.value, t.text...)
	}
	return nil
}

// assign ends "key = value".
func (r *tokenReader) assign() *ParseError {
	value := bytes.Trim(r.value, " \n")
	if r.quoted {
		value = unescape(r.value[1 : len(r.value)-1])
	}
	r.line = r.at
	if r.quoted {
		r.note(NoteQuoted, "quotes around a value, which some SDKs take for part of it")
	}
	if r.section == nil {
		return r.beforeSection()
	}
	return r.set(bytes.TrimFunc(r.text, isTokenSpace), value)
}

// unescape replaces \', \", \n, \t and \\ (value_util.go:251).
func unescape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		if i := strings.IndexByte(`'"nt\`, c); i >= 0 && len(out) > 0 && out[len(out)-1] == '\\' {
			out[len(out)-1] = "'\"\n\t\\"[i]
			continue
		}
		out = append(out, c)
	}
	return out
}
