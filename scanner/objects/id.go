package objects

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
)

// Hash sizes in bytes of the two object formats.
const (
	sha1Size   = sha1.Size
	sha256Size = sha256.Size
)

// An ID is an object's name: the SHA-1 or SHA-256 of its type, size and data.
// It is comparable. The zero ID names nothing.
type ID struct {
	sum  [sha256Size]byte
	size uint8 // how many bytes of sum count
}

// ParseID reads an ID from 40 or 64 hexadecimal digits.
func ParseID(s string) (ID, error) {
	if len(s) != 2*sha1Size && len(s) != 2*sha256Size {
		return ID{}, fmt.Errorf("parsing object name %q: want 40 or 64 hexadecimal digits", s)
	}
	id, err := decodeID([]byte(s))
	if err != nil {
		return ID{}, fmt.Errorf("parsing object name %q: %w", s, err)
	}
	return id, nil
}

// decodeID makes an ID of 40 or 64 hexadecimal digits.
func decodeID(digits []byte) (ID, error) {
	id := ID{size: uint8(hex.DecodedLen(len(digits)))}
	if _, err := hex.Decode(id.sum[:], digits); err != nil {
		return ID{}, err
	}
	return id, nil
}

// MakeID makes an ID of 20 or 32 raw bytes, and the zero ID of any other number.
func MakeID(b []byte) ID {
	if len(b) != sha1Size && len(b) != sha256Size {
		return ID{}
	}
	id := ID{size: uint8(len(b))}
	copy(id.sum[:], b)
	return id
}

// String returns the ID in hexadecimal, and "" for the zero ID.
func (id ID) String() string { return hex.EncodeToString(id.sum[:id.size]) }

// AppendHex appends the ID in hexadecimal to b.
func (id ID) AppendHex(b []byte) []byte { return hex.AppendEncode(b, id.sum[:id.size]) }

// Bytes returns a copy of the ID's 20 or 32 bytes.
func (id ID) Bytes() []byte { return bytes.Clone(id.sum[:id.size]) }

// IsZero reports whether id is the zero ID. A null name (all digits 0) is not.
func (id ID) IsZero() bool { return id.size == 0 }

// IsNull reports whether id is all zeros, which git writes for "no object".
func (id ID) IsNull() bool { return id.sum == [sha256Size]byte{} }

// Size is the number of raw bytes: 20, 32, or 0 for the zero ID.
func (id ID) Size() int { return int(id.size) }

// Prefix16 is a number made of the first two bytes, to spread IDs by.
func (id ID) Prefix16() uint16 { return uint16(id.sum[0])<<8 | uint16(id.sum[1]) }

// Compare orders IDs as git does: by their bytes.
func (id ID) Compare(other ID) int {
	return bytes.Compare(id.sum[:id.size], other.sum[:other.size])
}

// A Type says what an object is. The values are those of git's pack format.
type Type uint8

// The types of objects. The zero Type means unknown.
const (
	TypeCommit Type = 1
	TypeTree   Type = 2
	TypeBlob   Type = 3
	TypeTag    Type = 4
)

// The two kinds of pack entries that are not types of objects.
const (
	ofsDelta = 6
	refDelta = 7
)

// String returns git's word for the type, and "object" if it is not known.
func (t Type) String() string {
	switch t {
	case TypeCommit:
		return "commit"
	case TypeTree:
		return "tree"
	case TypeBlob:
		return "blob"
	case TypeTag:
		return "tag"
	}
	return "object"
}

func parseType(word []byte) Type {
	for t := TypeCommit; t <= TypeTag; t++ {
		if t.String() == string(word) {
			return t
		}
	}
	return 0
}

// NameOf returns the ID that an object of this type and data has, in a
// repository whose names have hashSize bytes.
func NameOf(t Type, data []byte, hashSize int) ID { return newHasher(hashSize).name(t, data) }

// A hasher computes object names. It is not safe for concurrent use.
type hasher struct {
	h   hash.Hash
	buf [64]byte
}

func newHasher(size int) *hasher { return &hasher{h: newHash(size)} }

func newHash(size int) hash.Hash {
	if size == sha256Size {
		return sha256.New()
	}
	return sha1.New()
}

// name returns the ID of an object.
func (h *hasher) name(t Type, data []byte) ID {
	h.h.Reset()
	head := append(h.buf[:0], t.String()...)
	head = append(head, ' ')
	head = strconv.AppendInt(head, int64(len(data)), 10)
	h.h.Write(append(head, 0))
	h.h.Write(data)
	return MakeID(h.h.Sum(h.buf[:0]))
}
