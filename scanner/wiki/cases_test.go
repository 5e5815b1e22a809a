package wiki

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/ulikunitz/xz"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
)

// A wikiCase is a file of testdata/wiki: a txtar with placeholders for keys. Its
// files are those of a wiki, but for
//
//	want     every place of every pair of keys, in a line each:
//	         NUMBER | page | revision | author | time | field | line of the id, of the secret | state
//	lost     a part of each of the gaps that are lost, in order
//	opaque   a part of each of those that are opaque
//
// The comment says what is opened: the name of a file, "zip" for a zip file of
// all of them, "." for a directory. [[base64 … ]] stands for the base64 of what it
// holds, in lines as MediaWiki writes them or joined in one.
type wikiCase struct {
	name, open         string
	files              []txtar.File
	want, lost, opaque string
	wanted             bool
}

func readCase(t *testing.T, name string) wikiCase {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if text, err = keytest.Expand(text); err != nil {
		t.Fatal(err)
	}
	text = regexp.MustCompile(`(?s)\[\[base64( joined)?\n(.*?)\]\]`).ReplaceAllFunc(text, func(found []byte) []byte {
		head, inner, _ := bytes.Cut(bytes.TrimSuffix(found, []byte("]]")), []byte("\n"))
		encoded := base64.StdEncoding.EncodeToString(inner)
		if bytes.Contains(head, []byte("joined")) {
			return []byte(encoded)
		}
		var lines []string
		for encoded != "" {
			n := min(76, len(encoded))
			lines = append(lines, encoded[:n])
			encoded = encoded[n:]
		}
		return []byte(strings.Join(lines, "\n"))
	})
	a := txtar.Parse(text)
	c := wikiCase{name: strings.TrimSuffix(filepath.Base(name), ".txtar"), open: strings.TrimSpace(string(a.Comment))}
	c.open = c.open[strings.LastIndexByte(c.open, '\n')+1:]
	for _, f := range a.Files {
		switch f.Name {
		case "want":
			c.want, c.wanted = string(f.Data), true
		case "lost":
			c.lost = string(f.Data)
		case "opaque":
			c.opaque = string(f.Data)
		default:
			c.files = append(c.files, f)
		}
	}
	if !c.wanted || c.open == "" {
		t.Fatalf("%s: no want, or nothing to open", name)
	}
	return c
}

// packings are how the file of a case is packed.
func packings(t *testing.T) map[string]func([]byte) []byte {
	pack := func(open func(io.Writer) (io.WriteCloser, error), parts int) func([]byte) []byte {
		return func(data []byte) []byte {
			var out bytes.Buffer
			for i := range parts {
				w, err := open(&out)
				if err == nil {
					_, err = w.Write(data[len(data)*i/parts : len(data)*(i+1)/parts])
				}
				if err == nil {
					err = w.Close()
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			return out.Bytes()
		}
	}
	return map[string]func([]byte) []byte{
		"plain":              func(data []byte) []byte { return data },
		"gzip":               pack(func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }, 1),
		"gzip of many":       pack(func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }, 7),
		"zstd":               pack(func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }, 1),
		"zstd of many":       pack(func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) }, 3),
		"xz":                 pack(func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) }, 1),
		"with carriage ends": func(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")) },
	}
}

// write writes the files of a case and returns the name of what is opened.
func (c *wikiCase) write(t *testing.T, pack func([]byte) []byte) string {
	t.Helper()
	dir := t.TempDir()
	if c.open == "zip" {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for _, f := range c.files {
			w, err := z.Create(f.Name)
			if err == nil {
				_, err = w.Write(f.Data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, "export.zip")
		if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, f := range c.files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		data := f.Data
		if c.open == f.Name {
			data = pack(data)
		} else if base, ok := strings.CutSuffix(name, ".gz"); ok { // as it stands in the case it is text
			data, name = packings(t)["gzip"](data), base+".gz"
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, c.open)
}

func TestCases(t *testing.T) {
	names, err := filepath.Glob("../../testdata/wiki/*.txtar")
	if err != nil || len(names) < 10 {
		t.Fatalf("only %d cases: %v", len(names), err)
	}
	for _, name := range names {
		c := readCase(t, name)
		for packing, pack := range packings(t) {
			if packing != "plain" && (c.open == "zip" || c.open == ".") {
				continue
			}
			t.Run(c.name+"/"+packing, func(t *testing.T) {
				src, err := Open(c.write(t, pack), Options{})
				if err != nil {
					t.Fatal(err)
				}
				c.check(t, scan(t, src))
			})
		}
	}
}

func (c *wikiCase) check(t *testing.T, r *scanner.Report) {
	t.Helper()
	var got []string
	for _, f := range r.Findings {
		for _, oc := range f.Occurrences {
			if oc.Part != scanner.IDPart {
				continue
			}
			got = append(got, fmt.Sprintf("%s | %s | %s | %s | %s | %s | %d %d | %s", number(f), strings.Join(append([]string{deref(oc.Page)}, oc.Via...), "!/"),
				deref(oc.Revision), oc.Author, oc.Time, oc.Field, oc.Line, secretLine(f, &oc), deref(oc.State)))
		}
		if f.Secret == nil {
			t.Errorf("%s is no pair", f.KeyID)
		}
	}
	var want []string
	for line := range strings.Lines(c.want) {
		want = append(want, strings.TrimSpace(line))
	}
	sameLines(t, "places", got, want)
	sameGaps(t, "lost", r.Coverage.Lost, c.lost)
	sameGaps(t, "opaque", r.Coverage.Opaque, c.opaque)
	if r.Complete() != (c.lost == "") {
		t.Errorf("complete: %v", r.Complete())
	}
}

// number is that of the keys of a pair in keytest.
func number(f *scanner.Finding) string {
	for n := range 30 {
		if f.KeyID == keytest.ID(n) && secretOf(f) == keytest.Secret(n) {
			return strconv.Itoa(n)
		}
	}
	return f.KeyID
}

func sameLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	count := map[string]int{}
	for _, s := range want {
		count[s]++
	}
	for _, s := range got {
		count[s]--
	}
	for s, n := range count {
		switch {
		case n > 0:
			t.Errorf("%s: missing   %s", what, s)
		case n < 0:
			t.Errorf("%s: unexpected %s", what, s)
		}
	}
}

func sameGaps(t *testing.T, what string, gaps []scanner.Gap, want string) {
	t.Helper()
	parts := strings.Split(strings.TrimSpace(want), "\n")
	if want == "" {
		parts = nil
	}
	ok := len(parts) == len(gaps)
	for i := 0; ok && i < len(parts); i++ {
		ok = strings.Contains(gaps[i].What+": "+gaps[i].Why, parts[i])
	}
	if !ok {
		t.Errorf("%s: %v; want %q", what, gaps, parts)
	}
}
