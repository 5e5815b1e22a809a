package history

import (
	"bytes"
	"errors"

	"github.com/awscred/awscred/scanner/objects"
)

var errCachedTree = errors.New("its list of trees is damaged")

// parseCachedTrees parses the extension "TREE": the trees that git remembers to
// stand for directories of the index. An entry is a name, NUL, how many files it
// stands for, how many directories follow that lie in it, and the name of the
// tree unless the number of files is negative: then something in it has changed
// (gitformat-index(5), "Cache tree").
func parseCachedTrees(b []byte, hash int) (trees []objects.ID, err error) {
	for len(b) > 0 {
		_, rest, ok := bytes.Cut(b, []byte{0})
		if !ok {
			return trees, errCachedTree
		}
		numbers, rest, ok := bytes.Cut(rest, []byte{'\n'})
		if !ok {
			return trees, errCachedTree
		}
		if !bytes.HasPrefix(numbers, []byte{'-'}) {
			if len(rest) < hash {
				return trees, errCachedTree
			}
			trees = append(trees, objects.MakeID(rest[:hash]))
			rest = rest[hash:]
		}
		b = rest
	}
	return trees, nil
}
