package code

import (
	"strings"

	"github.com/awscred/awscred/resolver/code/internal/tree"
)

// scanLines reads a file that is no YAML before a template engine ran: line by
// line, "NAME: value" and "- name: NAME" with the value in the line behind it.
func (f *file) scanLines() {
	e := container("what " + f.name[strings.LastIndexByte(f.name, '/')+1:] + " makes")
	lines := strings.Split(string(f.data), "\n")
	for i, line := range lines {
		text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "- "))
		name, value, ok := strings.Cut(text, ":")
		name = strings.Trim(name, `"'`)
		if !ok || strings.HasPrefix(text, "#") {
			continue
		}
		value = strings.TrimSpace(value)
		switch {
		case matters(name):
			f.sets(e, i+1, "template", name, templateValue(value))
		case name == "name" && matters(strings.Trim(value, `"'`)):
			f.sets(e, i+1, "template", strings.Trim(value, `"'`), valueBehind(lines[i+1:]))
		}
	}
}

// templateValue is a value of a line of YAML.
func templateValue(text string) reading {
	if strings.Contains(text, "{{") || text == "" || strings.IndexByte("|>&*!{[", text[0]) >= 0 {
		return unknownValue()
	}
	if n := strings.Index(text, " #"); n >= 0 {
		text = strings.TrimSpace(text[:n])
	}
	return dollars(&tree.Node{Text: strings.Trim(text, `"'`)})
}

// valueBehind looks for the value of a variable in the lines behind its name.
func valueBehind(lines []string) reading {
	const near = 8
	var name, key string
	for i := 0; i < min(near, len(lines)); i++ {
		text := strings.TrimSpace(lines[i])
		field, value, _ := strings.Cut(text, ":")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch field {
		case "value":
			return templateValue(value)
		case "name":
			name = value
		case "key":
			key = value
		}
		if strings.HasPrefix(text, "- ") {
			break
		}
	}
	if key != "" && !strings.Contains(name+key, "{{") {
		return fromStore("Kubernetes secret " + join(name, key))
	}
	if key != "" {
		return fromStore("a Kubernetes secret")
	}
	return unknownValue()
}
