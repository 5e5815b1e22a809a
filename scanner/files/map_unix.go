//go:build unix

package files

import (
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a file into memory, so that a large one costs page cache and no
// memory of our own. The returned function unmaps it. Reading what another cuts
// off meanwhile is a fault: see guard.
func mapFile(f *os.File, size int64) (data []byte, unmap func(), err error) {
	if size > math.MaxInt {
		return nil, nil, fmt.Errorf("mapping %q: %w", f.Name(), &SizeError{math.MaxInt})
	}
	data, err = unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("mapping %q: %w", f.Name(), err)
	}
	_ = unix.Madvise(data, unix.MADV_SEQUENTIAL) // faster, if it is understood
	return data, func() { _ = unix.Munmap(data) }, nil
}
