package wiki

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

const (
	// xmlBuffer is how many bytes are read at once.
	xmlBuffer = 256 << 10
	// maxTag is how long a tag may be with its attributes, and a name of an
	// entity or other markup that must be held whole.
	maxTag = 64 << 10
	// maxEntity is how long an entity may be.
	maxEntity = 64
	// maxField is how long a field other than a text may be.
	maxField = 1 << 20
	// maxDepth is how deep elements may nest.
	maxDepth = 256
)

// A tokenKind says what a token of XML is.
type tokenKind int

const (
	startTag tokenKind = iota
	endTag
	charData
)

// errXML is what all errors of the syntax wrap.
var errXML = errors.New("not well-formed XML")

// An xmlTokens takes the tokens of XML off a stream. Dumps have hundreds of
// gigabytes of which most are texts, so it copies those once and looks at their
// bytes as little as it can. It is not strict: what encoding/xml accepts gives
// the same tokens, and much that it does not is taken as it stands. Entities of
// the document itself are never expanded.
type xmlTokens struct {
	r      io.Reader
	buf    []byte
	at     int
	offset int64 // of buf in the stream
	err    error // of r, when buf is empty

	// The token. They are valid until the next call.
	name  []byte // of a tag
	attrs []byte // of a start tag, as they stand
	text  []byte // of charData: all of it up to the next tag
	empty bool   // a start tag that ends itself; its end tag follows

	// keep is whether the text is wanted: if not it is passed over. limit is
	// how many bytes of it are kept, and over whether there were more.
	keep  bool
	limit int
	over  bool

	pending bool // the end tag of an empty element
	stack   [][]byte
}

func newXMLTokens(r io.Reader) *xmlTokens {
	return &xmlTokens{r: r, buf: make([]byte, 0, xmlBuffer), limit: 1 << 20}
}

// fill reads more behind what is left. It returns false at the end.
func (x *xmlTokens) fill() bool {
	if x.err != nil {
		return false
	}
	if x.at > 0 {
		n := copy(x.buf, x.buf[x.at:])
		x.offset += int64(x.at)
		x.buf, x.at = x.buf[:n], 0
	}
	if len(x.buf) == cap(x.buf) {
		x.buf = append(make([]byte, 0, 2*cap(x.buf)), x.buf...)
	}
	for tries := 0; ; tries++ {
		n, err := x.r.Read(x.buf[len(x.buf):cap(x.buf)])
		x.buf = x.buf[:len(x.buf)+n]
		if err == nil && n == 0 && tries > 100 {
			err = io.ErrNoProgress
		}
		if x.err = err; n > 0 || err != nil {
			return n > 0
		}
	}
}

// next returns the kind of the next token. At the end of the stream it returns
// io.EOF if every element was closed, and else io.ErrUnexpectedEOF; in the latter
// case text holds what there was.
func (x *xmlTokens) next() (tokenKind, error) {
	if x.pending {
		x.pending, x.empty = false, false
		return endTag, nil
	}
	x.text, x.over = x.text[:0], false
	some := false // a text, though it may be passed over
	for {
		open := bytes.IndexByte(x.buf[x.at:], '<')
		part := x.buf[x.at:]
		if open >= 0 {
			part = part[:open]
		}
		if len(part) > 0 {
			some = true
			part = x.whole(part, open >= 0)
			x.addText(part)
			x.at += len(part)
		}
		if open < 0 {
			if !x.fill() && x.at == len(x.buf) {
				return x.ended(some)
			}
			continue
		}
		kind, literal, err := x.markup(&some)
		switch {
		case err != nil:
			return 0, err
		case kind == markupTag && some:
			return charData, nil
		case kind == markupTag:
			return x.tag()
		case literal:
			some = true
		}
	}
}

func (x *xmlTokens) ended(some bool) (tokenKind, error) {
	err := x.err
	if err == io.EOF && len(x.stack) > 0 {
		err = io.ErrUnexpectedEOF
	}
	if some && err == io.EOF {
		return charData, nil
	}
	return 0, err
}

// whole leaves off an entity or a line end that may go on behind the buffer.
func (x *xmlTokens) whole(part []byte, ends bool) []byte {
	if ends || x.err != nil || !x.keep {
		return part
	}
	const longest = maxEntity
	tail := part[max(0, len(part)-longest):]
	if i := bytes.LastIndexByte(tail, '&'); i >= 0 && bytes.IndexByte(tail[i:], ';') < 0 {
		return part[:len(part)-len(tail)+i]
	}
	if part[len(part)-1] == '\r' {
		return part[:len(part)-1]
	}
	return part
}

// addText adds a part of a text, with its entities and line ends replaced.
func (x *xmlTokens) addText(part []byte) {
	if !x.keep {
		return
	}
	if room := x.limit - len(x.text); len(part) > room {
		if x.over = true; room <= 0 {
			return
		}
		part = part[:room]
	}
	x.grow(len(part))
	x.text = appendDecoded(x.text, part)
}

// grow makes room in the text for n bytes. A large one doubles: append would leave
// several times its size behind.
func (x *xmlTokens) grow(n int) {
	if need := len(x.text) + n; need > cap(x.text) && need > xmlBuffer {
		x.text = append(make([]byte, 0, max(need, min(2*cap(x.text), x.limit))), x.text...)
	}
}

// appendDecoded appends a text with its entities and line ends replaced.
func appendDecoded(out, part []byte) []byte {
	returns := bytes.IndexByte(part, '\r') >= 0
	for {
		i := bytes.IndexByte(part, '&')
		if i < 0 {
			return appendLines(out, part, returns)
		}
		out = appendLines(out, part[:i], returns)
		part = part[i:]
		r, n := entity(part)
		if n == 0 {
			out, part = append(out, '&'), part[1:]
			continue
		}
		out, part = utf8.AppendRune(out, r), part[n:]
	}
}

// appendLines appends a text in which line ends become line feeds.
func appendLines(out, part []byte, returns bool) []byte {
	if !returns {
		return append(out, part...)
	}
	for i, c := range part {
		switch {
		case c != '\r':
			out = append(out, c)
		case i+1 == len(part) || part[i+1] != '\n':
			out = append(out, '\n')
		}
	}
	return out
}

// entity returns the character that a text begins with an entity for, and the
// length of that; 0 if it is none of the five of XML and no number.
func entity(s []byte) (rune, int) {
	end := bytes.IndexByte(s[:min(len(s), maxEntity)], ';')
	if end < 0 {
		return 0, 0
	}
	name := s[1:end]
	switch string(name) {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, 0
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	if len(digits) == 0 || digits[0] == '+' || digits[0] == '-' || bytes.IndexByte(digits, '_') >= 0 {
		return 0, 0
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, 0
	}
	return rune(n), end + 1
}

// A markupKind says what begins with a "<".
type markupKind int

const (
	markupTag markupKind = iota
	markupOther
)

// markup looks at what stands at a "<". Comments, instructions and declarations
// are passed over, and CDATA is added to the text; only a tag is left.
func (x *xmlTokens) markup(some *bool) (kind markupKind, literal bool, err error) {
	x.need(9)
	rest := x.buf[x.at:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return markupOther, false, x.skipTo(4, "-->", false)
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return markupOther, true, x.skipTo(9, "]]>", true)
	case bytes.HasPrefix(rest, []byte("<?")):
		return markupOther, false, x.skipTo(2, "?>", false)
	case bytes.HasPrefix(rest, []byte("<!")):
		return markupOther, false, x.declaration()
	}
	return markupTag, false, nil
}

// need reads until there are n bytes, if there are so many.
func (x *xmlTokens) need(n int) {
	for len(x.buf)-x.at < n && x.fill() {
	}
}

// skipTo passes over markup to its end. With add it is a text.
func (x *xmlTokens) skipTo(start int, end string, add bool) error {
	x.at += start
	for {
		i := bytes.Index(x.buf[x.at:], []byte(end))
		if i >= 0 {
			if add {
				x.addLiteral(x.buf[x.at : x.at+i])
			}
			x.at += i + len(end)
			return nil
		}
		// What may be the beginning of the end is left.
		n := max(0, len(x.buf)-x.at-len(end))
		if add && n > 0 && x.buf[x.at+n-1] == '\r' {
			n--
		}
		if add {
			x.addLiteral(x.buf[x.at : x.at+n])
		}
		x.at += n
		if !x.fill() {
			if add {
				x.addLiteral(x.buf[x.at:])
			}
			x.at = len(x.buf)
			return x.unexpected()
		}
	}
}

func (x *xmlTokens) addLiteral(part []byte) {
	if !x.keep {
		return
	}
	if room := x.limit - len(x.text); len(part) > room {
		part, x.over = part[:max(0, room)], true
	}
	x.grow(len(part))
	x.text = appendLines(x.text, part, bytes.IndexByte(part, '\r') >= 0)
}

func (x *xmlTokens) unexpected() error {
	if x.err == nil || x.err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return x.err
}

// declaration passes over a document type with all that it declares.
func (x *xmlTokens) declaration() error {
	x.at = min(x.at+3, len(x.buf)) // whatever comes first, as encoding/xml does
	depth, quote := 1, byte(0)
	for {
		for x.at < len(x.buf) {
			switch c := x.buf[x.at]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '<':
				if x.need(4); bytes.HasPrefix(x.buf[x.at:], []byte("<!--")) {
					if err := x.skipTo(4, "-->", false); err != nil {
						return err
					}
					continue
				}
				depth++
			case c == '>':
				depth--
			}
			if x.at++; depth == 0 {
				return nil
			}
		}
		if !x.fill() {
			return x.unexpected()
		}
	}
}

// tag takes a start or an end tag.
func (x *xmlTokens) tag() (tokenKind, error) {
	size, err := x.tagSize()
	if err != nil {
		return 0, err
	}
	inner := x.buf[x.at+1 : x.at+size-1]
	x.at += size
	if len(inner) > 0 && inner[0] == '/' {
		x.name, x.attrs = bytes.TrimSpace(inner[1:]), nil
		return endTag, x.close()
	}
	if x.empty = len(inner) > 0 && inner[len(inner)-1] == '/'; x.empty {
		inner = inner[:len(inner)-1]
	}
	n := bytes.IndexAny(inner, " \t\r\n")
	if n < 0 {
		n = len(inner)
	}
	if x.name, x.attrs = inner[:n], inner[n:]; n == 0 {
		return 0, x.damaged("a tag without a name")
	}
	if x.pending = x.empty; x.empty {
		return startTag, nil
	}
	if len(x.stack) == maxDepth {
		return 0, x.damaged("elements nested more than %d deep", maxDepth)
	}
	x.push(x.name)
	return startTag, nil
}

// push remembers an open element in memory that is used again.
func (x *xmlTokens) push(name []byte) {
	n := len(x.stack)
	if n < cap(x.stack) {
		x.stack = x.stack[:n+1]
		x.stack[n] = append(x.stack[n][:0], name...)
		return
	}
	x.stack = append(x.stack, bytes.Clone(name))
}

// close checks that an end tag ends the element that is open.
func (x *xmlTokens) close() error {
	n := len(x.stack)
	if n == 0 || !bytes.Equal(x.stack[n-1], x.name) {
		return x.damaged("the end of an element that is not open")
	}
	x.stack = x.stack[:n-1]
	return nil
}

// tagSize is the length of the tag at which the stream stands, read whole.
func (x *xmlTokens) tagSize() (int, error) {
	quote := byte(0)
	for i := 1; ; i++ {
		for x.at+i >= len(x.buf) {
			if i > maxTag {
				return 0, x.damaged("a tag of more than %d bytes", maxTag)
			}
			if !x.fill() {
				x.at = len(x.buf)
				return 0, x.unexpected()
			}
		}
		switch c := x.buf[x.at+i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1, nil
		}
	}
}

// damaged is the error for what is no XML, with where it stands.
func (x *xmlTokens) damaged(format string, args ...any) error {
	return fmt.Errorf("%w at byte %d: "+format, append([]any{errXML, x.offset + int64(x.at)}, args...)...)
}

// attr returns the value of an attribute of the start tag.
func (x *xmlTokens) attr(name string) (value string, ok bool) {
	for key, raw := range attributes(x.attrs) {
		if string(key) == name {
			return string(appendDecoded(nil, raw)), true
		}
	}
	return "", false
}

// attributes are the names and values of the attributes of a tag.
func attributes(s []byte) func(yield func(name, value []byte) bool) {
	const space = " \t\r\n"
	return func(yield func(name, value []byte) bool) {
		for {
			s = bytes.TrimLeft(s, space)
			eq := bytes.IndexByte(s, '=')
			if eq < 0 {
				return
			}
			name := bytes.TrimRight(s[:eq], space)
			s = bytes.TrimLeft(s[eq+1:], space)
			if len(s) == 0 || s[0] != '"' && s[0] != '\'' {
				return
			}
			end := bytes.IndexByte(s[1:], s[0])
			if end < 0 || !yield(name, s[1:1+end]) {
				return
			}
			s = s[end+2:]
		}
	}
}
