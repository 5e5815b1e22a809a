package live

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
)

func TestProbe(t *testing.T) {
	h, stub := stubHost(nil)
	s := stub.Services
	imds := func(at string) *resolver.InstancePlan { return &resolver.InstancePlan{Endpoint: at} }
	const list = "/latest/meta-data/iam/security-credentials/"
	tests := []struct {
		name       string
		plan       resolver.Plan
		configured bool
		role       string
		err        string // "not asked", or as for checkError
		asked      []string
	}{
		{"address", imds("http://169.254.169.254"), false, "stub-role", "", []string{"IMDS[ok] PUT token", "IMDS[ok] GET " + list + " +token"}},
		{"IPv6 address", imds("http://[fd00:ec2::254]"), false, "stub-role", "", []string{"IMDS[ok] PUT token", "IMDS[ok] GET " + list + " +token"}},
		{"configured, not told", imds(s.IMDS), false, "", "not asked", nil},
		{"look-alike", imds("http://169.254.169.254.example.com"), false, "", "not asked", nil},
		{"look-alike with a user", imds("http://169.254.169.254@127.0.0.1"), false, "", "not asked", nil},
		{"another port", imds("http://169.254.169.254:8080"), false, "", "not asked", nil},
		{"configured", imds(s.IMDS), true, "stub-role", "", []string{"IMDS[ok] PUT token", "IMDS[ok] GET " + list + " +token"}},
		{"v1 only", imds(s.V1Only), true, "stub-role", "", []string{"IMDS[v1only] PUT token", "IMDS[v1only] GET " + list}},
		{"v1 only and disabled", &resolver.InstancePlan{Endpoint: s.V1Only, V1Disabled: true}, true, "", "none: IMDSv1 is switched off", []string{"IMDS[v1only] PUT token"}},
		{"no role", imds(s.NoRole), true, "", "none: no role", []string{"IMDS[norole] PUT token", "IMDS[norole] GET " + list + " +token"}},
		{"not there", imds(s.Dead), true, "", "none: cannot be reached", nil},
		{"container, not told", &resolver.ContainerPlan{URL: s.IMDS + "/ecs"}, false, "", "not asked", nil},
		{"container", &resolver.ContainerPlan{URL: s.IMDS + "/ecs", Token: hide("Bearer good")}, true, "", "", nil}, // only its root is asked
		{"container not there", &resolver.ContainerPlan{URL: s.Dead + "/ecs"}, true, "", "none: cannot be reached", nil},
		{"container elsewhere", &resolver.ContainerPlan{URL: "http://192.0.2.1/"}, true, "", "none: plain HTTP is refused", nil},
		{"container without a URL", &resolver.ContainerPlan{URL: "x"}, true, "", "none: valid URL", nil},
		{"process", &resolver.ProcessPlan{Command: "x"}, true, "", "not asked", nil},
		{"sso", &resolver.SSOPlan{}, true, "", "not asked", nil},
		{"nothing", nil, true, "", "not asked", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stub.Requests()
			role, err := Prober{Configured: tt.configured}.Probe(t.Context(), h, tt.plan)
			if role != tt.role {
				t.Errorf("role %q, want %q", role, tt.role)
			}
			if notAsked := errors.Is(err, resolver.ErrNotAsked); notAsked != (tt.err == "not asked") {
				t.Errorf("error %v, want %q", err, tt.err)
			} else if !notAsked {
				checkError(t, err, tt.err)
			}
			if asked := stub.Requests(); !slices.Equal(asked, tt.asked) {
				t.Errorf("asked %q, want %q", asked, tt.asked)
			}
		})
	}
}

func TestProbeAsksNothingWithoutAWay(t *testing.T) {
	for _, plan := range []resolver.Plan{&resolver.InstancePlan{Endpoint: "http://169.254.169.254"}, &resolver.ContainerPlan{URL: "http://127.0.0.1"}} {
		if _, err := (Prober{Configured: true}).Probe(t.Context(), &resolver.Host{}, plan); !errors.Is(err, resolver.ErrNotAsked) {
			t.Errorf("%T: %v", plan, err)
		}
	}
}

// The question is over within a second, and no token of a container is sent.
func TestProbeIsShortAndSilent(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var sent atomic.Pointer[http.Header]
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		header := r.Header.Clone()
		sent.Store(&header)
		if r.URL.Path != "/" {
			<-release
		}
	}))
	defer server.Close()
	defer close(release)
	h := &resolver.Host{HTTP: newTransport(), Now: chaintest.Now}
	start := time.Now()
	_, err := Prober{Configured: true}.Probe(t.Context(), h, &resolver.InstancePlan{Endpoint: server.URL})
	if d := time.Since(start); !errors.Is(err, resolver.ErrNoCredentials) || d > probeTimeout+time.Second/2 {
		t.Errorf("%v after %v", err, d)
	}
	sent.Store(nil)
	_, err = Prober{Configured: true}.Probe(t.Context(), h, &resolver.ContainerPlan{URL: server.URL + "/keys?x=y", Token: hide("Bearer good")})
	if header := sent.Load(); err != nil || header == nil || header.Get("Authorization") != "" {
		t.Errorf("container: %v, sent %v", err, header)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Prober{Configured: true}).Probe(ctx, h, &resolver.InstancePlan{Endpoint: server.URL}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
}
