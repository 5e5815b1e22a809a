package parity

import (
	"context"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

// A text is what both scanners read.
type text struct {
	name   string // in the messages of tests
	path   string
	commit string // in which it stands, if it stands in one
	data   []byte
}

// A claim is what is compared: a secret, and the rule that found it. A rule that
// looks at paths only finds the path.
type claim struct{ rule, secret string }

// An answer is what awscred says of one text.
type answer struct {
	reported map[claim]bool
	// quiet are those that are shown on request only, and why.
	quiet map[claim]string
	// aws holds what rules for AWS keys found, and why it is quiet, if it is.
	aws map[string]string
	// encoded holds where what was decoded stands.
	encoded map[claim]scanner.Occurrence
}

func newAnswer() answer {
	return answer{map[claim]bool{}, map[claim]string{}, map[string]string{}, map[claim]scanner.Occurrence{}}
}

// newMatcher makes the matcher that a scan with this set uses.
func newMatcher(t testing.TB, set *rules.Set) *match.Matcher {
	t.Helper()
	m, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ask scans one text, and its path, through the whole pipeline.
func ask(t testing.TB, m scanner.Matcher, x *text) answer {
	t.Helper()
	o := scanner.Options{Now: time.Now, ShowSecrets: true}
	r, err := scanner.Scan(context.Background(), &single{x: x}, m, o)
	if err != nil {
		t.Fatal(err)
	}
	a := newAnswer()
	for _, f := range r.Findings {
		a.add(f)
	}
	return a
}

func (a *answer) add(f *scanner.Finding) {
	why := f.Noise
	if f.Suppressed != nil {
		why = "suppressed by " + f.Suppressed.By
	}
	if f.Severity == scanner.Info {
		why = "for information"
	}
	values := []string{f.KeyID}
	if f.Secret != nil {
		values = append(values, *f.Secret.Value)
	}
	if f.SessionToken != nil {
		values = append(values, *f.SessionToken.Value)
	}
	if f.KeyID == "" && f.Secret == nil {
		values = append(values, f.First.Path)
	}
	for _, v := range values {
		if v == "" {
			continue
		}
		c := claim{f.Rule, v}
		if why == "" {
			a.reported[c] = true
		} else {
			a.quiet[c] = why
		}
		if len(f.First.Decoded) > 0 {
			a.encoded[c] = *f.First
		}
		if ownRule(f.Rule) {
			a.aws[v] = why
		}
	}
}

// A single is a source of one text and its name.
type single struct {
	x     *text
	cover scanner.Coverage
}

func (s *single) Target() scanner.Target      { return scanner.Target{Kind: "file", Name: s.x.path} }
func (s *single) Coverage() *scanner.Coverage { return &s.cover }

func (s *single) Sweep(_ context.Context, visit scanner.Visitor) error {
	ref := scanner.BlobRef{Field: scanner.Content, Place: scanner.InFile, Path: s.x.path}
	visit(&scanner.Blob{BlobRef: ref, Data: s.x.data})
	if s.x.path != "" {
		ref.Field = scanner.Name
		visit(&scanner.Blob{BlobRef: ref, Data: []byte(s.x.path)})
	}
	return nil
}

func (s *single) Locate(_ context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	lives := make([]scanner.Life, len(secrets))
	for i, h := range secrets {
		for _, b := range h.Blobs {
			spots := []scanner.Spot{{Place: b.Place, Path: b.Path, Commit: s.x.commit}}
			if b.Accepts != nil && !b.Accepts(b.Path) {
				spots = nil
			}
			lives[i].Spots = append(lives[i].Spots, spots)
		}
	}
	return lives, nil
}

func defaultMatcher(t testing.TB) *match.Matcher {
	t.Helper()
	return newMatcher(t, defaultSet(t))
}
