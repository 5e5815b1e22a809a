package detect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/awscred/awscred/resolver"
)

// Every reader takes every text: it ends, names lines that exist, and passes
// nothing on that is not a version, a range or a package's name.
func FuzzReaders(f *testing.F) {
	names, err := filepath.Glob("testdata/detect/*.txtar")
	if err != nil || len(names) == 0 {
		f.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range txtar.Parse(data).Files {
			if file.Name != "want" && len(file.Data) < 4<<10 {
				f.Add(string(file.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		most := strings.Count(text, "\n") + 1
		all := readers()
		for _, read := range []func(string) []mention{goVendor, composerInstalled, nodeModule} {
			all = append(all, reader{read: read})
		}
		for i, r := range all {
			s := newSurvey(&resolver.Host{})
			s.see("f", r.read(text))
			for _, m := range s.sightings {
				if m.line < 1 || m.line > most {
					t.Errorf("reader %d: line %d of %d", i, m.line, most)
				}
				if m.version != "" && !isVersion(m.version) || len(m.wants) > maxRange || !utf8.ValidString(m.wants+m.name) || strings.ContainsAny(m.name+m.wants, "\n\r\x1b\x00") {
					t.Errorf("reader %d passes %+v on", i, m)
				}
				if m.sdk == "" && m.note == "" {
					t.Errorf("reader %d: nothing in %+v", i, m)
				}
			}
		}
	})
}

func FuzzDistribution(f *testing.F) {
	f.Add("botocore-1.34.0.dist-info")
	f.Add("awscli-2.9.19-py3.egg-info")
	f.Fuzz(func(t *testing.T, base string) {
		if m, ok := distribution(base); ok && m.version != "" && !isVersion(m.version) {
			t.Errorf("version %q", m.version)
		}
	})
}
