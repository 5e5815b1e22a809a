package rules

import (
	"slices"
	"strings"
	"sync"

	"github.com/zricethezav/gitleaks/v8/config"

	"github.com/awscred/awscred/scanner"
)

// published is the rule data that gitleaks embeds in its module. It is the one
// name of that module that awscred uses.
func published() []byte { return []byte(config.DefaultConfig) }

// replaced is gitleaks' rule for AWS key ids; awscred's own rules stand in its
// place.
const replaced = "aws-access-token"

// replacements lists, for each rule of gitleaks that awscred has better ones
// for, the rules that stand in its place.
func replacements() map[string][]string {
	return map[string][]string{
		replaced:                                 {KeyIDRule, SplitKeyIDRule, LegacyKeyIDRule},
		"aws-amazon-bedrock-api-key-long-lived":  {BedrockLongRule},
		"aws-amazon-bedrock-api-key-short-lived": {BedrockShortRule},
	}
}

// replacement is the first of the rules that stand in the place of one of
// gitleaks', or id itself.
func replacement(id string) string {
	if ours := replacements()[id]; len(ours) > 0 {
		return ours[0]
	}
	return id
}

// GitleaksNames returns the ids under which gitleaks may report what a rule
// finds: the rule's own, those of the rules in whose place it stands, and for
// what gitleaks has no rule of its own its generic one.
func GitleaksNames(id string) []string {
	names := []string{id}
	for theirs, ours := range replacements() {
		if slices.Contains(ours, id) {
			names = append(names, theirs)
		}
	}
	if len(names) > 1 || InGitleaks(id) {
		return names
	}
	return append(names, GenericRule)
}

// InGitleaks reports whether gitleaks publishes a rule of this id.
func InGitleaks(id string) bool {
	d, err := publishedDocument()
	return err == nil && slices.ContainsFunc(d.Rules, func(r ruleTable) bool { return r.ID == id })
}

// GenericRule is gitleaks' rule for a secret under any name that tells of one.
const GenericRule = "generic-api-key"

// publishedName is how messages call the embedded configuration.
const publishedName = "gitleaks' own rules"

// describe gives a rule that came from TOML the texts and the severity that the
// TOML does not have.
func describe(r *scanner.Rule, description string) {
	r.Title = title(description, r.ID)
	r.Why = description
	r.Fix = "Revoke it where it was issued, issue a new one, and keep that out of the repository."
	r.Generic = strings.Contains(strings.ToLower(r.ID), "generic")
	r.Confidence = scanner.Probable
	r.Severity = scanner.High
	switch {
	case r.Generic:
		r.Severity, r.Confidence = scanner.Medium, scanner.Possible
	case r.ID == "private-key":
		r.Confidence, r.Tell = scanner.Certain, keyFile
	}
}

// title makes a short title of a gitleaks description, which reads like
// "Discovered a potential Adobe Client Secret, which, if exposed, could …".
func title(description, id string) string {
	s := description
	for _, end := range []string{", ", ". ", " which ", " posing ", " provided "} {
		if i := strings.Index(s, end); i > 0 {
			s = s[:i]
		}
	}
	s = strings.TrimSuffix(s, ".")
	verbs := []string{"Detected", "Discovered", "Found", "Identified", "Uncovered"}
	for _, v := range verbs {
		if rest, ok := strings.CutPrefix(s, v+" "); ok {
			s = rest
			break
		}
	}
	for _, filler := range []string{"a ", "an ", "possible ", "potential ", "Possible ",
		"pattern that may indicate ", "pattern that resembles ", "pattern resembling ", "a ", "an ", "long-lived ", "short-lived "} {
		s = strings.TrimPrefix(s, filler)
	}
	if strings.Contains(s, " is a ") || s == "" {
		s = strings.ReplaceAll(id, "-", " ")
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// publishedDocument is the embedded configuration, decoded once. It is never
// changed: translating makes new values.
var publishedDocument = sync.OnceValues(func() (*document, error) {
	return decode(publishedName, published())
})
