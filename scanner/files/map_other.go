//go:build !unix

package files

import (
	"errors"
	"os"
)

// mapFile says that mapping is not portable: files are read.
func mapFile(*os.File, int64) (data []byte, unmap func(), err error) {
	return nil, nil, errors.ErrUnsupported
}
