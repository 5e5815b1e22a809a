package match_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner/match"
)

// TestAppendLower holds appendLower against package unicode for every character:
// where that has an ASCII letter both have it, and elsewhere neither has one.
func TestAppendLower(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		for _, text := range []string{"x" + string(r) + "y", "@AZ[`az{" + string(r) + "Abcdefgh" + string(r)} {
			got, want := string(match.AppendLower(nil, []byte(text))), strings.ToLower(text)
			if ascii(got) != ascii(want) || ascii(want) && got != want {
				t.Errorf("%q becomes %q, and with package strings %q", text, got, want)
			}
		}
	}
	cut := "A\xe2\x84\xc4B"
	if got := string(match.AppendLower(nil, []byte(cut))); got != "a\xe2\x84\xc4b" {
		t.Errorf("cut characters become %q", got)
	}
}

func ascii(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
