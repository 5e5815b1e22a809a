package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/awscred/awscred/resolver"
)

// Limits of one request. SDKs give the metadata service one second, a
// container's endpoint between two and five, and the services of AWS longer.
const (
	metadataTimeout  = time.Second
	containerTimeout = 5 * time.Second
	serviceTimeout   = 10 * time.Second

	// maxAnswer is what is read of an answer, in bytes. The longest holds a
	// session token of a few kilobytes.
	maxAnswer = 64 << 10
)

var (
	errNoRequests = errors.New("requests are not possible here")
	errNoAnswer   = errors.New("no answer in time")
	errLongAnswer = errors.New("the answer is too long")
)

// A client makes requests over a Host's round-tripper: one attempt each, no
// redirect followed, and the answer read whole before it is handed on. The
// clients of the SDK take it for theirs.
type client struct {
	via     http.RoundTripper
	timeout time.Duration
	method  string // of the last request
	status  int    // of the last answer, 0 if there was none
}

func newClient(h *resolver.Host, timeout time.Duration) *client {
	return &client{via: h.HTTP, timeout: timeout}
}

// Do makes one request.
func (c *client) Do(req *http.Request) (*http.Response, error) {
	c.method, c.status = req.Method, 0
	if c.via == nil {
		return nil, errNoRequests
	}
	ctx, cancel := context.WithTimeout(req.Context(), c.timeout)
	defer cancel()
	resp, err := c.via.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, late(ctx, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, late(ctx, err)
	}
	if len(body) > maxAnswer {
		return nil, errLongAnswer
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	c.status = resp.StatusCode
	return resp, nil
}

// late tells a request that took too long from one that failed.
func late(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errNoAnswer
	}
	return err
}

// get asks for a URL and returns the body of an answer with status 2xx.
func (c *client) get(ctx context.Context, url string, header http.Header) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, errors.New("not a valid URL") // which may hold a password
	}
	for name, values := range header {
		req.Header[name] = values
	}
	if u := req.URL.User; u != nil && req.Header.Get("Authorization") == "" {
		password, _ := u.Password()
		req.SetBasicAuth(u.Username(), password) // as http.Client does
	}
	resp, err := c.Do(req)
	if err != nil {
		return nil, fault(err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, fmt.Errorf("HTTP status %d", resp.StatusCode)
	}
	return io.ReadAll(resp.Body)
}
