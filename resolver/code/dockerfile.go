package code

import (
	"strings"
)

// dockerfileLanguage is Dockerfile and Containerfile.
// https://docs.docker.com/reference/dockerfile/
func dockerfileLanguage() language {
	return language{
		name: "dockerfile",
		reads: func(_, base string) bool {
			return base == "Dockerfile" || base == "Containerfile" || strings.HasPrefix(base, "Dockerfile.") || strings.HasSuffix(base, ".Dockerfile") ||
				strings.HasSuffix(base, ".dockerfile") || strings.HasPrefix(base, "Containerfile.") || strings.HasPrefix(base, "Dockerfile-")
		},
		marks: []string{"AWS_", "aws "},
		scan: func(f *file) error {
			d := &dockerfile{file: f, arguments: make(map[string]reading)}
			d.scan()
			return nil
		},
	}
}

// A dockerfile is one that is scanned.
type dockerfile struct {
	*file
	stage string
	// arguments are those of the build, with what stands in for them.
	arguments map[string]reading
}

// scan reads instruction by instruction. One goes on behind a backslash, also
// over comments, and with a here document up to its end.
func (d *dockerfile) scan() {
	var b strings.Builder
	start, end := 0, ""
	number := 0
	for line := range strings.SplitSeq(string(d.data), "\n") {
		number++
		line = strings.TrimSuffix(line, "\r")
		text := strings.TrimSpace(line)
		switch {
		case end != "":
			if text == end {
				end = ""
			}
			b.WriteString(line + "\n")
			if end != "" {
				continue
			}
		case strings.HasPrefix(text, "#"):
			if start > 0 {
				b.WriteString("\n")
			}
			continue
		case text == "" && start == 0:
			continue
		default:
			if start == 0 {
				start = number
			}
			b.WriteString(line + "\n")
			if strings.HasSuffix(text, `\`) {
				continue
			}
			if end = hereEnd(text); end != "" {
				continue
			}
		}
		d.instruction(start, b.String())
		b.Reset()
		start = 0
	}
	if start > 0 {
		d.instruction(start, b.String())
	}
}

// hereEnd is the word that ends the here document which a line begins, or "".
func hereEnd(text string) string {
	n := strings.Index(text, "<<")
	if n < 0 || !strings.HasPrefix(strings.ToUpper(text), "RUN") && !strings.HasPrefix(strings.ToUpper(text), "COPY") {
		return ""
	}
	word := strings.Trim(strings.TrimLeft(text[n+2:], "-~"), " ")
	word, _, _ = strings.Cut(word, " ")
	if word = strings.Trim(word, `"'`); isVariableName(word) {
		return word
	}
	return ""
}

func (d *dockerfile) instruction(line int, text string) {
	name, rest, _ := strings.Cut(strings.TrimLeft(text, " \t"), " ")
	switch strings.ToUpper(strings.TrimSpace(name)) {
	case "FROM":
		d.from(rest)
	case "ENV":
		d.assignments(line, text, rest, "ENV", container(d.name("the image")))
	case "ARG":
		d.assignments(line, text, rest, "ARG", container(d.name("the build")))
	case "RUN":
		d.run(line, text)
	case "CMD", "ENTRYPOINT":
		if !strings.HasPrefix(strings.TrimSpace(rest), "[") {
			d.shell(rest, line, container(d.name("the image")), d.fix)
		}
	}
}

func (d *dockerfile) name(what string) string {
	if d.stage == "" {
		return what
	}
	return what + " (stage " + d.stage + ")"
}

func (d *dockerfile) from(rest string) {
	words := strings.Fields(rest)
	d.stage = ""
	if n := len(words); n > 2 && strings.EqualFold(words[n-2], "as") {
		d.stage = words[n-1]
	}
}

// run reads the commands of RUN, without its options and with here documents
// open.
func (d *dockerfile) run(line int, text string) {
	first, rest, _ := strings.Cut(text, "\n")
	if hereEnd(strings.TrimSpace(first)) != "" {
		d.shell(rest, line+1, container(d.name("the build")), d.fix)
		return
	}
	text = strings.TrimLeft(text, " \t")[len("RUN"):]
	for {
		text = strings.TrimLeft(text, " \t")
		if !strings.HasPrefix(text, "--") {
			break
		}
		n := strings.IndexAny(text, " \t\n")
		if n < 0 {
			return
		}
		text = text[n:]
	}
	d.shell(text, line, container(d.name("the build")), d.fix)
}

// fix follows a variable of a command to an argument of the build.
func (d *dockerfile) fix(v *Value) {
	if a, ok := d.arguments[v.Variable]; ok && v.State == FromEnv && v.Text == "" {
		v.State, v.Store, v.Variable = FromStore, a.store, ""
		if a.state != FromStore {
			v.State, v.Text = a.state, a.text
		}
	}
}

// assignments reads "NAME=value NAME=value", "NAME value" of ENV, and "NAME" of
// ARG.
func (d *dockerfile) assignments(line int, whole, rest, call string, e Environment) {
	commands, _ := parseShell(strings.ReplaceAll(rest, "\\\n", "\\\n"))
	var words shellCommand
	for _, c := range commands {
		words = append(words, c...)
	}
	if len(words) == 0 {
		return
	}
	if _, _, ok := words[0].assignment(); !ok && call == "ENV" {
		name, value, _ := strings.Cut(strings.TrimSpace(rest), " ")
		d.sets(e, line, call, name, d.value(dollarText(strings.Trim(strings.TrimSpace(value), `"`))))
		return
	}
	for _, w := range words {
		at := line + w.line - 1
		name, value, ok := w.assignment()
		switch {
		case !ok && call == "ARG" && !w.holes:
			v := fromStore("build argument " + w.text)
			d.arguments[w.text] = v
			d.sets(e, at, call, w.text, v)
		case ok:
			v := d.value(d.word(value))
			if call == "ARG" {
				d.arguments[name] = v
				if v.state == EmptyValue || v.state == NotSet {
					v = fromStore("build argument " + name)
					d.arguments[name] = v
				}
			}
			d.sets(e, at, call, name, v)
		}
	}
}

// word is what a word comes to before arguments are followed.
func (d *dockerfile) word(w shellWord) reading {
	switch {
	case !w.holes:
		if v, ok := stored(w.text); ok {
			return v
		}
		return literal(w.text)
	case w.name == "":
		return unknownValue()
	}
	return reading{state: FromEnv, variable: w.name, text: w.otherwise, fallback: w.otherwise != ""}
}

// value follows a variable to an argument of the build.
func (d *dockerfile) value(v reading) reading {
	if v.state != FromEnv {
		return v
	}
	if a, ok := d.arguments[v.variable]; ok {
		return a
	}
	if v.text != "" {
		return literal(v.text)
	}
	return unknownValue() // one of the base image, or of an earlier ENV
}
