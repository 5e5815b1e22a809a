package heap_test

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/awscred/awscred/internal/heap"
)

// What is reserved is not in use, and the limit is set unless the user has set one.
func TestBound(t *testing.T) {
	limit := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(limit) })
	before := inUse()
	heap.Reserve()
	if after := inUse(); after > before+16<<20 {
		t.Errorf("the heap went from %d to %d bytes", before, after)
	}
	for _, x := range []struct {
		env  string
		want int64
	}{{"1GiB", limit}, {"", 384e6}} {
		heap.Bound(512e6, func(string) string { return x.env })
		if got := debug.SetMemoryLimit(-1); got != x.want {
			t.Errorf("GOMEMLIMIT=%q: the limit is %d", x.env, got)
		}
	}
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
