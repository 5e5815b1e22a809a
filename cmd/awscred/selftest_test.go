package main

import (
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/match"
	"github.com/awscred/awscred/scanner/rules"
)

func selfTestOptions() scanner.Options {
	return scanner.Options{Now: time.Now, Policy: scanner.Policy{FailOn: scanner.Medium}}
}

// Whatever keeps a key from the report stops the scan.
func TestSelfTestSeesEveryStep(t *testing.T) {
	set, m := builtIn(t)
	why := map[string]func() error{
		"a blind matcher":   func() error { return selfTest(set, blindMatcher{m}, selfTestOptions()) },
		"an accepting list": func() error { o := selfTestOptions(); o.Suppress = acceptAll; return selfTest(set, m, o) },
	}
	for name, run := range why {
		if err := run(); err == nil {
			t.Errorf("%s passes", name)
		} else {
			t.Log(err)
		}
	}
}

func acceptAll(f *scanner.Finding) { f.Suppressed = &scanner.Suppression{By: "baseline"} }

// A blindMatcher finds nothing.
type blindMatcher struct{ scanner.Matcher }

func (blindMatcher) Find([]byte, *scanner.Derivation) ([]scanner.Match, scanner.Candidates) {
	return nil, nil
}

func builtIn(t testing.TB) (*rules.Set, *match.Matcher) {
	t.Helper()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	m, err := match.Compile(set.Rules, set.Allow)
	if err != nil {
		t.Fatal(err)
	}
	return set, m
}

// Chance never stops a scan: whatever key is made up, it is found in each form.
func TestSelfTestIsReliable(t *testing.T) {
	set, m := builtIn(t)
	for range 200 {
		id, secret, err := madeUpKey()
		if err != nil {
			t.Fatal(err)
		}
		for _, write := range []func(id, secret string) (path, text string){asColumns, asProfile, asJSON} {
			path, text := write(id, secret)
			r, err := scanText(path, text, m, selfTestOptions())
			if err != nil {
				t.Fatal(err)
			}
			if why := missed(r, wantedParts(set), id); why != "" {
				t.Errorf("%s: %s", text, why)
			}
		}
	}
}

// What the first self-test of a process costs, when nothing is warm.
func BenchmarkSelfTest(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		set, m := builtIn(b)
		b.StartTimer()
		if err := selfTest(set, m, selfTestOptions()); err != nil {
			b.Fatal(err)
		}
	}
}

// The self-test of a configuration: what stops a scan, and what does not.
func TestSelfTest(t *testing.T) {
	const own = "[[rules]]\nid = 'mine'\nregex = '''MINE-[0-9a-f]{16}'''\nkeywords = ['mine-']\n"
	const noAWS = "[awscred]\ndisable = ['aws-access-token', 'aws-secret-access-key', 'aws-secret-near-id', 'aws-ses-smtp-password-near-id']\n"
	tests := []struct{ name, config, why string }{
		{"built-in", "[extend]\nuseDefault = true\n", ""},
		{"own rules besides", own, ""},
		{"everything allowed", own + "[[allowlists]]\nregexes = ['''.*''']\n", "suppressed by config"},
		{"every path allowed", own + "[[allowlists]]\ndescription = 'all'\npaths = ['''.*''']\n", "suppressed by config (all)"},
		{"every line allowed", own + "[[allowlists]]\nregexTarget = 'line'\nregexes = ['''.''']\n", "suppressed by config"},
		{"every letter a stopword", own + "[[allowlists]]\nstopwords = ['" + strings.Join(strings.Split("abcdefghijklmnopqrstuvwxyz", ""), "','") + "']\n", "suppressed by config"},
		{"one path allowed", own + "[[allowlists]]\npaths = ['''^credentials$''']\n", ""},
		{"one name allowed", own + "[[allowlists]]\nregexTarget = 'line'\nregexes = ['''aws_access_key_id''']\n", ""},
		{"no AWS key wanted", own + noAWS, ""},
		{"no AWS key wanted, and the rest allowed", own + noAWS + "[[allowlists]]\nregexes = ['''.*''']\n", "of one of its rules was not found"},
		{"only ids wanted", own + "[awscred]\ndisable = ['aws-secret-access-key']\n", ""},
		{"only paths wanted", "[[rules]]\nid = 'p'\npath = '''\\.p12$'''\n" + noAWS, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, err := rules.Load("x.toml", []byte(tt.config))
			if err != nil {
				t.Fatal(err)
			}
			m, err := match.Compile(set.Rules, set.Allow)
			if err != nil {
				t.Fatal(err)
			}
			err = selfTest(set, m, selfTestOptions())
			switch {
			case err == nil && tt.why != "":
				t.Errorf("passed, want an error with %q", tt.why)
			case err != nil && (tt.why == "" || !strings.Contains(err.Error(), tt.why)):
				t.Errorf("%v, want %q", err, tt.why)
			}
		})
	}
}
