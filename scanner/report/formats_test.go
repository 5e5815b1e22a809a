package report_test

import (
	encodingcsv "encoding/csv"
	"encoding/xml"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/report"
)

// each calls do with what every case is in a format, closed under the default
// policy.
func each(t *testing.T, format string, o report.Options, do func(t *testing.T, r *scanner.Report, out string)) {
	for _, g := range goldens(t) {
		g.report.Close(scanner.Policy{FailOn: scanner.Medium})
		t.Run(filepath.Base(g.name), func(t *testing.T) { do(t, g.report, write(t, format, g.report, o)) })
	}
}

// visible are the findings that a report without All has.
func visible(r *scanner.Report) []*scanner.Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f *scanner.Finding) bool {
		return f.Noise != "" || f.Severity == scanner.Info
	})
}

// A cell of CSV is what it says, and no spreadsheet takes it for a formula.
func TestCSV(t *testing.T) {
	each(t, "csv", report.Options{}, func(t *testing.T, r *scanner.Report, out string) {
		in := encodingcsv.NewReader(strings.NewReader(out))
		rows, err := in.ReadAll() // which demands as many cells in each row
		check(t, err)
		if len(rows) != 1+len(visible(r)) {
			t.Fatalf("%d rows for %d findings", len(rows), len(visible(r)))
		}
		for i, f := range visible(r) {
			row := map[string]string{}
			for c, name := range rows[0] {
				cell := rows[i+1][c]
				row[name] = cell
				if begin := strings.TrimLeft(cell, " \u00a0"); begin != "" && strings.Contains("=+-@\t\r|%", begin[:1]) {
					t.Errorf("%s is %q, a formula", name, cell)
				}
			}
			if row["fingerprint"] != f.Fingerprint || row["line"] != strconv.Itoa(f.First.Line) || row["failing"] != strconv.FormatBool(r.Failing(f)) {
				t.Errorf("row %v is not of finding %s", row, f.Fingerprint)
			}
		}
	})
}

// The elements and attributes that Jenkins' schema of JUnit's reports knows and
// this program writes; others must not occur.
var junitKnown = map[string][]string{
	"testsuites": {"name", "tests", "failures", "errors", "time"},
	"testsuite":  {"name", "tests", "failures", "errors", "skipped", "time"},
	"testcase":   {"name", "classname", "time"},
	"skipped":    {"message"}, "error": {"message", "type"}, "failure": {"message", "type"},
	"system-out": {},
}

// A JUnit report has the elements that Jenkins knows, counts that agree with
// them, and a test for each finding and for the coverage.
func TestJUnit(t *testing.T) {
	each(t, "junit", report.Options{}, func(t *testing.T, r *scanner.Report, out string) {
		seen, counts := map[string]int{}, map[string]int{}
		var stack []string
		for in := xml.NewDecoder(strings.NewReader(out)); ; {
			token, err := in.Token()
			if err == io.EOF {
				break
			}
			check(t, err)
			switch e := token.(type) {
			case xml.StartElement:
				name := e.Name.Local
				known, ok := junitKnown[name]
				if !ok {
					t.Fatalf("element %q", name)
				}
				parents := map[string]string{"testsuites": "", "testsuite": "testsuites", "testcase": "testsuite"}
				want, outer := parents[name]
				if !outer {
					want = "testcase"
				}
				if got := strings.Join(stack[max(0, len(stack)-1):], ""); got != want {
					t.Errorf("%s within %q", name, got)
				}
				stack = append(stack, name)
				seen[name]++
				if len(e.Attr) != len(known) {
					t.Errorf("%s has the attributes %v", name, e.Attr)
				}
				for _, a := range e.Attr {
					if !slices.Contains(known, a.Name.Local) || a.Value == "" {
						t.Errorf("%s has %s=%q", name, a.Name.Local, a.Value)
					}
					if n, err := strconv.Atoi(a.Value); err == nil && a.Name.Local != "time" {
						counts[name+" "+a.Name.Local] += n
					}
				}
			case xml.EndElement:
				stack = stack[:len(stack)-1]
			}
		}
		failing, suppressed, incomplete := 0, 0, 0
		for _, f := range visible(r) {
			switch {
			case f.Suppressed != nil:
				suppressed++
			case r.Failing(f):
				failing++
			}
		}
		if !r.Complete() {
			incomplete = 1
		}
		for what, want := range map[string]int{
			"testsuites tests": 1 + len(visible(r)), "testsuite tests": 1 + len(visible(r)),
			"testsuites failures": failing, "testsuite failures": failing,
			"testsuites errors": incomplete, "testsuite errors": incomplete, "testsuite skipped": suppressed,
		} {
			if counts[what] != want {
				t.Errorf("%s are %d, want %d", what, counts[what], want)
			}
		}
		if seen["failure"] != failing || seen["error"] != incomplete || seen["skipped"] != suppressed || seen["testcase"] != 1+len(visible(r)) {
			t.Errorf("elements: %v", seen)
		}
	})
}

// gitlabSchema holds what GitLab's own schema demands of a secret detection
// report (version 15.0.7), closed: nothing but what is described may occur.
const gitlabSchema = `{
"$defs": {
  "text": {"type": "string", "minLength": 1},
  "time": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$"},
  "url": {"type": "string", "pattern": "^https?://.+"},
  "tool": {
    "type": "object", "additionalProperties": false, "required": ["id", "name", "version", "vendor"],
    "properties": {
      "id": {"$ref": "#/$defs/text"}, "name": {"$ref": "#/$defs/text"}, "version": {"$ref": "#/$defs/text"}, "url": {"$ref": "#/$defs/url"},
      "vendor": {"type": "object", "additionalProperties": false, "required": ["name"], "properties": {"name": {"$ref": "#/$defs/text"}}}
    }
  }
},
"type": "object", "additionalProperties": false, "required": ["scan", "version", "vulnerabilities"],
"properties": {
  "version": {"type": "string", "pattern": "^15\\.[0-9]+\\.[0-9]+$"},
  "scan": {
    "type": "object", "additionalProperties": false,
    "required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
    "properties": {
      "analyzer": {"$ref": "#/$defs/tool"}, "scanner": {"$ref": "#/$defs/tool"},
      "start_time": {"$ref": "#/$defs/time"}, "end_time": {"$ref": "#/$defs/time"},
      "status": {"enum": ["success", "failure"]}, "type": {"enum": ["secret_detection"]},
      "messages": {"type": "array", "items": {
        "type": "object", "additionalProperties": false, "required": ["level", "value"],
        "properties": {"level": {"enum": ["info", "warn", "fatal"]}, "value": {"$ref": "#/$defs/text"}}
      }}
    }
  },
  "vulnerabilities": {"type": "array", "items": {
    "type": "object", "additionalProperties": false, "required": ["id", "identifiers", "location"],
    "properties": {
      "id": {"$ref": "#/$defs/text"}, "name": {"type": "string", "minLength": 1, "maxLength": 255},
      "description": {"type": "string", "maxLength": 1048576}, "solution": {"type": "string", "maxLength": 7000},
      "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
      "identifiers": {"type": "array", "minItems": 1, "items": {
        "type": "object", "additionalProperties": false, "required": ["type", "name", "value"],
        "properties": {"type": {"$ref": "#/$defs/text"}, "name": {"$ref": "#/$defs/text"}, "value": {"$ref": "#/$defs/text"}, "url": {"$ref": "#/$defs/url"}}
      }},
      "location": {
        "type": "object", "additionalProperties": false, "required": ["commit"],
        "properties": {
          "file": {"type": "string"}, "start_line": {"type": "number"}, "end_line": {"type": "number"},
          "commit": {"type": "object", "additionalProperties": false, "required": ["sha"], "properties": {"sha": {"$ref": "#/$defs/text"}, "date": {"type": "string"}}}
        }
      }
    }
  }}
}}`

// A GitLab report is valid, and it says whether everything was read.
func TestGitLab(t *testing.T) {
	raw, err := jsonschema.UnmarshalJSON(strings.NewReader(gitlabSchema))
	check(t, err)
	schema := compile(t, raw)
	now := time.Date(2026, 11, 26, 1, 2, 3, 0, time.FixedZone("", 3600))
	each(t, "gitlab", report.Options{Now: now}, func(t *testing.T, r *scanner.Report, out string) {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		check(t, err)
		if err := schema.Validate(v); err != nil {
			t.Error(err)
		}
		doc := v.(map[string]any)
		scan := doc["scan"].(map[string]any)
		if (scan["status"] == "success") != r.Complete() || scan["end_time"] != "2026-11-26T00:02:03" {
			t.Errorf("scan is %v", scan)
		}
		counted := slices.DeleteFunc(visible(r), func(f *scanner.Finding) bool { return f.Suppressed != nil })
		if got := len(doc["vulnerabilities"].([]any)); got != len(counted) {
			t.Errorf("%d vulnerabilities, want %d", got, len(counted))
		}
	})
}

// GitHub gets the worst findings as annotations, as many as it shows, and hears
// how many more there are and what was not read.
func TestGitHub(t *testing.T) {
	each(t, "github", report.Options{}, func(t *testing.T, r *scanner.Report, out string) {
		errors, warnings := strings.Count(out, "\n::error "), strings.Count(out, "\n::warning ")
		want := map[bool]int{}
		for _, f := range visible(r) {
			if f.Suppressed == nil {
				want[r.Failing(f)]++
			}
		}
		if errors != min(10, want[true]) {
			t.Errorf("%d errors for %d failing findings", errors, want[true])
		}
		gaps := 0
		if !r.Complete() {
			gaps = 1
		}
		if warnings != min(10, want[false])+gaps {
			t.Errorf("%d warnings for %d findings that do not fail", warnings, want[false])
		}
		if more := strings.Contains(out, "which GitHub would not show here"); more != (want[true] > 10 || want[false] > 10) {
			t.Errorf("says that there are more: %v", more)
		}
	})
}

// A summary is a table whose cells are nothing but text, and that GitHub takes.
func TestMarkdown(t *testing.T) {
	each(t, "markdown", report.Options{}, func(t *testing.T, r *scanner.Report, out string) {
		rows := 0
		for text := range strings.Lines(out) {
			if cells, ok := strings.CutPrefix(text, "| "); ok {
				rows++
				if n := strings.Count(cells, " |"); n != 5 {
					t.Errorf("a row of %d cells: %q", n, text)
				}
				if strings.ContainsAny(strings.ReplaceAll(cells, "&#", ""), "<>[]()`@!*_") && rows > 1 {
					t.Errorf("markup in %q", text)
				}
			}
		}
		counted := slices.DeleteFunc(visible(r), func(f *scanner.Finding) bool { return f.Suppressed != nil })
		if len(counted) > 0 && rows != 1+len(counted) {
			t.Errorf("%d rows for %d findings", rows, len(counted))
		}
		if len(out) > 1<<20 {
			t.Errorf("%d bytes", len(out))
		}
	})
	g := goldens(t)
	r := g[slices.IndexFunc(g, func(g golden) bool { return strings.HasSuffix(g.name, "one-key") })].report
	for range 12 {
		r.Findings = append(r.Findings, r.Findings...)
	}
	if out := write(t, "markdown", r, report.Options{}); len(out) > 1<<20 || !strings.Contains(out, "for which there is no room here") {
		t.Errorf("%d bytes for %d findings", len(out), len(r.Findings))
	}
}
