package objects

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// guard runs f and turns a fault in mapped memory into an error: the disk may
// fail, or the file be cut short, after it was mapped. Other panics go on.
func guard(f func() error) (err error) {
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		r := recover()
		if r == nil {
			return
		}
		fault, ok := r.(interface {
			runtime.Error
			Addr() uintptr
		})
		if !ok {
			panic(r)
		}
		err = fmt.Errorf("reading mapped file: %w", fault)
	}()
	return f()
}
