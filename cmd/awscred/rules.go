package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/internal/spelling"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// maxRulesFile is the largest configuration that is read, in bytes.
const maxRulesFile = 16 << 20

func rulesCommand() command {
	return command{
		name: "rules", args: "list|explain ID|lint FILE", summary: "list the rules of a scan, explain one, or look for mistakes in a file of rules",
		long: `list tells of every rule its id, its severity, how many keywords it has and who wrote it: awscred,
gitleaks, or user for those of a configuration or changed by one.

explain tells what a rule finds, why that matters and what to do, and makes up texts that it
finds and that it does not find.

lint tells every mistake in a file of rules with its line. Errors are what a scan refuses or what
does not mean what it says: no rules at all, a rule without a keyword, a regex that Go does not
know or that matches the empty string, an unknown key, an id that is there twice, an allowlist
that allows everything. Warnings are what has no effect: a keyword that no match can have in it,
an allowlist or a stopword that no secret of its rule can meet.

Exit codes: 0 done, and lint found no error; 1 lint found errors; 2 wrong usage or a failure.`,
		example: `awscred rules list
awscred rules explain aws-access-key-id
awscred rules explain github-pat --config .gitleaks.toml
awscred rules lint .gitleaks.toml`,
		define: func(f *pflag.FlagSet) execFunc {
			o := new(rulesFlags)
			f.StringVar(&o.config, "config", "", "list and explain: the rules of this `file`, in the form of gitleaks")
			f.StringVar(&o.format, "format", "text", "text or json")
			return o.run
		},
	}
}

type rulesFlags struct{ config, format string }

// rulesWords are what awscred rules can do.
func rulesWords() []string { return []string{"list", "explain", "lint"} }

func (o *rulesFlags) run(_ context.Context, s *session, args []string) (int, error) {
	if err := oneOf("format", o.format, "text", "json"); err != nil {
		return exitUsage, err
	}
	if len(args) == 0 {
		return exitUsage, usagef("awscred rules takes list, explain or lint").with("awscred rules list")
	}
	switch what, args := args[0], args[1:]; what {
	case "list":
		if len(args) > 0 {
			return exitUsage, usagef("awscred rules list takes no argument, not %q", args[0]).with("one rule: awscred rules explain " + args[0])
		}
		return o.list(s)
	case "explain":
		if len(args) != 1 {
			return exitUsage, usagef("awscred rules explain takes the id of one rule").with("awscred rules list shows the ids")
		}
		return o.explain(s, args[0])
	case "lint":
		if len(args) != 1 {
			return exitUsage, usagef("awscred rules lint takes one file").with("awscred rules lint .gitleaks.toml")
		}
		if o.config != "" {
			return exitUsage, usagef("awscred rules lint takes a file, and no --config")
		}
		return o.lint(s, args[0])
	default:
		u := usagef("awscred rules cannot %q: it is list, explain or lint", what)
		if near := spelling.Nearest(what, rulesWords()); near != "" {
			u.with(fmt.Sprintf("did you mean awscred rules %s?", near))
		}
		return exitUsage, u
	}
}

// readRules reads a file of rules.
func readRules(path string) ([]byte, error) {
	data, err := files.ReadNamed(path, maxRulesFile)
	if err != nil {
		return nil, fmt.Errorf("reading the rules: %w", err)
	}
	return data, nil
}

func rulesLoader() rules.Loader { return rules.Loader{Read: readRules} }

// set returns the rules that --config names, with those that only --all runs,
// and who wrote them.
func (o *rulesFlags) set() (*rules.Set, map[string]rules.Origin, error) {
	set, err := rules.Default()
	if o.config != "" {
		var data []byte
		if data, err = readRules(o.config); err == nil {
			set, err = rulesLoader().Load(o.config, data)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	set = set.WithShapes()
	origins, err := set.Origins()
	return set, origins, err
}

// A ruleLine is one rule in the list.
type ruleLine struct {
	ID         string             `json:"id"`
	Title      string             `json:"title"`
	Severity   scanner.Severity   `json:"severity"`
	Confidence scanner.Confidence `json:"confidence"`
	Keywords   int                `json:"keywords"`
	From       rules.Origin       `json:"from"`
	Hidden     bool               `json:"hidden,omitempty"` // only a part of what other rules find
}

func (o *rulesFlags) list(s *session) (int, error) {
	set, origins, err := o.set()
	if err != nil {
		return exitUsage, err
	}
	var list []ruleLine
	width := 0
	for i := range set.Rules {
		r := &set.Rules[i]
		list = append(list, ruleLine{r.ID, r.Title, r.Severity, r.Confidence, len(r.Keywords), origins[r.ID], r.Hidden})
		width = max(width, len(r.ID))
	}
	if o.format == "json" {
		return exitOK, writeJSON(s.stdout, struct {
			Version int                `json:"version"`
			Config  scanner.RuleConfig `json:"config"`
			Rules   []ruleLine         `json:"rules"`
		}{1, scanner.RuleConfig{SHA256: set.SHA256, Rules: len(list), From: set.From}, list})
	}
	var b strings.Builder
	row := func(id, severity, keywords, from, title string) {
		fmt.Fprintf(&b, "%-*s  %-8s  %8s  %-8s  %s\n", width, redact.Text(id), severity, keywords, from, redact.Text(title))
	}
	row("rule", "severity", "keywords", "from", "what it finds")
	for _, l := range list {
		row(l.ID, string(l.Severity), fmt.Sprint(l.Keywords), string(l.From), l.Title)
	}
	_, err = io.WriteString(s.stdout, b.String())
	return exitOK, err
}

// lint looks for mistakes in a file. A file without errors is also taken through
// the self-test of a scan.
func (o *rulesFlags) lint(s *session, path string) (int, error) {
	data, err := readRules(path)
	if err != nil {
		return exitUsage, err
	}
	problems := rulesLoader().Lint(path, data)
	if count(problems, rules.Error) == 0 {
		if err := tryRules(path, data); err != nil {
			problems = append(problems, rules.Problem{Level: rules.Error, Check: "self-test", Message: err.Error()})
		}
	}
	failed, warned := count(problems, rules.Error), count(problems, rules.Warning)
	code := exitOK
	if failed > 0 {
		code = exitFound
	}
	if o.format == "json" {
		return code, writeJSON(s.stdout, struct {
			Version  int             `json:"version"`
			File     string          `json:"file"`
			Errors   int             `json:"errors"`
			Warnings int             `json:"warnings"`
			Problems []rules.Problem `json:"problems"`
		}{1, path, failed, warned, discreet(problems)})
	}
	var b strings.Builder
	for _, p := range problems {
		at := redact.Path(path)
		if p.Line > 0 {
			at += fmt.Sprintf(":%d", p.Line)
		}
		of := p.Check
		if p.Rule != "" {
			of += ", rule " + p.Rule
		}
		fmt.Fprintf(&b, "%s: %s: %s (%s)\n", at, p.Level, line(p.Message), redact.Text(of))
	}
	fmt.Fprintf(&b, "%s: %s, %s\n", redact.Path(path), plural(failed, "error"), plural(warned, "warning"))
	_, err = io.WriteString(s.stdout, b.String())
	return code, err
}

func count(list []rules.Problem, level rules.Level) int {
	n := 0
	for _, p := range list {
		if p.Level == level {
			n++
		}
	}
	return n
}

// tryRules takes a configuration through what a scan does before it begins.
func tryRules(path string, data []byte) error {
	set, err := rulesLoader().Load(path, data)
	if err != nil {
		return err
	}
	m, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		return err
	}
	return selfTest(set, m, plainOptions())
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// discreet is the problems without what looks like a secret in their messages, which
// quote the file.
func discreet(problems []rules.Problem) []rules.Problem {
	all := make([]rules.Problem, 0, len(problems))
	for _, p := range problems {
		p.Message = string(shade([]byte(p.Message)))
		all = append(all, p)
	}
	return all
}
