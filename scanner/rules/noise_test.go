package rules

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/awskey"
)

// packages is what was counted once over the files of some two hundred Go
// modules and of a thousand npm packages: distinct runs of exactly 40 characters
// of base64, by the first reason for which they are refused. The packages change
// daily, so the count is no part of the test.
func packages() (files int, counts map[string]int) {
	return 217_610, map[string]int{
		"hexadecimal, as a SHA-1 is": 1535, "letters of one case": 605, "words": 6234, "a path": 282,
		"one character repeated": 7, "entropy below 4": 3, "base64 of plain text": 2, "": 96,
	}
}

// docs/noise.md says what is taken for noise, what that loses, and what it
// saves. The share of random secrets is measured whenever the test runs.
func TestNoisePage(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "noise.md")
	want := noisePage()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/noise.md is behind the rules: go test ./scanner/rules -update")
	}
}

func noisePage() string {
	const total = 100_000
	random := map[string]int{}
	rng := rand.New(rand.NewPCG(21, 22))
	for range total {
		raw := make([]byte, 30)
		for i := range raw {
			raw[i] = byte(rng.Uint32())
		}
		random[awskey.WhyNotSecret([]byte(base64.StdEncoding.EncodeToString(raw)))]++
	}
	files, counts := packages()
	var b strings.Builder
	b.WriteString(noiseHead)
	fmt.Fprintf(&b, "| why not | of %d random secrets | of the strings in %d files |\n|---|---|---|\n", total, files)
	reasons := make([]string, 0, len(counts))
	for why := range counts {
		reasons = append(reasons, why)
	}
	slices.SortFunc(reasons, func(x, y string) int { return counts[y] - counts[x] })
	for _, why := range reasons {
		name := why
		if why == "" {
			name = "**none: it may be a secret**"
		}
		fmt.Fprintf(&b, "| %s | %d | %d |\n", name, random[why], counts[why])
	}
	b.WriteString(noiseTail)
	return b.String()
}

const noiseHead = `# Noise

This page is made by a test of the rules; do not edit it.

A secret access key is 40 characters of base64 without a mark of its own. Under a name that says what it is, or beside a key id, it is
reported. Whether 40 characters can be a secret at all is decided by their statistics. Each refusal was chosen such that secrets drawn at random
run into any of them less than once in 20,000, and weighed on the names, paths and digests of real packages.

`

const noiseTail = `
"Words" is the sum of twice the changes of case, twice the digits, less the small letters and twice the vowels among them: below -9 the
characters are names in CamelCase or a path. Random secrets have 40 on average.

Documented examples and placeholders are not dropped: they are findings with a reason (` + "`noise`" + ` in the JSON), shown with ` + "`--all`" + ` and never failing a scan.

| reason | what |
|---|---|
| documented example | the word EXAMPLE in an id, a secret, a token |
| one character repeated | five times in a row |
| a sequence of the alphabet | eight characters in their order |
| a few characters repeated | an id of less than 2.7 bits a character, a secret of less than 3.2 |
| a placeholder: the word … | a word of five letters or more that people write in the place of a key, in one case: dummy, secret, changeme |
| letters only, a word among them | an id without digits that holds TEST, FAKE or YOUR |
| a word in capitals | ASIA and sixteen letters, of a generation of keys that ended years ago |
| base64 of plain text | where a token is opaque |

## False alarms

313 Go modules and 1,666 npm packages, 185,000 files, the archives among them unpacked and what is encoded decoded, scanned with all rules.
Each finding of an AWS rule was looked at. Packages of secret scanners hold keys on purpose and are left out.

| what was found under AWS rules | secrets |
|---|---|
| reported: of the exact form, with their id or under a name that says so, in tests of signing, of masking and of a token exchange | 5 |
| reported, and something else | 0 |
| noise: documented examples and placeholders, each with its reason | 13 |

If the five, which nobody can use any more, are called false, that is 0.3 in 10,000 files.

A lone string of the shape, without a name and without a key id near it, is for information: ` + "`aws-secret-shape`" + `, with ` + "`--all`" + ` only.
`
