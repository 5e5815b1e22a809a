package chaintest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// A Stub answers like the services that SDKs ask for keys. It is an
// http.RoundTripper, so that no socket is needed; [Listen] opens some.
type Stub struct {
	Services Services

	mu       sync.Mutex
	hosts    map[string]mode
	requests []string
}

// A mode is how a metadata service behaves.
type mode string

const (
	normal   mode = "ok"
	v1Only   mode = "v1only" // has no tokens
	v2Only   mode = "v2only" // answers to tokens only
	noRole   mode = "norole" // an instance without a role
	token403 mode = "tok403" // refuses to make tokens
	token400 mode = "tok400" // cannot make tokens
)

// NewStub returns a Stub in memory. It stands at loopback addresses, at the
// addresses that instances and containers ask, and at every name of AWS.
func NewStub() *Stub {
	s := &Stub{hosts: map[string]mode{
		"169.254.169.254": normal, "[fd00:ec2::254]": normal,
		"169.254.170.2": normal, "169.254.170.23": normal, "[fd00:ec2::23]": normal,
		"localhost:18600": normal,
	}}
	at := func(m mode, port int) string {
		host := fmt.Sprintf("127.0.0.1:%d", port)
		s.hosts[host] = m
		return "http://" + host
	}
	s.Services = Services{
		IMDS:     at(normal, 18600),
		V1Only:   at(v1Only, 18601),
		V2Only:   at(v2Only, 18602),
		NoRole:   at(noRole, 18603),
		Token403: at(token403, 18604),
		Token400: at(token400, 18605),
		Dead:     "http://127.0.0.1:18609",
	}
	return s
}

// RoundTrip answers a request.
func (s *Stub) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	host := strings.TrimSuffix(r.URL.Host, ":80")
	s.mu.Lock()
	m, ok := s.hosts[host]
	s.mu.Unlock()
	if !ok && strings.HasSuffix(r.URL.Hostname(), ".amazonaws.com") {
		m, ok = normal, true
	}
	if !ok {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	served := r.Clone(r.Context())
	served.RequestURI = r.URL.RequestURI()
	if served.Body == nil {
		served.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	s.handler(m).ServeHTTP(w, served)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

// Listen returns a Stub that listens on loopback, for a real SDK in a process
// of its own, and the function that ends it.
func Listen() (*Stub, func(), error) {
	s := &Stub{}
	var servers []*httptest.Server
	end := func() {
		for _, server := range servers {
			server.Close()
		}
	}
	serve := func(m mode) string {
		server := httptest.NewServer(s.handler(m))
		servers = append(servers, server)
		return server.URL
	}
	s.Services = Services{
		IMDS:     serve(normal),
		V1Only:   serve(v1Only),
		V2Only:   serve(v2Only),
		NoRole:   serve(noRole),
		Token403: serve(token403),
		Token400: serve(token400),
		// Nothing listens on the first port.
		Dead: "http://127.0.0.1:1",
	}
	if _, err := url.Parse(s.Services.IMDS); err != nil {
		end()
		return nil, nil, fmt.Errorf("listening: %w", err)
	}
	return s, end, nil
}

// Requests returns what was asked since the last call, in order.
func (s *Stub) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.Clone(s.requests)
	s.requests = nil
	return list
}

func (s *Stub) log(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, fmt.Sprintf(format, args...))
}
