package sevenzip

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/awscred/awscred/scanner/files/internal/lzma"
)

var (
	// ErrCorrupt is the error for what no archiver writes, and for wrong check
	// sums of headers.
	ErrCorrupt = errors.New("7z data is corrupt")
	// ErrTooMany is the error for more files than Limits.Files.
	ErrTooMany = errors.New("too many files")
	// ErrHeader is the error for a header that is larger than Limits.Header.
	ErrHeader = errors.New("7z header too large")
)

// An UnsupportedError names a method that is not known here. What an archive of
// such a method holds is whole, but cannot be looked into.
type UnsupportedError string

// Error says what it is, in one clause.
func (e UnsupportedError) Error() string { return string(e) }

// Encrypted is what is encrypted: all of a folder, or the header.
const Encrypted = UnsupportedError("encrypted")

// Limits bound what reading an archive allocates.
type Limits struct {
	// Files is the number of files, with directories and empty ones.
	Files int
	// Header is the size of a header in bytes when it is unpacked.
	Header int64
	// LZMA are those of the decoders.
	LZMA lzma.Limits
}

// A File is one entry of the archive.
type File struct {
	// Name is the path as it is stored, with "/" between its parts.
	Name string
	// Folder is the index of the folder that has the content, -1 for directories
	// and empty files. The files of one folder follow each other.
	Folder int
	// Size is that of the content in bytes.
	Size int64
	// CRC32 is the check sum of the content, if there is one.
	CRC32  uint32
	HasCRC bool
}

// An Archive is one whose header was read.
type Archive struct {
	// Files are all entries: those without a content, then the others in the
	// order of their contents.
	Files []File

	limits  Limits
	data    []byte // behind the signature header
	folders []folder
}

const (
	magic      = "7z\xbc\xaf\x27\x1c"
	headSize   = 32
	maxWrapped = 4 // headers that are packed in each other
)

// Open reads the header of the archive that data is. It returns [ErrCorrupt],
// [ErrTooMany], [ErrHeader], an [UnsupportedError], [io.ErrUnexpectedEOF] or an
// error of package lzma.
func Open(data []byte, l Limits) (*Archive, error) {
	if len(data) < headSize {
		return nil, io.ErrUnexpectedEOF
	}
	if string(data[:len(magic)]) != magic || crc32.ChecksumIEEE(data[12:headSize]) != binary.LittleEndian.Uint32(data[8:]) {
		return nil, fmt.Errorf("%w: signature header", ErrCorrupt)
	}
	a := &Archive{limits: l, data: data[headSize:]}
	offset, size := binary.LittleEndian.Uint64(data[12:]), binary.LittleEndian.Uint64(data[20:])
	if size == 0 {
		return a, nil // no files
	}
	if n := uint64(len(a.data)); offset > n || size > n-offset {
		return nil, io.ErrUnexpectedEOF
	}
	if size > uint64(l.Header) {
		return nil, ErrHeader
	}
	head := a.data[offset : offset+size]
	if crc32.ChecksumIEEE(head) != binary.LittleEndian.Uint32(data[28:]) {
		return nil, fmt.Errorf("%w: check sum of the header", ErrCorrupt)
	}
	for range maxWrapped {
		p := &parser{data: head, files: l.Files}
		switch p.id() {
		case idHeader:
			return a, a.header(p)
		case idEncodedHeader:
			var err error
			if head, err = a.unwrap(p); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("%w: header", ErrCorrupt)
		}
	}
	return nil, fmt.Errorf("%w: header", ErrCorrupt)
}

// unwrap unpacks a header that is packed.
func (a *Archive) unwrap(p *parser) ([]byte, error) {
	s := p.streams()
	if p.err != nil {
		return nil, p.err
	}
	if len(s.folders) != 1 {
		return nil, fmt.Errorf("%w: header", ErrCorrupt)
	}
	f := s.folders[0]
	if f.size() > uint64(a.limits.Header) {
		return nil, ErrHeader
	}
	r, err := a.reader(&f)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := io.Copy(&b, r); err != nil {
		return nil, err
	}
	if f.hasCRC && crc32.ChecksumIEEE(b.Bytes()) != f.crc {
		return nil, fmt.Errorf("%w: check sum of the header", ErrCorrupt)
	}
	return b.Bytes(), nil
}

// header reads what the header says and joins files with their contents.
func (a *Archive) header(p *parser) error {
	var s streams
	var entries []entry
	for p.err == nil {
		switch p.id() {
		case idEnd:
			a.folders = s.folders
			return a.join(&s, entries)
		case idArchiveProperties:
			for p.err == nil && p.id() != idEnd {
				p.bytes(p.number())
			}
		case idAdditionalStreams:
			p.streams()
		case idMainStreams:
			s = p.streams()
		case idFiles:
			entries = p.entries()
		default:
			p.corrupt("header")
		}
	}
	return p.err
}

// join gives each entry that has a content the next one. Contents without a name
// are there, too.
func (a *Archive) join(s *streams, entries []entry) error {
	contents := make([]File, 0, len(entries))
	for i := range s.folders {
		contents = append(contents, s.folders[i].files(i)...)
		if len(contents) > a.limits.Files {
			return ErrTooMany
		}
	}
	next := 0
	for _, e := range entries {
		switch {
		case e.empty:
			a.Files = append(a.Files, File{Name: e.name, Folder: -1})
			continue
		case next == len(contents):
			return fmt.Errorf("%w: more names than contents", ErrCorrupt)
		}
		contents[next].Name = e.name
		next++
	}
	a.Files = append(a.Files, contents...)
	return nil
}

// Reader returns the contents of the files of a folder, one behind the other.
// The caller verifies check sums. Errors are those of [Open].
func (a *Archive) Reader(folder int) (io.Reader, error) { return a.reader(&a.folders[folder]) }
