package match_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/encodetest"
	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/rules"
)

// found is what Find returns that counts, but for two rules that have the encoded
// value as well: rule, value, encodings, in order.
func found(list []scanner.Match) []string {
	var all []string
	for _, x := range list {
		if x.Rule.ID != "jwt" && x.Rule.ID != "kubernetes-secret-yaml" && x.Noise == "" && x.Suppressed == nil {
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s", x.Rule.ID, x.Value.Reveal(), strings.Join(x.Decoded, " "))))
		}
	}
	return all
}

// TestDecoded holds what is found in encoded texts, and where.
func TestDecoded(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	id, secret := keytest.ID(1), keytest.Secret(1)
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	ini := "[default]\naws_access_key_id = " + id + "\naws_secret_access_key = " + secret + "\n"
	both := func(names string) []string {
		return []string{rules.KeyIDRule + " " + id + " " + names, rules.SecretKeyRule + " " + secret + " " + names}
	}
	far := strings.Repeat("a: line of nothing\n", 20)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"Kubernetes Secret", "kind: Secret\ndata:\n  AWS_ACCESS_KEY_ID: " + b64(id) + "\n  AWS_SECRET_ACCESS_KEY: " + b64(secret) + "\n", both("base64")},
		{"file in a Secret", "data:\n  credentials: " + b64(ini) + "\n", both("base64")},
		{"twice", "data: " + b64(b64(ini)) + "\n", both("base64 base64")},
		{"JWT", encodetest.URL(`{"alg":"none"}`) + "." + encodetest.URL(`{"aws_access_key_id":"`+id+`","aws_secret_access_key":"`+secret+`"}`) + ".", both("jwt")},
		{"gzip", "x: " + encodetest.Base64(encodetest.Gzip(ini)), both("base64 gzip")},
		{"basic authorization", "Authorization: Basic " + b64(id+":"+secret), []string{
			rules.KeyIDRule + " " + id + " base64", rules.NearSecretRule + " " + secret + " base64"}},
		{"secret without a name far from its id", "a: " + b64(id) + "\n" + far + "b: " + b64(secret), []string{
			rules.KeyIDRule + " " + id + " base64", rules.NearSecretRule + " " + secret + " base64"}},
		{"secret without a name, its id not encoded", "a: " + id + "\n" + far + "b: " + b64(secret), []string{
			rules.KeyIDRule + " " + id, rules.NearSecretRule + " " + secret + " base64"}},
		{"secret not encoded, its id is", "a: " + b64(id) + "\n" + far + "b: " + secret, []string{
			rules.KeyIDRule + " " + id + " base64", rules.NearSecretRule + " " + secret}},
		{"half an id", "id = AK%49A" + id[4:], []string{rules.KeyIDRule + " " + id + " percent"}},
		{"id beside an escape", "x%20" + id + "%20y", []string{rules.KeyIDRule + " " + id + " percent"}},
		{"id behind an escape", `"a\n` + id + `"`, []string{rules.KeyIDRule + " " + id}},
		{"comment that allows", "a: " + b64(ini) + " # awscred:allow", nil},
		{"comment on another line", "# awscred:allow\na: " + b64(ini), both("base64")},
		{"UTF-16 around base64", string(encodetest.UTF16("secrets: "+b64(ini)+"\r\n", false)), both("utf-16 base64")},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, _ := m.Find([]byte(c.text), nil)
			if got := found(list); !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q", got, c.want)
			}
			for _, x := range list {
				if x.Secret.Start < x.Span.Start || x.Secret.End > x.Span.End || x.Span.End > len(c.text) {
					t.Errorf("secret %v in match %v of %d bytes", x.Secret, x.Span, len(c.text))
				}
			}
		})
	}
}

// A keyword may stand anywhere in the text, or in another thing that is encoded.
func TestKeywordsOfDecoded(t *testing.T) {
	m := compile(t, []scanner.Rule{{ID: "r", Pattern: `pw[0-9]{14}`, Keywords: []string{"login"}}}, nil)
	value := encodetest.Base64([]byte("pw12345678901234"))
	far := strings.Repeat("nothing\n", 200)
	for text, want := range map[string]int{
		value:                        0,
		"LOGIN\n" + far + value:      1,
		value + "\n" + far + "Login": 1,
		encodetest.Base64([]byte("the login name")) + far + value: 1,
		"lo gin" + far + value: 0,
	} {
		if list, left := m.Find([]byte(text), nil); len(list) != want || left == nil {
			t.Errorf("%d matches, want %d, remembered: %t, in %.40q", len(list), want, left != nil, text)
		}
	}
}

// What a request says about itself is not another secret.
func TestDecodedInsideOfASecret(t *testing.T) {
	whole := scanner.Rule{ID: "request", Pattern: `req:[!-~]+`, Part: scanner.Whole}
	inner := scanner.Rule{ID: "inner", Pattern: `pw-[0-9]{4}`}
	m := compile(t, []scanner.Rule{whole, inner}, nil)
	for text, want := range map[string]int{
		"req:a%3Dpw-%31234": 1,
		"req:a pw-%31234":   2,
		encodetest.Base64([]byte("req:a%3Dpw-%31234 ----")):    1,
		encodetest.Base64([]byte("req:a%3Dpw- pw-%31234 ---")): 2,
	} {
		if list, _ := m.Find([]byte(text), nil); len(list) != want {
			t.Errorf("%d matches, want %d: %q", len(list), want, text)
		}
	}
}

// What is too much to decompress is said.
func TestCut(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	for text, want := range map[string]bool{
		encodetest.Base64(encodetest.Gzip(strings.Repeat("\x00", 17<<20))): true,
		encodetest.Base64(encodetest.Gzip(strings.Repeat("\x00", 1<<20))):  false,
	} {
		_, left := m.Find([]byte(text), nil)
		l, ok := left.(scanner.Limited)
		if got := ok && l.Cut(); got != want {
			t.Errorf("cut: %t, want %t, of %d bytes", got, want, len(text))
		}
	}
}
