package rules_test

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
)

// labelled is the directory of texts with what a scan must find in each. Their
// names are "PATH => EXPECTED; …", where EXPECTED is nothing, or
//
//	pair N, temp N          the N-th key with its secret; with a token
//	id N, tempid N, oldid N an id alone; secret N, token N, shape N alike
//	RULE                    a secret of another rule
//
// each with what the scan says of it in parentheses. What begins with ~ is
// shown with --all only: noise, and what is for information. Of that only what
// is listed must be there; everything else must be exactly as listed.
const labelled = "labelled"

// A text is one labelled text.
type text struct {
	path string
	data []byte
	want []string
}

func (x *text) negative() bool {
	return !slices.ContainsFunc(x.want, func(w string) bool { return !strings.HasPrefix(w, "~") })
}

// TestLabelled scans every labelled text by itself, through the whole pipeline.
// It demands that all is found and nothing else, and prints how many.
func TestLabelled(t *testing.T) {
	set := defaultSet(t).WithShapes()
	m := matcher(t, set)
	files, err := filepath.Glob(filepath.Join(examples, labelled, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	updating := flag.Lookup("update").Value.String() == "true"
	var all score
	names := known()
	seen := map[string]string{}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var s score
		for i := range a.Files {
			if other := seen[string(a.Files[i].Data)]; other != "" {
				t.Errorf("%s: %q is the text of %q", filepath.Base(file), a.Files[i].Name, other)
			}
			seen[string(a.Files[i].Data)] = a.Files[i].Name
			x := parse(t, a.Files[i])
			got := findings(t, m, &x, names)
			if updating {
				path, _, _ := strings.Cut(a.Files[i].Name, " => ")
				a.Files[i].Name = path + " => " + strings.Join(fill(x.want, got), "; ")
			}
			s.add(t, filepath.Base(file), &x, got)
		}
		t.Logf("%-28s %s", strings.TrimSuffix(filepath.Base(file), ".txtar"), &s)
		all.sum(&s)
		if updating {
			if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%-28s %s", "all", &all)
	if all.positive < 400 || all.negative < 600 {
		t.Errorf("%d positive and %d negative texts", all.positive, all.negative)
	}
}

// A score counts texts and what was found in them.
type score struct{ positive, negative, right, wrong, missed int }

func (s *score) add(t *testing.T, file string, x *text, got []string) {
	if x.negative() {
		s.negative++
	} else {
		s.positive++
	}
	var wrong, missed []string
	for _, g := range got {
		switch {
		case slices.Contains(x.want, g):
			s.right++
		case !strings.HasPrefix(g, "~"):
			wrong = append(wrong, g)
		}
	}
	for _, w := range x.want {
		if !slices.Contains(got, w) {
			missed = append(missed, w)
		}
	}
	s.wrong, s.missed = s.wrong+len(wrong), s.missed+len(missed)
	if len(wrong)+len(missed) > 0 {
		t.Errorf("%s: %s: found %q, missed %q", file, x.path, wrong, missed)
	}
}

func (s *score) sum(o *score) {
	s.positive, s.negative = s.positive+o.positive, s.negative+o.negative
	s.right, s.wrong, s.missed = s.right+o.right, s.wrong+o.wrong, s.missed+o.missed
}

func (s *score) String() string {
	ratio := func(n, of int) float64 { return float64(n) / float64(max(1, of)) }
	return fmt.Sprintf("%4d positive %4d negative; %4d found, precision %.3f, recall %.3f", s.positive, s.negative, s.right,
		ratio(s.right, s.right+s.wrong), ratio(s.right, s.right+s.missed))
}

func parse(t *testing.T, f txtar.File) text {
	t.Helper()
	path, want, ok := strings.Cut(f.Name, " => ")
	if !ok {
		t.Fatalf("text %q has no expectation", f.Name)
	}
	x := text{path: string(expand(t, []byte(path))), data: expand(t, f.Data)}
	if strings.Contains(path, "CRLF") {
		x.data = bytes.ReplaceAll(x.data, []byte("\n"), []byte("\r\n"))
	}
	if want != "nothing" {
		x.want = strings.Split(want, "; ")
	}
	return x
}

// fill completes expectations with what the scan says of what they name.
func fill(want, got []string) []string {
	if len(want) == 0 {
		return []string{"nothing"}
	}
	list := slices.Clone(want)
	for i, w := range list {
		base, _, _ := strings.Cut(w, " (")
		if k := slices.IndexFunc(got, func(g string) bool { return strings.HasPrefix(g, base+" (") }); k >= 0 && !slices.Contains(got, w) {
			list[i] = got[k]
		}
	}
	return list
}

// findings scans one text and names what belongs to AWS.
func findings(t *testing.T, m *match.Matcher, x *text, names map[string]string) []string {
	t.Helper()
	o := scanner.Options{Now: func() time.Time { return now }, ShowSecrets: true}
	r, err := scanner.Scan(context.Background(), &single{x: x}, m, o)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, f := range r.Findings {
		if !strings.HasPrefix(f.Rule, "aws-") && !strings.Contains(f.Title, "AWS") && !strings.Contains(f.Title, "CloudFront") && !strings.Contains(f.Title, "IAM Roles") && !strings.Contains(f.Title, "EC2") {
			continue // gitleaks' rules have tests of their own
		}
		list = append(list, name(f, names))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func name(f *scanner.Finding, names map[string]string) string {
	value := ""
	if f.Secret != nil {
		value = *f.Secret.Value
	}
	base, more := f.Rule, []string{string(f.Severity)}
	switch {
	case f.Rule == "private-key":
		base = f.Title
	case f.Rule == scanner.KindAccessKey:
		base = names[f.KeyID+" "+value]
		if base == "" && f.Noise == "" {
			base = "pair of " + names[f.KeyID] + " and " + names[value]
		}
		more = []string{f.Pairing.Ground, f.Pairing.Certainty}
		if f.SessionToken != nil {
			more = append(more, names[*f.SessionToken.Value])
		}
	case names[value] != "":
		base = names[value]
		if f.Rule == "aws-secret-shape" {
			base = strings.Replace(base, "secret", "shape", 1)
		}
	case f.Secret == nil && names[f.KeyID] != "":
		base = names[f.KeyID]
	}
	if f.Noise != "" {
		base = cmp.Or(base, f.Rule)
		return "~" + base + " (" + f.Noise + ")"
	}
	if f.Severity == scanner.Info {
		base = "~" + base
	}
	return base + " (" + strings.Join(more, ", ") + ")"
}

// known names the keys of keytest by their values.
func known() map[string]string {
	names := map[string]string{}
	for n := range 200 {
		id, temp, old, secret, token := keytest.ID(n), keytest.TempID(n), keytest.OldID(n), keytest.Secret(n), keytest.Token(n)
		names[id], names[temp], names[old] = fmt.Sprint("id ", n), fmt.Sprint("tempid ", n), fmt.Sprint("oldid ", n)
		names[secret], names[token] = fmt.Sprint("secret ", n), fmt.Sprint("token ", n)
		names[id+" "+secret], names[temp+" "+secret], names[old+" "+secret] = fmt.Sprint("pair ", n), fmt.Sprint("temp ", n), fmt.Sprint("oldpair ", n)
	}
	return names
}

// A single is a source of one text.
type single struct {
	x     *text
	cover scanner.Coverage
}

// title is what may follow the path in the name of a text, to tell it apart.
var title = regexp.MustCompile(` \(.*\)$`)

func (s *single) Target() scanner.Target      { return scanner.Target{Kind: "file", Name: s.x.path} }
func (s *single) Coverage() *scanner.Coverage { return &s.cover }

func (s *single) Sweep(_ context.Context, visit scanner.Visitor) error {
	path := title.ReplaceAllString(s.x.path, "")
	visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Content, Place: scanner.InFile, Path: path}, Data: s.x.data})
	return nil
}

func (s *single) Locate(_ context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	lives := make([]scanner.Life, len(secrets))
	for i, h := range secrets {
		for _, b := range h.Blobs {
			spots := []scanner.Spot{{Place: b.Place, Path: b.Path}}
			if b.Accepts != nil && !b.Accepts(b.Path) {
				spots = nil
			}
			lives[i].Spots = append(lives[i].Spots, spots)
		}
	}
	return lives, nil
}
