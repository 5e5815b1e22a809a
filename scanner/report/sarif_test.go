package report_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/report"
)

// shape is a strict description of the SARIF that is written: what must be
// there, what may be, and of which form. The whole schema of SARIF is larger
// than this program's reports; what is not described here must not occur.
type shape struct {
	must, may map[string]any // shape, []shape (of one element), or check
}

type check1 func(v any) bool

func isText(v any) bool { s, ok := v.(string); return ok && s != "" }
func isBool(v any) bool { _, ok := v.(bool); return ok }
func isNumber(least float64) check1 {
	return func(v any) bool { n, ok := v.(float64); return ok && n >= least && n == float64(int(n)) }
}
func isOneOf(values ...string) check1 {
	return func(v any) bool {
		for _, x := range values {
			if v == x {
				return true
			}
		}
		return false
	}
}
func matches(re string) check1 {
	r := regexp.MustCompile(re)
	return func(v any) bool { s, ok := v.(string); return ok && r.MatchString(s) }
}
func isBag(v any) bool { _, ok := v.(map[string]any); return ok }
func isURI(v any) bool {
	s, ok := v.(string)
	if !ok || s == "" || !regexp.MustCompile(`^[A-Za-z0-9%._~!$&'()*+,;=@:/-]+$`).MatchString(s) {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "" && !strings.HasPrefix(s, "/") || u.Scheme == "file" && u.Host == "" || u.Scheme == "https")
}

func sarifShape() shape {
	message := shape{must: map[string]any{"text": check1(func(v any) bool { s, ok := v.(string); return ok && s != "" && len([]rune(s)) <= 1024 })}}
	level := isOneOf("none", "note", "warning", "error")
	physical := shape{must: map[string]any{
		"artifactLocation": shape{must: map[string]any{"uri": check1(isURI)}, may: map[string]any{"uriBaseId": isOneOf("%SRCROOT%")}},
		"region":           shape{must: map[string]any{"startLine": isNumber(1), "startColumn": isNumber(1), "endLine": isNumber(1), "endColumn": isNumber(1)}},
	}}
	rule := shape{must: map[string]any{
		"id": check1(isText), "shortDescription": message, "fullDescription": message, "help": message, "helpUri": check1(isURI),
		"defaultConfiguration": shape{must: map[string]any{"level": level}},
		"properties": shape{must: map[string]any{
			"tags": []any{check1(isText)}, "precision": isOneOf("very-high", "high", "medium", "low"), "security-severity": matches(`^\d\.\d$`),
		}},
	}}
	result := shape{
		must: map[string]any{
			"ruleId": check1(isText), "ruleIndex": isNumber(0), "level": level, "message": message,
			"locations":           []any{shape{must: map[string]any{"physicalLocation": physical}}},
			"partialFingerprints": shape{must: map[string]any{"primaryLocationLineHash": matches(`^[0-9a-f]{32}:1$`), "awscredFingerprint/v1": matches(`^[0-9a-f]{32}$`)}},
			"suppressions":        []any{shape{must: map[string]any{"kind": isOneOf("inSource", "external")}, may: map[string]any{"justification": check1(isText)}}},
			"properties":          check1(isBag),
		},
		may: map[string]any{"relatedLocations": []any{shape{must: map[string]any{"id": isNumber(1), "physicalLocation": physical, "message": message}}}},
	}
	return shape{must: map[string]any{
		"$schema": check1(isURI), "version": isOneOf("2.1.0"),
		"runs": []any{shape{must: map[string]any{
			"tool": shape{must: map[string]any{"driver": shape{must: map[string]any{"name": check1(isText), "informationUri": check1(isURI), "rules": []any{rule}}, may: map[string]any{"version": check1(isText)}}}},
			"invocations": []any{shape{must: map[string]any{
				"executionSuccessful":        check1(isBool),
				"toolExecutionNotifications": []any{shape{must: map[string]any{"message": message, "level": level}}},
			}}},
			"results": []any{result}, "properties": check1(isBag),
		}}},
	}}
}

// fits returns what of v is not as the shape says.
func fits(path string, s, v any) []string {
	switch s := s.(type) {
	case check1:
		if !s(v) {
			return []string{fmt.Sprintf("%s is %v", path, v)}
		}
	case []any:
		list, ok := v.([]any)
		if !ok {
			return []string{path + " is no list"}
		}
		var bad []string
		for i, x := range list {
			bad = append(bad, fits(fmt.Sprintf("%s[%d]", path, i), s[0], x)...)
		}
		return bad
	case shape:
		m, ok := v.(map[string]any)
		if !ok {
			return []string{path + " is no object"}
		}
		var bad []string
		for k := range s.must {
			if _, ok := m[k]; !ok {
				bad = append(bad, path+"."+k+" is missing")
			}
		}
		for k, x := range m {
			sub, known := s.must[k]
			if !known {
				sub, known = s.may[k]
			}
			if !known {
				bad = append(bad, path+"."+k+" is not described")
				continue
			}
			bad = append(bad, fits(path+"."+k, sub, x)...)
		}
		return bad
	}
	return nil
}

func TestSARIF(t *testing.T) {
	s := sarifShape()
	every(t, func(t *testing.T, format, out string, g golden, o report.Options) {
		if format != "sarif" {
			return
		}
		var v map[string]any
		check(t, json.Unmarshal([]byte(out), &v))
		for _, bad := range fits("sarif", s, v) {
			t.Error(bad)
		}
		run := v["runs"].([]any)[0].(map[string]any)
		rules := run["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any)
		for i, r := range run["results"].([]any) {
			res := r.(map[string]any)
			if n := int(res["ruleIndex"].(float64)); n >= len(rules) || rules[n].(map[string]any)["id"] != res["ruleId"] {
				t.Errorf("result %d: rule %v is not that of index %d", i, res["ruleId"], n)
			}
			if len(res["locations"].([]any)) != 1 {
				t.Errorf("result %d has not one location", i)
			}
		}
		if strings.Contains(out, "@corp") || strings.Contains(out, "snippet") {
			t.Error("an address or a snippet is in it")
		}
		done := run["invocations"].([]any)[0].(map[string]any)["executionSuccessful"]
		if done != g.report.Complete() {
			t.Errorf("executionSuccessful is %v", done)
		}
	})
}

// The shape does refuse documents.
func TestSARIFShapeRefuses(t *testing.T) {
	doc := write(t, "sarif", named(t, "one-key").report, report.Options{})
	for _, change := range [][2]string{
		{`"version": "2.1.0"`, `"version": "2.0.0"`}, {`"uri": "`, `"uri": " `}, {`"level": "error"`, `"level": "bad"`}, {`"startLine"`, `"line"`},
		{`"executionSuccessful": true`, `"executionSuccessful": "yes"`}, {`"results"`, `"result"`}, {`"ruleIndex": 0`, `"ruleIndex": -1`},
	} {
		changed := strings.Replace(doc, change[0], change[1], 1)
		var v any
		check(t, json.Unmarshal([]byte(changed), &v))
		if changed == doc || fits("sarif", sarifShape(), v) == nil {
			t.Errorf("a document with %s in place of %s fits", change[1], change[0])
		}
	}
}

func named(t *testing.T, name string) golden {
	t.Helper()
	for _, g := range goldens(t) {
		if strings.HasSuffix(g.name, "/"+name) {
			return g
		}
	}
	t.Fatalf("no case %s", name)
	return golden{}
}

// What GitHub would not take is cut, and said to be.
func TestSARIFLimits(t *testing.T) {
	r := *named(t, "files").report
	f := *r.Findings[0]
	for i := range 200 {
		oc := f.Occurrences[0]
		oc.Line = i + 10
		f.Occurrences = append(f.Occurrences, oc)
	}
	f.KeyID = ""
	var lost []scanner.Gap
	for i := range 1500 {
		lost = append(lost, scanner.Gap{What: fmt.Sprint("file ", i), Why: "unreadable", Count: 1})
	}
	r.Coverage.Lost = lost
	for _, tt := range []struct {
		findings, results, related int
		says                       string
	}{{1, 1, 50, "500 more"}, {25_003, 25_000, 4, "3 more findings were cut"}} {
		if tt.findings > 1 && testing.Short() {
			continue
		}
		f.Title = strings.Repeat("long ", 1000/tt.findings+1)
		r.Findings = slices.Repeat([]*scanner.Finding{&f}, tt.findings)
		out := write(t, "sarif", &r, report.Options{})
		var v any
		check(t, json.Unmarshal([]byte(out), &v))
		if bad := fits("sarif", sarifShape(), v); bad != nil {
			t.Error(bad[0])
		}
		results := v.(map[string]any)["runs"].([]any)[0].(map[string]any)["results"].([]any)
		if related := results[0].(map[string]any)["relatedLocations"].([]any); len(results) != tt.results || len(related) != tt.related {
			t.Errorf("%d findings: %d results, %d related locations", tt.findings, len(results), len(related))
		}
		if !strings.Contains(out, tt.says) {
			t.Errorf("%d findings: nothing says %q", tt.findings, tt.says)
		}
	}
}
