package profile

import (
	"bytes"
	"strings"

	"github.com/awscred/awscred/internal/redact"
)

// maxKeyName is the length above which a key is dropped. The longest that any
// SDK knows has 36 characters; the last line of a token that was wrapped is an
// assignment as well.
const maxKeyName = 64

// finish turns the drafts into sections.
func (p *parser) finish() *ParseError {
	var defaults *Section
	if p.d.Inherit != "" && p.byHeader[p.d.Inherit] != nil {
		var err *ParseError
		if defaults, err = p.build(p.byHeader[p.d.Inherit]); err != nil {
			return err
		}
	}
	for _, draft := range p.order {
		if p.d.NoEmptySections && len(draft.keys) == 0 && !draft.used {
			continue
		}
		if defaults != nil && draft.name.id == p.d.Inherit {
			p.file.Sections = append(p.file.Sections, defaults)
			continue
		}
		s, err := p.build(draft)
		if err != nil {
			return err
		}
		s.defaults = defaults
		s.Kind, s.Name = p.resolve(draft)
		s.prefixed = draft.name.prefixed && !(p.d.SessionProfiles && draft.name.kind == SessionSection)
		p.file.Sections = append(p.file.Sections, s)
		p.place(s)
	}
	return nil
}

// resolve says what a section is in this kind of file.
func (p *parser) resolve(s *sectionDraft) (SectionKind, string) {
	h, d := s.name, p.d
	plain := d.Headers != Identifiers || isIdentifier(h.name)
	switch {
	case !h.prefixed && plain && p.isProfile(h.name):
		return ProfileSection, h.name
	case !h.prefixed:
		if p.file.Kind == ConfigFile {
			p.noteAt(s.line, NoteNoPrefix, "a section without \"profile\" before its name, which many SDKs ignore")
		}
		return OtherSection, h.id
	case p.file.Kind == ConfigFile && h.kind == ProfileSection && d.SessionProfiles && strings.HasPrefix(h.name, sessionType+" "):
		return SessionSection, strings.TrimPrefix(h.name, sessionType+" ")
	case p.file.Kind == ConfigFile && h.kind != OtherSection:
		return h.kind, h.name
	case p.file.Kind == ConfigFile:
		p.noteAt(s.line, NoteHeader, "a section whose name the SDK does not take")
		return OtherSection, h.id
	}
	if h.kind == ProfileSection {
		p.noteAt(s.line, NotePrefix, "\"profile\" before a name, which many SDKs ignore in the credentials file")
	}
	switch {
	case d.Prefixed == PrefixedLiteral, d.Prefixed == PrefixedWithDot:
		return ProfileSection, h.id
	case h.kind == ProfileSection && d.Prefixed == PrefixedIsProfile, h.kind == SessionSection && d.SessionsInBoth:
		return h.kind, h.name
	}
	return OtherSection, h.id
}

// isProfile reports whether a header without a type is that of a profile.
func (p *parser) isProfile(name string) bool {
	switch {
	case p.file.Kind == CredentialsFile, p.d.Unprefixed == IsProfile:
		return true
	case p.d.Unprefixed == OnlyDefaultAnyCase:
		return strings.EqualFold(name, "default")
	}
	return name == "default"
}

// place makes a section the one of its name, unless another counts.
func (p *parser) place(s *Section) {
	if s.Kind == OtherSection {
		return
	}
	key := sectionName{s.Kind, s.Name}
	old := p.file.byName[key]
	newWins := true
	switch {
	case old == nil:
	case p.d.SameName == LaterWins:
	case old.prefixed == s.prefixed:
		old.update(s)
		s.Kind = OtherSection
		p.noteAt(s.Line, NoteDuplicateSection, "the section stands in the file twice; both are joined")
		return
	default:
		newWins = s.prefixed == (p.d.SameName == PrefixedWins)
	}
	hidden := old
	if newWins {
		p.file.byName[key] = s
	} else {
		hidden = s
	}
	if hidden != nil {
		hidden.Kind = OtherSection
		p.noteAt(hidden.Line, NoteHidden, "another section of the same name counts")
	}
}

// build makes the keys of a section.
func (p *parser) build(draft *sectionDraft) (*Section, *ParseError) {
	s := &Section{Name: draft.name.id, File: p.file.Name, Line: draft.line}
	for _, k := range draft.keys {
		if p.d.OnlyPlainKeys && !isIdentifier(k.name) {
			p.noteAt(k.parts[0].line, NoteGarbage, "a key with characters that the SDK does not take")
			continue
		}
		if len(k.name) > maxKeyName {
			p.noteAt(k.parts[0].line, NoteGarbage, "a key longer than any that an SDK knows")
			continue
		}
		property, err := p.property(k)
		if err != nil {
			return nil, err
		}
		s.set(property)
	}
	return s, nil
}

// property makes a key of its draft.
func (p *parser) property(k *keyDraft) (Property, *ParseError) {
	if err := p.nestLines(k); err != nil {
		return Property{}, err
	}
	v := Property{Name: k.name, File: p.file.Name, Line: k.parts[0].line}
	value := k.value()
	switch p.d.Nesting {
	case NestDeeper:
		value = bytes.TrimRightFunc(value, PythonSpaces.has)
		if k.isNested() {
			value = nil
		}
	case NestEmpty:
		if k.isNested() {
			value = nil
		}
	}
	if v.IsSecret() {
		v.Secret = redact.New(value)
		if k.isNested() {
			p.noteAt(v.Line, NoteNestedSecret, "lines below a key that should hold a secret")
		}
		return v, nil
	}
	v.Text = string(p.masked(k, value))
	for _, n := range k.nested {
		child := Property{Name: n.name, File: v.File, Line: n.line}
		if child.IsSecret() {
			child.Secret = redact.New(n.text)
		} else {
			child.Text = string(n.text)
		}
		v.Nested = append(v.Nested, child)
	}
	return v, nil
}

// masked returns a value with the secrets masked that its continuation lines
// set.
func (p *parser) masked(k *keyDraft, value []byte) []byte {
	if len(k.parts) == 1 || len(value) == 0 {
		return value
	}
	lines := make([][]byte, len(k.parts))
	for i, line := range k.parts {
		lines[i] = line.text
		sep := bytes.IndexAny(line.text, "=:")
		if i == 0 || sep <= 0 || !IsSecretKey(string(p.d.trim(line.text[:sep]))) {
			continue
		}
		lines[i] = append(line.text[:sep+1:sep+1], redact.New(line.text[sep+1:]).String()...)
		p.noteAt(line.line, NoteNestedSecret, "a secret that continues another value, as it is indented")
	}
	joined := bytes.Join(lines, []byte("\n"))
	if p.d.Nesting == NestDeeper {
		joined = bytes.TrimRightFunc(joined, p.d.Spaces.has)
	}
	return joined
}

// nestLines reads the lines of a value that begins with a line end as nested
// keys, for NestDeeper and NestContinues.
func (p *parser) nestLines(k *keyDraft) *ParseError {
	if p.d.Nesting != NestDeeper && p.d.Nesting != NestContinues || len(k.first()) > 0 {
		return nil
	}
	for _, line := range k.parts[1:] {
		for _, text := range p.d.nestedLines(line.text) {
			name, value, ok := bytes.Cut(text, []byte("="))
			if ok {
				k.nest(string(p.d.trim(name)), part{p.d.trim(value), line.line})
			} else if p.d.Nesting == NestDeeper && len(p.d.trim(text)) > 0 {
				return &ParseError{p.file.Name, line.line, "an indented line below a key without a value is no assignment"}
			}
		}
	}
	return nil
}

// nestedLines are the lines in one line of a file that nested keys are read
// from. Python divides the value with str.splitlines, which takes more for the
// end of a line than reading the file did.
func (d *Dialect) nestedLines(text []byte) [][]byte {
	if d.Nesting != NestDeeper {
		return [][]byte{text}
	}
	return bytes.FieldsFunc(text, func(r rune) bool {
		return r == '\v' || r == '\f' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
	})
}
