package sdk_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/sdk"
)

// A catcher is a Carrier that keeps the plan and gives keys for any.
type catcher struct{ plan resolver.Plan }

func (c *catcher) Carry(_ context.Context, _ *resolver.Host, p resolver.Plan) (resolver.Keys, error) {
	c.plan = p
	return resolver.Keys{ID: "caught", Secret: redact.New([]byte("caught"))}, nil
}

// planOf resolves with the SDK for Rust and returns the plan of the winner.
func planOf(h *resolver.Host) (resolver.Plan, *resolver.Trace) {
	c := &catcher{}
	tr := resolver.Resolve(context.Background(), h, sdk.Rust(), resolver.Options{Carrier: c})
	return c.plan, tr
}

// rustHost is a Linux machine with a home directory, and without a metadata
// service unless env says so.
func rustHost(env map[string]string, files chaintest.Memory) *resolver.Host {
	all := map[string]string{"HOME": "/home", "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1"}
	maps.Copy(all, env)
	return &resolver.Host{OS: "linux", Env: all, Files: files, Dir: "/", Now: chaintest.Now}
}

type (
	// roleCase is one of assume-role-tests.json.
	roleCase struct {
		Docs  string
		Input struct {
			Profiles map[string]map[string]string
			Selected string                       `json:"selected_profile"`
			Sessions map[string]map[string]string `json:"sso_sessions"`
		}
		Output struct {
			ProfileChain []map[string]json.RawMessage
			Error        string
		}
	}
	// link is one provider of a chain, all kinds in one.
	link struct {
		Kind          string `json:"-"`
		KeyID         string `json:"access_key_id"`
		Role          string `json:"role_arn"`
		External      string `json:"external_id"`
		SessionName   string `json:"role_session_name"`
		TokenFile     string `json:"web_identity_token_file"`
		Account       string `json:"sso_account_id"`
		Region        string `json:"sso_region"`
		PermissionSet string `json:"sso_role_name"`
		StartURL      string `json:"sso_start_url"`
		SSOSession    string `json:"sso_session"`
	}
)

func TestConformanceRustRoles(t *testing.T) {
	var cases []roleCase
	readConformance(t, smithyRS+"aws-config/test-data/assume-role-tests.json", &cases)
	if len(cases) != 28 {
		t.Errorf("there are %d cases, not 28", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Docs, c.run)
	}
}

func (c roleCase) run(t *testing.T) {
	files := chaintest.Memory{"/home/.aws/config": []byte(c.config()), "/var/token.jwt": []byte("token")}
	for _, of := range slices.Collect(maps.Values(c.Input.Profiles)) {
		files[tokenCache(of["sso_start_url"])] = []byte(`{"accessToken":"t","expiresAt":"2099-01-01T00:00:00Z"}`)
	}
	want := c.want(t)
	env := map[string]string{"AWS_PROFILE": c.Input.Selected}
	if want != nil && want[0].Kind == "NamedSource" {
		env["AWS_EC2_METADATA_DISABLED"] = "false"
	}
	plan, tr := planOf(rustHost(env, files))
	checkSteps(t, tr)
	if want == nil {
		// profile/credentials.rs:179: these are no failures.
		none := []string{"could not find source profile", "did not contain credential information", "No profiles were defined", "SSO token profile selected"}
		// A source profile without keys is one (repr.rs:195).
		isNone := c.Docs != "missing credentials error (empty source profile)" &&
			slices.ContainsFunc(none, func(text string) bool { return strings.Contains(c.Output.Error+c.Docs, text) })
		outcome := resolver.HasError
		if isNone {
			outcome = resolver.HasNone
		}
		if tr.Outcome() != outcome {
			t.Errorf("outcome is %s, want %s (%s)", tr.Outcome(), outcome, describe(tr))
		}
		return
	}
	if diff := cmp.Diff(want, linksOf(plan)); diff != "" {
		t.Errorf("chain (-want +got):\n%s(%s)", diff, describe(tr))
	}
}

// want returns the expected chain, or nil if there is to be none.
func (c roleCase) want(t *testing.T) []link {
	var list []link
	for _, one := range c.Output.ProfileChain {
		for kind, raw := range one {
			l := link{}
			if kind == "NamedSource" {
				if err := json.Unmarshal(raw, &l.Role); err != nil {
					t.Fatal(err)
				}
			} else if err := json.Unmarshal(raw, &l); err != nil {
				t.Fatal(err)
			}
			l.Kind = kind
			if kind == "Sso" && l.Account == "" {
				return nil // exec.rs:181: for tokens, and not for credentials
			}
			list = append(list, l)
		}
	}
	return list
}

// config writes the profiles as a file.
func (c roleCase) config() string {
	var b strings.Builder
	section := func(kind string, all map[string]map[string]string) {
		for name, keys := range all {
			fmt.Fprintf(&b, "[%s %s]\n", kind, name)
			for key, value := range keys {
				fmt.Fprintf(&b, "%s = %s\n", key, value)
			}
		}
	}
	section("profile", c.Input.Profiles)
	section("sso-session", c.Input.Sessions)
	return b.String()
}

func tokenCache(key string) string {
	sum := sha1.Sum([]byte(key))
	return "/home/.aws/sso/cache/" + hex.EncodeToString(sum[:]) + ".json"
}

// linksOf returns the providers of a plan, the base first.
func linksOf(p resolver.Plan) []link {
	switch p := p.(type) {
	case *resolver.RolePlan:
		return append(linksOf(p.Base), link{Kind: "AssumeRole", Role: p.RoleARN, External: p.ExternalID, SessionName: p.SessionName})
	case *resolver.StaticPlan:
		return []link{{Kind: "AccessKey", KeyID: p.Keys.ID}}
	case *resolver.InstancePlan:
		return []link{{Kind: "NamedSource", Role: "Ec2InstanceMetadata"}}
	case *resolver.WebIdentityPlan:
		return []link{{Kind: "WebIdentityToken", Role: p.RoleARN, TokenFile: p.TokenFile, SessionName: p.SessionName}}
	case *resolver.SSOPlan:
		return []link{{Kind: "Sso", Account: p.Account, Region: p.Region, PermissionSet: p.Role, StartURL: p.StartURL, SSOSession: p.Session}}
	}
	return nil
}

func TestConformanceRustInstanceEndpoint(t *testing.T) {
	var all struct {
		Tests []struct {
			Docs     string
			Env, FS  map[string]string
			Endpoint *string `json:"endpoint_override"`
			Mode     *string `json:"mode_override"`
			Result   struct{ Ok, Err string }
		}
	}
	readConformance(t, smithyRS+"aws-config/test-data/imds-config/imds-endpoint-tests.json", &all)
	if len(all.Tests) != 14 {
		t.Errorf("there are %d cases, not 14", len(all.Tests))
	}
	for _, c := range all.Tests {
		t.Run(c.Docs, func(t *testing.T) {
			if c.Endpoint != nil || c.Mode != nil && c.Env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] == "" {
				t.Skip("the program sets the endpoint itself, which the default chain gives no way to")
			}
			files := chaintest.Memory{}
			for name, text := range c.FS {
				files["/"+name] = []byte(text)
			}
			env := maps.Clone(c.Env)
			env["AWS_EC2_METADATA_DISABLED"] = "false"
			plan, tr := planOf(rustHost(env, files))
			checkSteps(t, tr)
			p, ok := plan.(*resolver.InstancePlan)
			switch {
			case c.Result.Ok == "" && (ok || tr.Outcome() != resolver.HasError):
				t.Errorf("outcome is %s, want an error: %s (%s)", tr.Outcome(), c.Result.Err, describe(tr))
			case c.Result.Ok != "" && !ok:
				t.Errorf("the instance is not asked (%s)", describe(tr))
			case ok && p.Endpoint+"/latest/api/token" != c.Result.Ok:
				t.Errorf("endpoint is %s, want that of %s", p.Endpoint, c.Result.Ok)
			}
		})
	}
}

func TestConformanceRustContainer(t *testing.T) {
	var all struct {
		Tests []struct {
			Docs   string
			Env    map[string]string
			Result struct{ Ok, ErrorContains string }
		}
	}
	readConformance(t, smithyRS+"aws-config/test-data/ecs-tests.json", &all)
	if len(all.Tests) != 11 {
		t.Errorf("there are %d cases, not 11", len(all.Tests))
	}
	for _, c := range all.Tests {
		t.Run(c.Docs, func(t *testing.T) {
			plan, tr := planOf(rustHost(c.Env, nil))
			checkSteps(t, tr)
			want := resolver.HasCredentials
			switch {
			case strings.Contains(c.Result.ErrorContains, "No environment variables"):
				want = resolver.HasNone
			case c.Result.ErrorContains != "":
				want = resolver.HasError
			}
			p, ok := plan.(*resolver.ContainerPlan)
			if tr.Outcome() != want || ok != (c.Result.Ok != "") || ok && p.URL != c.Result.Ok {
				t.Errorf("outcome is %s, plan %+v; want %+v (%s)", tr.Outcome(), p, c.Result, describe(tr))
			}
		})
	}
}

func TestConformanceRustFileLocations(t *testing.T) {
	var all struct {
		Tests []struct {
			Name, Platform, Profile, ConfigLocation, CredentialsLocation string
			Environment                                                  map[string]string
		}
	}
	readConformance(t, smithyRS+"aws-runtime/test-data/file-location-tests.json", &all)
	if len(all.Tests) != 9 {
		t.Errorf("there are %d cases, not 9", len(all.Tests))
	}
	for _, c := range all.Tests {
		t.Run(c.Name, func(t *testing.T) {
			h := &resolver.Host{OS: c.Platform, Env: c.Environment, Home: "/not/asked", Dir: "/"}
			tr := resolver.Resolve(context.Background(), h, sdk.Rust(), resolver.Options{})
			got := []string{tr.ConfigPath, tr.CredentialsPath, tr.Profile.Name}
			want := []string{c.ConfigLocation, c.CredentialsLocation, c.Profile}
			if c.Profile == "" {
				want[2] = "default"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("files and profile (-want +got):\n%s", diff)
			}
		})
	}
}

// signIn answers as the sign-in service, once a recorded answer.
type signIn struct {
	answers []signInAnswer
	asked   int
}

type signInAnswer struct {
	Response     *struct{ TokenOutput json.RawMessage }
	ResponseCode int
}

func (s *signIn) RoundTrip(r *http.Request) (*http.Response, error) {
	if s.asked >= len(s.answers) {
		return nil, fmt.Errorf("request %d is not recorded", s.asked+1)
	}
	a := s.answers[s.asked]
	s.asked++
	body := []byte(`{}`)
	if a.Response != nil {
		a.ResponseCode, body = http.StatusOK, a.Response.TokenOutput
	}
	header := http.Header{"Content-Type": {"application/json"}}
	return &http.Response{StatusCode: a.ResponseCode, Header: header, Body: io.NopCloser(bytes.NewReader(body)), Request: r}, nil
}

func TestConformanceRustLogin(t *testing.T) {
	var cases []struct {
		Documentation  string
		ConfigContents string
		CacheContents  map[string]json.RawMessage
		MockAPICalls   []signInAnswer `json:"mockApiCalls"`
		Outcomes       []struct {
			Result      string
			AccessKeyID string `json:"accessKeyId"`
			AccountID   string `json:"accountId"`
			ExpiresAt   time.Time
		}
	}
	readConformance(t, smithyRS+"aws-config/test-data/login-provider-test-cases.json", &cases)
	if len(cases) != 8 {
		t.Errorf("there are %d cases, not 8", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Documentation, func(t *testing.T) {
			files := chaintest.Memory{"/home/.aws/config": []byte(c.ConfigContents)}
			for name, content := range c.CacheContents {
				files["/home/.aws/login/cache/"+name] = content
			}
			service := &signIn{answers: c.MockAPICalls}
			h := rustHost(map[string]string{"AWS_PROFILE": "signin"}, files)
			h.HTTP = service
			h.Now = func() time.Time { return time.Date(2025, 11, 19, 0, 0, 0, 0, time.UTC) }
			tr := resolver.Resolve(context.Background(), h, sdk.Rust(), resolver.Options{Carrier: live.Carrier{}})
			checkSteps(t, tr)
			if service.asked != len(c.MockAPICalls) {
				t.Errorf("%d requests were made, not %d", service.asked, len(c.MockAPICalls))
			}
			for _, want := range c.Outcomes {
				win := tr.Winner()
				switch {
				case want.Result == "cacheContents":
					// The SDK writes the cache, which is not done here.
				case want.Result == "error" && tr.Outcome() != resolver.HasError:
					t.Errorf("outcome is %s, want an error (%s)", tr.Outcome(), describe(tr))
				case want.Result == "credentials" && (win == nil || win.Source != resolver.FromLogin || win.KeyID != want.AccessKeyID ||
					win.Account != want.AccountID || !win.Expires.Equal(want.ExpiresAt)):
					t.Errorf("got %+v, want %+v (%s)", win, want, describe(tr))
				}
			}
		})
	}
}
