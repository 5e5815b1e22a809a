package code

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxShellWork bounds the bytes of one script that are looked through for the
// ends of substitutions and here documents.
const maxShellWork = 64 << 20

// parseShell cuts a script into simple commands. Those of a command
// substitution are commands of their own.
func parseShell(text string) ([]shellCommand, error) {
	p := &shellParser{src: text}
	for i := range len(text) {
		if text[i] == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	p.spans = []span{{0, len(text)}}
	for len(p.spans) > 0 && len(p.commands) < maxCommands {
		next := p.spans[0]
		p.spans = p.spans[1:]
		p.at, p.end = next.start, next.end
		for p.at < p.end && len(p.commands) < maxCommands {
			p.next()
		}
		p.finish()
	}
	if len(p.commands) >= maxCommands && p.err == nil {
		p.err = errors.New("it has more commands than are looked at")
	}
	return p.commands, p.err
}

type shellParser struct {
	src      string
	at, end  int
	spans    []span // of substitutions that are still to be read
	commands []shellCommand
	words    shellCommand
	word     *shellWord
	parts    int // pieces of the word: its variable is the word only if it is alone
	jump     jump
	quoted   bool  // in double quotes
	lines    []int // where each line but the first starts
	work     int   // bytes that were looked through for closing brackets
	err      error
}

// here is the line of p.at.
func (p *shellParser) here() int {
	n, _ := slices.BinarySearch(p.lines, p.at+1)
	return n + 1
}

// open returns the word at hand, which may be a new one.
func (p *shellParser) open() *shellWord {
	if p.word == nil {
		p.word = &shellWord{line: p.here()}
		p.parts = 0
	}
	return p.word
}

func (p *shellParser) close() {
	if p.word == nil {
		return
	}
	if _, value, ok := p.word.assignment(); p.word.name != "" && (p.parts > 1 || value.text != "" && ok) {
		p.word.name = ""
	}
	p.words = append(p.words, *p.word)
	p.word = nil
}

func (p *shellParser) finish() {
	p.close()
	for len(p.words) > 0 && slices.Contains(reserved(), p.words[0].text) {
		p.words = p.words[1:]
	}
	if len(p.words) > 0 {
		p.commands = append(p.commands, p.words)
		p.words = nil
	}
}

// reserved are the words that a command may stand behind.
func reserved() []string {
	return []string{"if", "then", "elif", "else", "do", "while", "until", "!", "time", "{"}
}

// next reads one piece: white space, a separator, a quote or a character.
func (p *shellParser) next() {
	if p.at == p.jump.from && p.jump.to > p.at && p.jump.to <= p.end {
		p.at = p.jump.to
		p.finish()
		return
	}
	switch c := p.src[p.at]; c {
	case ' ', '\t', '\r':
		p.close()
		p.at++
	case '\n', ';', '|', '&', '(', ')':
		p.finish()
		p.at++
	case '{', '}':
		if p.word == nil {
			p.finish()
			p.at++
			return
		}
		p.char(c)
	case '#':
		if p.word == nil {
			p.comment()
			return
		}
		p.char(c)
	case '\\':
		p.escape()
	case '\'':
		p.single()
	case '"':
		p.double()
	case '$', '`':
		p.substitute()
	case '<':
		p.redirection()
	default:
		p.char(c)
	}
}

func (p *shellParser) char(c byte) {
	w := p.open()
	if !strings.HasSuffix(w.text, "=") || strings.Count(w.text, "=") > 1 || c == '=' {
		p.plain(w, c)
		return
	}
	p.plain(w, c)
}

func (p *shellParser) plain(w *shellWord, c byte) {
	if len(w.text) < maxLiteral {
		w.text += string(c)
	} else {
		w.holes = true
	}
	p.at++
}

func (p *shellParser) comment() {
	if n := strings.IndexByte(p.src[p.at:p.end], '\n'); n >= 0 {
		p.at += n
		return
	}
	p.at = p.end
}

func (p *shellParser) escape() {
	switch {
	case p.at+1 >= p.end:
		p.at++
	case p.src[p.at+1] == '\n':
		p.at += 2
	default:
		p.at++
		p.char(p.src[p.at])
	}
}

func (p *shellParser) single() {
	w := p.open()
	n := strings.IndexByte(p.src[p.at+1:p.end], '\'')
	if n < 0 {
		p.fail("a string is not closed")
		p.at = p.end
		return
	}
	w.text += p.src[p.at+1 : p.at+1+n]
	p.at += n + 2
}

func (p *shellParser) double() {
	p.open()
	line := p.here()
	p.at++
	p.quoted = true
	defer func() { p.quoted = false }()
	for p.at < p.end {
		switch c := p.src[p.at]; {
		case c == '"':
			p.at++
			return
		case c == '\\' && p.at+1 < p.end:
			p.at++
			if p.src[p.at] == '\n' {
				p.at++
				continue
			}
			p.plain(p.word, p.src[p.at])
		case c == '$' || c == '`':
			p.substitute()
		default:
			p.plain(p.word, c)
		}
	}
	if p.err == nil {
		p.err = fmt.Errorf("line %d: a string is not closed", line)
	}
}

func (p *shellParser) fail(what string) {
	if p.err == nil {
		p.err = fmt.Errorf("line %d: %s", p.here(), what)
	}
}

// substitute reads $NAME, ${NAME:-text}, $(…) and `…`.
func (p *shellParser) substitute() {
	w := p.open()
	rest := p.src[p.at:p.end]
	if p.work > maxShellWork {
		p.fail("it has more substitutions than are looked at")
		p.at = p.end
		return
	}
	switch {
	case rest[0] == '`':
		p.inner(w, 1, closing(rest, 1, '`', '`'), 1)
	case strings.HasPrefix(rest, "$("):
		p.inner(w, 2, closing(rest, 2, '(', ')'), 1)
	case strings.HasPrefix(rest, "${"):
		end := closing(rest, 2, '{', '}')
		p.work += end
		p.parameter(w, rest[2:end])
		p.at += min(end+1, len(rest))
	case strings.HasPrefix(rest, "$'") && !p.quoted:
		p.at++
		p.single()
	default:
		n := 1
		for n < len(rest) && (isLetter(rune(rest[n])) || rest[n] >= '0' && rest[n] <= '9') {
			n++
		}
		if n == 1 {
			if len(rest) > 1 && strings.IndexByte("@*#?!$-", rest[1]) >= 0 {
				w.holes = true
				p.parts += 2
				p.at += 2
				return
			}
			p.plain(w, '$')
			return
		}
		p.variable(w, rest[1:n], "")
		p.at += n
	}
}

// inner notes a substitution to be read later.
func (p *shellParser) inner(w *shellWord, from, to, after int) {
	w.holes = true
	p.parts += 2
	p.work += to
	if to > from && len(p.spans) < maxCommands {
		p.spans = append(p.spans, span{p.at + from, p.at + to})
	}
	p.at = min(p.at+to+after, p.end)
}

func (p *shellParser) parameter(w *shellWord, body string) {
	name := body
	for i, r := range body {
		if !isLetter(r) && (r < '0' || r > '9') {
			name = body[:i]
			break
		}
	}
	rest := body[len(name):]
	otherwise := ""
	switch {
	case rest == "" || strings.HasPrefix(rest, ":?") || strings.HasPrefix(rest, "?"):
	case strings.HasPrefix(rest, ":-"), strings.HasPrefix(rest, ":="), strings.HasPrefix(rest, "-"), strings.HasPrefix(rest, "="):
		otherwise = strings.Trim(strings.TrimLeft(rest, ":-="), `"'`)
		if strings.ContainsAny(otherwise, "$`") {
			otherwise = ""
			p.parts++
		}
	default:
		p.parts++ // something is cut off or replaced
	}
	p.variable(w, name, otherwise)
}

func (p *shellParser) variable(w *shellWord, name, otherwise string) {
	w.holes = true
	p.parts++
	w.name, w.otherwise = name, otherwise
	if _, value, ok := w.assignment(); w.text != "" && (!ok || value.text != "") {
		p.parts++
	}
}

// closing is the index of the bracket that closes one, or the end.
func closing(text string, from int, open, shut byte) int {
	depth := 1
	for i := from; i < len(text); i++ {
		switch c := text[i]; c {
		case '\\':
			i++
		case '\'':
			if n := strings.IndexByte(text[i+1:], '\''); n >= 0 && open == '(' {
				i += n + 1
			}
		case shut:
			if depth--; depth == 0 {
				return i
			}
		case open:
			depth++
		}
	}
	return len(text)
}

// redirection reads a redirection, and notes a here document.
func (p *shellParser) redirection() {
	p.close()
	if !strings.HasPrefix(p.src[p.at:p.end], "<<") || strings.HasPrefix(p.src[p.at:p.end], "<<<") {
		for p.at < p.end && p.src[p.at] == '<' {
			p.at++
		}
		return
	}
	l := &lexer{syntax: &syntax{}, src: p.src[:p.end], at: p.at, line: 1, jump: p.jump, work: p.work}
	if _, ok := l.hereDocument("<<", "-~ \t\\"); !ok {
		p.at += 2
		return
	}
	p.jump, p.at, p.work = l.jump, l.at, l.work
}
