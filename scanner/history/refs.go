package history

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// A ref is a name for an object.
type ref struct {
	name string // full: refs/heads/main
	id   objects.ID
}

// refs are all names and notes that a repository keeps of its objects.
type refs struct {
	list []ref // sorted by name; without HEAD
	head objects.ID
	// headRef is the branch that HEAD names, or "" if it is detached.
	headRef string
	// heads are the commits of detached HEADs, of this and of linked work
	// trees; others are objects that only reflogs and files such as ORIG_HEAD
	// name; stashes are those of the stash's own reflog.
	heads, others, stashes []objects.ID
}

// maxRefFile bounds packed-refs and reflogs.
const maxRefFile = 1 << 30

// readRefs reads loose and packed refs, the refs and heads of all linked work
// trees, and reflogs. What cannot be read is lost.
func (r *Repository) readRefs() *refs {
	rs := new(refs)
	byName := map[string]objects.ID{}
	r.packedRefs(byName)
	for _, dir := range r.gitDirs() {
		r.looseRefs(dir, byName)
		r.pseudoRefs(dir, rs)
		r.reflogs(dir, rs)
	}
	if isDir(filepath.Join(r.common, "reftable")) {
		r.cover.AddLost(scanner.Gap{What: "refs", Why: "kept as reftable, which is not read", Fix: "git refs migrate --ref-format=files"})
	}
	rs.head, rs.headRef = r.readHead(byName)
	for name, id := range byName {
		rs.list = append(rs.list, ref{name, id})
	}
	sort.Slice(rs.list, func(i, j int) bool { return rs.list[i].name < rs.list[j].name })
	r.cover.Refs = int64(len(rs.list))
	r.cover.Stashes = int64(len(rs.stashes))
	if _, ok := byName["refs/stash"]; ok && len(rs.stashes) == 0 {
		r.cover.Stashes = 1
	}
	return rs
}

// gitDirs are the common directory and those of all linked work trees.
func (r *Repository) gitDirs() []string {
	dirs := []string{r.common}
	names, err := os.ReadDir(filepath.Join(r.common, "worktrees"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.cover.AddLost(scanner.Gap{What: "linked work trees", Why: "unreadable"})
	}
	for _, n := range names {
		dirs = append(dirs, filepath.Join(r.common, "worktrees", n.Name()))
	}
	return dirs
}

func (r *Repository) packedRefs(byName map[string]objects.ID) {
	data, err := readLimited(filepath.Join(r.common, "packed-refs"), maxRefFile)
	if err != nil {
		r.loseFile("packed-refs", err)
		return
	}
	for line := range bytes.Lines(data) {
		hex, name, ok := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		if !ok || strings.HasPrefix(hex, "#") || strings.HasPrefix(hex, "^") {
			continue // header, or what the tag above points to
		}
		id, err := objects.ParseID(hex)
		if err != nil {
			r.cover.AddLost(scanner.Gap{What: "a line of packed-refs", Why: "it names no object"})
			continue
		}
		byName[name] = id
	}
}

// looseRefs reads the files below dir/refs; they outrank packed refs.
func (r *Repository) looseRefs(dir string, byName map[string]objects.ID) {
	top := filepath.Join(dir, "refs")
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		name := filepath.ToSlash(rel)
		if err != nil {
			if path == top && errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			r.loseFile(name, err)
			return nil
		}
		if d.IsDir() || strings.HasSuffix(name, ".lock") {
			return nil
		}
		text, err := readSmall(path)
		if err != nil {
			r.loseFile(name, err)
			return nil
		}
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "ref:") {
			return nil // what it names is a ref itself
		}
		id, err := objects.ParseID(text)
		if err != nil {
			r.cover.AddLost(scanner.Gap{What: "ref " + name, Why: "it names no object"})
			return nil
		}
		byName[name] = id
		return nil
	})
	if err != nil {
		r.loseFile("refs", err)
	}
}

// pseudoRefs reads HEAD, ORIG_HEAD, FETCH_HEAD and their like: files of capital
// letters in the git directory that name objects.
func (r *Repository) pseudoRefs(dir string, rs *refs) {
	names, err := os.ReadDir(dir)
	if err != nil {
		r.loseFile(filepath.Base(dir), err)
		return
	}
	for _, n := range names {
		if !n.Type().IsRegular() || strings.Trim(n.Name(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
			continue
		}
		text, err := readSmall(filepath.Join(dir, n.Name()))
		if err != nil {
			continue // its content is scanned, and lost, as a file of the directory
		}
		for line := range strings.Lines(text) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
			id, err := objects.ParseID(word)
			switch {
			case err != nil:
			case n.Name() == "HEAD":
				rs.heads = append(rs.heads, id)
			default:
				rs.others = append(rs.others, id)
			}
		}
	}
}

// reflogs collects the objects that reflogs name.
func (r *Repository) reflogs(dir string, rs *refs) {
	top := filepath.Join(dir, "logs")
	_ = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // unreadable files are lost when the directory is scanned
		}
		data, err := readLimited(path, maxRefFile)
		if err != nil {
			return nil
		}
		stash := strings.HasSuffix(filepath.ToSlash(path), "/logs/refs/stash")
		for line := range bytes.Lines(data) {
			r.reflogLine(line, stash, rs)
		}
		return nil
	})
}

// reflogLine takes the old and the new object of one line.
func (r *Repository) reflogLine(line []byte, stash bool, rs *refs) {
	fields := bytes.SplitN(line, []byte{' '}, 3)
	if len(fields) < 3 {
		return
	}
	for i, f := range fields[:2] {
		id, err := objects.ParseID(string(f))
		switch {
		case err != nil || id.IsNull():
		case stash && i == 1:
			rs.stashes = append(rs.stashes, id)
		case !stash:
			rs.others = append(rs.others, id)
		}
	}
}

// readHead returns the commit of this work tree's HEAD and the branch that it
// names. A branch without commits yet has the zero ID.
func (r *Repository) readHead(byName map[string]objects.ID) (objects.ID, string) {
	text, err := readSmall(filepath.Join(r.gitDir, "HEAD"))
	if err != nil {
		r.loseFile("HEAD", err)
		return objects.ID{}, ""
	}
	text = strings.TrimSpace(text)
	if name, ok := strings.CutPrefix(text, "ref:"); ok {
		name = strings.TrimSpace(name)
		return byName[name], name
	}
	id, err := objects.ParseID(text)
	if err != nil {
		r.cover.AddLost(scanner.Gap{What: "HEAD", Why: "it names no object"})
	}
	return id, ""
}

// loseFile records a file of the git directory that could not be read. One that
// does not exist is not lost.
func (r *Repository) loseFile(name string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	gap := scanner.Gap{What: "git directory file " + name, Why: "unreadable"}
	if errors.Is(err, fs.ErrPermission) {
		gap.Why, gap.Fix = "permission denied", "run awscred as the owner of the repository"
	}
	r.cover.AddLost(gap)
}

func readLimited(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	if info.Size() > limit {
		return nil, errors.New("file is too large")
	}
	return os.ReadFile(path)
}
