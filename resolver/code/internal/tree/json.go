package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// JSON reads one value of JSON, which may have comments and commas before
// closing brackets, as editors' settings do.
func JSON(data []byte) (*Node, error) {
	r := &jsonReader{src: string(data), line: 1}
	n, err := r.value(0)
	if err != nil {
		return nil, fmt.Errorf("line %d: %w", r.line, err)
	}
	if r.space(); r.at < len(r.src) {
		return n, fmt.Errorf("line %d: something follows the value", r.line)
	}
	return n, nil
}

type jsonReader struct {
	src      string
	at, line int
	nodes    int
}

var errEnds = errors.New("the value is not complete")

// space passes over white space and comments.
func (r *jsonReader) space() {
	for r.at < len(r.src) {
		rest := r.src[r.at:]
		switch c := rest[0]; {
		case c == '\n':
			r.line++
			r.at++
		case c == ' ' || c == '\t' || c == '\r' || strings.HasPrefix(rest, "\ufeff"):
			r.at += max(1, len(rest)-len(strings.TrimPrefix(rest, "\ufeff")))
		case strings.HasPrefix(rest, "//"):
			if n := strings.IndexByte(rest, '\n'); n >= 0 {
				r.at += n
			} else {
				r.at = len(r.src)
			}
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest[2:], "*/")
			if n < 0 {
				r.at = len(r.src)
				return
			}
			r.line += strings.Count(rest[:n+4], "\n")
			r.at += n + 4
		default:
			return
		}
	}
}

func (r *jsonReader) value(depth int) (*Node, error) {
	r.space()
	switch r.nodes++; {
	case depth > MaxDepth:
		return nil, ErrTooDeep
	case r.nodes > MaxNodes:
		return nil, ErrTooMany
	case r.at >= len(r.src):
		return nil, errEnds
	}
	n := &Node{Line: r.line}
	var err error
	switch r.src[r.at] {
	case '{':
		n.Kind = Map
		err = r.members(n, '}', depth)
	case '[':
		n.Kind = List
		err = r.members(n, ']', depth)
	case '"':
		n.Text, err = r.text()
	default:
		end := r.at
		for end < len(r.src) && strings.IndexByte(",]}: \t\r\n/", r.src[end]) < 0 {
			end++
		}
		n.Text = r.src[r.at:end]
		n.Null = n.Text == "null"
		if end == r.at {
			err = fmt.Errorf("%q is no value", r.src[r.at])
		}
		r.at = end
	}
	return n, err
}

// members reads what stands between brackets.
func (r *jsonReader) members(n *Node, shut byte, depth int) error {
	r.at++
	for {
		r.space()
		switch {
		case r.at >= len(r.src):
			return errEnds
		case r.src[r.at] == shut:
			r.at++
			return nil
		case r.src[r.at] == ',':
			r.at++
			continue
		}
		e := Entry{Line: r.line}
		if n.Kind == Map {
			if r.src[r.at] != '"' {
				return errors.New("a name is missing")
			}
			var err error
			if e.Key, err = r.text(); err != nil {
				return err
			}
			if r.space(); r.at >= len(r.src) || r.src[r.at] != ':' {
				return errors.New("a colon is missing")
			}
			r.at++
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		e.Value = value
		n.Entries = append(n.Entries, e)
	}
}

// text reads a string.
func (r *jsonReader) text() (string, error) {
	for i := r.at + 1; i < len(r.src); i++ {
		switch r.src[i] {
		case '\\':
			i++
		case '\n':
			return "", errors.New("a string is not closed")
		case '"':
			raw := r.src[r.at : i+1]
			r.at = i + 1
			var out string
			if err := json.Unmarshal([]byte(strings.ReplaceAll(raw, "\t", `\t`)), &out); err != nil {
				return "", errors.New("a string is broken")
			}
			return out, nil
		}
	}
	return "", errEnds
}
