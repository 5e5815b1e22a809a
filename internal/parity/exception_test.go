package parity

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/zricethezav/gitleaks/v8/config"
)

// An exception is one difference that is meant, or known, with its reason: see
// exceptions.toml.
type exception struct {
	ID, Test, Side, Reason string
	// Rule, Commit and Path limit it to one place of a history.
	Rule, Commit, Path string

	used int
}

// exceptions reads those of some tests.
func exceptions(t *testing.T, tests ...string) []*exception {
	t.Helper()
	var doc struct{ Exception []*exception }
	meta, err := toml.DecodeFile("exceptions.toml", &doc)
	if err != nil {
		t.Fatal(err)
	}
	if u := meta.Undecoded(); len(u) > 0 {
		t.Fatalf("exceptions.toml: unknown key %v", u)
	}
	var list []*exception
	for _, e := range doc.Exception {
		if e.Reason == "" || !slices.Contains([]string{"missing", "more", "both"}, e.Side) {
			t.Fatalf("exceptions.toml: %q has no reason or no side", e.ID)
		}
		if slices.Contains(tests, e.Test) {
			list = append(list, e)
		}
	}
	return list
}

// of selects the exceptions of one test.
func of(test string) func(*exception) bool {
	return func(e *exception) bool { return e.Test == test }
}

// stale fails for the exceptions that nothing needed.
func stale(t *testing.T, list []*exception, applies func(*exception) bool) {
	t.Helper()
	for _, e := range list {
		if e.used == 0 && applies(e) {
			t.Errorf("exceptions.toml: %q (%s) is needed by nothing", e.ID, e.Test)
		}
	}
}

// inHistory reports whether a repository has the commit of an exception.
func inHistory(repo string) func(*exception) bool {
	return func(e *exception) bool {
		return exec.Command("git", "-C", repo, "cat-file", "-e", e.Commit+"^{commit}").Run() == nil
	}
}

// A disagreement is a difference of configurations, with what is needed to judge
// it.
type disagreement struct {
	difference
	cfg    config.Config
	over   configuration   // the user's own
	bases  []configuration // what it extends
	d      detector
	ours   answer
	theirs map[claim]bool
}

// A configuration is what the judgements need of one.
type configuration struct {
	Rules []struct {
		ID         string
		SkipReport bool
	}
	Allowlists []struct{ TargetRules []string }
}

func parseConfiguration(t testing.TB, text string) configuration {
	t.Helper()
	var c configuration
	if _, err := toml.Decode(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// judgements say, by the id of an exception of configurations, what it covers.
func judgements() map[string]func(*disagreement) bool {
	return map[string]func(*disagreement) bool{
		"required-keywords": func(x *disagreement) bool {
			return x.requires(func(r config.Rule) bool { return len(r.Keywords) > 0 && !x.text.hasKeyword(r.Keywords) })
		},
		"required-path-only": func(x *disagreement) bool {
			return x.requires(func(r config.Rule) bool { return r.Regex == nil })
		},
		"line-break-before-line": func(x *disagreement) bool {
			line := func(a *config.Allowlist) bool { return a.RegexTarget == "line" }
			return x.allowlist(line) || x.requires(func(r config.Rule) bool { return slices.ContainsFunc(r.Allowlists, line) })
		},
		"beside-more": func(x *disagreement) bool {
			for c := range x.ours.reported {
				if !isGeneric(c.rule) && strings.Contains(c.secret, x.secret) && (!x.theirs[c] || x.emptyGroup(c)) {
					return isGeneric(x.rule)
				}
			}
			return false
		},
		"allow-line-behind": func(x *disagreement) bool {
			apart := *x.text
			apart.data = bytes.ReplaceAll(x.text.data, []byte("\n"), []byte("\n\n"))
			return bytes.Contains(x.text.data, []byte("gitleaks:allow")) && x.d.finds(&apart, x.claim)
		},
		"columns": func(x *disagreement) bool {
			return slices.ContainsFunc(x.cfg.Rules[x.rule].RequiredRules, func(q *config.Required) bool { return q.WithinColumns != nil })
		},
		"extended-targets": func(x *disagreement) bool {
			for _, b := range x.bases {
				for _, a := range b.Allowlists {
					if slices.Contains(a.TargetRules, x.rule) {
						return true
					}
				}
			}
			return false
		},
		"extended-skip-report": func(x *disagreement) bool {
			for _, c := range append(slices.Clone(x.bases), x.over) {
				for _, r := range c.Rules {
					if r.ID == x.rule && r.SkipReport {
						return !x.cfg.Rules[x.rule].SkipReport
					}
				}
			}
			return false
		},
		"generic-path-only": func(x *disagreement) bool {
			return isGeneric(x.rule) && x.cfg.Rules[x.rule].Regex == nil
		},
		"empty-group": func(x *disagreement) bool {
			return x.emptyGroup(x.claim) || x.requires(func(r config.Rule) bool {
				return r.Regex != nil && r.SecretGroup > 0 && x.emptyGroup(claim{r.RuleID, r.Regex.FindString(string(x.text.data))})
			})
		},
		"required-elsewhere": func(x *disagreement) bool {
			return x.requires(func(r config.Rule) bool {
				return r.Path != nil && !r.Path.MatchString(x.text.path) || x.ruledOut(r)
			})
		},
		"path-only-commit": func(x *disagreement) bool {
			return x.cfg.Rules[x.rule].Regex == nil && x.allowlist(func(a *config.Allowlist) bool { return len(a.Commits) > 0 })
		},
		"last-line": func(x *disagreement) bool {
			if bytes.HasSuffix(x.text.data, []byte("\n")) {
				return false
			}
			ended := *x.text
			ended.data = append(bytes.Clone(x.text.data), '\n')
			if !x.ours.reported[x.claim] {
				return !x.d.finds(&ended, x.claim)
			}
			return x.d.finds(&ended, x.claim) || isGeneric(x.rule) && besides(x.d.claims(&ended), x.claim) || x.d.findsInside(&ended, x.claim)
		},
	}
}

func isGeneric(id string) bool { return strings.Contains(strings.ToLower(id), "generic") }

// emptyGroup reports whether the secret is the whole match of its rule since the
// group that should be the secret took no part in it.
func (x *disagreement) emptyGroup(c claim) bool {
	r := x.cfg.Rules[c.rule]
	if r.Regex == nil || r.SecretGroup == 0 {
		return false
	}
	groups := r.Regex.FindStringSubmatch(c.secret)
	return len(groups) > r.SecretGroup && groups[r.SecretGroup] == ""
}

// claims are what gitleaks reports of a text.
func (d detector) claims(x *text) map[claim]bool {
	list := map[claim]bool{}
	for _, f := range d.detect(x) {
		list[theirClaim(f)] = true
	}
	return list
}

// finds reports whether gitleaks reports a claim of a text.
func (d detector) finds(x *text, c claim) bool {
	return d.claims(x)[c]
}

func (x *text) hasKeyword(list []string) bool {
	low := strings.ToLower(string(x.data))
	for _, k := range list {
		if strings.Contains(low, k) {
			return true
		}
	}
	return false
}

// requires reports whether the rule requires one for which holds is true.
func (x *disagreement) requires(holds func(config.Rule) bool) bool {
	for _, q := range x.cfg.Rules[x.rule].RequiredRules {
		if holds(x.cfg.Rules[q.RuleID]) {
			return true
		}
	}
	return false
}

// allowlist reports whether the rule has an allowlist, or all rules have one,
// for which holds is true.
func (x *disagreement) allowlist(holds func(*config.Allowlist) bool) bool {
	for _, a := range append(append([]*config.Allowlist(nil), x.cfg.Allowlists...), x.cfg.Rules[x.rule].Allowlists...) {
		if holds(a) {
			return true
		}
	}
	return false
}

// ruledOut reports whether an allowlist of the rule holds for the path or the
// commit.
func (x *disagreement) ruledOut(r config.Rule) bool {
	for _, a := range r.Allowlists {
		if commit, _ := a.CommitAllowed(x.text.commit); commit || a.PathAllowed(x.text.path) {
			return true
		}
	}
	return false
}
