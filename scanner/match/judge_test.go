package match_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/rules"
)

// summary writes matches down as rule=secret, with what else is known.
func summary(text string, list []scanner.Match) string {
	var out []string
	for _, m := range list {
		s := m.Rule.ID + "=" + text[m.Secret.Start:m.Secret.End]
		if m.Suppressed != nil {
			s += " suppressed:" + m.Suppressed.By
		}
		if m.Noise != "" {
			s += " noise"
		}
		if len(m.Allowed) > 0 {
			s += fmt.Sprintf(" allowed:%d", len(m.Allowed))
		}
		if len(m.Decoded) > 0 {
			s += " " + strings.Join(m.Decoded, "+")
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func res(patterns ...string) []*regexp.Regexp {
	var list []*regexp.Regexp
	for _, p := range patterns {
		list = append(list, regexp.MustCompile(p))
	}
	return list
}

func number(n int) *int { return &n }

func TestJudgement(t *testing.T) {
	key := scanner.Rule{ID: "key", Pattern: `key=(\w+)`, Keywords: []string{"key"}}
	with := func(change func(*scanner.Rule)) []scanner.Rule {
		r := key
		change(&r)
		return []scanner.Rule{r}
	}
	tests := map[string]struct {
		rules []scanner.Rule
		allow []scanner.Allow
		text  string
		want  string
	}{
		"first group":            {rules: []scanner.Rule{key}, text: "key=abc", want: "key=abc"},
		"no group":               {rules: []scanner.Rule{{ID: "r", Pattern: `\d{3}`}}, text: "a123 456", want: "r=123; r=456"},
		"first group with text":  {rules: []scanner.Rule{{ID: "r", Pattern: `(x)?(y)?z`}}, text: "yz", want: "r=y"},
		"named group":            {rules: []scanner.Rule{{ID: "r", Pattern: `(a)(b)(c)`, Group: 2}}, text: "abc", want: "r=b"},
		"named group, absent":    {rules: []scanner.Rule{{ID: "r", Pattern: `(a)(b)?c`, Group: 2}}, text: "ac", want: "r=ac"},
		"line breaks trimmed":    {rules: []scanner.Rule{{ID: "r", Pattern: `\na+\n`}}, text: "\naa\n", want: "r=aa"},
		"no keyword":             {rules: with(func(r *scanner.Rule) { r.Keywords = []string{"other"} }), text: "key=abc", want: ""},
		"keyword elsewhere":      {rules: with(func(r *scanner.Rule) { r.Keywords = []string{"other"} }), text: "key=abc OTHER", want: "key=abc"},
		"keyword beyond ASCII":   {rules: with(func(r *scanner.Rule) { r.Keywords = []string{"über"} }), text: "key=abc ÜBER", want: "key=abc"},
		"keyword in Kelvin":      {rules: with(func(r *scanner.Rule) { r.Keywords = []string{"kk"} }), text: "key=abc \u212aK", want: "key=abc"},
		"entropy too low":        {rules: with(func(r *scanner.Rule) { r.MinEntropy = 2 }), text: "key=abcd", want: ""},
		"entropy high enough":    {rules: with(func(r *scanner.Rule) { r.MinEntropy = 1.9 }), text: "key=abcd", want: "key=abcd"},
		"not accepted":           {rules: with(func(r *scanner.Rule) { r.Accept = func(s []byte) bool { return s[0] == 'x' } }), text: "key=a key=x", want: "key=x"},
		"noise":                  {rules: with(func(r *scanner.Rule) { r.Noise = func([]byte) string { return "x" } }), text: "key=a", want: "key=a noise"},
		"inline":                 {rules: []scanner.Rule{key}, text: "key=a # awscred:allow\nkey=b // gitleaks:allow\nkey=c", want: "key=a suppressed:inline; key=b suppressed:inline; key=c"},
		"inline, other line":     {rules: []scanner.Rule{key}, text: "# awscred:allow\nkey=a\n# awscred:allow", want: "key=a"},
		"allowed secret":         {rules: []scanner.Rule{key}, allow: []scanner.Allow{{Patterns: res("^a$")}}, text: "key=a key=ab", want: "key=a suppressed:config; key=ab"},
		"allowed match":          {rules: []scanner.Rule{key}, allow: []scanner.Allow{{Patterns: res("^key=a$"), Target: scanner.AllowMatch}}, text: "key=a key=ab", want: "key=a suppressed:config; key=ab"},
		"allowed line":           {rules: []scanner.Rule{key}, allow: []scanner.Allow{{Patterns: res("^test.*z$"), Target: scanner.AllowLine}}, text: "test key=a z\nkey=b", want: "key=a suppressed:config; key=b"},
		"second pattern":         {rules: []scanner.Rule{key}, allow: []scanner.Allow{{Patterns: res("(?i)^X", "^b")}}, text: "key=b key=xb key=c", want: "key=b suppressed:config; key=xb suppressed:config; key=c"},
		"built in":               {rules: []scanner.Rule{key}, allow: []scanner.Allow{{Patterns: res("^a$"), BuiltIn: true}}, text: "key=a key=ab", want: "key=ab"},
		"stop word":              {rules: []scanner.Rule{key}, allow: []scanner.Allow{{StopWords: []string{"test"}, BuiltIn: true}}, text: "key=myTESTkey key=tes", want: "key=tes"},
		"many stop words":        {rules: []scanner.Rule{key}, allow: []scanner.Allow{{StopWords: []string{"alpha", "beta", "gamma", "delta", "ep", "zeta"}, BuiltIn: true}}, text: "key=xdeltax key=delt key=step key=alphabet", want: "key=delt"},
		"path, later":            {rules: []scanner.Rule{key}, allow: []scanner.Allow{{Paths: res("x")}}, text: "key=a", want: "key=a allowed:1"},
		"path or pattern":        {rules: []scanner.Rule{key}, allow: []scanner.Allow{{Paths: res("x"), Patterns: res("^a")}}, text: "key=a key=b", want: "key=a suppressed:config; key=b allowed:1"},
		"path and pattern":       {rules: []scanner.Rule{key}, allow: []scanner.Allow{{All: true, Paths: res("x"), Patterns: res("^a")}}, text: "key=a key=b", want: "key=a allowed:1; key=b"},
		"pattern and word":       {rules: []scanner.Rule{key}, allow: []scanner.Allow{{All: true, StopWords: []string{"q"}, Patterns: res("^a")}}, text: "key=aq key=a key=bq", want: "key=aq suppressed:config; key=a; key=bq"},
		"commit, later":          {rules: with(func(r *scanner.Rule) { r.Allow = []scanner.Allow{{Commits: []string{"abc"}}} }), text: "key=a", want: "key=a allowed:1"},
		"built in, AWS key":      {rules: with(func(r *scanner.Rule) { r.Part = scanner.IDPart }), allow: []scanner.Allow{{Paths: res("x"), BuiltIn: true}, {Patterns: res("a"), BuiltIn: true}}, text: "key=a", want: "key=a"},
		"the user's own, AWS":    {rules: with(func(r *scanner.Rule) { r.Part = scanner.IDPart }), allow: []scanner.Allow{{Patterns: res("a")}}, text: "key=a", want: "key=a suppressed:config"},
		"generic gives way":      {rules: []scanner.Rule{key, {ID: "gen", Pattern: `=(\w+)`, Generic: true}}, text: "key=abc\nx=abc", want: "key=abc; gen=abc"},
		"generic, other value":   {rules: []scanner.Rule{key, {ID: "gen", Pattern: `\w+`, Generic: true, Keywords: []string{"b"}}}, text: "key=a b", want: "gen=key; key=a; gen=b"},
		"generic, path rule":     {rules: []scanner.Rule{{ID: "key", Pattern: `key=(\w+)`, Path: regexp.MustCompile("x")}, {ID: "gen", Pattern: `=(\w+)`, Generic: true}}, text: "key=abc", want: "key=abc; gen=abc"},
		"hidden":                 {rules: with(func(r *scanner.Rule) { r.Hidden = true }), text: "key=a", want: "key=a"},
		"required, near":         {rules: requiring(number(1), nil), text: "key=a\nid:1\n\nkey=b", want: "key=a; id=1"},
		"required, columns":      {rules: requiring(nil, number(3)), text: "   key=a\nid:1\n       key=b", want: "key=a; id=1"},
		"required, any distance": {rules: requiring(nil, nil), text: "key=a" + strings.Repeat("\n", 500) + "id:1", want: "key=a; id=1"},
		"required, absent":       {rules: requiring(nil, nil), text: "key=a", want: ""},
		"required, suppressed":   {rules: requiring(nil, nil), text: "key=a\nid:1 awscred:allow", want: "id=1 suppressed:inline"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := compile(t, test.rules, test.allow)
			list, _ := m.Find([]byte(test.text), nil)
			if got := summary(test.text, list); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func requiring(lines, columns *int) []scanner.Rule {
	return []scanner.Rule{
		{ID: "key", Pattern: `key=(\w+)`, Required: []scanner.Required{{Rule: "id", WithinLines: lines, WithinColumns: columns}}},
		{ID: "id", Pattern: `id:(\d)`},
	}
}

// A lazy pattern stops at the first footer. When an earlier header is no key's,
// the key behind it must still be found.
func TestKeyBehindAFalseHeader(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, []scanner.Rule{*set.Rule("private-key")}, nil)
	dashes := "-----"
	header, footer := dashes+"BEGIN RSA PRIVATE KEY"+dashes, dashes+"END RSA PRIVATE KEY"+dashes
	body := strings.Repeat(keytest.Secret(1)+"\n", 5)
	text := "# a key starts with " + header + " as everybody knows\n" + strings.Repeat("and so on ", 20) + "\n" +
		header + "\n" + body + footer + "\n"
	list, _ := m.Find([]byte(text), nil)
	want := header + "\n" + body + footer
	if !slices.ContainsFunc(list, func(x scanner.Match) bool { return text[x.Span.Start:x.Span.End] == want }) {
		t.Errorf("the key is not found: %s", summary(text, list))
	}
}

// The functions that find keys by their shape must find what the patterns say.
func TestFindAgreesWithPattern(t *testing.T) {
	for _, r := range defaultSet(t).Rules {
		if r.Find == nil {
			continue
		}
		re := regexp.MustCompile(r.Pattern)
		for n := range 200 {
			text := fmt.Sprintf("%s %s\n%s=%s_%s,%s x%s", keytest.ID(n), keytest.Secret(n), keytest.TempID(n),
				keytest.ID(n+1), keytest.Secret(n+2), keytest.OldID(n), keytest.ID(n))
			var got, want []string
			for start, end := range r.Find([]byte(text)) {
				got = append(got, text[start:end])
			}
			for _, g := range re.FindAllStringSubmatch(text, -1) {
				want = append(want, g[1])
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s: got %q, want %q in %q", r.ID, got, want, text)
			}
		}
	}
}

func TestPairOfAWSKey(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	text := "[default]\naws_access_key_id = " + keytest.ID(1) + "\naws_secret_access_key = " + keytest.Secret(1) + "\n"
	want := rules.KeyIDRule + "=" + keytest.ID(1) + "; " + rules.SecretKeyRule + "=" + keytest.Secret(1)
	list, candidates := m.Find([]byte(text), nil)
	if got := summary(text, list); got != want || candidates == nil {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, x := range list {
		if got := string(x.Value.Reveal()); got != text[x.Secret.Start:x.Secret.End] {
			t.Errorf("%s: value is not the text of its span", x.Rule.ID)
		}
	}
}

func TestMatchName(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	for name, want := range map[string]int{"server.p12": 1, "a.PFX": 1, "a.txt": 0, "": 0} {
		list := m.MatchName([]byte(name))
		if len(list) != want {
			t.Errorf("%q: %d rules, want %d", name, len(list), want)
		}
		for path, allowed := range map[string]bool{"node_modules/x/" + name: true, "certs/" + name: false} {
			if want == 1 && allowedAt(list[0], path) != allowed {
				t.Errorf("%s: allowed is not %v", path, allowed)
			}
		}
	}
}

// A rule of paths is offered every name that can be the end of a path which it
// matches.
func TestMatchNameOfDirectories(t *testing.T) {
	for pattern, cases := range map[string]map[string]bool{
		`secrets/.*\.pem$`:         {"a.pem": true, "a.txt": false},
		`(?i)(^|/)secrets/[a-z]+$`: {"abc": true, "42": false},
		`^config/prod\.env$`:       {"prod.env": true, "dev.env": false},
		`^\.env$`:                  {".env": true, "a.env": false},
		`\.aws/`:                   {"anything": true},
		`(a/b|c)\.x`:               {"b.x": true, "c.x": true, "d.x": false},
		`[^.]+\.key`:               {"x.key": true, "x.pub": false},
	} {
		m := compile(t, []scanner.Rule{{ID: "path", Path: regexp.MustCompile(pattern)}}, nil)
		for name, want := range cases {
			if got := len(m.MatchName([]byte(name))) == 1; got != want {
				t.Errorf("%s: %q is offered: %v, want %v", pattern, name, got, want)
			}
		}
	}
}

// A rule that is never reported takes nothing from a generic one: the secret
// would be lost.
func TestHiddenClaimsNothing(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		m := compile(t, []scanner.Rule{
			{ID: "helper", Pattern: `token = (\w{8})`, Keywords: []string{"token"}, Hidden: hidden},
			{ID: "any", Pattern: `= (\w{8})`, Keywords: []string{"="}, Generic: true},
		}, nil)
		list, _ := m.Find([]byte("token = abcdefgh\n"), nil)
		generic := slices.ContainsFunc(list, func(x scanner.Match) bool { return x.Rule.ID == "any" })
		if generic != hidden {
			t.Errorf("hidden %v: generic reported %v", hidden, generic)
		}
	}
}

// A specific rule that depends on the place claims the secret of a generic one
// where it applies; the scan decides for each place.
func TestClaimsDependOnThePlace(t *testing.T) {
	allow := scanner.Allow{Paths: []*regexp.Regexp{regexp.MustCompile(`^vendor/`)}}
	for name, c := range map[string]struct {
		path   *regexp.Regexp
		allow  []scanner.Allow
		claims int // -1: the generic match is gone
	}{
		"anywhere":            {nil, nil, -1},
		"but in some paths":   {nil, []scanner.Allow{allow}, 1},
		"in some paths alone": {regexp.MustCompile(`\.env$`), nil, 1},
	} {
		m := compile(t, []scanner.Rule{
			{ID: "own", Pattern: `token = (\w{8})`, Keywords: []string{"token"}, Path: c.path, Allow: c.allow},
			{ID: "any", Pattern: `= (\w{8})`, Keywords: []string{"="}, Generic: true},
		}, nil)
		list, _ := m.Find([]byte("token = abcdefgh\n"), nil)
		claims := -1
		for _, x := range list {
			if x.Rule.ID == "any" {
				claims = len(x.Claims)
			}
		}
		if claims != c.claims {
			t.Errorf("%s: %d claims, want %d", name, claims, c.claims)
		}
	}
}

// A block whose line breaks are escaped is found as it stands, and not once more
// in what the escapes stand for.
func TestEscapedBlockIsOne(t *testing.T) {
	m := compile(t, []scanner.Rule{{ID: "block", Pattern: `BEGIN [A-Za-z\\\s]{10,80} END`, Keywords: []string{"begin"}}}, nil)
	list, _ := m.Find([]byte(`{"k": "BEGIN abc\ndefgh\nijklm END"}`), nil)
	if len(list) != 1 || len(list[0].Decoded) > 0 {
		t.Errorf("%d matches, want the one as it stands", len(list))
	}
}
