package sdk_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/sdk"
)

// oracleRuns are 60 scenarios, and what real SDKs made of them.
const oracleRuns = "sdk-suites/oracle-runs/"

// A scenario is a situation. Its variables and files may name $HOME, /TOK and
// /PROC, which are files, and PORT, at which metadata services answer.
type scenario struct {
	ID, Name    string
	Env         map[string]string
	Credentials string `json:"credentials_file"`
	Config      string `json:"config_file"`
	Profile     string `json:"in_code_profile"`
}

// An oracle is a real SDK that was asked.
type oracle struct {
	file string
	sdk  *resolver.SDK
	// endpoint is where the metadata service answered, and region what the
	// program named itself.
	endpoint, region string
	// want reads a recorded answer.
	want func(answer) wanted
	// code is false if no profile could be given in code.
	code bool
}

// An answer is one that was recorded.
type answer struct {
	Raw, Outcome string
	KeyID        string `json:"access_key_id"`
}

// wanted is what an answer comes to. KeyID is empty if it does not matter.
type wanted struct {
	outcome resolver.Outcome
	source  resolver.Source
	keyID   string
}

func oracles() []oracle {
	return []oracle{
		{file: "ruby-aws-sdk-core-3.211.0.json", sdk: sdk.Ruby(), endpoint: "http://127.0.0.1:18600", region: "us-east-1", want: rubyWanted, code: true},
		// It asks port 80, whatever the address says.
		{file: "ruby-aws-sdk-core-3.168.1-debian.json", sdk: sdk.RubyAt("3.168.1"), endpoint: "http://127.0.0.77:4711", region: "us-east-1", want: rubyWanted, code: true},
		{file: "aws-c-auth-via-python3-awscrt-0.16.8-debian.json", sdk: sdk.CRTAt("0.6.22"), endpoint: "http://127.0.0.1:18600", want: crtWanted},
	}
}

// TestConformanceOracle runs the scenarios as each SDK was asked.
func TestConformanceOracle(t *testing.T) {
	var scenarios []scenario
	readConformance(t, oracleRuns+"scenarios.json", &scenarios)
	if len(scenarios) != 60 {
		t.Errorf("there are %d scenarios, not 60", len(scenarios))
	}
	for _, o := range oracles() {
		var answers map[string]answer
		readConformance(t, oracleRuns+o.file, &answers)
		for _, s := range scenarios {
			t.Run(o.sdk.Name+" "+o.sdk.Version+"/"+s.ID, func(t *testing.T) {
				a, ok := answers[s.ID]
				if !ok {
					t.Fatal("no answer is recorded")
				}
				o.check(t, s, o.want(a))
			})
		}
	}
}

func (o oracle) check(t *testing.T, s scenario, want wanted) {
	t.Helper()
	code := resolver.Code{}
	if o.code {
		code.Profile = s.Profile
	}
	for _, carrier := range []resolver.Carrier{live.Carrier{}, nil} {
		tr := resolver.Resolve(context.Background(), s.host(o), o.sdk, resolver.Options{Code: code, Carrier: carrier})
		checkSteps(t, tr)
		selected := carrier == nil
		if selected && want.outcome != resolver.HasCredentials {
			// That a container or a process fails shows only when it is asked.
			continue
		}
		outcome := tr.Outcome()
		if selected && outcome == resolver.NotKnown {
			outcome = resolver.HasCredentials
		}
		if outcome != want.outcome || sourceOf(tr) != want.source {
			t.Errorf("%s: %s from %q, want %s from %q (%s, %s)", s.Name, outcome, sourceOf(tr), want.outcome, want.source, tr.Depth, describe(tr))
		}
		if win := tr.Winner(); win != nil && want.keyID != "" && win.KeyID != want.keyID {
			t.Errorf("%s: key is %q, want %q", s.Name, win.KeyID, want.keyID)
		}
	}
}

// host puts a scenario in memory.
func (s scenario) host(o oracle) *resolver.Host {
	const home = "/home/me"
	words := strings.NewReplacer("$HOME", home, "/TOK", home+"/tok", "/PROC", "cat "+home+"/keys", "/bin/false", "false")
	sum := sha1.Sum([]byte("https://x.awsapps.com/start"))
	files := chaintest.Memory{
		home + "/tok":  []byte("jwt"),
		home + "/keys": []byte(`{"Version":1,"AccessKeyId":"AKID-PROCESS","SecretAccessKey":"s"}`),
		home + "/.aws/sso/cache/" + hex.EncodeToString(sum[:]) + ".json": []byte(`{"accessToken":"fresh","expiresAt":"2099-01-01T00:00:00Z"}`),
	}
	if s.Credentials != "" {
		files[home+"/.aws/credentials"] = []byte(words.Replace(s.Credentials))
	}
	if s.Config != "" {
		files[home+"/.aws/config"] = []byte(words.Replace(s.Config))
	}
	env := map[string]string{}
	for name, value := range s.Env {
		value = words.Replace(value)
		if name == "AWS_EC2_METADATA_SERVICE_ENDPOINT" {
			value = o.endpoint
		}
		env[name] = strings.ReplaceAll(value, "PORT", "18600")
	}
	if o.region != "" {
		env["AWS_REGION"] = o.region
	}
	return &resolver.Host{
		OS: "linux", Env: env, Files: files, HTTP: moved{chaintest.NewStub()}, Run: cat(files),
		Home: home, Dir: home, UID: 1000, Now: chaintest.Now,
	}
}

// moved is a stub at one more address, port 80 of 127.0.0.77.
type moved struct{ *chaintest.Stub }

func (m moved) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == "127.0.0.77" {
		r = r.Clone(r.Context())
		r.URL.Host = "127.0.0.1:18600"
	}
	return m.Stub.RoundTrip(r)
}

// cat emulates the processes of the scenarios.
func cat(files chaintest.Memory) resolver.Runner {
	return func(_ context.Context, command string, _ map[string]string) ([]byte, error) {
		if name, ok := strings.CutPrefix(command, "cat "); ok {
			return files.ReadFile(name, 1<<20)
		}
		return nil, fmt.Errorf("running %q: exit status 1", command)
	}
}

// rubyWanted reads an answer that begins with the class of the credentials.
func rubyWanted(a answer) wanted {
	class, _, _ := strings.Cut(a.Raw, " ")
	w := wanted{outcome: resolver.Outcome(a.Outcome)}
	w.source = map[string]resolver.Source{
		"Credentials":                      resolver.FromEnv,
		"SharedCredentials":                resolver.FromProfile,
		"AssumeRoleCredentials":            resolver.FromAssumeRole,
		"AssumeRoleWebIdentityCredentials": resolver.FromWebIdentity,
		"SSOCredentials":                   resolver.FromSSO,
		"ProcessCredentials":               resolver.FromProcess,
		"ECSCredentials":                   resolver.FromContainer,
		"InstanceProfileCredentials":       resolver.FromIMDS,
	}[class]
	switch {
	case a.KeyID == "AKID-LEGACY", a.KeyID == "AKID-AMZ":
		w.source, w.keyID = resolver.FromEnvLegacy, a.KeyID
	case w.source == resolver.FromEnv, w.source == resolver.FromProfile:
		w.keyID = a.KeyID
	}
	return w
}

// crtWanted reads an answer of awscrt for Python. It could neither ask STS nor a
// metadata service elsewhere, so that its failures tell how far it came: it
// crashed when it asked STS, and named the last source that it asked. Its error
// is what others call no credentials.
func crtWanted(a answer) wanted {
	switch {
	case strings.Contains(a.Raw, "auth_credentials.c"):
		return wanted{outcome: resolver.HasCredentials, source: resolver.FromAssumeRole}
	case strings.Contains(a.Raw, "IMDS_SOURCE_FAILURE"):
		return wanted{outcome: resolver.HasCredentials, source: resolver.FromIMDS}
	case a.Outcome != "credentials":
		return wanted{outcome: resolver.HasNone}
	}
	w := wanted{outcome: resolver.HasCredentials, source: resolver.FromProfile, keyID: a.KeyID}
	switch a.KeyID {
	case "AKID-CONTAINER":
		w.source, w.keyID = resolver.FromContainer, ""
	case "AKID-ENV", "":
		w.source = resolver.FromEnv
	}
	return w
}
