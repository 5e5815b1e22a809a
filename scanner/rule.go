package scanner

import (
	"iter"
	"regexp"
)

// A Rule describes one kind of secret. Rules are values: they hold no state
// and are shared by all goroutines of a scan.
type Rule struct {
	// ID names the rule in reports, for ever: "aws-access-key-id".
	ID string
	// Title is what a person reads: "AWS access key id".
	Title string
	// Why says in a sentence what somebody who has the secret can do; Fix
	// says what to do now.
	Why, Fix string
	// Severity of a finding of this rule alone.
	Severity Severity
	// Confidence that a match is a secret at all.
	Confidence Confidence

	// Pattern is the regular expression in the syntax of package regexp. The
	// empty pattern makes a rule that looks at paths only.
	Pattern string
	// Group is the submatch that is the secret; 0 means the first group that
	// took part in the match, or the whole match if there is none.
	Group int
	// Path restricts the rule to files whose path it matches; nil means all.
	Path *regexp.Regexp
	// Keywords are lower-case words of which one must stand somewhere in the
	// content, in any case; none means the pattern alone decides.
	Keywords []string
	// Join, if set, makes the secret of the text that was matched: it takes out
	// what stands between its pieces. Entropy, Accept, Noise and the value of
	// the match are those of the result.
	Join func(text []byte) []byte
	// MinEntropy is the least Shannon entropy of the secret in bits per byte;
	// matches at or below it are dropped. 0 means no test.
	MinEntropy float64
	// Accept decides on the structure of the secret; nil accepts.
	Accept func(secret []byte) bool
	// Find, if set, yields the start and end of every match in place of
	// Pattern: for what is found faster by its shape. It takes the ends of
	// data for the ends of the text, and unless other rules are Required its
	// matches are no longer than 128 bytes.
	Find func(data []byte) iter.Seq2[int, int]
	// Starts, if set, are the strings, in ASCII, of which every match of Find
	// begins with one. Find is then only asked about what stands around one of
	// them: 32 bytes before and 64 behind, which have to be enough to tell.
	Starts []string
	// Noise, if set, says why a secret that was accepted does not count
	// ("documented example"), or returns the empty string.
	Noise func(secret []byte) string
	// Tell, if set, reads what the secret says about itself, such as when it
	// expires. It is asked once for each finding that is no pair.
	Tell func(Clue) Told
	// Made, if set, lists the secrets of this rule that are made from a secret
	// access key, each with the title of a finding that is one of them.
	Made func(secret []byte) iter.Seq2[string, string]
	// Allow lists texts that are not secrets.
	Allow []Allow
	// Required names rules that must match near this one.
	Required []Required
	// Hidden rules are reported only as a part of others (see Required).
	Hidden bool
	// Generic rules guess from a variable's name: they give way to a specific
	// rule that claims the same text.
	Generic bool
	// Part is set for rules that find a part of an AWS access key.
	Part Part
}

// Secret kinds of the contract that are made of parts.
const (
	KindAccessKey    = "aws-access-key"
	KindAccessKeyID  = "aws-access-key-id"
	KindSecretKey    = "aws-secret-access-key"
	KindSessionToken = "aws-session-token"
)

// A Part is the role of a text in an AWS access key.
type Part string

// The parts of a credential. A Whole is a secret that needs no other part.
const (
	Whole      Part = "whole"
	IDPart     Part = "id"
	SecretPart Part = "secret"
	TokenPart  Part = "token"
)

// An Allow describes matches that are not to be reported. Its semantics are
// those of gitleaks' allowlists: with All every given condition must hold,
// otherwise one is enough.
type Allow struct {
	Description string
	All         bool
	Paths       []*regexp.Regexp
	Commits     []string
	Patterns    []*regexp.Regexp
	Target      AllowTarget // what Patterns look at
	StopWords   []string    // lower-case words inside the secret
	// BuiltIn marks allowances that came with the program: they never
	// silence an exact AWS key.
	BuiltIn bool
}

// AllowTarget is the text that the patterns of an Allow look at.
type AllowTarget string

// The targets of gitleaks' regexTarget.
const (
	AllowSecret AllowTarget = "secret"
	AllowMatch  AllowTarget = "match"
	AllowLine   AllowTarget = "line"
)

// Required is a rule that must also match, and how near.
type Required struct {
	Rule string
	// WithinLines and WithinColumns are the greatest distances; nil means any.
	WithinLines, WithinColumns *int
}

// Severity is how bad a finding is if it is real.
type Severity string

// The severities of the contract, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Rank orders severities: 0 is the worst. Unknown ones come last.
func (s Severity) Rank() int {
	for i, x := range [...]Severity{Critical, High, Medium, Low, Info} {
		if s == x {
			return i
		}
	}
	return 5
}

// AtLeast reports whether s is as bad as t, or worse.
func (s Severity) AtLeast(t Severity) bool { return s.Rank() <= t.Rank() }

// Confidence is how sure a finding is to be a secret.
type Confidence string

// The confidences of the contract.
const (
	Certain  Confidence = "certain"
	Probable Confidence = "probable"
	Possible Confidence = "possible"
)

// pathOnly reports whether the rule looks at paths only: what it finds is the
// file of that name, and the name is no secret.
func (r *Rule) pathOnly() bool { return r.Pattern == "" && r.Find == nil && r.Path != nil }
