package verify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/verify/verifytest"
)

// overTLS returns the transport of the program with one change: whatever host
// it dials is the server, which it trusts.
func overTLS(t *testing.T, h http.Handler) (via *http.Transport, dialled *[]string) {
	t.Helper()
	server := httptest.NewTLSServer(h)
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	via = newTransport()
	via.TLSClientConfig.RootCAs = pool
	via.TLSClientConfig.ServerName = "example.com" // of the certificate
	dialled = new([]string)
	via.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		*dialled = append(*dialled, address)
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return via, dialled
}

// A trap is a server that nobody must ask.
func trap(t *testing.T) (url string, caught *atomic.Int32) {
	t.Helper()
	caught = new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { caught.Add(1) }))
	t.Cleanup(server.Close)
	return server.URL, caught
}

// Neither the environment nor a configuration file can send a key elsewhere.
func TestEnvironmentIsIgnored(t *testing.T) {
	url, caught := trap(t)
	config := filepath.Join(t.TempDir(), "config")
	text := "[default]\nregion = eu-west-1\nendpoint_url = " + url + "\nservices = s\n[services s]\nsts =\n  endpoint_url = " + url + "\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"HTTPS_PROXY": url, "https_proxy": url, "HTTP_PROXY": url, "ALL_PROXY": url, "NO_PROXY": "",
		"AWS_ENDPOINT_URL": url, "AWS_ENDPOINT_URL_STS": url, "AWS_CONFIG_FILE": config, "AWS_SDK_LOAD_CONFIG": "1",
		"AWS_REGION": "cn-north-1", "AWS_DEFAULT_REGION": "cn-north-1", "AWS_STS_REGIONAL_ENDPOINTS": "legacy",
		"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_MAX_ATTEMPTS": "9", "AWS_PROFILE": "default",
		"AWS_ACCESS_KEY_ID": keytest.ID(9), "AWS_SECRET_ACCESS_KEY": keytest.Secret(9),
	} {
		t.Setenv(name, value)
	}
	stub := &verifytest.Stub{Keys: []verifytest.Key{live(1)}}
	via, dialled := overTLS(t, stub)
	list, _ := scan(t, pair)
	quick(via).Findings(t.Context(), list)
	if f := list[0]; f.Verified != string(Active) {
		t.Errorf("%s: %s", f.Verified, f.VerifiedNote)
	}
	if n := caught.Load(); n > 0 {
		t.Errorf("the trap was asked %d times", n)
	}
	if got := strings.Join(*dialled, " "); got != commercialSTS+":443" {
		t.Errorf("dialled %s", got)
	}
	if r := stub.Requests(); len(r) != 1 || r[0].ID != keytest.ID(1) || !r[0].Signed {
		t.Errorf("requests: %+v", r)
	}
}

// A redirect is not followed, wherever it leads: the token would go there.
func TestRedirectIsNotFollowed(t *testing.T) {
	url, caught := trap(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		via, _ := overTLS(t, http.RedirectHandler(url, status))
		list, _ := scan(t, token)
		quick(via).Findings(t.Context(), list)
		if f := list[0]; f.Verified != string(Unknown) || !strings.Contains(f.VerifiedNote, "redirect") {
			t.Errorf("%d: %s, %s", status, f.Verified, f.VerifiedNote)
		}
	}
	if n := caught.Load(); n > 0 {
		t.Errorf("%d redirects were followed", n)
	}
}

// A server that does not answer, or never ends, costs the time of two attempts.
func TestSlowServer(t *testing.T) {
	handlers := map[string]http.HandlerFunc{
		"silent": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(5 * time.Second):
			}
		},
		"dripping": func(w http.ResponseWriter, r *http.Request) {
			for range 1000 {
				if _, err := w.Write([]byte(" ")); err != nil || r.Context().Err() != nil {
					return
				}
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
	}
	for name, h := range handlers {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			via, _ := overTLS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				io.Copy(io.Discard, r.Body) // only then the end of the client is noticed
				h(w, r)
			}))
			list, _ := scan(t, pair)
			v := quick(via)
			v.timeout = 300 * time.Millisecond
			start := time.Now()
			v.Findings(t.Context(), list)
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			if f := list[0]; f.Verified != string(Unknown) || !strings.Contains(f.VerifiedNote, "no answer within") {
				t.Errorf("%s: %s", f.Verified, f.VerifiedNote)
			}
			if n := asked.Load(); n != 2 {
				t.Errorf("%d attempts", n)
			}
		})
	}
	if v := New(nil, nil); v.timeout != 5*time.Second {
		t.Errorf("the time of a request is %v", v.timeout)
	}
}

// A certificate that is not AWS's ends the attempt before anything is sent.
func TestCertificateIsChecked(t *testing.T) {
	stub := &verifytest.Stub{Keys: []verifytest.Key{live(1)}}
	via, _ := overTLS(t, stub)
	via.TLSClientConfig.ServerName = ""
	list, _ := scan(t, pair)
	quick(via).Findings(t.Context(), list)
	if f := list[0]; f.Verified != string(Unknown) || !strings.Contains(f.VerifiedNote, "certificate") || len(stub.Requests()) > 0 {
		t.Errorf("%s: %s, %d requests", f.Verified, f.VerifiedNote, len(stub.Requests()))
	}
	if v := newTransport().TLSClientConfig.MinVersion; v < tls.VersionTLS12 {
		t.Errorf("TLS version %x", v)
	}
}

// A name without an address is no sign of a dead key.
func TestNoNetwork(t *testing.T) {
	via := newTransport()
	via.DialContext = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x"}}
	}
	list, _ := scan(t, pair)
	quick(via).Findings(t.Context(), list)
	if f := list[0]; f.Verified != string(Unknown) || f.VerifiedNote != "no address is known for "+commercialSTS {
		t.Errorf("%s: %s", f.Verified, f.VerifiedNote)
	}
}

// Only the constant host is asked, whatever the SDK makes of its options.
func TestClientRefusesOtherHosts(t *testing.T) {
	for _, url := range []string{"http://" + commercialSTS + "/", "https://sts.example.com/", "https://" + commercialSTS + ":444/", "https://u:p@" + commercialSTS + "/"} {
		stub := &verifytest.Stub{}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (&client{via: stub, host: commercialSTS, timeout: time.Second}).Do(req); err != errElsewhere || len(stub.Requests()) > 0 {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// The hosts are constants, each of its own partition.
func TestPartitions(t *testing.T) {
	for _, p := range partitions() {
		if !strings.HasPrefix(p.host, "sts."+p.region+".amazonaws.") {
			t.Errorf("%s: %s", p.name, p.host)
		}
	}
	ask, beyond := partitionsFor([]string{"aws-cn", "aws-iso-b"})
	if len(ask) != 2 || ask[0].name != "aws-cn" || ask[1].name != "aws" || len(beyond) != 1 || beyond[0] != "aws-iso-b" {
		t.Errorf("ask %v, beyond %v", ask, beyond)
	}
}
