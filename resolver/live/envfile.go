package live

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

const (
	// maxEnvFile is the size above which an environment file is not read.
	maxEnvFile = 1 << 20
	// blanks separate within a line.
	blanks = " \t\r\v\f"
)

// EnvFiles reads environment files and returns their variables as "NAME=value",
// each name once: a later line counts before an earlier one, and a later file
// before an earlier one. current is the environment ("NAME=value") from which a
// name without a value takes its own.
//
// The files may be written for docker run --env-file, for Compose, for dotenv
// or as an EnvironmentFile of systemd:
//
//	# a comment; so is a line that begins with a semicolon
//	NAME=value
//	export NAME=value   # a comment behind a space and a number sign
//	NAME="a \"value\" with \n escapes, over several lines if need be"
//	NAME='a value as it is'
//	NAME                # the value that NAME has in current, if it is set there
//
// A dollar sign stands for itself: values are not expanded. Where these readers
// differ, quotes do not belong to the value (docker run would keep them).
//
// Errors name the file and the line and never repeat its text. A file of more
// than 1 MiB is refused, and so is what is no regular file, such as a FIFO.
func EnvFiles(names, current []string) ([]string, error) {
	now := environment(current)
	all := map[string]string{}
	for _, name := range names {
		data, err := files{}.ReadFile(name, maxEnvFile)
		if err != nil {
			return nil, fmt.Errorf("reading environment file: %w", err)
		}
		p := envParser{rest: data, current: now, vars: all}
		if err := p.parse(); err != nil {
			return nil, fmt.Errorf("reading environment file: %s:%d: %w", name, p.line, err)
		}
	}
	return list(all), nil
}

// Errors of environment files.
var (
	errEnvName    = errors.New(`there is no name of a variable before "="`)
	errEnvLine    = errors.New(`not NAME=value, and not the name of a variable`)
	errEnvQuote   = errors.New("the quote that begins here does not end")
	errEnvBehind  = errors.New("there is text behind the closing quote")
	errEnvNUL     = errors.New("a NUL byte: the file is no text")
	errEnvUnicode = errors.New("the file is UTF-16: save it as UTF-8")
)

// An envParser reads one environment file.
type envParser struct {
	rest []byte
	// line is the number of the line where the entry at hand begins, next
	// that of the first line in rest.
	line, next    int
	current, vars map[string]string
}

func (p *envParser) parse() error {
	p.line, p.next = 1, 1
	if bytes.HasPrefix(p.rest, []byte("\xff\xfe")) || bytes.HasPrefix(p.rest, []byte("\xfe\xff")) {
		return errEnvUnicode
	}
	p.rest = bytes.TrimPrefix(p.rest, []byte("\xef\xbb\xbf"))
	for len(p.rest) > 0 {
		p.line = p.next
		if err := p.entry(p.take()); err != nil {
			return err
		}
	}
	return nil
}

// take removes the next line from the rest.
func (p *envParser) take() string {
	line, rest, _ := bytes.Cut(p.rest, []byte("\n"))
	p.rest = rest
	p.next++
	return strings.TrimSuffix(string(line), "\r")
}

// entry reads an entry that begins with a line.
func (p *envParser) entry(line string) error {
	if strings.Contains(line, "\x00") {
		return errEnvNUL
	}
	line = strings.TrimLeft(line, blanks)
	if line == "" || line[0] == '#' || line[0] == ';' {
		return nil
	}
	if rest, ok := strings.CutPrefix(line, "export"); ok && rest != "" && (rest[0] == ' ' || rest[0] == '\t') {
		line = strings.TrimLeft(rest, blanks)
	}
	name, value, assigned := strings.Cut(line, "=")
	if !assigned {
		name = uncommented(name)
		if !isEnvName(name) {
			return errEnvLine
		}
		if value, ok := p.current[name]; ok {
			p.vars[name] = value
		}
		return nil
	}
	if name = strings.TrimSpace(name); !isEnvName(name) {
		return errEnvName
	}
	value, err := p.value(strings.TrimLeft(value, blanks))
	if err != nil {
		return err
	}
	p.vars[name] = value
	return nil
}

// isEnvName reports whether a text can be the name of a variable. It is wider
// than what a shell takes, for names such as ProgramFiles(x86).
func isEnvName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar || strings.ContainsRune("'\"`$\\/#", r)
	})
}

// uncommented is the text before a number sign that follows a space.
func uncommented(text string) string {
	for i := range len(text) {
		if text[i] == '#' && (i == 0 || text[i-1] == ' ' || text[i-1] == '\t') {
			text = text[:i]
			break
		}
	}
	return strings.TrimSpace(text)
}

// value reads what follows the equals sign.
func (p *envParser) value(text string) (string, error) {
	if text == "" || text[0] != '"' && text[0] != '\'' {
		return uncommented(text), nil
	}
	quote := text[0]
	text = text[1:]
	var b strings.Builder
	for {
		end := closing(text, quote)
		if end >= 0 {
			b.WriteString(text[:end])
			text = text[end+1:]
			break
		}
		b.WriteString(text)
		if len(p.rest) == 0 {
			return "", errEnvQuote
		}
		b.WriteByte('\n')
		if text = p.take(); strings.Contains(text, "\x00") {
			return "", errEnvNUL
		}
	}
	if uncommented(text) != "" {
		return "", errEnvBehind
	}
	if quote == '\'' {
		return b.String(), nil
	}
	return unescaped(b.String()), nil
}

// closing returns the place of the closing quote, or -1. A backslash protects
// the next character in double quotes.
func closing(text string, quote byte) int {
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return i
		case text[i] == '\\' && quote == '"':
			i++
		}
	}
	return -1
}

// unescaped replaces the escapes of a text in double quotes. A backslash before
// any other character stays.
func unescaped(text string) string {
	return strings.NewReplacer(`\n`, "\n", `\r`, "\r", `\t`, "\t", `\"`, `"`, `\'`, `'`, `\$`, `$`, `\\`, `\`).Replace(text)
}
