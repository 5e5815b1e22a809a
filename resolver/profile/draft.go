package profile

import "bytes"

// drafts are the sections while a file is read, by their headers.
type drafts struct {
	byHeader map[string]*sectionDraft
	order    []*sectionDraft
}

// A sectionDraft is a section as its headers and lines give it.
type sectionDraft struct {
	header string // as the dialect compares headers
	name   header
	line   int
	byKey  map[string]*keyDraft
	keys   []*keyDraft
}

// A keyDraft is a key with the lines of its value.
type keyDraft struct {
	name   string
	parts  []part // the value, and the lines that continue it
	nested []nestedKey
	// isNested is set once a nested key was seen.
	isNested bool
}

// A part is one line of a value; it shares the bytes of the file.
type part struct {
	text []byte
	line int
}

type nestedKey struct {
	name string
	part
}

// first is the value on the line of the key itself.
func (k *keyDraft) first() []byte { return k.parts[0].text }

// value joins the lines.
func (k *keyDraft) value() []byte {
	if len(k.parts) == 1 {
		return k.parts[0].text
	}
	lines := make([][]byte, len(k.parts))
	for i, p := range k.parts {
		lines[i] = p.text
	}
	return bytes.Join(lines, []byte("\n"))
}

// put adds a key or replaces the one of the same name, and returns it.
func (s *sectionDraft) put(name string, value part) *keyDraft {
	k, ok := s.byKey[name]
	if !ok {
		k = &keyDraft{}
		if s.byKey == nil {
			s.byKey = map[string]*keyDraft{}
		}
		s.byKey[name] = k
		s.keys = append(s.keys, k)
	}
	*k = keyDraft{name: name, parts: []part{value}}
	return k
}
