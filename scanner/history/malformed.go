package history

import (
	"bytes"

	"github.com/awscred/awscred/scanner/objects"
)

// malformed says what git would not understand of a commit or a tag, or "". The
// words are those of commit.c, parse_commit_buffer, of tag.c, parse_tag_buffer,
// and of fsck.c where it checks whether a line is there at all.
func malformed(o *objects.Object) string {
	p := lineParser{rest: o.Data, digits: 2 * o.ID.Size()}
	switch o.Type {
	case objects.TypeCommit:
		return p.commit()
	case objects.TypeTag:
		return p.tag()
	}
	return ""
}

// A lineParser takes the lines of a header from its start.
type lineParser struct {
	rest   []byte
	digits int // of an object's name
}

func (p *lineParser) commit() string {
	if !p.named("tree ") {
		return "it names no tree"
	}
	for bytes.HasPrefix(p.rest, []byte("parent ")) {
		if !p.named("parent ") {
			return "it names a parent that is no object"
		}
	}
	if _, ok := p.line("author "); !ok {
		return "it names no author"
	}
	if _, ok := p.line("committer "); !ok {
		return "it names no committer"
	}
	return ""
}

func (p *lineParser) tag() string {
	if !p.named("object ") {
		return "it names no object"
	}
	switch kind, _ := p.line("type "); string(kind) {
	case "commit", "tree", "blob", "tag":
	default:
		return "its object has no known type"
	}
	if _, ok := p.line("tag "); !ok {
		return "it has no name"
	}
	return ""
}

// named takes a line that is a word and the name of an object.
func (p *lineParser) named(word string) bool {
	value, ok := p.line(word)
	if !ok || len(value) != p.digits {
		return false
	}
	_, err := objects.ParseID(string(value))
	return err == nil
}

// line takes a line that begins with word, and returns the rest of it.
func (p *lineParser) line(word string) (value []byte, ok bool) {
	value, ok = bytes.CutPrefix(p.rest, []byte(word))
	if !ok {
		return nil, false
	}
	value, p.rest, ok = bytes.Cut(value, []byte("\n"))
	return value, ok
}
