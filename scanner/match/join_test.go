package match_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/awscred/awscred/scanner"
)

// A rule that joins pieces judges what they make together, and reports the
// place of all of them.
func TestJoin(t *testing.T) {
	r := scanner.Rule{ID: "pieces", Pattern: `key=([a-z0-9+]{4,})`, MinEntropy: 2,
		Join:   func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("+"), nil) },
		Accept: func(secret []byte) bool { return len(secret) == 8 },
		Noise: func(secret []byte) string {
			if bytes.HasPrefix(secret, []byte("test")) {
				return "a test"
			}
			return ""
		}}
	m := compile(t, []scanner.Rule{r}, nil)
	for text, want := range map[string]string{
		"key=abcd+1234": "abcd1234", "key=abcdefgh": "abcdefgh", "key=abcd+123": "",
		"key=aaaa+aaaa": "", "key=test+1234": "test1234 a test",
	} {
		list, _ := m.Find([]byte(text), nil)
		got := ""
		for _, x := range list {
			got = string(x.Value.Reveal())
			if x.Noise != "" {
				got += " " + x.Noise
			}
			if x.Secret != (scanner.Span{Start: 4, End: len(text)}) || !slices.Equal(x.Decoded, []string{"concatenation"}) {
				t.Errorf("%q: at %v, decoded %q", text, x.Secret, x.Decoded)
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
