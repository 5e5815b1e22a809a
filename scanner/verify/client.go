package verify

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// requestTimeout is the most that one request may take.
const requestTimeout = 5 * time.Second

// maxAnswer is what is read of an answer, in bytes. They have less than one
// kilobyte.
const maxAnswer = 64 << 10

var (
	errElsewhere = errors.New("a request to another host was refused")
	errRedirect  = errors.New("a redirect was not followed")
	errNoAnswer  = errors.New("no answer in time")
	errTooLong   = errors.New("the answer is too long")
)

// newTransport returns the way to the network. It uses no proxy, whatever the
// environment says: a session token goes to AWS and to nobody else.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: requestTimeout}
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    requestTimeout,
		ResponseHeaderTimeout:  requestTimeout,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}
}

// A client makes the SDK's requests: to one host, one attempt each, no redirect
// followed, and the answer read whole before it is handed on.
type client struct {
	via     http.RoundTripper
	host    string
	timeout time.Duration
	status  int // of the answer, 0 if there was none
}

// Do makes one request.
func (c *client) Do(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" || req.URL.Host != c.host || req.Host != "" && req.Host != c.host || req.URL.User != nil {
		return nil, errElsewhere
	}
	ctx, cancel := context.WithTimeout(req.Context(), c.timeout)
	defer cancel()
	resp, err := c.via.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, late(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 && resp.StatusCode < 400 {
		return nil, errRedirect
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, late(ctx, err)
	}
	if len(body) > maxAnswer {
		return nil, errTooLong
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	c.status = resp.StatusCode
	return resp, nil
}

// late tells a request that took too long from one that failed.
func late(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errNoAnswer
	}
	return err
}
