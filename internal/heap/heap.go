// Package heap tells the Go runtime how a scan uses memory: up to a limit, most of
// it for as long as the process lives, and all of it at once.
package heap

import "runtime/debug"

// Bound bounds the memory of the process to a number of bytes. It tells the
// collector of the limit, near which it works harder; buffers stay below it by
// themselves. Far from the limit there is no reason to collect often: what lives
// is little, and most of it lives to the end. What the user sets with GOMEMLIMIT
// and GOGC (package runtime), which getenv returns, is left as it is.
func Bound(bytes int64, getenv func(string) string) {
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(bytes - bytes/8)
	}
	if getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// percent is by how much the heap grows before it is collected.
const percent = 400
