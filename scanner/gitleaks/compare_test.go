package gitleaks_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/gitleaks"
)

// An occurrence in the history, changed by whoever names something else.
func occurrence(path string, line int, change ...func(*scanner.Occurrence)) scanner.Occurrence {
	oc := scanner.Occurrence{Commit: "c1", Path: path, Line: line, EndLine: line, Field: scanner.Content, Place: scanner.InHistory}
	for _, f := range change {
		f(&oc)
	}
	return oc
}

func at(p scanner.Place) func(*scanner.Occurrence) {
	return func(oc *scanner.Occurrence) { oc.Place = p }
}

func in(f scanner.Field) func(*scanner.Occurrence) {
	return func(oc *scanner.Occurrence) { oc.Field, oc.Path = f, "" }
}

// found makes a finding whose secret is a key id, which needs no secret of its
// own.
func found(n int, rule, value string, all ...scanner.Occurrence) *scanner.Finding {
	return &scanner.Finding{
		Fingerprint: fmt.Sprintf("%032x", n), Rule: rule, Title: "T", Severity: scanner.High, KeyID: value,
		First: &all[0], Last: &all[len(all)-1], Occurrences: all, Count: len(all),
	}
}

func theirs(rule, commit, path string, line int, secret string) gitleaks.Finding {
	f := gitleaks.Finding{Rule: rule, Commit: commit, File: path, StartLine: line}
	if secret != "" {
		f.Secret, f.Match = redact.New(secret), redact.New("k = "+secret)
	}
	return f
}

// over lets a match of theirs end at a line.
func over(f gitleaks.Finding, end int) gitleaks.Finding {
	f.EndLine = end
	return f
}

func TestCompare(t *testing.T) {
	suppressed := found(5, "r", "accepted", occurrence("e", 1))
	suppressed.Suppressed = &scanner.Suppression{By: "baseline", Reason: "rotated"}
	noise := found(6, "r", "example", occurrence("f", 1))
	noise.Noise = "documented example"
	info := found(7, "r", "identifier", occurrence("g", 1))
	info.Severity = scanner.Info
	archived := occurrence("lib.zip", 2)
	archived.Via = []string{"in/x"}
	encoded := occurrence("b", 2)
	encoded.Decoded = []string{"base64", "gzip"}
	plainly := occurrence("b", 3)
	plainly.Decoded = []string{"base64"}
	merge := occurrence("m", 1)
	merge.Commit = "merge"
	report := &scanner.Report{Target: scanner.Target{Kind: "git"}, Coverage: &scanner.Coverage{Complete: true}, Findings: []*scanner.Finding{
		found(1, "r", "both", occurrence("a", 1)),
		found(2, "r", "longer than theirs", occurrence("a", 5)),
		found(3, "ours", "of our rule", occurrence("a", 9)),
		found(4, "r", "in whole files", occurrence("a", 11)),
		suppressed, noise, info,
		found(8, "r", "message", occurrence("", 1, in(scanner.Message)), occurrence("x", 1, at(scanner.Unreachable))),
		found(9, "r", "stash", occurrence("s", 1, at(scanner.InStash))),
		found(10, "r", "archive", archived),
		found(11, "r", "encoded", encoded),
		found(12, "r", "base64", plainly),
		found(13, "r", "merge", merge),
		found(14, "r", "vendored", occurrence("vendor/v", 1)),
	}}
	grounds := gitleaks.Grounds{
		Theirs: func(rule string) bool { return rule != "ours" },
		Ours:   func(rule string) bool { return rule != "unknown-rule" },
		Takes:  func(match, secret redact.Secret) bool { return secret.Contains(redact.New("taken")) },
		LeavesOut: func(path string) bool {
			return strings.HasPrefix(path, "vendor/")
		},
		Parents: func(commit string) (int, bool) {
			return map[string]int{"merge": 2, "c1": 1}[commit], commit != "elsewhere"
		},
	}
	c := gitleaks.Compare("gl.json", []gitleaks.Finding{
		theirs("r", "c1", "a", 1, "both"), theirs("r", "c2", "z", 7, "both"), // one secret in two commits
		theirs("r", "c1", "a", 5, "than"),
		theirs("r", "c1", "e", 1, "accepted"), theirs("r", "c1", "f", 1, "example"), theirs("r", "c1", "g", 1, "identifier"),
		theirs("r", "elsewhere", "h", 1, "not here"), theirs("unknown-rule", "c1", "h", 2, "other rule"),
		theirs("r", "c1", "h", 3, "rejected"), theirs("r", "c1", "h/a secret of 20 byte", 4, "a secret of 20 byte"), theirs("r", "c1", "h", 5, "taken"),
		over(theirs("r", "c1", "a", 10, "taken from one to the next"), 12), over(theirs("r", "c1", "a", 2, "all that is longer than theirs, and more"), 6),
	}, report, grounds)
	why := func(list []scanner.Difference) map[string]string {
		m := map[string]string{}
		for _, d := range list {
			m[fmt.Sprintf("%s:%d", d.Path, d.Line)] = d.Because
		}
		return m
	}
	if c.Theirs != 12 || c.Same != 3 || c.Redacted || c.With != "gitleaks" || c.File != "gl.json" {
		t.Errorf("%d of theirs, the same %d, redacted %v", c.Theirs, c.Same, c.Redacted)
	}
	if d := cmp.Diff(map[string]string{
		"e:1":          "suppressed by baseline: rotated",
		"f:1":          "it does not count: documented example",
		"g:1":          "an identifier, no secret",
		"h:1":          "its commit is not in what was scanned",
		"h:2":          "the rules that were used have none of that name",
		"h:3":          "by the rules that were used its text is no secret",
		"h/[secret]:4": "by the rules that were used its text is no secret",
		"h:5":          "no reason is known",
		"a:10":         "its lines have a finding of that rule with other bounds",
	}, why(c.Minus)); d != "" {
		t.Errorf("minus (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]string{
		"a:9":        "gitleaks has no such rule",
		"a:11":       "no reason is known (gitleaks looks at the lines that a commit adds, awscred at whole files)",
		":1":         "gitleaks does not read messages and what no ref reaches",
		"s:1":        "gitleaks does not read all of a stash",
		"lib.zip:2":  "gitleaks does not read archives, unless it is told to",
		"b:2":        "gitleaks does not read such encodings",
		"b:3":        "no reason is known (gitleaks looks at the lines that a commit adds, awscred at whole files)",
		"m:1":        "gitleaks does not read what merges change",
		"vendor/v:1": "gitleaks leaves out files of that path",
	}, why(c.Plus)); d != "" {
		t.Errorf("plus (-want +got):\n%s", d)
	}

	// Without secrets, by place; of files, without commits.
	c = gitleaks.Compare("gl.json", []gitleaks.Finding{theirs("r", "", "a", 1, ""), theirs("r", "", "a", 2, ""), theirs("r", "", "e", 1, "")}, report, gitleaks.Grounds{Narrowed: "worktree"})
	if c.Theirs != 3 || c.Same != 1 || !c.Redacted {
		t.Errorf("redacted: %d of theirs, the same %d, redacted %v", c.Theirs, c.Same, c.Redacted)
	}
	if d := cmp.Diff(map[string]string{"a:2": "not in what --worktree reads", "e:1": "suppressed by baseline: rotated"}, why(c.Minus)); d != "" {
		t.Errorf("redacted, minus (-want +got):\n%s", d)
	}
	if got := why(c.Plus)["a:5"]; got != "gitleaks does not read the history when it scans a directory" {
		t.Errorf("of files: %q", got)
	}
}
