package live

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/awscred/awscred/resolver"
)

// Limits of a look-up below a root.
const (
	// maxLinks is how many symbolic links Linux follows, path_resolution(7).
	maxLinks = 40
	// maxElements bounds the elements of a path, those of its links included.
	maxElements = 256
	// maxNames bounds the names that are read of one directory.
	maxNames = 1 << 16
)

// A tree is the files below a directory, as a system sees them that has this
// directory for its root: absolute names and absolute symbolic links start
// there, and ".." does not lead out of it.
//
// os.Root refuses absolute links, because they lead out of a directory that is
// no root. So links are resolved here, and os.Root opens what is left, a name
// without links; should a link have come in between, it holds.
type tree struct {
	root *os.Root
	// windows finds names as Windows does, with drive as the letter of the
	// one drive: "C:".
	windows bool
	drive   string
}

// ReadFile returns the content of a regular file.
func (t *tree) ReadFile(name string, max int64) ([]byte, error) {
	place, info, err := t.find(name, true)
	if err != nil {
		return nil, failed("open", name, err)
	}
	if err := readable(name, info, max); err != nil {
		return nil, err
	}
	f, err := t.root.OpenFile(place, openFlags, 0)
	if err != nil {
		return nil, failed("open", name, err)
	}
	defer f.Close()
	return readOpened(f, name, max)
}

// Stat follows symbolic links.
func (t *tree) Stat(name string) (resolver.FileInfo, error) {
	_, info, err := t.find(name, true)
	if err != nil {
		return resolver.FileInfo{}, failed("stat", name, err)
	}
	return resolver.FileInfo{
		Mode:    info.Mode(),
		Size:    info.Size(),
		UID:     owner(info),
		ModTime: info.ModTime(),
	}, nil
}

// ReadDir returns the names in a directory, sorted.
func (t *tree) ReadDir(name string) ([]string, error) {
	place, info, err := t.find(name, true)
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	if err != nil {
		return nil, failed("readdir", name, err)
	}
	names, err := t.names(place)
	if err != nil {
		return nil, failed("readdir", name, err)
	}
	return names, nil
}

// Readlink returns the target of a symbolic link, as it is written.
func (t *tree) Readlink(name string) (string, error) {
	place, info, err := t.find(name, false)
	if err == nil && info.Mode()&fs.ModeSymlink == 0 {
		err = syscall.EINVAL
	}
	if err != nil {
		return "", failed("readlink", name, err)
	}
	target, err := t.root.Readlink(place)
	if err != nil {
		return "", failed("readlink", name, err)
	}
	return target, nil
}

// failed gives an error the name that was asked for; that of os.Root is
// relative to the root.
func failed(op, name string, err error) error {
	if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
		err = inner.Err
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}

// names returns the names in a directory below the root, sorted.
func (t *tree) names(place string) ([]string, error) {
	f, err := t.root.OpenFile(place, openFlags, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(maxNames + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(names) > maxNames {
		return nil, fmt.Errorf("%w: more than %d names", resolver.ErrTooLarge, maxNames)
	}
	slices.Sort(names)
	return names, nil
}

// find returns the place below the root that a name leads to, as a path
// without links, and what is there. With follow, a link at the name itself is
// followed as well.
func (t *tree) find(name string, follow bool) (place string, info fs.FileInfo, err error) {
	if !strings.HasPrefix(name, "/") && !t.windows {
		return "", nil, fs.ErrInvalid // such names depend on a directory
	}
	w := walk{tree: t}
	if err := w.enter(name); err != nil {
		return "", nil, err
	}
	for len(w.ahead) > 0 {
		if err := w.step(follow); err != nil {
			return "", nil, err
		}
	}
	place = w.at()
	info, err = t.root.Lstat(place)
	return place, info, err
}

// A walk is a look-up under way.
type walk struct {
	tree *tree
	// done are the elements of the place that was reached, none of them a
	// link; ahead are those to come, the next one last.
	done, ahead  []string
	links, steps int
}

func (w *walk) at() string { return path.Join(append([]string{"."}, w.done...)...) }

// enter puts the elements of a path before those to come. An absolute one
// starts again at the root.
func (w *walk) enter(name string) error {
	elements, absolute, err := w.tree.split(name)
	if err != nil {
		return err
	}
	if absolute {
		w.done = w.done[:0]
	}
	slices.Reverse(elements)
	w.ahead = append(w.ahead, elements...)
	return nil
}

// step takes the next element.
func (w *walk) step(follow bool) error {
	if w.steps++; w.steps > maxElements {
		return syscall.ENAMETOOLONG
	}
	last := len(w.ahead) - 1
	element := w.ahead[last]
	w.ahead = w.ahead[:last]
	if element == ".." {
		if len(w.done) > 0 {
			w.done = w.done[:len(w.done)-1]
		}
		return nil
	}
	element, info, err := w.look(element)
	if err != nil {
		return err
	}
	w.done = append(w.done, element)
	switch {
	case info.Mode()&fs.ModeSymlink != 0 && (follow || len(w.ahead) > 0):
		return w.follow()
	case !info.IsDir() && len(w.ahead) > 0:
		return syscall.ENOTDIR
	}
	return nil
}

// follow replaces the link that was reached by its target.
func (w *walk) follow() error {
	if w.links++; w.links > maxLinks {
		return syscall.ELOOP
	}
	target, err := w.tree.root.Readlink(w.at())
	if err != nil {
		return err
	}
	if target == "" {
		return fs.ErrNotExist
	}
	w.done = w.done[:len(w.done)-1]
	return w.enter(target)
}

// look describes an element of the directory that was reached. On Windows it
// may be spelt in another case there, which is then returned.
func (w *walk) look(element string) (string, fs.FileInfo, error) {
	dir := w.at()
	info, err := w.tree.root.Lstat(path.Join(dir, element))
	if !w.tree.windows || !errors.Is(err, fs.ErrNotExist) {
		return element, info, err
	}
	names, listErr := w.tree.names(dir)
	if listErr != nil {
		return element, nil, err
	}
	for _, name := range names {
		if strings.EqualFold(name, element) {
			info, err = w.tree.root.Lstat(path.Join(dir, name))
			return name, info, err
		}
	}
	return element, nil, err
}
