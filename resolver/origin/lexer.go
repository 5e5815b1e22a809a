package origin

import "strings"

// A dialect is what tells the languages of shells apart, as far as words go.
type dialect struct {
	// fish: parentheses are command substitutions, there are no backticks and
	// no here-documents, and a backslash escapes in single quotes.
	fish bool
	// home is what $HOME and ~ stand for, or "".
	home string
}

// A word is one word of a command, without its quotes.
type word struct {
	text string
	line int
	made making
	// bare is true if the word does not begin with a quote.
	bare bool
}

// A lexer splits the text of a shell script into commands. It is tolerant: what
// it does not understand it takes for text.
type lexer struct {
	dialect
	text string
	at   int
	line int

	// command are the words so far, word the one under way.
	command []word
	word    strings.Builder
	inWord  bool
	made    making
	begun   int // the line on which the word begins
	bare    bool

	// ends are the delimiters of here-documents that begin after this line.
	ends []string
	do   func([]word)
}

const maxWords = 4096

// commands calls do for each simple command of a script.
func commands(text string, d dialect, do func([]word)) {
	l := lexer{dialect: d, text: text, line: 1, do: do}
	for l.at < len(l.text) {
		l.step()
	}
	l.endCommand()
}

func (l *lexer) step() {
	c := l.text[l.at]
	switch {
	case c == '\n':
		l.endCommand()
		l.newLine()
		return
	case c == ' ' || c == '\t' || c == '\r':
		l.endWord()
	case c == '#' && !l.inWord:
		l.skipLine()
		return
	case c == ';' || c == '&' || c == '|' || c == '(' && !l.fish && !l.inWord || c == ')':
		l.endCommand()
	case c == '(':
		l.begin(false)
		l.substitute(byCommand, 1)
		return
	case c == '<' && !l.fish && strings.HasPrefix(l.text[l.at:], "<<"):
		l.endWord()
		l.hereDocument()
		return
	case c == '<' || c == '>':
		l.endWord()
	default:
		l.character(c)
		return
	}
	l.at++
}

// character takes what stands within words.
func (l *lexer) character(c byte) {
	quoted := c == '\'' || c == '"'
	if c == '\\' && strings.HasPrefix(l.text[l.at+1:], "\n") {
		l.at += 2
		l.line++
		return
	}
	l.begin(!quoted)
	switch c {
	case '\'':
		l.single()
	case '"':
		l.double()
	case '\\':
		if l.at+1 < len(l.text) {
			l.word.WriteByte(l.text[l.at+1])
		}
		l.at += 2
	case '$':
		l.dollar(false)
	case '`':
		if l.fish {
			l.put(c)
			return
		}
		l.backtick()
	default:
		l.put(c)
	}
}

// put writes a byte of the text to the word.
func (l *lexer) put(c byte) {
	if c == '\n' {
		l.line++
	}
	l.word.WriteByte(c)
	l.at++
}

func (l *lexer) begin(bare bool) {
	if !l.inWord {
		l.inWord, l.made, l.begun, l.bare = true, literal, l.line, bare
	}
}

func (l *lexer) endWord() {
	if !l.inWord {
		return
	}
	if len(l.command) < maxWords {
		l.command = append(l.command, word{l.word.String(), l.begun, l.made, l.bare})
	}
	l.word.Reset()
	l.inWord = false
}

func (l *lexer) endCommand() {
	l.endWord()
	if len(l.command) > 0 {
		l.do(l.command)
		l.command = nil
	}
}

// newLine goes to the next line, behind here-documents if some were begun.
func (l *lexer) newLine() {
	l.at++
	l.line++
	for _, end := range l.ends {
		for l.at < len(l.text) {
			from := l.at
			l.skipLine()
			found := strings.Trim(l.text[from:l.at], "\t\r") == end
			l.at = min(l.at+1, len(l.text))
			l.line++
			if found {
				break
			}
		}
	}
	l.ends = nil
}

// skipLine goes to the end of the line.
func (l *lexer) skipLine() {
	n := strings.IndexByte(l.text[l.at:], '\n')
	if n < 0 {
		n = len(l.text) - l.at
	}
	l.at += n
}

// hereDocument reads "<<EOF". A here-string, "<<<", is text, and what begins with
// a digit is a shift.
func (l *lexer) hereDocument() {
	if strings.HasPrefix(l.text[l.at:], "<<<") {
		l.at += 3
		return
	}
	rest := strings.TrimLeft(strings.TrimPrefix(l.text[l.at+2:], "-"), " \t")
	size := strings.IndexAny(rest, " \t\r\n;&|<>()")
	if size < 0 {
		size = len(rest)
	}
	l.at = len(l.text) - len(rest) + size
	if end := strings.Trim(rest[:size], `'"\`); end != "" && (end[0] < '0' || end[0] > '9') && len(l.ends) < 16 {
		l.ends = append(l.ends, end)
	}
}

func (l *lexer) single() {
	l.at++
	for l.at < len(l.text) && l.text[l.at] != '\'' {
		if l.fish && l.text[l.at] == '\\' && l.at+1 < len(l.text) && strings.IndexByte(`\'`, l.text[l.at+1]) >= 0 {
			l.at++
		}
		l.put(l.text[l.at])
	}
	l.closeQuote()
}

func (l *lexer) double() {
	l.at++
	for l.at < len(l.text) && l.text[l.at] != '"' {
		switch c := l.text[l.at]; {
		case c == '\\' && l.at+1 < len(l.text):
			l.escaped()
		case c == '$':
			l.dollar(true)
		case c == '`' && !l.fish:
			l.backtick()
		default:
			l.put(c)
		}
	}
	l.closeQuote()
}

// escaped takes a backslash within double quotes.
func (l *lexer) escaped() {
	next := l.text[l.at+1]
	l.at++
	switch {
	case next == '\n':
		l.at++
		l.line++
	case strings.IndexByte("\\\"$`", next) >= 0:
		l.put(next)
	default:
		l.word.WriteByte('\\')
		l.put(next)
	}
}

// closeQuote goes behind a quote's end. A command with a quote that has none is
// an error to every shell.
func (l *lexer) closeQuote() {
	if l.at >= len(l.text) {
		l.command, l.inWord = nil, false
		return
	}
	l.at++
}

// dollar takes $NAME, ${…}, $(…) and $'…'.
func (l *lexer) dollar(inQuotes bool) {
	rest := l.text[l.at+1:]
	switch {
	case rest == "":
		l.put('$')
	case rest[0] == '(':
		l.at++
		l.substitute(byCommand, 1)
	case rest[0] == '{':
		l.variable(rest)
	case rest[0] == '\'' && !inQuotes && !l.fish:
		l.at++
		l.ansi()
	default:
		size := 0
		for size < len(rest) && isName(rest[:1]+rest[size:size+1]) {
			size++
		}
		if size == 0 {
			if strings.IndexByte("@*#?!-$0123456789", rest[0]) >= 0 {
				l.made = max(l.made, byVariable)
			}
			l.put('$')
			return
		}
		l.expand(rest[:size])
		l.at += 1 + size
	}
}

// variable takes ${…}.
func (l *lexer) variable(rest string) {
	end := strings.IndexByte(rest, '}')
	if end > 1 && isName(rest[1:end]) {
		l.expand(rest[1:end])
		l.at += 1 + end + 1
		return
	}
	l.at++
	l.substitute(byVariable, 1)
}

// expand takes the value of a variable, of which only HOME is known.
func (l *lexer) expand(name string) {
	if name == "HOME" && l.home != "" {
		l.word.WriteString(l.home)
		return
	}
	l.made = max(l.made, byVariable)
}

// substitute goes behind the bracket that closes the one at hand. Nesting is
// counted, not followed.
func (l *lexer) substitute(made making, depth int) {
	l.made = max(l.made, made)
	open, shut := l.text[l.at], byte(')')
	if open == '{' {
		shut = '}'
	}
	l.at++
	var quote byte
	for l.at < len(l.text) && depth > 0 {
		c := l.text[l.at]
		switch {
		case c == '\n':
			l.line++
		case c == '\\' && quote != '\'':
			l.at++
			if l.at < len(l.text) && l.text[l.at] == '\n' {
				l.line++
			}
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == open:
			depth++
		case c == shut:
			depth--
		}
		l.at++
	}
	l.at = min(l.at, len(l.text))
}

func (l *lexer) backtick() {
	l.made = byCommand
	l.at++
	for l.at < len(l.text) && l.text[l.at] != '`' {
		if l.text[l.at] == '\n' {
			l.line++
		}
		l.at++
	}
	l.at = min(l.at+1, len(l.text))
}

// ansi takes '…' of $'…' with the escapes that stand for a character each.
func (l *lexer) ansi() {
	l.at++
	for l.at < len(l.text) && l.text[l.at] != '\'' {
		c := l.text[l.at]
		if c != '\\' || l.at+1 >= len(l.text) {
			l.put(c)
			continue
		}
		l.at++
		switch i := strings.IndexByte(`ntr\'"`, l.text[l.at]); {
		case i < 0:
			l.made = max(l.made, byVariable) // an escape by number
			l.put(l.text[l.at])
		default:
			l.word.WriteByte("\n\t\r\\'\""[i])
			l.at++
		}
	}
	l.closeQuote()
}
