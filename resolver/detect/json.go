package detect

import (
	"encoding/json"
	"strconv"
	"strings"
)

// maxDepth is how deep JSON and XML are followed.
const maxDepth = 64

// walkJSON calls visit for each string of a JSON text with the keys and indices
// on the way to it, and its line. It ends at the first error: what stands before
// it counts. The path is valid during the call only.
func walkJSON(text string, visit func(path []string, value string, line int)) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	w := jsonWalk{}
	line, counted := 1, 0
	for {
		token, err := d.Token()
		if err != nil || len(w.open) > maxDepth {
			return
		}
		at := min(int(d.InputOffset()), len(text))
		line += strings.Count(text[counted:at], "\n")
		counted = at
		switch t := token.(type) {
		case json.Delim:
			w.delim(t)
		case string:
			if w.key(t) {
				continue
			}
			visit(w.path, t, line)
			w.next()
		default:
			w.next()
		}
	}
}

// A jsonWalk is where in a JSON text a walk is.
type jsonWalk struct {
	// open are the open brackets, path a key or index for each.
	open []json.Delim
	path []string
	// named is true if the key of an object is read and its value is not.
	named bool
}

// key takes a string that is a key.
func (w *jsonWalk) key(s string) bool {
	n := len(w.open)
	if n == 0 || w.open[n-1] != '{' || w.named {
		return false
	}
	w.path[n-1] = s
	w.named = true
	return true
}

func (w *jsonWalk) delim(d json.Delim) {
	switch d {
	case '{', '[':
		first := ""
		if d == '[' {
			first = "0"
		}
		w.open, w.path = append(w.open, d), append(w.path, first)
		w.named = false
	default:
		w.open, w.path = w.open[:len(w.open)-1], w.path[:len(w.path)-1]
		w.next()
	}
}

// next goes behind a value.
func (w *jsonWalk) next() {
	w.named = false
	n := len(w.open)
	if n > 0 && w.open[n-1] == '[' {
		i, _ := strconv.Atoi(w.path[n-1])
		w.path[n-1] = strconv.Itoa(i + 1)
	}
}
