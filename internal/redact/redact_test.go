package redact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"
)

// Every way to print a secret, and every thing it may stand in.
func TestSecretDoesNotPrint(t *testing.T) {
	const value = "the value that must stay hidden"
	type holder struct {
		Public Secret
		hidden Secret
		inner  *struct{ deep Secret }
	}
	h := holder{New([]byte(value)), New([]byte(value)), &struct{ deep Secret }{New([]byte(value))}}
	things := []any{h.Public, &h.Public, h, &h, []Secret{h.Public}, map[string]Secret{"k": h.hidden}, h.inner, *h.inner, any(h.hidden)}
	var out strings.Builder
	for _, x := range things {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p"} {
			fmt.Fprintf(&out, verb+"\n", x)
		}
		fmt.Fprintln(&out, x)
		if b, err := json.Marshal(x); err == nil {
			out.Write(b)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", x)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", x)
	}
	fmt.Fprint(&out, fmt.Errorf("wrapping %v and %v", h.Public, h))
	for _, shape := range []string{value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value), fmt.Sprint([]byte(value)), "hidden"} {
		if strings.Contains(strings.ReplaceAll(out.String(), "hidden:", ""), shape) {
			t.Errorf("the output has %q", shape)
		}
	}
	if !strings.Contains(out.String(), "[secret, 31 bytes]") {
		t.Error("nothing says how long the secret is")
	}
}

func TestSecretIsACopy(t *testing.T) {
	b := []byte("before")
	s := New(b)
	copy(b, "after!")
	if string(s.Reveal()) != "before" {
		t.Errorf("the secret changed with its source")
	}
}

func TestEqual(t *testing.T) {
	a, b, c := New([]byte("x")), New([]byte("x")), New([]byte("y"))
	if !a.Equal(b) || a.Equal(c) || a.Equal(Secret{}) || !(Secret{}).Equal(New(nil)) {
		t.Error("Equal is wrong")
	}
	if !(Secret{}).IsZero() || !New(nil).IsZero() || a.IsZero() {
		t.Error("IsZero is wrong")
	}
}

// The value is fixed for ever: baselines hold it. Computed with
// printf 'kind\0value' | openssl dgst -sha256 -hmac awscred/v1.
func TestFingerprint(t *testing.T) {
	got := New([]byte("value")).Fingerprint(nil, "kind")
	if want := "0ecb2bae4f2500b09d87988c18f975e9"; got != want {
		t.Errorf("Fingerprint = %s, want %s", got, want)
	}
	if New([]byte("value")).Fingerprint([]byte("k"), "kind") == got {
		t.Error("the key does not matter")
	}
	pair := New([]byte("id")).Fingerprint(nil, "kind", New([]byte("secret")))
	if pair != New([]byte("id\x00secret")).Fingerprint(nil, "kind") {
		t.Error("a pair is not its halves with a NUL between them")
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain äß 日本":        "plain äß 日本",
		"a\x1b[2Jb":          `a\x1b[2Jb`,
		"a\n::error::x":      `a\n::error::x`,
		"tab\there\r":        `tab\there\r`,
		"\u202egnp.exe":      `\u202egnp.exe`,
		"zero\u200bwidth":    `zero\u200bwidth`,
		"bad\xff\xfe":        `bad\xff\xfe`,
		"\x00\x7f\u0085":     `\x00\x7f\x85`,
		"real \uFFFD stays":  "real \uFFFD stays",
		"tag \U000e0041 bye": `tag \U000e0041 bye`,
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPath(t *testing.T) {
	for in, want := range map[string]string{
		"src/main.go": "src/main.go",
		"with space":  "with space",
		`a"b`:         `"a\"b"`,
		`a\b`:         `"a\\b"`,
		"a\nb":        `"a\nb"`,
		" x":          `" x"`,
		"\xffx":       `"\xffx"`,
	} {
		if got := Path(in); got != want {
			t.Errorf("Path(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b]8;;x\x07", "a\nb", "\u202e", "\xff\xc0", "\uFFFD", "\U000e0001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, out := range []string{Text(s), Path(s)} {
			if !utf8.ValidString(out) {
				t.Fatalf("%q became invalid UTF-8", s)
			}
			for _, r := range out {
				if dangerous(r) {
					t.Fatalf("%q still has %U", s, r)
				}
			}
			if bytes.ContainsAny([]byte(out), "\x00\x1b\n\r") {
				t.Fatalf("%q still has a control byte", s)
			}
		}
		if plain(s) && Text(s) != s {
			t.Fatalf("plain text changed: %q", s)
		}
	})
}
