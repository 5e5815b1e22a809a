package objects

import (
	"bytes"
	"fmt"
	"iter"
)

// A TreeEntry is one line of a tree object.
type TreeEntry struct {
	Mode uint32 // octal as git writes it: 0o40000 tree, 0o100644, 0o100755, 0o120000 link, 0o160000 submodule
	Name []byte // any bytes but NUL; a part of the tree's data
	ID   ID
	Span Span // where the entry stands in the tree's data
}

// The kinds of tree entries, by their mode's upper bits.
const (
	modeKind = 0o170000
	modeTree = 0o040000
	modeLink = 0o120000
	modeGit  = 0o160000
)

// IsTree reports whether the entry is a directory.
func (e TreeEntry) IsTree() bool { return e.Mode&modeKind == modeTree }

// IsLink reports whether the entry is a symbolic link.
func (e TreeEntry) IsLink() bool { return e.Mode&modeKind == modeLink }

// IsSubmodule reports whether the entry is a commit of another repository, whose
// objects are not in this one.
func (e TreeEntry) IsSubmodule() bool { return e.Mode&modeKind == modeGit }

// TreeEntries yields the entries of a tree object whose names have hashSize
// bytes (Store.HashSize). After a malformed entry it yields an error with what
// was understood of it, and ends, as nothing after it can be told apart. Names
// are not checked: they may be empty, "..", or contain slashes.
func TreeEntries(raw []byte, hashSize int) iter.Seq2[TreeEntry, error] {
	return func(yield func(TreeEntry, error) bool) {
		for at := 0; at < len(raw); {
			e, n := treeEntry(raw[at:], hashSize)
			if n == 0 {
				yield(e, fmt.Errorf("reading tree entry at byte %d: %w", at, errCorrupt))
				return
			}
			e.Span = Span{at, at + n}
			if !yield(e, nil) {
				return
			}
			at += n
		}
	}
}

// treeEntry parses the entry at the start of b and returns its length, 0 if it
// is malformed (tree-walk.c: decode_tree_entry).
func treeEntry(b []byte, hashSize int) (e TreeEntry, n int) {
	i := 0
	for ; i < len(b) && b[i] != ' '; i++ {
		if b[i] < '0' || b[i] > '7' || i > 9 {
			return e, 0
		}
		e.Mode = e.Mode<<3 | uint32(b[i]-'0')
	}
	if i == 0 || i == len(b) {
		return e, 0
	}
	end := bytes.IndexByte(b[i+1:], 0)
	if end < 0 {
		return e, 0
	}
	e.Name = b[i+1 : i+1+end]
	n = i + 1 + end + 1 + hashSize
	if n > len(b) {
		return e, 0
	}
	e.ID = MakeID(b[n-hashSize : n])
	return e, n
}
