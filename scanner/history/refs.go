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
	"github.com/awscred/awscred/scanner/files"
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
	// symbolic are the refs that name others, and which.
	symbolic map[string]string
	// fetched are the names that a fetch writes, with one * for any.
	fetched []string
	// heads are the commits of detached HEADs, of this and of linked work
	// trees; logged are the objects that reflogs name, stashes those of the
	// stash's own; others are those that files such as ORIG_HEAD name.
	heads, logged, stashes, others []objects.ID
	// unknown is set if some refs could not be read: what nothing seems to
	// reach may then be reached all the same.
	unknown bool
}

// maxRefFile bounds packed-refs and reflogs.
const maxRefFile = 1 << 30

// readRefs reads loose and packed refs, the refs and heads of all linked work
// trees, and reflogs. What cannot be read is lost.
func (r *Repository) readRefs() *refs {
	rs := &refs{symbolic: map[string]string{}, fetched: r.readFetched()}
	byName := map[string]objects.ID{}
	r.packedRefs(rs, byName)
	for _, dir := range r.gitDirs {
		r.looseRefs(dir, rs, byName)
		r.pseudoRefs(dir, rs)
		r.reflogs(dir, rs)
	}
	if r.reftable() {
		r.loseRef(rs, scanner.Gap{What: "refs", Why: "kept as reftable, which is not read", Fix: "git refs migrate --ref-format=files"})
	}
	rs.head, rs.headRef = r.readHead(rs, byName)
	r.checkSymbolic(rs, byName)
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

func (r *Repository) reftable() bool { return isDir(filepath.Join(r.common, "reftable")) }

// loseRef records that refs could not be read. Only a scan of the history needs
// them.
func (r *Repository) loseRef(rs *refs, g scanner.Gap) {
	rs.unknown = true
	if r.opts.Scope == Everything {
		r.cover.AddLost(g)
	}
}

// loseRefFile is loseRef for a file.
func (r *Repository) loseRefFile(rs *refs, name string, err error) {
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	r.loseRef(rs, fileGap(name, err))
}

// listGitDirs returns the common directory and those of all linked work trees.
func (r *Repository) listGitDirs() []string {
	dirs := []string{r.common}
	names, err := os.ReadDir(filepath.Join(r.common, "worktrees"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.cover.AddLost(scanner.Gap{What: "linked work trees", Why: "unreadable"})
	}
	for _, n := range names {
		if n.IsDir() {
			dirs = append(dirs, filepath.Join(r.common, "worktrees", n.Name()))
		}
	}
	return dirs
}

func (r *Repository) packedRefs(rs *refs, byName map[string]objects.ID) {
	data, err := r.read(filepath.Join(r.common, "packed-refs"), maxRefFile)
	if err != nil {
		r.loseRefFile(rs, "packed-refs", err)
		return
	}
	bad := func(why string) {
		r.loseRef(rs, scanner.Gap{What: "a line of packed-refs", Why: why, Fix: "git fsck --full"})
	}
	first := true
	for line := range bytes.Lines(data) {
		text := strings.TrimRight(string(line), "\r\n")
		if first && strings.HasPrefix(text, packedHeader) && line[len(line)-1] == '\n' {
			first = false
			continue
		}
		first = false
		switch peeled, isPeeled := strings.CutPrefix(text, "^"); {
		case line[len(line)-1] != '\n':
			bad("it is cut short") // and what stood behind it is gone
		case isPeeled: // what the tag above points to
			if _, err := objects.ParseID(peeled); err != nil {
				bad("it names no object")
			}
			continue
		}
		hex, name, _ := strings.Cut(text, " ")
		id, err := objects.ParseID(hex)
		if err != nil || name == "" {
			bad("it names no object")
			continue
		}
		if !isRefName(name) {
			bad("no ref may have the name that it gives") // what it names is read all the same
		}
		byName[name] = id
	}
}

// packedHeader begins the first line of packed-refs, if git wrote it (git
// refs/packed-backend.c, create_snapshot).
const packedHeader = "# pack-refs with:"

// looseRefs reads the files below dir/refs; they outrank packed refs. A linked
// work tree has refs of its own, which go by its name.
func (r *Repository) looseRefs(dir string, rs *refs, byName map[string]objects.ID) {
	top := filepath.Join(dir, "refs")
	prefix := ""
	if dir != r.common {
		prefix = "worktrees/" + filepath.Base(dir) + "/"
	}
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		name := prefix + filepath.ToSlash(rel)
		switch {
		case err != nil:
			r.loseRefFile(rs, name, err)
		case d.IsDir() || strings.HasSuffix(name, ".lock"):
		case name == "refs/heads" && r.reftable(): // a file that says so
		default:
			r.looseRef(path, name, rs, byName)
		}
		return nil
	})
	if err != nil {
		r.loseRefFile(rs, "refs", err)
	}
}

// refSpace is what git takes for blank at the end of a ref (git-compat-util.h,
// isspace).
const refSpace = " \t\r\n"

func (r *Repository) looseRef(path, name string, rs *refs, byName map[string]objects.ID) {
	text, err := r.readSmall(path)
	if err != nil {
		r.loseRefFile(rs, name, err)
		return
	}
	text = strings.TrimRight(text, refSpace)
	if target, ok := strings.CutPrefix(text, "ref:"); ok {
		rs.symbolic[name] = strings.TrimSpace(target) // which is a ref itself
		return
	}
	id, err := objects.ParseID(text)
	if err != nil {
		r.loseRef(rs, scanner.Gap{What: "ref " + name, Why: "it names no object", Fix: "git fsck --full"})
		return
	}
	byName[name] = id
}

// pseudoRefs reads HEAD, ORIG_HEAD, FETCH_HEAD and their like: files of capital
// letters in the git directory that name objects.
func (r *Repository) pseudoRefs(dir string, rs *refs) {
	names, err := os.ReadDir(dir)
	if err != nil {
		r.loseRefFile(rs, filepath.Base(dir), err)
		return
	}
	for _, n := range names {
		if !n.Type().IsRegular() || strings.Trim(n.Name(), "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
			continue
		}
		text, err := r.readSmall(filepath.Join(dir, n.Name()))
		if err != nil { // its content is scanned, and lost, as a file of the directory
			rs.unknown = rs.unknown || n.Name() == "HEAD"
			continue
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
		stash := strings.HasSuffix(filepath.ToSlash(path), "/logs/refs/stash")
		data, err := r.read(path, maxRefFile)
		if err != nil {
			rs.unknown = rs.unknown || stash // nothing but the reflog names most stashes
			return nil
		}
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
			rs.logged = append(rs.logged, id)
		}
	}
}

// readHead returns the commit of this work tree's HEAD and the branch that it
// names. A branch without commits yet has the zero ID.
func (r *Repository) readHead(rs *refs, byName map[string]objects.ID) (objects.ID, string) {
	text, err := r.readSmall(filepath.Join(r.gitDir, "HEAD"))
	if err != nil {
		r.loseRefFile(rs, "HEAD", err)
		return objects.ID{}, ""
	}
	text = strings.TrimRight(text, refSpace)
	if name, ok := strings.CutPrefix(text, "ref:"); ok {
		name = strings.Trim(name, refSpace)
		if !strings.HasPrefix(name, "refs/heads/") || !isRefName(name) { // git fsck finds that strange, or finds no repository
			r.loseRef(rs, scanner.Gap{What: "HEAD", Why: "it names " + name + ", which is no branch", Fix: "git symbolic-ref HEAD refs/heads/main"})
		}
		return rs.follow(name, byName), name
	}
	id, err := objects.ParseID(text)
	if err != nil {
		r.loseRef(rs, scanner.Gap{What: "HEAD", Why: "it names no object", Fix: "git fsck --full"})
	}
	return id, ""
}

// checkSymbolic loses refs that name a ref which is not there. HEAD may: it names
// the branch that the first commit makes.
func (r *Repository) checkSymbolic(rs *refs, byName map[string]objects.ID) {
	for name, target := range rs.symbolic {
		if !rs.follow(name, byName).IsZero() || strings.HasPrefix(name, "worktrees/") {
			continue
		}
		fix := "git symbolic-ref --delete " + name
		if remote, ok := strings.CutSuffix(strings.TrimPrefix(name, "refs/remotes/"), "/HEAD"); ok {
			fix = "git remote set-head " + remote + " --auto"
		}
		if r.opts.Scope == Everything {
			r.cover.AddLost(scanner.Gap{What: "ref " + name, Why: "it names " + target + ", which is not there", Fix: fix})
		}
	}
}

// follow returns the object of a ref, through refs that name others. git
// follows five (refs.c: SYMREF_MAXDEPTH).
func (rs *refs) follow(name string, byName map[string]objects.ID) objects.ID {
	for range 5 {
		target, ok := rs.symbolic[name]
		if !ok {
			break
		}
		name = target
	}
	return byName[name]
}

// find returns the object of a ref.
func (rs *refs) find(name string) (objects.ID, bool) {
	i := sort.Search(len(rs.list), func(i int) bool { return rs.list[i].name >= name })
	if i < len(rs.list) && rs.list[i].name == name {
		return rs.list[i].id, true
	}
	return objects.ID{}, false
}

// loseFile records a file of the git directory that could not be read. One that
// does not exist is not lost.
func (r *Repository) loseFile(name string, err error) {
	if !errors.Is(err, fs.ErrNotExist) {
		r.cover.AddLost(fileGap(name, err))
	}
}

// fileGap says why a file of the git directory was not read.
func fileGap(name string, err error) scanner.Gap {
	g := files.Gap("git directory file "+name, err)
	if errors.Is(err, errOutside) {
		g.Why, g.Fix = err.Error(), "scan the repository that it belongs to"
	}
	return g
}
