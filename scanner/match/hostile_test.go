package match_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/encodetest"
	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
)

// TestHostileTextsTakeLinearTime compares the time for a text with that for one
// eight times as long. Linear is eight times the time, quadratic 64 times. It
// also says if a text takes ten times as long as the 5 MB/s that hostile texts
// are to be read with.
func TestHostileTextsTakeLinearTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const small, large = 1 << 14, 1 << 17
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	for name, make := range hostile() {
		t.Run(name, func(t *testing.T) {
			a, b := make(small), make(large)
			for try := 0; ; try++ {
				short, long := duration(m, a), duration(m, b)
				slow := long > slower*large*time.Second/500_000
				if !slow && (long < 30*short || long < 50*time.Millisecond) {
					return
				}
				if try == 4 {
					t.Errorf("%v for %d bytes, %v for %d", short, small, long, large)
					return
				}
			}
		})
	}
}

func duration(m scanner.Matcher, text []byte) time.Duration {
	start := clock()
	m.Find(text, nil)
	return clock() - start
}

// hostile are texts made to be slow.
func hostile() map[string]func(size int) []byte {
	lines := func(s string) func(int) []byte { return repeat(s + "\n") }
	all := map[string]func(int) []byte{
		"curl":           repeat("curl "),
		"curl lines":     lines("curl -X POST"),
		"curl user":      repeat("curl -u 'a "),
		"data":           repeat("data:"),
		"data key":       repeat("data: a:aaaaaaaaaa "),
		"kind secret":    lines("kind: secret"),
		"key":            repeat("key "),
		"key_":           repeat("key_"),
		"key=":           repeat("key="),
		"secret_key":     repeat("aws_secret_key = "),
		"access api key": repeat("access_api_key.token-secret "),
		"hex":            repeat("0123456789abcdef"),
		"sourcegraph":    repeat("sourcegraph 0123456789abcdef0123456789abcdef01234567\" "),
		"one letter":     repeat("a"),
		"AKIA":           repeat("AKIA"),
		"aws":            repeat("aws"),
		"quotes":         repeat(`"`),
		"key ids":        repeat(keytest.ID(1) + "\n"),
		"pairs":          repeat(keytest.ID(1) + " " + keytest.Secret(1) + "\n"),
		"pem header":     lines("-----BEGIN RSA PRIVATE KEY-----"),
		"pem headers":    repeat("-----BEGIN PRIVATE KEY"),
		"s.":             repeat("s."),
		"ey":             repeat(" eyJhbGciOiJIUzI1NiIs"),
		"sk-":            repeat("sk-"),
		"long s":         repeat("ſ"),
		"folded key":     repeat("\u212aey="),
		"https":          repeat("https://a.webhook.office.com/webhookb2/"),
		"zeros":          repeat("\x00"),
		"wide":           repeat("a\x00"),
		"digits":         repeat("1234567890123456|"),
		"invalid":        repeat("\xff\xc3"),
		"random":         random("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"),
		"random words":   randomWords("key", "secret", " ", "=", "\"", "data:", "curl", "\n", "-H", "token", "a1b2c3d4e5", "-----BEGIN", "KEY-----", "kind:", ".", "_"),
	}
	for name, unit := range hostileEncodings() {
		all["encoded, "+name] = repeat(unit)
	}
	all["encoded, again and again"] = nested
	return all
}

func repeat(s string) func(int) []byte {
	return func(n int) []byte { return bytes.Repeat([]byte(s), n/len(s)+1)[:n] }
}

// hostileEncodings are what to repeat so that much is decoded.
func hostileEncodings() map[string]string {
	key := "aws_secret_access_key = " + keytest.Secret(1) + " " + keytest.ID(1) + "\n"
	all := map[string]string{
		"AKIA": "QUtJQUFLSUFBS0lB ", "AKIA lines": "QUtJQUFLSUFBS0lB\n", "AKIA without end": "QUtJQUFLSUFBS0lB", "letter": "%41", "word": "%61%77%73",
		"letters": `\u0041`, "backslashes": `\`, "entities": "&#65;", "ampersands": "&amp;", "equals signs": "=3D", "empty": "=",
		"headers": encodetest.URL(`{"alg":"HS256"}`) + ".", "gzip": strings.Repeat("H4sIAAAAAAAA", 4) + "\n", "zlib": "eJwAAAAA" + strings.Repeat("A", 32) + " ",
		"stairs": "QUtJQUFBQUFBQUFBQUJD\nQUtJQUFBQUFBQUFB\n", "soft": strings.Repeat("x", 74) + "=\n", "wide": "QQBBAEEAQQBBAEEA", "hex": "414b4941",
		"mixed": `%41\u0041&#65;=3DQUtJQUFBQUFBQUFB=` + "\n",
	}
	for _, e := range encodetest.Encodings() {
		all["keys in "+e.Name] = e.Encode(key) + "\n"
	}
	return all
}

// nested is a text in base64 in base64, as often as size allows.
func nested(size int) []byte {
	text := repeat("aws ")(size / 12)
	for len(text) < size*3/4 {
		text = []byte(encodetest.Base64(text))
	}
	return text
}

func random(letters string) func(int) []byte {
	return func(n int) []byte {
		rnd := rand.New(rand.NewPCG(7, 8))
		text := make([]byte, n)
		for i := range text {
			text[i] = letters[rnd.IntN(len(letters))]
		}
		return text
	}
}

func randomWords(words ...string) func(int) []byte {
	return func(n int) []byte {
		rnd := rand.New(rand.NewPCG(9, 10))
		var text []byte
		for len(text) < n {
			text = append(text, words[rnd.IntN(len(words))]...)
		}
		return text[:n]
	}
}
