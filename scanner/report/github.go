package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// maxAnnotations is how many errors, and how many warnings, GitHub shows of one
// step.
// Source: https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
const maxAnnotations = 10

// github writes workflow commands for the log of GitHub Actions, which show as
// annotations beside the lines of a change: an error for each finding that
// fails, a warning for the others. The first line is the answer; the worst
// findings come first, and what GitHub would not show is counted.
func github(w io.Writer, r *scanner.Report, _ Options) error {
	out := bufio.NewWriter(w) // which keeps the first error
	var head strings.Builder
	p := &printer{out: bufio.NewWriter(&head), r: r}
	p.sort()
	p.headline()
	p.out.Flush()
	out.WriteString(head.String())
	shown, cutOff := map[string]int{}, map[string]int{}
	for _, f := range r.Findings {
		if f.Suppressed != nil || f.Noise != "" || f.Severity == scanner.Info {
			continue
		}
		kind := "warning"
		if r.Failing(f) {
			kind = "error"
		}
		if shown[kind] == maxAnnotations {
			cutOff[kind]++
			continue
		}
		shown[kind]++
		at := primaryOf(f)
		annotate(out, kind, at, name(f), plainSummary(f, at))
	}
	for _, kind := range []string{"error", "warning"} {
		if n := cutOff[kind]; n > 0 {
			fmt.Fprintf(out, "and %s of level %s, which GitHub would not show here: see the JSON or SARIF report\n", count(n, "more finding"), kind)
		}
	}
	if !r.Complete() {
		gaps := gapLines(r, maxGaps)
		annotate(out, "warning", nil, "not everything could be read", strings.Join(gaps, "\n"))
	}
	return out.Flush()
}

// annotate writes one workflow command. A place that is no file of the change
// has no annotation of its own.
// Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func annotate(out *bufio.Writer, kind string, at *scanner.Occurrence, title, text string) {
	fmt.Fprintf(out, "::%s ", kind)
	if at != nil && at.Path != "" && len(at.Via) == 0 {
		fmt.Fprintf(out, "file=%s,line=%d,endLine=%d,", commandProperty(exactPath(at)), max(1, at.Line), max(1, at.Line, at.EndLine))
	}
	fmt.Fprintf(out, "title=%s::%s\n", commandProperty(title), commandData(text))
}

// commandData escapes the text of a workflow command.
// Source: actions/toolkit packages/core/src/command.ts (escapeData)
func commandData(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.ReplaceAll(strings.ReplaceAll(safe(l), "%", "%25"), "##", `#\x23`)
	}
	return strings.Join(lines, "%0A")
}

// commandProperty escapes a property of a workflow command.
// Source: actions/toolkit packages/core/src/command.ts (escapeProperty)
func commandProperty(s string) string {
	return strings.NewReplacer("%", "%25", ":", "%3A", ",", "%2C", "##", `#\x23`).Replace(safe(s))
}
