package objects

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A bundle has the objects that git puts into it.
func TestBundle(t *testing.T) {
	for name, test := range map[string]struct {
		init, create []string
		required     int
		whole        bool // no delta leans on what is not in the bundle
	}{
		"all":       {create: []string{"--all"}, whole: true},
		"version 3": {create: []string{"--version=3", "--all"}, whole: true},
		"sha256":    {init: []string{"--object-format=sha256"}, create: []string{"--all"}, whole: true},
		"continues": {create: []string{"main~5..main"}, required: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepo(t, test.init...).commits("main", 4, 40)
			path := filepath.Join(t.TempDir(), "x.bundle")
			var args []string
			if v := test.create[0]; strings.HasPrefix(v, "--version") {
				args = append([]string{"bundle", "create", "-q", v, path}, test.create[1:]...)
			} else {
				args = append([]string{"bundle", "create", "-q", path}, test.create...)
			}
			r.git(args...)
			if !IsBundle(path) {
				t.Error("it is not taken for a bundle")
			}
			s, b, err := OpenBundle(path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			got, _ := swept(t, s, SweepOptions{})
			want := r.all()
			if test.whole {
				same(t, got, want)
			}
			for name, g := range got {
				if want[name] != g {
					t.Errorf("%s %s is not what git has", g.typ, name)
				}
			}
			if len(b.Prerequisites) != test.required || len(b.Refs) == 0 || len(got) == 0 {
				t.Errorf("%d prerequisites, %d refs, %d objects", len(b.Prerequisites), len(b.Refs), len(got))
			}
			if lost := s.Lost(); (len(lost) == 0) != test.whole {
				t.Errorf("lost %v", lost)
			}
		})
	}
}

// What is no sound header is refused, and says why.
func TestBundleHeader(t *testing.T) {
	id := strings.Repeat("a1", 20)
	pack := "PACK\x00\x00\x00\x02\x00\x00\x00\x00" + strings.Repeat("\x00", 20)
	for name, test := range map[string]struct{ text, err string }{
		"filter":             {"# v3 git bundle\n@filter=blob:none\n" + id + " refs/heads/x\n\n" + pack, ""},
		"no refs":            {"# v2 git bundle\n\n" + pack, ""},
		"another file":       {"# v2 git bundles\n\n" + pack, "not a git bundle"},
		"empty":              {"", "not a git bundle"},
		"version 4":          {"# v4 git bundle\n\n" + pack, "not a git bundle"},
		"unknown capability": {"# v3 git bundle\n@colour=red\n\n" + pack, `it needs the capability "colour"`},
		"no end":             {"# v2 git bundle\n" + id + " refs/heads/x", "ends early"},
		"no id":              {"# v2 git bundle\nxyz refs/heads/x\n\n" + pack, "names no object"},
		"an id too long":     {"# v2 git bundle\n" + strings.Repeat("a1", 32) + " refs/heads/x\n\n" + pack, "names no object"},
		"no pack":            {"# v2 git bundle\n" + id + " refs/heads/x\n\n", "its pack: ends early"},
		"another pack":       {"# v2 git bundle\n\n" + strings.Repeat("x", 64), "no pack of version 2 or 3"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.bundle")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, b, err := OpenBundle(path, Options{})
			if err == nil {
				defer s.Close()
			}
			switch {
			case test.err == "" && err != nil, test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("error %v, want %q", err, test.err)
			case name == "filter" && b.Filter != "blob:none":
				t.Errorf("filter %q", b.Filter)
			}
		})
	}
}

func FuzzBundle(f *testing.F) {
	f.Add([]byte(bundleV2 + strings.Repeat("a1", 20) + " refs/heads/x\n\nPACK"))
	f.Add([]byte(bundleV3 + "@object-format=sha256\n-" + strings.Repeat("a1", 32) + " a comment\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, rest, err := parseBundle(data)
		if err != nil {
			if b != nil || errors.Is(err, ErrNotBundle) && isBundle(data) {
				t.Errorf("%v, %v", b, err)
			}
			return
		}
		if rest > len(data) || !bytes.HasSuffix(data[:rest], []byte("\n\n")) && rest > len(bundleV2)+1 {
			t.Errorf("the pack begins at %d of %d", rest, len(data))
		}
		for _, r := range b.Refs {
			if r.ID.Size() != b.hash {
				t.Errorf("%q names %s", r.Name, r.ID)
			}
		}
	})
}
