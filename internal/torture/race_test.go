package torture

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// raced are the packages whose goroutines share what they read.
func raced() []string {
	return []string{"./scanner", "./scanner/objects", "./scanner/match", "./scanner/history", "./scanner/files", "./scanner/wiki", "./cmd/awscred"}
}

// The tests of these packages find no data race. That takes minutes and a C
// compiler: the short form leaves it to make race.
func TestRaces(t *testing.T) {
	if !*long {
		t.Skip("make race runs all tests under the race detector")
	}
	need(t, "gcc")
	ctx, cancel := context.WithTimeout(t.Context(), *atMost)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-pgo=off", "-race", "-timeout", "60m"}, raced()...)...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = "../..", append(os.Environ(), "CGO_ENABLED=1"), time.Second
	out, err := cmd.CombinedOutput()
	var passed []string
	for _, m := range regexp.MustCompile(`(?m)^ok\s+github.com/awscred/awscred/(\S+)`).FindAllSubmatch(out, -1) {
		passed = append(passed, string(m[1]))
	}
	if ctx.Err() != nil {
		t.Logf("the time is over after %d of %d packages", len(passed), len(raced()))
	} else if err != nil || len(passed) != len(raced()) {
		t.Errorf("%d of %d packages pass: %v\n%s", len(passed), len(raced()), err, out)
	}
	if bytes.Contains(out, []byte("DATA RACE")) {
		t.Errorf("%s", out)
	}
	told(t, "races", "packages whose tests pass under the race detector, of how many", fmt.Sprintf("%d, %d: %s", len(passed), len(raced()), strings.Join(passed, ", ")))
}
