package live

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/awscred/awscred/resolver"
)

// files is the file system of this machine.
type files struct{}

// ReadFile looks at a file before it opens it, because opening a device can do
// something, and again after that, because the name may have changed hands.
func (files) ReadFile(name string, max int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if err := readable(name, info, max); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, openFlags, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readOpened(f, name, max)
}

// readOpened reads an open file of the given name, if it is a regular one.
func readOpened(f *os.File, name string, max int64) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if err := readable(name, info, max); err != nil {
		return nil, err
	}
	// Sizes lie: below /proc they are 0, and a file can grow.
	data, err := io.ReadAll(io.LimitReader(f, max+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > max {
		return nil, tooLarge(name, max)
	}
	return data, nil
}

func readable(name string, info fs.FileInfo, max int64) error {
	if !info.Mode().IsRegular() {
		return &fs.PathError{Op: "read", Path: name, Err: resolver.ErrNotRegular}
	}
	if info.Size() > max {
		err := fmt.Errorf("%w: %d bytes, more than %d", resolver.ErrTooLarge, info.Size(), max)
		return &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return nil
}

func tooLarge(name string, max int64) error {
	return &fs.PathError{Op: "read", Path: name, Err: fmt.Errorf("%w: more than %d bytes", resolver.ErrTooLarge, max)}
}

// Stat follows symbolic links.
func (files) Stat(name string) (resolver.FileInfo, error) {
	info, err := os.Stat(name)
	if err != nil {
		return resolver.FileInfo{}, err
	}
	return resolver.FileInfo{
		Mode:    info.Mode(),
		Size:    info.Size(),
		UID:     owner(info),
		ModTime: info.ModTime(),
	}, nil
}

// ReadDir returns the names in a directory, sorted.
func (files) ReadDir(name string) ([]string, error) {
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, nil
}

// Readlink returns the target of a symbolic link.
func (files) Readlink(name string) (string, error) { return os.Readlink(name) }
