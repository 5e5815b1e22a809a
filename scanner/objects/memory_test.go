package objects

import (
	"bytes"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// TestMemoryStaysWithinTheBudget sweeps families of large objects whose
// ancestors do not fit into the budget all at once: they have to be given up
// and made again.
func TestMemoryStaysWithinTheBudget(t *testing.T) {
	const size, levels, families = 3 << 20, 5, 3
	opts := Options{MaxObjectSize: 4 << 20, Memory: 16 << 20}
	w := newPackWriter(families * (1<<levels - 1))
	for family := range families {
		type made struct {
			off  uint64
			data []byte
		}
		root := bytes.Repeat(fmt.Appendf(nil, "family %d ", family), size)[:size]
		_, off := w.object(TypeBlob, root)
		level := []made{{off, root}}
		for depth := range levels - 1 {
			var next []made
			for i, m := range level {
				for kid := range 2 {
					text := fmt.Sprintf("%d.%d.%d", depth, i, kid)
					at := size / 2
					target := append(append(bytes.Clone(m.data[:at]), text...), m.data[at:]...)
					d := newScript(len(m.data), len(target)).copy(0, at).insert(text).copy(at, len(m.data)-at)
					_, off := w.ofs(TypeBlob, m.off, d.b, target)
					next = append(next, made{off, target})
				}
			}
			level = next
		}
	}
	s := w.store(t, w.index(), opts)
	w = nil
	if s.Len() != families*(1<<levels-1) {
		t.Fatalf("%d entries", s.Len())
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak, visits atomic.Int64
	within(t, 20*time.Second, func() {
		err := s.Sweep(t.Context(), SweepOptions{Jobs: 4, VerifyNames: true, Margin: 8}, func(_ int, o *Object) any {
			visits.Add(1)
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			used := int64(now.HeapAlloc) - int64(before.HeapAlloc)
			for old := peak.Load(); used > old && !peak.CompareAndSwap(old, used); old = peak.Load() {
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	if int(visits.Load()) != s.Len() || len(s.Lost()) > 0 {
		t.Errorf("%d visits, lost %+v", visits.Load(), s.Lost())
	}
	// The budget, what the collector has not got to, and the pooled decoders.
	if most := opts.Memory * 3 / 2; peak.Load() > most {
		t.Errorf("%d MiB of heap at the peak, want at most %d", peak.Load()>>20, most>>20)
	}
	t.Logf("%d MiB of heap at the peak of a budget of %d", peak.Load()>>20, opts.Memory>>20)
}

func TestArenaNeverExceedsItsShares(t *testing.T) {
	m := newMemory(64<<20, 2, t.Context().Done())
	a, b := &arena{m: m}, &arena{m: m}
	small, err := a.get(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	big, err := a.get(40 << 20)
	if err != nil || !a.token {
		t.Fatal(err, a.token)
	}
	if _, err := a.get(40 << 20); err != errLimit {
		t.Errorf("more than there is: %v", err)
	}
	got := make(chan error)
	go func() {
		x, err := b.get(20 << 20)
		b.put(x)
		got <- err
	}()
	select {
	case <-got:
		t.Error("two have the large share")
	case <-time.After(20 * time.Millisecond):
	}
	a.put(big)
	if err := <-got; err != nil {
		t.Error(err)
	}
	a.put(small)
	if a.used != 0 || b.used != 0 || a.token || b.token {
		t.Errorf("left: %d, %d, %v, %v", a.used, b.used, a.token, b.token)
	}
	again, err := a.get(1 << 20)
	if err != nil || &again[0] != &small[0] {
		t.Error("a buffer was not used again")
	}
}

// An object that memory is too small for is lost, and nobody waits for ever for what
// whoever tried to read it has taken.
func TestTooLittleMemoryIsGivenBack(t *testing.T) {
	for range 20 {
		w := newPackWriter(2)
		w.object(TypeBlob, bytes.Repeat([]byte("a"), 4<<20))
		w.object(TypeBlob, bytes.Repeat([]byte("b"), 500<<10))
		s := w.store(t, w.index(), Options{MaxObjectSize: 8 << 20, Memory: 1 << 20})
		within(t, 10*time.Second, func() {
			if err := s.Sweep(t.Context(), SweepOptions{Jobs: 2}, func(int, *Object) any { return nil }); err != nil {
				t.Error(err)
			}
		})
		if len(s.Lost()) == 0 {
			t.Error("nothing is lost")
		}
	}
}
