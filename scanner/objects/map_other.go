//go:build !unix

package objects

import (
	"math"
	"os"
)

const openNonblock = os.O_RDONLY

// mapFile reads a regular file whole where memory mapping is not portable.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	data, err = readFile(path, math.MaxInt, newBuffer)
	return data, func() error { return nil }, err
}
