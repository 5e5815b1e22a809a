package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/report"
)

const schemaFile = "../../docs/schema/scan.schema.json"

func compile(t *testing.T, raw any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	check(t, c.AddResource("scan.json", raw))
	s, err := c.Compile("scan.json")
	check(t, err)
	return s
}

func readSchema(t *testing.T) any {
	t.Helper()
	data, err := os.ReadFile(schemaFile)
	check(t, err)
	var raw any
	check(t, json.Unmarshal(data, &raw))
	return raw
}

// closeObjects forbids properties that the schema does not describe.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["properties"]; ok {
			v["additionalProperties"] = false
		}
		for _, x := range v {
			closeObjects(x)
		}
	case []any:
		for _, x := range v {
			closeObjects(x)
		}
	}
}

// Every document is valid, and the schema describes every field of it: for this
// test objects may hold nothing else.
func TestSchema(t *testing.T) {
	raw := readSchema(t)
	published := compile(t, raw)
	closeObjects(raw)
	closed := compile(t, raw)
	every(t, func(t *testing.T, format, out string, _ golden, _ report.Options) {
		if format != "json" {
			return
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		check(t, err)
		for _, s := range []*jsonschema.Schema{published, closed} {
			if err := s.Validate(v); err != nil {
				t.Error(err)
			}
		}
	})
}

// A document is laid out as encoding/json does it.
func TestLayout(t *testing.T) {
	every(t, func(t *testing.T, format, out string, _ golden, _ report.Options) {
		if format != "json" && format != "sarif" && format != "gitlab" {
			return
		}
		var compact, again bytes.Buffer
		check(t, json.Compact(&compact, []byte(out)))
		check(t, json.Indent(&again, compact.Bytes(), "", "  "))
		if d := cmp.Diff(again.String()+"\n", out); d != "" {
			t.Errorf("(-encoding/json +report)\n%s", d)
		}
	})
}

// The schema does refuse documents.
func TestSchemaRefuses(t *testing.T) {
	s := compile(t, readSchema(t))
	var doc string
	for _, g := range goldens(t) {
		if strings.HasSuffix(g.name, "one-key") {
			doc = write(t, "json", g.report, report.Options{})
		}
	}
	for _, change := range [][2]string{
		{`"version": 1`, `"version": 2`}, {`"severity": "`, `"severity": "un`}, {`"complete": true`, `"complete": 1`}, {`"coverage"`, `"cover"`},
		{`"fingerprint": "`, `"fingerprint": "x`}, {`"place": "`, `"place": "un`}, {`"path_b64": null`, `"path_b64": 0`}, {`"in_head"`, `"head"`},
	} {
		changed := strings.Replace(doc, change[0], change[1], 1)
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(changed))
		check(t, err)
		if changed == doc || s.Validate(v) == nil {
			t.Errorf("a document with %s in place of %s is valid", change[1], change[0])
		}
	}
}

// A report that was written and read again is written as before, in each
// format.
func TestRoundTrip(t *testing.T) {
	for _, g := range goldens(t) {
		for _, o := range []report.Options{{All: true}, {All: true, ShowSecrets: true}} {
			once := write(t, "json", g.report, o)
			r, err := report.Read([]byte(once))
			check(t, err)
			for _, format := range report.Formats() {
				if d := cmp.Diff(write(t, format, g.report, o), write(t, format, r, o)); d != "" {
					t.Errorf("%s as %s: (-first +again)\n%s", g.name, format, d)
				}
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, doc := range map[string]string{
		"nothing":          ``,
		"no object":        `[]`,
		"another version":  `{"version":2,"coverage":{}}`,
		"no coverage":      `{"version":1}`,
		"a null finding":   `{"version":1,"coverage":{},"findings":[null]}`,
		"a bare finding":   `{"version":1,"coverage":{},"findings":[{"fingerprint":"0","rule":"r"}]}`,
		"SARIF":            `{"version":"2.1.0","runs":[]}`,
		"more behind it":   `{"version":1,"coverage":{}} x`,
		"a which document": `{"version":1,"host":{},"answers":[]}`,
	} {
		if _, err := report.Read([]byte(doc)); err == nil || !strings.HasPrefix(err.Error(), "reading a report: ") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// Lines are findings, then the summary.
func TestLines(t *testing.T) {
	for _, g := range goldens(t) {
		lines := strings.Split(strings.TrimSuffix(write(t, "jsonl", g.report, report.Options{All: true}), "\n"), "\n")
		if len(lines) != len(g.report.Findings)+1 {
			t.Errorf("%s: %d lines for %d findings", g.name, len(lines), len(g.report.Findings))
		}
		for i, line := range lines[:len(lines)-1] {
			var f scanner.Finding
			check(t, json.Unmarshal([]byte(line), &f))
			if f.Fingerprint != g.report.Findings[i].Fingerprint {
				t.Errorf("%s: line %d is finding %s", g.name, i+1, f.Fingerprint)
			}
		}
		var last struct {
			Summary  *scanner.Summary
			Coverage *scanner.Coverage
		}
		check(t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
		if last.Summary == nil || *last.Summary != g.report.Summary || last.Coverage == nil {
			t.Errorf("%s: the last line is %s", g.name, lines[len(lines)-1])
		}
	}
}

// What only All shows is in no other JSON; suppressed findings always are.
func TestShown(t *testing.T) {
	for _, g := range goldens(t) {
		if !strings.HasSuffix(g.name, "every-kind") {
			continue
		}
		for _, all := range []bool{false, true} {
			out := write(t, "json", g.report, report.Options{All: all})
			if strings.Contains(out, "documented example") != all || strings.Contains(out, `"info"`) != all || !strings.Contains(out, "rotated in 2022") {
				t.Errorf("with All %v the wrong findings are shown", all)
			}
		}
		return
	}
	t.Error("the case every-kind is missing")
}

func FuzzRead(f *testing.F) {
	for _, g := range goldens(f) {
		f.Add([]byte(write(f, "json", g.report, report.Options{ShowSecrets: true})))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := report.Read(data)
		if err != nil {
			return
		}
		for _, format := range report.Formats() {
			for line := range strings.Lines(write(t, format, r, report.Options{All: true, Verbose: true, Mask: true, Width: 70})) {
				if command(line) && !(format == "github" && annotation.MatchString(line)) || strings.ContainsAny(line, "\x1b\r\x00\u202e\u009b") {
					t.Errorf("%s: %q", format, line)
				}
			}
		}
	})
}
