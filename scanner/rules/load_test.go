package rules_test

import (
	"fmt"
	"os"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/rules"
)

func TestDefault(t *testing.T) {
	set := defaultSet(t)
	if set.From != rules.BuiltIn || len(set.SHA256) != 64 {
		t.Errorf("from %q, digest %q", set.From, set.SHA256)
	}
	if len(set.Rules) < 220 {
		t.Errorf("only %d rules", len(set.Rules))
	}
	if set.Rule("aws-access-token") != nil {
		t.Error("gitleaks' rule for AWS ids runs beside ours")
	}
	seen := map[string]bool{}
	for _, r := range set.Rules {
		if seen[r.ID] {
			t.Errorf("%s: twice", r.ID)
		}
		seen[r.ID] = true
		if r.Title == "" || len(r.Title) > 60 || r.Severity.Rank() > scanner.Info.Rank() {
			t.Errorf("%s: title %q, severity %q", r.ID, r.Title, r.Severity)
		}
	}
	for id, want := range map[string]scanner.Severity{
		rules.KeyIDRule: scanner.Medium, rules.SecretKeyRule: scanner.High, "private-key": scanner.High,
		"generic-api-key": scanner.Medium, "github-pat": scanner.High, rules.BedrockLongRule: scanner.Critical,
	} {
		if r := set.Rule(id); r == nil || r.Severity != want {
			t.Errorf("%s: %v, want severity %s", id, r, want)
		}
	}
}

// The loader trusts the published rules; here they are checked.
func TestPublishedRulesAreSound(t *testing.T) {
	for _, r := range defaultSet(t).Rules {
		if r.Pattern == "" && r.Path == nil {
			t.Errorf("%s: neither a pattern nor a path", r.ID)
		}
		re, err := syntax.Parse(r.Pattern, syntax.Perl)
		if err != nil {
			t.Errorf("%s: %v", r.ID, err)
		} else if r.Group > re.MaxCap() {
			t.Errorf("%s: group %d of %d", r.ID, r.Group, re.MaxCap())
		}
	}
}

func TestDefaultIsStable(t *testing.T) {
	a, b := defaultSet(t), defaultSet(t)
	if a.SHA256 != b.SHA256 {
		t.Error("two loads differ")
	}
	a.Rules[0].Pattern = "changed"
	if b.Rules[0].Pattern == "changed" {
		t.Error("two loads share their rules")
	}
}

const rule = "[[rules]]\nid = \"own\"\nregex = '''own_[a-z]{10}'''\n"

func TestLoadErrors(t *testing.T) {
	tests := map[string]struct{ config, want string }{
		"nothing":             {"", "no rules"},
		"only an allowlist":   {"[[allowlists]]\npaths = ['x']\n", "no rules"},
		"no TOML":             {"[[rules]\n", "reading rules"},
		"unknown key":         {rule + "regexs = 'x'\n", `unknown key "rules.regexs"`},
		"unknown keys":        {rule + "a = 1\nb = 1\nc = 1\nd = 1\ne = 1\nf = 1\n" + rule + "a = 1\n", `unknown key "rules.a", "rules.b", "rules.c", "rules.d", "rules.e" and 1 more`},
		"default above":       {"useDefault = true\n" + rule, "belongs under [extend]"},
		"old form":            {"[whitelist]\nfiles = ['x']\n" + rule, "before its version 7"},
		"unknown table":       {rule + "[awscrd]\nx = 1\n", `unknown key "awscrd`},
		"unknown awscred key": {rule + "[awscred]\ndisabled = ['x']\n", `unknown key "awscred.disabled"`},
		"no id":               {"[[rules]]\nregex = 'x'\n", "no id"},
		"twice":               {rule + rule, `"own" is defined twice`},
		"bad regex":           {"[[rules]]\nid = 'a'\nregex = '('\n", `rule "a": regex`},
		"look-ahead":          {"[[rules]]\nid = 'a'\nregex = 'a(?=b)'\n", `rule "a": regex`},
		"empty match":         {"[[rules]]\nid = 'a'\nregex = 'x*'\n", "empty string"},
		"empty alternative":   {"[[rules]]\nid = 'a'\nregex = 'x|(?:\\bz?)'\n", "empty string"},
		"too large":           {"[[rules]]\nid = 'a'\nregex = '(?:" + strings.Repeat("[a-z][0-9]", 20) + "){900}'\n", "too large"},
		"nothing to match":    {"[[rules]]\nid = 'a'\nkeywords = ['b']\n", "neither a regex nor a path"},
		"bad group":           {rule + "secretGroup = 2\n", "secretGroup is 2"},
		"bad path":            {rule + "path = '('\n", "path:"},
		"empty allowlist":     {rule + "[[rules.allowlists]]\ndescription = 'x'\n", "names no commits"},
		"bad condition":       {rule + "[[rules.allowlists]]\ncondition = 'xor'\npaths = ['x']\n", "neither AND nor OR"},
		"bad target":          {rule + "[[rules.allowlists]]\nregexTarget = 'file'\nregexes = ['x']\n", "none of secret, match, line"},
		"bad allow regex":     {rule + "[[rules.allowlists]]\nregexes = ['(']\n", "regexes:"},
		"both forms":          {rule + "[rules.allowlist]\npaths = ['x']\n[[rules.allowlists]]\npaths = ['x']\n", "cannot stand beside"},
		"unknown target":      {rule + "[[allowlists]]\ntargetRules = ['nope']\npaths = ['x']\n", `targets rule "nope"`},
		"unknown required":    {rule + "[[rules.required]]\nid = 'nope'\n", `requires "nope"`},
		"required without id": {rule + "[[rules.required]]\nwithinLines = 1\n", "no id"},
		"unknown disabled":    {rule + "[awscred]\ndisable = ['nope']\n", `disable names "nope"`},
		"unknown severity":    {rule + "[awscred.severity]\nown = 'bad'\n", "none of critical"},
		"severity of no rule": {rule + "[awscred.severity]\nnope = 'low'\n", `severity names "nope"`},
		"a URL":               {rule + "[extend]\nurl = 'https://example.com/x'\n", "not supported"},
		"two bases":           {rule + "[extend]\nuseDefault = true\npath = 'x'\n", "exclude each other"},
		"a file, no reader":   {rule + "[extend]\npath = 'x'\n", "not read here"},
		"disabled, no base":   {rule + "[extend]\ndisabledRules = ['x']\n", "without anything extended"},
		"disabled, unknown":   {"[extend]\nuseDefault = true\ndisabledRules = ['nope']\n", `names "nope"`},
		"required, disabled":  {"[extend]\nuseDefault = true\n[awscred]\ndisable = ['aws-access-key-id']\n", "which is disabled"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := rules.Load("x.toml", []byte(test.config))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
			if err != nil && !strings.Contains(err.Error(), "x.toml") {
				t.Errorf("%v does not name the file", err)
			}
		})
	}
}

func load(t *testing.T, config string) *rules.Set {
	t.Helper()
	set, err := rules.Load("x.toml", []byte(config))
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestOwnRulesAreInEverySet(t *testing.T) {
	set := load(t, rule)
	if set.Rule("own") == nil || set.Rule(rules.KeyIDRule) == nil || set.Rule("github-pat") != nil {
		t.Errorf("%d rules", len(set.Rules))
	}
}

func TestExtendDefault(t *testing.T) {
	base := defaultSet(t)
	set := load(t, `
[extend]
useDefault = true
disabledRules = ["github-pat", "generic-api-key"]
`+rule+`
[[rules]]
id = "stripe-access-token"
description = "Ours"
entropy = 4.5
keywords = ["STRIPE"]
[[rules.allowlists]]
paths = ["^docs/"]
[[allowlists]]
targetRules = ["gcp-api-key", "aws-access-token"]
stopwords = ["Fake"]
[[allowlists]]
description = "all of them"
commits = ["ABCDEF"]
[awscred]
disable = ["jwt"]
[awscred.severity]
private-key = "critical"
aws-access-token = "low"
`)
	for _, id := range []string{"github-pat", "generic-api-key", "jwt"} {
		if set.Rule(id) != nil {
			t.Errorf("%s was disabled", id)
		}
	}
	s := set.Rule("stripe-access-token")
	if s.Pattern != base.Rule(s.ID).Pattern || s.MinEntropy != 4.5 || s.Title != "Ours" || len(s.Allow) != 1 || s.Allow[0].BuiltIn {
		t.Errorf("merged rule: %+v", s)
	}
	if s.Keywords[len(s.Keywords)-1] != "stripe" {
		t.Errorf("keywords %q", s.Keywords)
	}
	for _, id := range []string{"gcp-api-key", rules.KeyIDRule, rules.LegacyKeyIDRule} {
		r := set.Rule(id)
		if n := len(r.Allow); n == 0 || len(r.Allow[n-1].StopWords) != 1 || r.Allow[n-1].StopWords[0] != "fake" {
			t.Errorf("%s: allowances %+v", id, r.Allow)
		}
	}
	if last := set.Allow[len(set.Allow)-1]; last.BuiltIn || last.Commits[0] != "abcdef" || !set.Allow[0].BuiltIn {
		t.Errorf("allowances %+v", set.Allow)
	}
	if set.Rule("private-key").Severity != scanner.Critical || set.Rule(rules.KeyIDRule).Severity != scanner.Low {
		t.Error("severities were not set")
	}
	if set.SHA256 == base.SHA256 || base.Rule("stripe-access-token").MinEntropy == 4.5 {
		t.Error("the built-in set changed")
	}
}

func TestDisabledAWSIDs(t *testing.T) {
	set := load(t, "[extend]\nuseDefault = true\ndisabledRules = ['aws-access-token']\n")
	if set.Rule(rules.KeyIDRule) != nil || set.Rule(rules.NearSecretRule) != nil || set.Rule(rules.SecretKeyRule) == nil {
		t.Error("disabling aws-access-token disables the rules for ids")
	}
}

func TestAllowlistOfTheReplacedRule(t *testing.T) {
	set := load(t, "[extend]\nuseDefault = true\n[[rules]]\nid = 'aws-access-token'\n[[rules.allowlists]]\nregexes = ['X$']\n")
	r := set.Rule(rules.KeyIDRule)
	if len(r.Allow) != 1 || r.Allow[0].Patterns[0].String() != "X$" {
		t.Errorf("allowances %+v", r.Allow)
	}
}

func TestOwnRuleOfTheReplacedName(t *testing.T) {
	set := load(t, "[extend]\nuseDefault = true\n[[rules]]\nid = 'aws-access-token'\nregex = 'mine[0-9]{9}'\n")
	if r := set.Rule("aws-access-token"); r == nil || r.Pattern != "mine[0-9]{9}" || set.Rule(rules.KeyIDRule) == nil {
		t.Errorf("%+v", r)
	}
}

func TestExtendPath(t *testing.T) {
	files := map[string]string{
		"base.toml":  "[extend]\nuseDefault = true\n" + rule,
		"deep1.toml": "[extend]\npath = 'deep2.toml'\n" + rule,
		"deep2.toml": "[extend]\npath = 'deep3.toml'\n",
		"deep3.toml": rule,
		"loop.toml":  "[extend]\npath = 'loop.toml'\n" + rule,
		"bad.toml":   "nonsense = 1\n",
	}
	l := rules.Loader{Read: func(path string) ([]byte, error) {
		if s, ok := files[path]; ok {
			return []byte(s), nil
		}
		return nil, fmt.Errorf("opening %q: %w", path, os.ErrNotExist)
	}}
	set, err := l.Load("x.toml", []byte("[extend]\npath = 'base.toml'\n[[rules]]\nid = 'own'\nentropy = 1.0\n"))
	if err != nil {
		t.Fatal(err)
	}
	if r := set.Rule("own"); r == nil || r.MinEntropy != 1 || r.Pattern == "" || set.Rule("github-pat") == nil {
		t.Errorf("merged rule: %+v", r)
	}
	for path, want := range map[string]string{
		"deep1.toml": "more than 2 configurations", "loop.toml": "more than 2 configurations",
		"none.toml": "file does not exist", "bad.toml": "unknown key",
	} {
		_, err := l.Load("x.toml", []byte("[extend]\npath = '"+path+"'\n"))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

func TestTooLarge(t *testing.T) {
	if _, err := rules.Load("x.toml", make([]byte, 5<<20)); err == nil {
		t.Error("no error")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(rule)
	f.Add("[extend]\nuseDefault = true\n" + rule + "[awscred]\ndisable = ['own']\n")
	f.Fuzz(func(t *testing.T, config string) {
		set, err := rules.Load("x", []byte(config))
		if err == nil && (len(set.Rules) == 0 || set.SHA256 == "") {
			t.Errorf("an empty set from %q", config)
		}
	})
}

func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		defaultSet(b)
	}
}

func BenchmarkDefaultCompiled(b *testing.B) {
	for b.Loop() {
		matcher(b, defaultSet(b))
	}
}

// What is looked for by nothing but its shape is asked for, and can be refused.
func TestWithShapes(t *testing.T) {
	base := defaultSet(t)
	more := base.WithShapes()
	if base.Rule(rules.LoneSecretRule) != nil || more.Rule(rules.LoneSecretRule) == nil || more.SHA256 == base.SHA256 {
		t.Error("the rule is in the wrong set")
	}
	set := load(t, "[extend]\nuseDefault = true\n[awscred]\ndisable = ['"+rules.LoneSecretRule+"']\n")
	if set.WithShapes().Rule(rules.LoneSecretRule) != nil {
		t.Error("the rule was disabled")
	}
}

// The ids of gitleaks' rules that awscred replaces mean its own.
func TestReplacedRules(t *testing.T) {
	base := defaultSet(t)
	for id, own := range map[string]string{
		"aws-amazon-bedrock-api-key-long-lived": rules.BedrockLongRule, "aws-amazon-bedrock-api-key-short-lived": rules.BedrockShortRule,
	} {
		if base.Rule(id) != nil || base.Rule(own) == nil {
			t.Errorf("%s runs, or %s does not", id, own)
		}
		set := load(t, "[extend]\nuseDefault = true\n[[rules]]\nid = '"+id+"'\n[[rules.allowlists]]\nregexes = ['X$']\n[awscred.severity]\n"+id+" = 'low'\n")
		if r := set.Rule(own); len(r.Allow) != 1 || r.Severity != scanner.Low {
			t.Errorf("%s: allowances %+v, severity %s", own, r.Allow, r.Severity)
		}
		for name, config := range map[string]string{
			"by extend":  "[extend]\nuseDefault = true\ndisabledRules = ['" + id + "']\n",
			"by awscred": "[extend]\nuseDefault = true\n[awscred]\ndisable = ['" + id + "']\n",
		} {
			if load(t, config).Rule(own) != nil {
				t.Errorf("%s: disabled %s, but it runs", own, name)
			}
		}
	}
}
