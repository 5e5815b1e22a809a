package keytest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/awskey"
)

const many = 2000

func TestGeneratedKeysAreWellFormed(t *testing.T) {
	seen := make(map[string]bool)
	for n := range many {
		account := keytest.Account(n)
		for _, s := range []string{keytest.ID(n), keytest.TempID(n)} {
			id, ok := awskey.ParseID(s)
			if !ok || id.Example() {
				t.Fatalf("id %d: %q is no issued id", n, s)
			}
			if got, note := id.Account(); got != account || note != awskey.Decoded {
				t.Errorf("id %d decodes to %q (%s), want %q", n, got, note, account)
			}
		}
		old, ok := awskey.ParseID(keytest.OldID(n))
		if got, note := old.Account(); !ok || got != "" || note != awskey.NotDecodable {
			t.Errorf("old id %d decodes to %q (%s)", n, got, note)
		}
		if temp, _ := awskey.ParseID(keytest.TempID(n)); !temp.Temporary() {
			t.Errorf("temporary id %d is not temporary", n)
		}
		if awskey.Canary(account) {
			t.Errorf("account %d is a canary's", n)
		}
		if why := awskey.WhyNotSecret([]byte(keytest.Secret(n))); why != "" {
			t.Errorf("secret %d: %s", n, why)
		}
		if !awskey.IsTokenShape([]byte(keytest.Token(n))) {
			t.Errorf("token %d has not the shape of one", n)
		}
		for _, s := range []string{account, keytest.ID(n), keytest.TempID(n), keytest.OldID(n), keytest.Secret(n), keytest.Token(n)} {
			if seen[s] {
				t.Errorf("number %d repeats %q", n, s)
			}
			seen[s] = true
		}
	}
}

// The values must never change: testdata elsewhere may rest on them.
func TestGeneratedKeysAreStable(t *testing.T) {
	sum := keytest.ID(1)[:8] + " " + keytest.TempID(1)[:8] + " " + keytest.OldID(1)[:8] + " " +
		keytest.Secret(1)[:8] + " " + keytest.Token(1)[16:24] + " " + keytest.Account(1)
	const want = "AKIAQLCD ASIAQLCD AKIAEDNA oB0upkyR l1XN+8I+ 023763361413"
	if sum != want {
		t.Errorf("got  %s\nwant %s", sum, want)
	}
}

func TestIDForDecodesToItsAccount(t *testing.T) {
	for _, account := range []string{"000000000000", "000000000001", "123456789012", "999999999999"} {
		for n := range 50 {
			id, _ := awskey.ParseID(keytest.IDFor(account, n))
			if got, _ := id.Account(); got != account {
				t.Errorf("IDFor(%q, %d) decodes to %q", account, n, got)
			}
		}
	}
}

func TestIDForRefusesWhatIsNoAccount(t *testing.T) {
	for _, account := range []string{"", "12345678901", "1234567890123", "12345678901x"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("IDFor(%q, 1) did not panic", account)
				}
			}()
			keytest.IDFor(account, 1)
		}()
	}
}

func TestExpand(t *testing.T) {
	tests := map[string]string{
		"":                                 "",
		"id={{aws-key-id 1}}":              "id=" + keytest.ID(1),
		"{{ aws-key-id  1 }}":              keytest.ID(1),
		"{{aws-temp-key-id 2}}.":           keytest.TempID(2) + ".",
		"{{aws-old-key-id 2}}":             keytest.OldID(2),
		"{{aws-secret 12}}{{account 3}}":   keytest.Secret(12) + keytest.Account(3),
		"t: {{aws-session-token 4}}\n":     "t: " + keytest.Token(4) + "\n",
		"${{ secrets.AWS }} {{ .Values }}": "${{ secrets.AWS }} {{ .Values }}",
		"{{account}} {{accounts 1}}":       "{{account}} {{accounts 1}}",
		"{aws-secret 1}":                   "{aws-secret 1}",
	}
	for in, want := range tests {
		got, err := keytest.ExpandString(in)
		if err != nil || got != want {
			t.Errorf("Expand(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestExpandRefusesMisspeltPlaceholders(t *testing.T) {
	for _, in := range []string{
		"{{aws-key 1}}", "{{aws-key-id}}", "{{aws-key-id x}}", "{{aws-secret 1 2}}",
		"{{ aws-session 1 }}", "{{aws-secret 99999999999999999999}}", "{{account 99999999999999999999}}",
	} {
		if got, err := keytest.Expand([]byte(in)); err == nil {
			t.Errorf("Expand(%q) = %q, want an error", in, got)
		}
	}
}

func TestLeaks(t *testing.T) {
	secret, token, id := keytest.Secret(1), keytest.Token(1), keytest.ID(1)
	reversed := []byte(secret)
	slices.Reverse(reversed)
	b64 := func(before string) string {
		return base64.StdEncoding.EncodeToString([]byte(before + secret + "tail"))
	}
	tests := map[string]struct {
		output string
		want   string // part of the first description; "" for no leak
	}{
		"nothing":                {"12 findings, all masked", ""},
		"empty":                  {"", ""},
		"whole":                  {"x" + secret + "y", "secret 1 plain"},
		"12 bytes":               {secret[7:19], "secret 1 plain"},
		"11 bytes":               {secret[7:18], ""},
		"last 12 bytes":          {secret[28:], "secret 1 plain"},
		"reversed":               {string(reversed), "secret 1 reversed"},
		"hexadecimal":            {hex.EncodeToString([]byte(secret)), "secret 1 in hexadecimal"},
		"upper hexadecimal":      {strings.ToUpper(hex.EncodeToString([]byte(secret[3:20]))), "secret 1 in hexadecimal"},
		"base64":                 {b64(""), "alignment 0"},
		"base64 shifted by one":  {b64("a"), "alignment 1"},
		"base64 shifted by two":  {b64("ab"), "alignment 2"},
		"base64url":              {base64.RawURLEncoding.EncodeToString([]byte("abcd" + secret)), "alignment 1"},
		"percent-encoded":        {url.QueryEscape(secret), "secret 1 "},
		"beginning of any token": {token[:16], ""},
		"12 bytes of a token":    {token[100:112], "secret 2 plain"},
		"masked id":              {id[:4] + "…" + id[12:], ""},
		"whole id":               {id, "secret 3 plain"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := keytest.Leaks([]byte(test.output), secret, token, id)
			if test.want == "" && got != nil {
				t.Errorf("got %q, want none", got)
			}
			if test.want != "" && !strings.Contains(strings.Join(got, "\n"), test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			for _, what := range got {
				if strings.Contains(what, secret[:6]) {
					t.Errorf("description %q holds the secret", what)
				}
			}
		})
	}
}

func TestLeaksAtEveryOffsetAndAlignment(t *testing.T) {
	noise := bytes.Repeat([]byte("lorem ipsum "), 10)
	for n := range 20 {
		secret := keytest.Secret(n)
		for at := 0; at+16 <= len(secret); at++ {
			for shift := range 3 {
				text := base64.StdEncoding.EncodeToString(append(noise[:30+shift:30+shift], secret[at:at+16]...))
				if keytest.Leaks([]byte(text), secret) == nil {
					t.Fatalf("secret %d: bytes %d to %d at alignment %d not found", n, at, at+16, shift)
				}
			}
		}
	}
}

func TestLeaksOfShortSecrets(t *testing.T) {
	if keytest.Leaks([]byte("password: hunter2"), "hunter2") == nil {
		t.Error("a short secret is looked for whole")
	}
	if got := keytest.Leaks([]byte("anything"), ""); got != nil {
		t.Errorf("an empty secret gave %q", got)
	}
}

func BenchmarkLeaks(b *testing.B) {
	output := bytes.Repeat([]byte(`{"rule":"aws-access-key","path":"config/prod.env"},`), 20000)
	b.SetBytes(int64(len(output)))
	for b.Loop() {
		keytest.Leaks(output, keytest.Secret(1), keytest.Token(1))
	}
}
