package profile

import "bytes"

// drafts are the sections while a file is read, by their headers.
type drafts struct {
	byHeader map[string]*sectionDraft
	order    []*sectionDraft
}

// A sectionDraft is a section as its headers and lines give it.
type sectionDraft struct {
	name  header
	line  int
	byKey map[string]*keyDraft
	keys  []*keyDraft
	used  bool // it has a key that is not kept
}

// A keyDraft is a key with the lines of its value.
type keyDraft struct {
	name  string
	parts []part // the value, and the lines that continue it
	// nested are the keys below this one; place is where in nested they are.
	nested []nestedKey
	place  map[string]int
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

func (k *keyDraft) isNested() bool { return len(k.nested) > 0 }

// nest adds a key below this one or replaces the one of the same name.
func (k *keyDraft) nest(name string, value part) {
	if i, ok := k.place[name]; ok {
		k.nested[i].part = value
		return
	}
	if k.place == nil {
		k.place = map[string]int{}
	}
	k.place[name] = len(k.nested)
	k.nested = append(k.nested, nestedKey{name, value})
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
