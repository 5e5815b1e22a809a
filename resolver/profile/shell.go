package profile

import "strings"

// ShellWords splits text into words as Python's shlex.split does. It returns
// false for a quote or escape that has no end.
func ShellWords(text string) ([]string, bool) { return shellWords(text) }

// shellWords splits text as Python's shlex.split does in its POSIX mode, without
// comments. It returns false for a quote or escape that has no end.
func shellWords(text string) ([]string, bool) {
	var words []string
	var word strings.Builder
	inWord := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch c {
		case ' ', '\t', '\r', '\n':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
			continue
		case '\'', '"':
			size, ok := shellQuoted(&word, text[i:])
			if !ok {
				return nil, false
			}
			i += size - 1
		case '\\':
			if i++; i == len(text) {
				return nil, false
			}
			word.WriteByte(text[i])
		default:
			word.WriteByte(c)
		}
		inWord = true
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, true
}

// shellQuoted writes what stands between quotes and returns the length with
// them. A backslash escapes a double quote and itself within double quotes.
func shellQuoted(word *strings.Builder, text string) (size int, ok bool) {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == quote:
			return i + 1, true
		case quote == '"' && text[i] == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			i++
		case quote == '"' && text[i] == '\\' && i+1 == len(text):
			return 0, false
		}
		word.WriteByte(text[i])
	}
	return 0, false
}
