package match_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// A sample is a text against which the generator of gitleaks' rules validates a
// rule.
type sample struct {
	Rule   string `json:"rule"`
	Text   string `json:"text"`
	Path   string `json:"path"`
	Expect bool   `json:"expect"`
}

// TestGitleaksSamples runs gitleaks' own samples, each against its rule alone,
// as gitleaks does. They are not part of this repository: AWSCRED_CONFORMANCE
// names the directory that has them.
func TestGitleaksSamples(t *testing.T) {
	samples := loadSamples(t)
	set := defaultSet(t)
	alone := map[string][]*match.Matcher{}
	wrong := 0
	for _, s := range samples {
		if alone[s.Rule] == nil {
			alone[s.Rule] = matchersFor(t, set, s.Rule)
		}
		if s.Expect && strings.Contains(s.Text, "EXAMPLEEXAMPLE") {
			continue // an example of AWS's documentation: noise here
		}
		if got := finds(alone[s.Rule], s); got != s.Expect {
			if wrong++; wrong < 20 {
				t.Errorf("%s: found %t, want %t in %q (path %q)", s.Rule, got, s.Expect, s.Text, s.Path)
			}
		}
	}
	t.Logf("%d of %d samples as expected", len(samples)-wrong, len(samples))
}

func loadSamples(t *testing.T) []sample {
	dir := os.Getenv("AWSCRED_CONFORMANCE")
	if dir == "" {
		t.Skip("AWSCRED_CONFORMANCE is not set")
	}
	f, err := os.Open(filepath.Join(dir, "detect", "gitleaks.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	if len(list) == 0 || lines.Err() != nil {
		t.Fatalf("%d samples, %v", len(list), lines.Err())
	}
	return list
}

// matchersFor returns matchers that run the rule alone; gitleaks'
// aws-access-token is several rules here.
func matchersFor(t *testing.T, set *rules.Set, id string) []*match.Matcher {
	ids := []string{id}
	switch id {
	case "aws-amazon-bedrock-api-key-long-lived":
		ids = []string{rules.BedrockLongRule}
	case "aws-amazon-bedrock-api-key-short-lived":
		ids = []string{rules.BedrockShortRule}
	case "aws-access-token":
		ids = []string{rules.KeyIDRule, rules.LegacyKeyIDRule}
	}
	var list []*match.Matcher
	for _, id := range ids {
		r := set.Rule(id)
		if r == nil {
			t.Fatalf("no rule %q", id)
		}
		list = append(list, compile(t, []scanner.Rule{*r}, set.Allow))
	}
	return list
}

func finds(list []*match.Matcher, s sample) bool {
	for _, m := range list {
		for _, x := range m.MatchName([]byte(path.Base(s.Path))) {
			if s.Path != "" && x.Rule.Path.MatchString(s.Path) && !allowedAt(x, s.Path) {
				return true
			}
		}
		matches, _ := m.Find([]byte(s.Text), nil)
		for _, x := range matches {
			if x.Suppressed == nil && x.Noise == "" && (x.Rule.Path == nil || x.Rule.Path.MatchString(s.Path)) && !allowedAt(x, s.Path) {
				return true
			}
		}
	}
	return false
}

func allowedAt(x scanner.Match, path string) bool {
	for _, a := range x.Allowed {
		for _, re := range a.Paths {
			if re.MatchString(path) {
				return true
			}
		}
	}
	return false
}

func defaultSet(t testing.TB) *rules.Set {
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func compile(t testing.TB, list []scanner.Rule, allow []scanner.Allow) *match.Matcher {
	m, err := match.Compile(list, allow)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
