package code

import (
	"slices"
	"strings"
)

// A source is a file cut into tokens, with what its dialect knows of it.
type source struct {
	*file
	dialect *dialect
	tokens  []lexeme
	// pair is the index of the bracket that belongs to the one at an index, or
	// -1; block is that of the innermost opening bracket around a token.
	pair, block []int
	// imports are local names and what they stand for; packages are the
	// packages of which every name is imported, or which are only named.
	imports  map[string]string
	packages []string
	// named are further packages that the file names, which show methods only.
	named []string
	// assigned are the assignments of the file by what is assigned to.
	assigned map[string][]assignment
	// elements are those of entries of maps, by the name of the map.
	elements map[string][]element
	// defs are the functions of a language that is indented.
	defs []int
	// bodies are the bodies of the functions of the file, by name; nil until
	// they are asked for.
	bodies map[string]span
	// work counts what following names costs, so that a hostile file cannot
	// make it long.
	work int
}

// maxWork bounds the steps of following names in one file.
const maxWork = 4 << 20

// newSource cuts a file into tokens. What cannot be cut is in the error; the rest
// is there all the same.
func newSource(f *file, d *dialect) (*source, error) {
	tokens, err := lex(f.data, &d.syntax)
	s := &source{file: f, dialect: d, tokens: tokens, imports: make(map[string]string)}
	s.brackets()
	if d.indented {
		for i := range s.tokens {
			if s.is(i, "def") {
				s.defs = append(s.defs, i)
			}
		}
	}
	d.imports(s)
	s.assignments()
	return s, err
}

// brackets pairs them. One that closes another than it should, as happens where
// a preprocessor leaves two variants standing, closes the nearest that fits.
func (s *source) brackets() {
	s.pair = make([]int, len(s.tokens))
	s.block = make([]int, len(s.tokens))
	var open []int
	for i, t := range s.tokens {
		s.pair[i], s.block[i] = -1, -1
		if len(open) > 0 {
			s.block[i] = open[len(open)-1]
		}
		if t.kind != punct {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			open = append(open, i)
		case ")", "]", "}":
			want := map[string]string{")": "(", "]": "[", "}": "{"}[t.text]
			for n := len(open) - 1; n >= max(0, len(open)-8); n-- {
				if s.tokens[open[n]].text == want {
					s.pair[i], s.pair[open[n]] = open[n], i
					open = open[:n]
					break
				}
			}
			if s.pair[i] >= 0 {
				s.block[i] = s.block[s.pair[i]]
			}
		}
	}
}

// is reports whether the token at an index is a word or an operator.
func (s *source) is(i int, want ...string) bool {
	if i < 0 || i >= len(s.tokens) {
		return false
	}
	t := &s.tokens[i]
	return t.kind != text && t.kind != digit && slices.Contains(want, t.text)
}

func (s *source) isKind(i int, k kind) bool {
	return i >= 0 && i < len(s.tokens) && s.tokens[i].kind == k
}

// after is the index behind the bracket that belongs to the one at i.
func (s *source) after(i int) int {
	if i < len(s.pair) && s.pair[i] > i {
		return s.pair[i] + 1
	}
	return i + 1
}

// isDot reports whether the token at an index joins the parts of a name.
func (s *source) isDot(i int) bool {
	return s.is(i, ".", "::", "?.") || s.dialect.arrows && s.is(i, "->", `\`) || s.is(i, "!") && s.is(i+1, ".") || s.is(i, "!!") && s.is(i+1, ".")
}

// continues reports whether a word goes on with the name before it. A separator
// at the beginning of a name goes on with nothing: \Aws\Sdk, ::Aws::S3.
func (s *source) continues(i int) bool {
	if !s.isDot(i - 1) {
		return false
	}
	if !s.is(i-1, `\`, "::") {
		return true
	}
	return !s.tokens[i-1].spaced && (s.isKind(i-2, word) || s.is(i-2, ")", "]", ">", "}"))
}

// isNew reports whether a name stands behind "new".
func (s *source) isNew(p path) bool {
	before := p.start - 1
	if s.isDot(before) {
		before--
	}
	return s.is(before, "new")
}

// A path is a name of several parts: "AWS.config.update".
type path struct {
	parts      []string
	start, end int // tokens
}

func (p path) String() string { return strings.Join(p.parts, ".") }

// pathAt reads the name that starts at an index. A word is one of one part.
func (s *source) pathAt(i int) (path, bool) {
	p := path{start: i, end: i}
	if s.is(i, `\`, "::") {
		p.end++ // a name from the root of all
	}
	for s.isKind(p.end, word) {
		p.parts = append(p.parts, s.tokens[p.end].text)
		p.end++
		// Type arguments stand between a name and what follows.
		next := p.end
		for s.is(next, "!", "!!") {
			next++
		}
		if !s.isDot(next) || !s.isKind(next+1, word) {
			break
		}
		p.end = next + 1
	}
	return p, len(p.parts) > 0
}

// resolve replaces the first part of a name by what it was imported as.
func (s *source) resolve(p path) string {
	name := p.String()
	first, rest, more := strings.Cut(name, ".")
	full, ok := s.imports[first]
	if !ok {
		return name
	}
	if more {
		return full + "." + rest
	}
	return full
}

// A span is the tokens of an expression, from start up to but without end.
type span struct{ start, end int }

func (r span) empty() bool { return r.start >= r.end }

// trim takes brackets off that surround a whole expression.
func (s *source) trim(r span) span {
	for !r.empty() && s.is(r.start, "(") && s.pair[r.start] == r.end-1 {
		r = span{r.start + 1, r.end - 1}
	}
	return r
}

// split cuts what is between two tokens at commas, and at the ends of lines if
// lines is true, outside of brackets.
func (s *source) split(r span, lines bool) []span {
	var list []span
	from := r.start
	for i := r.start; i < r.end; {
		switch {
		case s.is(i, ",", ";"):
			list = append(list, span{from, i})
			from = i + 1
			i++
			continue
		case lines && i > from && s.tokens[i].line > s.tokens[i-1].line && s.breaks(i):
			list = append(list, span{from, i})
			from = i
		}
		i = min(s.after(i), r.end)
	}
	if from < r.end {
		list = append(list, span{from, r.end})
	}
	return slices.DeleteFunc(list, span.empty)
}

// breaks reports whether a line that begins with the token at i begins something
// new: neither it nor the one before it is an operator.
func (s *source) breaks(i int) bool {
	t := &s.tokens[i]
	if t.kind == punct && !slices.Contains([]string{"(", "[", "{", "!", "!!", "...", "**", "&", "@", "::", "}", ")", "]"}, t.text) {
		return false
	}
	if t.kind == word && slices.Contains([]string{"and", "or", "as", "in", "is", "else", "if", "orelse"}, t.text) {
		return false
	}
	before := &s.tokens[i-1]
	return before.kind != punct || slices.Contains([]string{")", "]", "}", "!", "?", "!!", ";", ","}, before.text)
}

// expression returns the tokens of the expression that starts at an index: up to
// a comma, semicolon or closing bracket outside of brackets, or the end of a line
// in which it can end.
func (s *source) expression(i int) span {
	r := span{i, i}
	for r.end < len(s.tokens) {
		switch {
		case s.is(r.end, ",", ";", ")", "]", "}"):
			return r
		case r.end > i && s.tokens[r.end].line > s.tokens[r.end-1].line && s.breaks(r.end):
			return r
		}
		r.end = s.after(r.end)
		s.work++
	}
	return r
}
