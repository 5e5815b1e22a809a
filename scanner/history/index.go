package history

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/objects"
)

// An indexEntry is one staged file.
type indexEntry struct {
	path string
	id   objects.ID
	mode uint32
}

// Modes of index entries that are no blobs.
const (
	modeGitlink = 0o160000 // a submodule's commit
	modeSparse  = 0o040000 // a directory, in a sparse index
)

// isBlob reports whether the entry is a file or a link.
func (e indexEntry) isBlob() bool { return e.mode != modeGitlink && e.mode != modeSparse }

var errIndexCut = errors.New("it ends too early")

// readIndexes reads the index of this work tree, and those of the other work
// trees of the repository. What cannot be read is lost.
func (r *Repository) readIndexes() {
	for _, dir := range r.gitDirs {
		if dir != r.gitDir && r.opts.Scope == Everything {
			r.elsewhere = append(r.elsewhere, r.readIndex(filepath.Join(dir, "index"), "index of "+filepath.Base(dir))...)
		}
	}
	path := filepath.Join(r.gitDir, "index")
	if r.opts.Index != "" {
		path = r.opts.Index
	}
	r.index = r.readIndex(path, "index")
}

func (r *Repository) readIndex(path, what string) []indexEntry {
	entries, err := r.readIndexFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		gap := files.Gap(what, err)
		gap.Fix = "git read-tree HEAD"
		r.cover.AddLost(gap)
	}
	return r.expand(entries)
}

// readIndexFile reads one index, with the shared part of a split one.
func (r *Repository) readIndexFile(path string) ([]indexEntry, error) {
	read := r.read
	if path == r.opts.Index {
		read = files.ReadRegular // the user names it; it may lie anywhere
	}
	data, err := read(path, maxRefFile)
	if err != nil {
		return nil, err
	}
	index, err := parseIndex(data, r.store.HashSize())
	r.cached = append(r.cached, index.trees...)
	if err != nil || index.split.shared == "" {
		return index.entries, err
	}
	data, err = r.readShared(filepath.Dir(path), "sharedindex."+index.split.shared)
	if err != nil {
		return index.entries, fmt.Errorf("reading its shared part: %w", err)
	}
	base, err := parseIndex(data, r.store.HashSize())
	return index.split.merge(base.entries, index.entries), err
}

// readShared reads the shared part of a split index. It lies beside the index
// or, if that is a temporary one, in the git directory.
func (r *Repository) readShared(dir, name string) ([]byte, error) {
	data, err := r.read(filepath.Join(dir, name), maxRefFile)
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, errOutside) {
		return r.read(filepath.Join(r.gitDir, name), maxRefFile)
	}
	return data, err
}

// maxExpanded bounds how many files the directories of a sparse index stand for.
const maxExpanded = 5_000_000

// expand replaces the directories of a sparse index by the files in them.
func (r *Repository) expand(entries []indexEntry) []indexEntry {
	if !slices.ContainsFunc(entries, func(e indexEntry) bool { return e.mode == modeSparse }) {
		return entries
	}
	var list []indexEntry
	stack := slices.Clone(entries)
	slices.Reverse(stack)
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if e.mode != modeSparse {
			list = append(list, e)
			continue
		}
		_, raw, err := r.lookup.Read(e.id)
		if err != nil || len(list)+len(stack) > maxExpanded {
			r.cover.AddLost(scanner.Gap{What: "index entry " + e.path, Why: "its tree cannot be read", Fix: "git fsck --full"})
			continue
		}
		for x, err := range objects.TreeEntries(raw, e.id.Size()) {
			if err != nil {
				break // the damage is in the ledger, or nobody asked for it
			}
			mode := x.Mode
			if x.IsTree() {
				mode = modeSparse
			}
			stack = append(stack, indexEntry{path: strings.TrimSuffix(e.path, "/") + "/" + string(x.Name), id: x.ID, mode: mode})
		}
	}
	return list
}

// An indexFile is what one file says.
type indexFile struct {
	entries []indexEntry
	split   splitIndex
	trees   []objects.ID // that git remembers to stand for directories
}

// parseIndex parses an index of version 2, 3 or 4 (gitformat-index(5)). It
// returns the entries before any damage.
func parseIndex(data []byte, hash int) (index indexFile, err error) {
	if len(data) < 12 || string(data[:4]) != "DIRC" {
		return index, errors.New("it is no index")
	}
	version, count := binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:])
	if version < 2 || version > 4 {
		return index, fmt.Errorf("its version is %d", version)
	}
	rest := data[12:]
	var last []byte
	for range count {
		var e indexEntry
		e, last, rest, err = parseIndexEntry(rest, last, hash, version)
		if err != nil {
			return index, err
		}
		index.entries = append(index.entries, e)
	}
	return index, index.parseExtensions(rest, hash)
}

// parseIndexEntry parses one entry. last is the path before, which version 4
// shortens by.
func parseIndexEntry(b, last []byte, hash int, version uint32) (e indexEntry, path, rest []byte, err error) {
	const stat = 40 // times, device, inode, mode, owner, group, size
	head := stat + hash + 2
	if len(b) < head {
		return e, nil, nil, errIndexCut
	}
	e.mode = binary.BigEndian.Uint32(b[24:])
	e.id = objects.MakeID(b[stat : stat+hash])
	flags := binary.BigEndian.Uint16(b[stat+hash:])
	at := head
	if version >= 3 && flags&0x4000 != 0 {
		at += 2
	}
	if len(b) < at {
		return e, nil, nil, errIndexCut
	}
	if version == 4 {
		path, rest, err = shortenedPath(b[at:], last)
	} else {
		path, rest, err = paddedPath(b, at)
	}
	e.path = string(path)
	return e, path, rest, err
}

// paddedPath reads a path that ends with a NUL; entries are padded with NULs to
// a multiple of eight bytes.
func paddedPath(b []byte, at int) (path, rest []byte, err error) {
	n := bytes.IndexByte(b[at:], 0)
	if n < 0 {
		return nil, nil, errIndexCut
	}
	end := (at + n + 8) &^ 7
	if end > len(b) {
		return nil, nil, errIndexCut
	}
	return b[at : at+n], b[end:], nil
}

// shortenedPath reads a path of version 4: how many bytes to drop from the path
// before, and what follows them.
func shortenedPath(b, last []byte) (path, rest []byte, err error) {
	drop, n := offsetVarint(b)
	if n == 0 || drop > uint64(len(last)) {
		return nil, nil, errors.New("a path shortens what is not there")
	}
	b = b[n:]
	end := bytes.IndexByte(b, 0)
	if end < 0 {
		return nil, nil, errIndexCut
	}
	path = append(bytes.Clone(last[:len(last)-int(drop)]), b[:end]...)
	return path, b[end+1:], nil
}

// offsetVarint reads git's variable-length number in which each continuation
// adds one. n is 0 if b ends too early.
func offsetVarint(b []byte) (v uint64, n int) {
	for n < len(b) && n < 9 {
		c := b[n]
		n++
		v |= uint64(c & 0x7f)
		if c&0x80 == 0 {
			return v, n
		}
		v = (v + 1) << 7
	}
	return 0, 0
}

// parseExtensions takes the extensions that name objects or another index.
func (x *indexFile) parseExtensions(b []byte, hash int) (err error) {
	for len(b) > hash {
		if len(b) < 8 {
			return errIndexCut
		}
		size := uint64(binary.BigEndian.Uint32(b[4:]))
		if size > uint64(len(b)-8) {
			return errIndexCut
		}
		body := b[8 : 8+size]
		switch string(b[:4]) {
		case "link":
			x.split, err = parseLink(body, hash)
		case "TREE":
			x.trees, err = parseCachedTrees(body, hash)
		}
		if err != nil {
			return err
		}
		b = b[8+size:]
	}
	return nil
}
