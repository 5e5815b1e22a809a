package heap_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/awscred/awscred/internal/heap"
)

// Nothing that is reserved is resident. It is in a process of its own, for what a
// process reserves a second time is.
func TestReservedIsNotResident(t *testing.T) {
	if os.Getenv(child) == "" {
		c := exec.Command(os.Args[0], "-test.run", t.Name())
		c.Env = append(os.Environ(), child+"=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	before := anonymous(t)
	heap.Reserve()
	if after := anonymous(t); after > before+32<<10 {
		t.Errorf("from %d to %d KiB", before, after)
	}
}

// child tells the test that it is in a process of its own.
const child = "AWSCRED_HEAP_CHILD"

// anonymous returns the resident memory, in KiB, that no file holds (proc(5),
// RssAnon).
func anonymous(t *testing.T) (kib int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(status) {
		if _, err := fmt.Sscanf(string(line), "RssAnon: %d kB", &kib); err == nil {
			return kib
		}
	}
	t.Skip("this kernel does not tell")
	return 0
}
