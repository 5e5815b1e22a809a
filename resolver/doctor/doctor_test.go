package doctor_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/doctor"
	"github.com/awscred/awscred/resolver/doctor/doctortest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/profile"
	"github.com/awscred/awscred/resolver/sdk"
)

var update = flag.Bool("update", false, "rewrite the want sections")

// Each file in testdata is a Host for the check that its name begins with:
// CHECK.CASE.txtar. Its section "want" holds what that check says, and is empty
// if it must not warn. No check may print a secret.
func TestChecks(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	warned, silent := map[string]bool{}, map[string]bool{}
	for _, name := range names {
		id, _, _ := strings.Cut(filepath.Base(name), ".")
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c, err := doctortest.Parse(data, keytest.ExpandString)
			if err != nil {
				t.Fatal(err)
			}
			warnings := doctor.Check(doctor.Subject{Host: c.Host, Traces: traces(t, c), Origin: origins(t, c)})
			got := describe(warnings, id)
			if *update {
				rewrite(t, name, data, got)
				return
			}
			if diff := cmp.Diff(strings.TrimSpace(c.Sections["want"]), strings.TrimSpace(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.Title, diff)
			}
			for _, w := range warnings {
				if w.Message == "" || w.Fix == "" || len(w.Where) == 0 || strings.Contains(w.Fix, "\n") {
					t.Errorf("a warning without message, one-line fix or place: %+v", w)
				}
			}
			if leaks := keytest.Leaks(fmt.Appendf(nil, "%+v", warnings), secrets()...); leaks != nil {
				t.Errorf("the warnings leak: %v", leaks)
			}
			if got == "" {
				silent[id] = true
			} else {
				warned[id] = true
			}
		})
	}
	for _, id := range doctor.IDs() {
		if !*update && (!warned[id] || !silent[id]) {
			t.Errorf("check %q: a case that must warn: %v, one that must not: %v", id, warned[id], silent[id])
		}
	}
	for id := range warned {
		if !slices.Contains(doctor.IDs(), id) {
			t.Errorf("no check is called %q", id)
		}
	}
}

// secrets are those that the cases use.
func secrets() []string {
	var list []string
	for n := 1; n < 10; n++ {
		list = append(list, keytest.Secret(n), keytest.Token(n))
	}
	return list
}

// origins reads the section of that name, which holds a variable, a file and a
// line in each of its lines.
func origins(t *testing.T, c *doctortest.Case) func(string) (resolver.Evidence, bool) {
	t.Helper()
	at := map[string]resolver.Evidence{}
	for line := range strings.Lines(c.Sections["origins"]) {
		var name, file string
		var n int
		if _, err := fmt.Sscan(line, &name, &file, &n); err != nil {
			t.Fatalf("origin %q: %v", line, err)
		}
		at[name] = resolver.File(file, n)
	}
	return func(name string) (resolver.Evidence, bool) {
		e, ok := at[name]
		return e, ok
	}
}

// traces follows the SDKs that a case names, go-v2 if it names none.
func traces(t *testing.T, c *doctortest.Case) []*resolver.Trace {
	t.Helper()
	names := strings.Fields(c.Sections["sdks"])
	if len(names) == 0 {
		names = []string{"go-v2"}
	}
	opts := resolver.Options{Code: resolver.Code{
		Profile: strings.TrimSpace(c.Sections["code-profile"]),
		KeyID:   strings.TrimSpace(c.Sections["code-key"]),
	}}
	if at := strings.TrimSpace(c.Sections["code-at"]); at != "" {
		opts.Code.Where = []resolver.Evidence{{Kind: resolver.InCode, Name: at, Line: 4}}
		opts.Code.Note = "passes a static key: nothing else is consulted"
	}
	if kind := strings.TrimSpace(c.Sections["metadata"]); kind != "" {
		c.Host.HTTP = metadata(kind)
		opts.Prober = live.Prober{Configured: true}
	}
	var list []*resolver.Trace
	for _, name := range names {
		s := find(name)
		if s == nil {
			t.Fatalf("no SDK is called %q", name)
		}
		list = append(list, resolver.Resolve(context.Background(), c.Host, s, opts))
	}
	return list
}

// find returns a real SDK, or one made for these cases: "python-dialect" reads
// files as Python does, "profile-first" lets AWS_PROFILE switch the environment
// off.
func find(name string) *resolver.SDK {
	s := sdk.GoV2()
	switch name {
	case "python-dialect":
		s.Dialect = profile.Botocore()
	case "profile-first":
		s.Links = slices.DeleteFunc(s.Links, func(link resolver.Link) bool {
			_, ok := link.(sdk.Env)
			return ok
		})
	default:
		return sdk.Find(name)
	}
	s.Name, s.Title = name, "SDK "+name
	return s
}

// metadata is a metadata service: "v1-only" refuses session tokens, "role"
// answers as one of either version, "silent" gives no answer, and "hop-limit"
// none to the request for a session token, without which it says nothing.
type metadata string

func (m metadata) RoundTrip(r *http.Request) (*http.Response, error) {
	if m == "silent" || m == "hop-limit" && r.Method == http.MethodPut {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	status, body := http.StatusOK, "my-role"
	switch {
	case r.Method == http.MethodPut && m == "v1-only":
		status, body = http.StatusForbidden, ""
	case r.Method == http.MethodPut:
		body = "token"
	case m == "hop-limit":
		status, body = http.StatusUnauthorized, ""
	}
	header := http.Header{"X-Aws-Ec2-Metadata-Token-Ttl-Seconds": {"21600"}}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// describe writes the warnings of one check.
func describe(warnings []doctor.Warning, id string) string {
	var b strings.Builder
	for _, w := range warnings {
		if w.ID != id {
			continue
		}
		fmt.Fprintf(&b, "%s: %s\n  fix: %s\n", w.Severity, w.Message, w.Fix)
		for _, e := range w.Where {
			fmt.Fprintf(&b, "  %s %s", e.Kind, e.Name)
			if e.Line > 0 {
				fmt.Fprintf(&b, ":%d", e.Line)
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// rewrite puts what was got into the file, with placeholders for key ids and
// accounts.
func rewrite(t *testing.T, name string, data []byte, got string) {
	t.Helper()
	for n := 1; n < 10; n++ {
		got = strings.NewReplacer(
			keytest.ID(n), fmt.Sprintf("{{aws-key-id %d}}", n),
			keytest.TempID(n), fmt.Sprintf("{{aws-temp-key-id %d}}", n),
			keytest.Account(n), fmt.Sprintf("{{account %d}}", n),
		).Replace(got)
	}
	a := txtar.Parse(data)
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
	a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(got)})
	if out := txtar.Format(a); !bytes.Equal(out, data) {
		if err := os.WriteFile(name, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Without a Host, or on one that shows nothing, there is little to say, and
// nothing fails.
func TestNothing(t *testing.T) {
	for name, s := range map[string]doctor.Subject{
		"no host":   {},
		"zero host": {Host: &resolver.Host{}},
	} {
		if got := describe(doctor.Check(s), "home-not-set"); !strings.HasPrefix(got, "warning: HOME is not set") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Where the origin of variables is known, the fix names the lines to delete.
func TestOrigin(t *testing.T) {
	h := &resolver.Host{OS: "linux", Home: "/home/me", Env: map[string]string{
		"HOME": "/home/me", "AWS_ACCESS_KEY_ID": keytest.ID(1), "AWS_SECRET_ACCESS_KEY": keytest.Secret(1),
		"AWS_PROFILE": "", "AWS_LAMBDA_FUNCTION_NAME": "f",
	}}
	origin := func(name string) (resolver.Evidence, bool) {
		line, ok := map[string]int{"AWS_ACCESS_KEY_ID": 14, "AWS_SECRET_ACCESS_KEY": 15}[name]
		return resolver.File("/home/me/.zshrc", line), ok
	}
	trace := resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{})
	for _, w := range doctor.Check(doctor.Subject{Host: h, Traces: []*resolver.Trace{trace}, Origin: origin}) {
		want, ok := map[string]string{
			"static-key-shadows-role": "delete lines 14–15 of ~/.zshrc, open a new shell",
			"empty-profile":           "unset AWS_PROFILE",
		}[w.ID]
		if ok && w.Fix != want {
			t.Errorf("%s: fix %q, want %q", w.ID, w.Fix, want)
		}
	}
}

// On Windows fixes are written for PowerShell.
func TestWindows(t *testing.T) {
	h := &resolver.Host{OS: "windows", Home: `C:\Users\me`, Env: map[string]string{
		"UserProfile": `C:\Users\me`, "AWS_EC2_METADATA_DISABLED": "yes", "AWS_PROFILE": "",
	}}
	want := map[string]string{
		"metadata-disabled-value": "$env:AWS_EC2_METADATA_DISABLED = 'true'",
		"empty-profile":           "Remove-Item Env:AWS_PROFILE",
	}
	for _, w := range doctor.Check(doctor.Subject{Host: h}) {
		if want[w.ID] != w.Fix {
			t.Errorf("%s: fix %q, want %q", w.ID, w.Fix, want[w.ID])
		}
		delete(want, w.ID)
	}
	for id := range want {
		t.Errorf("%s does not warn", id)
	}
}
