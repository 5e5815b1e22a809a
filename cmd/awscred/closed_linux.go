package main

import "golang.org/x/sys/unix"

// closeMemory keeps what this process has read from others: it leaves no core
// file, and other processes of the same user can neither attach to it nor read
// its memory or environment (prctl(2) PR_SET_DUMPABLE, proc(5)). It is a second
// fence, so where a sandbox forbids it the program goes on.
func closeMemory() {
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
