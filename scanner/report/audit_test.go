package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/audit"
	"github.com/awscred/awscred/scanner/report"
)

// hostileWords stand in addresses, hosts and paths of the audits below.
const hostileWords = "\x1b[2J\n::error::x\r\n##[error]y\u202e<script>alert(1)</script>"

// noticed is a source of texts that fail every check.
type noticed struct{ scanner.Source }

func (noticed) Sweep(_ context.Context, visit scanner.Visitor) error {
	for field, text := range map[scanner.Field]string{
		scanner.Header:  "author A <" + strings.ReplaceAll(hostileWords, "\n", "") + "@corp.lan> 1 +0000\n",
		scanner.Content: "[submodule \"x\"]\n\turl = git@host.lan:" + strings.ReplaceAll(hostileWords, "\n", "") + "\nhttp://db.corp/\n",
		scanner.Name:    ".env." + hostileWords,
		scanner.Config:  "[http \"" + hostileWords + "\"]\n\textraheader = x\n",
	} {
		visit(&scanner.Blob{BlobRef: scanner.BlobRef{ID: string(field), Field: field, Path: ".git/config"}, Data: []byte(text)})
	}
	return nil
}

func (noticed) Locate(_ context.Context, held []scanner.Held) ([]scanner.Life, error) {
	lives := make([]scanner.Life, len(held))
	for i := range held {
		lives[i].Spots = [][]scanner.Spot{{{Path: hostileWords, Commit: "c"}}}
	}
	return lives, nil
}

// audits calls do with an audit of every case, in every format.
func audits(t *testing.T, do func(t *testing.T, format, out string, g golden)) {
	for _, g := range goldens(t) {
		g.report.Close(scanner.Policy{FailOn: scanner.Medium, FailOnLocal: true})
		w := audit.NewWatch(noticed{})
		check(t, w.Sweep(t.Context(), func(*scanner.Blob) scanner.Candidates { return nil }))
		check(t, w.Find(t.Context()))
		a := audit.Judge(g.report, w, audit.Options{})
		for _, format := range report.AuditFormats() {
			t.Run(filepath.Base(g.name)+"/"+format, func(t *testing.T) {
				var b bytes.Buffer
				check(t, report.WriteAudit(&b, format, a, report.Options{Now: time.Unix(1.8e9, 0)}))
				do(t, format, b.String(), g)
			})
		}
	}
}

// No format of an audit shows a secret, lets anything move a cursor, or holds
// what a runner or a browser would act on.
func TestAuditHostile(t *testing.T) {
	audits(t, func(t *testing.T, format, out string, g golden) {
		for _, r := range out {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("holds %U", r)
			}
		}
		for line := range strings.Lines(out) {
			if command(line) {
				t.Errorf("a runner would act on %q", line)
			}
		}
		if format == "html" && strings.Contains(out, "<script>alert") {
			t.Error("a script stands in the page")
		}
		var secrets []string
		for _, f := range g.report.Findings {
			for _, s := range []*scanner.SecretInfo{f.Secret, f.SessionToken} {
				if s != nil && s.Value != nil && *s.Value != "admin" {
					secrets = append(secrets, *s.Value)
				}
			}
		}
		if leaks := keytest.Leaks([]byte(out), secrets...); leaks != nil {
			t.Errorf("leaks %q", leaks)
		}
	})
}

// The JSON of an audit is valid, and the schema describes every field of it.
func TestAuditSchema(t *testing.T) {
	data, err := os.ReadFile("../../docs/schema/audit.schema.json")
	check(t, err)
	var raw any
	check(t, json.Unmarshal(data, &raw))
	closeObjects(raw)
	schema := compile(t, raw)
	audits(t, func(t *testing.T, format, out string, _ golden) {
		if format != "json" {
			return
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		check(t, err)
		if err := schema.Validate(v); err != nil {
			t.Error(err)
		}
	})
}
