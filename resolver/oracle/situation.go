package oracle

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/awscred/awscred/resolver/chaintest"
)

// A Situation is what an SDK finds when it starts, with the placeholders of
// package chaintest.
type Situation struct {
	// Env are the variables beyond those of every case.
	Env []Setting
	// Profile and KeyID are set in code.
	Profile, KeyID string
	// Files are those of the home directory.
	Files []File
	// Alone is true if the situation leads to addresses that are not loopback,
	// such as those that only instances and containers have. It needs a
	// network of its own that has no others.
	Alone bool
}

// A Setting is a variable, or one that is unset.
type Setting struct {
	Name, Value string
	Unset       bool
}

// A File of the home directory; Path is relative and has slashes.
type File struct{ Path, Text string }

// clone returns a copy that shares nothing.
func (s Situation) clone() Situation {
	s.Env = slices.Clone(s.Env)
	s.Files = slices.Clone(s.Files)
	return s
}

// Encode returns the situation as a case, in the form of package chaintest.
// Wants are lines of its section of that name.
func (s Situation) Encode(title string, wants ...string) []byte {
	var b bytes.Buffer
	b.WriteString(title + "\n\n")
	if len(s.Env) > 0 {
		b.WriteString("-- env --\n")
	}
	for _, v := range s.Env {
		b.WriteString(v.line() + "\n")
	}
	if s.Profile != "" || s.KeyID != "" {
		b.WriteString("-- code --\n")
	}
	if s.Profile != "" {
		b.WriteString("profile=" + s.Profile + "\n")
	}
	if s.KeyID != "" {
		b.WriteString("key=" + s.KeyID + "\n")
	}
	for _, f := range s.Files {
		b.WriteString(f.section())
	}
	b.WriteString("-- want --\n")
	for _, w := range wants {
		b.WriteString(w + "\n")
	}
	return b.Bytes()
}

// Case returns the situation as a case with no particular answer.
func (s Situation) Case(name string) (*chaintest.Case, error) {
	return chaintest.Parse(name, s.Encode(name, "go-v2: none"))
}

func (v Setting) line() string {
	switch {
	case v.Unset:
		return "-" + v.Name
	case strings.HasPrefix(v.Value, `"`) || strings.TrimSpace(v.Value) != v.Value || !plain(v.Value, false):
		return v.Name + "=" + strconv.Quote(v.Value)
	}
	return v.Name + "=" + v.Value
}

// section returns the file as a section of a txtar archive.
func (f File) section() string {
	switch {
	case !plain(f.Text, true):
		var b strings.Builder
		for line := range strings.SplitAfterSeq(f.Text, "\n") {
			if line != "" {
				b.WriteString(strconv.Quote(line) + "\n")
			}
		}
		return "-- home/" + f.Path + ".quoted --\n" + b.String()
	case f.Text == "" || strings.HasSuffix(f.Text, "\n"):
		return "-- home/" + f.Path + " --\n" + f.Text
	}
	return "-- home/" + f.Path + ".noeol --\n" + f.Text + "\n"
}

// plain reports whether a text can stand in an archive as it is, and be read
// there by a person: no control characters, no space at the end of a line.
func plain(text string, lines bool) bool {
	if !utf8.ValidString(text) {
		return false
	}
	if strings.ContainsFunc(text, func(c rune) bool {
		return c != '\n' && !unicode.IsPrint(c) || c == '\n' && !lines
	}) {
		return false
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.TrimRight(line, " ") != line || strings.HasPrefix(line, "-- ") {
			return false
		}
	}
	return true
}
