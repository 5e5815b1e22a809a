package files

import (
	"errors"
	"runtime"
	"runtime/debug"
)

// errCut is the error for a mapped file that could not be read on: another cut it
// short, or the disk failed.
var errCut = errors.New("cut short while it was read")

// guard runs f and turns a fault in mapped memory into errCut. Other panics go
// on. It holds for this goroutine alone.
func guard(f func()) (err error) {
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		r := recover()
		if r == nil {
			return
		}
		if !isFault(r) {
			panic(r)
		}
		err = errCut
	}()
	f()
	return nil
}

// isFault reports whether what was recovered is a fault in mapped memory.
func isFault(recovered any) bool {
	_, ok := recovered.(interface {
		runtime.Error
		Addr() uintptr
	})
	return ok
}
