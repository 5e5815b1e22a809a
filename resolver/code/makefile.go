package code

import (
	"strings"
)

// makefileLanguage is Makefiles, and just's files, whose recipes look alike.
// https://www.gnu.org/software/make/manual/make.html#Variables_002fRecursion
func makefileLanguage() language {
	return language{
		name: "makefile",
		reads: func(_, base string) bool {
			switch base {
			case "Makefile", "makefile", "GNUmakefile", "justfile", "Justfile":
				return true
			}
			return strings.HasSuffix(base, ".mk") || strings.HasSuffix(base, ".mak") || strings.HasPrefix(base, "Makefile.")
		},
		marks: []string{"AWS_", "aws ", "--profile"},
		scan: func(f *file) error {
			m := &makefile{file: f, values: make(map[string]reading), exported: make(map[string]bool)}
			m.scan(false)
			m.scan(true)
			return nil
		},
	}
}

// A makefile is one that is scanned: once for its variables, once for what it
// does with them.
type makefile struct {
	*file
	report    bool
	target    string
	values    map[string]reading
	assigned  map[string]int
	exported  map[string]bool
	exportAll bool
	weak      bool // the line at hand sets what the environment does not
}

func (m *makefile) scan(report bool) {
	m.report, m.target = report, ""
	m.assigned = make(map[string]int)
	for line, text := range logicalLines(string(m.data), "\\") {
		switch {
		case strings.HasPrefix(text, "\t") && m.target != "":
			if report {
				m.recipe(line, text)
			}
		case strings.TrimSpace(text) == "" || strings.HasPrefix(strings.TrimSpace(text), "#"):
		default:
			m.line(line, strings.TrimSpace(text))
		}
	}
}

// everyRecipe is the environment that make gives its recipes.
const everyRecipe = "every recipe"

// line reads an assignment or a rule.
func (m *makefile) line(line int, text string) {
	head, found := strings.CutPrefix(text, "export ")
	exporting := found
	if text == "export" || text == ".EXPORT_ALL_VARIABLES:" {
		m.exportAll = true
		return
	}
	if name, ok := strings.CutPrefix(text, "unexport "); ok {
		m.unset(line, strings.Fields(name))
		return
	}
	if name, value, ok := makeAssignment(head); ok {
		m.weak = strings.HasSuffix(strings.TrimSpace(head[:strings.IndexByte(head, '=')]), "?")
		m.assign(line, name, value, exporting, everyRecipe)
		m.weak = false
		return
	}
	if exporting {
		for name := range strings.FieldsSeq(head) {
			m.exported[name] = true
		}
		return
	}
	target, rest, ok := strings.Cut(text, ":")
	if !ok {
		return
	}
	m.target = strings.TrimSpace(target)
	rest = strings.TrimSpace(strings.TrimPrefix(rest, ":"))
	rest, exporting = cutWord(rest, "export")
	if name, value, ok := makeAssignment(rest); ok {
		m.assign(line, name, value, exporting, "target "+m.target)
	} else if n := strings.IndexByte(rest, ';'); n >= 0 && m.report {
		m.recipe(line, rest[n+1:])
	}
}

func cutWord(text, word string) (rest string, ok bool) {
	if rest, ok = strings.CutPrefix(text, word+" "); ok {
		return strings.TrimSpace(rest), true
	}
	return text, false
}

func (m *makefile) unset(line int, names []string) {
	for _, name := range names {
		if m.report && matters(name) {
			m.sets(onMachine(everyRecipe), line, "unexport", name, reading{state: NotSet})
		}
	}
}

// makeAssignment cuts "NAME := value" apart.
func makeAssignment(text string) (name, value string, ok bool) {
	n := strings.IndexByte(text, '=')
	if n < 0 {
		return "", "", false
	}
	name = strings.TrimSpace(strings.TrimRight(text[:n], ":?+!"))
	value = strings.TrimSpace(text[n+1:])
	if i := strings.Index(value, " #"); i >= 0 {
		value = strings.TrimSpace(value[:i])
	}
	return name, value, isVariableName(name)
}

// assign notes a variable, and reports it if recipes get it: it is exported, or
// stands in the environment already, which make then changes.
func (m *makefile) assign(line int, name, value string, exporting bool, who string) {
	v := makeValue(strings.Trim(value, `"'`))
	if m.weak && v.state == Literal {
		v = reading{state: FromEnv, variable: name, text: v.text, fallback: true}
	}
	if !m.report {
		m.exported[name] = m.exported[name] || exporting
		if _, again := m.values[name]; again {
			v = unknownValue()
		}
		m.values[name] = v
		return
	}
	if v.state == FromEnv {
		if known, ok := m.values[v.variable]; ok && v.variable != name {
			v = known
		}
	}
	if v.state == FromEnv && v.variable == name && v.text == "" {
		return
	}
	if exporting || m.exported[name] || m.exportAll {
		m.sets(onMachine(who, everyRecipe), line, "export", name, v)
	}
}

// makeValue reads "$(NAME)" and "$$".
func makeValue(text string) reading {
	if name, ok := whole(text, "$(", ")"); ok {
		if fallback, found := strings.CutPrefix(name, "or "); found {
			name, _, _ = strings.Cut(fallback, ",")
			name, _ = whole(name, "$(", "")
		}
		if isVariableName(name) {
			return reading{state: FromEnv, variable: name}
		}
		return unknownValue()
	}
	if strings.HasPrefix(text, "${") {
		return dollarText(text)
	}
	if strings.Contains(strings.ReplaceAll(text, "$$", ""), "$") {
		return unknownValue()
	}
	return literal(text)
}

// recipe reads one line of a recipe. make's variables become the shell's.
func (m *makefile) recipe(line int, text string) {
	text = strings.TrimLeft(text, "\t @-+")
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch {
		case strings.HasPrefix(rest, "$$"):
			b.WriteByte('$')
			i++
		case strings.HasPrefix(rest, "$("):
			n := strings.IndexByte(rest, ')')
			if n > 0 && isVariableName(rest[2:n]) {
				b.WriteString("${" + rest[2:n] + "}")
				i += n
				continue
			}
			b.WriteByte('$')
		default:
			b.WriteByte(text[i])
		}
	}
	m.shell(b.String(), line, onMachine("target "+m.target, everyRecipe), func(v *Value) {
		if known, ok := m.values[v.Variable]; ok && v.State == FromEnv {
			v.State, v.Variable, v.Text = known.state, known.variable, known.text
		}
	})
}
