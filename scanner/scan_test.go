package scanner_test

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// say writes findings as "rule id+secret+token ground certainty [flags]".
func say(r *scanner.Report) []string {
	list := []string{}
	for _, f := range r.Findings {
		parts := map[scanner.Part]string{}
		for _, o := range f.Occurrences {
			if at := fmt.Sprintf("%s:%d", o.Path, o.Line); !strings.Contains(" "+parts[o.Part]+" ", " "+at+" ") {
				parts[o.Part] = strings.TrimSpace(parts[o.Part] + " " + at)
			}
		}
		text := f.Rule
		for _, p := range []scanner.Part{scanner.IDPart, scanner.SecretPart, scanner.TokenPart, scanner.Whole} {
			if parts[p] != "" {
				text += fmt.Sprintf(" %s %s", p, parts[p])
			}
		}
		if f.Pairing != nil {
			text += fmt.Sprintf(" (%s, %s, %d)", f.Pairing.Ground, f.Pairing.Certainty, f.Pairing.Candidates)
		}
		if f.Noise != "" {
			text += " noise"
		}
		if f.Suppressed != nil {
			text += " suppressed"
		}
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}

func lines(n int) string { return strings.Repeat("\n", n) }

// What belongs together in one blob.
func TestPairing(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"same line":             {"id-a sec-a", []string{"aws-access-key id f:1 secret f:1 (same line, certain, 1)"}},
		"next line":             {"id-a\nsec-a", []string{"aws-access-key id f:1 secret f:2 (next line, certain, 1)"}},
		"secret first":          {"sec-a\nid-a", []string{"aws-access-key id f:2 secret f:1 (next line, certain, 1)"}},
		"id alone":              {"id-a", []string{"aws-access-key-id id f:1"}},
		"secret alone":          {"sec-a", []string{"aws-secret-access-key secret f:1"}},
		"shape alone":           {"maybe-a", []string{}},
		"shape with an id":      {"id-a\nmaybe-a", []string{"aws-access-key id f:1 secret f:2 (next line, probable, 1)"}},
		"twelve lines":          {"id-a" + lines(12) + "sec-a", []string{"aws-access-key id f:1 secret f:13 (12 lines apart, probable, 1)"}},
		"far, but alone":        {"id-a" + lines(500) + "sec-a", []string{"aws-access-key id f:1 secret f:501 (500 lines apart, probable, 1)"}},
		"far, not alone":        {"id-a" + lines(61) + "sec-a\nid-b sec-b", []string{"aws-access-key id f:1 secret f:62 (61 lines apart, probable, 1)", "aws-access-key id f:63 secret f:63 (same line, certain, 1)"}},
		"far, two of them":      {"id-a" + lines(70) + "sec-a\nsec-b", []string{"aws-access-key id f:1 secret f:71 (70 lines apart, ambiguous, 2)", "aws-secret-access-key secret f:72"}},
		"far, a mere shape":     {"id-a" + lines(70) + "maybe-a\nid-b sec-b", []string{"aws-access-key id f:72 secret f:72 (same line, certain, 1)", "aws-access-key-id id f:1"}},
		"profiles":              {"[a]\nid-a\nsec-a\n[b]\nid-b\nsec-b\n", []string{"aws-access-key id f:2 secret f:3 (next line, certain, 1)", "aws-access-key id f:5 secret f:6 (next line, certain, 1)"}},
		"profiles reversed":     {"[a]\nsec-a\nid-a\n\n[b]\nsec-b\nid-b\n", []string{"aws-access-key id f:3 secret f:2 (next line, certain, 1)", "aws-access-key id f:7 secret f:6 (next line, certain, 1)"}},
		"table":                 {"id-a,sec-a\nid-b,sec-b\nid-c,sec-c", []string{"aws-access-key id f:1 secret f:1 (same line, certain, 1)", "aws-access-key id f:2 secret f:2 (same line, certain, 1)", "aws-access-key id f:3 secret f:3 (same line, certain, 1)"}},
		"ids, then secrets":     {"id-a\nid-b\nsec-a\nsec-b", []string{"aws-access-key id f:1 secret f:3 (same place in two lists, probable, 2)", "aws-access-key id f:2 secret f:4 (same place in two lists, probable, 2)"}},
		"secrets, then ids":     {"sec-a\nsec-b\nsec-c\nid-a\nid-b\nid-c", []string{"aws-access-key id f:4 secret f:1 (same place in two lists, probable, 3)", "aws-access-key id f:5 secret f:2 (same place in two lists, probable, 3)", "aws-access-key id f:6 secret f:3 (same place in two lists, probable, 3)"}},
		"three ids, one secret": {"id-a\nid-b\nid-c\nsec-c", []string{"aws-access-key id f:3 secret f:4 (next line, certain, 1)", "aws-access-key-id id f:1", "aws-access-key-id id f:2"}},
		"two secrets":           {"id-a sec-a sec-b", []string{"aws-access-key id f:1 secret f:1 (same line, probable, 2)", "aws-secret-access-key secret f:1"}},
		"many secrets":          {"id-a sec-a sec-b sec-c", []string{"aws-access-key id f:1 secret f:1 (same line, ambiguous, 3)", "aws-secret-access-key secret f:1", "aws-secret-access-key secret f:1"}},
		"equal values":          {"id-a sec-a\nid-a sec-a", []string{"aws-access-key id f:1 f:2 secret f:1 f:2 (same line, certain, 1)"}},
		"noise":                 {"id-example\nsec-a\n", []string{"aws-access-key-id id f:1 noise", "aws-secret-access-key secret f:2"}},
		"noise with noise":      {"id-example\nsec-example\n", []string{"aws-access-key id f:1 secret f:2 (next line, certain, 1) noise"}},
		"noise between":         {"id-a\nsec-example\nsec-a\n", []string{"aws-access-key id f:1 secret f:3 (2 lines apart, certain, 1)", "aws-secret-access-key secret f:2 noise"}},
		"token":                 {"id-a\nsec-a\ntok-a", []string{"aws-access-key id f:1 secret f:2 token f:3 (next line, certain, 1)"}},
		"tokens of two":         {"[a]\nid-a\nsec-a\ntok-a\n[b]\nid-b\nsec-b\ntok-b", []string{"aws-access-key id f:2 secret f:3 token f:4 (next line, certain, 1)", "aws-access-key id f:6 secret f:7 token f:8 (next line, certain, 1)"}},
		"token first":           {"tok-a\nid-a\nsec-a\ntok-b\nid-b\nsec-b", []string{"aws-access-key id f:2 secret f:3 token f:1 (next line, certain, 1)", "aws-access-key id f:5 secret f:6 token f:4 (next line, certain, 1)"}},
		"token far away":        {"id-a\nsec-a" + lines(70) + "tok-a", []string{"aws-access-key id f:1 secret f:2 token f:72 (next line, certain, 1)"}},
		"long-term key":         {keytest.ID(1) + "\nsec-a\ntok-a", []string{"aws-access-key id f:1 secret f:2 (next line, certain, 1)", "aws-session-token token f:3"}},
		"long and temporary": {keytest.ID(1) + "\nsec-a\n" + keytest.TempID(2) + "\nsec-b\ntok-b", []string{
			"aws-access-key id f:1 secret f:2 (next line, certain, 1)", "aws-access-key id f:3 secret f:4 token f:5 (next line, certain, 1)"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := say(scan(t, newSource(map[string]file{"f": {text: c.text}}, "f"), matcher{}, options())); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// A file of thousands of keys costs no product of them.
func TestManyKeys(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&b, "id-%d sec-%d tok-%d\n", i, i, i)
	}
	start := time.Now()
	r := scan(t, newSource(map[string]file{"f": {text: b.String()}}, "f"), matcher{}, options())
	if len(r.Findings) != 3000 || r.Findings[0].SessionToken == nil {
		t.Errorf("%d findings", len(r.Findings))
	}
	if d := time.Since(start); d > slower*10*time.Second {
		t.Errorf("took %s", d)
	}
}

// Equal values in several blobs are one finding; halves go to the pair that any
// blob shows. The order of the sweep makes no difference.
func TestJoining(t *testing.T) {
	text := func(list ...string) map[string]file {
		files := map[string]file{}
		for i, s := range list {
			files[string(rune('a'+i))] = file{text: s}
		}
		return files
	}
	for name, c := range map[string]struct {
		files map[string]file
		want  []string
	}{
		"a pair twice":        {text("id-a sec-a", "\nid-a sec-a"), []string{"aws-access-key id a:1 b:2 secret a:1 b:2 (same line, certain, 1)"}},
		"the surer pairing":   {text("id-a"+lines(20)+"sec-a", "id-a sec-a"), []string{"aws-access-key id a:1 b:1 secret a:21 b:1 (same line, certain, 1)"}},
		"halves elsewhere":    {text("id-a", "id-a sec-a", "sec-a"), []string{"aws-access-key id a:1 b:1 secret b:1 c:1 (same line, certain, 1)"}},
		"token elsewhere":     {text("tok-a", "id-a sec-a tok-a"), []string{"aws-access-key id b:1 secret b:1 token a:1 b:1 (same line, certain, 1)"}},
		"halves never met":    {text("id-a", "sec-a"), []string{"aws-access-key id a:1 secret b:1 (secret in b, same directory, commit c-b, probable, 1)"}},
		"shape of a pair":     {text("maybe-a", "id-a maybe-a"), []string{"aws-access-key id b:1 secret a:1 b:1 (same line, probable, 1)"}},
		"one id, two secrets": {text("id-a sec-a", "id-a sec-b", "id-a"), []string{"aws-access-key id a:1 c:1 secret a:1 (same line, certain, 1)", "aws-access-key id b:1 secret b:1 (same line, certain, 1)"}},
		"password twice":      {text("pw-a", "pw-a"), []string{"password whole a:1 b:1"}},
		"noise in one place":  {text("id-example", "id-a"), []string{"aws-access-key-id id a:1 noise", "aws-access-key-id id b:1"}},
	} {
		t.Run(name, func(t *testing.T) {
			var names []string
			for n := range c.files {
				names = append(names, n)
			}
			slices.Sort(names)
			var first []byte
			for range 2 {
				r := scan(t, newSource(c.files, names...), matcher{}, options())
				if got := say(r); !slices.Equal(got, c.want) {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
				out, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				if first != nil && string(first) != string(out) {
					t.Errorf("the order of the sweep shows:\n%s\n%s", first, out)
				}
				first = out
				slices.Reverse(names)
			}
		})
	}
}

// A finding is suppressed only if each of its places is.
func TestSuppression(t *testing.T) {
	for name, c := range map[string]struct {
		a, b      string
		no        bool
		suppress  int
		failing   int
		occurring []string // by occurrence, who suppresses it
	}{
		"nothing":           {"pw-a", "pw-a", false, 0, 1, []string{"", ""}},
		"one of two":        {"pw-a allow", "pw-a", false, 0, 1, []string{"inline", ""}},
		"both":              {"pw-a allow", "pw-a allow", false, 1, 0, []string{"inline", "inline"}},
		"not obeyed":        {"pw-a allow", "pw-a allow", true, 0, 1, []string{"", ""}},
		"half of a pair":    {"id-a allow\nsec-a", "", false, 0, 1, []string{"inline", ""}},
		"all of a pair":     {"id-a allow\nsec-a allow", "", false, 1, 0, []string{"inline", "inline"}},
		"the half in other": {"id-a sec-a allow", "id-a", false, 0, 1, []string{"inline", "inline", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			o := options()
			o.NoInlineAllow = c.no
			r := scan(t, newSource(map[string]file{"a": {text: c.a}, "b": {text: c.b}}, "a", "b"), matcher{}, o)
			if len(r.Findings) != 1 || r.Summary.Suppressed != c.suppress || r.Summary.Failing != c.failing || r.Summary.Findings != 1-c.suppress {
				t.Fatalf("%d findings, %+v", len(r.Findings), r.Summary)
			}
			var by []string
			for _, oc := range r.Findings[0].Occurrences {
				if oc.Suppressed == nil {
					by = append(by, "")
				} else {
					by = append(by, oc.Suppressed.By)
				}
			}
			if !slices.Equal(by, c.occurring) {
				t.Errorf("suppressed by %q, want %q", by, c.occurring)
			}
		})
	}
}

// Allowances of paths and commits are decided for each place.
func TestAllowances(t *testing.T) {
	re := func(list ...string) (out []*regexp.Regexp) {
		for _, s := range list {
			out = append(out, regexp.MustCompile(s))
		}
		return out
	}
	at := func(commit, path string) scanner.Spot {
		return scanner.Spot{Place: scanner.InHistory, Commit: commit, Path: path, Exposure: scanner.Unpushed}
	}
	for name, c := range map[string]struct {
		allow scanner.Allow
		text  string
		spots []scanner.Spot
		want  string // "reported N", "suppressed N", "noise N" with the number of places
	}{
		"another path":          {scanner.Allow{Paths: re("^x/")}, "pw-a", []scanner.Spot{at("1", "a")}, "reported 1"},
		"the user's path":       {scanner.Allow{Paths: re("^x/")}, "pw-a", []scanner.Spot{at("1", "x/a")}, "suppressed 1"},
		"one path of two":       {scanner.Allow{Paths: re("^x/")}, "pw-a", []scanner.Spot{at("1", "x/a"), at("1", "a")}, "reported 2"},
		"built-in path":         {scanner.Allow{Paths: re("^x/"), BuiltIn: true}, "pw-a", []scanner.Spot{at("1", "x/a")}, "noise 1"},
		"built-in, one of two":  {scanner.Allow{Paths: re("^x/"), BuiltIn: true}, "pw-a", []scanner.Spot{at("1", "x/a"), at("1", "a")}, "reported 1"},
		"built-in, an AWS key":  {scanner.Allow{Paths: re("^x/"), BuiltIn: true}, "id-a", []scanner.Spot{at("1", "x/a")}, "reported 1"},
		"the user's, a key":     {scanner.Allow{Paths: re("^x/")}, "id-a", []scanner.Spot{at("1", "x/a")}, "suppressed 1"},
		"commit":                {scanner.Allow{Commits: []string{"1"}}, "pw-a", []scanner.Spot{at("1", "a")}, "suppressed 1"},
		"path or commit":        {scanner.Allow{Paths: re("^x/"), Commits: []string{"1"}}, "pw-a", []scanner.Spot{at("1", "a"), at("2", "x/a")}, "suppressed 2"},
		"path and commit":       {scanner.Allow{All: true, Paths: re("^x/"), Commits: []string{"1"}}, "pw-a", []scanner.Spot{at("1", "x/a")}, "suppressed 1"},
		"path without commit":   {scanner.Allow{All: true, Paths: re("^x/"), Commits: []string{"1"}}, "pw-a", []scanner.Spot{at("2", "x/a")}, "reported 1"},
		"commit without a path": {scanner.Allow{All: true, Paths: re("^x/"), Commits: []string{"1"}}, "pw-a", []scanner.Spot{at("1", "a")}, "reported 1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := scan(t, newSource(map[string]file{"f": {c.text, c.spots}}, "f"), matcher{allowed: []*scanner.Allow{&c.allow}}, options())
			f := r.Findings[0]
			got := "reported"
			switch {
			case f.Noise != "":
				got = "noise"
			case f.Suppressed != nil:
				got = "suppressed"
			}
			if got = fmt.Sprintf("%s %d", got, f.Count); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// What stands only where a built-in allowance does not look is as exposed as
// that place.
func TestAllowedPlacesDoNotExpose(t *testing.T) {
	allow := &scanner.Allow{Paths: []*regexp.Regexp{regexp.MustCompile("^x/")}, BuiltIn: true}
	s := newSource(map[string]file{"f": {"pw-a", []scanner.Spot{
		{Place: scanner.InHistory, Commit: "1", Path: "x/a", Exposure: scanner.Unpushed},
		{Place: scanner.Ignored, Path: "a", Exposure: scanner.IgnoredExposure},
	}}}, "f")
	f := scan(t, s, matcher{allowed: []*scanner.Allow{allow}}, options()).Findings[0]
	if f.Exposure != scanner.IgnoredExposure || f.InHead || len(f.Refs) > 0 || f.Count != 1 {
		t.Errorf("exposure %q, in HEAD %v, refs %v, %d places", f.Exposure, f.InHead, f.Refs, f.Count)
	}
}

func TestRulesOfSomePaths(t *testing.T) {
	rules := testRules()
	rules["pw"].Path = regexp.MustCompile(`\.conf$`)
	spots := []scanner.Spot{{Place: scanner.InHistory, Path: "a.txt"}, {Place: scanner.InHistory, Path: "a.conf"}}
	r := scan(t, newSource(map[string]file{"f": {"pw-a", spots}, "g": {"pw-b", spots[:1]}}, "f", "g"), matcher{rules: rules}, options())
	if len(r.Findings) != 1 || r.Findings[0].Count != 1 || r.Findings[0].First.Path != "a.conf" {
		t.Errorf("%d findings: %v", len(r.Findings), say(r))
	}
}

// Severity decides what fails, and that the exit code.
func TestExitCodes(t *testing.T) {
	lost := func(s *source) { s.cover.AddLost(scanner.Gap{What: "blob", Why: "missing"}) }
	opaque := func(s *source) { s.cover.AddOpaque(scanner.Gap{What: "zip", Why: "encrypted"}) }
	for name, c := range map[string]struct {
		text     string
		severity scanner.Severity
		exposure scanner.Exposure
		set      func(*source)
		o        func(*scanner.Options)
		code     int
		allowed  int // with --allow-incomplete
	}{
		"nothing":        {text: "", code: 0},
		"pair":           {text: "id-a sec-a", severity: scanner.Critical, code: 1, allowed: 1},
		"secret":         {text: "sec-a", severity: scanner.High, code: 1, allowed: 1},
		"id":             {text: "id-a", severity: scanner.Medium, code: 1, allowed: 1},
		"below":          {text: "id-a", severity: scanner.Medium, o: func(o *scanner.Options) { o.Policy.FailOn = scanner.High }, code: 0},
		"never":          {text: "id-a sec-a", severity: scanner.Critical, o: func(o *scanner.Options) { o.Policy.FailOn = scanner.Never }, code: 0},
		"noise":          {text: "id-example", severity: scanner.Medium, code: 0},
		"local":          {text: "id-a", severity: scanner.Medium, exposure: scanner.StashExposure, code: 0},
		"local fails":    {text: "id-a", severity: scanner.Medium, exposure: scanner.Unreached, o: func(o *scanner.Options) { o.Policy.FailOnLocal = true }, code: 1, allowed: 1},
		"staged":         {text: "id-a", severity: scanner.Medium, exposure: scanner.Staged, code: 1, allowed: 1},
		"lost":           {set: lost, code: 3},
		"found and lost": {text: "id-a", severity: scanner.Medium, set: lost, code: 1, allowed: 1},
		"opaque":         {set: opaque, code: 0},
		"opaque, strict": {set: opaque, o: func(o *scanner.Options) { o.Strict = true }, code: 3},
		"suppressed later": {text: "id-a", severity: scanner.Medium, o: func(o *scanner.Options) {
			o.Suppress = func(f *scanner.Finding) { f.Suppressed = &scanner.Suppression{By: "baseline"} }
		}, code: 0},
	} {
		t.Run(name, func(t *testing.T) {
			s, o := newSource(map[string]file{"f": {text: c.text}}, "f"), options()
			if c.exposure != "" {
				s.exposure = c.exposure
			}
			if c.set != nil {
				c.set(s)
			}
			if c.o != nil {
				c.o(&o)
			}
			r := scan(t, s, matcher{}, o)
			if c.severity != "" && r.Findings[0].Severity != c.severity {
				t.Errorf("severity %q, want %q", r.Findings[0].Severity, c.severity)
			}
			if code, allowed := r.ExitCode(false), r.ExitCode(true); code != c.code || allowed != c.allowed {
				t.Errorf("exit codes %d and %d, want %d and %d", code, allowed, c.code, c.allowed)
			}
		})
	}
}

// A temporary key that was certainly there before its longest life is dead. A
// commit's author may be older than what was amended into it.
func TestDeadKeys(t *testing.T) {
	at := func(author, known string) []scanner.Spot {
		return []scanner.Spot{{Place: scanner.InHistory, Commit: "1", Path: "f", Time: author, Known: known}}
	}
	day, hour, year := "2026-01-01T11:59:00Z", "2026-01-02T23:00:00Z", "2025-01-01T00:00:00Z"
	for name, c := range map[string]struct {
		id      string
		spots   []scanner.Spot
		dead    bool
		expires string
	}{
		"old":               {keytest.TempID(1), at(day, day), true, "2026-01-02T23:59:00Z"},
		"fresh":             {keytest.TempID(1), at(hour, hour), false, ""},
		"amended":           {keytest.TempID(1), at(year, hour), false, ""},
		"in no commit":      {keytest.TempID(1), []scanner.Spot{{Place: scanner.Untracked, Path: "f"}}, false, ""},
		"also in no commit": {keytest.TempID(1), append(at(year, year), scanner.Spot{Place: scanner.Untracked, Path: "f"}), true, "2025-01-02T12:00:00Z"},
		"long-term":         {keytest.ID(1), at(year, year), false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := scan(t, newSource(map[string]file{"f": {c.id + " sec-a", c.spots}}, "f"), matcher{}, options()).Findings[0]
			expires := ""
			if f.Expires != nil {
				expires = *f.Expires
			}
			if dead := f.Severity == scanner.Low; dead != c.dead || expires != c.expires || f.Account == nil || *f.Account != keytest.Account(1) {
				t.Errorf("severity %q, expires %q, account %v", f.Severity, expires, f.Account)
			}
			if id, _ := awskey.ParseID(c.id); f.Temporary != id.Temporary() || f.KeyID != c.id {
				t.Errorf("temporary %v, id %q", f.Temporary, f.KeyID)
			}
		})
	}
}

// The identity of a finding is that of docs/output.md.
func TestFingerprints(t *testing.T) {
	of := func(key []byte, kind, value string, more ...redact.Secret) string {
		return redact.New(value).Fingerprint(key, kind, more...)
	}
	for name, c := range map[string]struct {
		text, want string
		key        []byte
	}{
		"pair":     {"id-a sec-a", of(nil, "aws-access-key", "id-a", redact.New("sec-a")), nil},
		"id":       {"id-a", of(nil, "aws-access-key-id", "id-a"), nil},
		"secret":   {"sec-a", of(nil, "aws-secret-access-key", "sec-a"), nil},
		"token":    {"tok-a", of(nil, "aws-session-token", "tok-a"), nil},
		"other":    {"pw-a", of(nil, "password", "pw-a"), nil},
		"with key": {"pw-a", of([]byte("k"), "password", "pw-a"), []byte("k")},
	} {
		o := options()
		o.FingerprintKey = c.key
		r := scan(t, newSource(map[string]file{"f": {text: c.text}}, "f"), matcher{}, o)
		if len(r.Findings) != 1 || r.Findings[0].Fingerprint != c.want {
			t.Errorf("%s: %d findings, fingerprint %q, want %q", name, len(r.Findings), r.Findings[0].Fingerprint, c.want)
		}
	}
}

// Findings stand by severity, then first time, then fingerprint; occurrences by
// time, those of no commit last.
func TestSorting(t *testing.T) {
	at := func(when, path string) scanner.Spot {
		return scanner.Spot{Place: scanner.InHistory, Commit: "c" + when, Path: path, Time: when}
	}
	s := newSource(map[string]file{
		"a": {"id-new", []scanner.Spot{at("2026-01-02T00:00:00Z", "n")}},
		"b": {"id-old", []scanner.Spot{{Place: scanner.Untracked, Path: "u"}, at("2025-06-01T10:00:00+02:00", "late"), at("2025-06-01T09:00:00Z", "later"), at("2025-05-01T00:00:00Z", "o")}},
		"c": {"sec-x", []scanner.Spot{{Place: scanner.Untracked, Path: "d/s"}}},
		"d": {"id-none", []scanner.Spot{{Place: scanner.Untracked, Path: "none"}}},
	}, "a", "b", "c", "d")
	r := scan(t, s, matcher{}, options())
	var firsts []string
	for _, f := range r.Findings {
		firsts = append(firsts, f.First.Path)
	}
	if want := []string{"d/s", "o", "n", "none"}; !slices.Equal(firsts, want) {
		t.Errorf("findings begin at %q, want %q", firsts, want)
	}
	var paths []string
	for _, o := range r.Findings[1].Occurrences {
		paths = append(paths, o.Path)
	}
	if want := []string{"o", "late", "later", "u"}; !slices.Equal(paths, want) || r.Findings[1].Last.Path != "u" {
		t.Errorf("occurrences %q, want %q", paths, want)
	}
}

// A scan that is interrupted reports what it has.
func TestInterruption(t *testing.T) {
	for name, c := range map[string]struct {
		cause error
		want  string
	}{
		"interrupted": {context.Canceled, "interrupted"},
		"timeout":     {context.DeadlineExceeded, "timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			s := newSource(map[string]file{"f": {text: "id-a sec-a"}}, "f")
			s.after = func() { cancel(c.cause) }
			r, err := scanner.Scan(ctx, s, matcher{rules: testRules()}, options())
			if err != nil {
				t.Fatal(err)
			}
			if r.Interrupted != c.want || r.Complete() || len(r.Findings) != 1 || r.ExitCode(false) != 1 || r.Findings[0].First.Place != scanner.InHistory {
				t.Errorf("interrupted %q, complete %v, %v", r.Interrupted, r.Complete(), say(r))
			}
			s.files["f"] = file{}
			if r, err = scanner.Scan(ctx, s, matcher{rules: testRules()}, options()); err != nil || r.ExitCode(false) != 3 {
				t.Errorf("%v, %+v", err, r)
			}
		})
	}
}

// A report never holds a secret unless it was asked to.
func TestNoSecretInReport(t *testing.T) {
	secret, token := keytest.Secret(1), keytest.Token(1)
	rules := testRules()
	s := newSource(map[string]file{"f": {text: "id-a sec-quite1secret tok-quite1secret"}}, "f")
	for _, show := range []bool{false, true} {
		o := options()
		o.ShowSecrets = show
		out, err := json.Marshal(scan(t, s, matcher{rules: rules}, o))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(string(out), "quite1secret"); got > 0 != show {
			t.Errorf("show %v: the secrets stand there %d times", show, got)
		}
		if strings.Contains(string(out), secret) || strings.Contains(string(out), token) {
			t.Error("a secret out of nowhere")
		}
	}
}

// Equal gaps count; many different ones cost no product of them.
func TestCoverage(t *testing.T) {
	var c scanner.Coverage
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := range 20_000 {
				c.AddLost(scanner.Gap{What: fmt.Sprint("blob ", i), Why: "missing"})
			}
		})
	}
	wait.Wait()
	c.AddOpaque(scanner.Gap{What: "blob 7", Why: "missing"})
	if len(c.Lost) != 20_000 || c.Lost[0].Count != 4 || len(c.Opaque) != 1 {
		t.Errorf("%d lost, %d opaque", len(c.Lost), len(c.Opaque))
	}
	c.Close(false)
	c.AddLost(scanner.Gap{What: "blob 7", Why: "missing"})
	i := slices.IndexFunc(c.Lost, func(g scanner.Gap) bool { return g.What == "blob 7" })
	if len(c.Lost) != 20_000 || c.Lost[i].Count != 5 || c.Complete {
		t.Errorf("after Close: %d lost, blob 7 %d times", len(c.Lost), c.Lost[i].Count)
	}
	var all scanner.Coverage
	all.Merge(&c)
	all.Merge(&c)
	if len(all.Lost) != 20_000 || all.Lost[i].Count != 10 {
		t.Errorf("merged: %d lost, %d times", len(all.Lost), all.Lost[i].Count)
	}
}
