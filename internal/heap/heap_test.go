package heap_test

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/awscred/awscred/internal/heap"
)

// What is reserved is not in use, and the limits are set.
func TestBound(t *testing.T) {
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	before := inUse()
	heap.Reserve()
	heap.Bound(512e6, func(string) string { return "" })
	if after := inUse(); after > before+16<<20 {
		t.Errorf("the heap went from %d to %d bytes", before, after)
	}
	if got := debug.SetMemoryLimit(-1); got != 448e6 {
		t.Errorf("memory limit %d", got)
	}
	if got := debug.SetGCPercent(100); got != 400 {
		t.Errorf("GC percent %d", got)
	}
}

// What the user sets stays.
func TestBoundOfUser(t *testing.T) {
	percent, limit := debug.SetGCPercent(50), debug.SetMemoryLimit(math.MaxInt64)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	heap.Bound(512e6, func(string) string { return "set" })
	if got := debug.SetMemoryLimit(-1); got != math.MaxInt64 {
		t.Errorf("memory limit %d", got)
	}
	if got := debug.SetGCPercent(50); got != 50 {
		t.Errorf("GC percent %d", got)
	}
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
