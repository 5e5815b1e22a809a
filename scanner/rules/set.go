package rules

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"regexp"
	"slices"

	"github.com/awscred/awscred/scanner"
)

// BuiltIn is the From of the set that is used without a configuration.
const BuiltIn = "built-in"

// A Set is everything that one scan looks for.
type Set struct {
	// Rules in the order in which they are listed: awscred's own first.
	Rules []scanner.Rule
	// Allow holds the allowances that apply to every rule.
	Allow []scanner.Allow
	// SHA256 is the digest, in hex, of the effective configuration: equal sets
	// have equal digests, however they were written.
	SHA256 string
	// noShapes: the configuration disables LoneSecretRule.
	noShapes bool
	// From is [BuiltIn] or the name given to Load.
	From string
	// FailOn is the least severity that fails a scan, or "never", if the
	// configuration says; empty otherwise.
	FailOn string
	// Baseline is the path of the repository's baseline if the configuration
	// says; empty otherwise.
	Baseline string
}

// Rule returns the rule with the given id, or nil.
func (s *Set) Rule(id string) *scanner.Rule {
	for i := range s.Rules {
		if s.Rules[i].ID == id {
			return &s.Rules[i]
		}
	}
	return nil
}

// WithShapes returns the set with [LoneSecretRule], which lists whatever may be
// a secret by its shape alone. Its findings are shown on request only, and it
// looks at every byte, so no other scan runs it.
func (s *Set) WithShapes() *Set {
	if s.noShapes {
		return s
	}
	more := *s
	more.Rules = append(slices.Clone(s.Rules), loneSecret())
	more.seal()
	return &more
}

// seal computes the digest of the set.
func (s *Set) seal() {
	h := sha256.New()
	for i := range s.Rules {
		hashRule(h, &s.Rules[i])
	}
	for i := range s.Allow {
		hashAllow(h, &s.Allow[i])
	}
	s.SHA256 = hex.EncodeToString(h.Sum(nil))
}

// hashRule writes all that decides what a rule reports. Functions cannot be
// written; they belong to the rule's id.
func hashRule(h hash.Hash, r *scanner.Rule) {
	fmt.Fprintf(h, "rule %q %q %q %d %q %q %g %t %t %q\n", r.ID, r.Severity, r.Pattern, r.Group,
		source(r.Path), r.Keywords, r.MinEntropy, r.Hidden, r.Generic, r.Part)
	for _, q := range r.Required {
		fmt.Fprintf(h, "required %q %s %s\n", q.Rule, optional(q.WithinLines), optional(q.WithinColumns))
	}
	for i := range r.Allow {
		hashAllow(h, &r.Allow[i])
	}
}

func hashAllow(h hash.Hash, a *scanner.Allow) {
	fmt.Fprintf(h, "allow %t %q %q %q %t\n", a.All, a.Commits, a.Target, a.StopWords, a.BuiltIn)
	for _, re := range a.Paths {
		fmt.Fprintf(h, "path %q\n", source(re))
	}
	for _, re := range a.Patterns {
		fmt.Fprintf(h, "pattern %q\n", source(re))
	}
}

func source(re *regexp.Regexp) string {
	if re == nil {
		return ""
	}
	return re.String()
}

func optional(n *int) string {
	if n == nil {
		return "any"
	}
	return fmt.Sprint(*n)
}
