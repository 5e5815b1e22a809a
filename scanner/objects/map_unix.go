//go:build unix

package objects

import (
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

const openNonblock = unix.O_NONBLOCK

// mapFile maps a regular file into memory, so that a large pack costs page
// cache and not heap. The returned function unmaps it.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	f, size, err := openRegular(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	if size == 0 {
		return nil, func() error { return nil }, nil
	}
	if size > math.MaxInt {
		return nil, nil, fmt.Errorf("mapping %q: %d bytes are too many", path, size)
	}
	data, err = unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("mapping %q: %w", path, err)
	}
	return data, func() error { return unix.Munmap(data) }, nil
}
