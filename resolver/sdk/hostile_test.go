package sdk_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/sdk"
)

// FuzzResolve feeds the links with files of any content.
func FuzzResolve(f *testing.F) {
	cases, err := chaintest.LoadDir(caseDir)
	if err != nil {
		f.Fatal(err)
	}
	const ssoCache = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
	const loginCache = ".aws/login/cache/2ff2a80db794fe2d23248219d580c027ab8e3592f5c59254e6a865b9c22fc859.json"
	for _, c := range cases {
		w, err := c.In(chaintest.Place{Home: "/home/me", Services: chaintest.NewStub().Services})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(w.Files[".aws/config"], w.Files[".aws/credentials"], w.Files[ssoCache], w.Files[loginCache],
			w.Env["AWS_PROFILE"], w.Env["AWS_CONTAINER_CREDENTIALS_FULL_URI"], w.Env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"])
	}
	f.Fuzz(func(t *testing.T, config, credentials, sso, login []byte, profile, full, relative string) {
		h := &resolver.Host{OS: "linux", Home: "/home/me", Dir: "/", Now: chaintest.Now, Env: map[string]string{
			"AWS_PROFILE":                            profile,
			"AWS_CONTAINER_CREDENTIALS_FULL_URI":     full,
			"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": relative,
		}, Files: chaintest.Memory{
			"/home/me/.aws/config": config, "/home/me/.aws/credentials": credentials,
			"/home/me/" + ssoCache: sso, "/home/me/" + loginCache: login,
		}}
		for _, s := range sdk.All() {
			tr := resolver.Resolve(context.Background(), h, s, resolver.Options{})
			if tr.Winner() != nil && !tr.Winner().Offered() || len(tr.Steps) == 0 {
				t.Errorf("%s: outcome %s, %d steps", s.Name, tr.Outcome(), len(tr.Steps))
			}
		}
	})
}

// A chain of source profiles without an end in sight is not followed for ever.
func TestLongChain(t *testing.T) {
	var b strings.Builder
	const n = 20000
	for i := range n {
		fmt.Fprintf(&b, "[profile p%d]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = p%d\n", i, i+1)
	}
	h := &resolver.Host{OS: "linux", Home: "/h", Env: map[string]string{"AWS_PROFILE": "p0", "HOME": "/h", "AWS_REGION": "us-east-1"},
		Files: chaintest.Memory{"/h/.aws/config": []byte(b.String())}}
	for _, s := range sdk.All() {
		tr := resolver.Resolve(context.Background(), h, s, resolver.Options{})
		if tr.Outcome() != resolver.NotKnown {
			t.Errorf("%s: outcome is %s", s.Name, tr.Outcome())
		}
	}
}

// A variable or a file cannot break the lines of a reason, and a value that may
// be a secret is not repeated.
func TestReasonsAreLines(t *testing.T) {
	files := chaintest.Memory{"/h/.aws/config": []byte("[default]\nretry_mode = a-long-value-that-may-be-a-secret\n")}
	for _, env := range []map[string]string{
		{"AWS_RETRY_MODE": "a\nb\x1b[2J"},
		{"AWS_PROFILE": "a\nb\x1b[2J"},
		{"AWS_CONFIG_FILE": "/x\ny", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://a\nb/"},
		{},
	} {
		h := &resolver.Host{OS: "linux", Home: "/h", Env: env, Files: files}
		tr := resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{})
		checkSteps(t, tr)
		if reason := tr.Ended().Reason; strings.ContainsAny(reason, "\n\x1b") || strings.Contains(reason, "a-long-value") {
			t.Errorf("%v: reason is %q", env, reason)
		}
	}
}

// What may be all right and was not looked at is unknown: no answer is made up.
func TestNotLooked(t *testing.T) {
	pair := map[string]string{"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "s"}
	web := map[string]string{"AWS_REGION": "eu-west-1", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r", "AWS_WEB_IDENTITY_TOKEN_FILE": "/dev/fd/63"}
	container := map[string]string{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/dev/fd/63"}
	large := chaintest.Memory{"/h/.aws/config": make([]byte, 17<<20), "/dev/fd/63": make([]byte, 2<<20)}
	for name, env := range map[string]map[string]string{"config": pair, "web identity": web, "container": container} {
		files := large
		if name != "config" {
			files = chaintest.Memory{"/dev/fd/63": large["/dev/fd/63"]}
		}
		h := &resolver.Host{OS: "linux", Home: "/h", Env: env, Files: files}
		tr := resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{})
		if tr.Outcome() != resolver.NotKnown {
			t.Errorf("%s: outcome is %s (%s)", name, tr.Outcome(), describe(tr))
		}
	}
}

// The zero Host sees nothing, and nothing breaks.
func TestZeroHost(t *testing.T) {
	for _, s := range sdk.All() {
		tr := resolver.Resolve(context.Background(), &resolver.Host{}, s, resolver.Options{})
		if tr.Outcome() != resolver.NotKnown || tr.Winner().Source != resolver.FromIMDS {
			t.Errorf("%s: outcome is %s", s.Name, tr.Outcome())
		}
	}
}

func TestFind(t *testing.T) {
	for _, s := range sdk.All() {
		if found := sdk.Find(s.Name); found == nil || found.Name != s.Name {
			t.Errorf("%s is not found", s.Name)
		}
		if s.Title == "" || s.Version == "" || s.Basis == "" || s.Dialect == nil || len(s.Links) == 0 || len(s.Deviations) == 0 {
			t.Errorf("%s is not described", s.Name)
		}
		for _, d := range s.Deviations {
			if d.ID == "" || d.Text == "" || d.Source == "" {
				t.Errorf("%s: deviation %+v", s.Name, d)
			}
		}
	}
	if sdk.Find("go-v3") != nil {
		t.Error("go-v3 is found")
	}
}
