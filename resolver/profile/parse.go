package profile

import (
	"bytes"
	"unicode/utf8"
)

// Parse reads one shared file as the dialect does. The name is what everything
// found is said to stand in; data is not changed and not kept.
//
// A file that the SDK refuses is a *[ParseError], one of more than [MaxSize]
// bytes a *[SizeError].
func Parse(name string, kind Kind, data []byte, d *Dialect) (*File, error) {
	if len(data) > MaxSize {
		return nil, &SizeError{name, len(data)}
	}
	p := newParser(name, kind, d)
	err := p.parse(data)
	switch {
	case err == nil:
		return p.file, nil
	case d.Faulty == FaultyEmpty:
		f := newParser(name, kind, d).file
		f.Notes = []Note{{err.Line, NoteFaulty, "the SDK takes the file for empty: " + err.Reason}}
		return f, nil
	}
	return nil, err
}

// A parser reads one file.
type parser struct {
	d     *Dialect
	file  *File
	spell *speller
	line  int
	drafts
	// section is where keys go, nil before the first header that counts.
	section *sectionDraft
	// last is the key that indented lines may belong to, or nil.
	last *keyDraft
	// indent is the indentation of the line before, for NestDeeper.
	indent int
	// parent is the key that indented keys belong to, for NestDotted.
	parent string
}

func newParser(name string, kind Kind, d *Dialect) *parser {
	f := &File{Name: name, Kind: kind, byName: map[sectionName]*Section{}}
	return &parser{d: d, file: f, spell: newSpeller(), drafts: drafts{byHeader: map[string]*sectionDraft{}}}
}

func (p *parser) parse(data []byte) *ParseError {
	data, err := p.decode(data)
	if err != nil {
		return err
	}
	switch p.d.Grammar {
	case Tokens:
		err, data = p.readTokens(data), nil
	case Patterns:
		err, data = p.readPatterns(data), nil
	}
	if err != nil {
		return err
	}
	for len(data) > 0 {
		var line []byte
		line, data = p.d.LineEnds.cut(data)
		p.line++
		if err := p.read(line); err != nil {
			return err
		}
	}
	return p.finish()
}

// decode deals with what is no text.
func (p *parser) decode(data []byte) ([]byte, *ParseError) {
	if rest, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); ok {
		p.noteAt(1, NoteBOM, "the file begins with a byte order mark")
		if p.d.BOM == BOMRemoved {
			data = rest
		}
	}
	if i := loneCR(data); i >= 0 {
		p.noteAt(1+bytes.Count(data[:i], []byte("\n")), NoteLineEnds, "a line ends with a carriage return alone")
	}
	if utf8.Valid(data) {
		return data, nil
	}
	line := 1 + bytes.Count(validPrefix(data), []byte("\n"))
	p.noteAt(line, NoteEncoding, "bytes that are no UTF-8")
	switch p.d.Encoding {
	case Replaced:
		return []byte(string(bytes.Runes(data))), nil
	case UTF8OrError:
		return nil, &ParseError{p.file.Name, line, "bytes that are no UTF-8"}
	case UTF8OrNothing:
		return nil, nil
	}
	return data, nil
}

// validPrefix returns what stands before the first byte that is no UTF-8.
func validPrefix(data []byte) []byte {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return data[:i]
		}
		i += size
	}
	return data
}

// loneCR returns the index of the first CR without LF, or -1.
func loneCR(data []byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(data[from:], '\r')
		if i < 0 {
			return -1
		}
		from += i + 1
		if from == len(data) || data[from] != '\n' {
			return from - 1
		}
	}
}

// cut returns the first line without its end, and the rest.
func (e LineEnds) cut(data []byte) (line, rest []byte) {
	if e == Universal {
		i := bytes.IndexAny(data, "\r\n")
		switch {
		case i < 0:
			return data, nil
		case data[i] == '\r' && i+1 < len(data) && data[i+1] == '\n':
			return data[:i], data[i+2:]
		}
		return data[:i], data[i+1:]
	}
	line, rest, found := bytes.Cut(data, []byte("\n"))
	if e == CRLF && found {
		line = bytes.TrimSuffix(line, []byte("\r"))
	}
	return line, rest
}

// refuse is the error of the current line.
func (p *parser) refuse(reason string) *ParseError {
	return &ParseError{p.file.Name, p.line, reason}
}

// fault is refuse if the SDK minds, else a note.
func (p *parser) fault(f Fault, id NoteID, reason string) *ParseError {
	if f == Stops {
		return p.refuse(reason)
	}
	p.note(id, reason)
	return nil
}

func (p *parser) note(id NoteID, text string) { p.noteAt(p.line, id, text) }

func (p *parser) noteAt(line int, id NoteID, text string) {
	if len(p.file.Notes) < maxNotes {
		p.file.Notes = append(p.file.Notes, Note{line, id, text})
	}
}
