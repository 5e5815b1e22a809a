package wiki

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// An rcsFile is a file in the form of RCS: the newest version whole, and how each
// older one is made from the next.
//
// Source: rcsfile(5).
type rcsFile struct {
	head   string
	deltas map[string]*rcsDelta
}

// An rcsDelta is one version.
type rcsDelta struct {
	author, next string
	text         []byte // the whole text, or the edits
}

var errRCS = errors.New("not in the form of RCS")

// An rcsWords takes the words off a file: names, numbers, semicolons, and strings
// between at signs.
type rcsWords struct{ rest []byte }

// next returns the next word; a string without its at signs.
func (w *rcsWords) next() (word []byte, isString bool) {
	w.rest = bytes.TrimLeft(w.rest, " \t\r\n\b\v\f")
	switch {
	case len(w.rest) == 0:
		return nil, false
	case w.rest[0] == '@':
		return w.text(), true
	case w.rest[0] == ';' || w.rest[0] == ':':
		word, w.rest = w.rest[:1], w.rest[1:]
		return word, false
	}
	n := bytes.IndexAny(w.rest, " \t\r\n\b\v\f;:@")
	if n < 0 {
		n = len(w.rest)
	}
	word, w.rest = w.rest[:n], w.rest[n:]
	return word, false
}

// text takes a string, in which an at sign is doubled.
func (w *rcsWords) text() []byte {
	var out []byte
	for w.rest = w.rest[1:]; ; {
		i := bytes.IndexByte(w.rest, '@')
		if i < 0 {
			out, w.rest = append(out, w.rest...), nil
			return out
		}
		out = append(out, w.rest[:i]...)
		w.rest = w.rest[i+1:]
		if len(w.rest) == 0 || w.rest[0] != '@' {
			return out
		}
		out, w.rest = append(out, '@'), w.rest[1:]
	}
}

// parseRCS reads a file.
func parseRCS(data []byte) (*rcsFile, error) {
	f := &rcsFile{deltas: map[string]*rcsDelta{}}
	w := rcsWords{data}
	if word, _ := w.next(); string(word) != "head" {
		return nil, errRCS
	}
	head, _ := w.next()
	f.head = string(head)
	var at *rcsDelta // what the words are about
	for {
		word, isString := w.next()
		switch {
		case word == nil && !isString:
			if f.deltas[f.head] == nil {
				return nil, errRCS
			}
			return f, nil
		case isString:
		case isVersion(word):
			at = f.delta(string(word))
		case at == nil:
		case string(word) == "author":
			value, _ := w.next()
			at.author = string(value)
		case string(word) == "next":
			if value, _ := w.next(); string(value) != ";" {
				at.next = string(value)
			}
		case string(word) == "branches": // versions beside the line that leads to the newest
			for value, s := w.next(); !s && value != nil && string(value) != ";"; value, s = w.next() {
			}
		case string(word) == "date":
			w.next()
		case string(word) == "text":
			at.text, _ = w.next()
		}
	}
}

func (f *rcsFile) delta(version string) *rcsDelta {
	d := f.deltas[version]
	if d == nil {
		d = &rcsDelta{}
		f.deltas[version] = d
	}
	return d
}

// isVersion reports whether a word is a number of a version: 1.2.
func isVersion(word []byte) bool {
	return len(word) > 2 && bytes.IndexByte(word, '.') > 0 && len(bytes.Trim(word, "0123456789.")) == 0
}

// versions hands over every version from the newest back, until use returns an
// error. Edits that fit no text are an error, too.
func (f *rcsFile) versions(use func(version, author string, text []byte) error) error {
	var text []byte
	done := map[string]bool{}
	for version := f.head; version != "" && !done[version]; {
		done[version] = true
		d := f.deltas[version]
		if d == nil {
			return fmt.Errorf("%w: version %s is missing", errRCS, version)
		}
		if version == f.head {
			text = d.text
		} else {
			var err error
			if text, err = applyRCS(text, d.text); err != nil {
				return fmt.Errorf("version %s: %w", version, err)
			}
		}
		if err := use(version, d.author, text); err != nil {
			return err
		}
		version = d.next
	}
	return nil
}

// applyRCS makes a text from another by edits: "d3 2" deletes two lines from the
// third on, "a4 1" adds the line that follows it behind the fourth.
func applyRCS(text, edits []byte) ([]byte, error) {
	lines := bytes.SplitAfter(text, []byte("\n"))
	var out []byte
	at := 0 // lines that are dealt with
	for len(edits) > 0 {
		command, rest, _ := bytes.Cut(edits, []byte("\n"))
		edits = rest
		if len(command) == 0 {
			continue
		}
		first, count, ok := rcsNumbers(command[1:])
		from := first // lines to be kept before
		if command[0] == 'd' {
			from--
		}
		if !ok || from < at || from > len(lines) {
			return nil, fmt.Errorf("%w: edit %q", errRCS, command[:min(len(command), 20)])
		}
		out = append(out, bytes.Join(lines[at:from], nil)...)
		at = from
		switch command[0] {
		case 'd':
			at = min(len(lines), from+count)
		case 'a':
			for ; count > 0 && len(edits) > 0; count-- {
				n := lineLen(edits)
				out, edits = append(out, edits[:n]...), edits[n:]
			}
		default:
			return nil, errRCS
		}
		if len(out) > maxText {
			return nil, fmt.Errorf("over the limit of %d MiB", maxText>>20)
		}
	}
	return append(out, bytes.Join(lines[at:], nil)...), nil
}

func rcsNumbers(s []byte) (first, count int, ok bool) {
	a, b, _ := bytes.Cut(bytes.TrimSpace(s), []byte(" "))
	first, err := strconv.Atoi(string(a))
	count, err2 := strconv.Atoi(string(b))
	return first, count, err == nil && err2 == nil && first >= 0 && count >= 0
}
