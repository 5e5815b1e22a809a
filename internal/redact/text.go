package redact

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Text makes a string that a stranger may have written safe for one line of a
// terminal or a log: control characters, line breaks, characters that reorder
// or hide text, and bytes that are no UTF-8 become visible escapes. Plain text
// is returned as it is.
func Text(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case dangerous(r):
			b.WriteString(escape(r))
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// Path makes a path safe as [Text] does. One that is not plain, or that begins
// or ends with a space or holds a quote, is put in quotes with C escapes, as git
// shows it.
func Path(s string) string {
	if plain(s) && !strings.ContainsAny(s, `"\`) && strings.TrimSpace(s) == s {
		return s
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
	return `"` + Text(quoted) + `"`
}

func plain(s string) bool {
	for i, r := range s {
		if dangerous(r) || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return false
		}
	}
	return true
}

// dangerous tells characters that do something other than stand there: controls
// (C0, DEL, C1), line and paragraph separators, bidirectional controls, and
// characters of no width.
func dangerous(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r <= 0x9f:
	case r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
	case r == 0xad, r == 0x61c, r == 0x180e, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb:
	case r >= 0xe0000 && r <= 0xe0fff:
	default:
		return false
	}
	return true
}

func escape(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	if r < 0x100 {
		return fmt.Sprintf(`\x%02x`, r)
	}
	if r < 0x10000 {
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}
