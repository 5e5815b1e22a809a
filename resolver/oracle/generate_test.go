package oracle_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/oracle"
	"github.com/awscred/awscred/resolver/sdk"
)

func TestGenerateIsRepeatable(t *testing.T) {
	different := 0
	for n := range uint64(300) {
		a, b := oracle.Generate(7, n), oracle.Generate(7, n)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatalf("situation %d differs from itself: %s", n, diff)
		}
		if !bytes.Equal(a.Encode("x"), oracle.Generate(8, n).Encode("x")) {
			different++
		}
	}
	if different < 250 {
		t.Errorf("another seed gives only %d other situations", different)
	}
}

// What is printed as a case is what was asked: all of it comes back.
func TestEncode(t *testing.T) {
	for n := range uint64(2000) {
		s := oracle.Generate(3, n)
		c, err := s.Case("x")
		if err != nil {
			t.Fatalf("situation %d: %v\n%s", n, err, s.Encode("x"))
		}
		place := chaintest.Place{Home: "/home/me", Services: chaintest.NewStub().Services}
		w, err := c.In(place)
		if err != nil {
			t.Fatalf("situation %d: %v", n, err)
		}
		base := chaintest.BaseEnv(place)
		for _, v := range s.Env {
			delete(base, v.Name)
			if got, set := w.Env[v.Name]; set == v.Unset || !strings.Contains(v.Value, "{{") && got != v.Value {
				t.Errorf("situation %d: %s is %q, want %q", n, v.Name, got, v.Value)
			}
		}
		for name, value := range base {
			if w.Env[name] != value {
				t.Errorf("situation %d: %s is %q, want %q", n, name, w.Env[name], value)
			}
		}
		if len(w.Files) != len(s.Files) || w.Profile != s.Profile {
			t.Errorf("situation %d: %d files and profile %q, want %d and %q", n, len(w.Files), w.Profile, len(s.Files), s.Profile)
		}
		for _, f := range s.Files {
			if got, ok := w.Files[f.Path]; !ok || !strings.Contains(f.Text, "{{") && string(got) != f.Text {
				t.Errorf("situation %d: %s is %q, want %q", n, f.Path, got, f.Text)
			}
		}
	}
}

// At least half of the situations must end with keys, and of every source;
// otherwise most of the answers compared would be errors.
func TestGenerateReachesEverySource(t *testing.T) {
	const all = 2000
	found := map[resolver.Source]int{}
	keys := 0
	for n := range uint64(all) {
		c, err := oracle.Generate(5, n).Case("x")
		if err != nil {
			t.Fatal(err)
		}
		h, code, err := c.Host(chaintest.NewStub(), c.Wants[0])
		if err != nil {
			t.Fatal(err)
		}
		tr := resolver.Resolve(context.Background(), h, sdk.GoV2(), resolver.Options{Code: code, Carrier: live.Carrier{}})
		if win := tr.Winner(); win != nil {
			found[win.Source]++
			keys++
		}
	}
	if keys < all/2 {
		t.Errorf("%d of %d situations end with keys", keys, all)
	}
	for _, s := range resolver.Sources() {
		old := s == resolver.FromBotoConfig || s == resolver.FromCredentialFile // which Go does not have
		if found[s] < 5 && !old {
			t.Errorf("%d situations end with keys from %s", found[s], s)
		}
	}
}

// No situation may lead elsewhere than to loopback, unless it says so.
func TestGenerateStaysHere(t *testing.T) {
	for n := range uint64(800) {
		s := oracle.Generate(9, n)
		if s.Alone {
			continue
		}
		c, err := s.Case("x")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"go-v2", "terraform", "js-v3", "python", "cli-v1"} { // the judges
			model := modelOf(name)
			h, code, err := c.Host(chaintest.NewStub(), c.Wants[0])
			if err != nil {
				t.Fatal(err)
			}
			leaves := &leaver{stub: h.HTTP.(*chaintest.Stub)}
			h.HTTP = leaves
			resolver.Resolve(context.Background(), h, model, resolver.Options{Code: code, Carrier: live.Carrier{}})
			if leaves.to != "" {
				t.Errorf("situation %d: %s asks %s\n%s", n, model.Name, leaves.to, s.Encode("x"))
			}
		}
		if t.Failed() {
			return
		}
	}
}

// A leaver notes the first host that is asked and is not loopback.
type leaver struct {
	stub *chaintest.Stub
	to   string
}

// RoundTrip asks the stub.
func (l *leaver) RoundTrip(r *http.Request) (*http.Response, error) {
	host := r.URL.Hostname()
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) && l.to == "" {
		l.to = r.URL.String()
	}
	return l.stub.RoundTrip(r)
}
