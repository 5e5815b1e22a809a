package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/internal/repotest"
	"github.com/awscred/awscred/scanner"
)

// Every key of every case in testdata/repos is found in the place where the
// case says that it is hidden, and nothing is printed that must not be.
func TestHidingPlaces(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join(root, "testdata", "repos", "*.txtar"))
	if err != nil || len(cases) < 10 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, file := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			repo := repotest.Build(t, file)
			reports := map[string]*scanner.Report{}
			for _, w := range repo.Wants {
				if reports[w.Dir] == nil {
					reports[w.Dir] = scanCase(t, repo, w.Dir)
				}
				checkWant(t, repo, w, reports[w.Dir])
			}
			if len(repo.Wants) == 0 {
				if r := scanCase(t, repo, ""); r.Summary.Findings > 0 {
					t.Errorf("found %d secrets, want none", r.Summary.Findings)
				}
			}
		})
	}
}

// scanCase scans the repository, or another directory of the case, by the
// command, and checks that the report holds no secret.
func scanCase(t *testing.T, repo *repotest.Repo, dir string) *scanner.Report {
	t.Helper()
	path := repo.Dir
	if dir != "" {
		path = repo.Dirs[dir]
	}
	code, out, errs := runHere(t, nil, "", "scan", "--all", "--format", "json", path)
	if code != exitOK && code != exitFound {
		t.Errorf("scan %s: exit code %d\n%s", dir, code, errs)
	}
	var r scanner.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("scan %s: %v\n%s", dir, err, errs)
	}
	var secrets []string
	for _, w := range repo.Wants {
		secrets = append(secrets, keytest.Secret(w.Number), keytest.Token(w.Number))
	}
	if leaks := keytest.Leaks([]byte(out+errs), secrets...); len(leaks) > 0 {
		t.Errorf("the report has a secret: %v", leaks)
	}
	return &r
}

func checkWant(t *testing.T, repo *repotest.Repo, w repotest.Want, r *scanner.Report) {
	t.Helper()
	parts := []scanner.Part{scanner.IDPart, scanner.SecretPart}
	if w.Part != "" {
		parts = []scanner.Part{scanner.Part(w.Part)}
	}
	for _, part := range parts {
		found := occurrencesOf(r, w, part)
		if !slices.ContainsFunc(found, func(o located) bool { return stands(repo, w, o) }) {
			t.Errorf("%s: the %s is not found there; it is found in %s", w, part, describe(found))
		}
	}
}

// located is an occurrence, and what is said of its finding.
type located struct {
	scanner.Occurrence
	refs       []string
	pairing    string // its ground, or none
	confidence scanner.Confidence
}

// occurrencesOf returns where a part of a key was found.
func occurrencesOf(r *scanner.Report, w repotest.Want, part scanner.Part) []located {
	var list []located
	for _, f := range r.Findings {
		if !isKey(f, w, part) {
			continue
		}
		for _, o := range f.Occurrences {
			if o.Part == part || o.Part == scanner.Whole {
				list = append(list, located{o, f.Refs, ground(f), f.Confidence})
			}
		}
	}
	return list
}

// ground is that of the pairing of a finding.
func ground(f *scanner.Finding) string {
	if f.Pairing == nil {
		return "none"
	}
	return f.Pairing.Ground
}

// isKey reports whether a finding is of the key: it names its id, or is its
// secret or token alone.
func isKey(f *scanner.Finding, w repotest.Want, part scanner.Part) bool {
	if f.KeyID != "" {
		return f.KeyID == w.ID()
	}
	switch part {
	case scanner.SecretPart:
		return f.Fingerprint == fingerprint(f.Secret.Kind, keytest.Secret(w.Number))
	case scanner.TokenPart:
		return f.Fingerprint == fingerprint(f.Secret.Kind, keytest.Token(w.Number))
	}
	return false
}

// fingerprint is how a report names a secret of this kind.
func fingerprint(kind, secret string) string { return redact.New(secret).Fingerprint(nil, kind) }

func stands(repo *repotest.Repo, w repotest.Want, o located) bool {
	if string(o.Place) != w.Place || string(o.Field) != w.Field {
		return false
	}
	by := ""
	if o.Suppressed != nil {
		by = o.Suppressed.By
	}
	if by != w.Suppressed {
		return false
	}
	if w.Pairing != "" && o.pairing != withCommits(repo, w.Pairing) || w.Confidence != "" && string(o.confidence) != w.Confidence {
		return false
	}
	if w.Decoded != "" && strings.Join(o.Decoded, ",") != w.Decoded {
		return false
	}
	if w.Path != "" && exactPath(o) != shownPath(w) {
		return false
	}
	if id := repo.Commits[w.Commit]; w.Commit != "" && o.Commit != id && o.Object != id {
		return false
	}
	return w.Ref == "" || slices.Contains(o.refs, w.Ref) || o.Ref != nil && *o.Ref == withoutSecret(w, w.Ref)
}

// withCommits puts short names of commits into a text in place of ${NAME}.
func withCommits(repo *repotest.Repo, text string) string {
	return os.Expand(text, func(name string) string { return repo.Commits[name][:min(7, len(repo.Commits[name]))] })
}

// exactPath is the path of an occurrence, byte for byte.
func exactPath(o located) string {
	if o.PathB64 == nil {
		return o.Path
	}
	exact, err := base64.StdEncoding.DecodeString(*o.PathB64)
	if err != nil {
		return err.Error()
	}
	return string(exact)
}

// shownPath is a path as reports show it: a secret in it is not.
func shownPath(w repotest.Want) string { return withoutSecret(w, w.Path) }

func withoutSecret(w repotest.Want, text string) string {
	return strings.ReplaceAll(text, keytest.Secret(w.Number), "[secret]")
}

func describe(list []located) string {
	var out []string
	for _, o := range list {
		ref := ""
		if o.Ref != nil {
			ref = " ref=" + *o.Ref
		}
		out = append(out, strings.TrimSpace("place="+string(o.Place)+" field="+string(o.Field)+" path="+o.Path+" commit="+o.Commit+ref+
			" decoded="+strings.Join(o.Decoded, ",")+" confidence="+string(o.confidence)+" ("+o.pairing+")"))
	}
	if len(out) == 0 {
		return "no place"
	}
	return strings.Join(out, "; ")
}

// Two scans, and one after a repack, print the same bytes but for the seconds.
// The repack keeps unreachable objects: one that drops them changes what there
// is to read.
func TestRepeatable(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join(root, "testdata", "repos", "*.txtar"))
	if err != nil || len(cases) < 10 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, file := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			repo := repotest.Build(t, file)
			scan := func() string {
				_, out, _ := runHere(t, nil, "", "scan", "--all", "--format", "json", repo.Dir)
				lines := strings.Split(out, "\n")
				return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, `"seconds"`) }), "\n")
			}
			first := scan()
			if again := scan(); again != first {
				t.Error("the second scan differs from the first")
			}
			repo.Git("repack", "-adfq", "--keep-unreachable")
			if packed := scan(); packed != first {
				t.Errorf("the scan after a repack differs: %s", cmp.Diff(first, packed))
			}
		})
	}
}
