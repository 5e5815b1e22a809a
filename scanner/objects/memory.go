package objects

import (
	"math/bits"
	"runtime"
	"sync/atomic"

	"github.com/awscred/awscred/scanner/objects/internal/inflate"
)

// A memory bounds what the workers of one sweep hold at a time. Each worker has
// a small share of its own. Whoever needs more waits for the one large share,
// and whoever has that waits for nobody, so nobody waits for ever.
type memory struct {
	small, large int64
	token        chan struct{} // holds one value while the large share is free
	done         <-chan struct{}
	garbage      atomic.Int64 // large buffers given up since the last collection
}

func newMemory(total int64, workers int, done <-chan struct{}) *memory {
	m := &memory{small: total / 4 / int64(workers), large: total - total/4, token: make(chan struct{}, 1), done: done}
	m.token <- struct{}{}
	return m
}

// An arena is one worker's account and its stock of buffers to use again.
type arena struct {
	m     *memory
	evict func() bool // asks the worker to put something back
	used  int64       // bytes handed out
	stock int64       // bytes in free
	token bool
	free  [48][][]byte // by class
}

const largeBuffer = 1 << 20

// class groups capacities by powers of two.
func class(n int) int { return bits.Len(uint(n - 1)) }

// get returns a slice of n bytes with Slack behind it. It evicts when nothing
// else helps, and then fails with errLimit.
func (a *arena) get(n int) ([]byte, error) {
	size := roomy(n + inflate.Slack)
	for {
		if b := a.fromStock(n + inflate.Slack); b != nil {
			return b[:n], nil
		}
		switch {
		case a.used+a.stock+int64(size) <= a.limit():
			a.used += int64(size)
			return make([]byte, n, size), nil
		case a.stock > 0:
			a.dropStock(a.used + a.stock + int64(size) - a.limit())
		case !a.token:
			select {
			case <-a.m.token:
				a.token = true
			case <-a.m.done:
				return nil, errStopped
			}
		case a.evict == nil || !a.evict():
			return nil, errLimit
		}
	}
}

func (a *arena) limit() int64 {
	if a.token {
		return a.m.small + a.m.large
	}
	return a.m.small
}

// roomy rounds a size up, so that a buffer does for others of about that size as
// well: the versions of a file that grows. The largest are seldom, and exact.
func roomy(size int) int {
	switch {
	case size < largeBuffer:
		return 1 << class(size)
	case size < 16*largeBuffer:
		step := 1 << (class(size) - 4)
		return (size + step - 1) &^ (step - 1)
	}
	return size
}

// fromStock returns a free buffer of at least need bytes, and of less than four
// times as many, or nil.
func (a *arena) fromStock(need int) []byte {
	for c := class(need); c < min(class(need)+wider, len(a.free)); c++ {
		list := a.free[c]
		for i := len(list) - 1; i >= 0; i-- {
			b := list[i]
			if cap(b) < need {
				continue
			}
			list[i] = list[len(list)-1]
			a.free[c] = list[:len(list)-1]
			a.stock -= int64(cap(b))
			a.used += int64(cap(b))
			return b
		}
	}
	return nil
}

// wider is how many classes a buffer is looked for in.
const wider = 2

// put takes back a slice that get returned.
func (a *arena) put(b []byte) {
	if b == nil {
		return
	}
	n := int64(cap(b))
	a.used -= n
	if c := class(cap(b)); a.used+a.stock+n <= a.m.small && len(a.free[c]) < 64 {
		a.free[c] = append(a.free[c], b)
		a.stock += n
	} else {
		a.discard(n)
	}
	if a.token && a.used+a.stock <= a.m.small {
		a.token = false
		a.m.token <- struct{}{}
	}
}

// dropStock gives up at least n bytes of the stock, if there are as many: small
// buffers first, as they are the cheapest to make again.
func (a *arena) dropStock(n int64) {
	for c := range a.free {
		for len(a.free[c]) > 0 && n > 0 {
			last := len(a.free[c]) - 1
			size := int64(cap(a.free[c][last]))
			a.free[c][last] = nil
			a.free[c] = a.free[c][:last]
			a.stock -= size
			n -= size
			a.discard(size)
		}
	}
}

// discard notes that a buffer became garbage, and collects when a good part of
// the budget has: the collector's own pace would let the heap grow to twice
// what is alive.
func (a *arena) discard(n int64) {
	if n < largeBuffer {
		return
	}
	if a.m.garbage.Add(n) > (a.m.small+a.m.large)/8 {
		a.m.garbage.Store(0)
		runtime.GC()
	}
}

// close gives everything back.
func (a *arena) close() {
	a.dropStock(a.stock)
	if a.token {
		a.token = false
		a.m.token <- struct{}{}
	}
}
