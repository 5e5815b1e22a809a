package main

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/gitleaks"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// maxCompared is the largest report of gitleaks that is read, in bytes.
const maxCompared = 256 << 20

// readCompared reads the report that --compare names.
func (c *accepted) readCompared() error {
	if c.flags.compare == "" {
		return nil
	}
	data, err := files.ReadNamed(c.flags.compare, maxCompared)
	if err != nil {
		return fmt.Errorf("reading --compare %q: %w", c.flags.compare, err)
	}
	c.compared, err = gitleaks.ReadReport(c.flags.compare, data)
	return err
}

// compare says how our report differs from the one of gitleaks.
func (c *accepted) compare(r *scanner.Report) error {
	if c.flags.compare == "" {
		return nil
	}
	standard, err := rules.Default()
	if err != nil {
		return err
	}
	matcher, err := match.Compile(c.set.Rules, c.set.Allow)
	if err != nil {
		return err
	}
	g := gitleaks.Grounds{
		Narrowed: c.flags.narrowed(),
		Theirs:   looksToo,
		Ours:     c.looksFor,
		Takes: func(text, secret redact.Secret) bool {
			found, _ := matcher.Find(text.Reveal(), nil)
			return slices.ContainsFunc(found, func(m scanner.Match) bool {
				return m.Noise == "" && (m.Value.Contains(secret) || secret.Contains(m.Value))
			})
		},
		LeavesOut: func(path string) bool { return leavesOut(standard, path) },
	}
	if c.opened("HEAD") {
		g.Parents = c.commit.Parents
	}
	r.Compare = gitleaks.Compare(c.flags.compare, c.compared, r, g)
	return nil
}

// narrowed is the flag that narrows what is scanned, or "".
func (a *acceptFlags) narrowed() string {
	for _, flag := range []string{"staged", "since", "range", "worktree"} {
		if a.set.Changed(flag) {
			return flag
		}
	}
	return ""
}

// looksFor reports whether the rules of the scan look for what gitleaks calls so.
func (c *accepted) looksFor(theirs string) bool {
	return slices.ContainsFunc(c.set.Rules, func(r scanner.Rule) bool {
		return slices.Contains(rules.GitleaksNames(r.ID), theirs)
	})
}

// looksToo reports whether gitleaks has a rule of its own for what one of ours
// finds. A pair has an id, for which it has one.
func looksToo(ours string) bool {
	return ours == scanner.KindAccessKey || slices.ContainsFunc(rules.GitleaksNames(ours), func(id string) bool {
		return rules.InGitleaks(id) && (id == ours || id != rules.GenericRule)
	})
}

// leavesOut reports whether gitleaks reads no file of a path: it stands in the
// list of paths that goes with its rules.
func leavesOut(standard *rules.Set, path string) bool {
	return slices.ContainsFunc(standard.Allow, func(a scanner.Allow) bool {
		return a.BuiltIn && slices.ContainsFunc(a.Paths, func(re *regexp.Regexp) bool { return re.MatchString(path) })
	})
}
