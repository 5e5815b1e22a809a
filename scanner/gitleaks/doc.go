// Package gitleaks reads what a user of gitleaks has: ignore files, and reports
// in JSON, which gitleaks also takes as baselines; and it compares such a report
// with one of ours.
//
// Sources: gitleaks v8.30.1 detect/detect.go (AddGitleaksIgnore, AddFinding),
// detect/baseline.go (IsNew), report/finding.go.
package gitleaks
