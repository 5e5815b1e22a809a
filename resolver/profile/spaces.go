package profile

import (
	"bytes"
	"unicode"
)

// has reports whether the set has a character.
func (s Spaces) has(r rune) bool {
	switch s {
	case Blanks:
		return r == ' ' || r == '\t'
	case PythonSpaces: // bidirectional type WS, B or S, or category Zs
		return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
	case JSSpaces: // WhiteSpace and LineTerminator of ECMA-262
		return r != 0x85 && unicode.IsSpace(r) || r == 0xfeff
	}
	return unicode.IsSpace(r)
}

// trim removes spaces of the dialect from both ends.
func (d *Dialect) trim(text []byte) []byte { return bytes.TrimFunc(text, d.Spaces.has) }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// cut removes a comment behind other text. What is at the beginning is none.
func (c Comment) cut(text []byte, spaces Spaces) []byte {
	if c == NoComment {
		return text
	}
	var before rune
	for i, r := range string(text) {
		if (r == '#' || r == ';') && i > 0 && c.follows(before, spaces) {
			return text[:i]
		}
		before = r
	}
	return text
}

// follows reports whether a comment may begin behind a character.
func (c Comment) follows(before rune, spaces Spaces) bool {
	switch c {
	case AfterBlank:
		return before == ' ' || before == '\t'
	case AfterSpace:
		if spaces == Blanks {
			return unicode.IsSpace(before)
		}
		return spaces.has(before)
	}
	return true
}
