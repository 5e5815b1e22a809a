package match_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/awskey"
)

// Ids that are only looked for around their prefixes are those that are found in
// the whole text, whatever stands around them.
func TestStarts(t *testing.T) {
	m := compile(t, []scanner.Rule{{ID: "id", Find: awskey.FindIDs, Starts: awskey.Credentials()}}, nil)
	r := rand.New(rand.NewPCG(3, 4))
	found := 0
	for round := range 20_000 {
		text := []byte(aroundIDs(r))
		var got, want [][2]int
		for _, h := range m.Hits(text) {
			got = append(got, [2]int{h.Start, h.End})
		}
		for start, end := range awskey.FindIDs(text) {
			want = append(want, [2]int{start, end})
		}
		if !slices.Equal(got, want) {
			t.Fatalf("round %d: %v, want %v in %q", round, got, want, text)
		}
		found += len(want)
	}
	if found < 3_000 { // 3592 with this seed
		t.Errorf("only %d ids in all texts", found)
	}
}

// aroundIDs returns ids, whole and in part, among what may stand beside one.
func aroundIDs(r *rand.Rand) string {
	pieces := []string{
		keytest.ID(r.IntN(9)), keytest.ID(r.IntN(9)), keytest.ID(r.IntN(9))[:r.IntN(20)],
		"AKIA", "ASIA", "ABIA", "akia", " ", "\n", "_", "x", "A", "7", strings.Repeat("Q2", r.IntN(40)), `\n`, `\\n`, `\t`,
		"\x1b[31m", "\x1b[K", `\u001b[38;5;255;1m`, `\u001b[K`, `\033[0;32m`, "[m", ";1;2;3;4;5;6;7m",
	}
	var b strings.Builder
	for range 1 + r.IntN(12) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}
