package origin

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/awscred/awscred/internal/redact"
)

// A making is how a value comes about.
type making int

const (
	literal making = iota
	byVariable
	byCommand
	unset // the variable is taken away
)

// An assignment is one place in a text that sets a variable.
type assignment struct {
	name string
	line int
	made making
	// values are the readings of a literal: programs differ in what they make
	// of quotes in a .env file.
	values []redact.Secret
}

// assign returns the assignment of a word's text.
func assign(name string, w word) assignment {
	a := assignment{name: name, line: w.line, made: w.made}
	if w.made == literal {
		// A carriage return of a file with Windows line ends becomes part of
		// the value in a POSIX shell, and not elsewhere: both count.
		a.values = []redact.Secret{redact.New(w.text), redact.New(w.text + "\r")}
	}
	return a
}

// gives reports whether the value is the wanted one. A reading counts even where
// some programs would substitute: the variable shows that none did.
func (a assignment) gives(want redact.Secret) bool {
	return a.made != unset && slices.ContainsFunc(a.values, want.Equal)
}

// A script is what a text sets, and the files that it reads in turn.
type script struct {
	assignments []assignment
	sources     []string
}

// isName reports whether a text can name a variable.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

// plainText decodes what PowerShell and Notepad write: UTF-16 with a byte order
// mark, or UTF-8 with one.
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
