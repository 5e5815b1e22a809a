package doctor

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/profile"
)

// maxLinted is how many warnings one check gives about the lines of the files.
const maxLinted = 5

// fileRefused finds shared files that an asked SDK does not read at all.
func fileRefused(v *view) []Warning {
	var o once
	for _, f := range v.files {
		if f.err == nil {
			continue
		}
		reason, at := f.err.Error(), resolver.File(f.name, 0)
		if refused := (*profile.ParseError)(nil); errors.As(f.err, &refused) {
			reason, at.Line = refused.Reason, refused.Line
		}
		fix := "mend " + v.shell.tilde(f.name)
		if at.Line > 0 {
			fix = fmt.Sprintf("mend line %d of %s", at.Line, v.shell.tilde(f.name))
		}
		o.add(Warning{
			Message: fmt.Sprintf("%s refuses %s: %s", f.trace.SDK.Title, v.shell.tilde(f.name), reason),
			Fix:     fix,
			Where:   []resolver.Evidence{at},
		})
	}
	return o.list
}

// noted is the check of one kind of oddity that package profile notes.
func noted(id profile.NoteID) func(*view) []Warning {
	return func(v *view) []Warning {
		return v.notes(func(n profile.Note) bool { return n.ID == id })
	}
}

// otherNotes finds the oddities that have no check of their own.
func otherNotes(v *view) []Warning {
	return v.notes(func(n profile.Note) bool {
		switch n.ID {
		case profile.NoteNoPrefix, profile.NotePrefix, profile.NoteDuplicateSection,
			profile.NoteQuoted, profile.NoteBOM, profile.NoteMisspelt:
			return false
		}
		return true
	})
}

// notes makes warnings of the notes that are wanted.
func (v *view) notes(want func(profile.Note) bool) []Warning {
	var o once
	for _, f := range v.files {
		parsed := f.parsed
		if parsed == nil {
			parsed = f.lenient
		}
		if parsed == nil {
			continue
		}
		for _, n := range parsed.Notes {
			if !want(n) {
				continue
			}
			o.add(Warning{
				Message: n.Text,
				Fix:     v.mend(parsed, n),
				Where:   []resolver.Evidence{resolver.File(f.name, n.Line)},
			})
		}
	}
	return shortened(o.list)
}

// mend is the edit that takes an oddity away.
func (v *view) mend(f *profile.File, n profile.Note) string {
	name := v.shell.tilde(f.Name)
	line := fmt.Sprintf("line %d of %s", n.Line, name)
	switch n.ID {
	case profile.NoteBOM:
		return "save " + name + " as UTF-8 without a byte order mark"
	case profile.NoteEncoding:
		return "save " + name + " as UTF-8"
	case profile.NoteLineEnds:
		return "save " + name + " with line feeds"
	case profile.NoteNoPrefix:
		return line + ": write [profile " + v.header(f, n.Line) + "]"
	case profile.NotePrefix:
		return line + ": write the name alone, without profile"
	case profile.NoteDuplicateSection:
		return line + ": move its keys to the section above and delete it"
	case profile.NoteDuplicateKey:
		return "delete " + line + " or the one above that sets the same key"
	case profile.NoteQuoted:
		return line + ": take the quotes away"
	case profile.NoteInlineComment:
		return line + ": put the comment on a line of its own"
	case profile.NoteKeyCase:
		return line + ": write the key in lower case"
	case profile.NoteMisspelt:
		if key, ok := strings.CutPrefix(n.Text, "a key that is nearly "); ok {
			return line + ": write " + key
		}
		return line + ": write the key as it is meant"
	case profile.NoteOrphan:
		return line + ": take the indent away"
	case profile.NoteBeforeSection:
		return line + ": put it below a header such as [default]"
	case profile.NoteUnclosed:
		return line + ": close the bracket"
	case profile.NoteTrailing:
		return line + ": delete what stands behind the bracket"
	case profile.NoteHidden:
		return line + ": delete this section or the other of the same name"
	}
	return "mend or delete " + line
}

// header returns the name of the section whose header is on a line.
func (v *view) header(f *profile.File, line int) string {
	for _, s := range f.Sections {
		if s.Line == line {
			return s.Name
		}
	}
	return "NAME"
}

// unusualSpace finds spaces that look like any other and are not: copied from a
// web page or a chat, they become part of a name or a value. Whether SDKs trim
// them differs (aws-sdk-java-v2 issue 3214, smithy-rs issue 1488).
func unusualSpace(v *view) []Warning {
	var o once
	for _, f := range v.files {
		number := 0
		for line := range bytes.Lines(f.data) {
			number++
			name, ok := spaceIn(line)
			if !ok {
				continue
			}
			o.add(Warning{
				Message: "there is a " + name + " where a space seems to be; SDKs take it for part of a name or value",
				Fix:     fmt.Sprintf("line %d of %s: type it anew with plain spaces", number, v.shell.tilde(f.name)),
				Where:   []resolver.Evidence{resolver.File(f.name, number)},
			})
		}
	}
	return shortened(o.list)
}

// spaceIn returns the name of the first unusual space of a line that is not a
// comment.
func spaceIn(line []byte) (string, bool) {
	if trimmed := bytes.TrimLeft(line, " \t"); len(trimmed) > 0 && (trimmed[0] == '#' || trimmed[0] == ';') {
		return "", false
	}
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		switch {
		case r == '\u00a0':
			return "no-break space (U+00A0)", true
		case r == '\u200b', r == '\u2060', r > unicode.MaxLatin1 && unicode.IsSpace(r):
			return fmt.Sprintf("Unicode space (U+%04X)", r), true
		}
		line = line[n:]
	}
	return "", false
}

// shortened keeps the first warnings and says how many there were.
func shortened(list []Warning) []Warning {
	if len(list) <= maxLinted {
		return list
	}
	more := len(list) - maxLinted
	list = list[:maxLinted]
	list[maxLinted-1].Message += fmt.Sprintf("; there are %d more like it", more)
	return list
}
