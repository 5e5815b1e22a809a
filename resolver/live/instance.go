package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/awscred/awscred/resolver"
)

// rolePath is where the metadata service names the instance's role; its keys
// stand below that.
const rolePath = "/iam/security-credentials/"

// A metadata is an instance metadata service as a plan wants it asked.
type metadata struct {
	http *client
	api  *imds.Client
	v1   bool // requests without a session token are a way out
	// v1Fails is V1DisabledFails of the plan.
	v1Fails bool
}

func newMetadata(h *resolver.Host, p *resolver.InstancePlan, timeout time.Duration) *metadata {
	m := &metadata{http: newClient(h, timeout), v1: !p.V1Disabled && !p.V1Never, v1Fails: p.V1DisabledFails}
	fallback := aws.TrueTernary
	if !m.v1 {
		fallback = aws.FalseTernary
	}
	var prefix string
	if u, err := url.Parse(p.Endpoint); err == nil && p.KeepPath {
		prefix = strings.TrimSuffix(u.Path, "/")
	}
	// What is not set here would be read from our own environment.
	m.api = imds.New(imds.Options{
		Endpoint:          p.Endpoint,
		HTTPClient:        pathClient{m.http, prefix},
		Retryer:           aws.NopRetryer{},
		ClientEnableState: imds.ClientEnabled,
		EnableFallback:    fallback,
	})
	return m
}

// A pathClient makes requests below a path, which the SDK's client drops.
type pathClient struct {
	*client
	prefix string
}

// Do makes a request.
func (b pathClient) Do(req *http.Request) (*http.Response, error) {
	if b.prefix != "" {
		req.URL.Path, req.URL.RawPath = b.prefix+req.URL.Path, ""
	}
	return b.client.Do(req)
}

// askInstance gets the keys of the instance's role.
func askInstance(ctx context.Context, h *resolver.Host, p *resolver.InstancePlan) (resolver.Keys, error) {
	if p.Endpoint == "" {
		return resolver.Keys{}, errors.New("no address of the metadata service is given")
	}
	m := newMetadata(h, p, metadataTimeout)
	role, err := m.role(ctx)
	if err != nil {
		return resolver.Keys{}, err
	}
	body, err := m.get(ctx, rolePath+role)
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("asking the metadata service for the keys of role %q: %w", role, fault(err))
	}
	var a *endpointAnswer
	if json.Unmarshal(body, &a) != nil || a == nil {
		return resolver.Keys{}, fmt.Errorf("asking the metadata service for the keys of role %q: %w", role, errGarbled)
	}
	if !strings.EqualFold(a.Code, "Success") {
		return resolver.Keys{}, fmt.Errorf("the metadata service has no keys of role %q to give", role)
	}
	return a.keys("the answer of the metadata service")
}

// role returns the name of the instance's role. Its error wraps
// [resolver.ErrNoCredentials] unless there was an answer that is no such name,
// or [resolver.ErrFails] if the plan says so.
func (m *metadata) role(ctx context.Context) (string, error) {
	body, err := m.get(ctx, rolePath)
	switch {
	case err != nil && m.v1Fails && m.noToken():
		return "", fmt.Errorf("%s: %w", m.none(err), resolver.ErrFails)
	case err != nil:
		return "", fmt.Errorf("%w: %s", resolver.ErrNoCredentials, m.none(err))
	}
	name, _, _ := strings.Cut(string(body), "\n")
	name = strings.TrimSuffix(name, "\r")
	if !roleName().MatchString(name) {
		return "", errors.New("the metadata service answers with what is no name of a role")
	}
	return name, nil
}

// roleName matches what IAM allows,
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
func roleName() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`) }

// noToken reports whether requests without a session token are switched off, and
// the service made none, for whatever reason but one
// (botocore@1.43.11/utils.py:468, _fetch_metadata_token, and :557).
func (m *metadata) noToken() bool {
	return !m.v1 && m.http.method == http.MethodPut && m.http.status != http.StatusBadRequest
}

// none says why there is no role. SDKs report all of it in the same way.
func (m *metadata) none(err error) string {
	refused := m.http.method == http.MethodPut
	switch {
	case refused && !m.v1 && m.http.status >= 400:
		return fmt.Sprintf("the metadata service refuses a session token (HTTP status %d) and IMDSv1 is switched off", m.http.status)
	case refused && m.http.status >= 400:
		return fmt.Sprintf("the metadata service refuses a session token (HTTP status %d)", m.http.status)
	case m.http.status == http.StatusNotFound:
		return "the instance has no role"
	case m.http.status != 0:
		return fmt.Sprintf("the metadata service answers with HTTP status %d", m.http.status)
	}
	return fmt.Sprintf("the metadata service cannot be reached: %v", fault(err))
}

// get asks for one piece of metadata.
func (m *metadata) get(ctx context.Context, path string) ([]byte, error) {
	out, err := m.api.GetMetadata(ctx, &imds.GetMetadataInput{Path: path})
	if err != nil {
		return nil, err
	}
	defer out.Content.Close()
	return io.ReadAll(out.Content)
}
