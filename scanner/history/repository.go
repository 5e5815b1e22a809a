package history

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/objects"
)

// ErrNotRepository says that a path is not in a git repository.
var ErrNotRepository = errors.New("not a git repository")

// ErrBare says that a repository has neither an index nor a work tree, and that
// the scope asks for nothing else.
var ErrBare = errors.New("bare repository: it has no index and no work tree")

// errOutside is the error for a link that leads out of the repository.
var errOutside = errors.New("it leads outside the repository")

// A Scope says how much of a repository is read.
type Scope int

// The scopes of a scan.
const (
	Everything   Scope = iota // every object, all other files of the git directory, index and work tree
	WorktreeOnly              // index and work tree
	StagedOnly                // blobs of the index that HEAD does not have at the same path
	RangeOnly                 // what the commits of Options.Range introduce
	SinceOnly                 // what the commits after Options.Since introduce, what is staged, and the work tree
)

// Options of [Open].
type Options struct {
	Scope Scope
	// FollowAlternates reads object stores outside the repository's top
	// directory.
	FollowAlternates bool
	// Jobs is the number of goroutines; 0 means one for each processor.
	Jobs int
	// Memory bounds the buffers, in bytes; 0 takes the default of package
	// objects. An object of more than a quarter of it is lost.
	Memory int64
	// VerifyNames recomputes the name of every object.
	VerifyNames bool
	// Dependencies also reads dependency trees that git ignores, such as
	// node_modules.
	Dependencies bool
	// Index is read in place of the index of the work tree: git sets
	// GIT_INDEX_FILE for the hooks of a commit that stages by itself ("git
	// commit -a"). Empty means none.
	Index string
	// Quarantine is the object directory of what a server was sent and has not
	// taken yet: git names it to a pre-receive hook in GIT_OBJECT_DIRECTORY.
	Quarantine string
	// Range and Since are what a scope of that name begins and ends with:
	// "A..B", and a revision. See [Open].
	Range, Since string
	// Margin makes windows of the changed parts of an object, which reach this
	// many bytes beyond them; see [objects.SweepOptions]. 0 reads every object
	// whole. A matcher that widens windows itself needs 1. Gap is up to how many
	// bytes between such parts are in the windows as well.
	Margin, Gap int
}

// A Repository is a git repository as a source of a scan.
type Repository struct {
	name      string
	opts      Options
	gitDir    string   // of this work tree
	common    string   // where objects and refs are; gitDir itself if it is no linked work tree
	workTree  string   // "" for a bare repository
	gitDirs   []string // the common directory and those of all linked work trees
	store     *objects.Store
	lookup    *objects.Lookup
	revisions *revisions      // what a range names; nil without one
	bundle    *objects.Bundle // its header, if the repository is a bundle
	ranged    *ranged         // what the sweep of a range found
	cover     scanner.Coverage
	refs      *refs
	index     []indexEntry
	elsewhere []indexEntry // of the indexes of other work trees of the repository
	cached    []objects.ID // trees that indexes remember to stand for directories
	seen      seenNames
	book      *notebook // what the sweep of all objects noted; nil if it lacks anything
	surveyed  *locator  // what was located first
	pointers  pointers
	archives  *files.Budget   // of what is unpacked
	dirs      map[string]bool // directories known to be inside the repository, or not
}

// Open opens the repository that path is in: a work tree or a directory inside
// one, a git directory, or a bare repository. It returns an error wrapping
// [ErrNotRepository] if there is none, and another one if there is one that
// cannot be opened, or must not be; and a [RevisionError] if its history has not
// what the options name.
func Open(path string, o Options) (*Repository, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("opening repository %q: %w", path, err)
	}
	if _, err := os.Stat(abs); err != nil {
		return nil, fmt.Errorf("opening repository: %w", err)
	}
	r := &Repository{name: path, opts: o, archives: o.archives()}
	if err := r.discover(abs); err != nil {
		return nil, fmt.Errorf("opening repository %q: %w", path, err)
	}
	r.gitDir, r.common, r.workTree = realPath(r.gitDir), realPath(r.common), realPath(r.workTree)
	if (o.Scope == WorktreeOnly || o.Scope == StagedOnly) && r.workTree == "" {
		return nil, fmt.Errorf("opening repository %q: %w", path, ErrBare)
	}
	if err := r.openStore(r.root()); err != nil {
		return nil, fmt.Errorf("opening repository %q: %w", path, err)
	}
	if err := r.resolveScope(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Top returns the top directory of the work tree that path is in, or the git
// directory of a bare repository, links resolved. ok is false if path is in no
// repository, or in one that [Open] would not open.
func Top(path string) (dir string, ok bool) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", false
	}
	r := &Repository{}
	if err := r.discover(abs); err != nil {
		return "", false
	}
	if r.workTree != "" {
		return realPath(r.workTree), true
	}
	return realPath(r.gitDir), true
}

// root is the top directory of the target: what lies inside it may be read.
func (r *Repository) root() string {
	if r.workTree != "" && r.common == r.gitDir {
		return r.workTree
	}
	return r.common
}

func (r *Repository) openStore(root string) error {
	var err error
	r.store, err = objects.Open(r.gitDir, r.opts.store(root))
	if err != nil {
		return err
	}
	r.lookup = r.store.Lookup()
	r.gitDirs = r.listGitDirs()
	if r.opts.Scope == StagedOnly {
		r.refs = r.readHeadOnly()
	} else {
		r.refs = r.readRefs()
	}
	if r.opts.Scope != RangeOnly {
		r.readIndexes()
	}
	return nil
}

// Close releases the object store.
func (r *Repository) Close() error {
	r.lookup.Close()
	return r.store.Close()
}

// Target names the repository as the user did.
func (r *Repository) Target() scanner.Target { return scanner.Target{Kind: "git", Name: r.name} }

// WorkTree is the top directory of the work tree, or "" for a bare repository.
func (r *Repository) WorkTree() string { return r.workTree }

// Coverage is what was read and what was not.
func (r *Repository) Coverage() *scanner.Coverage { return &r.cover }

// discover looks for the git directory at path and above it, as git does.
func (r *Repository) discover(path string) error {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return ErrNotRepository
	}
	for dir := path; ; dir = filepath.Dir(dir) {
		if isGitDir(dir) {
			r.gitDir = dir
			if filepath.Base(dir) == ".git" {
				r.workTree = filepath.Dir(dir)
			}
			return r.findCommon()
		}
		if found, err := r.tryDot(dir, filepath.Join(dir, ".git")); found || err != nil {
			return err
		}
		if filepath.Dir(dir) == dir {
			return ErrNotRepository
		}
	}
}

// tryDot looks at the .git of a directory.
func (r *Repository) tryDot(dir, dot string) (found bool, err error) {
	info, err := os.Lstat(dot)
	switch {
	case err != nil:
		return false, nil
	case info.IsDir():
		if _, err := os.Lstat(filepath.Join(dot, "HEAD")); errors.Is(err, fs.ErrPermission) {
			return false, fmt.Errorf("reading %q: permission denied", dot)
		}
		if !isGitDir(dot) {
			return false, nil // as git does
		}
		r.gitDir, r.workTree = dot, dir
		return true, r.findCommon()
	case info.Mode().IsRegular():
		return true, r.followGitFile(dir, dot)
	case info.Mode()&fs.ModeSymlink != 0:
		return false, fmt.Errorf("%q is a symbolic link; scan the directory that it leads to", dot)
	}
	return false, nil
}

// isGitDir tells a git directory by what it must hold.
func isGitDir(dir string) bool {
	head, err := os.Lstat(filepath.Join(dir, "HEAD"))
	if err != nil || head.IsDir() {
		return false
	}
	if isDir(filepath.Join(dir, "objects")) && isDir(filepath.Join(dir, "refs")) {
		return true
	}
	_, err = os.Stat(filepath.Join(dir, "commondir"))
	return err == nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// followGitFile follows a .git file ("gitdir: PATH") of a linked work tree or a
// submodule, if the place that it names points back.
func (r *Repository) followGitFile(dir, file string) error {
	text, err := readPlain(file)
	if err != nil {
		return fmt.Errorf("reading %q: %w", file, err)
	}
	target, ok := strings.CutPrefix(strings.TrimRight(text, "\r\n"), "gitdir: ")
	if !ok {
		return fmt.Errorf("%q names no git directory", file)
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(dir, target)
	}
	if !isGitDir(target) {
		return fmt.Errorf("%q names %q, which is no git directory", file, target)
	}
	r.gitDir, r.workTree = target, dir
	if !r.opts.FollowAlternates && !within(target, dir) && !pointsBack(target, file) {
		return fmt.Errorf("%q leads to %q outside the directory, which does not point back", file, target)
	}
	return r.findCommon()
}

// pointsBack reports whether a git directory names the work tree whose .git file
// led there: a linked work tree by its file "gitdir", a submodule by its
// core.worktree.
func pointsBack(gitDir, file string) bool {
	if text, err := readPlain(filepath.Join(gitDir, "gitdir")); err == nil {
		return samePath(resolve(gitDir, strings.TrimSpace(text)), file)
	}
	dir := configuredWorkTree(gitDir)
	return dir != "" && samePath(dir, filepath.Dir(file))
}

// configuredWorkTree is what core.worktree of a submodule says, or "".
func configuredWorkTree(gitDir string) string {
	config, err := readPlain(filepath.Join(gitDir, "config"))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(config) {
		key, value, ok := strings.Cut(line, "=")
		if ok && strings.EqualFold(strings.TrimSpace(key), "worktree") {
			return resolve(gitDir, strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return ""
}

func resolve(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func samePath(a, b string) bool {
	x, errX := filepath.EvalSymlinks(a)
	y, errY := filepath.EvalSymlinks(b)
	return errX == nil && errY == nil && x == y
}

// within reports whether path is dir or below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// findCommon finds the directory that the linked work trees of a repository
// share.
func (r *Repository) findCommon() error {
	r.common = r.gitDir
	text, err := readPlain(filepath.Join(r.gitDir, "commondir"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading commondir: %w", err)
	}
	r.common = resolve(r.gitDir, strings.TrimSpace(text))
	if !isGitDir(r.common) {
		return fmt.Errorf("commondir leads to %q, which is no git directory", r.common)
	}
	// The git directory of a linked work tree lies in the common one. Any other
	// pointer would lead from a foreign directory to a repository of this machine.
	dir, common := realPath(r.gitDir), realPath(r.common)
	if !r.opts.FollowAlternates && !within(dir, common) && (r.workTree == "" || !within(common, realPath(r.workTree))) {
		return fmt.Errorf("commondir leads to %q outside the repository", r.common)
	}
	return nil
}

// realPath resolves the links in a path. The empty path stays empty.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil && path != "" {
		return real
	}
	return path
}

// smallFile is the size up to which the files that steer a repository are read.
const smallFile = 1 << 20

// readPlain reads a file that is a line or two by nature, and no link.
func readPlain(path string) (string, error) {
	b, err := files.ReadRegular(path, smallFile)
	return string(b), err
}

// readSmall reads such a file of the repository.
func (r *Repository) readSmall(path string) (string, error) {
	b, err := r.read(path, smallFile)
	return string(b), err
}

// read reads a regular file of the repository. A link is followed only if it
// stays inside.
func (r *Repository) read(path string, limit int64) ([]byte, error) {
	if !r.holds(filepath.Dir(path)) {
		return nil, errOutside
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, err
		}
		if !r.holds(filepath.Dir(path)) {
			return nil, errOutside
		}
	}
	return files.ReadRegular(path, limit)
}

// holds reports whether a directory, links resolved, lies inside the repository.
// One that does not exist does.
func (r *Repository) holds(dir string) bool {
	if inside, known := r.dirs[dir]; known {
		return inside
	}
	real := realPath(dir)
	inside := within(real, r.common) || within(real, r.gitDir) || r.workTree != "" && within(real, r.workTree)
	if r.dirs == nil {
		r.dirs = map[string]bool{}
	}
	r.dirs[dir] = inside
	return inside
}
