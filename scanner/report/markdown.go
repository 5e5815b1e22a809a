package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// maxSummary is how long a job summary may be; GitHub refuses one of more than
// 1 MiB.
// Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
const maxSummary = 1000 << 10

// markdown writes a report for the summary of a CI job: the answer, a table of
// the findings, and what was not read.
func markdown(w io.Writer, r *scanner.Report, _ Options) error {
	out := bufio.NewWriter(w) // which keeps the first error
	size := 0
	add := func(format string, args ...any) {
		n, _ := fmt.Fprintf(out, format, args...)
		size += n
	}
	add("### awscred: %s\n", mark(headline(r)))
	var rows []*scanner.Finding
	for _, f := range r.Findings {
		if f.Suppressed == nil {
			rows = append(rows, f)
		}
	}
	if len(rows) > 0 {
		add("\n| severity | what | where | who can have seen it | now |\n|---|---|---|---|---|\n")
	}
	for i, f := range rows {
		if size > maxSummary*9/10 {
			add("\nand %s more findings, for which there is no room here: see the JSON or SARIF report\n", number(int64(len(rows)-i)))
			break
		}
		now := ""
		if steps := advice(f); len(steps) > 0 {
			now = steps[0].where
		}
		at := primaryOf(f)
		add("| %s | %s | %s | %s | %s |\n", mark(strings.ToUpper(string(f.Severity))), mark(name(f)),
			mark(joinNonEmpty(", ", where(at), when(at.Commit != "", "commit "+short(at.Commit)))), mark(exposureWords(f.Exposure)), mark(cut(now, maxText)))
	}
	if gaps := gapLines(r, maxGaps*4); len(gaps) > 0 {
		add("\n%s\n\n", map[bool]string{true: "Read, but cannot be looked into:", false: "Not everything could be read:"}[r.Complete()])
		for _, g := range gaps {
			add("* %s\n", mark(cut(g, maxText)))
		}
	}
	return out.Flush()
}

// mark writes a text so that it is nothing but text in Markdown and in HTML, in a
// cell of a table, too: no mention, link, image, tag or code.
func mark(s string) string {
	var b strings.Builder
	for _, r := range line(s) {
		if strings.ContainsRune("\\`*_{}[]()<>#+!|@~&:\"'=$^", r) {
			fmt.Fprintf(&b, "&#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
