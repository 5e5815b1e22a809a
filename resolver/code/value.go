package code

import (
	"slices"
	"strings"

	"github.com/awscred/awscred/internal/redact"
)

// maxDepth is how many names and brackets are followed from one value.
const maxDepth = 8

// A reading is what an expression comes to.
type reading struct {
	state    State
	text     string
	variable string
	line     int  // of a constant that was followed
	fallback bool // text stands in for a variable that is not set
	store    string
}

// value makes a Value of a reading. A secret does not stand in its text.
func (r reading) value(secret bool) Value {
	v := Value{State: r.state, Variable: r.variable, Line: r.line, Store: r.store}
	switch {
	case secret:
		v.Secret = redact.New(r.text)
	default:
		v.Text = r.text
	}
	return v
}

func unknownValue() reading { return reading{state: NotTraced} }

func literal(text string) reading {
	if strings.TrimSpace(text) == "" {
		return reading{state: EmptyValue}
	}
	return reading{state: Literal, text: text}
}

// read says what an expression comes to.
func (s *source) read(r span, depth int) reading {
	r = s.unwrap(r)
	if r.empty() || depth > maxDepth {
		return unknownValue()
	}
	if v, end, ok := s.readEnv(r, depth); ok {
		return s.rest(v, span{end, r.end}, depth)
	}
	if s.isKind(r.start, text) {
		return s.readText(r)
	}
	if r.end == r.start+1 && s.isNull(r.start) {
		return reading{state: NotSet}
	}
	p, ok := s.pathAt(r.start)
	if !ok {
		return unknownValue()
	}
	if s.is(p.end, "(") && s.pair[p.end] > 0 && s.wraps(p) {
		inner := s.split(span{p.end + 1, s.pair[p.end]}, false)
		if len(inner) != 1 {
			return unknownValue()
		}
		return s.rest(s.read(inner[0], depth+1), span{s.pair[p.end] + 1, r.end}, depth)
	}
	return s.readName(p, r, depth)
}

// readName follows a name to what it was given.
func (s *source) readName(p path, r span, depth int) reading {
	// The last parts may be calls that do not change a value: key.clone().
	for n := len(p.parts); n > 0; n-- {
		name := strings.Join(p.parts[:n], ".")
		a, ok := s.follow(name, p.start)
		if !ok && n == 2 && (s.isConstant(p.parts[1]) || isSelf(p.parts[0])) {
			a, ok = s.follow(p.parts[1], p.start)
		}
		if !ok && n == 2 && p.parts[0] == "$this" {
			a, ok = s.follow("$"+p.parts[1], p.start)
		}
		if !ok {
			continue
		}
		end := p.start + 2*n - 1
		v := reading{state: FromEnv, variable: a.env}
		if a.env == "" {
			v = s.read(a.value, depth+1)
		}
		if v.state == Literal || v.state == FromEnv && v.text != "" {
			v.line = s.tokens[a.at].line
		}
		return s.rest(v, span{end, r.end}, depth)
	}
	return unknownValue()
}

// isSelf reports whether a name is that of the object or class around it.
func isSelf(name string) bool {
	return slices.Contains([]string{"this", "self", "cls", "Self", "$this", "static", "Companion"}, name)
}

// isConstant reports whether a name is written as constants are.
func (s *source) isConstant(name string) bool {
	return name != "" && (name == strings.ToUpper(name) || name[0] >= 'A' && name[0] <= 'Z')
}

// readText reads literals that stand beside each other, or are joined.
func (s *source) readText(r span) reading {
	var b strings.Builder
	for i := r.start; i < r.end; i++ {
		switch t := &s.tokens[i]; {
		case t.kind == text && t.mixed:
			return unknownValue()
		case t.kind == text:
			b.WriteString(t.text)
		case t.text == s.dialect.joins:
		default:
			return s.rest(literal(b.String()), span{i, r.end}, 0)
		}
	}
	return literal(b.String())
}

// rest judges what follows a value: calls and marks that do not change it, a
// value that stands in for a missing one, or something that is not followed.
func (s *source) rest(v reading, r span, depth int) reading {
	for i := r.start; i < r.end; {
		switch {
		case s.is(i, "!", "!!", "?"):
			i++
		case s.is(i, "as", "satisfies"):
			return v
		case s.is(i, "||", "??", "?:", "or", "orelse"):
			return s.orElse(v, s.read(span{i + 1, r.end}, depth+1))
		case s.isDot(i) && s.isKind(i+1, word):
			name := s.tokens[i+1].text
			i += 2
			if !s.is(i, "(") || s.pair[i] < 0 {
				if !slices.Contains(keepers(), name) {
					return unknownValue()
				}
				continue
			}
			inner := span{i + 1, s.pair[i]}
			i = s.pair[i] + 1
			switch {
			case slices.Contains([]string{"unwrap_or", "getOrElse", "orElse", "unwrap_or_else", "getOrDefault", "unwrap_or_default"}, name):
				other := reading{state: EmptyValue}
				if !inner.empty() {
					other = s.read(inner, depth+1)
				}
				v = s.orElse(v, other)
			case !slices.Contains(keepers(), name):
				return unknownValue()
			}
		default:
			return unknownValue()
		}
	}
	return v
}

// keepers are the calls and members that hand a value on as it is.
func keepers() []string {
	return []string{"to_string", "to_owned", "into", "as_str", "clone", "unwrap", "expect", "ok", "toString", "trim", "strip", "c_str", "get",
		"to_s", "freeze", "String", "Trim", "ToString", "as_deref", "as_ref", "presence", "dup", "encode", "decode", "str", "orElseThrow", "value"}
}

// orElse is a value with one that stands in for it.
func (s *source) orElse(v, other reading) reading {
	switch {
	case v.state == FromEnv && (other.state == Literal):
		v.text, v.line, v.fallback = other.text, other.line, true
		return v
	case v.state == FromEnv && (other.state == NotSet || other.state == EmptyValue):
		return v
	case v.state == NotSet:
		return other
	case v.state == Literal:
		return v
	}
	return unknownValue()
}

// unwrap takes brackets and marks off an expression that do not change it.
func (s *source) unwrap(r span) span {
	for {
		before := r
		r = s.trim(r)
		for !r.empty() && s.is(r.start, "&", "*", "await", "try", "new", "@", "move", "const") {
			if s.is(r.start, "new") {
				break
			}
			r.start++
		}
		if s.is(r.start, "await", "try") && (s.is(r.start+1, "?", "!")) {
			r.start += 2
		}
		if r == before {
			return r
		}
	}
}

// isNull reports whether a token means that nothing is passed.
func (s *source) isNull(i int) bool {
	return s.is(i, "null", "None", "nil", "undefined", "nullptr", "NULL", "NoneType", "Nothing", "default")
}

// wraps reports whether a call hands its one argument on as it is.
func (s *source) wraps(p path) bool {
	if slices.Contains([]string{"URI.create", "Url.parse", "URL", "Uri", "URI", "Aws.String", "java.net.URI.create"}, p.String()) {
		return true
	}
	switch p.parts[len(p.parts)-1] {
	case "str", "String", "Some", "of", "ofNullable", "from", "string", "strval", "trim", "to_string", "Ok", "TRUE", "unwrap", "nn", "c_str", "Option":
		first := p.parts[0]
		return len(p.parts) == 1 || slices.Contains([]string{"String", "Aws", "std", "Optional", "Option", "Some"}, first)
	}
	return false
}
