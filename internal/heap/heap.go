// Package heap tells the Go runtime how a scan uses memory: much of it within a
// second or two, and no more than a limit if that can be.
package heap

import "runtime/debug"

// Bound bounds the memory of the process to a number of bytes: it tells the
// collector of the limit, near which it works harder. Buffers stay below it by
// themselves. A quarter is left for what the collector does not count: other memory
// than the heap, and huge pages of which it has given a part back, which the system
// makes whole again when the rest is touched. What the user sets with GOMEMLIMIT
// (package runtime), which getenv returns, is left as it is.
func Bound(bytes int64, getenv func(string) string) {
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(bytes - bytes/4)
	}
}
