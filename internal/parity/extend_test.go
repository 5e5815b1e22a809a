package parity

import (
	"fmt"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/rules"
)

// TestExtend gives both configurations that extend gitleaks' own: they disable
// rules, change them and add some, and are read with gitleaks' own samples of
// the rules concerned. PARITY_EXTENDS is how many.
func TestExtend(t *testing.T) {
	byRule := map[string][]sample{}
	var ids []string
	for _, s := range samples(t, "gitleaks") {
		if _, replaced := replacedRules()[s.Rule]; replaced {
			continue // awscred's own rules stand in their place
		}
		if byRule[s.Rule] == nil {
			ids = append(ids, s.Rule)
		}
		byRule[s.Rule] = append(byRule[s.Rule], s)
	}
	seed := number(t, "PARITY_SEED", defaultSeed)
	y := newTally()
	y.exceptions = exceptions(t, "configurations", "extend")
	for n := range number(t, "PARITY_EXTENDS", 60) {
		d := newDice(seed, 1_000_000+n)
		changed := some(d, 6, ids...)
		config := d.extension(changed)
		cfg, err := loadGitleaks(t, config, nil)
		if err != nil {
			t.Fatalf("extension %d: gitleaks: %v\n%s", n, err, config)
		}
		set, err := rules.Load("gitleaks.toml", []byte(config))
		if err != nil {
			t.Fatalf("extension %d: %v\n%s", n, err, config)
		}
		g, m := newDetector(cfg, decodeDepth), newMatcher(t, set)
		for i := range 20 {
			id := pick(d, changed...)
			if d.chance(20) {
				id = pick(d, ids...)
			}
			s := pick(d, byRule[id]...)
			x := d.text()
			x.name = fmt.Sprintf("extension %d, text %d", n, i)
			if s.Path != "" {
				x.path = s.Path
			}
			x.data = append(append([]byte(s.Text), '\n'), x.data...)
			x.data = append(x.data, '\n')
			before := len(y.missing) + len(y.extra)
			y.compare(t, g, m, x)
			if len(y.missing)+len(y.extra) > before {
				t.Logf("%s, path %q, commit %q\n%s\n%q", x.name, x.path, x.commit, config, x.data)
			}
		}
	}
	y.log(t, 30)
	if seed == defaultSeed {
		stale(t, y.exceptions, of("extend"))
	}
}

// replacedRules are the rules of gitleaks in whose place others stand.
func replacedRules() map[string]bool {
	return map[string]bool{
		"aws-access-token": true, "aws-amazon-bedrock-api-key-long-lived": true, "aws-amazon-bedrock-api-key-short-lived": true,
	}
}

// extension writes a configuration that changes some of gitleaks' rules.
func (d dice) extension(changed []string) string {
	var b strings.Builder
	b.WriteString("[extend]\nuseDefault = true\n")
	disabled := 0
	if d.chance(60) && len(changed) > 1 {
		disabled = 1 + d.IntN(len(changed)/2)
		fmt.Fprintf(&b, "disabledRules = %s\n", list(changed[:disabled]))
	}
	for _, id := range changed[disabled:] {
		if d.chance(70) {
			d.change(&b, id)
		}
	}
	if d.chance(50) {
		d.rule(&b, "my-own-rule", nil)
	}
	for range d.IntN(3) {
		d.allowlist(&b, "allowlists", changed[disabled:])
	}
	return b.String()
}

// change writes a rule that changes one of the same id.
func (d dice) change(b *strings.Builder, id string) {
	fmt.Fprintf(b, "\n[[rules]]\nid = %q\n", id)
	if d.chance(30) {
		fmt.Fprintf(b, "entropy = %g\n", pick(d, 1, 2.5, 3.5, 4.5))
	}
	if d.chance(20) {
		f := pick(d, forms()...)
		fmt.Fprintf(b, "regex = '''%s'''\n", f.pattern)
		if f.groups > 0 {
			fmt.Fprintf(b, "secretGroup = %d\n", 1+d.IntN(f.groups))
		}
	}
	if d.chance(20) {
		fmt.Fprintf(b, "path = '''%s'''\n", pick(d, pathPatterns()...))
	}
	if d.chance(40) {
		fmt.Fprintf(b, "keywords = %s\n", list(some(d, 2, "alpha", "KEY", "tok-", "sec", "begin", "beta", "€", "z")))
	}
	for range d.IntN(3) {
		d.allowlist(b, "rules.allowlists", nil)
	}
}

// TestExtendPath gives both configurations that extend one another by path.
func TestExtendPath(t *testing.T) {
	seed := number(t, "PARITY_SEED", defaultSeed)
	y := newTally()
	y.exceptions = exceptions(t, "configurations", "extensions")
	for n := range number(t, "PARITY_EXTENDS", 60) * 3 {
		d := newDice(seed, 2_000_000+n)
		base, over := d.plainConfig(), d.plainConfig()
		if d.chance(30) {
			base = "[extend]\npath = '''$DIR/first.toml'''\n" + base
		}
		over = "[extend]\npath = '''$DIR/base.toml'''\n" + over
		first := d.plainConfig()
		files := map[string]string{"base.toml": base, "first.toml": first}
		cfg, refused := loadGitleaks(t, over, files)
		set, err := rules.Loader{Read: func(path string) ([]byte, error) {
			return []byte(files[strings.TrimPrefix(path, "$DIR/")]), nil
		}}.Load("gitleaks.toml", []byte(over))
		if (err == nil) != (refused == nil) {
			t.Fatalf("extension %d: gitleaks: %v, awscred: %v\n%s\n# base\n%s\n# first\n%s", n, refused, err, over, base, first)
		}
		if err != nil { // such as a secretGroup that the other regex does not have
			y.counts["refused by both"]++
			continue
		}
		y.over, y.bases = parseConfiguration(t, over), []configuration{parseConfiguration(t, base), parseConfiguration(t, first)}
		g, m := newDetector(cfg, decodeDepth), newMatcher(t, set)
		for i := range 8 {
			x := d.text()
			x.data = append(x.data, '\n')
			x.name = fmt.Sprintf("extension %d, text %d", n, i)
			before := len(y.missing) + len(y.extra)
			y.compare(t, g, m, x)
			if len(y.missing)+len(y.extra) > before {
				t.Logf("%s, path %q, commit %q\n%s\n# base\n%s\n# first\n%s\n%q", x.name, x.path, x.commit, over, base, first, x.data)
			}
		}
	}
	y.log(t, 30)
	if seed == defaultSeed {
		stale(t, y.exceptions, of("extensions"))
	}
}

// plainConfig writes a configuration without required rules: gitleaks looks for
// them before it extends.
func (d dice) plainConfig() string {
	var b strings.Builder
	ids := some(d, 4, ruleIDs()...)
	for _, id := range ids {
		d.rule(&b, id, nil)
	}
	for range d.IntN(2) {
		d.allowlist(&b, "allowlists", ids)
	}
	return b.String()
}
