package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/report"
)

// sparse makes a file of a size that takes no room.
func sparse(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: sparse FILE SIZE")
	}
	size, err := parseSize(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), nil, 0o600))
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

// writeBytes writes a file from a text with the escapes of a Go string.
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: bytes FILE TEXT")
	}
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// Every SDK answers for ten thousand profiles, each a role over the next, before
// a person wonders.
func TestManyProfiles(t *testing.T) {
	const profiles = 10000
	var config bytes.Buffer
	for i := range profiles {
		fmt.Fprintf(&config, "[profile p%d]\nrole_arn = arn:aws:iam::111122223333:role/r%d\nsource_profile = p%d\n", i, i, i+1)
	}
	fmt.Fprintf(&config, "[profile p%d]\naws_access_key_id = %s\naws_secret_access_key = %s\n", profiles, keytest.ID(1), keytest.Secret(1))
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, ".aws", "config"), config.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"p0", "p9999", "p9", "p10001"} {
		env := []string{"HOME=" + home, "USERPROFILE=" + home, "AWS_PROFILE=" + name, "AWS_EC2_METADATA_DISABLED=true"}
		start := time.Now()
		code, out, errs := runHere(t, env, "", "which", "--offline", "--sdk", "go-v2", "--sdk", "python")
		if took := time.Since(start); took > slower*5*time.Second {
			t.Errorf("profile %s of %d: %v", name, profiles, took)
		} else {
			t.Logf("profile %s: %v, exit code %d, %d bytes", name, took.Round(time.Millisecond), code, len(out))
		}
		if errs != "" || !strings.Contains(out, name) {
			t.Errorf("profile %s: %s%s", name, errs, out)
		}
		if len(out) > 4_000 {
			t.Errorf("profile %s: an answer of %d bytes", name, len(out))
		}
	}
}

// A process that has ended is no process.
func TestWhichEndedProcess(t *testing.T) {
	cmd := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	pid := fmt.Sprint(cmd.Process.Pid)
	code, out, errs := runHere(t, nil, "", "which", "--offline", "--pid", pid)
	if code != exitUsage || out != "" || !strings.Contains(errs, pid) || strings.Count(errs, "\n") > 2 {
		t.Errorf("code %d\n%s%s", code, out, errs)
	}
}

// callers answers GetCallerIdentity by the id of the key that signed, and counts.
type callers struct {
	arns  map[string]string
	count int
}

func (c *callers) RoundTrip(req *http.Request) (*http.Response, error) {
	c.count++
	for id, arn := range c.arns {
		if strings.Contains(req.Header.Get("Authorization"), "Credential="+id+"/") {
			body := fmt.Sprintf("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>%s</Arn><UserId>U</UserId><Account>%s</Account></GetCallerIdentityResult></GetCallerIdentityResponse>", arn, arnAccount(arn))
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
		}
	}
	return nil, errors.New("connection refused")
}

// SDKs that end with different keys have different identities: that of one says
// nothing of the other, and STS is asked once for each key.
func TestIdentityOfEachKey(t *testing.T) {
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".aws"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := fmt.Sprintf("[dev]\naws_access_key_id = %s\naws_secret_access_key = %s\n", keytest.ID(2), keytest.Secret(2))
	if err := os.WriteFile(filepath.Join(home, ".aws", "credentials"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	host := live.Machine([]string{"HOME=" + home, "USERPROFILE=" + home, "AWS_PROFILE=dev", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=" + keytest.ID(1), "AWS_SECRET_ACCESS_KEY=" + keytest.Secret(1)})
	sts := &callers{arns: map[string]string{
		keytest.ID(1): "arn:aws:iam::111122223333:user/ann",
		keytest.ID(2): "arn:aws:iam::444455556666:root",
	}}
	host.HTTP = sts
	asked := []ask{{name: "go-v2"}, {name: "python"}, {name: "js-v3"}}
	o := &whichFlags{identity: true, expect: expectFlags{account: "111122223333"}}
	r := o.answer(context.Background(), host, asked)
	var out bytes.Buffer
	if err := report.Text(&out, r, report.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"identity   arn:aws:iam::111122223333:user/ann · account 111122223333 · Python (boto3) and AWS SDK for Go v2\n",
		"identity   arn:aws:iam::444455556666:root · account 444455556666 · the root user: delete these keys · AWS SDK for JavaScript v3\n",
		"expected   --expect-account 111122223333: no, it is 444455556666 · AWS SDK for JavaScript v3\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no line %q", want)
		}
	}
	if sts.count != 2 || report.ExitCode(r) != 1 {
		t.Errorf("%d requests, exit code %d", sts.count, report.ExitCode(r))
	}
	if t.Failed() {
		t.Log(out.String())
	}
	if leaks := keytest.Leaks(out.Bytes(), keytest.Secret(1), keytest.Secret(2)); len(leaks) > 0 {
		t.Errorf("secrets: %v", leaks)
	}

	// What STS does not say is not known.
	sts.arns = nil
	o.expect = expectFlags{}
	if r := o.answer(context.Background(), host, asked[:1]); report.ExitCode(r) != 3 {
		t.Errorf("without an answer of STS: exit code %d", report.ExitCode(r))
	}
}

// A closed answers nobody: the reader of the output is gone.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, syscall.EPIPE }

// A reader that has seen enough, such as head, does not turn a demand that is
// not met into one that is; an interruption is no answer.
func TestWhichVerdictStands(t *testing.T) {
	home := t.TempDir()
	env := []string{"HOME=" + home, "USERPROFILE=" + home, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID=" + keytest.ID(1), "AWS_SECRET_ACCESS_KEY=" + keytest.Secret(1)}
	for want, demand := range map[int]string{exitOK: "env", exitFound: "imds"} {
		var errs bytes.Buffer
		args := []string{"which", "--offline", "--sdk", "go-v2", "--expect-source", demand}
		if code := run(context.Background(), args, env, strings.NewReader(""), closed{}, &errs); code != want || errs.Len() > 0 {
			t.Errorf("%v into a closed pipe: code %d, want %d\n%s", args, code, want, &errs)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"which", "--offline"}, env, strings.NewReader(""), &out, &errs)
	if code != exitIncomplete || out.Len() > 0 || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("interrupted: code %d\n%s%s", code, &out, &errs)
	}
}
