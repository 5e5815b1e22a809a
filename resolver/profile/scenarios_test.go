package profile_test

import (
	"cmp"
	"testing"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/profile"
)

// sdkDialects are the dialects of the SDKs whose answers are recorded.
func sdkDialects() map[string]*profile.Dialect {
	all := map[string]*profile.Dialect{
		"terraform": profile.GoV2(), "python": profile.Botocore(), "cli-v1": profile.Botocore(), "cli-v2": profile.Botocore(),
	}
	for name, d := range dialects() {
		all[name] = d
	}
	return all
}

// In each recorded situation whose answer is a key pair of a shared file, that
// pair is what this package reads; in those about syntax, only in those.
func TestScenarios(t *testing.T) {
	cases, err := chaintest.LoadDir("../../testdata/chain")
	if err != nil {
		t.Fatal(err)
	}
	found, absent := 0, 0
	for _, c := range cases {
		world, err := c.In(chaintest.Place{Home: "/home/me"})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.Wants {
			d := sdkDialects()[want.SDK]
			w := world.For(want)
			if d == nil || moved(w) {
				continue
			}
			got, readable := pairID(w, want.SDK, d)
			switch {
			case want.Outcome == resolver.HasCredentials && want.Source == resolver.FromProfile && want.Key != nil:
				found++
				if !readable || got != want.KeyOf() {
					t.Errorf("%s: %s reads key %q (readable: %v), the SDK uses %q", c.Name, want.SDK, got, readable, want.KeyOf())
				}
			case isSyntax(c.Name) && want.Source == "" && readable && got != "":
				t.Errorf("%s: %s reads key %q, the SDK says %s", c.Name, want.SDK, got, want.Outcome)
			case isSyntax(c.Name):
				absent++
				if !readable && want.Outcome != resolver.HasError {
					t.Errorf("%s: %s refuses a file, the SDK says %s", c.Name, want.SDK, want.Outcome)
				}
			}
		}
	}
	if found < 400 || absent < 60 {
		t.Errorf("only %d answers with a pair and %d without were compared", found, absent)
	}
}

func isSyntax(name string) bool { return len(name) > 7 && name[:7] == "syntax-" }

// moved reports whether the files are not at their places.
func moved(w *chaintest.World) bool {
	_, config := w.Env["AWS_CONFIG_FILE"]
	_, credentials := w.Env["AWS_SHARED_CREDENTIALS_FILE"]
	return config || credentials || w.KeyID != ""
}

// pairID returns the key id of the profile that an SDK chooses if it has a
// secret, and false if the SDK refuses a file.
func pairID(w *chaintest.World, sdk string, d *profile.Dialect) (string, bool) {
	config, ok := worldFile(w, ".aws/config", profile.ConfigFile, d)
	credentials, ok2 := worldFile(w, ".aws/credentials", profile.CredentialsFile, d)
	onlyCredentials := sdk == "go-v1" && w.Env["AWS_SDK_LOAD_CONFIG"] == ""
	if onlyCredentials {
		config, ok = nil, true
	}
	if !ok || !ok2 {
		return "", false
	}
	set := profile.Merge(d, config, credentials)
	name := cmp.Or(w.Profile, w.Env["AWS_PROFILE"], w.Env["AWS_DEFAULT_PROFILE"], "default")
	switch sdk {
	case "python", "cli-v1":
		name = cmp.Or(w.Profile, w.Env["AWS_DEFAULT_PROFILE"], w.Env["AWS_PROFILE"], "default")
	case "js-v3":
		name = cmp.Or(w.Profile, w.Env["AWS_PROFILE"], "default")
	case "go-v1":
		if onlyCredentials {
			name = cmp.Or(w.Profile, w.Env["AWS_PROFILE"], "default")
		}
	}
	places := []*profile.Section{set.Profile(name)}
	if d.Name == "botocore" { // reads the pair in each file by itself
		places = []*profile.Section{set.Credentials.Profile(name), set.Config.Profile(name)}
	}
	for _, s := range places {
		id, hasID := s.Get("aws_access_key_id")
		if secret, hasSecret := s.Get("aws_secret_access_key"); hasID && hasSecret && (d.Name == "botocore" || !id.IsBlank() && !secret.IsBlank()) {
			return id.Text, true
		}
	}
	return "", true
}

func worldFile(w *chaintest.World, name string, kind profile.Kind, d *profile.Dialect) (*profile.File, bool) {
	data, ok := w.Files[name]
	if !ok {
		return nil, true
	}
	f, err := profile.Parse(name, kind, data, d)
	return f, err == nil
}
