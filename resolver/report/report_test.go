package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/doctor"
	"github.com/awscred/awscred/resolver/doctor/doctortest"
	"github.com/awscred/awscred/resolver/report"
	"github.com/awscred/awscred/resolver/sdk"
)

var update = flag.Bool("update", false, "rewrite the goldens")

const cases = "../../testdata/which"

// A golden is a case of testdata/which: a Host as package doctortest reads it,
// and the sections
//
//	sdks      the SDKs that are followed, a line each: NAME [asked]
//	          [version=V] [detected=PLACE]; the names are those of package sdk
//	          and of others below
//	options   mask, all, verbose, width=N, color, a line each
//	origins   VARIABLE KIND NAME LINE, a line each
//	exit      the exit code
//	text      what Text writes
//	json      what JSON writes
type golden struct {
	*doctortest.Case
	name   string
	data   []byte
	report *report.Report
	opts   report.Options
}

func goldens(t *testing.T) []*golden {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(cases, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases in %s: %v", cases, err)
	}
	var list []*golden
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := doctortest.Parse(data, keytest.ExpandString)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		g := &golden{Case: c, name: name, data: data, report: &report.Report{Host: c.Host}}
		g.options(t)
		g.follow(t)
		list = append(list, g)
	}
	return list
}

func (g *golden) lines(section string) []string {
	return strings.FieldsFunc(g.Sections[section], func(r rune) bool { return r == '\n' })
}

// options reads the options of a case.
func (g *golden) options(t *testing.T) {
	t.Helper()
	g.opts.Location = time.FixedZone("CET", 3600)
	g.opts.Account = func(id string) (string, string) {
		for n := range 10 {
			if id == keytest.ID(n) || id == keytest.TempID(n) {
				return keytest.Account(n), "decoded"
			}
		}
		return "", "not decodable"
	}
	for _, line := range g.lines("options") {
		name, value, _ := strings.Cut(line, "=")
		switch name {
		case "mask":
			g.opts.Mask = true
		case "all":
			g.opts.All = true
		case "verbose":
			g.opts.Verbose = true
		case "color":
			g.opts.Color = true
		case "width":
			g.opts.Width, _ = strconv.Atoi(value)
		default:
			t.Fatalf("%s: unknown option %q", g.name, line)
		}
	}
	origins := map[string]report.Origin{}
	for _, line := range g.lines("origins") {
		var name string
		var o report.Origin
		if _, err := fmt.Sscan(line, &name, &o.Kind, &o.Name, &o.Line); err != nil {
			t.Fatalf("%s: origin %q: %v", g.name, line, err)
		}
		origins[name] = o
	}
	g.opts.Origin = func(name string) (report.Origin, bool) {
		o, ok := origins[name]
		return o, ok
	}
}

// follow fills in the answers and the warnings.
func (g *golden) follow(t *testing.T) {
	t.Helper()
	var asked []*resolver.Trace
	for _, line := range g.lines("sdks") {
		words := strings.Fields(line)
		s := find(words[0])
		if s == nil {
			t.Fatalf("%s: no SDK is called %q", g.name, words[0])
		}
		opts := resolver.Options{}
		if g.Sections["carried"] != "" {
			opts.Carrier = carrier{strings.TrimSpace(g.Sections["carried"])}
		}
		a := report.Answer{Trace: resolver.Resolve(context.Background(), g.Host, s, opts)}
		for _, w := range words[1:] {
			switch name, value, _ := strings.Cut(w, "="); name {
			case "asked":
				a.Asked = true
				asked = append(asked, a.Trace)
			case "version":
				a.Version = value
			case "detected":
				a.Detected = append(a.Detected, value)
			default:
				t.Fatalf("%s: unknown word %q", g.name, w)
			}
		}
		g.report.Answers = append(g.report.Answers, a)
	}
	g.report.Warnings = doctor.Check(doctor.Subject{
		Host:   g.Host,
		Traces: asked,
		Origin: func(name string) (resolver.Evidence, bool) {
			o, ok := g.opts.Origin(name)
			return resolver.File(o.Name, o.Line), ok
		},
	})
}

// find returns a real SDK, or one made for these cases: "profile-first" lets
// AWS_PROFILE switch the environment off, "env-only" and "env-bare" know nothing
// but the environment, and only the first says so; "profile-before-env" takes
// the profile first; "old" is at the end of its life.
func find(name string) *resolver.SDK {
	s := sdk.GoV2()
	s.Deviations = nil
	switch name {
	case "profile-first":
		s.Title = "SDK with profiles first"
		env := sdk.Env{IDs: []string{"AWS_ACCESS_KEY_ID"}, Secrets: []string{"AWS_SECRET_ACCESS_KEY"}, Tokens: []string{"AWS_SESSION_TOKEN"}}
		env.Unless = func(s *resolver.Situation) string {
			if s.Profile.By == "" {
				return ""
			}
			return s.Profile.By + " is set: it ignores environment keys"
		}
		for i, link := range s.Links {
			if _, ok := link.(sdk.Env); ok {
				s.Links[i] = env
			}
		}
	case "env-only", "env-bare":
		s.Title = "SDK of the environment"
		if name == "env-only" {
			s.Deviations = []resolver.Deviation{{ID: "env-only", Text: "it reads nothing but the environment"}}
		}
		s.Load = nil
		s.Links = slices.DeleteFunc(s.Links, func(link resolver.Link) bool {
			_, ok := link.(sdk.Env)
			return !ok
		})
	case "profile-before-env":
		s.Title = "SDK of the profile"
		s.Links = append(slices.Clone(s.Links[3:4]), s.Links[:3]...)
	case "old":
		s.Title, s.EndOfLife = "SDK of old", true
	default:
		return sdk.Find(name)
	}
	s.Name = name
	return s
}

// A carrier gives the same keys for every plan.
type carrier struct{ id string }

func (c carrier) Carry(context.Context, *resolver.Host, resolver.Plan) (resolver.Keys, error) {
	if c.id == "none" {
		return resolver.Keys{}, fmt.Errorf("%w: the instance has no role", resolver.ErrNoCredentials)
	}
	return resolver.Keys{ID: c.id, Expires: doctortest.Now().Add(time.Hour), Account: keytest.Account(7)}, nil
}

func (g *golden) write(t *testing.T) (text, doc string) {
	t.Helper()
	var a, b bytes.Buffer
	if err := report.Text(&a, g.report, g.opts); err != nil {
		t.Fatal(err)
	}
	if err := report.JSON(&b, g.report, g.opts); err != nil {
		t.Fatal(err)
	}
	return a.String(), b.String()
}

func TestGoldens(t *testing.T) {
	for _, g := range goldens(t) {
		t.Run(strings.TrimSuffix(filepath.Base(g.name), ".txtar"), func(t *testing.T) {
			text, doc := g.write(t)
			exit := fmt.Sprintln(report.ExitCode(g.report))
			if *update {
				g.rewrite(t, exit, text, doc)
				return
			}
			for section, got := range map[string]string{"exit": exit, "text": text, "json": doc} {
				// Escapes are written as such, to keep the files readable.
				got = strings.ReplaceAll(got, "\x1b", "^[")
				if diff := cmp.Diff(g.Sections[section], got); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", g.Title, section, diff)
				}
			}
		})
	}
}

// rewrite puts what was got into the file, with placeholders for key ids and
// accounts.
func (g *golden) rewrite(t *testing.T, exit, text, doc string) {
	t.Helper()
	a := txtar.Parse(g.data)
	for _, s := range []struct{ name, data string }{{"exit", exit}, {"text", text}, {"json", doc}} {
		data := strings.ReplaceAll(s.data, "\x1b", "^[")
		for n := range 10 {
			data = strings.NewReplacer(
				keytest.ID(n), fmt.Sprintf("{{aws-key-id %d}}", n),
				keytest.TempID(n), fmt.Sprintf("{{aws-temp-key-id %d}}", n),
				keytest.Account(n), fmt.Sprintf("{{account %d}}", n),
			).Replace(data)
		}
		a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == s.name })
		a.Files = append(a.Files, txtar.File{Name: s.name, Data: []byte(data)})
	}
	if err := os.WriteFile(g.name, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// No case gives a secret away, whatever the options, and nothing that a case
// holds reaches a terminal or the beginning of a line.
func TestNothingEscapes(t *testing.T) {
	var secrets []string
	for n := range 10 {
		secrets = append(secrets, keytest.Secret(n), keytest.Token(n))
	}
	for _, g := range goldens(t) {
		for _, opts := range []report.Options{
			{}, {All: true, Verbose: true}, {Width: 40, Verbose: true}, {Width: 1}, {Mask: true, All: true, Verbose: true},
		} {
			opts.Account, opts.Origin = g.opts.Account, g.opts.Origin
			g.opts = opts
			text, doc := g.write(t)
			for format, out := range map[string]string{"text": text, "json": doc} {
				if leaks := keytest.Leaks([]byte(out), secrets...); leaks != nil {
					t.Errorf("%s, %s, %+v: %v", g.name, format, opts, leaks)
				}
				if opts.Mask && len(keytest.Leaks([]byte(out), ids()...)) > 0 {
					t.Errorf("%s, %s: a key id is not masked:\n%s", g.name, format, out)
				}
				for line := range strings.Lines(out) {
					checkLine(t, g.name+" "+format, strings.TrimSuffix(line, "\n"))
				}
			}
			if !json.Valid([]byte(doc)) {
				t.Errorf("%s: invalid JSON", g.name)
			}
		}
	}
}

func ids() []string {
	var list []string
	for n := range 10 {
		list = append(list, keytest.ID(n), keytest.TempID(n))
	}
	return list
}

// checkLine refuses what a terminal or a CI runner would act on.
func checkLine(t *testing.T, where, line string) {
	t.Helper()
	for _, r := range line {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs) {
			t.Errorf("%s: %U in %q", where, r, line)
		}
	}
	trimmed := strings.TrimSpace(line)
	if strings.HasPrefix(trimmed, "::") || strings.HasPrefix(trimmed, "##[") {
		t.Errorf("%s: a line is a command of a CI runner: %q", where, line)
	}
}

// The same report gives the same bytes.
func TestStable(t *testing.T) {
	again := goldens(t)
	for i, g := range goldens(t) {
		text, doc := g.write(t)
		if text2, doc2 := again[i].write(t); text != text2 || doc != doc2 {
			t.Errorf("%s: two runs differ", g.name)
		}
	}
}

func TestExitCode(t *testing.T) {
	answer := func(asked bool, env map[string]string) report.Answer {
		h := &resolver.Host{OS: "linux", Env: env}
		return report.Answer{Asked: asked, Trace: resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{})}
	}
	wins := map[string]string{"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
	open := map[string]string{}
	none := map[string]string{"AWS_EC2_METADATA_DISABLED": "true"}
	fails := map[string]string{"AWS_PROFILE": "missing"}
	for _, c := range []struct {
		name    string
		answers []report.Answer
		want    int
	}{
		{"nobody asked", nil, 1},
		{"only others", []report.Answer{answer(false, wins)}, 1},
		{"a winner", []report.Answer{answer(true, wins), answer(false, fails)}, 0},
		{"none", []report.Answer{answer(true, none)}, 1},
		{"an error", []report.Answer{answer(true, wins), answer(true, fails)}, 1},
		{"not asked", []report.Answer{answer(true, wins), answer(true, open)}, 3},
		{"1 outranks 3", []report.Answer{answer(true, open), answer(true, none)}, 1},
	} {
		if got := report.ExitCode(&report.Report{Answers: c.answers}); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// A writer's error is reported.
func TestWriteError(t *testing.T) {
	g := goldens(t)[0]
	if err := report.Text(full{}, g.report, g.opts); !errors.Is(err, errFull) {
		t.Errorf("Text: %v", err)
	}
	if err := report.JSON(full{}, g.report, g.opts); !errors.Is(err, errFull) {
		t.Errorf("JSON: %v", err)
	}
}

var errFull = errors.New("disk is full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// Whatever a profile is called and wherever the files are, lines stay lines.
func FuzzText(f *testing.F) {
	f.Add("dev", "/home/me/.aws/credentials", 0)
	f.Add("::error::x", "a\n::error::x", 30)
	f.Add("x ::add-mask::y ##[error]z", "\x1b]8;;http://x\a", 24)
	f.Add("\u202e\u2066", "\xff\xfe", 80)
	f.Fuzz(func(t *testing.T, profile, path string, width int) {
		h := &resolver.Host{OS: "linux", Home: "/home/me", Env: map[string]string{"AWS_PROFILE": profile, "AWS_CONFIG_FILE": path}}
		trace := resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{})
		r := &report.Report{Host: h, Answers: []report.Answer{{Trace: trace, Asked: true, Version: profile, Detected: []string{path}}}}
		r.Warnings = doctor.Check(doctor.Subject{Host: h, Traces: []*resolver.Trace{trace}})
		for _, write := range []func(io.Writer, *report.Report, report.Options) error{report.Text, report.JSON} {
			var out bytes.Buffer
			if err := write(&out, r, report.Options{Width: max(width, 0), Verbose: true}); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(out.String()) {
				checkLine(t, "output", strings.TrimSuffix(line, "\n"))
			}
		}
	})
}
