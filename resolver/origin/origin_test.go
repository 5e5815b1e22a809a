package origin_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/doctor/doctortest"
	"github.com/awscred/awscred/resolver/origin"
)

var update = flag.Bool("update", false, "rewrite the want sections")

// Each file in testdata/origin is a Host, and its section "want" says where each
// of its AWS_ variables came from. No origin may hold a secret.
func TestOrigins(t *testing.T) {
	names, err := filepath.Glob("testdata/origin/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 35 {
		t.Errorf("found only %d cases", len(names))
	}
	kinds := map[origin.Kind]int{}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c, err := doctortest.Parse(data, keytest.ExpandString)
			if err != nil {
				t.Fatal(err)
			}
			if c.Host.Env["AWS_REGION"] == "eu-west-1" { // not of the case
				delete(c.Host.Env, "AWS_REGION")
			}
			found := origin.All(c.Host, nil)
			for _, o := range found {
				kinds[o.Kind]++
			}
			got := describe(c.Host, found)
			if leaks := keytest.Leaks([]byte(fmt.Sprintf("%+v", found)), secrets(c.Host)...); leaks != nil {
				t.Errorf("the origins leak: %v", leaks)
			}
			if *update {
				rewrite(t, name, data, got)
				return
			}
			if diff := cmp.Diff(strings.TrimSpace(c.Sections["want"]), strings.TrimSpace(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.Title, diff)
			}
			for v, o := range found { // one at a time gives the same
				if alone, ok := origin.Find(c.Host, v); !ok || alone != o {
					t.Errorf("Find(%s) = %+v, want %+v", v, alone, o)
				}
			}
		})
	}
	for _, k := range []origin.Kind{origin.RC, origin.Dotenv, origin.Unit, origin.Process, origin.CI, origin.System} {
		if kinds[k] == 0 {
			t.Errorf("no case finds kind %q", k)
		}
	}
}

// describe writes "AWS_PROFILE: rc ~/.zshrc:14" for each variable, "?" before
// the kind of one that is not sure.
func describe(h *resolver.Host, found map[string]origin.Origin) string {
	var b strings.Builder
	for _, v := range slices.Sorted(maps.Keys(h.Env)) {
		if !strings.HasPrefix(strings.ToUpper(v), "AWS_") {
			continue
		}
		o, ok := found[v]
		if !ok {
			fmt.Fprintf(&b, "%s: nothing\n", v)
			continue
		}
		fmt.Fprintf(&b, "%s: ", v)
		if !o.Exact {
			b.WriteString("?")
		}
		fmt.Fprintf(&b, "%s %s", o.Kind, o.Name)
		if o.Line > 0 {
			fmt.Fprintf(&b, ":%d", o.Line)
		}
		if o.Note != "" {
			fmt.Fprintf(&b, " %s", o.Note)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func secrets(h *resolver.Host) []string {
	list := slices.Collect(maps.Values(h.Env))
	for i := range 9 {
		list = append(list, keytest.Secret(i), keytest.Token(i))
	}
	return slices.DeleteFunc(list, func(s string) bool { return len(s) < 16 || strings.HasPrefix(s, "/") })
}

func rewrite(t *testing.T, name string, data []byte, got string) {
	t.Helper()
	a := txtar.Parse(data)
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
	a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A Host that shows nothing has no origins, and a variable that is not set has
// none either.
func TestNothing(t *testing.T) {
	for name, h := range map[string]*resolver.Host{
		"nil":      nil,
		"zero":     {},
		"no files": {OS: "linux", Home: "/h", Env: map[string]string{"AWS_PROFILE": "x"}},
		"not set": {OS: "linux", Home: "/h", Files: doctortest.Files{
			"/h/.profile": {Data: []byte("export AWS_PROFILE=\n")},
		}},
	} {
		if o, ok := origin.Find(h, "AWS_PROFILE"); ok {
			t.Errorf("%s: found %+v", name, o)
		}
	}
}

// counted counts what is read, and has every file of every name.
type counted struct {
	text  string
	reads int
	bytes int64
}

func (c *counted) ReadFile(_ string, max int64) ([]byte, error) {
	c.reads++
	if int64(len(c.text)) > max {
		return nil, resolver.ErrTooLarge
	}
	c.bytes += int64(len(c.text))
	return []byte(c.text), nil
}

func (c *counted) Stat(string) (resolver.FileInfo, error) { return resolver.FileInfo{UID: 1000}, nil }
func (c *counted) Readlink(string) (string, error)        { return "", os.ErrInvalid }

func (c *counted) ReadDir(string) ([]string, error) {
	names := make([]string, 10_000)
	for i := range names {
		names[i] = fmt.Sprintf("%05d.conf", i)
	}
	return names, nil
}

// However much there is, a search ends, and reads no more than it may.
func TestBounds(t *testing.T) {
	long := strings.Repeat("export AWS_PROFILE=b\n. /x/$HOME\n", 20_000)
	for _, text := range []string{"", "0::/system.slice/a.service\n", long, strings.Repeat("source ~/a\n", 10)} {
		c := &counted{text: text}
		h := &resolver.Host{OS: "linux", Home: "/h", Dir: "/" + strings.Repeat("d/", 1000), Files: c, UID: 1000, PID: 5,
			Env: map[string]string{"AWS_PROFILE": "a", "HOME": "/h"}}
		origin.All(h, nil)
		if c.reads > 500 || c.bytes > 17<<20 {
			t.Errorf("%d reads, %d bytes for files of %d", c.reads, c.bytes, len(text))
		}
	}
}
