package report

import (
	"io"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
)

// gitlabVersion is the version of GitLab's schema that the report keeps to. Later
// ones of the same major version take it.
// Source: https://gitlab.com/gitlab-org/security-products/security-report-schemas, secret-detection-report-format.json
const gitlabVersion = "15.0.7"

// noCommit is what GitLab's own analyzer writes for a file outside history.
// Source: https://gitlab.com/gitlab-org/security-products/analyzers/secrets
const noCommit = "0000000"

// The longest texts that GitLab takes.
const (
	gitlabName     = 255
	gitlabSolution = 7000
)

type (
	gitlabReport struct {
		Version         string                `json:"version"`
		Scan            gitlabScan            `json:"scan"`
		Vulnerabilities []gitlabVulnerability `json:"vulnerabilities"`
	}
	gitlabScan struct {
		Analyzer  gitlabTool      `json:"analyzer"`
		Scanner   gitlabTool      `json:"scanner"`
		Type      string          `json:"type"`
		StartTime string          `json:"start_time"`
		EndTime   string          `json:"end_time"`
		Status    string          `json:"status"`
		Messages  []gitlabMessage `json:"messages,omitempty"`
	}
	gitlabTool struct {
		ID      string       `json:"id"`
		Name    string       `json:"name"`
		URL     string       `json:"url"`
		Vendor  gitlabVendor `json:"vendor"`
		Version string       `json:"version"`
	}
	gitlabVendor struct {
		Name string `json:"name"`
	}
	gitlabMessage struct {
		Level string `json:"level"`
		Value string `json:"value"`
	}
	gitlabVulnerability struct {
		ID          string             `json:"id"`
		Name        string             `json:"name"`
		Description string             `json:"description"`
		Severity    string             `json:"severity"`
		Solution    string             `json:"solution,omitempty"`
		Identifiers []gitlabIdentifier `json:"identifiers"`
		Location    gitlabLocation     `json:"location"`
	}
	gitlabIdentifier struct {
		Type  string `json:"type"`
		Name  string `json:"name"`
		URL   string `json:"url"`
		Value string `json:"value"`
	}
	gitlabLocation struct {
		File   string       `json:"file"`
		Commit gitlabCommit `json:"commit"`
		Start  int          `json:"start_line"`
		End    int          `json:"end_line"`
	}
	gitlabCommit struct {
		SHA  string `json:"sha"`
		Date string `json:"date,omitempty"`
	}
)

// gitlab writes a report for GitLab's security dashboard. What is suppressed is
// no vulnerability and is told in the messages: GitLab has no word for it in this
// form. What was not read makes the status "failure" and is told there, too.
func gitlab(w io.Writer, r *scanner.Report, opts Options) error {
	tool := gitlabTool{ID: "awscred", Name: "awscred", URL: homePage, Vendor: gitlabVendor{"awscred"}, Version: joinNonEmpty("", line(r.Tool.Version), when(r.Tool.Version == "", "devel"))}
	doc := gitlabReport{Version: gitlabVersion, Vulnerabilities: []gitlabVulnerability{}}
	doc.Scan = gitlabScan{Analyzer: tool, Scanner: tool, Type: "secret_detection", Status: "success"}
	if !r.Complete() {
		doc.Scan.Status = "failure"
	}
	doc.Scan.StartTime = gitlabTime(opts.Now.Add(-time.Duration(r.Summary.Seconds * float64(time.Second))))
	doc.Scan.EndTime = gitlabTime(opts.Now)
	level := "info"
	if !r.Complete() {
		level = "warn"
	}
	for _, text := range gapLines(r, maxNotifications) {
		doc.Scan.Messages = append(doc.Scan.Messages, gitlabMessage{level, text})
	}
	if n := r.Summary.Suppressed; n > 0 {
		doc.Scan.Messages = append(doc.Scan.Messages, gitlabMessage{"info", number(int64(n)) + " suppressed"})
	}
	for _, f := range r.Findings {
		switch {
		case f.Suppressed == nil:
			doc.Vulnerabilities = append(doc.Vulnerabilities, gitlabVulnerabilityOf(f))
		case len(doc.Scan.Messages) <= maxNotifications:
			doc.Scan.Messages = append(doc.Scan.Messages, gitlabMessage{"info",
				cut(line(joinNonEmpty(": ", "suppressed by "+f.Suppressed.By, f.Suppressed.Reason, name(f)+", in "+where(primaryOf(f)))), maxText)})
		}
	}
	return encode(w, doc)
}

func gitlabVulnerabilityOf(f *scanner.Finding) gitlabVulnerability {
	at := primaryOf(f)
	title := joinNonEmpty("", line(f.Title), when(f.Title == "", line(f.Rule)))
	v := gitlabVulnerability{
		ID: f.Fingerprint, Name: cut(title, gitlabName), Severity: gitlabSeverity(f.Severity),
		Description: noCommand(plainSummary(f, at)),
		Identifiers: []gitlabIdentifier{{Type: "awscred_rule_id", Name: "awscred rule " + line(f.Rule), URL: rulesPage, Value: line(f.Rule)}},
		Location:    gitlabLocation{File: line(pathVia(at)), Commit: gitlabCommit{SHA: noCommit}, Start: max(1, at.Line), End: max(1, at.Line, at.EndLine)},
	}
	if steps := advice(f); len(steps) > 0 {
		v.Solution = cut(steps[0].where, gitlabSolution)
	}
	if at.Commit != "" {
		v.Location.Commit = gitlabCommit{line(at.Commit), line(at.Time)}
	}
	return v
}

// gitlabTime writes a time as GitLab wants it: in UTC, and without saying so.
func gitlabTime(t time.Time) string {
	if t.Year() < 1970 || t.Year() > 9999 {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format("2006-01-02T15:04:05")
}

func gitlabSeverity(s scanner.Severity) string {
	switch s {
	case scanner.Critical, scanner.High, scanner.Medium, scanner.Low, scanner.Info:
		return strings.ToUpper(string(s[:1])) + string(s[1:])
	}
	return "Unknown"
}
