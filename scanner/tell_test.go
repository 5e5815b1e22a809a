package scanner_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
)

// A secret that says something about itself changes its finding, and only what
// it says.
func TestTell(t *testing.T) {
	end := now.Add(-time.Hour)
	var asked scanner.Clue
	rules := testRules()
	rules["pw"].Tell = func(c scanner.Clue) scanner.Told {
		asked = c
		asked.Secret = bytes.Clone(c.Secret)
		return scanner.Told{Title: "Dead password", Severity: scanner.Low, Confidence: scanner.Certain,
			KeyID: "id-a", Account: "123456789012", Expires: end}
	}
	rules["sec"].Tell = func(scanner.Clue) scanner.Told { return scanner.Told{} }
	rules["tok"].Tell = func(scanner.Clue) scanner.Told { t.Error("asked for a part of a pair"); return scanner.Told{} }
	files := map[string]file{"f": {text: "pw-a"}, "g": {text: "pw-a\npw-a"}, "h": {text: "sec-a"}, "i": {text: "id-b sec-b tok-b"}}
	r := scan(t, newSource(files, "f", "g", "h", "i"), matcher{rules: rules}, options())
	if string(asked.Secret) != "pw-a" || len(asked.Paths) != 3 || !asked.Now.Equal(now) {
		t.Errorf("asked with %q at %q, %s", asked.Secret, asked.Paths, asked.Now)
	}
	for _, f := range r.Findings {
		switch f.Rule {
		case "password":
			if f.Title != "Dead password" || f.Severity != scanner.Low || f.Confidence != scanner.Certain || f.KeyID != "id-a" ||
				f.Account == nil || *f.Account != "123456789012" || f.AccountNote != "decoded" || f.Expires == nil || *f.Expires != end.Format(time.RFC3339) {
				t.Errorf("told %+v", f)
			}
		case "aws-secret-access-key":
			if f.Title != "AWS secret access key" || f.Severity != scanner.High || f.Account != nil || f.Expires != nil {
				t.Errorf("told nothing, but %+v", f)
			}
		}
	}
	if len(r.Findings) != 3 {
		t.Errorf("%d findings", len(r.Findings))
	}
}
