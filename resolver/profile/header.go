package profile

import (
	"bytes"
	"slices"
	"strings"
)

// A header is what a section is called.
type header struct {
	// id is the header as the dialect compares headers.
	id       string
	kind     SectionKind
	name     string
	prefixed bool // a type stands before the name
}

// types are the words before a name that mean something.
const (
	profileType  = "profile"
	sessionType  = "sso-session"
	servicesType = "services"
)

func kindOf(word string) SectionKind {
	switch word {
	case profileType:
		return ProfileSection
	case sessionType:
		return SessionSection
	case servicesType:
		return ServicesSection
	}
	return OtherSection
}

// readHeader begins a section if the line is a header.
func (p *parser) readHeader(line []byte) (isHeader bool, err *ParseError) {
	text := p.d.trim(p.d.HeaderComment.cut(line, p.d.Spaces))
	if len(text) == 0 || text[0] != '[' {
		return false, nil
	}
	var end int
	switch p.d.HeaderEnd {
	case EndOfLine:
		if end = len(text) - 1; text[end] != ']' {
			end = -1
		}
	case FirstBracket:
		end = bytes.IndexByte(text, ']')
	case LastBracket:
		if end = bytes.LastIndexByte(text, ']'); end == 1 {
			end = -1
		}
	}
	if end < 1 {
		err := p.fault(p.d.Unclosed, NoteUnclosed, "a header without its closing bracket")
		return false, err
	}
	if end < len(text)-1 {
		p.note(NoteTrailing, "text behind a header")
	}
	inner := text[1:end]
	if !p.d.KeepBlanks {
		inner = p.d.trim(inner)
	}
	return true, p.begin(string(inner))
}

// begin begins a section.
func (p *parser) begin(text string) *ParseError {
	p.section, p.last = nil, nil
	h, ok := p.d.Headers.parse(text)
	if !ok {
		p.note(NoteHeader, "a header that names no section")
		return nil
	}
	if p.d.Headers == Pattern && (text == "__proto__" || text == "profile __proto__") {
		return p.refuse("a section called __proto__")
	}
	return p.beginSection(h)
}

// beginSection begins a section, or goes on with the one of that header.
func (p *parser) beginSection(h header) *ParseError {
	if old := p.byHeader[h.id]; old != nil && h.id != p.d.Inherit {
		switch p.d.DuplicateSection {
		case Refused:
			return p.refuse("the section stands in the file twice")
		case Replaces:
			p.note(NoteDuplicateSection, "the section stands in the file twice; the later one counts")
			old.line, old.keys, old.byKey = p.line, nil, nil
		default:
			p.note(NoteDuplicateSection, "the section stands in the file twice; both are joined")
		}
		p.section = old
		return nil
	} else if old != nil {
		p.section = old
		return nil
	}
	p.section = &sectionDraft{name: h, line: p.line}
	p.byHeader[h.id] = p.section
	p.order = append(p.order, p.section)
	return nil
}

// parse reads the text of a header. It returns false for one that begins no
// section at all.
func (h Headers) parse(text string) (header, bool) {
	switch h {
	case Shell:
		return shellHeader(text), true
	case Pattern:
		return patternHeader(text)
	case Identifiers:
		return identifierHeader(text), true
	case Literal:
		return literalHeader(text), true
	}
	if text == "" {
		return header{}, false
	}
	first, rest := cutBlanks(text)
	if rest == "" {
		return header{id: text, name: text}, true
	}
	return typedHeader(first+" "+rest, first, rest), true
}

// cutBlanks splits text at the first run of spaces and tabs.
func cutBlanks(text string) (first, rest string) {
	i := strings.IndexAny(text, " \t")
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimLeft(text[i:], " \t")
}

// typedHeader is a header of two parts, if the first is a type that means
// something, else one whose name is the text.
func typedHeader(text, word, name string) header {
	kind := kindOf(word)
	if kind == OtherSection {
		return header{id: text, name: text}
	}
	return header{id: text, kind: kind, name: name, prefixed: true}
}

func shellHeader(text string) header {
	for _, word := range []string{profileType, sessionType, servicesType} {
		if !strings.HasPrefix(text, word) {
			continue
		}
		words, ok := shellWords(text)
		if !ok || len(words) != 2 {
			return header{id: text, prefixed: true}
		}
		return header{id: text, kind: kindOf(word), name: words[1], prefixed: true}
	}
	return header{id: text, name: text}
}

func patternHeader(text string) (header, bool) {
	word, rest, ok := cutWord(text)
	if ok {
		if kindOf(word) == OtherSection {
			return header{}, false
		}
		return typedHeader(word+"."+rest, word, rest), true
	}
	if text == "" {
		return header{}, false
	}
	if word, rest, ok := strings.Cut(text, "."); ok && kindOf(word) != OtherSection {
		return typedHeader(text, word, rest), true
	}
	return header{id: text, name: text}, true
}

// cutWord matches ^([\w-]+)\s(["'])?([\w-@+.%:/]+)\2$.
func cutWord(text string) (word, name string, ok bool) {
	i := strings.IndexFunc(text, JSSpaces.has)
	if i <= 0 || strings.ContainsFunc(text[:i], func(r rune) bool { return !isWord(r, "_-") }) {
		return "", "", false
	}
	word, name = text[:i], text[i:]
	name = name[len(string([]rune(name)[:1])):]
	if n := len(name); n >= 2 && (name[0] == '"' || name[0] == '\'') && name[n-1] == name[0] {
		name = name[1 : n-1]
	}
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return !isWord(r, "_-@+.%:/") }) {
		return "", "", false
	}
	return word, name, true
}

// isWord reports whether r is a letter or digit of ASCII or one of more.
func isWord(r rune, more string) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune(more, r)
}

func identifierHeader(text string) header {
	first, rest := cutBlanks(text)
	rest = strings.TrimSpace(rest)
	if rest == "" {
		first = strings.TrimSpace(first)
		return header{id: text, name: first}
	}
	h := header{id: text, kind: kindOf(strings.TrimSpace(first)), name: rest, prefixed: true}
	if !isIdentifier(rest) {
		h.kind = OtherSection
	}
	return h
}

func isIdentifier(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return !isWord(r, "_-/.%@:+") })
}

func literalHeader(text string) header {
	if word, name, ok := strings.Cut(text, " "); ok && slices.Contains([]string{profileType, sessionType}, word) {
		return header{id: text, kind: kindOf(word), name: name, prefixed: true}
	}
	return header{id: text, name: text}
}
