package history

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/awscred/awscred/scanner/objects"
)

// maxRevisionFile is the largest file that [Revision.ReadFile] returns, in
// bytes.
const maxRevisionFile = 16 << 20

// A Revision is one commit of a repository, to read files from: its
// configuration counts as it stands there. What it reads has the name that
// leads to it, recomputed.
type Revision struct {
	repo   *Repository
	commit objects.ID
	tree   objects.ID
}

// OpenRevision opens the commit that rev names, by the rules of
// gitrevisions(7), in the repository that path is in. It returns an error
// wrapping [ErrNotRepository] if there is none, and a *[RevisionError] if rev
// names nothing that is here. Only FollowAlternates and Memory of the options
// count.
func OpenRevision(path, rev string, o Options) (*Revision, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("opening repository %q: %w", path, err)
	}
	// The scope of a range reads all refs and no index.
	r := &Repository{name: path, opts: Options{Scope: RangeOnly, FollowAlternates: o.FollowAlternates, Quarantine: o.Quarantine, Memory: o.Memory}}
	if err := r.discover(abs); err != nil {
		return nil, fmt.Errorf("opening repository %q: %w", path, err)
	}
	r.gitDir, r.common, r.workTree = realPath(r.gitDir), realPath(r.common), realPath(r.workTree)
	if err := r.openStore(r.root()); err != nil {
		return nil, fmt.Errorf("opening repository %q: %w", path, err)
	}
	v := &Revision{repo: r}
	if err := v.resolve(rev); err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

func (v *Revision) resolve(rev string) error {
	id, err := v.repo.resolveRevision(rev)
	switch {
	case errors.Is(err, errNotHere), errors.Is(err, errNull):
		return &RevisionError{Revision: rev, Why: "it is " + err.Error()}
	case err != nil:
		return err
	}
	raw, err := v.read(id, objects.TypeCommit)
	if err != nil {
		return &RevisionError{Revision: rev, Why: "its commit cannot be read: " + err.Error()}
	}
	v.commit, v.tree = id, objects.ParseCommit(raw).Tree
	return nil
}

// Close releases the object store.
func (v *Revision) Close() error { return v.repo.Close() }

// Commit is the full id of the commit, in hex.
func (v *Revision) Commit() string { return v.commit.String() }

// ReadFileOf is ReadFile for another commit of the repository, by its full id.
func (v *Revision) ReadFileOf(commit, name string) ([]byte, error) {
	tree, _, ok := v.links(commit)
	if !ok {
		return nil, fmt.Errorf("commit %q: %w", commit, errNotHere)
	}
	id, _ := objects.ParseID(commit) // links did
	other := &Revision{repo: v.repo, commit: id, tree: tree}
	return other.ReadFile(name)
}

// ReadFile returns a file of the commit's tree; name is its path with slashes.
// It returns an error wrapping [fs.ErrNotExist] if the tree has none of that
// name, and another one for what is no regular file, is larger than 16 MiB, or
// cannot be read.
func (v *Revision) ReadFile(name string) ([]byte, error) {
	at, mode := v.tree, uint32(0o040000)
	for part := range strings.SplitSeq(name, "/") {
		if mode != 0o040000 {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		raw, err := v.read(at, objects.TypeTree)
		if err != nil {
			return nil, fmt.Errorf("reading a tree of %s: %w", v.commit, err)
		}
		if at, mode = entryOf(raw, at.Size(), part); mode == 0 {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
	}
	if mode != 0o100644 && mode != 0o100755 && mode != 0o100664 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("it is no regular file")}
	}
	data, err := v.read(at, objects.TypeBlob)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %q of %s: %w", name, v.commit, err)
	case len(data) > maxRevisionFile:
		return nil, fmt.Errorf("reading %q of %s: larger than %d bytes", name, v.commit, maxRevisionFile)
	}
	return data, nil
}

// entryOf finds a name in a tree; the mode is 0 if it is not there.
func entryOf(raw []byte, hashSize int, name string) (objects.ID, uint32) {
	for e, err := range objects.TreeEntries(raw, hashSize) {
		if err != nil {
			break
		}
		if string(e.Name) == name {
			return e.ID, e.Mode
		}
	}
	return objects.ID{}, 0
}

// read reads an object that must be of a type, and recomputes its name: an index
// can give any object any name.
func (v *Revision) read(id objects.ID, want objects.Type) ([]byte, error) {
	t, data, err := v.repo.lookup.Read(id)
	switch {
	case err != nil:
		return nil, err
	case t != want || objects.NameOf(t, data, id.Size()) != id:
		return nil, fmt.Errorf("object %s is not what its name says", id)
	}
	return data, nil
}

// Moved reports whether a commit of the repository, given by its full id, took
// the file at one path away and has one at another that none of its parents had.
// What it cannot read did not move.
func (v *Revision) Moved(commit, from, to string) bool {
	_, parents, ok := v.links(commit)
	if !ok || v.has(commit, from) || !v.has(commit, to) {
		return false
	}
	was := false
	for _, p := range parents {
		if v.has(p.String(), to) {
			return false
		}
		was = was || v.has(p.String(), from)
	}
	return was
}

// has reports whether the tree of a commit has something at a path.
func (v *Revision) has(commit, path string) bool {
	at, _, ok := v.links(commit)
	if !ok {
		return false
	}
	mode := uint32(0o040000)
	for part := range strings.SplitSeq(path, "/") {
		raw, err := v.read(at, objects.TypeTree)
		if err != nil {
			return false
		}
		if at, mode = entryOf(raw, at.Size(), part); mode == 0 {
			return false
		}
	}
	return true
}

// links are the tree and the parents of a commit.
func (v *Revision) links(commit string) (tree objects.ID, parents []objects.ID, ok bool) {
	id, err := objects.ParseID(commit)
	if err != nil || id.Size() != v.repo.store.HashSize() {
		return tree, nil, false
	}
	raw, err := v.read(id, objects.TypeCommit)
	if err != nil {
		return tree, nil, false
	}
	c := objects.ParseCommit(raw)
	return c.Tree, c.Parents, true
}

// Parents is how many parents a commit of the repository has, by its full id;
// ok is false if that commit is not here.
func (v *Revision) Parents(commit string) (n int, ok bool) {
	_, parents, ok := v.links(commit)
	return len(parents), ok
}
