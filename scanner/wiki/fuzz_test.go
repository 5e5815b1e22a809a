package wiki

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/awscred/awscred/scanner"
)

// walk reads everything that a reader has, and fails if it breaks the contract.
func walk(t *testing.T, r Reader) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	err := r.Walk(ctx, func(r *Revision) error {
		if r.Page == nil || r.ID == "" || len(r.Text) == 0 {
			t.Errorf("revision %+v", r)
		}
		switch r.Field {
		case scanner.Content, scanner.Comment, scanner.Attachment, scanner.Title:
		default:
			t.Errorf("field %q", r.Field)
		}
		switch r.State {
		case "", Current, Superseded, Deleted, Hidden:
		default:
			t.Errorf("state %q", r.State)
		}
		return nil
	}, NewGaps(new(scanner.Coverage)))
	if ctx.Err() != nil {
		t.Errorf("takes too long: %v", err)
	}
}

// caseFiles are the files of all cases that are named so.
func caseFiles(f *testing.F, name string) [][]byte {
	f.Helper()
	names, err := filepath.Glob("../../testdata/wiki/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	var list [][]byte
	for _, n := range names {
		text, err := os.ReadFile(n)
		if err != nil {
			f.Fatal(err)
		}
		if _, after, ok := bytes.Cut(text, []byte("-- "+name+" --\n")); ok {
			data, _, _ := bytes.Cut(after, []byte("\n-- "))
			list = append(list, data)
		}
	}
	if len(list) == 0 {
		f.Fatalf("no case has %s", name)
	}
	return list
}

func FuzzDump(f *testing.F) {
	for _, data := range caseFiles(f, "dump.xml") {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { walk(t, NewDump("dump.xml", bytes.NewReader(data))) })
}

func FuzzNDJSON(f *testing.F) {
	for _, data := range caseFiles(f, "lines.ndjson") {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { walk(t, NewNDJSON("lines", bytes.NewReader(data))) })
}

func FuzzTiddlyWiki(f *testing.F) {
	for _, data := range caseFiles(f, "wiki.html") {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { walk(t, &TiddlyWiki{"wiki.html", bytes.NewReader(data)}) })
}

// zipped makes a zip file in memory.
func zipped(t *testing.T, files map[string][]byte) export {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, data := range files {
		m, err := w.Create(name)
		if err == nil {
			_, err = m.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return export{name: "export.zip", files: z.File}
}

func FuzzConfluence(f *testing.F) {
	for _, data := range caseFiles(f, "entities.xml") {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		walk(t, &Confluence{zipped(t, map[string][]byte{"entities.xml": data, "attachments/101/401/1": []byte("x"), "attachments/101/401/2": []byte("y")})})
	})
}

func FuzzXWiki(f *testing.F) {
	for _, data := range caseFiles(f, "Ops/Deploy.xml") {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		walk(t, &XAR{zipped(t, map[string][]byte{"Ops/Deploy.xml": data, "package.xml": []byte("<package><infos/></package>")})})
	})
}

func FuzzDokuChange(f *testing.F) {
	f.Add([]byte("1772500000\t10.0.0.1\tC\tops:deploy\tbob\tcreated\t\t35"))
	f.Add([]byte("1772500000\t10.0.0.1\tC\tops:deploy"))
	f.Fuzz(func(t *testing.T, line []byte) {
		c, ok := parseChange(line)
		if ok && (c.time <= 0 || !bytes.Contains(line, []byte(c.summary))) {
			t.Errorf("%q: %+v", line, c)
		}
	})
}

// What the schema allows is read, and what is read the schema allows.
func TestNDJSONSchema(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile("../../docs/schema/wiki-ndjson.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]bool{
		`{"page":"A","text":"x"}`: true,
		`{"wiki":"w","page":"A","revision":"1","author":"b","time":"2026-03-01T10:00:00Z","field":"comment","state":"hidden","name":"n","text":"x","more":1}`: true,
		`{"page":"A","revision":7,"text":"x","encoding":"base64","text":"eA=="}`:                                                                              true,
		`{"page":"A","field":"attachment","name":"a.zip","text":"x"}`:                                                                                         true,
		`{"page":"","text":"x"}`:                     false,
		`{"page":"A"}`:                               false,
		`{"text":"x"}`:                               false,
		`{"page":"A","text":7}`:                      false,
		`{"page":"A","text":null}`:                   false,
		`{"page":"A","text":"x","state":"gone"}`:     false,
		`{"page":"A","text":"x","field":"body"}`:     false,
		`{"page":"A","text":"x","time":"yesterday"}`: false,
		`{"page":"A","text":"x","encoding":"rot13"}`: false,
		`{"page":"A","text":"x","revision":{}}`:      false,
		`[]`:                                         false,
	} {
		var value any
		if err := json.Unmarshal([]byte(line), &value); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != want {
			t.Errorf("schema: %s: %v", line, err)
		}
		n := 0
		cover := new(scanner.Coverage)
		err := NewNDJSON("lines", strings.NewReader(line)).Walk(context.Background(), func(*Revision) error { n++; return nil }, NewGaps(cover))
		if read := err == nil && n == 1 && len(cover.Lost) == 0; read != want {
			t.Errorf("read: %s: %v, %d revisions, lost %v", line, err, n, cover.Lost)
		}
	}
}

// The error of whoever takes the revisions ends a walk.
func TestYieldEnds(t *testing.T) {
	stop := errors.New("stop")
	for name, r := range map[string]Reader{
		"dump":   NewDump("dump", bytes.NewReader(sample())),
		"ndjson": NewNDJSON("lines", strings.NewReader(`{"page":"A","text":"x"}`+"\n"+`{"page":"A","text":"y"}`)),
	} {
		n := 0
		err := r.Walk(context.Background(), func(*Revision) error { n++; return stop }, NewGaps(new(scanner.Coverage)))
		if !errors.Is(err, stop) || n != 1 {
			t.Errorf("%s: %v after %d", name, err, n)
		}
	}
}
