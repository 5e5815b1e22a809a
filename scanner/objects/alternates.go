package objects

import "strings"

// maxAlternateDepth is how far git follows alternates of alternates
// (object-file.c: link_alt_odb_entries).
const maxAlternateDepth = 5

// maxAlternates bounds how many directories a hostile file can name.
const maxAlternates = 1000

// parseAlternates returns the paths that an info/alternates file names, read as
// git does it (object-file.c: parse_alt_odb_entry): one a line, '#' begins a
// comment, a line that begins with '"' is a C-quoted path if it unquotes.
func parseAlternates(text string) []string {
	var paths []string
	for text != "" {
		if text[0] == '#' {
			_, text, _ = strings.Cut(text, "\n")
			continue
		}
		if text[0] == '"' {
			if path, rest, ok := unquote(text); ok {
				if path != "" {
					paths = append(paths, path)
				}
				if rest != "" {
					rest = rest[1:] // whatever separates it
				}
				text = rest
				continue
			}
		}
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if line != "" {
			paths = append(paths, line)
		}
	}
	return paths
}

// unquote reads a C-quoted string at the start of s, as quote.c does it.
func unquote(s string) (path, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			i++
			if i >= len(s) {
				return "", "", false
			}
			n, width, ok := unescape(s[i:])
			if !ok {
				return "", "", false
			}
			b.WriteByte(n)
			i += width - 1
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// unescape reads what follows a backslash.
func unescape(s string) (c byte, width int, ok bool) {
	const letters, values = `abfnrtv\"`, "\a\b\f\n\r\t\v\\\""
	if i := strings.IndexByte(letters, s[0]); i >= 0 {
		return values[i], 1, true
	}
	if len(s) < 3 || s[0] < '0' || s[0] > '3' {
		return 0, 0, false
	}
	for _, d := range []byte(s[:3]) {
		if d < '0' || d > '7' {
			return 0, 0, false
		}
		c = c<<3 | (d - '0')
	}
	return c, 3, true
}
