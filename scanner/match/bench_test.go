package match_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/match"
)

// corpus returns files of the module cache, up to a number of bytes, always the
// same as long as the cache is.
func corpus(tb testing.TB, limit int) [][]byte {
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		tb.Skipf("asking for the module cache: %v", err)
	}
	var list [][]byte
	stop := fs.SkipAll
	err = filepath.WalkDir(strings.TrimSpace(string(out)), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".zip" {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) > limit/8 {
			return nil
		}
		list = append(list, data)
		if limit -= len(data); limit < 0 {
			return stop
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		tb.Skipf("%d files in the module cache, %v", len(list), err)
	}
	return list
}

// BenchmarkCorpus searches files of the module cache with all rules, as a sweep
// does with what it has not seen before.
func BenchmarkCorpus(b *testing.B) {
	set := defaultSet(b)
	m := compile(b, set.Rules, set.Allow)
	files := corpus(b, 48<<20)
	size := 0
	for _, f := range files {
		size += len(f)
	}
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, f := range files {
			m.Find(f, nil)
		}
	}
}

// hostile are texts made to be slow.
func hostile() map[string]func(size int) []byte {
	repeat := func(s string) func(int) []byte {
		return func(n int) []byte { return bytes.Repeat([]byte(s), n/len(s)+1)[:n] }
	}
	lines := func(s string) func(int) []byte { return repeat(s + "\n") }
	return map[string]func(int) []byte{
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

func BenchmarkHostile(b *testing.B) {
	set := defaultSet(b)
	m := compile(b, set.Rules, set.Allow)
	for name, make := range hostile() {
		for _, size := range []int{1 << 18, 1 << 20} {
			text := make(size)
			b.Run(name+"/"+sizeName(size), func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					m.Find(text, nil)
				}
			})
		}
	}
}

func sizeName(n int) string {
	if n >= 1<<20 {
		return "1MiB"
	}
	return "256KiB"
}

var _ = match.Compile
