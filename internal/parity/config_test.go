package parity

import (
	"fmt"
	"testing"

	"github.com/awscred/awscred/scanner/rules"
)

// defaultConfigs is how many configurations are made. Each exception is needed by
// one of them with the default seed.
const defaultConfigs = 1000

// TestConfigurations gives both the same generated configurations, which use all
// that gitleaks knows, and the same generated texts. PARITY_CONFIGS is how many.
func TestConfigurations(t *testing.T) {
	seed := number(t, "PARITY_SEED", defaultSeed)
	count := number(t, "PARITY_CONFIGS", defaultConfigs)
	y := newTally()
	y.exceptions = exceptions(t, "configurations")
	for n := range count {
		d := newDice(seed, n)
		config := d.config()
		cfg, err := loadGitleaks(t, config, nil)
		if err != nil {
			t.Fatalf("configuration %d: gitleaks: %v\n%s", n, err, config)
		}
		set, err := rules.Load("gitleaks.toml", []byte(config))
		if err != nil {
			t.Fatalf("configuration %d: %v\n%s", n, err, config)
		}
		g, m := newDetector(cfg, decodeDepth), newMatcher(t, set)
		before := len(y.missing) + len(y.extra)
		for i := range 8 {
			x := d.text()
			x.name = fmt.Sprintf("configuration %d, text %d", n, i)
			y.compare(t, g, m, x)
			if len(y.missing)+len(y.extra) > before {
				before = len(y.missing) + len(y.extra)
				t.Logf("%s, path %q, commit %q\n%s\n%q", x.name, x.path, x.commit, config, x.data)
			}
		}
	}
	y.log(t, 30)
	if seed == defaultSeed && count >= defaultConfigs {
		stale(t, y.exceptions, of("configurations"))
	}
}
