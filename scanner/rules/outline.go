package rules

import (
	"bytes"
	"strings"

	"github.com/BurntSushi/toml"
)

// An outline tells on which lines the tables and keys of a TOML document stand.
// It knows as much of TOML as that needs: strings over several lines, arrays,
// comments. What is written as an inline table has no line of its own.
type outline []outlineTable

type outlineTable struct {
	name string // in lower case: "rules", "rules.allowlists"; "" for what comes first
	line int
	keys map[string]int // lines, by the key in lower case
}

// outlineOf reads an outline.
func outlineOf(data []byte) outline {
	o := outline{{keys: map[string]int{}}}
	var r outlineReader
	number := 0
	for line := range bytes.Lines(data) {
		number++
		text := strings.TrimSpace(string(line))
		fresh := r.closing == "" && r.depth == 0
		switch {
		case !fresh || text == "" || text[0] == '#':
		case text[0] == '[':
			name, _, _ := strings.Cut(strings.TrimLeft(text, "["), "]")
			o = append(o, outlineTable{tableName(name), number, map[string]int{}})
			continue
		default:
			key, _, _ := strings.Cut(text, "=")
			if keys := o[len(o)-1].keys; keys[keyName(key)] == 0 {
				keys[keyName(key)] = number
			}
		}
		r.read(text)
	}
	return o
}

func tableName(s string) string {
	parts := strings.Split(s, ".")
	for i, p := range parts {
		parts[i] = keyName(p)
	}
	return strings.Join(parts, ".")
}

func keyName(s string) string { return strings.ToLower(strings.Trim(strings.TrimSpace(s), `"'`)) }

// An outlineReader knows what a line continues.
type outlineReader struct {
	closing string // the end of the string that is open, ''' or """
	depth   int    // of arrays and inline tables
}

// read takes in one line.
func (r *outlineReader) read(text string) {
	for text != "" {
		if r.closing != "" {
			_, rest, ended := strings.Cut(text, r.closing)
			if !ended {
				return
			}
			text, r.closing = rest, ""
			continue
		}
		switch c := text[0]; {
		case c == '#':
			return
		case strings.HasPrefix(text, "'''"), strings.HasPrefix(text, `"""`):
			r.closing, text = text[:3], text[3:]
			continue
		case c == '\'' || c == '"':
			text = afterString(text)
			continue
		case c == '[' || c == '{':
			r.depth++
		case (c == ']' || c == '}') && r.depth > 0:
			r.depth--
		}
		text = text[1:]
	}
}

// afterString returns what stands behind the string at the beginning of text.
func afterString(text string) string {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote:
			return text[i+1:]
		}
	}
	return ""
}

// tables returns the places in the outline of all tables of this name.
func (o outline) tables(name string) []int {
	var list []int
	for i := range o {
		if o[i].name == name {
			list = append(list, i)
		}
	}
	return list
}

// table returns the first table of this name, or nil.
func (o outline) table(name string) *outlineTable {
	for i := range o {
		if o[i].name == name {
			return &o[i]
		}
	}
	return nil
}

// nth returns the n-th of some places, and the table there, or -1 and nil: an
// inline table has none.
func (o outline) nth(places []int, n int) (int, *outlineTable) {
	if n >= len(places) {
		return -1, nil
	}
	return places[n], &o[places[n]]
}

// at returns the line of a key of a table, or else that of the table.
func (t *outlineTable) at(key string) int {
	if t == nil {
		return 0
	}
	if line := t.keys[strings.ToLower(key)]; line > 0 {
		return line
	}
	return t.line
}

// below returns the places of the tables of this name behind the i-th table,
// before the next of the i-th's own name.
func (o outline) below(i int, name string) []int {
	if i < 0 {
		return nil
	}
	var list []int
	for k := i + 1; k < len(o) && o[k].name != o[i].name; k++ {
		if o[k].name == name {
			list = append(list, k)
		}
	}
	return list
}

// take returns where a key stands that nothing knows, and forgets it, so that
// the next of its name is found the next time.
func (o outline) take(key toml.Key) int {
	table, last := tableName(strings.Join(key[:len(key)-1], ".")), keyName(key[len(key)-1])
	whole := tableName(strings.Join(key, "."))
	for i := range o {
		if o[i].name == whole {
			o[i].name = ""
			return o[i].line
		}
		if line := o[i].keys[last]; o[i].name == table && line > 0 {
			delete(o[i].keys, last)
			return line
		}
	}
	return 0
}
