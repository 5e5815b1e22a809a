package redact

import (
	"fmt"
	"runtime"
	"strings"
)

// A Fault is a panic, told without its value: the value may quote what was being
// read. It says of which type the value was and where in the source it came
// from.
type Fault struct {
	kind   string
	places []string
}

// Error says what happened and where, the innermost call first.
func (f *Fault) Error() string {
	return fmt.Sprintf("internal error: panic of type %s at %s", f.kind, strings.Join(f.places, ", called by "))
}

// Caught runs f and returns its panic, nil if there is none.
func Caught(f func()) (fault *Fault) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if inner, ok := v.(*Fault); ok {
			fault = inner
			return
		}
		fault = &Fault{fmt.Sprintf("%T", v), places()}
	}()
	f()
	return nil
}

// Contained returns f as a goroutine may run it: a panic of f ends the program,
// as any does, but as a [*Fault]. The runtime prints the values of all panics
// under way, so f must have returned before the next begins.
func Contained(f func()) func() {
	return func() {
		if fault := Caught(f); fault != nil {
			panic(fault)
		}
	}
}

// mostPlaces is how many calls a fault tells of.
const mostPlaces = 12

// places are the calls under way, without those of the runtime and of this file.
func places() []string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	var all []string
	for len(all) < mostPlaces {
		frame, more := frames.Next()
		own := strings.HasSuffix(frame.File, "internal/redact/fault.go")
		if !own && !strings.HasPrefix(frame.Function, "runtime.") {
			all = append(all, fmt.Sprintf("%s (%s:%d)", frame.Function, frame.File[strings.LastIndex(frame.File, "/")+1:], frame.Line))
		}
		if !more {
			break
		}
	}
	return all
}
