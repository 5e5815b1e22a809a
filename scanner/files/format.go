package files

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// A format is what a content is, judged by its bytes alone.
type format int

const (
	plain format = iota // nothing that we look into
	zipArchive
	tarArchive
	gzipStream
	bzip2Stream
	zstdStream
	xzStream
	lzipStream
	lzmaStream
	sevenZip
	arArchive
	opaque // a container or cipher that we know and cannot look into
)

// identify looks at the first bytes, and for archives with something in front
// of them (self-extracting ones, executable jars) at the last.
func identify(data []byte) format {
	if len(data) < 8 {
		return plain
	}
	switch data[0] {
	case 'P':
		if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")) {
			return zipArchive
		}
	case 0x1f: // RFC 1952: deflate, reserved flags are zero
		if data[1] == 0x8b && data[2] == 8 && data[3]&0xe0 == 0 {
			return gzipStream
		}
	case 'B':
		if isBzip2(data) {
			return bzip2Stream
		}
	case 0xfd:
		if bytes.HasPrefix(data, []byte("\xfd7zXZ\x00")) {
			return xzStream
		}
	case '7':
		if bytes.HasPrefix(data, []byte("7z\xbc\xaf\x27\x1c")) {
			return sevenZip
		}
	case 'L':
		if bytes.HasPrefix(data, []byte("LZIP\x01")) {
			return lzipStream
		}
	case '!':
		if isAr(data) {
			return arArchive
		}
	case 0x5d:
		if isLZMA(data) {
			return lzmaStream
		}
	case 0x28:
		if bytes.HasPrefix(data, []byte("\x28\xb5\x2f\xfd")) {
			return zstdStream
		}
	}
	// A skippable frame, with which parallel zstd begins (RFC 8878 section 3.1.2).
	if data[0]&0xf0 == 0x50 && bytes.Equal(data[1:4], []byte("\x2a\x4d\x18")) {
		return zstdStream
	}
	switch {
	case isTar(data):
		return tarArchive
	case len(data) > 22 && bytes.HasPrefix(data[len(data)-22:], []byte("PK\x05\x06")):
		return zipArchive
	case opaqueName(data) != "":
		return opaque
	}
	return plain
}

// isBzip2 recognises the stream header together with the magic number of a
// block or of the end.
func isBzip2(data []byte) bool {
	return len(data) >= 10 && bytes.HasPrefix(data, []byte("BZh")) && data[3] >= '1' && data[3] <= '9' &&
		(string(data[4:10]) == "\x31\x41\x59\x26\x53\x59" || string(data[4:10]) == "\x17\x72\x45\x38\x50\x90")
}

// isAr recognises an archive of ar, among them packages of Debian, by the end of
// the header of its first member.
func isAr(data []byte) bool {
	const magic = "!<arch>\n"
	return bytes.HasPrefix(data, []byte(magic)) && (len(data) == len(magic) || len(data) >= len(magic)+arHeader && string(data[len(magic)+arHeader-2:][:2]) == arEnd)
}

// isLZMA recognises what lzma and xz --format=lzma write. There is no magic
// number: these are the properties that are always used, a window of a usual
// size, a size that is not known or below a tebibyte, and the first byte of the
// range coder.
func isLZMA(data []byte) bool {
	if len(data) < lzmaHeader+5 || data[1] != 0 || data[lzmaHeader] != 0 {
		return false
	}
	dict, size := binary.LittleEndian.Uint32(data[1:]), binary.LittleEndian.Uint64(data[5:])
	usual := dict >= 1<<12 && (bits.OnesCount32(dict) == 1 || dict>>bits.TrailingZeros32(dict) == 3)
	return usual && (size == 1<<64-1 || size < 1<<40)
}

// isTar recognises the first header of a tar archive by its check sum, which
// old archives without a magic number have too.
func isTar(data []byte) bool {
	const size, sumAt, sumLen = 512, 148, 8
	if len(data) < size || data[0] == 0 {
		return false
	}
	sum, digits := 0, 0
	for _, c := range data[sumAt : sumAt+sumLen] {
		switch {
		case c >= '0' && c <= '7':
			sum, digits = sum*8+int(c-'0'), digits+1
		case c != ' ' && c != 0:
			return false
		}
	}
	if digits == 0 {
		return false
	}
	unsigned, signed := sumLen*int(' '), sumLen*int(' ')
	for i, c := range data[:size] {
		if i < sumAt || i >= sumAt+sumLen {
			unsigned += int(c)
			signed += int(int8(c)) // as some old tars computed it
		}
	}
	return sum == unsigned || sum == signed
}

// gitBundle is what awscred looks into if it is named as the target.
const gitBundle = "git bundle"

// opaqueFormats are containers and ciphers that we know and cannot look into.
var opaqueFormats = [...]struct{ magic, name string }{
	{"Rar!\x1a\x07", "rar archive"},
	{"\x04\x22\x4d\x18", "lz4 archive"},
	{"\x1f\x9d\x90", "compress archive"},
	{"MSCF\x00\x00\x00\x00", "cabinet archive"},
	{"\xed\xab\xee\xdb", "rpm package"},
	{"hsqs", "squashfs image"},
	{"# v2 git bundle\n", gitBundle},
	{"# v3 git bundle\n", gitBundle},
	{"\x00GITCRYPT\x00", "encrypted by git-crypt"},
	{"age-encryption.org/v1\n", "encrypted by age"},
	{"-----BEGIN AGE ENCRYPTED FILE-----", "encrypted by age"},
	{"$ANSIBLE_VAULT;", "encrypted by ansible-vault"},
	{"Salted__", "encrypted by openssl"},
	{"-----BEGIN PGP MESSAGE-----", "encrypted by PGP"},
}

// opaqueName names what data is and cannot be looked into; it returns the empty
// string for everything else.
func opaqueName(data []byte) string {
	for _, f := range &opaqueFormats {
		if len(data) >= len(f.magic) && string(data[:len(f.magic)]) == f.magic {
			return f.name
		}
	}
	if string(data[:4]) == "PACK" {
		if v := binary.BigEndian.Uint32(data[4:]); v == 2 || v == 3 {
			return "git pack"
		}
	}
	return ""
}

// isLFSPointer recognises what stands in a work tree in place of a large file
// that was not fetched.
// Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
func isLFSPointer(data []byte) bool {
	return len(data) < 1024 && bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/spec/v1\n")) &&
		bytes.Contains(data, []byte("\noid sha256:"))
}
