package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/report"
)

var update = flag.Bool("update", false, "rewrite the goldens")

const cases = "../../testdata/report"

// A golden is a case of testdata/report: NAME.json is a report as awscred scan
// writes it, with placeholders for keys, secrets among them, and two fields of
// its own:
//
//	options  by name, the options with which the goldens are written
//	repeat   how often the one finding stands in the report
//
// NAME.txt and NAME.sarif, or NAME.OPTION.txt, are what Write writes.
type golden struct {
	name    string
	report  *scanner.Report
	options map[string]report.Options
}

type caseOptions struct {
	Options map[string]struct {
		All, Verbose, Mask, Color bool
		ShowSecrets               bool `json:"show_secrets"`
		Width                     int
	}
	Repeat int
}

func goldens(t testing.TB) []golden {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(cases, "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases in %s: %v", cases, err)
	}
	var list []golden
	for _, name := range names {
		data, err := os.ReadFile(name)
		check(t, err)
		data, err = keytest.Expand(data)
		check(t, err)
		g := golden{name: strings.TrimSuffix(name, ".json"), options: map[string]report.Options{}}
		g.report, err = report.Read(data)
		check(t, err)
		var own caseOptions
		check(t, json.Unmarshal(data, &own))
		for i := 1; i < own.Repeat; i++ {
			more := *g.report.Findings[0]
			more.Fingerprint = fmt.Sprintf("%s%04d", more.Fingerprint[:28], i)
			g.report.Findings = append(g.report.Findings, &more)
		}
		for n, o := range own.Options {
			g.options[n] = report.Options{All: o.All, Verbose: o.Verbose, Mask: o.Mask, Color: o.Color, ShowSecrets: o.ShowSecrets,
				Width: o.Width, Location: time.FixedZone("UTC+2", 2*3600)}
		}
		if len(g.options) == 0 {
			g.options[""] = report.Options{Location: time.UTC}
		}
		list = append(list, g)
	}
	return list
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, format string, r *scanner.Report, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	check(t, report.Write(&b, format, r, o))
	return b.String()
}

// placeholders turns keys back into placeholders, so that none stands in a
// golden.
func placeholders() *strings.Replacer {
	var pairs []string
	for n := range 13 {
		for format, value := range map[string]string{
			"{{aws-key-id %d}}": keytest.ID(n), "{{aws-temp-key-id %d}}": keytest.TempID(n), "{{aws-secret %d}}": keytest.Secret(n),
			"{{account %d}}": keytest.Account(n), "{{aws-session-token %d}}": keytest.Token(n),
		} {
			pairs = append(pairs, value, fmt.Sprintf(format, n))
		}
	}
	return strings.NewReplacer(pairs...)
}

func TestGoldens(t *testing.T) {
	hide := placeholders()
	for _, g := range goldens(t) {
		for option, o := range g.options {
			for format, suffix := range map[string]string{"text": ".txt", "sarif": ".sarif"} {
				if option != "" {
					suffix = "." + option + suffix
				}
				got := hide.Replace(write(t, format, g.report, o))
				if *update {
					check(t, os.WriteFile(g.name+suffix, []byte(got), 0o644))
				}
				want, err := os.ReadFile(g.name + suffix)
				check(t, err)
				if d := cmp.Diff(string(want), got); d != "" {
					t.Errorf("%s%s (-want +got):\n%s", g.name, suffix, d)
				}
			}
		}
	}
}

// every calls check for each format of each case with each of its options, and
// with everything shown.
func every(t *testing.T, do func(t *testing.T, format, out string, g golden, o report.Options)) {
	for _, g := range goldens(t) {
		g.options["everything"] = report.Options{All: true, Verbose: true}
		g.options["little"] = report.Options{Mask: true, Width: 40}
		for option, o := range g.options {
			for _, format := range report.Formats() {
				t.Run(filepath.Base(g.name)+"/"+option+"/"+format, func(t *testing.T) {
					do(t, format, write(t, format, g.report, o), g, o)
				})
			}
		}
	}
}

// No secret of the case stands in any output, in any form, unless it was asked
// for.
func TestNoSecrets(t *testing.T) {
	leaked := 0
	every(t, func(t *testing.T, format, out string, g golden, o report.Options) {
		var secrets []string
		for _, f := range g.report.Findings {
			for _, s := range []*scanner.SecretInfo{f.Secret, f.SessionToken} {
				if s != nil && s.Value != nil && *s.Value != "admin" { // an ordinary word, see presenter
					secrets = append(secrets, *s.Value)
				}
			}
		}
		leaks := keytest.Leaks([]byte(out), secrets...)
		if o.ShowSecrets {
			leaked += len(leaks)
			return
		}
		if leaks != nil {
			t.Errorf("leaks %q", leaks)
		}
		if o.Mask {
			for _, f := range g.report.Findings {
				if f.KeyID != "" && strings.Contains(out, f.KeyID) {
					t.Error("an id is not masked")
				}
			}
		}
	})
	if leaked == 0 {
		t.Error("with ShowSecrets none was found: the test shows nothing")
	}
}

// Nothing that a terminal or a CI runner would act on gets through.
func TestHostile(t *testing.T) {
	every(t, func(t *testing.T, format, out string, _ golden, o report.Options) {
		if o.Color {
			out = strings.NewReplacer("\x1b[1;31m", "", "\x1b[1;33m", "", "\x1b[0m", "").Replace(out)
		}
		if !utf8.ValidString(out) {
			t.Error("not UTF-8")
		}
		for _, r := range out {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("holds %U", r)
			}
		}
		for line := range strings.Lines(out) {
			if command(line) && !(format == "github" && annotation.MatchString(line)) {
				t.Errorf("a runner would act on %q", line)
			}
		}
		if format != "text" {
			noControls(t, format, out)
		}
	})
}

// annotation is a command that the format for GitHub may write: its properties
// hold no separator but its own.
var annotation = regexp.MustCompile(`^::(error|warning) (file=[^:,]+,line=\d+,endLine=\d+,)?title=[^:,]+::[^\n]*\n$`)

// command is a model of how runners look for commands in a log.
func command(line string) bool {
	return strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[")
}

func TestCommand(t *testing.T) {
	for line, want := range map[string]bool{"::error::x": true, "  ::x": true, "a ##[x]": true, "a ::x": false, "# [x]": false, "": false} {
		if command(line) != want {
			t.Errorf("command(%q) is not %v", line, want)
		}
	}
}

// noControls looks into the strings of SARIF, which viewers show as they are.
func noControls(t *testing.T, format, out string) {
	for doc := range strings.Lines(strings.ReplaceAll(out, "\n ", " ")) {
		var v any
		if err := json.Unmarshal([]byte(strings.TrimSpace(doc)), &v); err != nil && format == "jsonl" {
			t.Errorf("%q is no JSON: %v", doc, err)
		}
	}
	if format != "sarif" {
		return
	}
	var v any
	check(t, json.Unmarshal([]byte(out), &v))
	walk(v, func(s string) {
		for _, r := range s {
			if moves(r) {
				t.Errorf("%q holds %U", s, r)
			}
		}
	})
}

// walk calls do for every string in a JSON value.
func walk(v any, do func(string)) {
	switch v := v.(type) {
	case string:
		do(v)
	case []any:
		for _, x := range v {
			walk(x, do)
		}
	case map[string]any:
		for k, x := range v {
			do(k)
			walk(x, do)
		}
	}
}

// The first line tells the result, as the exit code does.
func TestFirstLine(t *testing.T) {
	for _, g := range goldens(t) {
		out := write(t, "text", g.report, report.Options{})
		first, _, _ := strings.Cut(out, "\n")
		g.report.Close(scanner.Policy{FailOn: scanner.Medium})
		code := g.report.ExitCode(false)
		incomplete := strings.Contains(first, "not everything could be read")
		if incomplete == g.report.Complete() || incomplete == strings.Contains(first, "everything read") {
			t.Errorf("%s: %q does not say whether everything was read", g.name, first)
		}
		if acts := strings.Contains(first, "to act on") && !strings.Contains(first, "nothing to act on"); acts != (code == 1) {
			t.Errorf("%s: %q with exit code %d", g.name, first, code)
		}
		if clean := strings.HasPrefix(first, "no secrets"); clean && code != 0 {
			t.Errorf("%s: %q with exit code %d", g.name, first, code)
		}
	}
}

// The common case fits on a screen.
func TestOneScreen(t *testing.T) {
	for _, g := range goldens(t) {
		if n := strings.Count(write(t, "text", g.report, report.Options{}), "\n"); n > 50 {
			t.Errorf("%s: %d lines", g.name, n)
		}
	}
}

// Everything reads the same without colour.
func TestColor(t *testing.T) {
	strip := strings.NewReplacer("\x1b[1;31m", "", "\x1b[1;33m", "", "\x1b[0m", "")
	for _, g := range goldens(t) {
		for _, width := range []int{0, 50, 100} {
			plain := write(t, "text", g.report, report.Options{Width: width})
			if colored := write(t, "text", g.report, report.Options{Width: width, Color: true}); strip.Replace(colored) != plain {
				t.Errorf("%s, width %d: colour changes the text:\n%s", g.name, width, cmp.Diff(plain, strip.Replace(colored)))
			}
		}
	}
}

// Wrapping moves words to other lines and changes none.
func TestWidth(t *testing.T) {
	for _, g := range goldens(t) {
		if strings.HasSuffix(g.name, "hostile") {
			continue // there, blanks stand within paths
		}
		whole := strings.Fields(write(t, "text", g.report, report.Options{}))
		for width := 1; width < 140; width += 3 {
			if got := strings.Fields(write(t, "text", g.report, report.Options{Width: width})); !slices.Equal(got, whole) {
				t.Fatalf("%s: width %d changes words", g.name, width)
			}
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	err := report.Write(io.Discard, "yaml", goldens(t)[0].report, report.Options{})
	if err == nil || err.Error() != `unknown format "yaml": use text, json, jsonl, sarif, gitlab, junit, csv, github, markdown, html` {
		t.Errorf("error is %v", err)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestWriteError(t *testing.T) {
	for _, format := range report.Formats() {
		if err := report.Write(fullDisk{}, format, goldens(t)[0].report, report.Options{}); err == nil {
			t.Errorf("%s: the writer's error is lost", format)
		}
	}
}

// Writing a report leaves it as it was.
func TestUnchanged(t *testing.T) {
	for _, g := range goldens(t) {
		before, err := json.Marshal(g.report)
		check(t, err)
		for _, format := range report.Formats() {
			write(t, format, g.report, report.Options{Mask: true})
		}
		after, err := json.Marshal(g.report)
		check(t, err)
		if !bytes.Equal(before, after) {
			t.Errorf("%s: the report was changed", g.name)
		}
	}
}
