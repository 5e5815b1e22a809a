package objects

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// commonDir returns the directory that holds the objects directory: gitDir, or
// for a linked worktree what its file commondir names. It also settles which
// directories may be read.
func (s *Store) commonDir(gitDir string) (string, error) {
	gitDir, err := filepath.Abs(gitDir)
	if err != nil {
		return "", fmt.Errorf("opening object store %q: %w", gitDir, err)
	}
	s.allow(gitDir)
	s.allow(topOf(gitDir, s.opts.Root))
	text, err := readControl(filepath.Join(gitDir, "commondir"))
	if errors.Is(err, fs.ErrNotExist) {
		return gitDir, nil
	}
	if err != nil {
		return "", fmt.Errorf("opening object store %q: %w", gitDir, err)
	}
	common := filepath.FromSlash(string(bytes.TrimRight(text, "\r\n")))
	if !filepath.IsAbs(common) {
		common = filepath.Join(gitDir, common)
	}
	// A linked worktree's directory lies inside the common one, so whoever chose
	// the former meant the latter. Anything else is a pointer to elsewhere.
	if !s.opts.FollowAlternates && !s.allowed(common) && !inside(realPath(gitDir), realPath(common)) {
		return "", fmt.Errorf("opening object store %q: its common directory %q is %s", gitDir, common, outside)
	}
	s.allow(common)
	s.allow(topOf(common, ""))
	return common, nil
}

// topOf returns root, or what Options.Root stands for if that is empty.
func topOf(gitDir, root string) string {
	if root != "" {
		return root
	}
	if filepath.Base(gitDir) == ".git" {
		return filepath.Dir(gitDir)
	}
	return gitDir
}

func (s *Store) allow(dir string) {
	if abs, err := filepath.Abs(dir); err == nil {
		s.roots = append(s.roots, realPath(abs))
	}
}

// allowed reports whether path lies inside the target, links resolved.
func (s *Store) allowed(path string) bool {
	real := realPath(path)
	return slices.ContainsFunc(s.roots, func(root string) bool { return inside(real, root) })
}

func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return filepath.Clean(path)
}

func inside(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}

// A candidate is an object directory that is still to be looked at.
type candidate struct {
	path  string
	depth int    // how many alternates led to it
	named string // as the alternates file has it
}

// addStore reads the object directory at path and its alternates. It fails only
// if that directory itself is not there.
func (s *Store) addStore(path string) error {
	todo := []candidate{{path: path}}
	seen := map[string]bool{}
	for len(todo) > 0 {
		c := todo[0]
		todo = todo[1:]
		real := realPath(c.path)
		if seen[real] {
			continue
		}
		seen[real] = true
		if why, fix := s.refuse(c, len(seen)); why != "" {
			what := fmt.Sprintf("alternate %q", c.named)
			if c.depth == 0 && why != outside {
				return fmt.Errorf("reading %q: %s", c.path, why)
			} else if c.depth == 0 {
				what = fmt.Sprintf("directory %q", c.path)
			}
			s.lost.add(Lost{What: what, Why: why, Fix: fix})
			continue
		}
		s.addDirectory(real)
		todo = append(todo, s.alternates(real, c.depth+1)...)
	}
	return nil
}

const outside = "outside the repository"

// refuse says why an object directory must not or cannot be read, or "".
func (s *Store) refuse(c candidate, count int) (why, fix string) {
	info, err := os.Stat(c.path)
	switch {
	case err != nil:
		return reason(err), fixRestore
	case !info.IsDir():
		return "not a directory", fixRestore
	case !s.opts.FollowAlternates && !s.allowed(c.path):
		return outside, fixAlternates
	case c.depth > maxAlternateDepth:
		return "nested too deep", ""
	case count > maxAlternates:
		return "too many alternates", ""
	}
	return "", ""
}

// alternates returns what dir's info/alternates names.
func (s *Store) alternates(dir string, depth int) []candidate {
	file := filepath.Join(dir, "info", "alternates")
	text, err := readControl(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		s.lost.add(Lost{What: fmt.Sprintf("file %q", file), Why: reason(err), Fix: fixRestore})
		return nil
	}
	var found []candidate
	for _, named := range parseAlternates(string(text)) {
		path := filepath.FromSlash(named)
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		found = append(found, candidate{filepath.Clean(path), depth, named})
	}
	return found
}

// addDirectory lists the packs and loose objects of one object directory.
func (s *Store) addDirectory(dir string) {
	s.dirs = append(s.dirs, dir)
	for _, name := range s.list(dir) {
		switch {
		case name == "pack":
			s.addPacks(filepath.Join(dir, name))
		case strings.HasPrefix(name, "tmp_obj_"):
			s.temps = append(s.temps, filepath.Join(dir, name))
		case len(name) == 2 && isHex(name):
			s.addFanout(dir, name)
		}
	}
}

// list returns the names in a directory, sorted, without links that lead out of
// the target: those are lost.
func (s *Store) list(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		s.lost.add(Lost{What: fmt.Sprintf("directory %q", dir), Why: reason(err), Fix: fixRestore})
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.Type()&fs.ModeSymlink != 0 && !s.opts.FollowAlternates && !s.allowed(path) {
			s.lost.add(Lost{What: fmt.Sprintf("link %q", path), Why: outside, Fix: fixAlternates})
			continue
		}
		names = append(names, e.Name())
	}
	return names
}

func isHex(s string) bool {
	return strings.Trim(s, "0123456789abcdef") == ""
}

// addFanout lists one of the directories 00 to ff.
func (s *Store) addFanout(dir, prefix string) {
	path := filepath.Join(dir, prefix)
	for _, name := range s.list(path) {
		id, ok := looseID(prefix, name, s.hash)
		switch {
		case ok:
			s.loose = append(s.loose, loose{id, uint32(len(s.dirs) - 1)})
		case strings.HasPrefix(name, "tmp_obj_"):
			s.temps = append(s.temps, filepath.Join(path, name))
		default:
			s.lost.add(Lost{What: fmt.Sprintf("file %q", filepath.Join(path, name)), Why: "its name is not an object's", Fix: fixRefetch})
		}
	}
}

// addPacks opens the packs of a directory, and notes indexes without a pack.
func (s *Store) addPacks(dir string) {
	names := s.list(dir)
	have := map[string]*pack{}
	for _, name := range names {
		temp := strings.HasPrefix(name, "tmp_pack_")
		switch {
		case temp || strings.HasSuffix(name, ".pack"):
			have[strings.TrimSuffix(name, ".pack")+".idx"] = s.addPack(filepath.Join(dir, name), temp)
		case strings.HasSuffix(name, ".promisor"):
			s.promisor = true
		}
	}
	for _, name := range names {
		if strings.HasSuffix(name, ".idx") && !strings.HasPrefix(name, "tmp_idx_") && have[name] == nil {
			s.lost.add(Lost{What: fmt.Sprintf("pack %q", strings.TrimSuffix(name, ".idx")+".pack"), Why: "missing, only its index is there", Fix: fixRestore})
		}
	}
	if slices.Contains(names, "multi-pack-index") {
		s.addMultiIndex(filepath.Join(dir, "multi-pack-index"), have, names)
	}
}

func (s *Store) addPack(path string, temp bool) *pack {
	p, err := openPack(path, s.hash)
	p.temp = temp
	if temp {
		s.temps = append(s.temps, path)
	}
	if err != nil {
		s.lose(p, Lost{What: fmt.Sprintf("pack %q", p.name), Why: reason(err), Fix: fixRefetch})
	}
	if len(p.data) < packHeaderSize+s.hash {
		p.close() // nothing is in it, and nobody will close it later
		return p
	}
	s.packs = append(s.packs, p)
	return p
}

// addMultiIndex keeps what a multi-pack-index says for packs without an index.
func (s *Store) addMultiIndex(path string, have map[string]*pack, files []string) {
	what := fmt.Sprintf("file %q", path)
	data, unmap, err := mapFile(path)
	if err != nil {
		s.lost.add(Lost{What: what, Why: reason(err), Fix: fixRestore})
		return
	}
	defer unmap()
	var m *multiIndex
	err = guard(func() (err error) {
		m, err = parseMultiIndex(data, s.hash)
		return err
	})
	if err != nil {
		s.lost.add(Lost{What: what, Why: reason(err), Fix: "run git multi-pack-index write"})
		return
	}
	for i, name := range m.names {
		p := have[name]
		if p == nil {
			s.lost.add(Lost{What: fmt.Sprintf("pack %q", strings.TrimSuffix(name, ".idx")+".pack"), Why: "missing, the multi-pack-index names it", Fix: fixRestore, Count: len(m.packs[i])})
			continue
		}
		if !slices.Contains(files, name) {
			p.known = m.packs[i]
		}
	}
}

// reason turns an error into a clause without the paths that What names already.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		if errors.Is(path.Err, fs.ErrNotExist) {
			return "missing"
		}
		if errors.Is(path.Err, fs.ErrPermission) {
			return noPermission
		}
		return path.Err.Error()
	}
	return err.Error()
}
