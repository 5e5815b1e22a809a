package audit

import (
	"bytes"

	"github.com/awscred/awscred/scanner"
)

const (
	// largeBinary is the size from which a binary file is one that nobody
	// reviews.
	largeBinary = 1 << 20
	// sniffed is how much of a file tells whether it is binary, as git does.
	// Source: git xdiff-interface.c (FIRST_FEW_BYTES)
	sniffed = 8000
)

// binary looks at the size of a file. Members of archives are part of one.
func (s *sight) binary() {
	if len(s.blob.Data) < largeBinary || s.blob.Via != "" || s.blob.Place == scanner.Ignored || s.blob.Place == scanner.InGitDir {
		return
	}
	if head := s.blob.Data[:sniffed]; bytes.IndexByte(head, 0) < 0 || isMedium(head) {
		return
	}
	value := s.blob.ID
	if value == "" {
		value = s.blob.Path
	}
	s.note(Binaries, value, int64(len(s.blob.Data)))
}

// media are how pictures, sounds, films and fonts begin, which a person reviews by
// looking at them.
// Source: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern and what follows there
var media = [...]string{"\x89PNG\r\n\x1a\n", "GIF8", "\xff\xd8\xff", "BM", "II*\x00", "MM\x00*", "\x00\x00\x01\x00", "8BPS", "ID3", "\xff\xfb", "OggS", "fLaC", "\x1a\x45\xdf\xa3", "wOFF", "wOF2", "\x00\x01\x00\x00\x00", "OTTO"}

func isMedium(head []byte) bool {
	for _, begin := range &media {
		if bytes.HasPrefix(head, []byte(begin)) {
			return true
		}
	}
	return bytes.HasPrefix(head, []byte("RIFF")) || bytes.HasPrefix(head[4:], []byte("ftyp"))
}
