// Package report writes what a scan found: as text for people, and for programs
// as JSON, JSON lines, SARIF, JUnit, CSV, and as GitLab and GitHub want it. A
// format is one file.
//
// Paths, names, refs and everything else that was read are written so that they
// can neither move a terminal's cursor nor be taken for a command by a CI
// runner. No secret is written, in no format, unless the user asked to see them;
// where one stands in a path or a name, it is taken out of that. No line of
// source is ever written.
package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
)

// Options say how a report is written.
type Options struct {
	// Color writes ANSI colours. They mark severity only.
	Color bool
	// Width is the number of columns of the terminal, or 0 to leave lines
	// whole.
	Width int
	// All also shows suppressed findings, documented examples and
	// identifiers.
	All bool
	// Verbose shows every place of every finding, and everything that was not
	// read.
	Verbose bool
	// Mask shortens the ids of keys.
	Mask bool
	// ShowSecrets shows the secrets themselves, if the scan kept them.
	ShowSecrets bool
	// Location is the zone of dates in text; nil means UTC.
	Location *time.Location
	// Now is the time at which the report is written. Zero leaves it out.
	Now time.Time
}

// A writer writes a report that is presentable in one format.
type writer func(w io.Writer, r *scanner.Report, opts Options) error

// A streamer does so with one finding after the other: a format with everything
// in it would take several times the memory of the scan.
type streamer func(w io.Writer, p *presenter) error

// formats are the known formats, in the order in which help lists them.
var formats = [...]struct {
	name   string
	write  writer
	stream streamer // in place of write
}{
	{"text", text, nil},
	{"json", nil, jsonDocument},
	{"jsonl", nil, jsonLines},
	{"sarif", sarif, nil},
	{"gitlab", gitlab, nil},
	{"junit", junit, nil},
	{"csv", csv, nil},
	{"github", github, nil},
	{"markdown", markdown, nil},
	{"html", html, nil},
}

// Formats returns the names of the formats that [Write] knows.
func Formats() []string {
	var names []string
	for _, f := range &formats {
		names = append(names, f.name)
	}
	return names
}

// Write writes r to w in the format of this name. It returns an error that
// lists the known formats if it does not know it, and else the first error of w.
func Write(w io.Writer, format string, r *scanner.Report, opts Options) error {
	for _, f := range &formats {
		switch {
		case f.name != format:
		case f.stream != nil:
			return f.stream(w, newPresenter(r, opts))
		default:
			return f.write(w, presentable(r, opts), opts)
		}
	}
	return fmt.Errorf("unknown format %q: use %s", format, strings.Join(Formats(), ", "))
}

// shown reports whether a finding belongs into a report without [Options.All],
// apart from suppressed ones: those stand in the formats for programs.
func shown(f *scanner.Finding) bool { return f.Noise == "" && f.Severity != scanner.Info }
