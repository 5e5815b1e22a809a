package code

import (
	"slices"
	"strings"
)

// An assignment is a name and the expression that it gets.
type assignment struct {
	at    int // the token of the operator
	value span
	// env is a variable of the environment, for a name that is unpacked from
	// the environment as a whole.
	env string
}

// An element is an entry of a map, or a member, that is assigned by itself:
// options["profile"] = x, options.profile = x.
type element struct {
	key string
	assignment
}

// maxAssignments is how many assignments of one name are kept.
const maxAssignments = 64

// assignments collects what names of the file are given. The key is the name as
// it is written, "self.key" or "key".
func (s *source) assignments() {
	s.assigned = make(map[string][]assignment)
	s.elements = make(map[string][]element)
	for i := range s.tokens {
		if !s.is(i, "=", ":=") || s.work > maxWork {
			continue
		}
		s.element(i)
		if name, ok := s.target(i); ok {
			s.assign(name, assignment{at: i, value: s.expression(i + 1)})
		}
	}
	s.work = 0
	if s.dialect.assigns != nil {
		s.dialect.assigns(s)
	}
}

// element notes the entry of a map that an operator of assignment gives a value.
func (s *source) element(i int) {
	keys, n := []string{}, i-1
	for len(keys) < 4 {
		switch {
		case s.is(n, "]") && s.pair[n] >= 0 && n-s.pair[n] == 2 && s.isKind(n-1, text):
			keys, n = append(keys, s.tokens[n-1].text), s.pair[n]-1
			continue
		case s.is(n, "]") && s.pair[n] >= 0 && n-s.pair[n] == 3 && s.is(n-2, ":") && s.isKind(n-1, word):
			keys, n = append(keys, s.tokens[n-1].text), s.pair[n]-1
			continue
		case len(keys) == 0 && s.isKind(n, word) && s.isDot(n-1) && s.isKind(n-2, word):
			keys, n = append(keys, s.tokens[n].text), n-2
			continue
		}
		break
	}
	if len(keys) == 0 || !s.isKind(n, word) || isSelf(s.tokens[n].text) {
		return
	}
	slices.Reverse(keys)
	name := s.tokens[n].text
	if len(s.elements[name]) < maxAssignments {
		s.elements[name] = append(s.elements[name], element{strings.Join(keys, "."), assignment{at: i, value: s.expression(i + 1)}})
	}
}

func (s *source) assign(name string, a assignment) {
	if len(s.assigned[name]) < maxAssignments {
		s.assigned[name] = append(s.assigned[name], a)
	}
}

// target is the name that stands before an operator of assignment. A type may
// stand between: "key: str = …".
func (s *source) target(i int) (string, bool) {
	n := i - 1
	if !s.isKind(n, word) {
		return "", false
	}
	// name: Type = value, but not {name: value = …}
	colon := n - 1
	for colon > 0 && (s.isDot(colon) || s.isKind(colon, word) || s.is(colon, "&", "'", "?")) && s.tokens[colon].line == s.tokens[n].line {
		colon--
	}
	if s.is(colon, ":") && s.isKind(colon-1, word) && colon < n {
		n = colon - 1
	}
	name := s.tokens[n].text
	for s.isDot(n-1) && s.isKind(n-2, word) {
		n -= 2
		name = s.tokens[n].text + "." + name
	}
	return name, true
}

// follow returns the expression that a name stands for at a token, if that can
// be told: there is one assignment in sight, or all in sight say the same.
func (s *source) follow(name string, at int) (assignment, bool) {
	if s.work > maxWork || s.isParameter(name, at) {
		return assignment{}, false
	}
	var seen []assignment
	s.work += 16
	for _, a := range s.assigned[name] {
		s.work += 4
		if a.value.start <= at && at < a.value.end || s.isArgument(a.at) {
			continue
		}
		if s.isConstant(name[strings.LastIndexByte(name, '.')+1:]) || s.sees(a.at, at) || s.again(a.at, at) {
			seen = append(seen, a)
		}
	}
	if len(seen) == 0 {
		return assignment{}, false
	}
	last := seen[len(seen)-1]
	for _, a := range seen {
		if a.env != last.env || !s.same(a.value, last.value) {
			return assignment{}, false
		}
	}
	return last, true
}

// again reports whether an assignment gives a new value to a name that is
// declared outside of its block, in the same function as another token.
func (s *source) again(assigned, at int) bool {
	if s.dialect.indented || !s.is(assigned, "=") {
		return false
	}
	n := assigned - 1
	for s.isDot(n-1) && s.isKind(n-2, word) {
		n -= 2
	}
	before := n - 1
	declares := s.isKind(before, word) && s.tokens[before].line == s.tokens[n].line && !s.is(before, "then", "else", "do", "return") || s.is(before, ">", "*", "&", ":", "]")
	return !declares && s.body(assigned) == s.body(at)
}

// isArgument reports whether an "=" gives a keyword argument and assigns
// nothing: it stands right in the brackets of a call.
func (s *source) isArgument(at int) bool {
	b := s.block[at]
	return b >= 0 && s.is(b, "(") && s.is(at, "=") && (s.isKind(b-1, word) || s.is(b-1, ")", "]", ">"))
}

// sees reports whether an assignment holds at another token: its block is around
// that, or it is a member's or a constant's.
func (s *source) sees(assigned, at int) bool {
	if s.dialect.indented {
		return s.seesIndented(assigned, at)
	}
	for b := s.block[assigned]; b >= 0; b = s.block[b] {
		s.work++
		if !s.is(b, "{") {
			continue
		}
		if b < at && (s.pair[b] > at || s.pair[b] < 0) {
			return true
		}
		return s.isKind(assigned-1, word) && s.isDot(assigned-2) // this.key = …
	}
	return true
}

// same reports whether two expressions are written with the same tokens.
func (s *source) same(a, b span) bool {
	return slices.EqualFunc(s.tokens[a.start:a.end], s.tokens[b.start:b.end], func(x, y lexeme) bool {
		return x.kind == y.kind && x.text == y.text && x.mixed == y.mixed
	})
}

// body is the bracket that opens the body of the function around a token, or -1.
func (s *source) body(at int) int {
	if s.dialect.indented {
		return s.function(at)
	}
	for b := s.block[at]; b >= 0; b = s.block[b] {
		if s.work++; s.is(b, "{") && s.parameters(b) >= 0 {
			return b
		}
	}
	return -1
}

// functions are the bodies of the functions of the file. Of several of one name
// the last counts.
func (s *source) functions() map[string]span {
	if s.bodies != nil {
		return s.bodies
	}
	s.bodies = make(map[string]span)
	for i := range s.tokens {
		if !s.is(i, "(") || s.pair[i] < 0 || !s.isKind(i-1, word) {
			continue
		}
		if body, ok := s.bodyOf(i); ok {
			s.bodies[s.tokens[i-1].text] = body
		}
	}
	return s.bodies
}

// bodyOf returns the body of a function whose parameters open at an index.
func (s *source) bodyOf(i int) (span, bool) {
	if s.dialect.indented {
		if !s.is(i-2, "def") {
			return span{}, false
		}
		end, column := s.pair[i]+1, s.column(i-2)
		for end < len(s.tokens) && (s.tokens[end].line == s.tokens[i].line || s.column(end) > column) {
			end++
		}
		return span{s.pair[i] + 1, end}, true
	}
	if s.is(i-1, "if", "for", "while", "switch", "catch", "match", "using") || s.isDot(i-2) || s.is(i-2, "new") {
		return span{}, false
	}
	for n := s.pair[i] + 1; n < min(s.pair[i]+10, len(s.tokens)); n++ {
		switch {
		case s.is(n, "{") && s.pair[n] > 0:
			return span{n + 1, s.pair[n]}, true
		case s.is(n, ";", "}", ")", ",", "="):
			return span{}, false
		}
	}
	return span{}, false
}

// isParameter reports whether a name is that of a parameter of a function around
// a token, whose value is not known.
func (s *source) isParameter(name string, at int) bool {
	if s.dialect.indented {
		return s.isIndentedParameter(name, at)
	}
	for b := s.block[at]; b >= 0; b = s.block[b] {
		s.work++
		if !s.is(b, "{") {
			continue
		}
		if shut := s.parameters(b); shut >= 0 && s.names(span{s.pair[shut] + 1, shut}, name) {
			return true
		}
	}
	return false
}

// parameters returns the bracket that closes the parameters of the function
// whose body opens at b, or -1.
func (s *source) parameters(b int) int {
	for i := b - 1; i >= max(0, b-12); i-- {
		switch {
		case s.is(i, ")"):
			if s.pair[i] > 0 && s.is(s.pair[i]-1, "if", "for", "while", "switch", "catch", "match", "using") {
				return -1
			}
			if s.pair[i] < 0 {
				return -1
			}
			return i
		case s.is(i, ";", "{", "}", "=", ","):
			return -1
		}
	}
	return -1
}

// names reports whether a name stands in a list of parameters, other than as a
// type or a default.
func (s *source) names(r span, name string) bool {
	for i := r.start; i < r.end; i++ {
		if s.isKind(i, word) && s.tokens[i].text == name && !s.is(i-1, "=") {
			return true
		}
	}
	return false
}
