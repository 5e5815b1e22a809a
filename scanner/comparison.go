package scanner

// A Comparison says how a report differs from the one that another scanner made
// of the same thing, and why.
type Comparison struct {
	With string `json:"with"` // the other scanner: gitleaks
	File string `json:"file"` // its report
	// Redacted is true if its report had no secrets: then places are compared.
	Redacted bool `json:"redacted"`
	// Theirs is how many secrets, or places, the other report has; each counts
	// once for each of its rules. Same is how many of them are reported here.
	Theirs int `json:"theirs"`
	Same   int `json:"same"`
	// Plus are the findings that only this report has, Minus what only the
	// other has.
	Plus  []Difference `json:"plus"`
	Minus []Difference `json:"minus"`
}

// A Difference is one thing that only one of two reports has.
type Difference struct {
	Rule string `json:"rule"` // as the report that has it calls it
	// Fingerprint is that of our finding, if there is one: also for what was
	// found and is not reported.
	Fingerprint string `json:"fingerprint,omitempty"`
	Commit      string `json:"commit,omitempty"`
	Path        string `json:"path"`
	Line        int    `json:"line"`
	Because     string `json:"because"`
}
