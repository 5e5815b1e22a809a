package code_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/code"
)

var update = flag.Bool("update", false, "rewrite the want sections")

// A case in testdata/code/LANGUAGE is a program and, in its section "want", the
// trace of every site, what was passed over and what is broken. A case that must
// find nothing that sets credentials has none but "nothing" in it.
func TestCases(t *testing.T) {
	dirs, err := filepath.Glob("../../testdata/code/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, dir := range dirs {
		names, _ := filepath.Glob(dir + "/*.txtar")
		positive, negative := 0, 0
		for _, name := range names {
			t.Run(filepath.Base(dir)+"/"+strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
				if checkCase(t, name) {
					positive++
				} else {
					negative++
				}
			})
		}
		if positive < 12 || negative < 8 {
			t.Errorf("%s has %d cases that must match and %d that must not; at least 12 and 8", dir, positive, negative)
		}
	}
}

// checkCase compares a case and reports whether it sets credentials.
func checkCase(t *testing.T, name string) bool {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	archive := txtar.Parse(data)
	if strings.TrimSpace(string(archive.Comment)) == "" {
		t.Error("the case does not say what it is about")
	}
	files, want := chaintest.Memory{}, ""
	at := -1
	for i, f := range archive.Files {
		if f.Name == "want" {
			want, at = string(f.Data), i
			continue
		}
		text, err := keytest.ExpandString(string(f.Data))
		if err != nil {
			t.Fatal(err)
		}
		files["/src/"+f.Name] = []byte(text)
	}
	program, err := code.Look(context.Background(), &resolver.Host{OS: "linux", Dir: "/src", Files: files}, ".")
	if err != nil {
		t.Fatal(err)
	}
	got, sets := describe(program)
	if *update {
		if at < 0 {
			archive.Files = append(archive.Files, txtar.File{Name: "want"})
			at = len(archive.Files) - 1
		}
		archive.Files[at].Data = []byte(got)
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return sets
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", strings.TrimSpace(string(archive.Comment)), diff)
	}
	return sets
}

// describe lists what was found, with placeholders in place of keys.
func describe(p *code.Program) (text string, sets bool) {
	var b strings.Builder
	for i := range p.Sites {
		sets = sets || p.Sites[i].Sets != code.Nothing
		fmt.Fprintln(&b, hideIDs(p.Sites[i].Trace()))
	}
	for what, n := range p.Skipped {
		fmt.Fprintln(&b, "skipped", n, what)
	}
	for _, x := range p.Broken {
		fmt.Fprintln(&b, "broken", x.File, x.Why)
	}
	return b.String(), sets
}

func hideIDs(text string) string {
	for n := 1; n < 10; n++ {
		text = strings.ReplaceAll(text, keytest.ID(n), fmt.Sprintf("{{aws-key-id %d}}", n))
		text = strings.ReplaceAll(text, keytest.TempID(n), fmt.Sprintf("{{aws-temp-key-id %d}}", n))
	}
	return text
}
