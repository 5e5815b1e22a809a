package detect_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/detect"
	"github.com/awscred/awscred/resolver/doctor/doctortest"
)

var update = flag.Bool("update", false, "rewrite the want sections")

// known are the names of the contract, and what is named and not covered.
func known() []string {
	return []string{"go-v2", "go-v1", "terraform", "python", "cli-v1", "cli-v2", "js-v3", "rust", "java-v2", "java-v1", "kotlin",
		"dotnet-v4", "dotnet-v3", "php", "ruby", "cpp", "swift", "crt", "powershell", ""}
}

// Each file in testdata/detect is a Host, and its section "want" says which SDKs
// its directory and PATH show. Every SDK is found in some case, and no secret
// that stands in a manifest is in a result.
func TestDetect(t *testing.T) {
	names, err := filepath.Glob("testdata/detect/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 40 {
		t.Errorf("found only %d cases", len(names))
	}
	seen := map[string]bool{}
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
			found := detect.Look(c.Host, "")
			for _, f := range found {
				seen[f.SDK] = true
				if !slices.Contains(known(), f.SDK) || len(f.Where) == 0 || f.SDK == "" && f.Note == "" {
					t.Errorf("incomplete: %+v", f)
				}
			}
			if leaks := keytest.Leaks(fmt.Appendf(nil, "%+v", found), secrets()...); leaks != nil {
				t.Errorf("the result leaks: %v", leaks)
			}
			got := describe(found)
			if *update {
				rewrite(t, name, data, got)
				return
			}
			if diff := cmp.Diff(strings.TrimSpace(c.Sections["want"]), strings.TrimSpace(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.Title, diff)
			}
		})
	}
	for _, sdk := range known() {
		if !seen[sdk] {
			t.Errorf("no case finds %q", sdk)
		}
	}
}

func describe(found []detect.Found) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintln(&b, strings.Join(strings.Fields(fmt.Sprintf("%q %s %s", f.SDK, f.Package, f.Version)), " "))
		for _, e := range f.Where {
			fmt.Fprintf(&b, "  %s:%d %s\n", e.Name, e.Line, e.Note)
		}
		if f.Note != "" {
			fmt.Fprintf(&b, "  note: %s\n", f.Note)
		}
	}
	return b.String()
}

func secrets() []string {
	var list []string
	for i := range 9 {
		list = append(list, keytest.Secret(i), keytest.Token(i))
	}
	return list
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

// A Host that shows nothing has nothing.
func TestNothing(t *testing.T) {
	for name, h := range map[string]*resolver.Host{
		"nil":      nil,
		"zero":     {},
		"no files": {OS: "linux", Dir: "/d", Home: "/h", Env: map[string]string{"PATH": "/bin"}},
		"empty":    {OS: "linux", Files: doctortest.Files{}},
	} {
		if found := detect.Look(h, ""); len(found) > 0 {
			t.Errorf("%s: found %+v", name, found)
		}
	}
}

// endless has every directory and file, however deep.
type endless struct {
	names []string
	text  []byte
	mode  os.FileMode
	reads int
	bytes int64
}

func (e *endless) ReadFile(string, int64) ([]byte, error) {
	e.reads++
	e.bytes += int64(len(e.text))
	return e.text, nil
}

func (e *endless) ReadDir(string) ([]string, error) { e.reads++; return e.names, nil }
func (e *endless) Readlink(string) (string, error)  { return "x", os.ErrInvalid }
func (e *endless) Stat(string) (resolver.FileInfo, error) {
	return resolver.FileInfo{Mode: e.mode}, nil
}

// However much there is, a survey ends, and reads no more than it may.
func TestBounds(t *testing.T) {
	var names []string
	for i := range 20_000 {
		names = append(names, fmt.Sprintf("%d.tf", i), fmt.Sprintf("%d.csproj", i), fmt.Sprintf("requirements-%d.txt", i), fmt.Sprint(i))
	}
	names = append([]string{"go.mod", "package-lock.json", "node_modules", "vendor", "venv", ".terraform"}, names...)
	for name, e := range map[string]*endless{
		"directories": {names: names, mode: os.ModeDir | 0o755, text: []byte("boto3==1.34.0\n")},
		"large files": {names: names, mode: os.ModeDir | 0o755, text: []byte(strings.Repeat("x", 4<<20))},
		"programs":    {names: names, mode: 0o755, text: []byte("#!/usr/bin/python3\n")},
	} {
		h := &resolver.Host{OS: "linux", Dir: "/" + strings.Repeat("d/", 500), Files: e, Home: "/h",
			Env: map[string]string{"PATH": strings.Repeat("/p:", 10_000), "VIRTUAL_ENV": "/v"}}
		detect.Look(h, "")
		if e.reads > 2000 || e.bytes > 48<<20 {
			t.Errorf("%s: %d reads, %d bytes", name, e.reads, e.bytes)
		}
	}
}
