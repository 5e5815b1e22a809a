package keytest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner/awskey"
)

// leakLen is how many consecutive bytes of a secret count as a leak.
const leakLen = 12

// Leaks returns a description of every way in which output gives away one of
// the secrets, and nil if it gives away none. The descriptions name a secret by
// its position, so they can be printed.
//
// Looked for are the secret as it is, reversed, percent-encoded, in hexadecimal
// of either case, and in base64 of either alphabet at each of the three
// alignments. Any 12 consecutive bytes of a secret, in any of these forms, are a
// leak, except within the beginning that all session tokens share. An access key
// id is no secret by itself: of one that is given, only the whole counts.
// An empty secret is ignored; one shorter than 12 bytes is looked for whole.
func Leaks(output []byte, secrets ...string) []string {
	pieces := make(map[int]map[string]string) // length → piece → description
	for i, secret := range secrets {
		for _, form := range forms(secret) {
			form.cut(pieces, fmt.Sprintf("secret %d %s", i+1, form.name))
		}
	}
	found := make(map[string]bool)
	for size, set := range pieces {
		for at := 0; at+size <= len(output); at++ {
			if what, ok := set[string(output[at:at+size])]; ok {
				found[what] = true
			}
		}
	}
	var out []string
	for what := range found {
		out = append(out, what)
	}
	slices.Sort(out)
	return out
}

// form is a secret in one encoding, and how many bytes of that are a leak.
type form struct {
	name, text string
	window     int
}

func (f form) cut(pieces map[int]map[string]string, what string) {
	size := min(f.window, len(f.text))
	if size == 0 {
		return
	}
	if pieces[size] == nil {
		pieces[size] = make(map[string]string)
	}
	for at := 0; at+size <= len(f.text); at++ {
		piece := f.text[at : at+size]
		if _, ok := pieces[size][piece]; !ok { // the first form is the plainest
			pieces[size][piece] = what
		}
	}
}

func forms(secret string) []form {
	if secret == "" {
		return nil
	}
	window := leakLen
	if _, ok := awskey.ParseID(secret); ok {
		window = len(secret)
	}
	if awskey.IsTokenShape([]byte(secret)) {
		secret = secret[awskey.TokenPrefixLen:]
	}
	escaped := url.QueryEscape(secret)
	upper := strings.ToUpper(hex.EncodeToString([]byte(secret)))
	reversed := []byte(secret)
	slices.Reverse(reversed)
	out := []form{
		{"plain", secret, window},
		{"reversed", string(reversed), window},
		{"percent-encoded", escaped, window * len(escaped) / len(secret)},
		{"in hexadecimal", strings.ToLower(upper), 2 * window},
		{"in hexadecimal", upper, 2 * window},
	}
	for shift := range 3 {
		core := base64Core(secret, shift)
		name := fmt.Sprintf("in base64 at alignment %d", shift)
		size := min(window*4/3, len(core))
		if len(core) < 8 {
			continue // too little of it to tell from chance
		}
		out = append(out, form{name, core, size},
			form{name, strings.NewReplacer("+", "-", "/", "_").Replace(core), size})
	}
	return out
}

// base64Core returns those characters of the base64 of a text holding secret at
// an offset of shift (modulo 3) that depend on the secret alone.
func base64Core(secret string, shift int) string {
	padded := append(bytes.Repeat([]byte{0}, shift), secret...)
	encoded := base64.RawStdEncoding.EncodeToString(padded)
	from := (shift*8 + 5) / 6
	to := len(padded) * 8 / 6
	if from >= to {
		return ""
	}
	return encoded[from:to]
}
