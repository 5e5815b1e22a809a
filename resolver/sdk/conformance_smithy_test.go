package sdk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/chaintest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/sdk"
)

// The directories of the AWS SDK for Rust: an environment, files, recorded HTTP
// traffic, and what came of it (aws-config/src/test_case.rs).
const smithyRS = "sdk-suites/smithy-rs/aws/rust-runtime/"

// conformance returns a path in the folder of other projects' test data, which
// is not part of this repository.
func conformance(t *testing.T, path string) string {
	t.Helper()
	root := os.Getenv("AWSCRED_CONFORMANCE")
	if root == "" {
		t.Skip("AWSCRED_CONFORMANCE is not set")
	}
	return filepath.Join(root, filepath.FromSlash(path))
}

// readConformance decodes a JSON file of that folder.
func readConformance(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(conformance(t, path))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// TestConformanceRustChain runs the whole chain.
func TestConformanceRustChain(t *testing.T) {
	// What wins, where a directory is about that.
	sources := map[string]resolver.Source{
		"prefer_environment":              resolver.FromEnv,
		"environment_variables_blank":     resolver.FromProfile,
		"profile_name":                    resolver.FromProfile,
		"profile_static_keys":             resolver.FromProfile,
		"ecs_credentials_invalid_profile": resolver.FromContainer,
		"imds_config_with_no_creds":       resolver.FromIMDS,
	}
	rustDirs(t, "default-credential-provider-chain", 29, sdk.Rust(), sources)
}

// TestConformanceRustProfile runs the files alone.
func TestConformanceRustProfile(t *testing.T) {
	s := sdk.Rust()
	s.Links = slices.DeleteFunc(s.Links, func(l resolver.Link) bool {
		_, isFiles := l.(sdk.Profile)
		return !isFiles
	})
	rustDirs(t, "profile-provider", 18, s, nil)
}

// elsewhere are the directories whose requests go to an address that is
// configured in a profile, with the reason why it is not followed here.
func elsewhere() map[string]string {
	return map[string]string{
		"e2e_fips_and_dual_stack_sts":              "use_fips_endpoint of a profile decides where STS is, not which keys win",
		"assume_role_override_global_profile_url":  "endpoint_url of a profile decides where STS is, not which keys win",
		"assume_role_override_service_profile_url": "a services section decides where STS is, not which keys win",
	}
}

func rustDirs(t *testing.T, kind string, want int, s *resolver.SDK, sources map[string]resolver.Source) {
	root := conformance(t, smithyRS+"aws-config/test-data/"+kind)
	dirs, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) != want {
		t.Errorf("there are %d directories, not %d", len(dirs), want)
	}
	for _, dir := range dirs {
		t.Run(dir.Name(), func(t *testing.T) {
			c := loadRustDir(t, filepath.Join(root, dir.Name()))
			_, c.traffic.anywhere = elsewhere()[dir.Name()]
			tr := resolver.Resolve(context.Background(), c.host, s, resolver.Options{Carrier: live.Carrier{}})
			checkSteps(t, tr)
			c.check(t, tr)
			if source := sources[dir.Name()]; source != "" && sourceOf(tr) != source {
				t.Errorf("source is %q, want %q", sourceOf(tr), source)
			}
		})
	}
}

// A rustDir is one directory.
type rustDir struct {
	host    *resolver.Host
	traffic *traffic
	// KeyID is what is won, or "".
	keyID string
}

func loadRustDir(t *testing.T, dir string) *rustDir {
	t.Helper()
	var env map[string]string
	var result struct {
		Result struct {
			Ok *struct {
				ID string `json:"access_key_id"`
			}
			ErrorContains string
		}
	}
	readDirJSON(t, dir, "env.json", &env)
	readDirJSON(t, dir, "test-case.json", &result)
	c := &rustDir{traffic: loadTraffic(t, dir)}
	switch ok := result.Result.Ok; {
	case ok != nil:
		c.keyID = ok.ID
	case result.Result.ErrorContains == "":
		t.Fatal("no result")
	}
	c.host = &resolver.Host{
		OS:    "linux",
		Env:   env,
		Files: mounted(t, filepath.Join(dir, "fs")),
		HTTP:  c.traffic,
		Run:   shell,
		Dir:   "/",
		Now:   func() time.Time { return time.Unix(0, 0).UTC() },
	}
	return c
}

func readDirJSON(t *testing.T, dir, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// mounted returns the files of a directory, which need not exist, as those of a
// whole system.
func mounted(t *testing.T, dir string) chaintest.Memory {
	t.Helper()
	files := chaintest.Memory{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, relErr := filepath.Rel(dir, path)
		files["/"+filepath.ToSlash(name)] = data
		return errors.Join(err, relErr)
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// shell runs a credential_process of the suite: echo, base64, exit.
func shell(ctx context.Context, command string, _ map[string]string) ([]byte, error) {
	out, err := exec.CommandContext(ctx, "sh", "-c", command).Output()
	if err != nil {
		return nil, fmt.Errorf("running the process: %w", err)
	}
	return out, nil
}

func (c *rustDir) check(t *testing.T, tr *resolver.Trace) {
	t.Helper()
	switch win := tr.Winner(); {
	case c.keyID == "" && win != nil:
		t.Errorf("key %q wins; want no credentials (%s)", win.KeyID, describe(tr))
	case c.keyID != "" && win == nil:
		t.Errorf("no credentials; want key %q (%s)", c.keyID, describe(tr))
	case win != nil && win.KeyID != c.keyID:
		t.Errorf("key is %q, want %q (%s)", win.KeyID, c.keyID, describe(tr))
	}
	for _, problem := range c.traffic.problems() {
		t.Error(problem)
	}
	for _, step := range tr.Steps {
		if strings.Contains(step.Reason, "secret") && strings.Contains(step.Reason, "correct") {
			t.Errorf("a secret is shown: %s", step.Reason)
		}
	}
}
