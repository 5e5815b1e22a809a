package torture

import (
	"fmt"
	"os"
	"os/exec"
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
	began := time.Now()
	cmd := exec.Command("go", append([]string{"test", "-race", "-timeout", "60m"}, raced()...)...)
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "CGO_ENABLED=1")
	out, err := cmd.CombinedOutput()
	passed := strings.Count("\n"+string(out), "\nok ")
	if err != nil || passed != len(raced()) {
		t.Errorf("%d of %d packages pass: %v\n%s", passed, len(raced()), err, out)
	}
	told(t, "races", "packages whose tests ran under the race detector; seconds", fmt.Sprintf("%d, %.0f", passed, time.Since(began).Seconds()))
}
