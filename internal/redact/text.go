package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text makes text of unknown origin safe for one line of a terminal or a log:
// control characters, line breaks of any kind, characters that reorder or hide
// text, and bytes that are no UTF-8 become visible escapes (\x1b, \n, \u202e).
// Anything else stays as it is, backslashes included, so the result is for
// people and cannot be turned back.
func Text(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			escapeByte(&b, s[i])
		} else if hostile(r) {
			escape(&b, r)
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// Path quotes a path as git does: as it is if it is plain, else in double
// quotes with the escapes of C, bytes outside ASCII in octal. Unlike the result
// of [Text] it can be turned back.
// Source: https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
// with core.quotePath=false for what is harmless.
func Path(s string) string {
	if plain(s) && !strings.ContainsAny(s, `"\`) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == utf8.RuneError && size == 1, hostile(r):
			for _, c := range []byte(s[i : i+size]) {
				escapePathByte(&b, c)
			}
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	b.WriteByte('"')
	return b.String()
}

// plain reports whether nothing in s needs an escape.
func plain(s string) bool {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 || hostile(r) {
			return false
		}
		i += size
	}
	return true
}

// hostile reports whether a character can move the cursor, end the line, or
// make text look like what it is not: the control characters (Cc: C0, DEL, C1),
// the invisible format characters (Cf: bidirectional controls, zero width, byte
// order mark), the line and paragraph separators, the fillers that show as
// nothing, and the tags.
func hostile(r rune) bool {
	switch {
	case r >= 0x20 && r < 0x7f:
		return false
	case r < 0x20, r < 0xa0:
		return true
	case r < 0xad:
		return false
	case r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point)
}

const hexDigits = "0123456789abcdef"

func escapeByte(b *strings.Builder, c byte) {
	b.WriteString(`\x`)
	b.WriteByte(hexDigits[c>>4])
	b.WriteByte(hexDigits[c&15])
}

func escape(b *strings.Builder, r rune) {
	switch {
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case r < 0x80:
		escapeByte(b, byte(r))
	case r <= 0xffff:
		b.WriteString(`\u`)
		writeHex(b, r, 4)
	default:
		b.WriteString(`\U`)
		writeHex(b, r, 8)
	}
}

func writeHex(b *strings.Builder, r rune, digits int) {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b.WriteByte(hexDigits[r>>shift&15])
	}
}

func escapePathByte(b *strings.Builder, c byte) {
	b.WriteByte('\\')
	if i := strings.IndexByte("\a\b\t\n\v\f\r", c); i >= 0 {
		b.WriteByte("abtnvfr"[i])
		return
	}
	b.WriteByte('0' + c>>6)
	b.WriteByte('0' + c>>3&7)
	b.WriteByte('0' + c&7)
}
