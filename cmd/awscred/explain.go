package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/internal/spelling"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// An explanation is all about one rule.
type explanation struct {
	ruleLine
	Why         string        `json:"why"`
	Fix         string        `json:"fix"`
	SeverityWhy string        `json:"severity_why"`
	Regex       string        `json:"regex,omitempty"`
	Secret      string        `json:"secret"` // which part of a match it is
	Words       []string      `json:"keyword_list"`
	Entropy     float64       `json:"entropy,omitempty"`
	Path        string        `json:"path,omitempty"`
	Requires    []string      `json:"requires"`
	Allows      []string      `json:"allows"`
	Noise       string        `json:"noise,omitempty"`
	Examples    []ruleExample `json:"examples"`
}

// A ruleExample is a text that was made up for a rule.
type ruleExample struct {
	Text  string `json:"text"`
	Found bool   `json:"found"`
	Why   string `json:"why,omitempty"` // it is not
}

func (o *rulesFlags) explain(s *session, id string) (int, error) {
	set, origins, err := o.set()
	if err != nil {
		return exitUsage, err
	}
	r := set.Rule(id)
	if r == nil {
		return exitUsage, noSuchRule(set, id)
	}
	m, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		return exitUsage, err
	}
	x := explained(r, origins[id])
	x.Examples = append([]ruleExample{}, examples(set, r, m)...)
	if o.format == "json" {
		return exitOK, writeJSON(s.stdout, struct {
			Version int         `json:"version"`
			Rule    explanation `json:"rule"`
		}{1, x})
	}
	_, err = io.WriteString(s.stdout, x.text())
	return exitOK, err
}

func noSuchRule(set *rules.Set, id string) error {
	u := usagef("there is no rule %q", id)
	var ids []string
	for i := range set.Rules {
		ids = append(ids, set.Rules[i].ID)
	}
	if near := spelling.Nearest(id, ids); near != "" {
		return u.with(fmt.Sprintf("did you mean %s?", near))
	}
	return u.with("awscred rules list shows the ids")
}

func explained(r *scanner.Rule, from rules.Origin) explanation {
	x := explanation{
		ruleLine: ruleLine{r.ID, r.Title, r.Severity, r.Confidence, len(r.Keywords), from, r.Hidden},
		Why:      r.Why, Fix: r.Fix, SeverityWhy: severityWhy(r.Severity), Regex: r.Pattern, Words: append([]string{}, r.Keywords...),
		Entropy: r.MinEntropy, Requires: []string{}, Allows: []string{},
	}
	switch {
	case r.Pattern == "":
		x.Secret = "none: the name of the file is what is found"
	case r.Group > 0:
		x.Secret = fmt.Sprintf("group %d of the regex", r.Group)
	case strings.Contains(r.Pattern, "("):
		x.Secret = "the first group of the regex that took part, else the whole match"
	default:
		x.Secret = "the whole match"
	}
	if r.Path != nil {
		x.Path = r.Path.String()
	}
	for _, q := range r.Required {
		near := "anywhere in the text"
		if q.WithinLines != nil {
			near = "within " + plural(*q.WithinLines, "line")
		}
		x.Requires = append(x.Requires, q.Rule+" "+near)
	}
	for i := range r.Allow {
		x.Allows = append(x.Allows, allowWords(&r.Allow[i]))
	}
	if r.Noise != nil {
		x.Noise = "documented examples and placeholders; --all shows them with the reason"
	}
	return x
}

// severityWhy says what a severity stands for; see docs/output.md.
func severityWhy(s scanner.Severity) string {
	switch s {
	case scanner.Critical:
		return "whoever has it can use it at once"
	case scanner.High:
		return "a secret of known form, or one that lacks only what is no secret"
	case scanner.Medium:
		return "a part that is of no use alone, or a guess by the name of a variable"
	case scanner.Low:
		return "dead, or of a form that is not known to be in use"
	}
	return "no credential: shown with --all only"
}

// allowWords says what an allowance allows.
func allowWords(a *scanner.Allow) string {
	var parts []string
	add := func(what string, list []string) {
		const most = 4
		if n := len(list); n > most {
			list = append(slices.Clone(list[:most]), fmt.Sprintf("and %d more", n-most))
		}
		if len(list) > 0 {
			parts = append(parts, what+" "+strings.Join(list, "  "))
		}
	}
	add("paths", patternsOf(a.Paths))
	add(string(a.Target), patternsOf(a.Patterns))
	add("commits", a.Commits)
	add("words", a.StopWords)
	how := " or "
	if a.All {
		how = " and "
	}
	text := strings.Join(parts, how)
	if a.Description != "" {
		text = a.Description + ": " + text
	}
	return text
}

func patternsOf(list []*regexp.Regexp) []string {
	var texts []string
	for _, re := range list {
		texts = append(texts, re.String())
	}
	return texts
}

// text writes an explanation for people.
func (x *explanation) text() string {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-10s%s\n", name, redact.Text(text))
		}
	}
	list := func(name string, texts []string) {
		for i, t := range texts {
			if i > 0 {
				name = ""
			}
			line(name, t)
		}
	}
	line("rule", x.ID)
	line("finds", x.Title)
	line("severity", fmt.Sprintf("%s, %s: %s", x.Severity, x.Confidence, x.SeverityWhy))
	line("from", string(x.From))
	line("why", x.Why)
	line("to do", x.Fix)
	line("regex", x.Regex)
	line("secret", x.Secret)
	line("keywords", strings.Join(x.Words, ", "))
	if x.Entropy > 0 {
		line("entropy", fmt.Sprintf("more than %g bits in each byte", x.Entropy))
	}
	line("path", x.Path)
	list("requires", x.Requires)
	list("allows", x.Allows)
	line("noise", x.Noise)
	if len(x.Examples) == 0 {
		b.WriteString("\nno example can be made up: the secret has a structure, or the rule looks at paths only\n")
	}
	for _, e := range x.Examples {
		heading := "found"
		if !e.Found {
			heading = "not found: " + e.Why
		}
		fmt.Fprintf(&b, "\n%s\n", redact.Text(heading))
		for _, l := range strings.Split(strings.TrimSuffix(e.Text, "\n"), "\n") {
			fmt.Fprintf(&b, "  %s\n", redact.Text(l))
		}
	}
	return b.String()
}

// plainOptions are those of a scan without anything that suppresses.
func plainOptions() scanner.Options {
	return scanner.Options{Now: time.Now, Policy: scanner.Policy{FailOn: scanner.Never}}
}

// examples makes up texts for a rule and keeps those of which the matcher says
// what they are to show. They are the same each time, and in no file.
func examples(set *rules.Set, r *scanner.Rule, m scanner.Matcher) []ruleExample {
	var list, counter []ruleExample
	for _, seed := range []string{"first", "second"} {
		text, ok := rules.Example(r, seed)
		if !ok {
			continue
		}
		text = append([]byte(requiredText(set, r, seed)), text...)
		found := matchOf(m, r, text)
		if found == nil || found.Noise != "" || found.Suppressed != nil {
			continue
		}
		list = append(list, ruleExample{Text: string(text), Found: true})
		if counter == nil {
			counter = against(m, r, text, found.Secret)
		}
	}
	return append(list, counter...)
}

// requiredText is what must stand near a match of the rule.
func requiredText(set *rules.Set, r *scanner.Rule, seed string) string {
	text := ""
	for _, q := range r.Required {
		if other := set.Rule(q.Rule); other != nil {
			if x, ok := rules.Example(other, seed); ok {
				text += string(x) + "\n"
			}
		}
	}
	return text
}

// matchOf returns the match of the rule in a text, or nil.
func matchOf(m scanner.Matcher, r *scanner.Rule, text []byte) *scanner.Match {
	matches, _ := m.Find(text, nil)
	for i := range matches {
		if matches[i].Rule.ID == r.ID {
			return &matches[i]
		}
	}
	return nil
}

// against changes a text that is found until it is not.
func against(m scanner.Matcher, r *scanner.Rule, text []byte, at scanner.Span) []ruleExample {
	var list []ruleExample
	for cut := at.End - 1; cut > at.Start; cut-- {
		short := slices.Concat(text[:cut], text[at.End:])
		if matchOf(m, r, short) == nil {
			list = append(list, ruleExample{Text: string(short), Why: plural(at.End-cut, "character") + " too short"})
			break
		}
	}
	const mark = "EXAMPLE"
	for _, word := range []string{mark, mark + "KEY"} {
		if at.End-at.Start <= len(word) {
			continue
		}
		noisy := slices.Concat(text[:at.End-len(word)], []byte(word), text[at.End:])
		if x := matchOf(m, r, noisy); x != nil && x.Noise != "" {
			list = append(list, ruleExample{Text: string(noisy), Why: x.Noise})
			break
		}
	}
	allowed := append(slices.Clone(text), " # awscred:allow"...)
	if x := matchOf(m, r, allowed); x != nil && x.Suppressed != nil {
		list = append(list, ruleExample{Text: string(allowed), Why: "allowed on its line"})
	}
	return list
}
