package history

import (
	"fmt"
	"path/filepath"
)

// HooksDir is the directory from which git runs the hooks of the repository that
// path is in, as its own configuration says; bare is true if it has no work
// tree. It returns an error wrapping [ErrNotRepository] if there is none. The
// directory need not exist.
// Source: git-config(1), core.hooksPath: a relative path is taken from where
// hooks run, the top of the work tree or the git directory of a bare one.
func HooksDir(path string) (dir string, bare bool, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", false, fmt.Errorf("opening repository %q: %w", path, err)
	}
	r := &Repository{name: path}
	if err := r.discover(abs); err != nil {
		return "", false, fmt.Errorf("opening repository %q: %w", path, err)
	}
	if err := r.findCommon(); err != nil {
		return "", false, fmt.Errorf("opening repository %q: %w", path, err)
	}
	from := r.workTree
	if from == "" {
		from = r.gitDir
	}
	dir = filepath.Join(r.common, "hooks")
	if set, ok := r.config("core..hookspath"); ok && set != "" {
		// Who wrote the configuration must not choose where files are written.
		if dir = resolve(from, set); !within(realPath(dir), realPath(from)) && !within(realPath(dir), realPath(r.common)) {
			return "", false, fmt.Errorf("core.hooksPath leads to %q, outside the repository", dir)
		}
	}
	return dir, r.workTree == "", nil
}
