package objects

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/awscred/awscred/scanner/objects/internal/inflate"
)

// A loose is an object in a file of its own.
type loose struct {
	id  ID
	dir uint32 // index into Store.dirs
}

func (s *Store) loosePath(l loose) string {
	name := l.id.String()
	return filepath.Join(s.dirs[l.dir], name[:2], name[2:])
}

var (
	errGarbage = errors.New("data after the end of the object")
	errName    = errors.New("name does not match the content")
)

// looseHeadSize is more than the longest "commit 9223372036854775807\0".
const looseHeadSize = 32

// parseLooseHead reads "type size NUL", with which a loose object begins.
func parseLooseHead(b []byte) (t Type, size int64, n int, err error) {
	end := bytes.IndexByte(b, 0)
	if end < 0 {
		return 0, 0, 0, fmt.Errorf("%w: no object header", errCorrupt)
	}
	word, digits, _ := bytes.Cut(b[:end], []byte(" "))
	t = parseType(word)
	size, err = strconv.ParseInt(string(digits), 10, 64)
	if t == 0 || err != nil || size < 0 || strconv.FormatInt(size, 10) != string(digits) {
		return 0, 0, 0, fmt.Errorf("%w: bad object header", errCorrupt)
	}
	return t, size, end + 1, nil
}

// readLoose reads a loose object's file. get provides the memory for the whole
// inflated stream; data is a part of that. The name is not verified. With
// errGarbage the data is good all the same.
func readLoose(dec *inflate.Decoder, file []byte, limit int64, get func(int) ([]byte, error)) (t Type, whole, data []byte, err error) {
	var head [looseHeadSize]byte
	k, err := dec.Prefix(head[:], file)
	if err != nil {
		return 0, nil, nil, corrupt(err)
	}
	t, size, n, err := parseLooseHead(head[:k])
	if err != nil {
		return 0, nil, nil, err
	}
	if size > limit {
		return t, nil, nil, errLimit
	}
	whole, err = get(n + int(size))
	if err != nil {
		return t, nil, nil, err
	}
	used, err := dec.Zlib(whole, file)
	if err != nil {
		return t, whole, nil, corrupt(err)
	}
	if used != len(file) {
		err = errGarbage
	}
	return t, whole, whole[n:], err
}

// looseFileLimit is the largest file that can hold an object of the size limit.
func looseFileLimit(limit int64) int64 { return limit + limit/1000 + 4096 }

// corrupt says that an object is corrupt, and how.
func corrupt(err error) error {
	if errors.Is(err, errCorrupt) || errors.Is(err, errLimit) || errors.Is(err, errStopped) {
		return err
	}
	return fmt.Errorf("%w: %w", errCorrupt, err)
}

// looseID makes the ID of a file in a fan-out directory from their names.
func looseID(dir, file string, hash int) (ID, bool) {
	if len(file) != 2*hash-2 {
		return ID{}, false
	}
	b, err := hex.DecodeString(dir + file)
	if err != nil {
		return ID{}, false
	}
	return MakeID(b), true
}
