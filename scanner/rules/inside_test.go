package rules_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
)

// Keys that stand in one encoded text are paired by where they stand in it, and
// not by where it stands.
func TestPairsInsideDecodedText(t *testing.T) {
	m := matcher(t, defaultSet(t))
	b64 := base64.StdEncoding.EncodeToString
	for name, encode := range map[string]func([]byte) string{
		"base64":       b64,
		"base64 twice": func(b []byte) string { return b64([]byte(b64(b))) },
		"hex":          hex.EncodeToString,
		"gzip, base64": func(b []byte) string {
			var z bytes.Buffer
			w := gzip.NewWriter(&z)
			w.Write(b)
			w.Close()
			return b64(z.Bytes())
		},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 30
			var profiles strings.Builder
			var want []string
			for i := range n {
				fmt.Fprintf(&profiles, "[p%d]\naws_access_key_id = %s\naws_secret_access_key = %s\n\n", i, keytest.ID(i), keytest.Secret(i))
				want = append(want, fmt.Sprintf("pair %d (next line, certain)", i))
			}
			x := text{path: "f", data: []byte("# " + keytest.ID(100) + "\nx: " + encode([]byte(profiles.String())) + "\n")}
			want = append(want, "id 100 (medium)")
			got := findings(t, m, &x, known())
			if slices.Sort(want); !slices.Equal(got, want) {
				t.Errorf("got %q\nwant %q", got, want)
			}
		})
	}
}

// Many keys in a long compressed text cost no product of both.
func TestManyKeysInCompressedText(t *testing.T) {
	var plain, z bytes.Buffer
	for i := range 4000 {
		fmt.Fprintf(&plain, "%s %s\n", keytest.ID(i), keytest.Secret(i))
	}
	w := gzip.NewWriter(&z)
	w.Write(plain.Bytes())
	w.Close()
	x := text{path: "f", data: []byte(base64.StdEncoding.EncodeToString(z.Bytes()))}
	start := time.Now()
	r, err := scanner.Scan(t.Context(), &single{x: &x}, matcher(t, defaultSet(t)), scanner.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) < 3990 || time.Since(start) > 10*time.Second {
		t.Errorf("%d findings in %s", len(r.Findings), time.Since(start))
	}
}

// What is encoded is paired with what is not, by the lines of the text.
func TestPairsOfDecodedAndPlain(t *testing.T) {
	m := matcher(t, defaultSet(t))
	id, secret := keytest.ID(1), keytest.Secret(1)
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for name, c := range map[string]struct{ text, want string }{
		"secret encoded":             {"aws_access_key_id: " + id + "\naws_secret_access_key: " + b64(secret) + "\n", "pair 1 (next line, certain)"},
		"id encoded":                 {"aws_access_key_id: " + b64(id) + "\n\naws_secret_access_key: " + secret + "\n", "pair 1 (2 lines apart, certain)"},
		"one in base64, one in hex":  {"id: " + b64("key="+id) + "\nsecret: " + hex.EncodeToString([]byte("aws_secret_access_key="+secret)) + "\n", "pair 1 (next line, certain)"},
		"encoded twice, on one line": {"{\"id\":\"" + b64(b64("key="+id)) + "\",\"secret\":\"" + b64(b64("aws_secret_access_key="+secret)) + "\"}\n", "pair 1 (same line, certain)"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := findings(t, m, &text{path: "f", data: []byte(c.text)}, known()); !slices.Equal(got, []string{c.want}) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
