package profile_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver/profile"
)

// dialects are all dialects by name.
func dialects() map[string]*profile.Dialect {
	all := map[string]*profile.Dialect{}
	for _, d := range []*profile.Dialect{profile.GoV2(), profile.GoV1(), profile.Botocore(), profile.JSv3(), profile.Rust()} {
		all[d.Name] = d
	}
	return all
}

// allDialects are those of every SDK.
func allDialects() map[string]*profile.Dialect {
	all := dialects()
	for _, d := range []*profile.Dialect{profile.JavaV2(), profile.JavaV1(), profile.Kotlin(), profile.DotNet(), profile.PHP(),
		profile.Cpp(), profile.Swift(), profile.Ruby(), profile.CRT()} {
		all[d.Name] = d
	}
	return all
}

// A sections is what a file says: keys by the names of profiles and sessions.
type sections struct {
	Profiles map[string]map[string]any `json:"profiles"`
	Sessions map[string]map[string]any `json:"sessions,omitempty"`
}

// sectionsOf lists what a parsed file says. Nested keys are maps.
func sectionsOf(f *profile.File) sections {
	all := sections{Profiles: map[string]map[string]any{}}
	for _, s := range f.Sections {
		switch {
		case s.Kind == profile.ProfileSection && s.Name != "":
			all.Profiles[s.Name] = keysOf(s)
		case s.Kind == profile.SessionSection:
			if all.Sessions == nil {
				all.Sessions = map[string]map[string]any{}
			}
			all.Sessions[s.Name] = keysOf(s)
		}
	}
	return all
}

func keysOf(s *profile.Section) map[string]any {
	keys := map[string]any{}
	for p := range s.All() {
		keys[p.Name] = reveal(p)
		if len(p.Nested) > 0 {
			nested := map[string]any{}
			for _, n := range p.Nested {
				nested[n.Name] = reveal(n)
			}
			keys[p.Name] = nested
		}
	}
	return keys
}

// reveal returns a value, made fit for JSON.
func reveal(p profile.Property) string {
	text := p.Text
	if p.IsSecret() {
		text = string(p.Secret.Reveal())
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// comparable takes away what this package does not keep: keys below one that
// should hold a secret, keys of more than 64 bytes, and secrets in the lines that
// continue another value.
func (s sections) comparable() sections {
	for _, kind := range []map[string]map[string]any{s.Profiles, s.Sessions} {
		for _, keys := range kind {
			for key, value := range keys {
				parent, _, dotted := strings.Cut(key, ".")
				text, plain := value.(string)
				switch {
				case dotted && profile.IsSecretKey(parent), len(key) > 64:
					delete(keys, key)
				case plain && !profile.IsSecretKey(key):
					keys[key] = withoutSecretLines(text)
				case !plain && profile.IsSecretKey(key):
					keys[key] = ""
				}
			}
		}
	}
	return s
}

func withoutSecretLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if sep := strings.IndexAny(line, "=:"); i > 0 && sep > 0 && profile.IsSecretKey(strings.TrimSpace(line[:sep])) {
			lines[i] = line[:sep] + "…"
		}
	}
	return strings.Join(lines, "\n")
}

// testdata/recorded.json holds what the parsers of the SDKs themselves made of
// several hundred files: aws-sdk-go-v2 config@v1.33.16, aws-sdk-go@v1.55.8,
// botocore 1.43.11 on Python 3.11, @smithy/core 3.41.0. "refused" is an error;
// of Go v2 also a panic.
func TestRecordedAnswers(t *testing.T) {
	data, err := os.ReadFile("testdata/recorded.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		About, Kind, Text, Base64 string
		Answers                   []struct {
			Dialects []string
			Is       json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	compared := map[string]int{}
	for _, c := range cases {
		text := []byte(c.Text)
		if c.Base64 != "" {
			if text, err = base64.StdEncoding.DecodeString(c.Base64); err != nil {
				t.Fatal(err)
			}
		}
		kind := profile.ConfigFile
		if c.Kind == "credentials" {
			kind = profile.CredentialsFile
		}
		for _, answer := range c.Answers {
			for _, name := range answer.Dialects {
				compared[name]++
				f, err := profile.Parse("f", kind, text, dialects()[name])
				if string(answer.Is) == `"refused"` {
					if err == nil {
						t.Errorf("%s: %s does not refuse the %s file\n%s", c.About, name, c.Kind, text)
					}
					continue
				}
				if err != nil {
					t.Errorf("%s: %s refuses the %s file: %v\n%s", c.About, name, c.Kind, err, text)
					continue
				}
				var want sections
				if err := json.Unmarshal(answer.Is, &want); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want.comparable(), sectionsOf(f).comparable()); diff != "" {
					t.Errorf("%s: %s reads the %s file otherwise (-want +got):\n%s\n%s", c.About, name, c.Kind, diff, text)
				}
			}
		}
	}
	for _, name := range []string{"go-v2", "go-v1", "botocore", "js-v3"} {
		if compared[name] < 300 {
			t.Errorf("only %d files were compared for %s", compared[name], name)
		}
	}
}
