package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/rules"
)

// What gitleaks calls the findings of a rule, where an ignore file names them.
func TestGitleaksNames(t *testing.T) {
	for id, want := range map[string]string{
		rules.KeyIDRule:       "aws-access-key-id aws-access-token",
		rules.BedrockLongRule: rules.BedrockLongRule + " aws-amazon-bedrock-api-key-long-lived",
		"github-pat":          "github-pat",
		"generic-api-key":     "generic-api-key",
		"a-rule-of-the-user":  "a-rule-of-the-user generic-api-key",
	} {
		got := rules.GitleaksNames(id)
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", id, got, want)
		}
	}
	if got := rules.GitleaksNames("aws-secret-access-key"); !slices.Contains(got, "generic-api-key") {
		t.Errorf("a secret key: %v", got)
	}
}

// The [awscred] table: what it sets, and that it takes no other key.
func TestAwscredTable(t *testing.T) {
	for text, want := range map[string]struct{ failOn, baseline, err string }{
		"fail-on = \"high\"\nbaseline = \"ci/accepted.json\"": {"high", "ci/accepted.json", ""},
		"fail-on = \"never\"":        {"never", "", ""},
		"disable = [\"github-pat\"]": {},
		"fail-on = \"hihg\"":         {err: `awscred.fail-on: "hihg" is none of`},
		"fail-on = \"info\"":         {err: `awscred.fail-on: "info" is none of`},
		"failon = \"high\"":          {err: `unknown key "awscred.failon"`},
		"accept = []":                {err: `unknown key "awscred.accept"`},
	} {
		set, err := rules.Load("r.toml", []byte("[extend]\nuseDefault = true\n[awscred]\n"+text+"\n"))
		switch {
		case want.err != "":
			if err == nil || !strings.Contains(err.Error(), want.err) {
				t.Errorf("%s: error %v, want %q", text, err, want.err)
			}
		case err != nil:
			t.Errorf("%s: %v", text, err)
		case set.FailOn != want.failOn || set.Baseline != want.baseline:
			t.Errorf("%s: fail-on %q, baseline %q", text, set.FailOn, set.Baseline)
		}
	}
}
