package decode

import "unicode/utf8"

// longestEntity is how many bytes are between & and ; at most.
const longestEntity = longestEscape - 2

// parseEntity parses &#65;, &#x41; and the names that HTML has for ASCII.
func parseEntity(data []byte, at int) (escape, bool) {
	r, end, ok := entity(data, at+1)
	if !ok {
		return escape{}, false
	}
	return ofRune(formHTML, at, end, r)
}

// entityAgain reports whether the ampersand that a text has behind the one that
// an entity stands for would begin an entity: it was encoded twice.
func entityAgain(data []byte, at int) bool {
	_, _, ok := entity(data, at)
	return ok
}

// entity parses what stands behind an ampersand, up to the semicolon.
func entity(data []byte, at int) (r rune, end int, ok bool) {
	most := min(at+longestEntity+1, len(data))
	if at >= most {
		return 0, 0, false
	}
	for end = at; end < most && data[end] != ';'; end++ {
		if c := data[end]; c != '#' && (classes[c]&inToken == 0 || c == '/' || c == '+') {
			return 0, 0, false
		}
	}
	if end == most || end == at {
		return 0, 0, false
	}
	name := data[at:end]
	if name[0] != '#' {
		r = named(string(name))
		return r, end + 1, r != 0
	}
	r, ok = number(name[1:])
	return r, end + 1, ok
}

// number parses the digits of a numeric character reference.
func number(digits []byte) (r rune, ok bool) {
	base := rune(10)
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		base, digits = 16, digits[1:]
	}
	for _, c := range digits {
		n := nibbles[c]
		if n == none || rune(n) >= base {
			return 0, false
		}
		if r = r*base + rune(n); r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, len(digits) > 0 && r != 0
}

// named returns the character of the name of an entity, 0 if it is none of
// those for ASCII (https://html.spec.whatwg.org/multipage/named-characters.html)
// or the space that does not break.
func named(name string) rune {
	switch name {
	case "amp", "AMP":
		return '&'
	case "lt", "LT":
		return '<'
	case "gt", "GT":
		return '>'
	case "quot", "QUOT":
		return '"'
	case "apos":
		return '\''
	case "nbsp":
		return '\u00a0'
	case "Tab":
		return '\t'
	case "NewLine":
		return '\n'
	}
	return punctuation(name)
}

func punctuation(name string) rune {
	switch name {
	case "equals":
		return '='
	case "plus":
		return '+'
	case "sol":
		return '/'
	case "bsol":
		return '\\'
	case "colon":
		return ':'
	case "semi":
		return ';'
	case "comma":
		return ','
	case "period":
		return '.'
	case "lowbar", "UnderBar":
		return '_'
	case "num":
		return '#'
	case "percnt":
		return '%'
	case "dollar":
		return '$'
	case "commat":
		return '@'
	case "excl":
		return '!'
	case "quest":
		return '?'
	case "ast", "midast":
		return '*'
	case "grave":
		return '`'
	}
	return bracket(name)
}

func bracket(name string) rune {
	switch name {
	case "lpar":
		return '('
	case "rpar":
		return ')'
	case "lsqb", "lbrack":
		return '['
	case "rsqb", "rbrack":
		return ']'
	case "lcub", "lbrace":
		return '{'
	case "rcub", "rbrace":
		return '}'
	case "vert", "verbar", "VerticalLine":
		return '|'
	case "Hat":
		return '^'
	}
	return 0
}
