package rules

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/awscred/awscred/scanner"
)

// An Origin says who wrote a rule.
type Origin string

const (
	// Ours are awscred's own rules.
	Ours Origin = "awscred"
	// Gitleaks are rules that gitleaks publishes, as it publishes them.
	Gitleaks Origin = "gitleaks"
	// User are rules of a configuration, or changed by one.
	User Origin = "user"
)

// Origins returns the origin of every rule of the set, by id.
func (s *Set) Origins() (map[string]Origin, error) {
	standard, err := Default()
	if err != nil {
		return nil, fmt.Errorf("reading the built-in rules: %w", err)
	}
	published := map[string]string{}
	for i := range standard.Rules {
		published[standard.Rules[i].ID] = digestOf(&standard.Rules[i])
	}
	own := append(awsRules(), loneSecret())
	origins := map[string]Origin{}
	for i := range s.Rules {
		r := &s.Rules[i]
		switch {
		case slices.ContainsFunc(own, func(o scanner.Rule) bool { return o.ID == r.ID && o.Pattern == r.Pattern }):
			origins[r.ID] = Ours
		case published[r.ID] == digestOf(r):
			origins[r.ID] = Gitleaks
		default:
			origins[r.ID] = User
		}
	}
	return origins, nil
}

func digestOf(r *scanner.Rule) string {
	h := sha256.New()
	hashRule(h, r)
	return string(h.Sum(nil))
}
