package sdk_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/sdk"
)

// The SDKs for Ruby and PHP share cases of the container endpoint: which request
// comes of the variables, and what comes of an answer.
const (
	rubyRequests  = "sdk-suites/aws-sdk-ruby/spec/aws/ecs_credentials_request.json"
	rubyResponses = "sdk-suites/aws-sdk-ruby/spec/aws/ecs_credentials_response.json"
	phpRequests   = "sdk-suites/aws-sdk-php/tests/Credentials/fixtures/ecs/uri-token-resolution.json"
)

// A request is what a container is asked.
type request struct {
	Method, URI string
	Headers     map[string]string
}

// A containerCase has variables, and a file that one of them may name.
type containerCase struct {
	Description string
	Env         map[string]string
	TokenFile   *struct{ Type, Content string } `json:"token_file"`
	Response    struct {
		Status  int
		Headers map[string]string
		Body    string
	}
	Expect struct {
		Type, Reason string
		Request      request
		Credentials  struct {
			ID         string `json:"access_key_id"`
			Expiration time.Time
		}
	}
}

// endpointStub answers every request in the same way, and keeps the last one.
type endpointStub struct {
	status int
	header map[string]string
	body   string
	asked  *request
}

func (s *endpointStub) RoundTrip(r *http.Request) (*http.Response, error) {
	s.asked = &request{Method: r.Method, URI: r.URL.String(), Headers: map[string]string{}}
	if v := r.Header.Get("Authorization"); v != "" {
		s.asked.Headers["Authorization"] = v
	}
	header := http.Header{}
	for name, value := range s.header {
		header.Set(name, value)
	}
	return &http.Response{StatusCode: s.status, Header: header, Body: io.NopCloser(strings.NewReader(s.body)), Request: r}, nil
}

// run asks the container of a case.
func (c *containerCase) run(s *resolver.SDK, stub *endpointStub) *resolver.Trace {
	files := chaintest.Memory{}
	if c.TokenFile != nil && c.TokenFile.Type == "success" {
		files[c.Env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]] = []byte(c.TokenFile.Content)
	}
	env := map[string]string{"HOME": "/home/me"}
	maps.Copy(env, c.Env)
	h := &resolver.Host{OS: "linux", Env: env, Files: files, HTTP: stub, Home: "/home/me", Dir: "/", Now: chaintest.Now}
	return resolver.Resolve(context.Background(), h, s, resolver.Options{Carrier: live.Carrier{}})
}

// TestConformanceContainerRequests compares the requests.
func TestConformanceContainerRequests(t *testing.T) {
	for _, suite := range []struct {
		sdk, path string
		cases     int
	}{{"ruby", rubyRequests, 11}, {"php", phpRequests, 13}} {
		var cases []containerCase
		readConformance(t, suite.path, &cases)
		if len(cases) != suite.cases {
			t.Errorf("%s: there are %d cases, not %d", suite.sdk, len(cases), suite.cases)
		}
		for _, c := range cases {
			t.Run(suite.sdk+"/"+c.Description, func(t *testing.T) { c.checkRequest(t, sdk.Find(suite.sdk)) })
		}
	}
}

func (c *containerCase) checkRequest(t *testing.T, s *resolver.SDK) {
	stub := &endpointStub{status: http.StatusOK, body: `{"AccessKeyId":"id","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}`}
	tr := c.run(s, stub)
	checkSteps(t, tr)
	if c.Expect.Type == "error" {
		if tr.Winner() != nil || stub.asked != nil {
			t.Errorf("%+v was asked; want an error: %s (%s)", stub.asked, c.Expect.Reason, describe(tr))
		}
		return
	}
	if sourceOf(tr) != resolver.FromContainer {
		t.Errorf("source is %q (%s)", sourceOf(tr), describe(tr))
	}
	if diff := cmp.Diff(&c.Expect.Request, stub.asked); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

// TestConformanceContainerResponses compares what comes of an answer.
func TestConformanceContainerResponses(t *testing.T) {
	var cases []containerCase
	readConformance(t, rubyResponses, &cases)
	if len(cases) != 5 {
		t.Errorf("there are %d cases, not 5", len(cases))
	}
	for _, c := range cases {
		for _, name := range []string{"ruby", "php"} {
			t.Run(name+"/"+c.Description, func(t *testing.T) { c.checkResponse(t, sdk.Find(name)) })
		}
	}
}

func (c *containerCase) checkResponse(t *testing.T, s *resolver.SDK) {
	c.Env = map[string]string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/keys"}
	tr := c.run(s, &endpointStub{status: c.Response.Status, header: c.Response.Headers, body: c.Response.Body})
	checkSteps(t, tr)
	win, want := tr.Winner(), c.Expect.Credentials
	switch {
	case c.Expect.Type == "error" && win != nil:
		t.Errorf("key %q wins; want an error: %s", win.KeyID, c.Expect.Reason)
	case c.Expect.Type == "success" && (win == nil || win.KeyID != want.ID || !win.Expires.Equal(want.Expiration)):
		t.Errorf("got %+v, want %+v (%s)", win, want, describe(tr))
	}
}
