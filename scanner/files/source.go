package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
)

// Options say how a [Source] is read. They may be changed until its Sweep.
type Options struct {
	// Jobs is the number of goroutines; 0 means one for each processor.
	Jobs int
	// MaxSize is the size in bytes above which a file is lost.
	MaxSize int64
	// Memory is how many bytes of files and members of archives may be held at
	// a time, all goroutines together. Mapped files do not count.
	Memory int64
	// Limits are those of archives.
	Limits Limits
	// Repositories reads the insides of git repositories below the directory
	// like other files. Otherwise they are listed as opaque: most of what a
	// repository holds is compressed and needs a scan of its own.
	Repositories bool
}

// A Source is a directory, a file or a stream. It implements [scanner.Source].
// Paths are relative to the directory, with slashes; the path of a single file
// is its name as given.
type Source struct {
	Options

	target scanner.Target
	root   *os.Root  // of a directory
	stream io.Reader // of a stream
	cover  scanner.Coverage
}

// Open opens a directory or a file. If the name itself is a symbolic link it is
// followed; links below it are not. It returns an error wrapping
// [ErrNotRegular] for anything else.
func Open(path string) (*Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	s := &Source{Options: defaults(), target: scanner.Target{Kind: "file", Name: path}}
	switch {
	case info.IsDir():
		s.target.Kind = "directory"
		s.root, err = os.OpenRoot(path)
		return s, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("opening %q: %w", path, ErrNotRegular)
	}
	return s, nil
}

// Reader returns the Source of one stream, which is read by Sweep. The name is
// its path in reports.
func Reader(name string, r io.Reader) *Source {
	return &Source{Options: defaults(), target: scanner.Target{Kind: "stdin", Name: name}, stream: r}
}

func defaults() Options {
	return Options{Jobs: runtime.GOMAXPROCS(0), MaxSize: MaxSize, Memory: DefaultMemory, Limits: DefaultLimits()}
}

// Target says what is being read.
func (s *Source) Target() scanner.Target { return s.target }

// Coverage is what was read and what was not, as known so far.
func (s *Source) Coverage() *scanner.Coverage { return &s.cover }

// Close releases the directory.
func (s *Source) Close() error {
	if s.root == nil {
		return nil
	}
	return s.root.Close()
}

// Sweep hands over the contents and names of all files, the targets of symbolic
// links, and the members of archives. It returns an error only if ctx is done
// or the single file or stream cannot be read at all.
func (s *Source) Sweep(ctx context.Context, visit scanner.Visitor) error {
	if s.Limits.Done == nil {
		s.Limits.Done = ctx.Done()
	}
	if s.Limits.Memory == nil {
		s.Limits.Memory = NewBudget(s.Memory, s.Jobs)
	}
	switch {
	case s.root != nil:
		return newWalk(ctx, s, visit).run()
	case s.stream != nil:
		return s.sweepStream(ctx, visit)
	}
	return s.sweepFile(visit)
}

// sweepFile reads the single file. One that is too large is lost, like others.
func (s *Source) sweepFile(visit scanner.Visitor) error {
	name := filepath.ToSlash(s.target.Name)
	s.visitName(filepath.Base(s.target.Name), name, visit)
	f, length, err := openNamed(s.target.Name, s.MaxSize)
	if err == nil {
		defer f.Close()
		err = view(f, length, s.MaxSize, func(data []byte) { s.visitContent(name, data, visit) })
	}
	var size *SizeError
	if errors.As(err, &size) || errors.Is(err, errCut) {
		s.cover.AddLost(Gap(s.target.Name, err))
		return nil
	}
	return err
}

// sweepStream reads the stream to its end, or to the limit.
func (s *Source) sweepStream(ctx context.Context, visit scanner.Visitor) error {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	most := min(s.MaxSize, s.Memory/2) // nobody knows how much will come
	// A read of a terminal or a pipe cannot be interrupted: when ctx is done
	// it is left behind.
	go redact.Contained(func() {
		data, err := io.ReadAll(io.LimitReader(s.stream, most+1))
		done <- result{data, err}
	})()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case r := <-done:
		if r.err != nil {
			s.cover.AddLost(Gap("the rest of "+s.target.Name, r.err))
		}
		if int64(len(r.data)) > most {
			r.data = r.data[:most]
			g := Gap("the rest of "+s.target.Name, &SizeError{most})
			g.Fix = "write it to a file and scan that"
			s.cover.AddLost(g)
		}
		s.visitContent(s.target.Name, r.data, visit)
		return ctx.Err()
	}
}

// visitContent hands over a file's content and, if it is an archive, its
// members.
func (s *Source) visitContent(path string, data []byte, visit scanner.Visitor) {
	s.cover.Count(0, int64(len(data)), 1)
	b := &scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Content, Place: scanner.InFile, Path: path}, Data: data}
	visit(b)
	if isLFSPointer(data) {
		s.cover.AddOpaque(scanner.Gap{What: path, Why: "LFS object not fetched", Fix: "git lfs pull"})
	}
	Members(b, s.Limits, &s.cover, visit)
}

func (s *Source) visitName(name, path string, visit scanner.Visitor) {
	visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Name, Place: scanner.InFile, Path: path}, Data: []byte(name)})
}

// Locate finds each blob where it was read. Nothing is known here about who can
// have seen a file, so there is no exposure.
func (s *Source) Locate(_ context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	lives := make([]scanner.Life, len(secrets))
	for i, held := range secrets {
		lives[i].Spots = make([][]scanner.Spot, len(held.Blobs))
		for j, b := range held.Blobs {
			if b.Accepts == nil || b.Accepts(b.Path) {
				lives[i].Spots[j] = []scanner.Spot{{Place: scanner.InFile, Path: b.Path}}
			}
		}
	}
	return lives, nil
}

// isGitDir reports whether a directory is what git keeps a repository in, by
// git's own test (setup.c is_git_directory).
func isGitDir(root *os.Root) bool {
	is := func(name string, want func(fs.FileMode) bool) bool {
		info, err := root.Lstat(name)
		return err == nil && want(info.Mode())
	}
	return is("HEAD", func(m fs.FileMode) bool { return !m.IsDir() }) &&
		is("objects", fs.FileMode.IsDir) && is("refs", fs.FileMode.IsDir)
}
