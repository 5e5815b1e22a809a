package match

import (
	"regexp"
	"regexp/syntax"
	"slices"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// A pathRule is a rule that looks at paths only.
type pathRule struct {
	*scanner.Rule
	// name matches the last part of every path that the rule matches; others,
	// too.
	name *regexp.Regexp
}

func newPathRule(r *scanner.Rule) pathRule {
	name := regexp.MustCompile("") // matches everything, and cannot fail
	if re, err := syntax.Parse(r.Path.String(), syntax.Perl); err == nil {
		if last, err := regexp.Compile(lastPart(re).String()); err == nil {
			name = last
		}
	}
	return pathRule{r, name}
}

// MatchName returns a match for every rule that looks at paths only, if a file of
// this name can have a path that it matches. Where it stands decides: the scan
// asks the rule, and the allowances that the match names.
func (m *Matcher) MatchName(name []byte) []scanner.Match {
	var list []scanner.Match
	whole := scanner.Span{Start: 0, End: len(name)}
	for _, r := range m.paths {
		if len(name) > 0 && r.name.Match(name) {
			list = append(list, scanner.Match{Rule: r.Rule, Span: whole, Secret: whole, Value: redact.New(name), Allowed: m.allowedPaths(r.Rule)})
		}
	}
	return list
}

// allowedPaths are the allowances of a rule that looks at no text which paths and
// commits can fulfil.
func (m *Matcher) allowedPaths(r *scanner.Rule) []*scanner.Allow {
	var list []*scanner.Allow
	add := func(a *scanner.Allow) {
		if len(a.Paths)+len(a.Commits) > 0 && !(a.All && len(a.Patterns)+len(a.StopWords) > 0) {
			list = append(list, a)
		}
	}
	for i := range m.allow {
		add(m.allow[i].Allow)
	}
	for i := range r.Allow {
		add(&r.Allow[i])
	}
	return list
}

// lastPart is an expression that is found in the last part of every path in which
// re is found: what of re stands behind all that can match a slash.
func lastPart(re *syntax.Regexp) *syntax.Regexp {
	switch {
	case re.Op == syntax.OpCapture:
		return lastPart(re.Sub[0])
	case re.Op == syntax.OpAlternate:
		any := &syntax.Regexp{Op: syntax.OpAlternate, Flags: re.Flags}
		for _, sub := range re.Sub {
			any.Sub = append(any.Sub, lastPart(sub))
		}
		return any
	case re.Op == syntax.OpConcat:
		for i, sub := range slices.Backward(re.Sub) {
			if matchesSlash(sub) {
				rest := &syntax.Regexp{Op: syntax.OpConcat, Flags: re.Flags}
				rest.Sub = append(append(rest.Sub, lastPart(sub)), re.Sub[i+1:]...)
				return rest
			}
		}
		return re
	case !matchesSlash(re):
		return re
	case re.Op == syntax.OpLiteral && re.Rune[len(re.Rune)-1] != '/':
		cut := *re
		for i, r := range re.Rune {
			if r == '/' {
				cut.Rune = re.Rune[i+1:]
			}
		}
		return &cut
	}
	return &syntax.Regexp{Op: syntax.OpEmptyMatch}
}

// matchesSlash reports whether something that re matches may hold a slash.
func matchesSlash(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return slices.Contains(re.Rune, '/')
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i] <= '/' && '/' <= re.Rune[i+1] {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(re.Sub, matchesSlash)
}
