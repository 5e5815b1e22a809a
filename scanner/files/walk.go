package files

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"sync/atomic"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

const (
	// maxDepth is how deep directories may nest. Names that lead deeper
	// cannot be given to most programs.
	maxDepth = 2000
	// chunkSize is how many names of a directory are one piece of work.
	chunkSize = 64
)

// A walk goes through a directory with several goroutines.
type walk struct {
	ctx   context.Context
	src   *Source
	visit scanner.Visitor

	mu    sync.Mutex
	more  *sync.Cond
	tasks []task // the last one is next, so that few directories are open
	busy  int
}

// A task is a directory to list, or some names in one that is open.
type task struct {
	path  string // of the directory, relative to the root
	depth int
	dir   *openDir
	names []fs.DirEntry
}

// An openDir is a directory that is closed when the last of its tasks is done.
type openDir struct {
	root  *os.Root
	users atomic.Int32
}

func (d *openDir) release() {
	if d.users.Add(-1) == 0 {
		d.root.Close()
	}
}

func newWalk(ctx context.Context, src *Source, visit scanner.Visitor) *walk {
	w := &walk{ctx: ctx, src: src, visit: visit}
	w.more = sync.NewCond(&w.mu)
	w.tasks = []task{{path: "."}}
	return w
}

func (w *walk) run() error {
	stop := context.AfterFunc(w.ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.more.Broadcast()
	})
	defer stop()
	var all sync.WaitGroup
	for range max(1, w.src.Jobs) {
		all.Go(redact.Contained(w.work))
	}
	all.Wait()
	for _, t := range w.tasks { // interrupted
		if t.dir != nil {
			t.dir.release()
		}
	}
	return w.ctx.Err()
}

// work does tasks until there are none and nobody is left to add any.
func (w *walk) work() {
	var buf []byte
	for {
		t, ok := w.next()
		if !ok {
			return
		}
		if t.dir == nil {
			w.list(t)
		} else {
			for _, e := range t.names {
				if w.ctx.Err() != nil {
					break
				}
				buf = w.entry(t, e, buf)
			}
			t.dir.release()
		}
		w.mu.Lock()
		w.busy--
		w.more.Broadcast()
		w.mu.Unlock()
	}
}

func (w *walk) next() (task, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.tasks) == 0 && w.busy > 0 && w.ctx.Err() == nil {
		w.more.Wait()
	}
	if len(w.tasks) == 0 || w.ctx.Err() != nil {
		return task{}, false
	}
	last := len(w.tasks) - 1
	t := w.tasks[last]
	w.tasks[last] = task{}
	w.tasks = w.tasks[:last]
	w.busy++
	return t, true
}

func (w *walk) add(t task) {
	if t.dir != nil {
		t.dir.users.Add(1)
	}
	w.mu.Lock()
	w.tasks = append(w.tasks, t)
	w.mu.Unlock()
	w.more.Signal()
}

// list makes tasks of what a directory holds. Directories below it are opened
// only when their turn comes.
func (w *walk) list(t task) {
	if t.depth > maxDepth {
		w.src.cover.AddLost(scanner.Gap{What: "directory " + t.path, Why: "nested more than 2,000 deep", Fix: "awscred scan the directory itself"})
		return
	}
	root, err := w.src.root.OpenRoot(t.path)
	if err != nil {
		w.src.cover.AddLost(Gap("directory "+t.path, err))
		return
	}
	dir := &openDir{root: root}
	dir.users.Add(1)
	defer dir.release()
	if t.path != "." && !w.src.Repositories && isGitDir(root) {
		w.passRepository(t.path)
		return
	}
	f, err := root.Open(".")
	if err != nil {
		w.src.cover.AddLost(Gap("directory "+t.path, err))
		return
	}
	defer f.Close()
	for w.ctx.Err() == nil {
		entries, err := f.ReadDir(chunkSize)
		if len(entries) > 0 {
			w.add(task{path: t.path, depth: t.depth, dir: dir, names: entries})
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				w.src.cover.AddLost(Gap("directory "+t.path, err))
			}
			return
		}
	}
}

// passRepository says that a repository is not read.
func (w *walk) passRepository(at string) {
	if path.Base(at) == ".git" {
		at = path.Dir(at)
	}
	w.src.cover.AddOpaque(scanner.Gap{
		What: "repository at " + path.Join(w.src.target.Name, at),
		Why:  "a directory is read here, not the history of the repositories in it",
		Fix:  "awscred scan " + shellWord(path.Join(w.src.target.Name, at)),
	})
}

// entry reads what stands under one name. It returns the buffer for the next.
func (w *walk) entry(t task, e fs.DirEntry, buf []byte) []byte {
	name := path.Join(t.path, e.Name())
	w.src.visitName(e.Name(), name, w.visit)
	switch kind := e.Type(); {
	case kind.IsDir():
		w.add(task{path: name, depth: t.depth + 1})
	case kind&fs.ModeSymlink != 0:
		w.link(t.dir.root, e.Name(), name)
	case kind.IsRegular():
		return w.file(t.dir.root, e.Name(), name, buf)
	default:
		w.src.cover.AddSkipped(scanner.Gap{What: name, Why: "is " + kindText(kind)})
	}
	return buf
}

// kindText names what is neither a file nor a directory.
func kindText(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

// link hands over where a symbolic link points to. It is not followed: what it
// points to is either read under its own name, or not a part of the target.
func (w *walk) link(root *os.Root, base, name string) {
	to, err := root.Readlink(base)
	if err != nil {
		w.src.cover.AddLost(Gap("link "+name, err))
		return
	}
	w.src.cover.Count(0, int64(len(to)), 1)
	ref := scanner.BlobRef{Field: scanner.Content, Place: scanner.InFile, Path: name}
	w.visit(&scanner.Blob{BlobRef: ref, Data: []byte(to)})
}

// file hands over a regular file.
func (w *walk) file(root *os.Root, base, name string, buf []byte) []byte {
	f, size, err := openRegular(root, base, w.src.MaxSize)
	if err != nil {
		w.src.cover.AddLost(Gap(name, err))
		return buf
	}
	defer f.Close()
	if size < mappedFrom {
		data, err := readSized(f, size, w.src.MaxSize, buf)
		if err != nil {
			w.src.cover.AddLost(Gap(name, err))
		}
		if err == nil || len(data) > 0 {
			w.src.visitContent(name, data, w.visit)
		}
		return data[:cap(data)]
	}
	if err := view(f, size, w.src.MaxSize, func(data []byte) { w.src.visitContent(name, data, w.visit) }); err != nil {
		w.src.cover.AddLost(Gap(name, err))
	}
	return buf
}
