package decode_test

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/decode"
)

// source returns some megabytes of the Go standard library's own source.
func source(tb testing.TB) []byte {
	tb.Helper()
	var all []byte
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		tb.Skipf("asking for the standard library: %v", err)
	}
	err = filepath.WalkDir(filepath.Join(strings.TrimSpace(string(root)), "src"), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || len(all) > 16<<20 {
			return err
		}
		data, err := os.ReadFile(name)
		all = append(all, data...)
		return err
	})
	if err != nil || len(all) < 1<<20 {
		tb.Skipf("no source of the standard library: %v", err)
	}
	return all
}

// work runs a Decoder over data and returns how many bytes it gave.
func work(d *decode.Decoder, data []byte, spans []decode.Span) (texts, size int) {
	for t := range d.Texts(data, spans) {
		texts++
		size += len(t.Data)
	}
	return texts, size
}

func BenchmarkSource(b *testing.B) {
	data := source(b)
	d := decode.New(decode.DefaultLimits())
	b.SetBytes(int64(len(data)))
	var texts, size int
	for b.Loop() {
		texts, size = work(d, data, nil)
	}
	b.ReportMetric(float64(texts), "texts")
	b.ReportMetric(float64(size)/float64(len(data))*100, "%decoded")
}

// BenchmarkWindows reads source as a sweep does: short windows of it.
func BenchmarkWindows(b *testing.B) {
	data := source(b)
	d := decode.New(decode.DefaultLimits())
	const size, every = 300, 4096
	b.SetBytes(int64(len(data) / every * size))
	for b.Loop() {
		for at := 0; at+size < len(data); at += every {
			work(d, data, []decode.Span{{Start: at, End: at + size}})
		}
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, data := range hostile(8 << 20) {
		b.Run(name, func(b *testing.B) {
			d := decode.New(decode.DefaultLimits())
			b.SetBytes(int64(len(data)))
			var texts, size int
			for b.Loop() {
				texts, size = work(d, data, nil)
			}
			b.ReportMetric(float64(texts), "texts")
			b.ReportMetric(float64(size)/float64(len(data)), "times")
		})
	}
}

// hostile returns texts of about n bytes that are meant to be dear.
func hostile(n int) map[string][]byte {
	all := map[string][]byte{}
	for name, unit := range map[string]string{
		"percent": "%41", "percent-apart": "a%41", "unicode": `\u0041`, "backslashes": `\`, "octal": `\101`,
		"html": "&#65;", "amp": "&amp;", "ids": "AKIA", "quoted": "=3D", "equals": "=", "tokens": "QUtJQUFBQUFBQUFB ",
		"lines": "QUtJQUFBQUFBQUFB\n", "stairs": "QUtJQUFBQUFBQUFBQUJD\nQUtJQUFBQUFBQUFB\n", "gzips": strings.Repeat("H4sIAAAAAAAA", 4) + "\n",
		"zlibs": "eJwAAAAA" + strings.Repeat("A", 32) + " ", "hex": "41", "hexes": strings.Repeat("41", 16) + " ", "wide": "QQBBAEEAQQBBAEEA", "soft": strings.Repeat("x", 74) + "=\n",
		"jwt": "eyJhbGciOiJIUzI1NiJ9.", "letters": `\nQUtJQUFBQUFBQUFB`, "mixed": `%41\u0041&#65;=3DQUtJQUFBQUFBQUFB=` + "\n",
	} {
		all[name] = bytes.Repeat([]byte(unit), n/len(unit))
	}
	nested := bytes.Repeat([]byte("aws "), n/12)
	for len(nested) < n*3/4 {
		nested = []byte(base64.StdEncoding.EncodeToString(nested))
	}
	all["nested"] = nested
	return all
}
