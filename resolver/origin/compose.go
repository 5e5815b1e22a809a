package origin

import "strings"

// compose reads the "environment" of a compose file's services, as a map or a
// list, and the names of their "env_file"
// (docs.docker.com/reference/compose-file/services). It knows no more of YAML
// than block style with one key a line, which is how these files are written.
func compose(text string) script {
	var s script
	key, depth := "", -1
	for n, line := range lines(text) {
		body := strings.TrimLeft(line, " ")
		if body == "" || body[0] == '#' || strings.HasPrefix(body, "---") {
			continue
		}
		indent := len(line) - len(body)
		inList := strings.HasPrefix(body, "- ")
		if indent < depth || indent == depth && !inList {
			key, depth = "", -1
		}
		if key == "" {
			switch name, value, _ := strings.Cut(body, ":"); name {
			case "environment", "env_file":
				key, depth = name, indent
				if value = scalar(value).text; value != "" && name == "env_file" {
					s.sources = append(s.sources, value)
				}
			}
			continue
		}
		body = strings.TrimSpace(strings.TrimPrefix(body, "- "))
		if key == "env_file" {
			if path, ok := strings.CutPrefix(body, "path:"); ok || inList {
				if !ok {
					path = body
				}
				s.sources = append(s.sources, scalar(path).text)
			}
			continue
		}
		if a, ok := composeVariable(body, inList); ok {
			a.line = n
			s.assignments = append(s.assignments, a)
		}
	}
	return s
}

// composeVariable reads "NAME: value" of a map, or "NAME=value" of a list.
func composeVariable(body string, inList bool) (assignment, bool) {
	if inList {
		w := scalar(body)
		name, value, ok := strings.Cut(w.text, "=")
		w.text = value
		return assign(name, w), ok && isName(name)
	}
	name, value, ok := strings.Cut(body, ":")
	name = strings.Trim(name, `'"`)
	value = strings.TrimSpace(value)
	if !ok || !isName(name) || value == "" {
		return assignment{}, false // without a value it is handed through
	}
	return assign(name, scalar(value)), true
}

// scalar reads a plain or quoted scalar. $$ stands for a dollar; every other
// one is replaced from the environment of compose.
func scalar(s string) word {
	s = strings.TrimSpace(s)
	if end := -1; s != "" && (s[0] == '"' || s[0] == '\'') {
		if end = closing(s); end > 0 {
			s = s[1:end]
		}
	} else if i := strings.Index(s, " #"); i >= 0 {
		s = strings.TrimSpace(s[:i])
	}
	w := word{text: strings.ReplaceAll(s, "$$", "$")}
	if strings.Contains(strings.ReplaceAll(s, "$$", ""), "$") {
		w.made = byVariable
	}
	return w
}
