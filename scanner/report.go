package scanner

// A Report is the result of a scan. Its JSON form is the contract of
// docs/output.md.
type Report struct {
	Version  int        `json:"version"` // of the form, not of the program
	Tool     Tool       `json:"tool"`
	Target   Target     `json:"target"`
	Config   RuleConfig `json:"config"`
	Coverage *Coverage  `json:"coverage"`
	Findings []*Finding `json:"findings"`
	Summary  Summary    `json:"summary"`
	// Interrupted says why the scan ended early: "interrupted", "timeout".
	// What was found until then stands in Findings.
	Interrupted string `json:"interrupted,omitempty"`
	// Compare says how the report differs from one of another scanner, if that
	// was asked.
	Compare *Comparison `json:"compare,omitempty"`
	// Policy is what decided which findings fail, so that a report that was
	// kept says the same when it is read again. [Report.Close] sets it.
	Policy Policy `json:"policy"`
}

// A Tool is the program that made a report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// RuleConfig says which rules a scan used.
type RuleConfig struct {
	SHA256 string `json:"sha256"`
	Rules  int    `json:"rules"`
	From   string `json:"from"` // built-in, a file's name, or a revision
}

// Summary counts the findings of a report.
type Summary struct {
	Findings   int     `json:"findings"` // neither suppressed nor noise
	Failing    int     `json:"failing"`
	Suppressed int     `json:"suppressed"`
	Seconds    float64 `json:"seconds"`
}

// Failing reports whether f makes the scan fail under the report's policy.
func (r *Report) Failing(f *Finding) bool { return f.Fails(r.Policy) }

// ExitCode is 1 if a finding fails, else 3 if the scan was not complete and
// allowIncomplete is false, else 0.
func (r *Report) ExitCode(allowIncomplete bool) int {
	switch {
	case r.Summary.Failing > 0:
		return 1
	case r.Complete() || allowIncomplete:
		return 0
	}
	return 3
}

// Complete reports whether everything in scope was read.
func (r *Report) Complete() bool { return r.Coverage.Complete && r.Interrupted == "" }

// Close counts the findings under policy p. Whoever changes findings after a
// scan (a baseline does) calls it again.
func (r *Report) Close(p Policy) {
	r.Policy = p
	seconds := r.Summary.Seconds
	r.Summary = Summary{Seconds: seconds}
	for _, f := range r.Findings {
		switch {
		case f.Suppressed != nil:
			r.Summary.Suppressed++
		case f.Noise == "" && f.Severity != Info:
			r.Summary.Findings++
		}
		if f.Fails(p) {
			r.Summary.Failing++
		}
	}
}
