package code

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// No text makes a language panic, loop, or report a place that is not there.
func fuzz(f *testing.F, names ...string) {
	for _, name := range names {
		cases, err := filepath.Glob("../../testdata/code/" + name + "/*.txtar")
		if err != nil || len(cases) == 0 {
			f.Fatalf("no cases of %s: %v", name, err)
		}
		for _, c := range cases {
			data, err := os.ReadFile(c)
			if err != nil {
				f.Fatal(err)
			}
			for _, file := range txtar.Parse(data).Files {
				if file.Name != "want" {
					f.Add(file.Data)
				}
			}
		}
	}
	var list []language
	for _, l := range languages() {
		for _, name := range names {
			if l.name == name {
				list = append(list, l)
			}
		}
	}
	if len(list) != len(names) {
		f.Fatalf("%d languages of %q", len(list), names)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for i := range list {
			file := &file{name: "main", data: data, language: list[i].name}
			_ = list[i].scan(file) // may refuse the text, may not panic
			lines := 1 + strings.Count(string(data), "\n")
			for j := range file.sites {
				if s := &file.sites[j]; s.Line < 1 || s.Line > lines {
					t.Fatalf("%s is in line %d of %d", s.Trace(), s.Line, lines)
				}
			}
		}
	})
}

func FuzzGo(f *testing.F)         { fuzz(f, "go") }
func FuzzPython(f *testing.F)     { fuzz(f, "python") }
func FuzzJavaScript(f *testing.F) { fuzz(f, "javascript") }
func FuzzJVM(f *testing.F)        { fuzz(f, "java", "kotlin", "scala") }
func FuzzCSharp(f *testing.F)     { fuzz(f, "csharp") }
func FuzzRuby(f *testing.F)       { fuzz(f, "ruby") }
func FuzzPHP(f *testing.F)        { fuzz(f, "php") }
func FuzzRust(f *testing.F)       { fuzz(f, "rust") }
func FuzzCpp(f *testing.F)        { fuzz(f, "cpp") }
func FuzzSwift(f *testing.F)      { fuzz(f, "swift") }
func FuzzShell(f *testing.F)      { fuzz(f, "shell", "powershell") }
