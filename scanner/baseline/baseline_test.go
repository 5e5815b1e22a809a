package baseline_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/baseline"
)

var today = time.Date(2026, 3, 1, 23, 59, 59, 0, time.UTC)

// print makes a fingerprint.
func print(n int) string { return fmt.Sprintf("%032x", n) }

func finding(n int) *scanner.Finding {
	f := &scanner.Finding{Fingerprint: print(n), Rule: "rule", Title: "Title"}
	f.Occurrences = []scanner.Occurrence{{Path: "a"}, {Path: "b", Suppressed: &scanner.Suppression{By: "inline"}}}
	f.First, f.Last = &f.Occurrences[0], &f.Occurrences[1]
	return f
}

func written(t *testing.T, b *baseline.Baseline) string {
	t.Helper()
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func read(t *testing.T, text string) *baseline.Baseline {
	t.Helper()
	b, err := baseline.Read("b.json", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const three = `{"version":1,"accepted":[
{"fingerprint":"00000000000000000000000000000003","reason":"for ever"},
{"fingerprint":"00000000000000000000000000000001","reason":"ends today","until":"2026-03-01"},
{"fingerprint":"00000000000000000000000000000002","reason":"is over","until":"2026-02-28"}]}`

func TestSuppress(t *testing.T) {
	b := read(t, three)
	for n, want := range map[int]*scanner.Suppression{
		1: {By: "baseline", Reason: "ends today", Until: "2026-03-01"},
		2: nil, 3: {By: "baseline", Reason: "for ever"}, 4: nil,
	} {
		f := finding(n)
		b.Suppress(f, today)
		if d := cmp.Diff(want, f.Suppressed); d != "" {
			t.Errorf("finding %d (-want +got):\n%s", n, d)
		}
		if d := cmp.Diff(want, f.Occurrences[0].Suppressed); d != "" {
			t.Errorf("its first occurrence (-want +got):\n%s", d)
		}
		if f.Occurrences[1].Suppressed.By != "inline" {
			t.Errorf("finding %d: the comment on a line counts no more", n)
		}
	}
	b.Suppress(finding(9), today)
	if got := len(b.Stale()); got != 0 {
		t.Errorf("%d entries are stale; each has a finding", got)
	}
	if got := b.Expired(today); len(got) != 1 || got[0].Fingerprint != print(2) {
		t.Errorf("expired are %v", got)
	}
	if got := read(t, three).Stale(); len(got) != 3 {
		t.Errorf("%d entries are stale; no finding was shown", len(got))
	}
	// What another suppressed stays as it is.
	f := finding(3)
	f.Suppressed = &scanner.Suppression{By: "ignore-file"}
	if b.Suppress(f, today); f.Suppressed.By != "ignore-file" {
		t.Errorf("suppressed by %s", f.Suppressed.By)
	}
}

func TestAccept(t *testing.T) {
	b := read(t, three)
	key := finding(5)
	key.KeyID, key.Title = "AKIA"+strings.Repeat("Q", 16), "AWS key\x1b"
	n := b.Accept([]*scanner.Finding{key, finding(1), finding(2), finding(3), finding(0)}, "new", "2027-01-01", today)
	if n != 3 {
		t.Errorf("%d are new; want the two unknown ones and the one that was over", n)
	}
	want := `{
  "version": 1,
  "keyed": false,
  "accepted": [
    {"fingerprint": "00000000000000000000000000000000", "rule": "rule", "what": "Title", "reason": "new", "until": "2027-01-01"},
    {"fingerprint": "00000000000000000000000000000001", "rule": "", "what": "", "reason": "ends today", "until": "2026-03-01"},
    {"fingerprint": "00000000000000000000000000000002", "rule": "", "what": "", "reason": "new", "until": "2027-01-01"},
    {"fingerprint": "00000000000000000000000000000003", "rule": "", "what": "", "reason": "for ever"},
    {"fingerprint": "00000000000000000000000000000005", "rule": "rule", "what": "AWS key\\x1b, AKIA…QQQQ", "reason": "new", "until": "2027-01-01"}
  ]
}
`
	if d := cmp.Diff(want, written(t, b)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if n := b.Accept([]*scanner.Finding{finding(5)}, "other", "", today); n != 0 || written(t, b) != want {
		t.Errorf("accepting again changes the baseline: %d", n)
	}
	if d := cmp.Diff(b, read(t, want), cmpopts.IgnoreUnexported(baseline.Baseline{})); d != "" {
		t.Errorf("read again (-want +got):\n%s", d)
	}
}

func TestEmpty(t *testing.T) {
	b := new(baseline.Baseline)
	b.Suppress(finding(1), today)
	if d := cmp.Diff("{\n  \"version\": 1,\n  \"keyed\": false,\n  \"accepted\": []\n}\n", written(t, b)); d != "" {
		t.Error(d)
	}
}

// Reasons are from anybody: what is written cannot move a cursor, and is the
// same when it is read again.
func TestHostileReasons(t *testing.T) {
	for _, reason := range []string{"\x1b[2J", "a\nb\r\t\x00", "\u202eabc\u2066", "\u009b2J", "\U000e0041", "<b>&'\"\\", "##[error]x", "é…漢😀", "\ufeff"} {
		b := &baseline.Baseline{Entries: []baseline.Entry{{Fingerprint: print(1), Reason: reason}}}
		text := written(t, b)
		if strings.Count(text, "\n") != 7 || strings.ContainsAny(text, "\x1b\r\x00\t\u202e\u2066\u009b\U000e0041\ufeff") {
			t.Errorf("%q is written as %q", reason, text)
		}
		if got := read(t, text).Entries[0].Reason; got != reason {
			t.Errorf("%q is read again as %q", reason, got)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	entry := func(rest string) string {
		return "{\"version\":1,\"accepted\":[\n{\"fingerprint\":\"" + print(1) + "\"" + rest + "}\n]}"
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing":              {"", "line 1: it ends too early"},
		"blank":                {"\n\n", "line 3: it ends too early"},
		"not JSON":             {"# accepted\n", "line 1: invalid character '#'"},
		"a list":               {"[]", "line 1: a baseline must begin with {"},
		"null":                 {"null", "must begin with {"},
		"no version":           {"{}", "it has no version"},
		"a later version":      {"{\n\"version\":2}", "line 2: its version is 2, this program reads version 1"},
		"a version as text":    {`{"version":"1"}`, "this program reads version 1"},
		"cut":                  {entry("")[:40], "line 2: it ends too early"},
		"cut before the end":   {"{\"version\":1\n", "line 2: it ends too early"},
		"no comma":             {entry("\n\"rule\":\"r\""), "line 3: invalid character '\"'"},
		"a comma too many":     {"{\"version\":1,\"accepted\":[\n{},\n]}", "line 2: a fingerprint is 32"},
		"something behind it":  {`{"version":1} {}`, "something follows it"},
		"an unknown key":       {"{\"version\":1,\n\"acepted\":[]}", `line 2: unknown key "acepted"`},
		"an unknown field":     {entry(",\n\"untill\":\"2027-01-01\""), `line 3: unknown key "untill"`},
		"a key in other case":  {entry(`,"Reason":"r"`), `line 2: unknown key "Reason"`},
		"a key twice":          {"{\"version\":1,\"accepted\":[],\n\"accepted\":[]}", `line 2: a baseline has "accepted" twice`},
		"a field twice":        {entry(",\"reason\":\"r\",\n\"reason\":\"s\""), `line 3: an accepted finding has "reason" twice`},
		"a finding twice":      {"{\"version\":1,\"accepted\":[\n{\"fingerprint\":\"" + print(1) + "\"},\n{\"fingerprint\":\"" + print(1) + "\"}]}", "line 3: fingerprint " + print(1) + " is accepted twice"},
		"no fingerprint":       {"{\"version\":1,\"accepted\":[\n\n{\"reason\":\"r\"}]}", "line 3: a fingerprint is 32"},
		"a short fingerprint":  {`{"version":1,"accepted":[{"fingerprint":"abc"}]}`, "a fingerprint is 32"},
		"in capitals":          {`{"version":1,"accepted":[{"fingerprint":"` + strings.Repeat("A", 32) + `"}]}`, "a fingerprint is 32"},
		"a number":             {entry(`,"reason":1`), "reason is no string"},
		"an object":            {entry(`,"reason":{}`), "reason is no string"},
		"deep":                 {`{"version":1,"accepted":` + strings.Repeat("[", 100000), "must begin with {"},
		"a day that is none":   {entry(`,"until":"2026-02-30"`), `until: "2026-02-30" is no day`},
		"a time":               {entry(`,"until":"2026-02-03T00:00:00Z"`), "is no day"},
		"keyed in words":       {`{"version":1,"keyed":"no"}`, "keyed is neither true nor false"},
		"a long reason":        {entry(`,"reason":"` + strings.Repeat("a", 5000) + `"`), "reason is longer than 4096 bytes"},
		"invalid UTF-8":        {entry(",\n\n\"reason\":\"\xff\""), "line 4: a byte that is no UTF-8"},
		"a control byte":       {entry(",\n\"reason\":\"\x1b\""), "line 3: invalid character '\\x1b'"},
		"gitleaks' own report": {"[\n {\"RuleID\": \"x\"}]", "must begin with {"},
	} {
		b, err := baseline.Read("b.json", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), `reading baseline "b.json", line `) {
			t.Errorf("%s: %v, error %v; want one with %q", name, b, err, c.want)
		}
	}
}

// What was read is written, and read again, as the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(three))
	f.Add([]byte(`{"version":1,"keyed":true,"accepted":[]}`))
	f.Add([]byte("{\"version\":1,\"accepted\":[{\"fingerprint\":\"" + print(7) + "\",\"reason\":\"\\u202e\\ud800\",\"what\":\"é\"}]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := baseline.Read("b", data)
		if err != nil {
			return
		}
		text := written(t, b)
		again, err := baseline.Read("b", []byte(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if d := cmp.Diff(b, again, cmpopts.IgnoreUnexported(baseline.Baseline{}), cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	})
}

// The schema describes what is written, and refuses what is not read.
func TestSchema(t *testing.T) {
	file, err := os.Open("../../docs/schema/baseline.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	raw, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("baseline.json", raw); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("baseline.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text string) bool {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		return err == nil && schema.Validate(v) == nil
	}
	full := read(t, three)
	full.Keyed = true
	full.Accept([]*scanner.Finding{finding(7)}, "why\x1b", "", today)
	for _, text := range []string{three, written(t, full), written(t, new(baseline.Baseline))} {
		if !valid(text) {
			t.Errorf("the schema refuses %s", text)
		}
	}
	for _, change := range [][2]string{{`"version":1`, `"version":2`}, {`"version":1,`, ``}, {`0001"`, `001"`}, {`"until"`, `"untill"`}, {"2026-03-01", "2026-02-30"}, {`"accepted"`, `"acepted"`}, {`"for ever"`, `3`}} {
		text := strings.Replace(three, change[0], change[1], 1)
		if _, err := baseline.Read("b", []byte(text)); valid(text) || err == nil || text == three {
			t.Errorf("%s in place of %s: valid %v, read with %v", change[1], change[0], valid(text), err)
		}
	}
}
