package scanner

import "github.com/awscred/awscred/internal/redact"

// A Match is one place in one blob where a rule matched.
type Match struct {
	Rule *Rule
	// Span is the whole match and Secret the secret in it, both in the
	// blob's bytes. For text that had to be decoded both are the encoded
	// run.
	Span, Secret Span
	// Value is the secret itself, decoded.
	Value redact.Secret
	// Decoded names the encodings that were taken off, outermost first.
	Decoded []string
	// Inside is where the secret stands in the text that was decoded, for what
	// is decoded.
	Inside Inside
	// Entropy of the value, in bits per byte.
	Entropy float64
	// Suppressed is set if an inline comment or the rule set allows this
	// match wherever the blob stands.
	Suppressed *Suppression
	// Noise says why the match is no secret ("documented example"); empty
	// means that it counts.
	Noise string
	// Allowed are the allowances of the rule, or of the whole rule set, whose
	// texts hold here and that still depend on the path or commit: the scan
	// decides them for each place where the blob stands. An allowance that
	// looks at nothing but paths and commits is always among them.
	Allowed []*Allow
	// Claims are those of specific rules on the secret of a generic one: where
	// a claim holds, this match does not count.
	Claims []Claim
}

// Inside is a place in a decoded text: the number of the text among those that
// a blob holds, from 1, and the line, from 0, and offset in it. The zero Inside
// is none.
type Inside struct{ Text, Line, Offset int }

// A Claim says that a match of a specific rule stands in the place of a generic
// one, wherever the rule applies and none of the allowances holds.
type Claim struct {
	Rule    *Rule
	Allowed []*Allow
}

// A Matcher finds secrets in bytes. It knows no files and keeps no state, so
// that all goroutines of a scan share one.
type Matcher interface {
	// Find returns the exact matches in the whole of data, in order of their
	// start, including suppressed ones and noise. If data was made from a text
	// that Find has seen, from says how, and spares the search of what was
	// copied; the matches are the same. The candidates are for texts that are
	// made from data.
	Find(data []byte, from *Derivation) ([]Match, Candidates)
	// MatchName returns a match of the whole name for every rule that looks at
	// paths only and matches the path of some file of this name. Where the
	// file stands decides.
	MatchName(name []byte) []Match
}

// Limited is what the [Candidates] of a Matcher implement if it may leave out
// something of a text because of a limit, such as of how much it decompresses.
type Limited interface {
	// Cut reports whether something was left out.
	Cut() bool
}

// ByInline is the By of a suppression by a comment on the line itself.
const ByInline = "inline"

// A Suppression says who accepted a finding, why, and until when.
type Suppression struct {
	By     string `json:"by"` // baseline, inline, config, ignore-file
	Reason string `json:"reason,omitempty"`
	Until  string `json:"until,omitempty"` // a date, RFC 3339
}
