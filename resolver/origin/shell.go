package origin

import (
	"slices"
	"strings"
)

// shell reads what a start-up file of bash, zsh, ksh, csh, tcsh or fish sets.
// Commands in functions and behind conditions count like all others: which of
// them ran is not known, and the value decides.
func shell(text string, d dialect) script {
	var s script
	commands(text, d, func(words []word) {
		if words = behindKeywords(words); len(words) > 0 {
			s.command(words, d)
		}
	})
	return s
}

// behindKeywords drops what may stand before a command.
func behindKeywords(words []word) []word {
	for len(words) > 0 && words[0].bare {
		switch words[0].text {
		case "then", "do", "else", "if", "elif", "while", "!", "{", "}", "time", "builtin", "command", "begin", "and", "or", "not":
			words = words[1:]
			continue
		}
		break
	}
	return words
}

func (s *script) command(words []word, d dialect) {
	args := words[1:]
	switch words[0].text {
	case "export":
		s.export(args, d)
	case "declare", "typeset", "local", "readonly", "integer":
		if slices.ContainsFunc(args, func(w word) bool { return isFlag(w) && strings.Contains(w.text, "x") }) {
			s.export(args, d)
		}
	case "set":
		if d.fish {
			s.fishSet(args, d)
		}
	case "setenv":
		s.pair(args, d)
	case "unset", "unsetenv":
		s.take(args)
	case "source", ".":
		if len(args) > 0 && args[0].made == literal {
			s.sources = append(s.sources, d.tilde(args[0]).text)
		}
	default:
		s.assign(words, d)
	}
}

func isFlag(w word) bool { return len(w.text) > 1 && (w.text[0] == '-' || w.text[0] == '+') }

// export takes "export X=v Y=w". "export -n X" keeps X from programs.
func (s *script) export(args []word, d dialect) {
	if slices.ContainsFunc(args, func(w word) bool { return w.text == "-n" }) {
		s.take(args)
		return
	}
	for _, w := range args {
		if name, value, ok := d.cut(w); ok {
			s.assignments = append(s.assignments, assign(name, value))
		}
	}
}

// assign takes "X=v". Before a command it would be for that command alone.
func (s *script) assign(words []word, d dialect) {
	list := make([]assignment, 0, len(words))
	for _, w := range words {
		name, value, ok := d.cut(w)
		if !ok {
			return
		}
		list = append(list, assign(name, value))
	}
	s.assignments = append(s.assignments, list...)
}

// pair takes "setenv X v". Without a value it is empty.
func (s *script) pair(args []word, d dialect) {
	if len(args) == 0 || !isName(args[0].text) {
		return
	}
	value := word{line: args[0].line}
	if len(args) > 1 {
		value = d.tilde(args[1])
		value.line = args[0].line
	}
	s.assignments = append(s.assignments, assign(args[0].text, value))
}

// fishSet takes "set -gx X v" and "set -e X". Several values of a variable that
// is no path are joined by spaces when fish exports them.
func (s *script) fishSet(args []word, d dialect) {
	erase := false
	for len(args) > 0 && isFlag(args[0]) {
		f := args[0].text
		erase = erase || f == "--erase" || !strings.HasPrefix(f, "--") && strings.Contains(f, "e")
		args = args[1:]
	}
	switch {
	case len(args) == 0:
	case erase:
		s.take(args)
	case len(args) > 2:
		joined := word{line: args[0].line}
		var texts []string
		for _, w := range args[1:] {
			joined.made = max(joined.made, w.made)
			texts = append(texts, w.text)
		}
		joined.text = strings.Join(texts, " ")
		s.pair([]word{args[0], joined}, d)
	default:
		s.pair(args, d)
	}
}

// take takes variables away.
func (s *script) take(args []word) {
	for _, w := range args {
		if isName(w.text) {
			s.assignments = append(s.assignments, assignment{name: w.text, line: w.line, made: unset})
		}
	}
}

// cut splits NAME=VALUE.
func (d dialect) cut(w word) (name string, value word, ok bool) {
	name, text, ok := strings.Cut(w.text, "=")
	if !ok || !w.bare || !isName(name) {
		return "", word{}, false
	}
	value = w
	value.text = text
	return name, d.tilde(value), true
}

// tilde replaces ~ at the beginning of a word that is not quoted.
func (d dialect) tilde(w word) word {
	if w.bare && d.home != "" && (w.text == "~" || strings.HasPrefix(w.text, "~/")) {
		w.text = d.home + w.text[1:]
	}
	return w
}

// fishVariables reads the file in which fish keeps universal variables:
// "SETUVAR --export NAME:value", with \xHH for other characters (fish-shell
// src/env_universal_common.cpp, format 3.0). \x1e stands between the values of a
// list, which fish joins with blanks when it exports them.
func fishVariables(text string) []assignment {
	var list []assignment
	for n, line := range lines(text) {
		rest, ok := strings.CutPrefix(line, "SETUVAR ")
		if !ok {
			continue
		}
		for strings.HasPrefix(rest, "--") {
			_, rest, _ = strings.Cut(rest, " ")
		}
		name, value, ok := strings.Cut(rest, ":")
		if ok && isName(name) {
			list = append(list, assign(name, word{text: strings.ReplaceAll(unhex(value), "\x1e", " "), line: n}))
		}
	}
	return list
}

// unhex replaces \xHH.
func unhex(s string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i+3 < len(s) && s[i] == '\\' && s[i+1] == 'x' {
			hi, lo := strings.IndexByte(digits, s[i+2]|0x20), strings.IndexByte(digits, s[i+3]|0x20)
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
