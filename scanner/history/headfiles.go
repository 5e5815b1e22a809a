package history

import (
	"fmt"

	"github.com/awscred/awscred/scanner/objects"
)

// maxHeadFiles is how many entries of the tree of HEAD are listed. A tree can
// name one subtree many times over.
const maxHeadFiles = 1 << 20

// HeadFiles returns the object of each file in the tree of HEAD, in hex, by its
// path. Without a HEAD there are none.
func (r *Repository) HeadFiles() (map[string]string, error) {
	list := map[string]string{}
	if r.refs.head.Size() == 0 || r.refs.head.IsNull() {
		return list, nil
	}
	id, err := r.peel("HEAD", r.refs.head)
	if err != nil {
		return nil, fmt.Errorf("finding the files of HEAD: %w", err)
	}
	_, raw, err := r.lookup.Read(id)
	if err != nil {
		return nil, fmt.Errorf("finding the files of HEAD: %w", err)
	}
	type directory struct {
		path string
		tree objects.ID
	}
	waiting, seen := []directory{{"", objects.ParseLinks(raw).Tree}}, 0
	for len(waiting) > 0 && seen < maxHeadFiles {
		dir := waiting[len(waiting)-1]
		waiting = waiting[:len(waiting)-1]
		typ, raw, err := r.lookup.Read(dir.tree)
		if err != nil || typ != objects.TypeTree {
			continue // the sweep has told of it
		}
		for e, err := range objects.TreeEntries(raw, dir.tree.Size()) {
			if err != nil {
				break
			}
			seen++
			path := dir.path + string(e.Name)
			switch {
			case e.IsTree():
				waiting = append(waiting, directory{path + "/", e.ID})
			case !e.IsSubmodule():
				list[path] = e.ID.String()
			}
		}
	}
	return list, nil
}
