package live

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
)

// stubHost is a Host in memory in front of a stub of all services.
func stubHost(files chaintest.Memory) (*resolver.Host, *chaintest.Stub) {
	stub := chaintest.NewStub()
	return &resolver.Host{
		OS:    "linux",
		Env:   chaintest.BaseEnv(chaintest.Place{Home: "/home/me", Services: stub.Services}),
		Files: files,
		HTTP:  stub,
		Home:  "/home/me",
		Now:   chaintest.Now,
	}, stub
}

func akia(rest string) string { return "AK" + "IA" + rest }
func asia(rest string) string { return "AS" + "IA" + rest }

func static(id string) *resolver.StaticPlan {
	return &resolver.StaticPlan{Keys: resolver.Keys{ID: id, Secret: hide(keytest.Secret(1)), Token: hide(keytest.Token(1))}}
}

// The cached tokens of the tests.
const (
	freshSSO   = `{"accessToken":"fresh-1","expiresAt":"2099-01-01T00:00:00Z"}`
	expiredSSO = `{"accessToken":"stale-1","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"good1","clientId":"c","clientSecret":"s"}`
	unrenewSSO = `{"accessToken":"stale-1","expiresAt":"2020-01-01T00:00:00Z"}`
	deniedSSO  = `{"accessToken":"stale-1","expiresAt":"2020-01-01T00:00:00Z","refreshToken":"bad","clientId":"c","clientSecret":"s"}`
	revokedSSO = `{"accessToken":"other-1","expiresAt":"2099-01-01T00:00:00Z"}`
)

func cachedLogin(expires, key string) string {
	text, err := json.Marshal(map[string]any{
		"accessToken": map[string]string{
			"accessKeyId": asia("LOGINSESS000LGN1"), "secretAccessKey": keytest.Secret(7), "sessionToken": keytest.Token(7),
			"accountId": "123456789012", "expiresAt": expires,
		},
		"clientId": "c", "refreshToken": keytest.Token(8), "dpopKey": key,
	})
	if err != nil {
		panic(err)
	}
	return string(text)
}

func proofKey(t testing.TB, curve elliptic.Curve) (*ecdsa.PrivateKey, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
}

func TestCarry(t *testing.T) {
	_, goodKey := proofKey(t, elliptic.P256())
	_, otherCurve := proofKey(t, elliptic.P384())
	h, stub := stubHost(chaintest.Memory{
		"/token":           []byte("a.web.token"),
		"/auth":            []byte("Bearer good"),
		"/auth-newline":    []byte("Bearer good\n"),
		"/sso/fresh":       []byte(freshSSO),
		"/sso/expired":     []byte(expiredSSO),
		"/sso/unrenewable": []byte(unrenewSSO),
		"/sso/denied":      []byte(deniedSSO),
		"/sso/revoked":     []byte(revokedSSO),
		"/sso/empty":       []byte(`{}`),
		"/sso/garbage":     []byte(`garbage`),
		"/sso/badtime":     []byte(`{"accessToken":"fresh-1","expiresAt":"soon"}`),
		"/login/fresh":     []byte(cachedLogin("2099-01-01T00:00:00Z", "no key")),
		"/login/expired":   []byte(cachedLogin("2020-01-01T00:00:00Z", goodKey)),
		"/login/badkey":    []byte(cachedLogin("2020-01-01T00:00:00Z", "no key")),
		"/login/badcurve":  []byte(cachedLogin("2020-01-01T00:00:00Z", otherCurve)),
		"/login/badder":    []byte(cachedLogin("2020-01-01T00:00:00Z", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n")),
		"/login/empty":     []byte(`{"accessToken":null}`),
		"/login/nokey":     []byte(cachedLogin("2099-01-01T00:00:00Z", "")),
		"/login/garbage":   []byte(`[`),
	})
	base := akia("BASEPROFILE0BAS1")
	sso := func(file string, refresh bool) *resolver.SSOPlan {
		return &resolver.SSOPlan{Session: "corp", Region: "us-east-1", Account: "123456789012", Role: "r", CacheFile: "/sso/" + file, Refresh: refresh}
	}
	login := func(file string) *resolver.LoginPlan {
		return &resolver.LoginPlan{Session: "me", CacheFile: "/login/" + file, Region: "us-east-1"}
	}
	process := func(output string) *resolver.ProcessPlan {
		return &resolver.ProcessPlan{Command: output, RequireVersion: true}
	}
	role := func(base resolver.Plan) *resolver.RolePlan {
		return &resolver.RolePlan{RoleARN: "arn:aws:iam::123456789012:role/r", Base: base}
	}
	imds := func(at string) *resolver.InstancePlan { return &resolver.InstancePlan{Endpoint: at} }
	noV1 := func(at string) *resolver.InstancePlan {
		return &resolver.InstancePlan{Endpoint: at, V1Disabled: true}
	}
	s := stub.Services
	const answer = `{"Version":1,"AccessKeyId":"ID","SecretAccessKey":"S","Expiration":"2020-01-01T00:00:00Z","AccountId":"1"}`
	h.Run = func(_ context.Context, command string, env map[string]string) ([]byte, error) {
		if command == "false" {
			return nil, errors.New("exit status 1")
		}
		return []byte(strings.ReplaceAll(command, "HOME", env["HOME"])), nil
	}
	tests := []struct {
		name string
		plan resolver.Plan
		id   string // of the keys, or
		err  string // a part of the error; "none: " before it if there are no credentials
		note string
	}{
		{name: "static", plan: static(base), id: base},

		{name: "process", plan: process(answer), id: "ID"},
		{name: "process gets the environment", plan: process(strings.Replace(answer, "ID", "HOME", 1)), id: "/home/me"},
		{name: "process without version", plan: process(`{"AccessKeyId":"ID","SecretAccessKey":"S"}`), err: "version 0"},
		{name: "process without version, let pass", plan: &resolver.ProcessPlan{Command: `{"AccessKeyId":"ID","SecretAccessKey":"S"}`}, id: "ID"},
		{name: "process with version 2", plan: process(strings.Replace(answer, "1", "2", 1)), err: "version 2"},
		{name: "process expired", plan: &resolver.ProcessPlan{Command: answer, RefuseExpired: true}, err: "expired"},
		{name: "process without id", plan: process(`{"Version":1,"SecretAccessKey":"S"}`), err: "no access key id"},
		{name: "process without secret", plan: process(`{"Version":1,"AccessKeyId":"ID"}`), err: "no secret"},
		{name: "process fails", plan: process("false"), err: "exit status 1"},
		{name: "process prints no JSON", plan: process("hello"), err: "JSON"},
		{name: "process prints null", plan: process("null"), err: "version 0"},
		{name: "process prints more", plan: process(answer + answer), err: "JSON"},
		{name: "no process", plan: process(""), err: "empty"},

		{name: "sso", plan: sso("fresh", true), id: asia("SSOROLE00000SSO1")},
		{name: "sso legacy", plan: sso("fresh", false), id: asia("SSOROLE00000SSO1")},
		{name: "sso renewed", plan: sso("expired", true), id: asia("SSOROLE00000SSO1"), note: "not stored"},
		{name: "sso legacy expired", plan: sso("expired", false), err: "expired"},
		{name: "sso cannot be renewed", plan: sso("unrenewable", true), err: "cannot be renewed"},
		{name: "sso renewal refused", plan: sso("denied", true), err: "InvalidGrantException"},
		{name: "sso revoked", plan: sso("revoked", true), err: "UnauthorizedException"},
		{name: "sso empty", plan: sso("empty", true), err: "accessToken"},
		{name: "sso garbage", plan: sso("garbage", true), err: "not valid"},
		{name: "sso bad time", plan: sso("badtime", true), err: "not valid"},
		{name: "sso without a cache", plan: sso("missing", true), err: "/sso/missing"},

		{name: "login", plan: login("fresh"), id: asia("LOGINSESS000LGN1")},
		{name: "login expired", plan: login("expired"), err: "log in again"},
		{name: "login with a bad key", plan: login("badkey"), err: "not PEM"},
		{name: "login with a bad PEM", plan: login("badder"), err: "no P-256"},
		{name: "login with another curve", plan: login("badcurve"), err: "no P-256"},
		{name: "login without a key", plan: login("nokey"), err: "lacks dpopKey"},
		{name: "login empty", plan: login("empty"), err: "lacks accessToken"},
		{name: "login garbage", plan: login("garbage"), err: "JSON"},
		{name: "login without a cache", plan: login("missing"), err: "/login/missing"},

		{name: "container", plan: &resolver.ContainerPlan{URL: "http://169.254.170.2/ecs"}, id: akia("CONTAINER000CNTR")},
		{name: "container full", plan: &resolver.ContainerPlan{URL: s.IMDS + "/ecs-full"}, id: akia("CONTAINERF00CNTF")},
		{name: "container with a token", plan: &resolver.ContainerPlan{URL: s.IMDS + "/ecs-auth", Token: hide("Bearer good")}, id: akia("CONTAINER000CNTR")},
		{name: "container with a token file", plan: &resolver.ContainerPlan{URL: s.IMDS + "/ecs-auth", Token: hide("Bearer bad"), TokenFile: "/auth"}, id: akia("CONTAINER000CNTR")},
		{name: "container refuses", plan: &resolver.ContainerPlan{URL: s.IMDS + "/ecs-auth", Token: hide("Bearer bad")}, err: "HTTP status 401"},
		{name: "container token with a line break", plan: &resolver.ContainerPlan{URL: s.IMDS + "/ecs-auth", TokenFile: "/auth-newline"}, err: "line break"},
		{name: "container token missing", plan: &resolver.ContainerPlan{URL: s.IMDS + "/ecs-auth", TokenFile: "/nope"}, err: "/nope"},
		{name: "container fails", plan: &resolver.ContainerPlan{URL: s.IMDS + "/ecs-500"}, err: "HTTP status 500"},
		{name: "container down", plan: &resolver.ContainerPlan{URL: s.Dead + "/ecs"}, err: "refused"},
		{name: "container elsewhere", plan: &resolver.ContainerPlan{URL: "http://192.0.2.1/ecs"}, err: "plain HTTP is refused"},
		{name: "container at the instance", plan: &resolver.ContainerPlan{URL: "http://169.254.169.254/ecs"}, err: "plain HTTP is refused"},
		{name: "container without a host", plan: &resolver.ContainerPlan{URL: "garbage"}, err: "valid URL"},

		{name: "instance", plan: imds(s.IMDS), id: akia("IMDSVTWO0000IMV2")},
		{name: "instance at its address", plan: imds("http://169.254.169.254"), id: akia("IMDSVTWO0000IMV2")},
		{name: "instance with v2 only", plan: imds(s.V2Only), id: akia("IMDSVTWO0000IMV2")},
		{name: "instance without v1 in use", plan: noV1(s.IMDS), id: akia("IMDSVTWO0000IMV2")},
		{name: "instance with v1 only", plan: imds(s.V1Only), id: akia("IMDSVONE0000IMV1")},
		{name: "instance with tokens forbidden", plan: imds(s.Token403), id: akia("IMDSVONE0000IMV1")},
		{name: "instance with v1 only and disabled", plan: noV1(s.V1Only), err: "none: IMDSv1 is switched off"},
		{name: "instance with v1 only and never", plan: &resolver.InstancePlan{Endpoint: s.V1Only, V1Never: true}, err: "none: IMDSv1 is switched off"},
		{name: "instance with bad tokens", plan: imds(s.Token400), err: "none: refuses a session token (HTTP status 400)"},
		{name: "instance without a role", plan: imds(s.NoRole), err: "none: the instance has no role"},
		{name: "no instance", plan: imds(s.Dead), err: "none: connection refused"},
		{name: "instance at no URL", plan: imds("127.0.0.1:18600"), err: "none: cannot be reached"},
		{name: "instance nowhere", plan: imds(""), err: "no address"},

		{name: "web identity", plan: &resolver.WebIdentityPlan{TokenFile: "/token", RoleARN: "arn:aws:iam::1:role/r"}, id: asia("WEBIDENTITY0WBID")},
		{name: "web identity denied", plan: &resolver.WebIdentityPlan{TokenFile: "/token", RoleARN: "arn:aws:iam::1:role/denied"}, err: "AccessDenied"},
		{name: "web identity without a file", plan: &resolver.WebIdentityPlan{TokenFile: "/nope", RoleARN: "arn:aws:iam::1:role/r"}, err: "/nope"},

		{name: "role", plan: role(static(base)), id: asia("VIABASEPROFIBAS1")},
		{name: "role of a role", plan: role(role(static(base))), id: asia("VIAVIABASEPRBAS1")},
		{name: "role from the instance", plan: role(imds(s.IMDS)), id: asia("VIAIMDSVTWO0IMV2")},
		{name: "role without an instance", plan: role(imds(s.Dead)), err: "none: "},
		{name: "role with MFA", plan: &resolver.RolePlan{RoleARN: "r", MFASerial: "m", Base: static(base)}, err: "MFA"},
		{name: "role with no keys", plan: role(&resolver.StaticPlan{}), err: "are empty"},

		{name: "no plan", plan: nil, err: "no way"},
		{name: "role of nothing", plan: role(nil), err: "no way"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var notes []string
			keys, err := Carrier{Note: func(s string) { notes = append(notes, s) }}.Carry(t.Context(), h, tt.plan)
			if keys.ID != tt.id {
				t.Errorf("id %q, want %q (error: %v)", keys.ID, tt.id, err)
			}
			checkError(t, err, tt.err)
			if tt.id != "" && keys.Secret.IsZero() {
				t.Error("no secret came with the id")
			}
			if got := strings.Join(notes, "\n"); (got == "") != (tt.note == "") || !strings.Contains(got, tt.note) {
				t.Errorf("notes %q, want %q", got, tt.note)
			}
		})
	}
}

// checkError compares an error with a part of its text, before which "none: "
// stands for resolver.ErrNoCredentials.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	part, none := strings.CutPrefix(want, "none: ")
	switch {
	case want == "" && err != nil, want != "" && (err == nil || !strings.Contains(err.Error(), part)):
		t.Errorf("error %v, want one with %q", err, part)
	case errors.Is(err, resolver.ErrNoCredentials) != none:
		t.Errorf("error %v stands for no credentials: %v, want %v", err, !none, none)
	}
}

func TestKeysAreWhole(t *testing.T) {
	h, stub := stubHost(chaintest.Memory{"/sso/fresh": []byte(freshSSO)})
	at := time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		plan                   resolver.Plan
		secret, token, account string
	}{
		"instance":  {&resolver.InstancePlan{Endpoint: stub.Services.IMDS}, "imdsSecretFake", "imdsTokenFake", ""},
		"container": {&resolver.ContainerPlan{URL: stub.Services.IMDS + "/ecs"}, "cntrSecretFake", "cntrTokenFake", ""},
		"sso":       {&resolver.SSOPlan{Account: "123456789012", Role: "r", CacheFile: "/sso/fresh"}, "ssoSecretFake", "ssoTokenFake", "123456789012"},
		"role":      {&resolver.RolePlan{RoleARN: "r", Base: static("ID")}, "stsSecretFake", "stsTokenFake", "123456789012"},
	} {
		keys, err := Carrier{}.Carry(t.Context(), h, tt.plan)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !keys.Secret.Equal(hide(tt.secret)) || !keys.Token.Equal(hide(tt.token)) || keys.Account != tt.account || !keys.Expires.Equal(at) {
			t.Errorf("%s: the keys are not those of the answer: account %q, expires %v", name, keys.Account, keys.Expires)
		}
	}
}

func TestRoleIsAskedForAsPlanned(t *testing.T) {
	h, _ := stubHost(nil)
	var form string
	h.HTTP = roundTrip(func(r *http.Request) (*http.Response, error) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		form = r.PostForm.Encode()
		return nil, errors.New("enough")
	})
	h.Env = map[string]string{"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
	_, err := Carrier{}.Carry(t.Context(), h, &resolver.RolePlan{
		RoleARN: "arn", SessionName: "me", ExternalID: "x", Duration: 2 * time.Hour, Region: "eu-west-1", Base: static("ID"),
	})
	const want = "Action=AssumeRole&DurationSeconds=7200&ExternalId=x&RoleArn=arn&RoleSessionName=me&Version=2011-06-15"
	if err == nil || form != want {
		t.Errorf("asked with %q (%v), want %q", form, err, want)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestEndpointOf(t *testing.T) {
	const own = ""
	tests := []struct {
		env  map[string]string
		want string
	}{
		{nil, own},
		{map[string]string{"AWS_ENDPOINT_URL": "http://all"}, "http://all"},
		{map[string]string{"AWS_ENDPOINT_URL_STS": "http://sts"}, "http://sts"},
		{map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_STS": "http://sts"}, "http://sts"},
		{map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_STS": ""}, "http://all"},
		{map[string]string{"AWS_ENDPOINT_URL_SSO": "http://sso"}, own},
		{map[string]string{"AWS_ENDPOINT_URL_STS": "http://sts", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"}, own},
		{map[string]string{"AWS_ENDPOINT_URL_STS": "http://sts", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}, "http://sts"},
	}
	for _, tt := range tests {
		e, err := endpointOf(&resolver.Host{Env: tt.env}, service{name: "STS"})
		if err != nil {
			t.Errorf("%v: %v", tt.env, err)
		}
		got := own
		if e.base != nil {
			got = *e.base
		}
		if got != tt.want || e.own() != (tt.want == own) || e.region != "us-east-1" {
			t.Errorf("%v: %q in %s, want %q", tt.env, got, e.region, tt.want)
		}
	}
}

// Some SDKs heed the variable of the service alone, or none.
func TestEndpointOfServiceAlone(t *testing.T) {
	h := &resolver.Host{Env: map[string]string{"AWS_ENDPOINT_URL_STS": "http://sts"}}
	if e, err := endpointOf(h, service{name: "STS", vars: resolver.NoEndpoints}); err != nil || !e.own() {
		t.Errorf("no variable counts: %+v, %v", e, err)
	}
	for value, want := range map[string]string{"": "", "http://sts": "http://sts"} {
		h := &resolver.Host{Env: map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_STS": value}}
		e, err := endpointOf(h, service{name: "STS", vars: resolver.ServiceEndpoints})
		if err != nil || e.own() != (want == "") || !e.own() && *e.base != want {
			t.Errorf("%q: %+v, %v", value, e, err)
		}
	}
}

func TestEndpointOfRefuses(t *testing.T) {
	for _, url := range []string{"127.0.0.1:4566", "localhost:4566", "ftp://x", "http://", "x", "http://[", "file:///etc/passwd"} {
		if e, err := endpointOf(&resolver.Host{Env: map[string]string{"AWS_ENDPOINT_URL_STS": url}}, service{name: "STS", region: "eu-west-1"}); err == nil {
			t.Errorf("%q: %+v", url, e)
		}
	}
	for _, region := range []string{"eu west", "eu.west", "x/y", "@host", "-x", strings.Repeat("x", 64)} {
		if e, err := endpointOf(&resolver.Host{}, service{name: "STS", region: region}); err == nil {
			t.Errorf("region %q: %+v", region, e)
		}
	}
}

// Where a service is asked if nothing redirects it.
func TestServicesOfTheirOwn(t *testing.T) {
	_, key := proofKey(t, elliptic.P256())
	files := chaintest.Memory{
		"/sso":   []byte(freshSSO),
		"/old":   []byte(expiredSSO),
		"/login": []byte(cachedLogin("2020-01-01T00:00:00Z", key)),
	}
	tests := []struct {
		name string
		env  map[string]string
		plan resolver.Plan
		want string
	}{
		{"STS", nil, &resolver.RolePlan{Region: "eu-west-1", Base: static("ID")}, "sts.eu-west-1.amazonaws.com"},
		{"STS without a region", nil, &resolver.RolePlan{Base: static("ID")}, "sts.us-east-1.amazonaws.com"},
		{"STS in China", nil, &resolver.RolePlan{Region: "cn-north-1", Base: static("ID")}, "sts.cn-north-1.amazonaws.com.cn"},
		{"STS with FIPS", map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, &resolver.RolePlan{Region: "us-east-2", Base: static("ID")}, "sts-fips.us-east-2.amazonaws.com"},
		{"portal", nil, &resolver.SSOPlan{Region: "eu-west-1", CacheFile: "/sso"}, "portal.sso.eu-west-1.amazonaws.com"},
		{"OIDC", nil, &resolver.SSOPlan{Region: "eu-west-1", CacheFile: "/old", Refresh: true}, "oidc.eu-west-1.amazonaws.com"},
		{"sign-in", nil, &resolver.LoginPlan{Region: "eu-west-1", CacheFile: "/login"}, "eu-west-1.signin.aws.amazon.com"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked string
			h := &resolver.Host{Env: tt.env, Files: files, Now: chaintest.Now}
			h.HTTP = roundTrip(func(r *http.Request) (*http.Response, error) {
				asked = r.URL.Scheme + "://" + r.URL.Host
				return nil, errors.New("enough")
			})
			if _, err := (Carrier{}).Carry(t.Context(), h, tt.plan); err == nil || asked != "https://"+tt.want {
				t.Errorf("asked %q (%v), want %q", asked, err, tt.want)
			}
		})
	}
}

// The proof of a renewal verifies, and the renewed keys come back.
func TestLoginIsRenewed(t *testing.T) {
	key, text := proofKey(t, elliptic.P256())
	h, _ := stubHost(chaintest.Memory{"/login": []byte(cachedLogin("2020-01-01T00:00:00Z", text))})
	var proof string
	h.HTTP = roundTrip(func(r *http.Request) (*http.Response, error) {
		proof = r.Header.Get("DPoP")
		if r.Header.Get("Authorization") != "" {
			t.Error("the request is signed")
		}
		return reply(r, 200, fmt.Sprintf(`{"accessToken":{"accessKeyId":%q,"secretAccessKey":%q,"sessionToken":%q},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"new"}`,
			asia("RENEWED00000LGN2"), keytest.Secret(2), keytest.Token(2))), nil
	})
	var notes int
	keys, err := Carrier{Note: func(string) { notes++ }}.Carry(t.Context(), h, &resolver.LoginPlan{CacheFile: "/login", Region: "us-east-1"})
	if err != nil || keys.ID != asia("RENEWED00000LGN2") || !keys.Secret.Equal(hide(keytest.Secret(2))) {
		t.Errorf("keys %q, %v", keys.ID, err)
	}
	if want := chaintest.Now().Add(15 * time.Minute); !keys.Expires.Equal(want) || notes != 1 {
		t.Errorf("expires %v, want %v; %d notes", keys.Expires, want, notes)
	}
	verifyProof(t, proof, &key.PublicKey)
}

func verifyProof(t *testing.T, proof string, key *ecdsa.PublicKey) {
	t.Helper()
	parts := strings.Split(proof, ".")
	if len(parts) != 3 {
		t.Fatalf("proof has %d parts", len(parts))
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		t.Fatalf("signature of %d bytes: %v", len(signature), err)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(key, digest[:], r, s) {
		t.Error("the proof does not verify")
	}
	var claims struct{ Htm, Htu, Jti string }
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(body, &claims) != nil || claims.Htm != "POST" || claims.Jti == "" || !strings.HasSuffix(claims.Htu, "/v1/token") {
		t.Errorf("claims %s", body)
	}
}

func TestIdentity(t *testing.T) {
	h, stub := stubHost(nil)
	id := akia("ENVSOURCE000ENV1")
	got, err := Identity(t.Context(), h, static(id).Keys, "us-east-1")
	want := Caller{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/" + id, UserID: id}
	if err != nil || got != want {
		t.Errorf("Identity = %+v, %v, want %+v", got, err, want)
	}
	if asked := stub.Requests(); len(asked) != 1 || asked[0] != "STS GetCallerIdentity signed-by "+id {
		t.Errorf("asked %q", asked)
	}
	h.HTTP = roundTrip(func(r *http.Request) (*http.Response, error) {
		return reply(r, 200, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
			`<Arn>arn:aws:iam::123456789012:root</Arn><UserId>123456789012</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`), nil
	})
	if got, err := Identity(t.Context(), h, static(id).Keys, ""); err != nil || !got.Root {
		t.Errorf("Identity of the root user = %+v, %v", got, err)
	}
	if _, err := Identity(t.Context(), h, resolver.Keys{}, ""); err == nil {
		t.Error("no keys have an identity")
	}
}

// A message of AWS's own services is told, but never with a secret in it.
func TestServiceFault(t *testing.T) {
	const denied = "User: arn:aws:iam::123456789012:user/x is not authorized to perform: sts:AssumeRole"
	secret := keytest.Secret(3)
	tests := []struct {
		code, message string
		own           bool
		want          string
	}{
		{"AccessDenied", denied, true, "AccessDenied: " + denied},
		{"AccessDenied", denied, false, "AccessDenied"},
		{"AccessDenied", "two\nlines \t here", true, "AccessDenied: two lines here"},
		{"AccessDenied", "you sent " + secret, true, "AccessDenied"},
		{"AccessDenied", "you sent " + secret[10:20], true, "AccessDenied"},
		{"Invalid" + secret, "x", true, errGarbled.Error()},
		{"code with\nlines", "x", true, errGarbled.Error()},
		{"", "x", true, errGarbled.Error()},
	}
	for _, tt := range tests {
		err := &apiError{tt.code, tt.message}
		if got := serviceFault(err, tt.own, redact.Secret{}, hide(secret)).Error(); got != tt.want {
			t.Errorf("%q %q: %q, want %q", tt.code, tt.message, got, tt.want)
		}
	}
}
