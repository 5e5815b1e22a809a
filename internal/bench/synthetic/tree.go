package synthetic

import "maps"

// A file is one version of a file. It is never changed.
type file struct {
	lines [][]byte
	mark  int // of its blob
}

// A tree is what a commit has: files by path. The order of paths is that in
// which they came, so that choosing one by number gives the same one every time.
type tree struct {
	paths []string
	files map[string]*file
}

func newTree() *tree { return &tree{files: map[string]*file{}} }

func (t *tree) clone() *tree {
	return &tree{append([]string(nil), t.paths...), maps.Clone(t.files)}
}

// set gives path a version, nil for none.
func (t *tree) set(path string, f *file) {
	_, had := t.files[path]
	switch {
	case f == nil && had:
		delete(t.files, path)
		for i, p := range t.paths {
			if p == path {
				t.paths = append(t.paths[:i], t.paths[i+1:]...)
				return
			}
		}
	case f != nil:
		t.files[path] = f
		if !had {
			t.paths = append(t.paths, path)
		}
	}
}

// A branch is a line of development.
type branch struct {
	ref     string
	tip     int // mark of the last commit
	tree    *tree
	changed map[string]bool // since it left main
	commits int
}
