package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/rogpeppe/go-internal/testscript"
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
		if took := time.Since(start); took > 5*time.Second {
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
