package rules

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/awscred/awscred/internal/spelling"
	"github.com/awscred/awscred/scanner"
)

// A Level says how bad a problem is.
type Level string

const (
	// Error: the configuration does not mean what it says, or a scan refuses it.
	Error Level = "error"
	// Warning: a part of it has no effect.
	Warning Level = "warning"
)

// A Problem is what is wrong at one place of a configuration.
type Problem struct {
	Line    int    `json:"line"` // from 1; 0 if it is about the whole
	Level   Level  `json:"level"`
	Rule    string `json:"rule,omitempty"`
	Check   string `json:"check"` // the name of what was looked at: "unknown-key"
	Message string `json:"message"`
}

// Lint looks for mistakes in a configuration, all of them, in the order of their
// lines. Without an error in the list [Loader.Load] takes the configuration.
func (l Loader) Lint(name string, data []byte) []Problem {
	n := &linter{at: outlineOf(data), texts: comparer{maxWork}}
	d, unknown, err := lenient(data)
	if err != nil {
		n.syntax(err)
		return n.problems
	}
	n.unknownKeys(unknown)
	base, err := l.extended(d, 0)
	extend := n.at.table("extend")
	switch {
	case err != nil:
		n.fail(extend.at("path"), "", "extend", err.Error())
	case base == nil && len(d.Rules) == 0:
		n.fail(0, "", "no-rules", "it has no rules; to add to the built-in ones set useDefault = true under [extend]")
	}
	n.rules(d, base)
	n.allowlists(d)
	if !n.failed() {
		if _, err := l.Load(name, data); err != nil {
			n.load(d, err)
		}
	}
	slices.SortStableFunc(n.problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return n.problems
}

// lenient decodes a configuration and returns the keys that mean nothing.
func lenient(data []byte) (*document, []toml.Key, error) {
	if len(data) > maxConfig {
		return nil, nil, fmt.Errorf("it is larger than %d bytes", maxConfig)
	}
	var d document
	meta, err := toml.NewDecoder(bytes.NewReader(data)).Decode(&d)
	return &d, meta.Undecoded(), err
}

// A linter collects problems.
type linter struct {
	at       outline
	texts    comparer
	problems []Problem
}

func (n *linter) fail(line int, rule, check, message string) {
	n.problems = append(n.problems, Problem{line, Error, rule, check, message})
}

func (n *linter) warn(line int, rule, check, message string) {
	n.problems = append(n.problems, Problem{line, Warning, rule, check, message})
}

func (n *linter) failed() bool {
	return slices.ContainsFunc(n.problems, func(p Problem) bool { return p.Level == Error })
}

// syntax tells of a document that is no TOML, or not of this form.
func (n *linter) syntax(err error) {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		n.fail(parse.Position.Line, "", "toml", parse.Message)
		return
	}
	n.fail(0, "", "toml", strings.TrimPrefix(err.Error(), "toml: "))
}

// knownKeys are the keys of all tables, for hints.
func knownKeys() []string {
	return []string{"title", "description", "minVersion", "extend", "rules", "allowlist", "allowlists", "awscred", "path", "url", "useDefault",
		"disabledRules", "id", "regex", "secretGroup", "entropy", "keywords", "tags", "required", "skipReport", "condition", "commits", "paths",
		"regexTarget", "regexes", "stopwords", "targetRules", "withinLines", "withinColumns", "disable", "severity"}
}

func (n *linter) unknownKeys(keys []toml.Key) {
	const most = 100
	var tables []string // an unknown table's keys are unknown, too
	for i, k := range keys {
		if i == most {
			n.fail(0, "", "unknown-key", fmt.Sprintf("and %d more keys", len(keys)-most))
			return
		}
		whole := tableName(strings.Join(k, "."))
		if slices.ContainsFunc(tables, func(t string) bool { return strings.HasPrefix(whole, t+".") }) {
			continue
		}
		tables = append(tables, whole)
		message := fmt.Sprintf("the key %q means nothing", k.String())
		if near := spelling.Nearest(k[len(k)-1], knownKeys()); near != "" {
			message += fmt.Sprintf("; did you mean %s?", near)
		}
		n.fail(n.at.take(k), "", "unknown-key", message)
	}
}

// rules looks at every rule. base is what the configuration extends, or nil.
func (n *linter) rules(d *document, base *builder) {
	first := map[string]int{}
	places := n.at.tables("rules")
	for i := range d.Rules {
		t := &d.Rules[i]
		place, table := n.at.nth(places, i)
		if strings.TrimSpace(t.ID) == "" {
			n.fail(table.at("id"), "", "no-id", "a rule has no id")
		} else if line, twice := first[t.ID]; twice {
			n.fail(table.at("id"), t.ID, "duplicate-id", fmt.Sprintf("the rule %q is defined twice, first on line %d", t.ID, line))
		} else {
			first[t.ID] = table.at("id")
		}
		r := lintedRule{ruleTable: t, table: table, place: place}
		if base != nil {
			if k := base.find(t.ID); k >= 0 {
				r.under = &base.rules[k].Rule
			}
		}
		n.rule(&r)
	}
}

// A lintedRule is a rule of the configuration with what it is laid over.
type lintedRule struct {
	*ruleTable
	table *outlineTable
	place int           // of the table in the outline
	under *scanner.Rule // nil for a new rule
}

func (n *linter) rule(r *lintedRule) {
	pattern := n.pattern(r)
	if _, err := regexp.Compile(r.Path); err != nil {
		n.fail(r.table.at("path"), r.ID, "regex", "path: "+explainRegex(err))
	}
	if r.Entropy < 0 || r.Entropy >= 8 {
		n.fail(r.table.at("entropy"), r.ID, "entropy", fmt.Sprintf("no text has an entropy of more than 8 bits in each byte, and %g is asked for", r.Entropy))
	}
	n.keywords(r, pattern)
	tables, err := lists(r.AllowList, r.Allowlists)
	if err != nil {
		n.fail(r.table.at(""), r.ID, "allowlist", err.Error())
	}
	name := "rules.allowlists"
	if r.AllowList != nil {
		name = "rules.allowlist"
	}
	places := n.at.below(r.place, name)
	for i := range tables {
		_, table := n.at.nth(places, i)
		n.allowlist(&tables[i], table, r, pattern)
	}
}

// pattern checks a rule's regex and returns it, or that of the rule below, or
// nil.
func (n *linter) pattern(r *lintedRule) *syntax.Regexp {
	text, line := r.Regex, r.table.at("regex")
	if text == "" && r.under != nil {
		text = r.under.Pattern
	}
	if text == "" {
		if r.Path == "" && r.under == nil {
			n.fail(r.table.at("id"), r.ID, "no-regex", "it has neither a regex nor a path, so it matches nothing")
		}
		return nil
	}
	re, err := syntax.Parse(text, syntax.Perl)
	switch {
	case err != nil:
		n.fail(line, r.ID, "regex", explainRegex(err))
		return nil
	case nullable(re):
		n.fail(line, r.ID, "matches-empty", "the regex can match the empty string, so it would match everywhere")
	case weight(re) > maxWeight:
		n.fail(line, r.ID, "regex", fmt.Sprintf("the repetitions make the regex too large (more than %d parts)", maxWeight))
		return nil
	}
	if r.SecretGroup < 0 || r.SecretGroup > re.MaxCap() {
		n.fail(r.table.at("secretGroup"), r.ID, "secret-group", fmt.Sprintf("secretGroup is %d, but the regex has %d groups", r.SecretGroup, re.MaxCap()))
	}
	return re
}

// explainRegex adds to the words of package regexp what people meet who come
// from other tools.
func explainRegex(err error) string {
	text := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
	if strings.Contains(text, "(?=") || strings.Contains(text, "(?!") || strings.Contains(text, "(?<") {
		text += "; Go's expressions have no lookahead and no lookbehind"
	}
	return text
}

func (n *linter) keywords(r *lintedRule, pattern *syntax.Regexp) {
	if pattern == nil {
		return
	}
	line := r.table.at("keywords")
	if len(r.Keywords) == 0 && (r.under == nil || len(r.under.Keywords) == 0) {
		n.fail(line, r.ID, "no-keyword", "it has no keyword: every text must be searched for its regex")
	}
	seen := map[string]bool{}
	for _, k := range r.Keywords {
		lower := strings.ToLower(k)
		switch {
		case k == "":
			n.fail(line, r.ID, "no-keyword", "a keyword is empty: it stands in every text")
		case seen[lower]:
			n.warn(line, r.ID, "duplicate-keyword", fmt.Sprintf("the keyword %q is there twice", k))
		case !n.texts.canContain(pattern, k):
			n.warn(line, r.ID, "keyword-outside", fmt.Sprintf("no match of the regex can have the keyword %q in it: it counts only where it stands elsewhere in the file", k))
		}
		seen[lower] = true
	}
}

// allowlists looks at those outside of rules.
func (n *linter) allowlists(d *document) {
	tables, err := lists(d.AllowList, d.Allowlists)
	if err != nil {
		n.fail(0, "", "allowlist", err.Error())
	}
	name := "allowlists"
	if d.AllowList != nil {
		name = "allowlist"
	}
	places := n.at.tables(name)
	for i := range tables {
		_, table := n.at.nth(places, i)
		n.allowlist(&tables[i], table, nil, nil)
	}
}

// allowlist looks at one allowlist, of a rule or of none.
func (n *linter) allowlist(t *allowTable, table *outlineTable, r *lintedRule, pattern *syntax.Regexp) {
	id := ""
	if r != nil {
		id = r.ID
		if len(t.TargetRules) > 0 {
			n.fail(table.at("targetRules"), id, "allowlist", "targetRules has no meaning in an allowlist of a rule")
		}
	}
	a, err := translateAllow(t, false)
	if err != nil {
		n.fail(table.at(keyOf(err)), id, "allowlist", explainRegex(err))
		return
	}
	whole := regexp.MustCompile(`^[0-9a-f]{40}$|^[0-9a-f]{64}$`)
	for _, c := range a.Commits {
		if !whole.MatchString(c) {
			n.warn(table.at("commits"), id, "allowlist-without-effect", fmt.Sprintf("%q is not the whole name of a commit, so it allows nothing", c))
		}
	}
	for _, w := range a.StopWords {
		if w == "" {
			n.fail(table.at("stopwords"), id, "allows-everything", "a stopword is empty: it stands in every secret")
		}
	}
	n.everything(t, table, id)
	if r == nil || pattern == nil {
		return
	}
	n.reach(&a, table, r, pattern)
}

// keyOf guesses from an error which key it is about.
func keyOf(err error) string {
	for _, key := range []string{"regexTarget", "condition", "regexes", "paths"} {
		if strings.HasPrefix(err.Error(), key) {
			return key
		}
	}
	return ""
}

// everything tells of an allowlist that allows whatever there is.
func (n *linter) everything(t *allowTable, table *outlineTable, id string) {
	if c := strings.ToUpper(t.Condition); c == "AND" || c == "&&" {
		return
	}
	check := func(key string, patterns []string) {
		for _, p := range patterns {
			re, err := syntax.Parse(p, syntax.Perl)
			if err == nil && nullable(re) && !anchored(re) {
				n.fail(table.at(key), id, "allows-everything", fmt.Sprintf("%q matches every text, so it allows everything", p))
			}
		}
	}
	check("regexes", t.Regexes)
	check("paths", t.Paths)
}

// anchored reports whether an expression that can match nothing needs a certain
// place for that, as ^$ does.
func anchored(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	case syntax.OpConcat, syntax.OpCapture:
		return slices.ContainsFunc(re.Sub, anchored)
	}
	return false
}

// reach tells of what an allowlist allows that the rule never finds.
func (n *linter) reach(a *scanner.Allow, table *outlineTable, r *lintedRule, pattern *syntax.Regexp) {
	secret := secretOf(pattern, r.SecretGroup)
	if secret == nil || r.under != nil && r.SecretGroup == 0 {
		return
	}
	where := map[scanner.AllowTarget]*syntax.Regexp{scanner.AllowSecret: secret, scanner.AllowMatch: pattern}[a.Target]
	for _, p := range a.Patterns {
		if where != nil && !n.texts.canHold(where, p.String()) {
			n.warn(table.at("regexes"), r.ID, "allowlist-without-effect", fmt.Sprintf("%q can match no %s of this rule, so it allows nothing", p, a.Target))
		}
	}
	for _, w := range a.StopWords {
		if w != "" && !n.texts.canContain(secret, w) {
			n.warn(table.at("stopwords"), r.ID, "stopword-without-effect", fmt.Sprintf("no secret of this rule can have the stopword %q in it", w))
		}
	}
}

// secretOf returns the part of an expression that is the secret, or nil if that
// depends on the text.
func secretOf(re *syntax.Regexp, group int) *syntax.Regexp {
	if re.MaxCap() == 0 {
		return re
	}
	if group == 0 {
		if re.MaxCap() > 1 {
			return nil
		}
		group = 1
	}
	if re.Op == syntax.OpCapture && re.Cap == group {
		return re.Sub[0]
	}
	for _, sub := range re.Sub {
		if sub.MaxCap() >= group {
			return secretOf(sub, group)
		}
	}
	return nil
}

// load tells of what only the whole shows: references from one rule to another.
func (n *linter) load(d *document, err error) {
	message := err.Error()
	if _, rest, ok := strings.Cut(message, `": `); ok && strings.HasPrefix(message, "reading rules ") {
		message = rest
	}
	for i := range d.Rules {
		if id := d.Rules[i].ID; id != "" && strings.Contains(message, fmt.Sprintf("rule %q", id)) {
			_, table := n.at.nth(n.at.tables("rules"), i)
			n.fail(table.at("id"), id, "load", message)
			return
		}
	}
	line := 0
	for name, key := range map[string]string{"extend": "disabledRules", "awscred": "disable", "awscred.severity": ""} {
		if table := n.at.table(name); table != nil && strings.Contains(message, name+"."+key) {
			line = table.at(key)
		}
	}
	n.fail(line, "", "load", message)
}
