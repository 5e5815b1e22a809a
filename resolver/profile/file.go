package profile

import (
	"fmt"
	"iter"
)

// Kind is which of the two shared files a file is. They differ in how sections
// are named.
type Kind uint8

// The two shared files.
const (
	ConfigFile      Kind = iota // ~/.aws/config
	CredentialsFile             // ~/.aws/credentials
)

// A File is one shared file as an SDK reads it. A nil File has no sections.
type File struct {
	Name string
	Kind Kind
	// Sections are all sections, in the order of their first headers,
	// including those that the SDK ignores.
	Sections []*Section
	// Notes are the first oddities of the file that the SDK tolerates, at most
	// 1,000.
	Notes []Note

	byName map[sectionName]*Section
}

type sectionName struct {
	kind SectionKind
	name string
}

// Profile returns the profile of that name, or nil. Names are compared exactly.
func (f *File) Profile(name string) *Section { return f.section(ProfileSection, name) }

// Session returns the section [sso-session NAME], or nil.
func (f *File) Session(name string) *Section { return f.section(SessionSection, name) }

func (f *File) section(kind SectionKind, name string) *Section {
	if f == nil {
		return nil
	}
	return f.byName[sectionName{kind, name}]
}

// SectionKind is what a section is to an SDK.
type SectionKind uint8

// Kinds of sections.
const (
	OtherSection    SectionKind = iota // ignored
	ProfileSection                     // [default], [profile NAME]
	SessionSection                     // [sso-session NAME]
	ServicesSection                    // [services NAME]
)

// A Section is a profile or another section. A nil Section has no keys.
type Section struct {
	Kind SectionKind
	// Name is what the SDK calls it: "dev" for [profile dev]. An ignored
	// section has the text of its header.
	Name string
	// File and Line say where the header stands; in a merged section that of
	// the file which is read first.
	File string
	Line int
	// Properties are the keys in the order in which they first appeared,
	// without those that are inherited.
	Properties []Property

	index    map[string]int
	defaults *Section // whose keys are inherited, or nil
	prefixed bool     // the header has a type
}

// Get returns a key by its name, as the dialect compares names.
func (s *Section) Get(name string) (Property, bool) {
	if s == nil {
		return Property{}, false
	}
	if i, ok := s.index[name]; ok {
		return s.Properties[i], true
	}
	return s.defaults.Get(name)
}

// All yields every key once: those that are inherited, then the section's own.
func (s *Section) All() iter.Seq[Property] {
	return func(yield func(Property) bool) {
		if s == nil {
			return
		}
		for p := range s.defaults.All() {
			if _, own := s.index[p.Name]; !own && !yield(p) {
				return
			}
		}
		for _, p := range s.Properties {
			if !yield(p) {
				return
			}
		}
	}
}

// Nested returns a key below another, as "addressing_style" below "s3".
func (s *Section) Nested(parent, name string) (Property, bool) {
	p, _ := s.Get(parent)
	return p.nested(name)
}

// set adds or replaces a key.
func (s *Section) set(p Property) {
	if i, ok := s.index[p.Name]; ok {
		s.Properties[i] = p
		return
	}
	if s.index == nil {
		s.index = map[string]int{}
	}
	s.index[p.Name] = len(s.Properties)
	s.Properties = append(s.Properties, p)
}

// update sets the keys of t, inherited ones first.
func (s *Section) update(t *Section) {
	if t.defaults != nil {
		s.update(t.defaults)
	}
	for _, p := range t.Properties {
		s.set(p)
	}
}

// A ParseError says why an SDK refuses a file. It quotes nothing of the file.
type ParseError struct {
	File string
	// Line is 0 if the file as a whole is refused.
	Line int
	// Reason is one clause, lower case, without a full stop.
	Reason string
}

// Error says what is wrong, in one clause.
func (e *ParseError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("parsing %q: %s", e.File, e.Reason)
	}
	return fmt.Sprintf("parsing %q: line %d: %s", e.File, e.Line, e.Reason)
}

// MaxSize is the size in bytes above which Parse refuses a file. SDKs know no
// such limit.
const MaxSize = 16 << 20

// A SizeError is a file of more than MaxSize bytes.
type SizeError struct {
	File string
	Size int
}

// Error says what is wrong, in one clause.
func (e *SizeError) Error() string {
	return fmt.Sprintf("parsing %q: %d bytes are more than the %d that are read", e.File, e.Size, MaxSize)
}
