package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/report"
)

// What another scanner's report says is from anybody: it moves no cursor, gives
// no command to a CI runner, and tells no secret that was found.
func TestComparison(t *testing.T) {
	const secret = "a-secret-that-was-found"
	value := secret
	oc := scanner.Occurrence{Path: "a", Line: 1, EndLine: 1, Field: scanner.Content, Place: scanner.InFile, Decoded: []string{}, Via: []string{}}
	r := &scanner.Report{
		Version: 1, Target: scanner.Target{Kind: "directory", Name: "."}, Coverage: &scanner.Coverage{Complete: true},
		Findings: []*scanner.Finding{{
			Fingerprint: strings.Repeat("0", 32), Rule: "r", Title: "T", Severity: scanner.High, Confidence: scanner.Probable,
			Secret: &scanner.SecretInfo{Kind: "r", Length: len(secret), Value: &value},
			First:  &oc, Last: &oc, Occurrences: []scanner.Occurrence{oc}, Count: 1,
		}},
		Compare: &scanner.Comparison{With: "gitleaks", File: "\x1b[2J.json", Theirs: 12, Same: 1, Redacted: true, Plus: []scanner.Difference{}},
	}
	for i := range 12 {
		r.Compare.Minus = append(r.Compare.Minus, scanner.Difference{
			Rule: "r\n::error::x", Path: fmt.Sprintf("dir/%s/\x1b[31m%d\u202e", secret, i), Line: i, Because: "##[error]\r\nthe text has " + secret,
		})
	}
	for _, format := range []string{"text", "json", "jsonl"} {
		for _, verbose := range []bool{false, true} {
			out := write(t, format, r, report.Options{Verbose: verbose})
			for line := range strings.Lines(out) {
				if command(line) || strings.ContainsAny(line, "\x1b\r\u202e") || strings.Contains(line, secret) {
					t.Errorf("%s: %q", format, line)
				}
			}
			if format != "text" {
				continue
			}
			if !strings.Contains(out, `the same 1 as gitleaks, plus 0, minus 12 ("\033[2J.json", by place, since it is redacted)`) {
				t.Errorf("the first line is missing:\n%s", out)
			}
			if more := strings.Contains(out, "and 4 more (--verbose)"); more == verbose {
				t.Errorf("verbose %v:\n%s", verbose, out)
			}
		}
	}
}
