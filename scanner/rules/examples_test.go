package rules_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// examples is where the texts stand that rules must and must not match: a
// directory for each rule, with match.txtar and no-match.txtar.
const examples = "../../testdata/rules"

// TestExamples runs the texts of every directory, against all rules at once.
func TestExamples(t *testing.T) {
	set := defaultSet(t).WithShapes()
	m := matcher(t, set)
	dirs, err := os.ReadDir(examples)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		id := d.Name()
		if id == labelled {
			continue
		}
		if set.Rule(id) == nil {
			t.Errorf("%s: no such rule", id)
			continue
		}
		for name, want := range map[string]bool{"match.txtar": true, "no-match.txtar": false} {
			for _, f := range readExamples(t, filepath.Join(examples, id, name)) {
				t.Run(id+"/"+f.Name, func(t *testing.T) {
					if got := matches(m, id, f.Data); got != want {
						t.Errorf("matches: %t, want %t", got, want)
					}
				})
			}
		}
	}
}

// TestEveryOwnRuleHasExamples fails for a rule of ours that nobody tried.
func TestEveryOwnRuleHasExamples(t *testing.T) {
	own := 0
	for _, r := range defaultSet(t).WithShapes().Rules {
		if r.Part == "" {
			continue // gitleaks'
		}
		own++
		for _, name := range []string{"match.txtar", "no-match.txtar"} {
			if len(readExamples(t, filepath.Join(examples, r.ID, name))) < 2 {
				t.Errorf("%s: fewer than two texts in %s", r.ID, name)
			}
		}
		if r.Title == "" || r.Why == "" || r.Fix == "" || r.Severity == "" || r.Confidence == "" {
			t.Errorf("%s: not everything is described", r.ID)
		}
	}
	if own == 0 {
		t.Error("no rules of our own")
	}
}

func readExamples(t *testing.T, path string) []txtar.File {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Files) == 0 {
		t.Fatalf("%s holds no texts", path)
	}
	for i := range a.Files {
		f := &a.Files[i]
		f.Data = expand(t, f.Data)
		if strings.Contains(f.Name, "CRLF") {
			f.Data = bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n"))
		}
		if strings.Contains(f.Name, "last in the file") {
			f.Data = bytes.TrimRight(f.Data, "\n")
		}
	}
	return a.Files
}

func matches(m *match.Matcher, id string, text []byte) bool {
	list, _ := m.Find(text, nil)
	for _, x := range list {
		if x.Rule.ID == id && x.Noise == "" && x.Suppressed == nil {
			return true
		}
	}
	return false
}

func defaultSet(t testing.TB) *rules.Set {
	t.Helper()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func matcher(t testing.TB, set *rules.Set) *match.Matcher {
	t.Helper()
	m, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
