package sdk_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/sdk"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestSteps compares whole traces, as local evidence gives them, with golden
// files.
func TestSteps(t *testing.T) {
	cases, err := chaintest.LoadDir("testdata/steps")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			w := c.Wants[0]
			tr, _ := trace(t, c, sdk.Find(w.SDK), w, resolver.Options{})
			checkSteps(t, tr)
			got := render(tr)
			if strings.Contains(got, "hidden") {
				t.Errorf("a secret is shown:\n%s", got)
			}
			golden := filepath.Join("testdata/steps", c.Name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("steps differ (-want +got):\n%s", d)
			}
		})
	}
}

// render writes a trace in a form that shows everything but the spelling of
// key ids, which only show their last four characters.
func render(tr *resolver.Trace) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, profile %q by %q\n", tr.Outcome(), tr.Profile.Name, tr.Profile.By)
	if tr.Blocked != nil {
		b.WriteString("blocked\n")
		renderStep(&b, tr.Blocked, false)
	}
	for i := range tr.Steps {
		renderStep(&b, &tr.Steps[i], tr.IsShadowed(i))
	}
	return b.String()
}

func renderStep(b *strings.Builder, s *resolver.Step, shadowed bool) {
	fmt.Fprintf(b, "%s %s", s.Source, s.Status)
	if shadowed {
		b.WriteString(" shadowed")
	}
	if s.Stops {
		b.WriteString(" stops")
	}
	fmt.Fprintf(b, ": %s\n", s.Reason)
	for _, detail := range []struct{ name, text string }{
		{"profile", s.Profile}, {"key", last(s.KeyID)}, {"account", s.Account}, {"role", s.RoleARN},
	} {
		if detail.text != "" {
			fmt.Fprintf(b, "    %s %s\n", detail.name, detail.text)
		}
	}
	renderWhere(b, "    at", s.Where)
	for _, hop := range s.Via {
		fmt.Fprintf(b, "    via %s %s %s %s\n", hop.Source, hop.Profile, last(hop.KeyID), hop.RoleARN)
		renderWhere(b, "        at", hop.Where)
	}
}

func renderWhere(b *strings.Builder, indent string, list []resolver.Evidence) {
	for _, e := range list {
		fmt.Fprintf(b, "%s %s %s:%d %s\n", indent, e.Kind, e.Name, e.Line, e.Note)
	}
}

func last(id string) string { return id[max(0, len(id)-4):] }
