package objects

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/awscred/awscred/scanner/objects/internal/inflate"
)

var errNotRegular = errors.New("not a regular file")

// openRegular opens a file and makes sure that it is one: a FIFO or device in
// its place must neither block nor be read. Symbolic links are followed.
func openRegular(path string) (*os.File, int64, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("reading %q: %w", path, errNotRegular)
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// readFile reads a regular file of at most limit bytes into memory that get provides.
func readFile(path string, limit int64, get func(int) ([]byte, error)) ([]byte, error) {
	f, size, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > limit {
		return nil, fmt.Errorf("reading %q: %w", path, errLimit)
	}
	buf, err := get(int(size))
	if err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(f, buf); err != nil {
		return buf, fmt.Errorf("reading %q: %w", path, err)
	}
	return buf, nil
}

// newBuffer is the get of whoever keeps no account.
func newBuffer(n int) ([]byte, error) { return make([]byte, n, n+inflate.Slack), nil }

// readControl reads a small file of git's own making, such as info/alternates.
func readControl(path string) ([]byte, error) { return readFile(path, 1<<20, newBuffer) }
