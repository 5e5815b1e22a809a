package report_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/report"
)

// Whatever stands in paths, names, refs, authors and reasons, every format is
// what it is: text without a control character or a runner's command, JSON, XML,
// and HTML without an element or an attribute that the page does not have by
// itself.
func FuzzWriters(f *testing.F) {
	for _, s := range []string{"a.env", "\x1b[2J\r\n::error::x", "<img src=x onerror=alert(1)>", `"><script>`, "=cmd|' /C calc'!A0", "]]>", "a\xff\xfeb", "\u202e\u2066", "##[error]x ##vso[task]", "{{.}}", "|`*_[x](javascript:y)", "' onload='x", "no glyph \u05c9\ue000\u00a0"} {
		f.Add(s, s, s, s)
	}
	var plain *scanner.Report
	for _, g := range goldens(f) {
		if len(g.report.Findings) > 0 && len(g.report.Findings[0].Occurrences) > 0 {
			plain = g.report
			break
		}
	}
	marks := func(out string) int { return strings.Count(out, "<") }
	f.Fuzz(func(t *testing.T, path, name, ref, why string) {
		r := *plain
		finding := *plain.Findings[0]
		at := finding.Occurrences[0]
		at.Path, at.Author, at.Ref, at.Via = path, name, &ref, []string{name, path}
		finding.Title, finding.Occurrences = why, []scanner.Occurrence{at}
		r.Findings = []*scanner.Finding{&finding}
		r.Target.Name = name
		r.Coverage = &scanner.Coverage{}
		r.Coverage.AddLost(scanner.Gap{What: path, Why: why, Fix: ref})
		r.Coverage.Close(false)
		for _, format := range report.Formats() {
			out := write(t, format, &r, report.Options{All: true, Verbose: true})
			fit(t, format, out)
			if format == "html" {
				if bare := write(t, format, emptied(&r), report.Options{All: true, Verbose: true}); marks(out) > marks(bare) {
					t.Errorf("html has %d marks, with harmless texts %d", marks(out), marks(bare))
				}
			}
		}
	})
}

// emptied is a report of the same shape with harmless texts.
func emptied(r *scanner.Report) *scanner.Report {
	e := *r
	finding := *r.Findings[0]
	at := finding.Occurrences[0]
	harmless := "x"
	at.Path, at.Author, at.Ref, at.Via = "x", "x", &harmless, []string{"x", "x"}
	finding.Title, finding.Occurrences = "x", []scanner.Occurrence{at}
	e.Findings, e.Target.Name, e.Coverage = []*scanner.Finding{&finding}, "x", &scanner.Coverage{}
	e.Coverage.AddLost(scanner.Gap{What: "x", Why: "x", Fix: "x"})
	e.Coverage.Close(false)
	return &e
}

// moves reports whether a character can move a cursor, end a line or reorder it.
// One that has no glyph, or no place in Unicode yet, does nothing.
func moves(c rune) bool { return unicode.In(c, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

// fit checks one output of one format.
func fit(t *testing.T, format, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Errorf("%s: not UTF-8", format)
	}
	for _, c := range out {
		if c != '\n' && moves(c) {
			t.Errorf("%s: holds %U", format, c)
			break
		}
	}
	for line := range strings.Lines(out) {
		if command(line) && !(format == "github" && annotation.MatchString(line)) {
			t.Errorf("%s: a runner would act on %q", format, line)
		}
	}
	switch format {
	case "json", "jsonl", "sarif", "gitlab":
		noControls(t, format, out)
	case "junit":
		for d := xml.NewDecoder(strings.NewReader(out)); ; {
			if _, err := d.Token(); err == io.EOF {
				return
			} else if err != nil {
				t.Errorf("junit: %v", err)
				return
			}
		}
	}
}
