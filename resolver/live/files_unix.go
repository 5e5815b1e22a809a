//go:build unix

package live

import (
	"io/fs"
	"os"
	"syscall"
)

// openFlags keep open from waiting for the other end of a FIFO and from taking
// a terminal, should the name have become one.
const openFlags = os.O_RDONLY | syscall.O_NONBLOCK | syscall.O_NOCTTY

// owner returns the number of the user who owns a file.
func owner(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}
