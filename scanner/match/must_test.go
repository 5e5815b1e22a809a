package match_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
)

// TestMust compares rules with a common word and something else behind it with
// package regexp: no match is given up, however many lines are between the two.
func TestMust(t *testing.T) {
	var list []scanner.Rule
	for id, pattern := range map[string]string{
		"lines":  `\bget\b(?:.*?|.*?(?:[\r\n]{1,2}.*?){1,3})[ \t\n\r](?:-u|--user)[ =]\w+`,
		"break":  `\bget\b(?:.*\n){0,2}.*(?:\n--|;;)\w+`,
		"any":    `(?s)\bget\b.*(?:--user|-u)\w+`,
		"folded": `\bget\b.*(?:(?i)--user|-u)\w+`,
		"twice":  `\bget\b.*--[a-z]+.*=='\w+'`,
		"before": `\w{0,8}=get\b[^;]*;;\w+`,
	} {
		list = append(list, scanner.Rule{ID: id, Pattern: pattern, Keywords: []string{"get"}})
	}
	m := compile(t, list, nil)
	all := oracles(t, m, list)
	parts := []string{"get", "get ", "\n", "\n", "\r\n", " ", " ", "x", "-u", " -u a", " --user=b", "--USER", "--", ";;", ";", "=get ", "=='a'", "-", "u", "text of a line"}
	r := rand.New(rand.NewPCG(11, 12))
	for range 60000 {
		var b strings.Builder
		for range 2 + r.IntN(24) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		compare(t, m, all, []byte(b.String()), 0, 1, 2, 3, 4, 5)
		if t.Failed() {
			return
		}
	}
}
