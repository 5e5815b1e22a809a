package code

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/resolver"
)

// What is read at most: of one file, and below one directory.
const (
	maxFile  = 2 << 20
	maxFiles = 1 << 20
	// minified is the mean length of a line above which a file of some size is
	// taken for one that a program wrote out of others, and minifiedFrom that
	// size.
	minified     = 400
	minifiedFrom = 32 << 10
)

// Reasons in Program.Skipped.
const (
	tooLarge = "files of more than 2 MiB"
	packed   = "minified files"
	links    = "symbolic links"
	further  = "files behind the first 1,048,576"
)

// Look reads the source below a directory of the Host. A relative dir starts at
// the Host's directory. It returns an error if there is no such directory, or if
// ctx is done before all was read; what goes wrong with a single file is in
// [Program.Broken].
func Look(ctx context.Context, h *resolver.Host, dir string) (*Program, error) {
	root := h.Abs(dir)
	info, err := h.Stat(root)
	if err != nil {
		return nil, fmt.Errorf("looking for the source: %w", err)
	}
	if !info.Mode.IsDir() {
		return nil, fmt.Errorf("looking for the source: %q is not a directory", dir)
	}
	w := &walk{host: h, root: root, program: Program{Dir: dir, Skipped: make(map[string]int)}, languages: languages()}
	w.run(ctx)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("reading the source below %q: %w", dir, err)
	}
	w.program.join(&w.gathered)
	w.program.sort()
	return &w.program, nil
}

// A walk is a Look under way. Directories are listed by one goroutine, files are
// read and scanned by several.
type walk struct {
	host      *resolver.Host
	root      string
	languages []language

	mu      sync.Mutex // guards program
	program Program
	gathered
}

// A job is a file to read.
type job struct {
	name     string // below the root, with slashes
	language *language
}

func (w *walk) run(ctx context.Context) {
	jobs := make(chan job, 256)
	var scanners sync.WaitGroup
	for range max(2, runtime.GOMAXPROCS(0)) {
		scanners.Go(redact.Contained(func() {
			for j := range jobs {
				w.file(j)
			}
		}))
	}
	w.list(ctx, jobs)
	close(jobs)
	scanners.Wait()
}

// list hands on the files below the root, directory by directory.
func (w *walk) list(ctx context.Context, jobs chan<- job) {
	dirs, files := []string{""}, 0
	for len(dirs) > 0 && ctx.Err() == nil {
		dir := dirs[len(dirs)-1]
		dirs = dirs[:len(dirs)-1]
		names, err := w.host.Files.ReadDir(w.path(dir))
		if err != nil {
			w.broken(cmp.Or(dir, "."), err)
			continue
		}
		for _, base := range names {
			name := strings.TrimPrefix(dir+"/"+base, "/")
			language := w.language(name, base)
			info, err := w.host.Stat(w.path(name))
			switch {
			case err != nil && language == nil:
			case w.isLink(name):
				w.skip(links, 1)
			case err != nil:
				w.broken(name, err)
			case info.Mode.IsDir() && dependencies(base, names):
				w.skip("dependencies in "+base, 1)
			case info.Mode.IsDir():
				dirs = append(dirs, name)
			case language == nil || !info.Mode.IsRegular():
			case info.Size > maxFile:
				w.skip(tooLarge, 1)
			case files == maxFiles:
				w.skip(further, 1)
			default:
				files++
				jobs <- job{name, language}
			}
		}
	}
}

func (w *walk) path(name string) string {
	if name == "" {
		return w.root
	}
	return w.host.Join(w.root, name)
}

func (w *walk) isLink(name string) bool {
	_, err := w.host.Files.Readlink(w.path(name))
	return err == nil
}

func (w *walk) language(name, base string) *language {
	for i := range w.languages {
		if w.languages[i].reads(name, base) {
			return &w.languages[i]
		}
	}
	return nil
}

// file reads and scans one file.
func (w *walk) file(j job) {
	data, err := w.host.ReadFile(w.path(j.name), maxFile)
	switch {
	case errors.Is(err, resolver.ErrTooLarge):
		w.skip(tooLarge, 1)
		return
	case err != nil:
		w.broken(j.name, err)
		return
	case isPacked(data):
		w.skip(packed, 1)
		return
	}
	f := scan(j.language, j.name, data)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.program.Files++
	w.program.Bytes += int64(len(data))
	w.program.Sites = append(w.program.Sites, f.sites...)
	w.loadings, w.named = append(w.loadings, f.loadings...), append(w.named, f.named...)
	w.defined = append(w.defined, f.defined...)
	if f.err != nil {
		w.program.Broken = append(w.program.Broken, Broken{j.name, reason(f.err)})
	}
}

// scan finds the sites of one file. A scan that fails in an unforeseen way is an
// error of this file alone.
func scan(l *language, name string, data []byte) (f *file) {
	f = &file{name: name, data: data, language: l.name}
	if !l.marked(data) {
		return f
	}
	defer func() {
		if p := recover(); p != nil {
			f.err = fmt.Errorf("it could not be parsed: %v", p)
		}
	}()
	f.err = l.scan(f)
	return f
}

func (w *walk) skip(what string, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.program.Skipped[what] += n
}

func (w *walk) broken(name string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.program.Broken = append(w.program.Broken, Broken{name, reason(err)})
}

// reason is an error without the name of the file, which stands beside it.
func reason(err error) string {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		err = e.Err
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

// isPacked reports whether a text is one that a program packed, of lines that
// nobody writes.
func isPacked(data []byte) bool {
	if len(data) < minifiedFrom {
		return false
	}
	return len(data)/(1+bytes.Count(data, []byte("\n"))) > minified
}

// dependencies reports whether a directory holds the code of others or what a
// build made, by its name and that of its neighbours.
func dependencies(base string, beside []string) bool {
	switch base {
	case ".git", ".hg", ".svn", "node_modules", "bower_components", "vendor", "site-packages", "dist-packages", ".venv", "venv",
		"virtualenv", ".tox", ".nox", ".eggs", "__pycache__", ".mypy_cache", ".terraform", ".gradle", ".m2", ".ivy2", "Pods",
		"Carthage", ".build", ".bundle", ".next", ".nuxt", ".serverless", ".aws-sam", "cdk.out", ".yarn", ".pnpm-store", ".cargo", "third_party":
		return true
	case "target":
		return hasAny(beside, "Cargo.toml", "pom.xml", "build.sbt")
	case "build":
		return hasAny(beside, "build.gradle", "build.gradle.kts", "package.json")
	case "dist", "out":
		return hasAny(beside, "package.json")
	case "obj", "bin":
		return slices.ContainsFunc(beside, func(name string) bool { return strings.HasSuffix(name, ".csproj") })
	}
	return false
}

func hasAny(names []string, want ...string) bool {
	return slices.ContainsFunc(want, func(w string) bool {
		_, found := slices.BinarySearch(names, w)
		return found
	})
}
