package profile_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver/profile"
)

// suite returns a path within the SDKs' own test data, which is not part of this
// repository: AWSCRED_CONFORMANCE names the folder of it.
func suite(t *testing.T, path string) string {
	t.Helper()
	root := os.Getenv("AWSCRED_CONFORMANCE")
	if root == "" {
		t.Skip("AWSCRED_CONFORMANCE is not set")
	}
	return filepath.Join(root, "sdk-suites", filepath.FromSlash(path))
}

// The parser tests of smithy-rs: each has both files, and what they come to.
func TestSmithyRS(t *testing.T) {
	data, err := os.ReadFile(suite(t, "smithy-rs/aws/rust-runtime/aws-runtime/test-data/profile-parser-tests.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Tests []struct {
			Name  string
			Input struct{ ConfigFile, CredentialsFile string }
			// Output has one of two shapes.
			Output struct {
				Config *struct {
					Profiles    map[string]map[string]string
					SSOSessions map[string]map[string]string `json:"sso_sessions"`
				}
				ErrorContaining string
			}
		}
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Tests) < 65 {
		t.Fatalf("only %d tests", len(all.Tests))
	}
	for _, test := range all.Tests {
		t.Run(test.Name, func(t *testing.T) {
			set, err := parseBoth(profile.Rust(), test.Input.ConfigFile, test.Input.CredentialsFile)
			if test.Output.Config == nil {
				if err == nil {
					t.Errorf("no error; want %q", test.Output.ErrorContaining)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]map[string]string{}
			for _, name := range set.Names() {
				got[name] = texts(set.Profile(name))
			}
			if diff := cmp.Diff(test.Output.Config.Profiles, got); diff != "" {
				t.Errorf("profiles (-want +got):\n%s", diff)
			}
			for name, want := range test.Output.Config.SSOSessions {
				if diff := cmp.Diff(want, texts(set.Session(name))); diff != "" {
					t.Errorf("session %s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

func texts(s *profile.Section) map[string]string {
	keys := map[string]string{}
	for p := range s.All() {
		keys[p.Name] = reveal(p)
	}
	return keys
}

// parseBoth parses both files. It returns the first error.
func parseBoth(d *profile.Dialect, config, credentials string) (*profile.Set, error) {
	c, err := profile.Parse("config", profile.ConfigFile, []byte(config), d)
	if err != nil {
		return nil, err
	}
	k, err := profile.Parse("credentials", profile.CredentialsFile, []byte(credentials), d)
	return profile.Merge(d, c, k), err
}

// The INI files of both SDKs for Go: next to FILE, what is wanted stands in
// FILE_expected.
func TestGoSuites(t *testing.T) {
	for _, s := range []struct {
		dir     string
		dialect *profile.Dialect
		files   int
	}{
		{"aws-sdk-go-v2/config/internal/ini/testdata/valid", profile.GoV2(), 20},
		{"aws-sdk-go/ini/testdata/valid", profile.GoV1(), 19},
	} {
		names, err := filepath.Glob(filepath.Join(suite(t, s.dir), "*_expected"))
		if err != nil || len(names) < s.files {
			t.Fatalf("%s: only %d files, %v", s.dir, len(names), err)
		}
		for _, name := range names {
			goSuiteFile(t, s.dialect, name)
		}
	}
	bad, err := filepath.Glob(filepath.Join(suite(t, "aws-sdk-go/ini/testdata/invalid"), "*"))
	if err != nil || len(bad) == 0 {
		t.Fatalf("no invalid file, %v", err)
	}
	for _, name := range bad {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := profile.Parse(name, profile.CredentialsFile, data, profile.GoV1()); err == nil {
			t.Errorf("%s is not refused", name)
		}
	}
}

func goSuiteFile(t *testing.T, d *profile.Dialect, expected string) {
	name := strings.TrimSuffix(expected, "_expected")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := os.ReadFile(expected)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]map[string]any
	if err := json.Unmarshal(wanted, &want); err != nil {
		t.Fatal(err)
	}
	for section, keys := range want {
		// The headers stand here as they are: with a type as in the config
		// file, and without as in the credentials file.
		kind := profile.CredentialsFile
		section, typed := strings.CutPrefix(section, "profile ")
		if typed {
			kind = profile.ConfigFile
		}
		f, err := profile.Parse(name, kind, data, d)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if f.Profile(section) == nil {
			t.Errorf("%s: there is no section %q", name, section)
		}
		for key, value := range keys {
			p, _ := f.Profile(section).Get(key)
			if p.IsSecret() && strings.HasPrefix(fmt.Sprint(value), "map[") {
				continue // not kept
			}
			if got := goText(p); got != fmt.Sprint(value) {
				t.Errorf("%s: %s of %s is %q, want %q", name, key, section, got, value)
			}
		}
	}
}

// goText prints a value as the tests of the SDKs do.
func goText(p profile.Property) string {
	if len(p.Nested) == 0 {
		return reveal(p)
	}
	nested := map[string]string{}
	for _, n := range p.Nested {
		nested[n.Name] = reveal(n)
	}
	return fmt.Sprint(nested)
}
