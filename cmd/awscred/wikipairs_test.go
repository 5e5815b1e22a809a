package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
)

// An id on one page of a wiki and its secret on another, or in another revision
// of the page, are one key.
func TestPairsOfAWiki(t *testing.T) {
	line := func(page string, revision, day int, text string) string {
		return fmt.Sprintf(`{"wiki":"ops","page":%q,"revision":%d,"author":"Ann","time":"2026-03-%02dT10:00:00Z","text":%q}`+"\n", page, revision, day, text)
	}
	id, secret := "AWS_ACCESS_KEY_ID="+keytest.ID(1), "AWS_SECRET_ACCESS_KEY="+keytest.Secret(1)
	for name, c := range map[string]struct{ text, want string }{
		"revisions": {line("Deploy", 1, 1, id) + line("Deploy", 2, 2, secret) + line("Keys", 3, 2, "nothing"), "secret in another version of page Deploy, revision 2"},
		"pages":     {line("Deploy", 1, 1, id) + line("Keys", 2, 20, secret), "secret on page Keys, same wiki, revision 2"},
		"one page":  {line("Deploy", 1, 1, id+"\n\n"+secret), "2 lines apart"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "w.ndjson")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, out, errs := runHere(t, nil, "", "scan", "--format", "json", "--wiki", file)
			var r scanner.Report
			if err := json.Unmarshal([]byte(out), &r); err != nil {
				t.Fatalf("%v\n%s", err, errs)
			}
			if !slices.ContainsFunc(r.Findings, func(f *scanner.Finding) bool { return f.KeyID == keytest.ID(1) && ground(f) == c.want }) || len(r.Findings) != 1 {
				for _, f := range r.Findings {
					t.Errorf("%s: %s", f.Rule, ground(f))
				}
				t.Errorf("want %q", c.want)
			}
		})
	}
}
