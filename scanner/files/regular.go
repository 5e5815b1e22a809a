package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/awscred/awscred/scanner"
)

// MaxSize is the size in bytes above which a file is not read, unless a caller
// says otherwise. A large file is mapped, so it costs time and no memory.
const MaxSize = 4 << 30

// MaxRead is the size above which [ReadRegular] should not be asked to hold a
// file in memory.
const MaxRead = 128 << 20

// mappedFrom is the size from which a file is mapped: for smaller ones a copy is
// cheaper.
const mappedFrom = 4 << 20

// ErrNotRegular is the error for what is no regular file: a symbolic link, a
// directory, a pipe, a socket, a device.
var ErrNotRegular = errors.New("not a regular file")

// errChanged is the error for a file that another took the place of between
// looking at it and opening it.
var errChanged = errors.New("changed while it was opened")

// A SizeError is the error for what is larger than may be read.
type SizeError struct {
	Limit int64 // in bytes
}

// Error says what is wrong, in one clause.
func (e *SizeError) Error() string { return "over the limit of " + sizeText(e.Limit) }

// sizeText writes a number of bytes as people do, rounded down if it is large.
func sizeText(n int64) string {
	for _, u := range [...]struct {
		size int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= u.size && n%u.size == 0 || n >= 16*u.size {
			return fmt.Sprintf("%d %s", n/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}

// ReadRegular returns the content of a regular file of at most max bytes. A
// symbolic link in its place is not followed, and a pipe is not waited for: both
// are [ErrNotRegular]. A larger file is a [*SizeError]. A file that grows
// meanwhile is read to the size it had when it was opened; of one that shrinks
// what is left is returned.
func ReadRegular(path string, max int64) ([]byte, error) {
	f, size, err := openRegular(osFiles{}, path, max)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readSized(f, size, max, nil)
}

// ReadNamed is ReadRegular for a file that the user named himself: if it is a
// symbolic link, the link is followed.
func ReadNamed(path string, max int64) ([]byte, error) {
	f, size, err := openNamed(path, max)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readSized(f, size, max, nil)
}

// View calls use with the content of a regular file of at most max bytes, as
// [ReadRegular] would return it. The data of a large file is mapped: it costs no
// memory, must not be changed, and is gone when use returns. If another cuts the
// file short meanwhile, use is broken off by a panic that View catches, and View
// returns an error: so use must leave nothing half done, and read the data on its
// own goroutine.
func View(path string, max int64, use func(data []byte)) error {
	f, size, err := openRegular(osFiles{}, path, max)
	if err != nil {
		return err
	}
	defer f.Close()
	return view(f, size, max, use)
}

// view maps a large file, and reads another.
func view(f *os.File, size, max int64, use func(data []byte)) error {
	if size >= mappedFrom {
		data, unmap, err := mapFile(f, size)
		if err == nil {
			defer unmap()
			return guard(func() { use(data) })
		}
		if size > MaxRead {
			return &SizeError{MaxRead}
		}
	}
	data, err := readSized(f, size, max, nil)
	if err == nil || len(data) > 0 {
		use(data)
	}
	return err
}

// A fileSystem is where a file is opened: an [os.Root], or the whole machine.
type fileSystem interface {
	Lstat(name string) (fs.FileInfo, error)
	OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error)
}

type osFiles struct{}

func (osFiles) Lstat(name string) (fs.FileInfo, error) { return os.Lstat(name) }

func (osFiles) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	return os.OpenFile(name, flag, perm)
}

// openRegular opens a regular file and returns its size. It looks at the name
// first and compares afterwards, so that neither a link nor a pipe that was put
// in the file's place meanwhile is read, on systems without flags for that, too.
func openRegular(where fileSystem, name string, max int64) (*os.File, int64, error) {
	seen, err := where.Lstat(name)
	if err != nil {
		return nil, 0, err
	}
	if !seen.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("opening %q: %w", name, ErrNotRegular)
	}
	f, err := where.OpenFile(name, openFlags, 0)
	if err != nil {
		return nil, 0, err
	}
	return accept(f, seen, max)
}

// openNamed opens the regular file that a name leads to.
func openNamed(name string, max int64) (*os.File, int64, error) {
	seen, err := os.Stat(name)
	if err != nil {
		return nil, 0, err
	}
	if !seen.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("opening %q: %w", name, ErrNotRegular)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	return accept(f, seen, max)
}

// accept closes f unless it is the regular file that was seen and small enough.
func accept(f *os.File, seen fs.FileInfo, max int64) (*os.File, int64, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular() || !os.SameFile(seen, info):
		err = fmt.Errorf("opening %q: %w", f.Name(), errChanged)
	case info.Size() > max:
		err = &SizeError{max}
	default:
		return f, info.Size(), nil
	}
	f.Close()
	return nil, 0, err
}

// unsized is how much is read of a file that says it is empty. The files of
// /proc and /sys say so whatever they hold.
const unsized = 1 << 20

// readSized reads a file to the size it had when it was opened, into buf if
// that is large enough.
func readSized(f *os.File, size, max int64, buf []byte) ([]byte, error) {
	if size == 0 {
		// Some files of /proc never end and never answer.
		_ = f.SetReadDeadline(time.Now().Add(time.Second))
		return io.ReadAll(io.LimitReader(f, min(max, unsized)))
	}
	if int64(cap(buf)) < size {
		buf = make([]byte, size)
	}
	n, err := io.ReadFull(f, buf[:size])
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = nil // it has shrunk
	}
	return buf[:n], err
}

// Gap says of something that could not be read why, and what to do.
func Gap(what string, err error) scanner.Gap {
	g := scanner.Gap{What: what}
	var size *SizeError
	var path *fs.PathError
	switch {
	case errors.As(err, &size):
		g.Why, g.Fix = size.Error(), "split it and scan the parts"
	case errors.Is(err, fs.ErrPermission):
		g.Why, g.Fix = "permission denied", "run awscred as a user who may read it"
	case errors.Is(err, errChanged):
		g.Why, g.Fix = errChanged.Error(), "scan again"
	case errors.Is(err, errCut):
		g.Why, g.Fix = errCut.Error(), "scan again"
	case errors.Is(err, ErrNotRegular):
		g.Why = ErrNotRegular.Error()
	case errors.As(err, &path):
		g.Why = "unreadable: " + path.Err.Error()
	default:
		g.Why = "unreadable: " + err.Error()
	}
	return g
}
