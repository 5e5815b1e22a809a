package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/internal/repotest"
	"github.com/awscred/awscred/scanner"
)

// everything is the case with a key in every place.
const everything = "everything.txtar"

// A hidingPlace is where a key can be hidden, and the number of the key that the
// case everything.txtar hides there.
type hidingPlace struct {
	what string
	key  int
	// part is what stands there alone: an id or a secret.
	part scanner.Part
}

// hidingPlaces are 78, by their numbers from 1. They are those in which scanners
// have been compared by hiding one key pair in each.
func hidingPlaces() []hidingPlace {
	return []hidingPlace{
		{"file in HEAD", 1, ""}, {"file deleted later", 2, ""}, {"other branch", 3, ""}, {"commit reachable only from a tag", 4, ""},
		{"refs/remotes/origin/x", 5, ""}, {"refs/pull/1/head", 6, ""}, {"refs/hidden/custom", 7, ""}, {"git note", 8, ""},
		{"annotated tag's message", 9, ""}, {"commit message", 10, ""}, {"author's name", 11, ""}, {"rename and edit in one commit", 12, ""},
		{"only in a merge commit", 13, ""}, {"binary file", 14, ""}, {"UTF-16LE", 15, ""}, {".gitattributes -diff", 16, ""},
		{".gitattributes binary", 17, ""}, {"zip", 18, ""}, {"tar.gz", 19, ""}, {"zip in zip", 20, ""}, {"gz", 21, ""}, {"jar", 22, ""},
		{"docx", 23, ""}, {"file name", 120, ""}, {"symlink target", 25, ""}, {"branch name", 26, scanner.IDPart}, {"base64", 27, ""},
		{"base64 twice", 28, ""}, {"hex", 29, ""}, {"percent-encoded", 30, ""}, {`\u escapes`, 31, ""}, {"HTML entities", 32, ""},
		{"gzip in base64", 33, ""}, {"end of a long text file", 34, ""}, {"in one very long line", 35, ""}, {"node_modules/", 36, ""},
		{"vendor/github.com/", 37, ""}, {"package-lock.json", 38, ""}, {"go.sum", 39, ""}, {".svg", 40, ""}, {"text named .png", 41, ""},
		{".min.js", 42, ""}, {"text named .pdf", 43, ""}, {".ipynb", 44, ""}, {"test fixture", 45, ""}, {"file named gitleaks.toml", 46, ""},
		{"CRLF", 47, ""}, {"odd file name", 48, ""}, {"id and secret in different commits", 49, ""}, {"id and secret 60 lines apart", 50, ""},
		{"id only", 51, scanner.IDPart}, {"secret only", 52, scanner.SecretPart}, {"gitleaks:allow", 53, scanner.IDPart}, {"symlink becomes a file", 54, ""},
		{"content hidden by refs/replace", 55, ""}, {"orphan branch's root", 56, ""}, {"reflog only", 57, ""}, {"unreachable commit", 58, ""},
		{"unreachable blob", 59, ""}, {"tag of a blob", 60, ""}, {"detached HEAD of a linked work tree", 61, ""}, {"LFS object", 62, ""},
		{"stash: unstaged change", 63, ""}, {"stash: staged file", 64, ""}, {"stash: untracked file", 65, ""}, {"staged", 66, ""},
		{"unstaged edit", 67, ""}, {"untracked file", 68, ""}, {"git-ignored .env", 69, ""}, {".git/config", 70, ""}, {"older stash", 71, ""},
		{"pair with neutral names in one line", 72, ""}, {"secret only, neutral name", 73, scanner.SecretPart}, {"pair in pieces", 74, ""},
		{"camelCase JSON", 75, ""}, {"Terraform", 76, ""}, {"s3:// with a key", 77, ""}, {"Kubernetes Secret", 78, ""},
	}
}

// Each of the hiding places has a key of its own in one repository, and
// TestHidingPlaces wants that key found there.
func TestEveryHidingPlaceHasAKey(t *testing.T) {
	a, err := txtar.ParseFile(filepath.Join(root, "testdata", "repos", everything))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "want.txt" })
	text, err := keytest.Expand(a.Files[i].Data)
	if err != nil {
		t.Fatal(err)
	}
	wants, err := repotest.ParseWants(text)
	if err != nil {
		t.Fatal(err)
	}
	places := hidingPlaces()
	if len(places) != 78 {
		t.Fatalf("%d hiding places", len(places))
	}
	used := map[int]int{}
	for i, p := range places {
		if other := used[p.key]; other != 0 {
			t.Errorf("place %d (%s) has the key of place %d", i+1, p.what, other)
		}
		used[p.key] = i + 1
		parts := []scanner.Part{scanner.IDPart, scanner.SecretPart}
		if p.part != "" {
			parts = []scanner.Part{p.part}
		}
		for _, part := range parts {
			if !slices.ContainsFunc(wants, func(w repotest.Want) bool {
				return w.Number == p.key && w.Place != "" && (w.Part == string(part) || w.Part == "")
			}) {
				t.Errorf("place %d (%s): nothing wants the %s of key %d", i+1, p.what, part, p.key)
			}
		}
	}
}

// Without --all a report has what is to be acted on: of the hiding places all but
// the id that a comment accepts and the secret that is known by its shape only.
func TestHidingPlacesWithoutAll(t *testing.T) {
	repo := repotest.Build(t, filepath.Join(root, "testdata", "repos", everything))
	_, out, errs := runHere(t, nil, "", "scan", "--format", "json", repo.Dir)
	var r scanner.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v\n%s", err, errs)
	}
	for i, p := range hidingPlaces() {
		want := repotest.Want{Number: p.key, Kind: "key"}
		part := p.part
		if part == "" {
			part = scanner.SecretPart
		}
		found := slices.ContainsFunc(r.Findings, func(f *scanner.Finding) bool { return isKey(f, want, part) && f.Suppressed == nil })
		if counts := i+1 != 73 && i+1 != 53; found != counts {
			t.Errorf("place %d (%s): found is %t", i+1, p.what, found)
		}
	}
}
