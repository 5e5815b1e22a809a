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
func (w *Watch) binary(b *scanner.Blob) {
	if len(b.Data) < largeBinary || b.Via != "" || b.Place == scanner.Ignored || b.Place == scanner.InGitDir {
		return
	}
	if bytes.IndexByte(b.Data[:sniffed], 0) < 0 {
		return
	}
	value := b.ID
	if value == "" {
		value = b.Path
	}
	w.note(Binaries, value, b, int64(len(b.Data)))
}
