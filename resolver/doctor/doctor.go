// Package doctor finds what is wrong, or unwise, with the credentials of a
// Host: keys that hide a role, a variable without effect, a session that has
// run out, a file that others may read.
//
// It is pure. It looks at a [resolver.Host] and at the Traces of the SDKs that
// were asked, runs nothing and asks nobody. Each check is one function in the
// table of checks.go; each warning says what is wrong, where, and the one line
// that mends it. A warning holds key ids, profile names and paths, never the
// value of a secret.
package doctor

import (
	"cmp"
	"slices"

	"github.com/awscred/awscred/resolver"
)

// Severity says how much a warning matters.
type Severity string

// The severities, the gravest first.
const (
	Error   Severity = "error"   // it cannot work, or a secret lies open
	Caution Severity = "warning" // it works, and hardly as was meant
	Note    Severity = "note"    // it works; there is a better way
)

// A Warning is one thing to know and how to mend it.
type Warning struct {
	// ID names the check: "static-key-shadows-role".
	ID       string
	Severity Severity
	// Message is one clause, lower case, without a full stop.
	Message string
	// Fix is one line: a command for the Host's shell, or an edit in words.
	Fix string
	// Where is the evidence: variables, and files with their lines.
	Where []resolver.Evidence
}

// A Subject is what the doctor looks at.
type Subject struct {
	Host *resolver.Host
	// Traces are those of the SDKs that were asked.
	Traces []*resolver.Trace
	// Origin tells where a variable was set (~/.zshrc:14), if that is known;
	// nil knows of none.
	Origin func(variable string) (resolver.Evidence, bool)
}

// Check runs every check and returns the warnings, the gravest first and
// otherwise in the order of the table.
func Check(s Subject) []Warning {
	if s.Host == nil {
		s.Host = &resolver.Host{}
	}
	v := newView(s)
	var out []Warning
	for _, c := range checks() {
		for _, w := range c.find(v) {
			w.ID = c.id
			w.Severity = cmp.Or(w.Severity, c.severity)
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b Warning) int {
		return cmp.Compare(rank(a.Severity), rank(b.Severity))
	})
	return out
}

func rank(s Severity) int {
	return slices.Index([]Severity{Error, Caution, Note}, s)
}
