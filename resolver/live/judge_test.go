package live_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/sdk"
)

// realSDK, as the first argument, makes the test binary a program that asks the
// real SDK for credentials, as any program would. So it can run with exactly
// the environment of a case, and it may panic, as the SDK does in one of them.
const realSDK = "real-sdk"

func TestMain(m *testing.M) {
	if len(os.Args) == 4 && os.Args[1] == realSDK {
		if err := json.NewEncoder(os.Stdout).Encode(askRealSDK(os.Args[2], os.Args[3])); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// An answer is what came of asking.
type answer struct {
	Outcome resolver.Outcome
	Source  resolver.Source
	KeyID   string
	Error   string // for the log; not compared
}

func askRealSDK(profile, keyID string) answer {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	options := []func(*config.LoadOptions) error{
		// Trying again changes no answer of the stub; it only takes seconds.
		config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }),
	}
	if profile != "" {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	if keyID != "" {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(keyID, "x", "")))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	var v aws.Credentials
	if err == nil {
		v, err = cfg.Credentials.Retrieve(ctx)
	}
	switch {
	case err == nil:
		return answer{Outcome: resolver.HasCredentials, Source: sourceOf(v.Source), KeyID: v.AccessKeyID}
	case strings.Contains(err.Error(), "no EC2 IMDS role found"): // the end of the chain
		return answer{Outcome: resolver.HasNone, Error: err.Error()}
	}
	return answer{Outcome: resolver.HasError, Error: err.Error()}
}

// sourceOf translates the name of a provider.
func sourceOf(provider string) resolver.Source {
	name, _, _ := strings.Cut(provider, ":")
	return map[string]resolver.Source{
		"StaticCredentials":           resolver.FromCode,
		"EnvConfigCredentials":        resolver.FromEnv,
		"SharedConfigCredentials":     resolver.FromProfile,
		"AssumeRoleProvider":          resolver.FromAssumeRole,
		"WebIdentityCredentials":      resolver.FromWebIdentity,
		"SSOProvider":                 resolver.FromSSO,
		"LoginProvider":               resolver.FromLogin,
		"ProcessProvider":             resolver.FromProcess,
		"CredentialsEndpointProvider": resolver.FromContainer,
		"EC2RoleProvider":             resolver.FromIMDS,
	}[name]
}

// needLinkLocal are the cases in which an SDK asks addresses that only an
// instance or a container has.
func needLinkLocal() []string {
	return []string{
		"ecs-full-eks", "ecs-full-ipv6-loopback-dead", "ecs-full-linklocal-other", "ecs-relative", "ecs-relative-auth-token",
		"ecs-relative-blank-full-set", "ecs-relative-noslash", "ecs-relative-vs-full",
		"imds-default-endpoint", "imds-mode-ipv6", "imds-mode-ipv6-lower",
	}
}

// TestTheRealSDKAgrees puts every case before the real SDK, in a process of its
// own, and before our model of it on this machine; both ask the same stub on
// loopback. Resolving must leave the home directory as it was, which the SDK
// does not.
func TestTheRealSDKAgrees(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the cases are of Unix")
	}
	cases, err := chaintest.LoadDir("../../testdata/chain")
	if err != nil {
		t.Fatal(err)
	}
	stub, end, err := chaintest.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	linkLocal := serveLinkLocal(t)
	for _, c := range cases {
		if c.OS != "linux" || len(c.WantsOf("go-v2")) == 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			if !linkLocal && slices.Contains(needLinkLocal(), c.Name) {
				t.Skip("needs the addresses of serveLinkLocal")
			}
			t.Parallel()
			judge(t, c, stub)
		})
	}
}

// serveLinkLocal puts a stub at the addresses of metadata services and reports
// whether it could. That takes a network namespace that has them, which a test
// cannot make for itself:
//
//	unshare -n sh -c 'ip link set lo up; for a in 169.254.169.254 169.254.170.2 169.254.170.23 \
//		fd00:ec2::254 fd00:ec2::23; do ip addr add $a dev lo; done; go test ./resolver/live'
func serveLinkLocal(t *testing.T) bool {
	own, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	stub := chaintest.NewStub()
	for _, address := range []string{"169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23"} {
		if !slices.ContainsFunc(own, func(a net.Addr) bool {
			ip, _, err := net.ParseCIDR(a.String())
			return err == nil && ip.Equal(net.ParseIP(address))
		}) {
			return false
		}
		l, err := net.Listen("tcp", net.JoinHostPort(address, "80"))
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewUnstartedServer(through(stub))
		server.Listener.Close()
		server.Listener = l
		server.Start()
		t.Cleanup(server.Close)
	}
	return true
}

// through makes a server of a round-tripper.
func through(rt http.RoundTripper) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Scheme, r.URL.Host = "http", r.Host
		resp, err := rt.RoundTrip(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		maps.Copy(w.Header(), resp.Header)
		w.WriteHeader(resp.StatusCode)
		io.Copy(w, resp.Body)
	})
}

// The model says which version it was made from; the judge is that version.
func TestTheModelIsOfThisSDK(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/aws/aws-sdk-go-v2/config").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.TrimSpace(string(out)), "v"+sdk.GoV2().Version; got != want {
		t.Errorf("config %s is linked, the model is of %s: read what changed", got, want)
	}
}

func judge(t *testing.T, c *chaintest.Case, stub *chaintest.Stub) {
	home, dir := t.TempDir(), t.TempDir()
	w, err := c.In(chaintest.Place{Home: home, Services: stub.Services})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.WriteHome(home); err != nil {
		t.Fatal(err)
	}
	var env []string
	for name, value := range w.Env {
		env = append(env, name+"="+value)
	}
	before := tree(t, home)
	ours := askModel(t, env, dir, resolver.Code{Profile: w.Profile, KeyID: w.KeyID})
	if after := tree(t, home); !maps.Equal(before, after) {
		t.Error("resolving changed the home directory")
	}
	theirs := runRealSDK(t, env, dir, w.Profile, w.KeyID)
	// It does not tell the two spellings of the variables apart.
	if ours.Source == resolver.FromEnvLegacy {
		ours.Source = resolver.FromEnv
	}
	if theirs.Outcome != ours.Outcome || theirs.Source != ours.Source || theirs.KeyID != ours.KeyID {
		t.Errorf("%s\nwe say:  %+v\nit says: %+v", c.Title, ours, theirs)
	}
}

// askModel resolves on this machine with another environment.
func askModel(t *testing.T, env []string, dir string, code resolver.Code) answer {
	h := live.Machine(env)
	h.Dir = dir
	tr := resolver.Resolve(t.Context(), h, sdk.GoV2(), resolver.Options{Code: code, Carrier: live.Carrier{}})
	a := answer{Outcome: tr.Outcome()}
	if s := tr.Ended(); s != nil {
		a.Error = s.Reason
	}
	if s := tr.Winner(); s != nil {
		a.Source, a.KeyID = s.Source, s.KeyID
	}
	return a
}

func runRealSDK(t *testing.T, env []string, dir, profile, keyID string) answer {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, realSDK, profile, keyID)
	cmd.Env, cmd.Dir = env, dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && strings.Contains(stderr.String(), "panic: ") {
		return answer{Outcome: resolver.HasError, Error: "panic"}
	}
	if err != nil {
		t.Fatalf("running the real SDK: %v\n%s", err, &stderr)
	}
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		t.Fatalf("reading the answer of the real SDK: %v\n%s", err, out)
	}
	return a
}

// tree returns what a directory holds: names with modes, times and contents.
func tree(t *testing.T, root string) map[string]string {
	list := map[string]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var content []byte
		if info.Mode().IsRegular() {
			if content, err = os.ReadFile(name); err != nil {
				return err
			}
		}
		list[name] = info.Mode().String() + info.ModTime().String() + string(content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
