//go:build linux

package torture

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/keytest"
)

// encodedSize is the size of a text, less than what is too large to be read.
const encodedSize = 100_000_000

// encodedBombs are large texts of which very much is worth decoding: each wants a
// multiple of its size for what is written down about it.
func encodedBombs() []bomb {
	var list []bomb
	for _, b := range []struct{ name, unit string }{
		{"escapes of one kind", "%41"},
		{"escapes of two kinds in turn", "%41&#65;"},
		{"escapes of five kinds in turn", `%41\u0041&#65;=3DQUtJQUFBQUFBQUFB=` + "\n"},
		{"words of base64", "QUtJQUFLSUFBS0lB "},
		{"short lines of base64", "QUtJQUFLSUFBS0lB\n"},
		{"one text in lines of base64", base64.StdEncoding.EncodeToString([]byte("text that is no more than that, in a long line of it")) + "\n"},
		{"hexadecimal digits", "414b4941"},
		{"soft ends of lines", strings.Repeat("x", 74) + "=\n"},
	} {
		list = append(list, bomb{name: "encoded: " + b.name, set: func(t *testing.T, _, git string) {
			p := newPack()
			p.blob(bytes.Repeat([]byte(b.unit), size(4_000_000, encodedSize)/len(b.unit)))
			p.save(t, git)
		}})
	}
	return append(list, bomb{name: "encoded: very many keys in one word", lost: "secrets in one text", set: manyPackedKeys},
		bomb{name: "encoded: base64 in base64, five times", set: nestedBase64})
}

// manyPackedKeys is one word of base64 that is a compressed list of ids.
func manyPackedKeys(t *testing.T, dir, _ string) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	check(t, err)
	id, letters := []byte(keytest.ID(2)+"\n"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	for n := range size(100_000, 790_000) {
		for k, rest := 12, n; k < 17; k, rest = k+1, rest/len(letters) {
			id[k] = letters[rest%len(letters)]
		}
		_, err := z.Write(id)
		check(t, err)
	}
	check(t, z.Close())
	write(t, dir, map[string]string{filepath.Join("a", "keys.txt"): base64.StdEncoding.EncodeToString(b.Bytes()) + "\n"})
}

func nestedBase64(t *testing.T, _, git string) {
	const times = 5
	n := size(4_000_000, encodedSize)
	for range times {
		n = n / 4 * 3
	}
	text := bytes.Repeat([]byte("a text "), n/len("a text "))
	for range times {
		text = []byte(base64.StdEncoding.EncodeToString(text))
	}
	p := newPack()
	p.blob(text)
	p.save(t, git)
}
