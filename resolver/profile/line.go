package profile

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// read reads one line.
func (p *parser) read(line []byte) *ParseError {
	text := p.d.trim(line)
	if len(text) == 0 {
		if p.d.Nesting == NestDeeper && p.last != nil {
			p.last.parts = append(p.last.parts, part{nil, p.line})
		}
		return nil
	}
	if p.isComment(line, text) {
		return nil
	}
	switch p.d.Nesting {
	case NestDeeper:
		return p.readDeeper(line, text)
	case NestDotted:
		return p.readDotted(line)
	case NestContinues:
		return p.readContinues(line, text)
	case NestNone:
		return p.readEmpty(text)
	}
	return p.readEmpty(line)
}

func (p *parser) isComment(line, text []byte) bool {
	switch p.d.CommentLines {
	case FirstColumn:
		text = line
	case BehindBlanks:
		text = bytes.TrimLeft(line, " \t")
	}
	return len(text) > 0 && (text[0] == '#' || text[0] == ';')
}

// readEmpty is for NestEmpty.
func (p *parser) readEmpty(line []byte) *ParseError {
	if isHeader, err := p.readHeader(line); isHeader || err != nil {
		return err
	}
	if isBlank(line[0]) {
		return p.readIndented(bytes.TrimLeft(line, " \t"))
	}
	text := bytes.TrimRight(p.d.ValueComment.cut(line, p.d.Spaces), " \t")
	name, value, ok := p.assignment(text)
	if !ok {
		return p.noSeparator()
	}
	p.noteComment(text, line)
	return p.key(name, value)
}

// readIndented is for NestEmpty. A comment is part of a nested value, but not
// of one that turns out not to be nested.
func (p *parser) readIndented(text []byte) *ParseError {
	name, value, ok := p.assignment(text)
	if !ok {
		if p.last != nil && !p.last.isNested() && len(p.last.first()) > 0 {
			p.last.parts = append(p.last.parts, part{text, p.line})
		}
		return nil
	}
	value, err := p.unquote(value)
	if err != nil {
		return err
	}
	switch {
	case p.section == nil:
		return p.beforeSection()
	case p.last != nil && len(p.last.first()) == 0:
		p.last.nest(p.keyName(name), part{value, p.line})
		return nil
	}
	p.note(NoteOrphan, "an indented key that is read as if it were not indented")
	return p.set(name, p.d.trim(p.d.ValueComment.cut(value, p.d.Spaces)))
}

// readDeeper is for NestDeeper.
func (p *parser) readDeeper(line, text []byte) *ParseError {
	indent := utf8.RuneCount(line[:bytes.Index(line, text)])
	if p.section != nil && p.last != nil && indent > p.indent {
		p.last.parts = append(p.last.parts, part{text, p.line})
		return nil
	}
	p.indent = indent
	if isHeader, err := p.readHeader(text); isHeader || err != nil {
		return err
	}
	if p.section == nil {
		return p.beforeSection()
	}
	name, value, ok := p.assignment(text)
	if !ok {
		return p.noSeparator()
	}
	return p.key(name, value)
}

// readDotted is for NestDotted.
func (p *parser) readDotted(line []byte) *ParseError {
	text := p.d.trim(p.d.ValueComment.cut(line, p.d.Spaces))
	if isHeader, err := p.readHeader(text); isHeader || err != nil {
		p.parent = ""
		return err
	}
	name, value, ok := p.assignment(text)
	switch {
	case p.section == nil:
		return p.beforeSection()
	case !ok || len(name) == 0:
		return p.noSeparator()
	}
	p.noteComment(text, line)
	if len(value) == 0 {
		p.parent = string(name)
		return nil
	}
	if first, _ := utf8.DecodeRune(line); !p.d.Spaces.has(first) {
		p.parent = ""
	}
	if p.parent == "" {
		return p.key(name, value)
	}
	if len(p.parent) > maxKeyName || IsSecretKey(p.parent) {
		p.section.used = true
		p.note(NoteNestedSecret, "a key below one that should hold a secret")
		return nil
	}
	return p.key([]byte(p.parent+"."+string(name)), value)
}

// readContinues is for NestContinues.
func (p *parser) readContinues(line, text []byte) *ParseError {
	switch {
	case line[0] == '[':
		_, err := p.readHeader(line)
		return err
	case isBlank(line[0]):
		if p.last == nil {
			return p.fault(p.d.BeforeSection, NoteGarbage, "an indented line that continues no value")
		}
		if len(p.last.first()) == 0 {
			name, _, ok := p.assignment(p.d.trim(p.d.ValueComment.cut(text, p.d.Spaces)))
			if !ok || len(name) == 0 {
				return p.refuse("an indented line below a key without a value is no assignment")
			}
		}
		p.last.parts = append(p.last.parts, part{text, p.line})
		return nil
	case p.section == nil:
		return p.beforeSection()
	}
	cut := p.d.trim(p.d.ValueComment.cut(text, p.d.Spaces))
	name, value, ok := p.assignment(cut)
	if !ok {
		if p.d.NoSeparator == WordStops && isIdentifier(string(cut)) {
			return p.refuse("a word without a value")
		}
		return p.noSeparator()
	}
	p.noteComment(cut, text)
	return p.key(name, value)
}

// assignment splits "name = value".
func (p *parser) assignment(text []byte) (name, value []byte, ok bool) {
	separators := "="
	if p.d.Colon {
		separators = "=:"
	}
	i := bytes.IndexAny(text, separators)
	if i < 0 {
		return nil, nil, false
	}
	return p.d.trim(text[:i]), p.d.trim(text[i+1:]), true
}

func (p *parser) noSeparator() *ParseError {
	return p.fault(p.d.NoSeparator, NoteGarbage, "a line that is neither a header nor an assignment")
}

func (p *parser) beforeSection() *ParseError {
	return p.fault(p.d.BeforeSection, NoteBeforeSection, "a line that belongs to no section")
}

// noteComment notes that a comment was cut off behind a value.
func (p *parser) noteComment(cut, line []byte) {
	if len(p.d.trim(cut)) < len(p.d.trim(line)) {
		p.note(NoteInlineComment, "a comment behind a value, which some SDKs take for part of it")
	}
}

// keyName is a key as the dialect compares keys.
func (p *parser) keyName(name []byte) string {
	if p.d.KeepKeyCase {
		return string(name)
	}
	return strings.ToLower(string(name))
}

// key reads an assignment that is not nested.
func (p *parser) key(name, value []byte) *ParseError {
	value, err := p.unquote(value)
	if err != nil {
		return err
	}
	if p.section == nil {
		return p.beforeSection()
	}
	if len(name) == 0 && !p.d.AllowNoName {
		return p.fault(p.d.NoName, NoteGarbage, "a value without a key")
	}
	return p.set(name, value)
}

// set gives a key of the section its value.
func (p *parser) set(name, value []byte) *ParseError {
	key := p.keyName(name)
	p.noteKey(string(name))
	if _, again := p.section.byKey[key]; again {
		if p.d.DuplicateKey == Refused {
			return p.refuse(p.describeKey(key) + " stands in the section twice")
		}
		p.note(NoteDuplicateKey, p.describeKey(key)+" stands in the section twice; the later value counts")
	}
	p.last = p.section.put(key, part{value, p.line})
	if key == "" {
		p.last = nil
	}
	return nil
}

// unquote removes quotes around a value as the dialect does.
func (p *parser) unquote(value []byte) ([]byte, *ParseError) {
	if len(value) == 0 {
		return value, nil
	}
	quote := value[0]
	if quote != '"' && quote != '\'' || value[len(value)-1] != quote {
		return value, nil
	}
	if len(value) == 1 {
		if p.d.Quotes == QuotesRemoved {
			return nil, p.refuse("a value that is nothing but a quote, at which this SDK panics")
		}
		return value, nil
	}
	p.note(NoteQuoted, "quotes around a value, which some SDKs take for part of it")
	if p.d.Quotes != QuotesKept {
		return value[1 : len(value)-1], nil
	}
	return value, nil
}
