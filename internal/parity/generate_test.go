package parity

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A dice makes random configurations and texts. The same seed makes the same.
type dice struct{ *rand.Rand }

func newDice(seed, n int) dice { return dice{rand.New(rand.NewPCG(uint64(seed), uint64(n)))} }

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

// some is up to most of a list, without repetition.
func some[T any](d dice, most int, list ...T) []T {
	list = append([]T(nil), list...)
	d.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:1+d.IntN(min(most, len(list)))]
}

// A form is a pattern of a rule, with how many groups it has and texts that it
// matches, nearly matches, or that contain a match.
type form struct {
	pattern string
	groups  int
	texts   []string
}

func forms() []form {
	return []form{
		{`alpha_([a-z0-9]{4,12})`, 1, []string{"alpha_k3y9", "alpha_aaaa", "ALPHA_k3y9", "alpha_test99x", "xalpha_beta1234"}},
		{`(?i)key\s*[:=]\s*"([^"\n]{3,20})"`, 1, []string{`key = "s3cr3t"`, `KEY: "abc"`, `apikey="alpha_k3y9"`, `key="dummy-value-1"`, `key = "ab"`}},
		{`tok-(\d{2,4})-(\w+)`, 2, []string{"tok-12-abc", "tok-1234-Zz9_", "tok-1-abc", "tok-99-tok-99-x"}},
		{`\b(sec)?([0-9]{3})z\b`, 2, []string{"sec123z", "456z", "sec12z", "x999z", "77777z 778z"}},
		{`begin\n([^\n]+)\nend`, 1, []string{"begin\nq1w2e3r4\nend", "begin\n\nend", "begin\nalpha_k3y9 gitleaks:allow\nend"}},
		{`[Pp]ass[ -]?word[ ]is[ ](?P<word>\S+)`, 1, []string{"password is hunter2", "Pass-word is correct", "Password is", "pass word is tést"}},
		{`\nid:([a-f]{2,})`, 1, []string{"\nid:abc", "id:fed", "\nid:abcdefabc", "\n\nid:aa"}},
		{`[A-Z]{5}[0-9]{5}`, 0, []string{"ABCDE12345", "ABCDE1234", "XABCDE12345", "QQQQQ00000 ZZZZZ99999"}},
		{`user:(\w+)@(\w+)(?:/(\w+))?`, 3, []string{"user:bob@host", "user:al@h/path", "user:@h", "user:test@example/x"}},
		{`zz(?:\s|$)`, 0, []string{"zz ", "zz", "fizzbuzz\n"}},
		{`€([€a-c]{2,6})`, 1, []string{"€abc", "€€€a", "€x", "ab€bb"}},
	}
}

// paths are those of generated texts.
func paths() []string {
	return []string{"main.go", ".env", "config/prod.yml", "test/fixtures/a.txt", "vendor/x/y.js", "deep/er/secret.pem", "README.md"}
}

// pathPatterns are those of generated rules and allowlists.
func pathPatterns() []string {
	return []string{`\.env$`, `(?i)CONFIG/`, `(?:^|/)test/`, `\.(?:pem|js)$`, `^main`, `.*`, `README\.md$`}
}

// commits are those of generated texts; one text of three stands in none.
func commits() []string {
	return []string{"", "0123456789abcdef0123456789abcdef01234567", "fedcba9876543210fedcba9876543210fedcba98"}
}

// text makes a text of lines, most of which hold what rules look for.
func (d dice) text() *text {
	var b strings.Builder
	all := forms()
	for range 1 + d.IntN(14) {
		switch d.IntN(12) {
		case 0:
			b.WriteString("\n\n")
		case 1:
			b.WriteString("nothing of interest, beta and gamma\n")
		case 2:
			b.WriteString(strings.Repeat(" ", d.IntN(30)))
		default:
			for range 1 + d.IntN(3) {
				f := all[d.IntN(len(all))]
				b.WriteString(pick(d, f.texts...))
				b.WriteString(pick(d, " ", "  ", "\t", "; ", "", "\r\n", "\n"))
			}
			if d.chance(8) {
				b.WriteString("# gitleaks:allow")
			}
			b.WriteString(pick(d, "\n", "\n", "\n", "\r\n", ""))
		}
	}
	return &text{path: pick(d, paths()...), commit: pick(d, commits()...), data: []byte(b.String())}
}

// ruleIDs are those of generated rules. Some are generic, which gives way.
func ruleIDs() []string {
	return []string{"alpha", "beta-key", "generic-word", "my-Generic-rule", "delta", "zeta.9"}
}

// rule writes one rule. others are ids that it may require.
func (d dice) rule(b *strings.Builder, id string, others []string) {
	f := pick(d, forms()...)
	fmt.Fprintf(b, "\n[[rules]]\nid = %q\ndescription = \"a rule\"\n", id)
	pathOnly := d.chance(8)
	if pathOnly {
		fmt.Fprintf(b, "path = '''%s'''\n", pick(d, pathPatterns()...))
	} else {
		fmt.Fprintf(b, "regex = '''%s'''\n", f.pattern)
		if f.groups > 0 && d.chance(40) {
			fmt.Fprintf(b, "secretGroup = %d\n", 1+d.IntN(f.groups))
		}
		if d.chance(20) {
			fmt.Fprintf(b, "path = '''%s'''\n", pick(d, pathPatterns()...))
		}
	}
	if d.chance(30) {
		fmt.Fprintf(b, "entropy = %g\n", pick(d, 0.5, 1.5, 2, 2.5, 3.1))
	}
	if d.chance(50) && !pathOnly {
		fmt.Fprintf(b, "keywords = %s\n", list(some(d, 2, "alpha", "KEY", "tok-", "sec", "begin", "beta", "€", "z")))
	}
	if d.chance(10) {
		b.WriteString("skipReport = true\n")
	}
	for range d.IntN(3) {
		d.allowlist(b, "rules.allowlists", nil)
	}
	if len(others) > 0 && d.chance(25) {
		for _, o := range some(d, 2, others...) {
			fmt.Fprintf(b, "[[rules.required]]\nid = %q\n", o)
			if d.chance(60) {
				fmt.Fprintf(b, "withinLines = %d\n", d.IntN(4))
			}
			if d.chance(30) {
				fmt.Fprintf(b, "withinColumns = %d\n", d.IntN(20))
			}
		}
	}
}

// allowlist writes one allowlist under a name. targets are the rules to which it
// may be limited.
func (d dice) allowlist(b *strings.Builder, name string, targets []string) {
	fmt.Fprintf(b, "[[%s]]\n", name)
	if d.chance(40) {
		fmt.Fprintf(b, "condition = %q\n", pick(d, "AND", "OR", "&&", "||", "and"))
	}
	if len(targets) > 0 && d.chance(50) {
		fmt.Fprintf(b, "targetRules = %s\n", list(some(d, 2, targets...)))
	}
	none := true
	add := func(percent int, key string, values []string) {
		if d.chance(percent) {
			fmt.Fprintf(b, "%s = %s\n", key, list(values))
			none = false
		}
	}
	if d.chance(40) {
		fmt.Fprintf(b, "regexTarget = %q\n", pick(d, "secret", "match", "line"))
	}
	add(40, "regexes", some(d, 2, `^alpha`, `test`, `(?:9|x)$`, `interest`, `^key`, `\d{3}`, `^\s*user`, `#`))
	add(30, "stopwords", some(d, 3, "dummy", "AAAA", "test", "k3", "99", "é"))
	add(20, "paths", some(d, 2, pathPatterns()[:6]...))
	add(20, "commits", some(d, 2, strings.ToUpper(commits()[1]), "cafe", " "+commits()[2]))
	if none {
		fmt.Fprintf(b, "stopwords = [\"dummy\"]\n")
	}
}

// list writes strings in TOML.
func list(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'''" + v + "'''"
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// config writes a whole configuration.
func (d dice) config() string {
	var b strings.Builder
	ids := some(d, 5, ruleIDs()...)
	for i, id := range ids {
		d.rule(&b, id, append(append([]string(nil), ids[:i]...), ids[i+1:]...))
	}
	for range d.IntN(3) {
		d.allowlist(&b, "allowlists", ids)
	}
	return b.String()
}
