package rules

import (
	"fmt"
	"os"
	"regexp/syntax"
	"strings"
	"testing"
	"time"
)

// Each text is a configuration; a comment "# want: check" (or "# warn: check")
// on a line says what Lint tells of that line, and one on the first line, of the
// whole.
func TestLint(t *testing.T) {
	tests := map[string]string{
		"nothing wrong": `[[rules]]
id = "a"
regex = '''tok_[a-z]{20}'''
keywords = ["tok_"]
[[rules.allowlists]]
regexes = ['''^tok_aaa''']
stopwords = ["example"]
`,
		"empty":                     "# whole: no-rules\n",
		"only an allowlist":         "# whole: no-rules\n[[allowlists]]\npaths = ['x']\n",
		"extends and changes":       "[extend]\nuseDefault = true\n[[rules]]\nid = 'github-pat'\nentropy = 3.5\n",
		"no TOML":                   "[[rules]\nid = 'a' # want: toml\n",
		"a number for a text":       "# whole: toml\n[[rules]]\nid = 7\n",
		"unknown key":               "[[rules]]\nid='a'\nregexs='''x''' # want: unknown-key\nregex='''xy[0-9]'''\nkeywords=['xy']\n",
		"unknown keys of two rules": "[[rules]]\nid='a'\nregex='''xy[0-9]'''\nkeywords=['xy']\nfoo=1 # want: unknown-key\n[[rules]]\nid='b'\nregex='''xy[0-9]'''\nkeywords=['xy']\nfoo=2 # want: unknown-key\n",
		"unknown table":             "[extend]\nuseDefault=true\n[extends] # want: unknown-key\npath='x'\n",
		"no keyword":                "[[rules]] # want: no-keyword\nid='a'\nregex='''xy[0-9]'''\n",
		"no keywords in the list":   "[[rules]]\nid='a'\nregex='''xy[0-9]'''\nkeywords=[] # want: no-keyword\n",
		"an empty keyword":          "[[rules]]\nid='a'\nregex='''xy[0-9]'''\nkeywords=['xy', ''] # want: no-keyword\n",
		"a path needs none":         "[[rules]]\nid='a'\npath='''\\.pem$'''\n",
		"matches nothing at all":    "[[rules]]\nid='a'\nregex='''[a-z]*''' # want: matches-empty\nkeywords=['a']\n",
		"neither regex nor path":    "[[rules]]\nid='a' # want: no-regex\nkeywords=['a']\n",
		"twice":                     "[[rules]]\nid='a'\nregex='''xy[0-9]'''\nkeywords=['xy']\n[[rules]]\nid='a' # want: duplicate-id\nregex='''xz[0-9]'''\nkeywords=['xz']\n",
		"no id":                     "[[rules]] # want: no-id\nregex='''xy[0-9]'''\nkeywords=['xy']\n",
		"lookahead":                 "[[rules]]\nid='a'\nregex='''xy(?=z)''' # want: regex\nkeywords=['xy']\n",
		"does not compile":          "[[rules]]\nid='a'\nregex='''xy[''' # want: regex\nkeywords=['xy']\n",
		"too large":                 "[[rules]]\nid='a'\nregex='''x(?:[a-z]{30}){900}''' # want: regex\nkeywords=['x']\n",
		"a path that fails":         "[[rules]]\nid='a'\nregex='''xy[0-9]'''\npath='''*''' # want: regex\nkeywords=['xy']\n",
		"a group too many":          "[[rules]]\nid='a'\nregex='''xy([0-9])'''\nsecretGroup=2 # want: secret-group\nkeywords=['xy']\n",
		"entropy":                   "[[rules]]\nid='a'\nregex='''xy([0-9])'''\nentropy=8.5 # want: entropy\nkeywords=['xy']\n",
		"keyword elsewhere":         "[[rules]]\nid='a'\nregex='''xy[0-9]{3}'''\nkeywords=['xyz'] # warn: keyword-outside\n",
		"keyword in another case":   "[[rules]]\nid='a'\nregex='''(?i)XY[0-9]{3}'''\nkeywords=['Xy']\n",
		"keyword over two parts":    "[[rules]]\nid='a'\nregex='''(?:a|x)y?[0-9]{3}'''\nkeywords=['xy12']\n",
		"keyword twice":             "[[rules]]\nid='a'\nregex='''xy[0-9]{3}'''\nkeywords=['xy','XY'] # warn: duplicate-keyword\n",
		"allowlist of nothing":      "[[rules]]\nid='a'\nregex='''xy[0-9]'''\nkeywords=['xy']\n[[rules.allowlists]] # want: allowlist\n",
		"allowlist with a bad word": "[[rules]]\nid='a'\nregex='''xy[0-9]'''\nkeywords=['xy']\n[[rules.allowlists]]\ncondition='XOR' # want: allowlist\npaths=['x']\n",
		"allowlist with a bad goal": "[extend]\nuseDefault=true\n[[allowlists]]\nregexTarget='file' # want: allowlist\nregexes=['x']\n",
		"allowlist that is broken":  "[extend]\nuseDefault=true\n[[allowlists]]\nregexes=['[']  # want: allowlist\n",
		"allowlist out of reach":    "[[rules]]\nid='a'\nregex='''xy([0-9]{4})'''\nkeywords=['xy']\n[[rules.allowlists]]\nregexes=['''abc'''] # warn: allowlist-without-effect\n",
		"allowlist of the match":    "[[rules]]\nid='a'\nregex='''xy([0-9]{4})'''\nkeywords=['xy']\n[[rules.allowlists]]\nregexTarget='match'\nregexes=['''xy1''']\n",
		"the second out of reach":   "[[rules]]\nid='a'\nregex='''xy([0-9]{4})'''\nkeywords=['xy']\n[[rules.allowlists]]\nregexes=['12']\n[[rules.allowlists]]\nregexes=['''z'''] # warn: allowlist-without-effect\n",
		"stopword out of reach":     "[[rules]]\nid='a'\nregex='''xy([0-9]{4})'''\nkeywords=['xy']\n[[rules.allowlists]]\nstopwords=['99', 'test'] # warn: stopword-without-effect\n",
		"stopword longer":           "[[rules]]\nid='a'\nregex='''xy([0-9]{4})'''\nkeywords=['xy']\n[[rules.allowlists]]\nstopwords=['12345'] # warn: stopword-without-effect\n",
		"everything allowed":        "[extend]\nuseDefault=true\n[[allowlists]]\npaths=['''.*'''] # want: allows-everything\n",
		"an empty stopword":         "[extend]\nuseDefault=true\n[[allowlists]]\nstopwords=[''] # want: allows-everything\n",
		"nothing allowed but ^$":    "[extend]\nuseDefault=true\n[[allowlists]]\npaths=['''^$''']\n",
		"half a commit":             "[extend]\nuseDefault=true\n[[allowlists]]\ncommits=['abc123'] # warn: allowlist-without-effect\n",
		"disables what is not":      "[extend]\nuseDefault=true\ndisabledRules=['nope'] # want: load\n",
		"switches off what is not":  "[extend]\nuseDefault=true\n[awscred]\ndisable=['nope'] # want: load\n",
		"requires what is not":      "[[rules]]\nid='a' # want: load\nregex='''xy[0-9]'''\nkeywords=['xy']\n[[rules.required]]\nid='nope'\n",
		"both forms":                "# whole: allowlist\n[extend]\nuseDefault=true\n[allowlist]\npaths=['a']\n[[allowlists]]\npaths=['b']\n",
		"lines of long strings": `[[rules]]
id = "a"
description = """
[[rules]]
id = 'not a rule'
"""
regex = '''(?i)
xy[0-9\]]'''
keywords = [
  "xy", # a comment with ' and [
  "]",  
]
[[rules]]
id = "b"
regex = '''(''' # want: regex
keywords = ["b"]
`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			list := Loader{}.Lint("x.toml", []byte(text))
			got := map[string]bool{}
			for _, p := range list {
				got[fmt.Sprintf("%d %s %s", p.Line, p.Level, p.Check)] = true
			}
			want := wanted(text)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got  %v\nwant %v\n%+v", got, want, list)
			}
			_, err := Load("x.toml", []byte(text))
			errors := 0
			for _, p := range list {
				if p.Level == Error {
					errors++
				}
			}
			if err != nil && errors == 0 {
				t.Errorf("a scan refuses it: %v", err)
			}
		})
	}
}

// wanted reads the comments of a test.
func wanted(text string) map[string]bool {
	want := map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		for mark, level := range map[string]string{"# want: ": "error", "# warn: ": "warning"} {
			if _, check, ok := strings.Cut(line, mark); ok {
				want[fmt.Sprintf("%d %s %s", i+1, level, check)] = true
			}
		}
		if _, check, ok := strings.Cut(line, "# whole: "); ok {
			want["0 error "+check] = true
		}
	}
	return want
}

// The published rules are without errors, and so is this repository's own
// configuration, if it has one.
func TestLintOfPublishedRules(t *testing.T) {
	for _, p := range (Loader{}).Lint("gitleaks.toml", published()) {
		if p.Level == Error {
			t.Errorf("line %d, %s: %s", p.Line, p.Rule, p.Message)
		}
	}
	if data, err := os.ReadFile("../../.awscred.toml"); err == nil {
		if list := (Loader{}).Lint(".awscred.toml", data); len(list) > 0 {
			t.Errorf("%+v", list)
		}
	}
}

func TestIntersects(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"abc", "abc", true}, {"abc", "abd", false}, {"a+", "a{3}", true}, {"a{2}", "a{3}", false},
		{"[a-f]x", "[e-z]x", true}, {"(?i)k", "\u212a", true}, {"(?i)abc", "ABC", true}, {"abc", "ABC", false},
		{"x|yz", "y.", true}, {".", "\n", false}, {"(?s).", "\n", true}, {"(a|b)*c", "abab", false}, {"", "a*", true}, {`\bx$`, "x", true},
		{"[a-z]{30,200}", "[0-9]{30,200}", false},
	}
	for _, tt := range tests {
		a, errA := syntax.Parse(tt.a, syntax.Perl)
		b, errB := syntax.Parse(tt.b, syntax.Perl)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		c := comparer{1000}
		if got := c.intersects(a, b); got != tt.want || c.intersects(b, a) != tt.want {
			t.Errorf("%q and %q: %t", tt.a, tt.b, got)
		}
	}
}

// A configuration that is made to be slow is not.
func TestLintIsQuick(t *testing.T) {
	var b strings.Builder
	b.WriteString("[[rules]]\nid = 'a'\nregex = '(\\pL{25}\\d{2})'\nkeywords = [")
	for i := range 20_000 {
		fmt.Fprintf(&b, "'k%d', ", i)
	}
	b.WriteString("]\n")
	for range 300 {
		b.WriteString("[[rules.allowlists]]\nregexes = ['\\pL{20}x']\nstopwords = ['some', 'words']\n")
	}
	start := time.Now()
	list := (Loader{}).Lint("x.toml", []byte(b.String()))
	if len(list) < 1000 {
		t.Errorf("%d problems", len(list))
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	} else {
		t.Log(took)
	}
}

func FuzzLint(f *testing.F) {
	f.Add("[[rules]]\nid='a'\nregex='''xy(z)'''\nkeywords=['xy']\n[[rules.allowlists]]\nstopwords=['z']\n")
	f.Add("[extend]\nuseDefault=true\n[[allowlists]]\npaths=['''.*''']\n")
	f.Add("[[rules]]\nid='''\n[[rules]]\n'''\nregex=\"\"\"a\"\"\"\n")
	f.Fuzz(func(t *testing.T, config string) {
		list := Loader{}.Lint("x.toml", []byte(config))
		lines := strings.Count(config, "\n") + 1
		errors := 0
		for _, p := range list {
			if p.Line < 0 || p.Line > lines || p.Message == "" || p.Check == "" {
				t.Errorf("%+v", p)
			}
			if p.Level == Error {
				errors++
			}
		}
		if _, err := Load("x.toml", []byte(config)); err != nil && errors == 0 {
			t.Errorf("a scan refuses it: %v", err)
		}
	})
}
