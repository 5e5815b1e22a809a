//go:build unix

package match_test

import (
	"syscall"
	"time"
)

// clock is the user and system time that this process has taken: what else the
// machine does is not in it.
func clock() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
