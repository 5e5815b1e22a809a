package live

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/resolver"
)

func TestMachine(t *testing.T) {
	t.Setenv("AWSCRED_TEST_LEFT_OUT", "x")
	h := Machine([]string{"A=1", "B=x=y", "A=2", "=C:=skipped", "noequals", "EMPTY="})
	want := map[string]string{"A": "1", "B": "x=y", "EMPTY": ""}
	if len(h.Env) != len(want) {
		t.Errorf("Env = %v, want %v", h.Env, want)
	}
	for name, value := range want {
		if got, ok := h.LookupEnv(name); !ok || got != value {
			t.Errorf("%s = %q, %v, want %q", name, got, ok, value)
		}
	}
	if h.OS != runtime.GOOS || h.PID != os.Getpid() || h.UID != os.Getuid() || h.Dir == "" || h.Executable == "" {
		t.Errorf("the machine is not described: %+v", h)
	}
	if d := time.Since(h.Time()); d < 0 || d > time.Minute {
		t.Errorf("the clock is off by %v", d)
	}
}

// The account's home is not that of the variable.
func TestAccountHomeIgnoresTheVariable(t *testing.T) {
	before := Machine(nil).Home
	t.Setenv("HOME", t.TempDir())
	if got := Machine(os.Environ()).Home; got != before {
		t.Errorf("Home = %q with another HOME, %q before", got, before)
	}
}

type fileTest struct {
	name, path string
	max        int64
	want       string
	err        error
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	plain := write("plain", "12345")
	link := filepath.Join(dir, "link")
	if err := os.Symlink(plain, link); err != nil {
		t.Fatal(err)
	}
	tests := []fileTest{
		{"plain", plain, 5, "12345", nil},
		{"empty", write("empty", ""), 0, "", nil},
		{"too large", plain, 4, "", resolver.ErrTooLarge},
		{"link", link, 100, "12345", nil},
		{"missing", filepath.Join(dir, "missing"), 100, "", fs.ErrNotExist},
		{"directory", dir, 100, "", resolver.ErrNotRegular},
		{"below a file", filepath.Join(plain, "x"), 100, "", errAny},
	}
	for _, tt := range append(tests, specialFiles(t, dir)...) {
		t.Run(tt.name, func(t *testing.T) {
			got, err := files{}.ReadFile(tt.path, tt.max)
			if string(got) != tt.want || !matches(err, tt.err) {
				t.Errorf("ReadFile = %q, %v, want %q, %v", got, err, tt.want, tt.err)
			}
			if err != nil && !strings.Contains(err.Error(), tt.path) {
				t.Errorf("error %q does not name the file", err)
			}
		})
	}
}

var errAny = errors.New("any error")

func matches(err, want error) bool {
	if want == errAny {
		return err != nil
	}
	return errors.Is(err, want)
}

func TestStatReadDirReadlink(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b", "a", "c"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("xyz"), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("a", filepath.Join(dir, "z")); err != nil {
		t.Fatal(err)
	}
	f := files{}
	info, err := f.Stat(filepath.Join(dir, "z"))
	if err != nil || info.Mode.Perm() != 0o640 || info.Size != 3 || info.UID != os.Getuid() || time.Since(info.ModTime) > time.Hour {
		t.Errorf("Stat = %+v, %v", info, err)
	}
	if _, err := f.Stat(filepath.Join(dir, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stat of a missing file: %v", err)
	}
	if names, err := f.ReadDir(dir); err != nil || !slices.Equal(names, []string{"a", "b", "c", "z"}) {
		t.Errorf("ReadDir = %q, %v", names, err)
	}
	if _, err := f.ReadDir(filepath.Join(dir, "a")); err == nil {
		t.Error("ReadDir of a file gave no error")
	}
	if to, err := f.Readlink(filepath.Join(dir, "z")); err != nil || to != "a" {
		t.Errorf("Readlink = %q, %v", to, err)
	}
}

func TestTransportUsesNoProxy(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	tr := newTransport()
	if tr.Proxy != nil {
		t.Error("the transport asks for a proxy")
	}
	server := httptest.NewServer(http.RedirectHandler("http://127.0.0.1:1/elsewhere", http.StatusTemporaryRedirect))
	defer server.Close()
	req, err := http.NewRequest(http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&client{via: tr, timeout: 5 * time.Second}).Do(req)
	if err != nil || resp.StatusCode != http.StatusTemporaryRedirect {
		t.Errorf("Do = %v, %v, want the redirect itself", resp, err)
	}
}

// What a name leads to is judged when it is dialled, before anything is sent.
func TestTransportRefusesOtherAddressesForContainers(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		url     string
		refused bool
	}{
		{"http://127.0.0.1:" + port, false},
		{"http://localhost:" + port, false},
		{"http://192.0.2.1:81", true}, // TEST-NET-1: dialled by nobody
		{"http://169.254.169.254", true},
	}
	for _, tt := range tests {
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), containerOnly{}, true), 5*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, tt.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := newTransport().RoundTrip(req)
		if err == nil {
			resp.Body.Close()
		}
		if errors.Is(err, errContainerHost) != tt.refused || !tt.refused && err != nil {
			t.Errorf("%s: %v, want refused %v", tt.url, err, tt.refused)
		}
	}
}

func TestContainerAddress(t *testing.T) {
	tests := map[string]bool{
		"127.0.0.1": true, "127.255.0.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"169.254.170.2": true, "::ffff:169.254.170.2": true, "169.254.170.23": true, "fd00:ec2::23": true,
		"169.254.170.3": false, "169.254.169.254": false, "fd00:ec2::254": false, "10.0.0.1": false, "0.0.0.0": false, "::": false,
	}
	for text, want := range tests {
		if got := containerAddress(netip.MustParseAddr(text)); got != want {
			t.Errorf("containerAddress(%s) = %v, want %v", text, got, want)
		}
	}
}
