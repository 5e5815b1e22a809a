//go:build unix

package files

import (
	"os"
	"syscall"
)

// openFlags open a file for reading without following a link in its place and
// without waiting for a writer if it turns out to be a pipe.
const openFlags = os.O_RDONLY | syscall.O_NOFOLLOW | syscall.O_NONBLOCK
