package files

import (
	"errors"
	"runtime"
	"sync/atomic"
)

// A Budget is an amount of memory that all who unpack archives or read files at
// the same time share. Each has a small share of his own. Whoever needs more
// waits for the one large share, and whoever has that waits for nobody, so
// nobody waits for ever.
type Budget struct {
	small, large int64
	token        chan struct{} // holds one value while the large share is free
	garbage      atomic.Int64  // large buffers given up since the last collection
}

// DefaultMemory is the budget in bytes of whoever names none.
const DefaultMemory = 256 << 20

// NewBudget returns a budget of so many bytes for so many goroutines.
func NewBudget(total int64, jobs int) *Budget {
	small := total / 4 / int64(max(1, jobs))
	b := &Budget{small: small, large: total - total/4, token: make(chan struct{}, 1)}
	b.token <- struct{}{}
	return b
}

// errMemory is the reason for which something is lost that would need more than
// the large share.
var errMemory = errors.New("too much memory")

// most is what one account may hold.
func (b *Budget) most() int64 { return b.small + b.large }

// largeBuffer is the least that is worth a collection of its own.
const largeBuffer = 1 << 20

// discard notes that a buffer became garbage, and collects when a good part of
// the budget has: the collector's own pace would let the heap grow to twice what
// is alive.
func (b *Budget) discard(n int64) {
	if n < largeBuffer {
		return
	}
	if b.garbage.Add(n) > b.most()/4 {
		b.garbage.Store(0)
		runtime.GC()
	}
}

// An account is what one goroutine holds of a budget.
type account struct {
	*Budget
	used  int64
	token bool
}

// hold takes n bytes. It returns errMemory if there will never be so many, and
// errDone if done is closed while it waits.
func (a *account) hold(n int64, done <-chan struct{}) error {
	if a.used+n > a.small && !a.token && a.used+n <= a.most() {
		select {
		case <-a.Budget.token:
			a.token = true
		case <-done:
			return errDone
		}
	}
	if a.used+n > a.small && (!a.token || a.used+n > a.most()) {
		return errMemory
	}
	a.used += n
	return nil
}

// drop gives n bytes back.
func (a *account) drop(n int64) {
	a.used -= n
	a.discard(n)
	if a.token && a.used <= a.small {
		a.token = false
		a.Budget.token <- struct{}{}
	}
}

// close gives everything back.
func (a *account) close() { a.drop(a.used) }
