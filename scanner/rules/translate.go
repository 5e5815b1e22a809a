package rules

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// translate turns a configuration, without what it extends, into rules. That of
// gitleaks itself is trusted to be well-formed; a test checks it.
func translate(d *document, builtIn bool) (*builder, error) {
	b := &builder{disable: d.Awscred.Disable, severity: d.Awscred.Severity, failOn: d.Awscred.FailOn, baseline: d.Awscred.Baseline}
	for i := range d.Rules {
		r, err := translateRule(&d.Rules[i], builtIn)
		if err != nil {
			return nil, err
		}
		if b.find(r.ID) >= 0 {
			return nil, fmt.Errorf("rule %q is defined twice", r.ID)
		}
		b.rules = append(b.rules, r)
	}
	tables, err := lists(d.AllowList, d.Allowlists)
	if err != nil {
		return nil, err
	}
	for i := range tables {
		a, err := translateAllow(&tables[i], builtIn)
		switch {
		case err != nil:
			return nil, fmt.Errorf("allowlist %d: %w", i+1, err)
		case len(tables[i].TargetRules) > 0:
			b.targeted = append(b.targeted, targeted{tables[i].TargetRules, a})
		default:
			b.allow = append(b.allow, a)
		}
	}
	return b, nil
}

// lists joins the older form of an allowlist with the present one.
func lists(old *allowTable, tables []allowTable) ([]allowTable, error) {
	if old == nil {
		return tables, nil
	}
	if len(tables) > 0 {
		return nil, errors.New("[allowlist] is the older form of [[allowlists]] and cannot stand beside it")
	}
	return []allowTable{*old}, nil
}

func translateRule(t *ruleTable, builtIn bool) (rule, error) {
	r := rule{description: t.Description, builtIn: builtIn}
	r.Rule = scanner.Rule{
		ID: t.ID, Pattern: t.Regex, Group: t.SecretGroup, MinEntropy: t.Entropy, Hidden: t.SkipReport,
	}
	if strings.TrimSpace(t.ID) == "" {
		return r, fmt.Errorf("a rule has no id (description %q, regex %q)", t.Description, t.Regex)
	}
	fail := func(err error) (rule, error) { return r, fmt.Errorf("rule %q: %w", t.ID, err) }
	for _, k := range t.Keywords {
		r.Keywords = append(r.Keywords, strings.ToLower(k))
	}
	var err error
	if r.Path, err = compile(t.Path); err != nil {
		return fail(fmt.Errorf("path: %w", err))
	}
	tables, err := lists(t.AllowList, t.Allowlists)
	if err != nil {
		return fail(err)
	}
	for i := range tables {
		if len(tables[i].TargetRules) > 0 {
			return fail(errors.New("targetRules has no meaning in an allowlist of a rule"))
		}
		a, err := translateAllow(&tables[i], builtIn)
		if err != nil {
			return fail(fmt.Errorf("allowlist %d: %w", i+1, err))
		}
		r.Allow = append(r.Allow, a)
	}
	for _, q := range t.Required {
		if q.ID == "" {
			return fail(errors.New("a required rule has no id"))
		}
		r.Required = append(r.Required, scanner.Required{Rule: q.ID, WithinLines: q.WithinLines, WithinColumns: q.WithinColumns})
	}
	describe(&r.Rule, t.Description)
	return r, nil
}

// checkPattern refuses a pattern that cannot work. The rules that gitleaks
// publishes are trusted, to save the time; a test checks them.
func checkPattern(pattern string, group int, path, trusted bool) error {
	switch {
	case pattern == "" && !path:
		return errors.New("it has neither a regex nor a path, so it matches nothing")
	case pattern == "" || trusted:
		return nil
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return fmt.Errorf("regex: %w", err)
	}
	if weight(re) > maxWeight {
		return fmt.Errorf("regex: its repetitions make it too large (more than %d parts)", maxWeight)
	}
	if nullable(re) {
		return errors.New("regex: it can match the empty string, so it would match everywhere")
	}
	if n := re.MaxCap(); group > n || group < 0 {
		return fmt.Errorf("secretGroup is %d, but the regex has %d groups", group, n)
	}
	return nil
}

// maxWeight is the largest pattern that is run. The largest that gitleaks
// publishes has 2,000 parts.
const maxWeight = 20_000

// weight is about how many instructions a pattern compiles to. Parsing limits
// it to some millions, which would take long to run.
func weight(re *syntax.Regexp) int {
	n := max(1, len(re.Rune)/2)
	if re.Op == syntax.OpLiteral {
		n = len(re.Rune)
	}
	for _, s := range re.Sub {
		n += weight(s)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(1, re.Min, re.Max)
	}
	return n
}

// nullable reports whether re can match without any byte. The nesting of a
// parsed expression is limited by regexp/syntax to 1000.
func nullable(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return nullable(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || nullable(re.Sub[0])
	case syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !nullable(s) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, nullable)
	}
	return true // *, ?, the empty match and all assertions
}

func translateAllow(t *allowTable, builtIn bool) (scanner.Allow, error) {
	a := scanner.Allow{Description: t.Description, BuiltIn: builtIn}
	switch strings.ToUpper(t.Condition) {
	case "AND", "&&":
		a.All = true
	case "", "OR", "||":
	default:
		return a, fmt.Errorf("condition %q is neither AND nor OR", t.Condition)
	}
	switch t.RegexTarget {
	case "", string(scanner.AllowSecret):
		a.Target = scanner.AllowSecret
	case string(scanner.AllowMatch), string(scanner.AllowLine):
		a.Target = scanner.AllowTarget(t.RegexTarget)
	default:
		return a, fmt.Errorf("regexTarget %q is none of secret, match, line", t.RegexTarget)
	}
	if len(t.Commits)+len(t.Paths)+len(t.Regexes)+len(t.StopWords) == 0 {
		return a, errors.New("it names no commits, paths, regexes or stopwords")
	}
	for _, c := range t.Commits {
		a.Commits = append(a.Commits, strings.ToLower(strings.TrimSpace(c)))
	}
	for _, w := range t.StopWords {
		a.StopWords = append(a.StopWords, strings.ToLower(w))
	}
	var err error
	if a.Paths, err = compileAll(t.Paths); err != nil {
		return a, fmt.Errorf("paths: %w", err)
	}
	if a.Patterns, err = compileAll(t.Regexes); err != nil {
		return a, fmt.Errorf("regexes: %w", err)
	}
	return a, nil
}

func compile(pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	return regexp.Compile(pattern)
}

// compileAll compiles patterns of which one must match.
func compileAll(patterns []string) ([]*regexp.Regexp, error) {
	var list []*regexp.Regexp
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, err
		}
		list = append(list, re)
	}
	return list, nil
}
