package history

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/awscred/awscred/scanner"
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

var errIndexCut = errors.New("it ends too early")

// readIndex reads the index of this work tree, with the shared part of a split
// index. What cannot be read is lost.
func (r *Repository) readIndex() []indexEntry {
	entries, err := readIndexFile(filepath.Join(r.gitDir, "index"), r.store.HashSize())
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		r.cover.AddLost(scanner.Gap{What: "index", Why: "unreadable: " + err.Error(), Fix: "git read-tree HEAD"})
	}
	return entries
}

func readIndexFile(path string, hash int) ([]indexEntry, error) {
	data, err := readLimited(path, maxRefFile)
	if err != nil {
		return nil, err
	}
	entries, shared, err := parseIndex(data, hash)
	if err != nil || shared == "" {
		return entries, err
	}
	// A split index adds to the entries of a shared one. Some of those may
	// have been replaced: reading both only reads more.
	base, err := readLimited(filepath.Join(filepath.Dir(path), "sharedindex."+shared), maxRefFile)
	if err != nil {
		return entries, fmt.Errorf("reading its shared part: %w", err)
	}
	more, _, err := parseIndex(base, hash)
	return append(named(entries), more...), err
}

// named drops the entries of a split index that only replace a numbered entry
// of the shared one and have no path of their own.
func named(entries []indexEntry) []indexEntry {
	var list []indexEntry
	for _, e := range entries {
		if e.path != "" {
			list = append(list, e)
		}
	}
	return list
}

// parseIndex parses an index of version 2, 3 or 4 (gitformat-index(5)). It
// returns the entries before any damage, and the name of a shared index if the
// file is only a part.
func parseIndex(data []byte, hash int) (entries []indexEntry, shared string, err error) {
	if len(data) < 12 || string(data[:4]) != "DIRC" {
		return nil, "", errors.New("it is no index")
	}
	version, count := binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:])
	if version < 2 || version > 4 {
		return nil, "", fmt.Errorf("its version is %d", version)
	}
	rest := data[12:]
	var last []byte
	for range count {
		var e indexEntry
		e, last, rest, err = parseIndexEntry(rest, last, hash, version)
		if err != nil {
			return entries, "", err
		}
		entries = append(entries, e)
	}
	shared, err = parseExtensions(rest, hash)
	return entries, shared, err
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

// parseExtensions looks for the extension "link" of a split index.
func parseExtensions(b []byte, hash int) (shared string, err error) {
	for len(b) > hash {
		if len(b) < 8 {
			return shared, errIndexCut
		}
		size := uint64(binary.BigEndian.Uint32(b[4:]))
		if size > uint64(len(b)-8) {
			return shared, errIndexCut
		}
		body := b[8 : 8+size]
		if string(b[:4]) == "link" && len(body) >= hash {
			if id := objects.MakeID(body[:hash]); !id.IsNull() {
				shared = id.String()
			}
		}
		b = b[8+size:]
	}
	return shared, nil
}
