package detect

import (
	"bytes"
	"encoding/binary"
	"iter"
	"strings"
	"unicode/utf16"
)

// maxLine is how much of a line is looked at.
const maxLine = 4096

// lines yields the lines of a text with their numbers, from 1.
func lines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(text) {
			n++
			if !yield(n, strings.TrimRight(line[:min(len(line), maxLine)], "\r\n")) {
				return
			}
		}
	}
}

// lineAt returns the number of the line at an offset.
func lineAt(text string, offset int) int { return 1 + strings.Count(text[:offset], "\n") }

// plainText decodes what PowerShell and Visual Studio write: UTF-16 with a byte
// order mark ("pip freeze > requirements.txt"), or UTF-8 with one.
func plainText(data []byte) string {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return strings.TrimPrefix(string(data), "\ufeff")
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return string(utf16.Decode(units))
}

// Comments are how a language marks them: from line to the end of the line,
// from open to shut.
type comments struct{ line, slash, open, shut string }

func hashComments() comments  { return comments{line: "#"} }
func slashComments() comments { return comments{slash: "//", open: "/*", shut: "*/"} }
func hclComments() comments   { return comments{line: "#", slash: "//", open: "/*", shut: "*/"} }
func psComments() comments    { return comments{line: "#", open: "<#", shut: "#>"} }

// strip writes blanks over comments, outside of quotes, and keeps every line
// where it is. Quotes end with the line.
func (c comments) strip(text string) string {
	out := []byte(text)
	var quote byte
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		size := 0
		switch {
		case text[i] == '\n':
			quote = 0
		case quote != 0:
			if text[i] == '\\' && i+1 < len(text) && text[i+1] != '\n' {
				i++
			} else if text[i] == quote {
				quote = 0
			}
		case c.open != "" && strings.HasPrefix(rest, c.open):
			if size = strings.Index(rest[len(c.open):], c.shut); size < 0 {
				size = len(rest)
			} else {
				size += len(c.open) + len(c.shut)
			}
		case c.line != "" && strings.HasPrefix(rest, c.line), c.slash != "" && strings.HasPrefix(rest, c.slash):
			if size = strings.IndexByte(rest, '\n'); size < 0 {
				size = len(rest)
			}
		case text[i] == '"' || text[i] == '\'':
			quote = text[i]
		}
		for k := i; k < i+size; k++ {
			if out[k] != '\n' {
				out[k] = ' '
			}
		}
		i += max(size-1, 0)
	}
	return string(out)
}
