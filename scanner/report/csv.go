package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// csvColumns are the columns of the CSV report, each with what stands in it. Of
// places only the first is told: a row is a finding.
var csvColumns = [...]struct {
	name string
	cell func(r *scanner.Report, f *scanner.Finding) string
}{
	{"fingerprint", func(_ *scanner.Report, f *scanner.Finding) string { return f.Fingerprint }},
	{"severity", func(_ *scanner.Report, f *scanner.Finding) string { return string(f.Severity) }},
	{"confidence", func(_ *scanner.Report, f *scanner.Finding) string { return string(f.Confidence) }},
	{"rule", func(_ *scanner.Report, f *scanner.Finding) string { return f.Rule }},
	{"title", func(_ *scanner.Report, f *scanner.Finding) string { return f.Title }},
	{"key_id", func(_ *scanner.Report, f *scanner.Finding) string { return f.KeyID }},
	{"account", func(_ *scanner.Report, f *scanner.Finding) string { return deref(f.Account) }},
	{"exposure", func(_ *scanner.Report, f *scanner.Finding) string { return string(f.Exposure) }},
	{"in_head", func(_ *scanner.Report, f *scanner.Finding) string { return strconv.FormatBool(f.InHead) }},
	{"failing", func(r *scanner.Report, f *scanner.Finding) string { return strconv.FormatBool(r.Failing(f)) }},
	{"path", func(_ *scanner.Report, f *scanner.Finding) string { return pathVia(f.First) }},
	{"line", func(_ *scanner.Report, f *scanner.Finding) string { return strconv.Itoa(f.First.Line) }},
	{"column", func(_ *scanner.Report, f *scanner.Finding) string { return strconv.Itoa(f.First.Column) }},
	{"field", func(_ *scanner.Report, f *scanner.Finding) string { return string(f.First.Field) }},
	{"place", func(_ *scanner.Report, f *scanner.Finding) string { return string(f.First.Place) }},
	{"ref", func(_ *scanner.Report, f *scanner.Finding) string { return deref(f.First.Ref) }},
	{"page", func(_ *scanner.Report, f *scanner.Finding) string { return deref(f.First.Page) }},
	{"revision", func(_ *scanner.Report, f *scanner.Finding) string { return deref(f.First.Revision) }},
	{"commit", func(_ *scanner.Report, f *scanner.Finding) string { return f.First.Commit }},
	{"time", func(_ *scanner.Report, f *scanner.Finding) string { return f.First.Time }},
	{"occurrences", func(_ *scanner.Report, f *scanner.Finding) string { return strconv.Itoa(f.Count) }},
	{"verified", func(_ *scanner.Report, f *scanner.Finding) string { return f.Verified }},
	{"suppressed_by", func(_ *scanner.Report, f *scanner.Finding) string { return suppression(f).By }},
	{"suppressed_reason", func(_ *scanner.Report, f *scanner.Finding) string { return suppression(f).Reason }},
	{"secret", func(_ *scanner.Report, f *scanner.Finding) string { return revealed(f) }},
}

// csv writes one row a finding, the columns named in the first. Every cell is
// quoted (RFC 4180), and none can be a formula. What was not read has no row:
// the exit code and the other formats tell.
func csv(w io.Writer, r *scanner.Report, _ Options) error {
	out := bufio.NewWriter(w) // which keeps the first error
	for i, c := range &csvColumns {
		writeCell(out, i, c.name)
	}
	out.WriteByte('\n')
	for _, f := range r.Findings {
		for i, c := range &csvColumns {
			writeCell(out, i, c.cell(r, f))
		}
		out.WriteByte('\n')
	}
	return out.Flush()
}

// writeCell writes the cell of column i. A spreadsheet takes a cell for a formula
// if it begins with one of = + - @, also behind blanks; an apostrophe before them
// makes it text.
// Source: https://owasp.org/www-community/attacks/CSV_Injection
func writeCell(out *bufio.Writer, i int, text string) {
	if i > 0 {
		out.WriteByte(',')
	}
	text = noCommand(safe(text))
	if begin := strings.TrimLeft(text, " \u00a0\u3000"); begin != "" && strings.ContainsRune("=+-@＝＋－＠|%", []rune(begin)[0]) {
		text = "'" + text
	}
	out.WriteByte('"')
	out.WriteString(strings.ReplaceAll(text, `"`, `""`))
	out.WriteByte('"')
}

// pathVia is the path of an occurrence with the archive members below it.
func pathVia(oc *scanner.Occurrence) string {
	return strings.Join(append([]string{exactPath(oc)}, oc.Via...), "!/")
}

// deref is what a pointer points to, or nothing.
func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// suppression is that of a finding, or an empty one.
func suppression(f *scanner.Finding) scanner.Suppression {
	if f.Suppressed == nil {
		return scanner.Suppression{}
	}
	return *f.Suppressed
}

// revealed is the secret of a finding if the user asked to see it.
func revealed(f *scanner.Finding) string {
	if f.Secret == nil {
		return ""
	}
	return deref(f.Secret.Value)
}
