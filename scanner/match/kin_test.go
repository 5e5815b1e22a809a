package match_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
)

// Rules that begin alike are tested as one, and match what they do alone.
func TestKin(t *testing.T) {
	list := []scanner.Rule{
		{ID: "id", Pattern: `(?i)[a-z]{0,9}shop[a-z]{0,8}[ "]{0,3}[:=][ "]{0,3}([0-9]{8})(?:"|$|\s)`},
		{ID: "secret", Pattern: `(?i)[a-z]{0,9}shop[a-z]{0,8}[ "]{0,3}[:=][ "]{0,3}([0-9a-f]{12})(?:"|$|\s)`},
		{ID: "token", Pattern: `(?i)[a-z]{0,9}shop[a-z]{0,8}[ "]{0,3}[:=][ "]{0,3}(t-[a-z]{4}(?:-[a-z]{4}){0,9})`},
		{ID: "headed", Pattern: `(?i)my[a-z]{0,9}shop[a-z]{0,8}[ "]{0,3}[:=][ "]{0,3}([0-9]{8})(?:"|$|\s)`},
		{ID: "short", Pattern: `(?i)[a-z]{0,9}shop:([0-9]{3})`},
		{ID: "bounded", Pattern: `(?i)[a-z]{0,9}\bshop[a-z]{0,8}[ "]{0,3}[:=][ "]{0,3}([0-9]{8})(?:"|$|\s)`},
	}
	m := compile(t, list, nil)
	if got := m.Rests(); got != 4 {
		t.Errorf("%d rests, want one of the first three and three others", got)
	}
	all := oracles(t, m, list)
	parts := []string{"shop", "Shop", "my", "key", ":", "=", " ", `"`, "12345678", "0123456789ab", "t-abcd", "-efgh", "123", "x", "\n", "\u017fhop"}
	rnd := rand.New(rand.NewPCG(21, 22))
	for range 20000 {
		var b strings.Builder
		for range 3 + rnd.IntN(20) {
			b.WriteString(parts[rnd.IntN(len(parts))])
		}
		compare(t, m, all, []byte(b.String()), 0, 1, 2, 3, 4, 5)
		if t.Failed() {
			return
		}
	}
}
