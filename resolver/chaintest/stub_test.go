package chaintest

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/resolver"
)

// The services answer in the same way in memory and on loopback.
func TestStub(t *testing.T) {
	listening, end, err := Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	memory := NewStub()
	for name, where := range map[string]struct {
		stub *Stub
		http http.RoundTripper
	}{"memory": {memory, memory}, "loopback": {listening, http.DefaultTransport}} {
		t.Run(name, func(t *testing.T) { askAll(t, where.stub, where.http) })
	}
}

func askAll(t *testing.T, s *Stub, transport http.RoundTripper) {
	const role = "/latest/meta-data/iam/security-credentials/"
	const token, auth = "X-Aws-Ec2-Metadata-Token", "Authorization"
	sign := func(id string) string { return "AWS4-HMAC-SHA256 Credential=" + id + "/2026/x" }
	base := "AK" + "IABASEPROFILE0BAS1"
	for _, c := range []struct {
		method, url, header, value, body string
		status                           int
		contains                         string
	}{
		{"PUT", s.Services.IMDS + "/latest/api/token", "", "", "", 200, "stubtoken"},
		{"GET", s.Services.IMDS + role, token, "t", "", 200, "stub-role"},
		{"GET", s.Services.IMDS + role + "stub-role", token, "t", "", 200, "IAIMDSVTWO0000IMV2"},
		{"GET", s.Services.IMDS + role + "stub-role", "", "", "", 200, "IAIMDSVONE0000IMV1"},
		{"PUT", s.Services.V1Only + "/latest/api/token", "", "", "", 404, ""},
		{"GET", s.Services.V2Only + role, "", "", "", 401, ""},
		{"GET", s.Services.V2Only + role, token, "t", "", 200, "stub-role"},
		{"GET", s.Services.NoRole + role, token, "t", "", 404, ""},
		{"PUT", s.Services.Token403 + "/latest/api/token", "", "", "", 403, ""},
		{"PUT", s.Services.Token400 + "/latest/api/token", "", "", "", 400, ""},
		{"GET", s.Services.IMDS + "/latest/meta-data/region", "", "", "", 404, ""},
		{"GET", s.Services.IMDS + "/ecs", "", "", "", 200, "IACONTAINER000CNTR"},
		{"GET", s.Services.IMDS + "/ecs-full", "", "", "", 200, "IACONTAINERF00CNTF"},
		{"GET", s.Services.IMDS + "/ecs-auth", auth, "Bearer bad", "", 401, ""},
		{"GET", s.Services.IMDS + "/ecs-auth", auth, "Bearer good", "", 200, "IACONTAINER000CNTR"},
		{"GET", s.Services.IMDS + "/ecs-500", "", "", "", 500, "boom"},
		{"GET", s.Services.IMDS + "/federation/credentials?account_id=1&role_name=r", "X-Amz-Sso_bearer_token", "fresh", "", 200, "IASSOROLE00000SSO1"},
		{"GET", s.Services.IMDS + "/federation/credentials", "X-Amz-Sso_bearer_token", "stale", "", 401, ""},
		{"POST", s.Services.IMDS + "/token", "", "", `{"refreshToken":"good"}`, 200, "fresh-refreshed"},
		{"POST", s.Services.IMDS + "/token", "", "", `{"refreshToken":"bad"}`, 400, ""},
		{"POST", s.Services.IMDS + "/v1/token", "", "", "{}", 400, "TOKEN_EXPIRED"},
		{"POST", s.Services.IMDS + "/", auth, sign(base), "Action=AssumeRole&RoleArn=arn:x", 200, "IAVIABASEPROFIBAS1"},
		{"POST", s.Services.IMDS + "/", "", "", "Action=AssumeRole&RoleArn=arn:x", 200, "IAVIAUNKNOWN00UNKN"},
		{"POST", s.Services.IMDS + "/", "", "", "Action=AssumeRoleWithWebIdentity&RoleArn=arn:x", 200, "IAWEBIDENTITY0WBID"},
		{"POST", s.Services.IMDS + "/", "", "", "Action=AssumeRoleWithWebIdentity&RoleArn=arn:denied", 403, "AccessDenied"},
		{"POST", s.Services.IMDS + "/", auth, sign(base), "Action=GetCallerIdentity", 200, "123456789012"},
		{"POST", s.Services.IMDS + "/", "", "", "Action=Other", 400, ""},
		{"DELETE", s.Services.IMDS + "/", "", "", "", 404, ""},
	} {
		req, err := http.NewRequest(c.method, c.url, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.header != "" {
			req.Header.Set(c.header, c.value)
		}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != c.status || !strings.Contains(string(body), c.contains) {
			t.Errorf("%s %s: %d %q, error %v; want %d %q", c.method, c.url, resp.StatusCode, body, err, c.status, c.contains)
		}
	}
	asked := s.Requests()
	for _, line := range []string{
		"IMDS[ok] PUT token", "IMDS[v2only] GET " + role + " +token", "ECS GET /ecs-auth auth=Bearer good",
		"SSO GetRoleCredentials acct=1 role=r token=fresh", "STS AssumeRole arn:x signed-by " + base,
	} {
		if !slices.Contains(asked, line) {
			t.Errorf("no request %q in %q", line, asked)
		}
	}
	if again := s.Requests(); again != nil {
		t.Errorf("requests are still there: %q", again)
	}
	req, err := http.NewRequest("GET", s.Services.Dead, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := transport.RoundTrip(req); err == nil {
		resp.Body.Close()
		t.Errorf("the dead service answers")
	}
}

// In memory the services stand at the addresses of real ones as well.
func TestStubAddresses(t *testing.T) {
	s := NewStub()
	for _, url := range []string{"http://169.254.169.254/latest/x", "http://[fd00:ec2::254]/latest/x", "http://169.254.170.2/ecs",
		"http://169.254.170.2:80/ecs", "http://[fd00:ec2::23]/ecs", "http://localhost:18600/ecs", "https://sts.eu-west-1.amazonaws.com/"} {
		req, err := http.NewRequest("GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.RoundTrip(req)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		resp.Body.Close()
	}
	req, err := http.NewRequest("GET", "http://example.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := s.RoundTrip(req); err == nil {
		resp.Body.Close()
		t.Errorf("example.com answers")
	}
}

func TestMemory(t *testing.T) {
	m := Memory{"C:/Users/me/.aws/config": []byte("abc"), "/home/me/.aws/credentials/x": nil, "/home/me/.aws/config": []byte("d")}
	for _, c := range []struct {
		name string
		max  int64
		want string
		err  error
	}{
		{`C:\Users\me\.aws\config`, 3, "abc", nil},
		{`C:\Users\me\.aws\config`, 2, "", resolver.ErrTooLarge},
		{"/home/me/.aws/./config", 1, "d", nil},
		{"/home/me/.aws/credentials", 9, "", resolver.ErrNotRegular},
		{"/home/me/.aws/cred", 9, "", fs.ErrNotExist},
	} {
		got, err := m.ReadFile(c.name, c.max)
		if string(got) != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, error %v; want %q, %v", c.name, got, err, c.want, c.err)
		}
	}
	names, err := m.ReadDir("/home/me/.aws")
	if err != nil || !slices.Equal(names, []string{"config", "credentials"}) {
		t.Errorf("directory holds %q, error %v", names, err)
	}
	if info, err := m.Stat("/home/me"); err != nil || !info.Mode.IsDir() {
		t.Errorf("home is %+v, error %v", info, err)
	}
}

func TestRunner(t *testing.T) {
	run := runner(Memory{"/h/f": []byte("out")})
	if out, err := run(context.Background(), "cat /h/f", nil); err != nil || string(out) != "out" {
		t.Errorf("cat gives %q, error %v", out, err)
	}
	if _, err := run(context.Background(), "false", nil); err == nil || errors.Is(err, ErrNotEmulated) {
		t.Errorf("false gives error %v", err)
	}
	if _, err := run(context.Background(), "rm -rf /h", nil); !errors.Is(err, ErrNotEmulated) {
		t.Errorf("rm gives error %v", err)
	}
}
