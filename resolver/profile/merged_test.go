package profile_test

import (
	"encoding/json"
	"maps"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver/profile"
)

// testdata/merged.json holds what SDKs themselves made of a profile that stands
// in both files: botocore 1.43.11 (Session.full_config), @smithy/core 3.41.0
// (parseKnownFiles), and aws-sdk-go@v1.55.8, of which a session shows the key
// pair and the region only.
func TestRecordedMerges(t *testing.T) {
	data, err := os.ReadFile("testdata/merged.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Config, Credentials, Profile string
		Answers                      map[string]map[string]any
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 100 {
		t.Fatalf("only %d cases", len(cases))
	}
	for _, c := range cases {
		for name, want := range c.Answers {
			set, err := parseBoth(dialects()[name], c.Config, c.Credentials)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if s := set.Profile(c.Profile); s != nil {
				got = keysOf(s)
			}
			if name == "go-v1" {
				got = goV1Shows(got)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s\nconfig:\n%scredentials:\n%s", name, diff, c.Config, c.Credentials)
			}
		}
	}
}

// goV1Shows is what a session of Go v1 shows of a profile.
func goV1Shows(keys map[string]any) map[string]any {
	shown := map[string]any{"aws_access_key_id": "", "aws_secret_access_key": "", "aws_session_token": "", "region": ""}
	for key := range shown {
		if v, ok := keys[key].(string); ok {
			shown[key] = v
		}
	}
	if shown["aws_access_key_id"] == "" || shown["aws_secret_access_key"] == "" {
		region := shown["region"]
		clear(shown)
		maps.Copy(shown, map[string]any{"aws_access_key_id": "", "aws_secret_access_key": "", "aws_session_token": "", "region": region})
	}
	return shown
}

// Each key of a joined profile says where it stands.
func TestMergeKeepsPlaces(t *testing.T) {
	const configText = "[default]\nregion = a\nrole_arn = r\nx = 1\n"
	const credentialsText = "\n[default]\n\naws_access_key_id = id\naws_secret_access_key = s\nregion = b\nx = 2\n"
	type place struct {
		Text, File string
		Line       int
	}
	tests := map[string]map[string]place{
		"go-v2": {"region": {"b", "credentials", 6}, "role_arn": {"r", "config", 3}, "x": {"1", "config", 4},
			"aws_access_key_id": {"id", "credentials", 4}, "aws_secret_access_key": {"s", "credentials", 5}},
		"go-v1": {"region": {"b", "credentials", 6}, "role_arn": {"r", "config", 3}, "x": {"2", "credentials", 7},
			"aws_access_key_id": {"id", "credentials", 4}, "aws_secret_access_key": {"s", "credentials", 5}},
	}
	tests["botocore"], tests["js-v3"], tests["rust"] = tests["go-v1"], tests["go-v1"], tests["go-v1"]
	for name, d := range dialects() {
		set, err := parseBoth(d, configText, credentialsText)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]place{}
		for p := range set.Profile("default").All() {
			got[p.Name] = place{reveal(p), p.File, p.Line}
		}
		if diff := cmp.Diff(tests[name], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A Set without files, or with one, has what is there.
func TestMergeOfMissingFiles(t *testing.T) {
	for name, d := range dialects() {
		f, err := profile.Parse("credentials", profile.CredentialsFile, []byte("[dev]\nregion = a\n[b]\nx = y\n"), d)
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range []*profile.Set{profile.Merge(d, nil, nil), profile.Merge(d, nil, f)} {
			wantNames := []string(nil)
			if set.Credentials != nil {
				wantNames = []string{"b", "dev"}
			}
			if diff := cmp.Diff(wantNames, set.Names()); diff != "" {
				t.Errorf("%s: names (-want +got):\n%s", name, diff)
			}
			if got := set.Profile("dev") != nil; got != (set.Credentials != nil) {
				t.Errorf("%s: dev is there: %v", name, got)
			}
			if set.Profile("nosuch") != nil || set.Profile("Dev") != nil || set.Session("dev") != nil {
				t.Errorf("%s: something is there that is not", name)
			}
			if _, ok := set.Profile("nosuch").Get("region"); ok {
				t.Errorf("%s: a missing profile has keys", name)
			}
		}
	}
}
