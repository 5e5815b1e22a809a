package decode

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// longestEscape is how many bytes an escape has at most: that of a pair of
// surrogates with two backslashes each has 14, &#x0000041; and longer ones are
// not decoded.
const longestEscape = 16

// An escape is a few bytes that stand for a character, or for nothing. Escapes are returned
// in registers, which needs no more than four fields of a structure: there are many of them.
type escape struct {
	start, end int
	meaning
}

// A meaning is what an escape stands for.
type meaning struct {
	text uint32 // the first byte lowest
	size uint8  // bytes of text
	form form
	// letter marks \n, \r and \t, which are common: a token that begins with
	// the letter comes first.
	letter bool
}

// first returns the first byte of what an escape stands for.
func (m meaning) first() byte { return byte(m.text) }

// ofByte and ofRune return an escape of data[start:end].
func ofByte(f form, start, end int, c byte) (escape, bool) {
	return escape{start, end, meaning{text: uint32(c), size: 1, form: f}}, true
}

func ofRune(f form, start, end int, r rune) (escape, bool) {
	var text [utf8.UTFMax]byte
	size := utf8.EncodeRune(text[:], r)
	return escape{start, end, meaning{text: binary.LittleEndian.Uint32(text[:]), size: uint8(size), form: f}}, true
}

// nearToken is how many token bytes beside an escape make it worth a Text that
// would not be worth one by itself: a quotation mark as an entity, or a letter
// of no key that may hide the beginning of one.
const nearToken = 8

// hot reports whether the escape is worth a Text: those of printable ASCII may
// be part of a key, others may be what separates one from other text. Names of
// entities are so common in markup that they must stand beside a token.
func (e escape) hot(data []byte) bool {
	switch {
	case e.letter || e.form == formQuoted:
		return true
	case e.form == formHTML && data[e.start+1] != '#':
		return beside(data, e.start, e.end) || e.first() == '&' && entityAgain(data, e.end)
	case e.size == 1 && (isText(e.first()) && e.first() >= ' ' || isBlank(e.first())):
		return true
	}
	return tokenAt(data, e.end, leastBase64)
}

// beside reports whether a token of some length ends at start or begins at end.
func beside(data []byte, start, end int) bool {
	if tokenAt(data, end, nearToken) {
		return true
	}
	if start < nearToken {
		return false
	}
	for _, c := range data[start-nearToken : start] {
		if classes[c]&inToken == 0 {
			return false
		}
	}
	return true
}

// tokenAt reports whether the next least bytes are of the token class.
func tokenAt(data []byte, at, least int) bool {
	if len(data)-at < least {
		return false
	}
	for _, c := range data[at : at+least] {
		if classes[c]&inToken == 0 {
			return false
		}
	}
	return true
}

// nextEscape returns the first escape that begins in data[at:] and ends in
// data[:end]. If there is none, it begins and ends at end.
func nextEscape(data []byte, at, end int) escape {
	for ; at < end; at++ {
		if classes[data[at]]&inEscape == 0 {
			continue
		}
		if e, ok := parseEscape(data, at); ok && e.end <= end {
			return e
		}
	}
	return escape{start: end, end: end}
}

// noEscape is nextEscape where no escapes are looked for.
func noEscape(_ []byte, _, end int) escape { return escape{start: end, end: end} }

// parseEscape parses the escape that begins at a place.
func parseEscape(data []byte, at int) (escape, bool) {
	switch data[at] {
	case '%':
		return parsePercent(data, at)
	case '\\':
		return parseBackslash(data, at)
	case '&':
		return parseEntity(data, at)
	case 'U':
		return parseCodePoint(data, at)
	}
	return escape{}, false
}

// hexDigits returns the value of the count digits at a place.
func hexDigits(data []byte, at, count int) (v rune, ok bool) {
	if at+count > len(data) {
		return 0, false
	}
	for _, c := range data[at : at+count] {
		n := nibbles[c]
		if n == none {
			return 0, false
		}
		v = v<<4 | rune(n)
	}
	return v, true
}

// hexByte is hexDigits for two.
func hexByte(data []byte, at int) (v byte, ok bool) {
	if at+2 > len(data) {
		return 0, false
	}
	high, low := nibbles[data[at]], nibbles[data[at+1]]
	return high<<4 | low, high|low < 16
}

// parsePercent parses %41 (RFC 3986, 2.1). What is neither printable ASCII nor
// part of a character of several bytes is more likely a format.
func parsePercent(data []byte, at int) (escape, bool) {
	v, ok := hexByte(data, at+1)
	if !ok || v < utf8.RuneSelf && !isText(v) {
		return escape{}, false
	}
	return ofByte(formPercent, at, at+3, v)
}

// parseCodePoint parses U+0041 and the white space behind it, without which it
// is none (gitleaks detect/codec/encodings.go:37).
func parseCodePoint(data []byte, at int) (escape, bool) {
	if at < 0 || data[at] != 'U' || at+1 >= len(data) || data[at+1] != '+' {
		return escape{}, false
	}
	v, ok := hexDigits(data, at+2, 4)
	if !ok {
		return escape{}, false
	}
	end := at + 6
	if end == len(data) {
		return ofRune(formUnicode, at, end, v)
	}
	switch data[end] {
	case ' ', '\t', '\n', '\f', '\r':
		return ofRune(formUnicode, at, end+1, v)
	}
	return escape{}, false
}

// parseBackslash parses the escapes of strings: one or two backslashes, then
// u0041, U00000041, U0041, u{41}, x41, x{41}, 101, or n, r, t before a token.
func parseBackslash(data []byte, start int) (escape, bool) {
	at := start + 1
	if start >= 3 && data[start-3] == '%' && data[start-2] == '5' && data[start-1]|0x20 == 'c' {
		return escape{}, false // the second backslash of two, of which the first is encoded
	}
	if at < len(data) && data[at] == '\\' {
		at++
	}
	if at >= len(data) {
		return escape{}, false
	}
	switch c := data[at]; c {
	case 'u', 'U':
		return parseUnicode(data, start, at)
	case 'x':
		if v, ok := hexByte(data, at+1); ok {
			return ofByte(formBackslash, start, at+3, v)
		}
		if v, end, ok := braced(data, at+1); ok {
			return ofRune(formBackslash, start, end, v)
		}
	case '0', '1', '2', '3':
		if at+2 < len(data) && isOctal(data[at+1]) && isOctal(data[at+2]) {
			return ofByte(formBackslash, start, at+3, (c-'0')<<6|(data[at+1]-'0')<<3|(data[at+2]-'0'))
		}
	case 'n', 'r', 't':
		if tokenAt(data, at+1, leastBase64) {
			e, ok := ofByte(formBackslash, start, at+1, letters(c))
			e.letter = true
			return e, ok
		}
	}
	return escape{}, false
}

func isOctal(c byte) bool { return '0' <= c && c <= '7' }

func letters(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	}
	return '\t'
}

// parseUnicode parses the escape that begins at start and has its u at a place.
func parseUnicode(data []byte, start, at int) (escape, bool) {
	if v, end, ok := braced(data, at+1); ok {
		return ofRune(formUnicode, start, end, v)
	}
	if v, ok := hexDigits(data, at+1, 8); ok && data[at] == 'U' && v <= utf8.MaxRune && v >= 0 {
		return ofRune(formUnicode, start, at+9, v)
	}
	v, ok := hexDigits(data, at+1, 4)
	if !ok {
		return escape{}, false
	}
	end := at + 5
	if !utf16.IsSurrogate(v) {
		return ofRune(formUnicode, start, end, v)
	}
	slashes := at - start
	low := end + slashes
	if low < len(data) && data[low] == data[at] && data[end] == '\\' && data[low-1] == '\\' {
		if second, ok := hexDigits(data, low+1, 4); ok {
			if r := utf16.DecodeRune(v, second); r != utf8.RuneError {
				return ofRune(formUnicode, start, low+5, r)
			}
		}
	}
	return ofRune(formUnicode, start, end, utf8.RuneError)
}

// braced parses {41}.
func braced(data []byte, at int) (v rune, end int, ok bool) {
	if at >= len(data) || data[at] != '{' {
		return 0, 0, false
	}
	for i := at + 1; i < len(data) && i <= at+7; i++ {
		if data[i] == '}' {
			return v, i + 1, i > at+1 && v <= utf8.MaxRune
		}
		n := nibbles[data[i]]
		if n == none {
			break
		}
		v = v<<4 | rune(n)
	}
	return 0, 0, false
}
