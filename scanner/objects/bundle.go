package objects

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// A Bundle is what the header of a bundle file says (gitformat-bundle(5)).
type Bundle struct {
	// Refs are the names in the bundle, in its order, and the objects that they
	// name.
	Refs []BundleRef
	// Prerequisites are the commits that a reader must have: the bundle holds
	// neither them nor what they reach.
	Prerequisites []ID
	// Filter is the object filter that the bundle was made with, such as
	// "blob:none"; what it leaves out is not in the bundle. Empty means none.
	Filter string

	hash int
}

// A BundleRef is one line of a bundle's header.
type BundleRef struct {
	Name string
	ID   ID
}

// ErrNotBundle says that a file is no bundle.
var ErrNotBundle = errors.New("not a git bundle")

// The first lines of the two versions, of the same length.
const (
	bundleV2 = "# v2 git bundle\n"
	bundleV3 = "# v3 git bundle\n"
)

func isBundle(head []byte) bool {
	return bytes.HasPrefix(head, []byte(bundleV2)) || bytes.HasPrefix(head, []byte(bundleV3))
}

// IsBundle reports whether the file at path is a bundle, by its first line.
func IsBundle(path string) bool {
	f, _, err := openRegular(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [len(bundleV2)]byte
	n, _ := f.ReadAt(head[:], 0)
	return isBundle(head[:n])
}

// maxBundleHeader bounds the header: a million refs.
const maxBundleHeader = 256 << 20

// OpenBundle opens the pack of a bundle file in place, as a Store of that one
// pack. It returns an error wrapping ErrNotBundle if the file is no bundle.
func OpenBundle(path string, opts Options) (*Store, *Bundle, error) {
	s := &Store{}
	s.init(opts)
	data, unmap, err := mapFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("opening bundle: %w", err)
	}
	var b *Bundle
	var p *pack
	err = guard(func() error {
		var rest int
		if b, rest, err = parseBundle(data); err != nil {
			return err
		}
		p, err = s.bundledPack(path, data[rest:], b.hash)
		return err
	})
	if err != nil {
		unmap()
		return nil, nil, fmt.Errorf("opening bundle %q: %w", path, err)
	}
	p.unmap = unmap
	s.hash, s.packs = b.hash, []*pack{p}
	return s, b, nil
}

func (s *Store) bundledPack(path string, data []byte, hash int) (*pack, error) {
	p := &pack{path: path, name: filepath.Base(path), data: data, alone: true}
	if len(data) < packHeaderSize+hash {
		return nil, fmt.Errorf("its pack: %w", errTruncated)
	}
	v := binary.BigEndian.Uint32(data[4:])
	if string(data[:4]) != "PACK" || v != 2 && v != 3 {
		return nil, fmt.Errorf("%w: no pack of version 2 or 3 follows its header", errCorrupt)
	}
	p.count = int(binary.BigEndian.Uint32(data[8:]))
	return p, nil
}

// parseBundle parses the header and returns where the pack begins.
func parseBundle(data []byte) (*Bundle, int, error) {
	if !isBundle(data) {
		return nil, 0, ErrNotBundle
	}
	b := &Bundle{hash: sha1Size}
	at := len(bundleV2)
	for {
		n := bytes.IndexByte(data[at:max(at, min(len(data), maxBundleHeader))], '\n')
		if n < 0 {
			return nil, 0, fmt.Errorf("its header: %w", errTruncated)
		}
		line := string(data[at : at+n])
		at += n + 1
		if line == "" {
			return b, at, nil
		}
		if err := b.line(line); err != nil {
			return nil, 0, err
		}
	}
}

// line takes one line of the header: a capability, a prerequisite with a comment
// behind it, or a ref.
func (b *Bundle) line(line string) error {
	if capability, ok := strings.CutPrefix(line, "@"); ok {
		return b.capability(capability)
	}
	rest, required := strings.CutPrefix(line, "-")
	word, name, _ := strings.Cut(rest, " ")
	id, err := ParseID(word)
	if err != nil || id.Size() != b.hash {
		return fmt.Errorf("%w: a line of its header names no object", errCorrupt)
	}
	if required {
		b.Prerequisites = append(b.Prerequisites, id)
	} else {
		b.Refs = append(b.Refs, BundleRef{name, id})
	}
	return nil
}

func (b *Bundle) capability(text string) error {
	key, value, _ := strings.Cut(text, "=")
	switch {
	case key == "object-format" && value == "sha1":
	case key == "object-format" && value == "sha256":
		b.hash = sha256Size
	case key == "filter":
		b.Filter = value
	default:
		return fmt.Errorf("it needs the capability %q, which is not known", key)
	}
	return nil
}
