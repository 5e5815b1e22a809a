package scanner_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// The words that the fake matcher knows: a real id or a short word for it, a
// secret, a token, a password.
var words = regexp.MustCompile(`(AKIA|ASIA)[A-Z2-7]{16}|\b(id|sec|tok|pw|maybe)-[a-z0-9]+`)

// testRules are by the first letters of a word.
func testRules() map[string]*scanner.Rule {
	id := &scanner.Rule{ID: "aws-access-key-id", Title: "AWS access key id", Severity: scanner.Medium, Confidence: scanner.Certain, Part: scanner.IDPart}
	return map[string]*scanner.Rule{
		"AKIA": id, "ASIA": id, "id": id,
		"sec":   {ID: "aws-secret-access-key", Title: "AWS secret access key", Severity: scanner.High, Confidence: scanner.Probable, Part: scanner.SecretPart},
		"maybe": {ID: "aws-secret-shape", Severity: scanner.High, Confidence: scanner.Possible, Part: scanner.SecretPart, Hidden: true},
		"tok":   {ID: "aws-session-token", Severity: scanner.Medium, Confidence: scanner.Probable, Part: scanner.TokenPart},
		"pw":    {ID: "password", Title: "Password", Severity: scanner.Medium, Confidence: scanner.Possible},
	}
}

// A words matcher finds the words above. A line with "allow" suppresses what
// stands on it, and a word that ends in "example" is noise.
type matcher struct {
	rules   map[string]*scanner.Rule
	allowed []*scanner.Allow // for passwords and ids alike
}

func (m matcher) MatchName([]byte) []scanner.Match { return nil }

func (m matcher) Find(data []byte, _ *scanner.Derivation) ([]scanner.Match, scanner.Candidates) {
	var list []scanner.Match
	for _, at := range words.FindAllIndex(data, -1) {
		word := string(data[at[0]:at[1]])
		kind, _, short := strings.Cut(word, "-")
		if !short {
			kind = word[:4]
		}
		x := scanner.Match{Rule: m.rules[kind], Span: scanner.Span{Start: at[0], End: at[1]}, Value: redact.New(word), Allowed: m.allowed}
		x.Secret = x.Span
		line, _, _ := strings.Cut(string(data[at[0]:]), "\n")
		if strings.Contains(line, "allow") {
			x.Suppressed = &scanner.Suppression{By: scanner.ByInline}
		}
		if strings.HasSuffix(word, "example") {
			x.Noise = "documented example"
		}
		list = append(list, x)
	}
	return list, nil
}

// A file is one blob of the fake source and where it stands.
type file struct {
	text  string
	spots []scanner.Spot // none: one in the history, at the blob's own name
}

// A source hands over files by name, in the order of their names or against it.
type source struct {
	files    map[string]file
	names    []string
	cover    scanner.Coverage
	exposure scanner.Exposure
	after    func() // called after the sweep
	located  int
}

func (s *source) Target() scanner.Target { return scanner.Target{Kind: "git", Name: "fake"} }

func (s *source) Coverage() *scanner.Coverage { return &s.cover }

func (s *source) Sweep(ctx context.Context, visit scanner.Visitor) error {
	for _, n := range s.names {
		visit(&scanner.Blob{BlobRef: scanner.BlobRef{ID: n, Field: scanner.Content}, Data: []byte(s.files[n].text)})
	}
	if s.after != nil {
		s.after()
	}
	return ctx.Err()
}

func (s *source) Locate(_ context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	s.located++
	lives := make([]scanner.Life, len(secrets))
	for i, h := range secrets {
		lives[i].Exposure, lives[i].InHead, lives[i].Refs = s.exposure, true, []string{"refs/heads/main"}
		for _, b := range h.Blobs {
			spots := s.files[b.ID].spots
			if spots == nil {
				spots = []scanner.Spot{{Place: scanner.InHistory, Commit: "c-" + b.ID, Path: b.ID, Time: "2026-01-02T03:04:05Z", Known: "2026-01-02T03:04:05Z"}}
			}
			lives[i].Spots = append(lives[i].Spots, spots)
		}
	}
	return lives, nil
}

func newSource(files map[string]file, names ...string) *source {
	return &source{files: files, names: names, exposure: scanner.Unpushed}
}

// fingerprintOf is how a report names a secret of some parts.
func fingerprintOf(kind, first string, more ...string) string {
	var rest []redact.Secret
	for _, m := range more {
		rest = append(rest, redact.New(m))
	}
	return redact.New(first).Fingerprint(nil, kind, rest...)
}

// now is the clock of the tests.
var now = time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)

func options() scanner.Options {
	return scanner.Options{Now: func() time.Time { return now }, Policy: scanner.Policy{FailOn: scanner.Medium}}
}

func scan(t *testing.T, s *source, m matcher, o scanner.Options) *scanner.Report {
	t.Helper()
	if m.rules == nil {
		m.rules = testRules()
	}
	r, err := scanner.Scan(context.Background(), s, m, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
