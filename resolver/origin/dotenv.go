package origin

import (
	"iter"
	"strings"

	"github.com/awscred/awscred/internal/redact"
)

// lines yields the lines of a text with their numbers, from 1.
func lines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(text) {
			n++
			if !yield(n, strings.TrimRight(line, "\r\n")) {
				return
			}
		}
	}
}

// maxValue is the length of the longest value that goes over several lines.
const maxValue = 16 << 10

// dotenv reads KEY=VALUE lines: .env files, /etc/environment, environment.d,
// the EnvironmentFile of a unit. Programs disagree on quotes, escapes and
// comments behind a value, so each value has several readings.
func dotenv(text string) []assignment {
	var list []assignment
	number := 1
	for text != "" {
		start := number
		line, rest, _ := strings.Cut(text, "\n")
		name, value, ok := cutLine(line)
		if ok && value != "" && (value[0] == '"' || value[0] == '\'') && closing(value) < 0 {
			// A quoted value may go on over the following lines.
			if end := closingAt(rest[:min(len(rest), maxValue)], value[0], 0); end >= 0 {
				value += "\n" + rest[:end+1]
				_, rest, _ = strings.Cut(rest[end+1:], "\n")
				number += strings.Count(value, "\n")
			}
		}
		if ok {
			list = append(list, dotenvAssign(name, value, start))
		}
		text = rest
		number++
	}
	return list
}

// cutLine splits "export NAME = value".
func cutLine(line string) (name, value string, ok bool) {
	line = strings.TrimSpace(line)
	if rest, found := strings.CutPrefix(line, "export "); found {
		line = strings.TrimSpace(rest)
	}
	name, value, ok = strings.Cut(line, "=")
	name = strings.TrimSpace(name)
	return name, strings.TrimSpace(value), ok && isName(name)
}

// closing returns the index of the quote that ends a quoted value, or -1.
func closing(value string) int { return closingAt(value, value[0], 1) }

// closingAt returns the index of the quote in a text, from an index on, or -1.
func closingAt(text string, quote byte, from int) int {
	for i := from; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote:
			return i
		}
	}
	return -1
}

func dotenvAssign(name, value string, line int) assignment {
	a := assignment{name: name, line: line, values: []redact.Secret{redact.New(value)}}
	read := func(s string) { a.values = append(a.values, redact.New(s)) }
	quote, end := byte(0), -1
	if value != "" && (value[0] == '"' || value[0] == '\'') {
		quote, end = value[0], closing(value)
	}
	switch {
	case end > 0 && quote == '\'':
		read(value[1:end])
	case end > 0:
		inner := value[1:end]
		read(inner)
		read(strings.NewReplacer(`\n`, "\n", `\"`, `"`, `\\`, `\`, `\$`, "$", `\r`, "\r", `\t`, "\t").Replace(inner))
		a.substitutes(inner)
	default:
		if i := strings.Index(value, " #"); i >= 0 {
			value = strings.TrimSpace(value[:i])
			read(value)
		}
		a.substitutes(value)
	}
	return a
}

// substitutes notes that programs may put something in place of what stands in
// a value, which then is one reading among others.
func (a *assignment) substitutes(value string) {
	switch i := strings.IndexByte(value, '$'); {
	case strings.Contains(value, "$("), strings.Count(value, "`") > 1:
		a.made = byCommand
	case i >= 0 && i+1 < len(value) && (value[i+1] == '{' || isName(value[i+1:i+2])):
		a.made = byVariable
	}
}

// pamEnv reads "NAME DEFAULT=value OVERRIDE=value" of pam_env.conf(5), where
// ${…} and @{…} stand for variables, and KEY=VALUE.
func pamEnv(text string) []assignment {
	var list []assignment
	for n, line := range lines(text) {
		line = strings.TrimSpace(line)
		name, rest, ok := cutBlank(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		if !ok || !isName(name) || !strings.HasPrefix(rest, "DEFAULT=") && !strings.HasPrefix(rest, "OVERRIDE=") {
			if name, value, ok := cutLine(line); ok {
				list = append(list, dotenvAssign(name, value, n))
			}
			continue
		}
		for _, key := range []string{"DEFAULT=", "OVERRIDE="} {
			_, value, ok := strings.Cut(rest, key)
			if !ok {
				continue
			}
			if end := strings.Index(value, " OVERRIDE="); end >= 0 && key == "DEFAULT=" {
				value = value[:end]
			}
			w := word{text: strings.Trim(strings.TrimSpace(value), `"`), line: n}
			if strings.Contains(w.text, "${") || strings.Contains(w.text, "@{") {
				w.made = byVariable
			}
			list = append(list, assign(name, w))
		}
	}
	return list
}

// cutBlank splits a line at its first run of blanks.
func cutBlank(line string) (first, rest string, ok bool) {
	i := strings.IndexAny(line, " \t")
	if i < 0 {
		return line, "", false
	}
	return line[:i], strings.TrimLeft(line[i:], " \t"), true
}

// githubEnv reads the file through which a step sets variables of the steps
// behind it: NAME=VALUE, or NAME<<END, lines, END
// (docs.github.com/actions/reference/workflow-commands-for-github-actions).
func githubEnv(text string) []assignment {
	var list []assignment
	var open *word
	var name, end string
	var body []string
	for n, line := range lines(text) {
		switch {
		case open != nil && line == end:
			open.text = strings.Join(body, "\n")
			list = append(list, assign(name, *open))
			open, body = nil, nil
		case open != nil:
			body = append(body, line)
		default:
			equals, here := strings.IndexByte(line, '='), strings.Index(line, "<<")
			switch {
			case here > 0 && (equals < 0 || here < equals) && isName(line[:here]):
				name, end = line[:here], line[here+2:]
				open = &word{line: n}
			case equals > 0 && isName(line[:equals]):
				list = append(list, assign(line[:equals], word{text: line[equals+1:], line: n}))
			}
		}
	}
	return list
}
