package rules

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
)

var update = flag.Bool("update", false, "rewrite docs/rules.md")

// docs/rules.md is made from the rules and is never behind them.
func TestRulesPage(t *testing.T) {
	set, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("..", "..", "docs", "rules.md")
	want := rulesPage(set.WithShapes())
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/rules.md is behind the rules: go test ./scanner/rules -update")
	}
}

func rulesPage(set *Set) string {
	var b strings.Builder
	b.WriteString(`# Rules

This page is made from the rules by a test; do not edit it.

awscred's own rules come first: they know what AWS credentials look like. The others are the published rules of
[gitleaks](https://github.com/gitleaks/gitleaks), run with its semantics: keywords, entropy, allowlists, stopwords, required
neighbours. A file in gitleaks' form replaces or extends them: ` + "`awscred scan --config FILE`" + `. awscred's own rules are always there;
` + "`aws-access-token`" + `, the name of gitleaks' rule for key ids, means them in such a file.

`)
	own, theirs := "", ""
	for i := range set.Rules {
		r := &set.Rules[i]
		if r.Hidden && r.Part == "" {
			continue // marks a text for other rules
		}
		if r.Part != "" && r.Part != scanner.Whole || strings.HasPrefix(r.ID, "aws-") && r.Why != "" {
			own += section(r)
		} else {
			theirs += fmt.Sprintf("| `%s` | %s | %s |\n", r.ID, cell(r.Title), r.Severity)
		}
	}
	b.WriteString(own + "## The rules of gitleaks\n\n| rule | what | severity |\n|---|---|---|\n" + theirs)
	return b.String()
}

func section(r *scanner.Rule) string {
	s := fmt.Sprintf("## %s\n\n%s. Severity %s", r.ID, r.Title, r.Severity)
	if r.Confidence != "" {
		s += ", " + string(r.Confidence)
	}
	s += ".\n\n"
	if r.Why != "" {
		s += r.Why + "\n\n"
	}
	if r.Fix != "" {
		s += "What to do: " + r.Fix + "\n\n"
	}
	return s
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
