package inflate

import (
	"errors"
	"testing"
)

// Written counts what was decoded before a failure, and Prefix has it, however much
// room there is behind the output.
func TestWritten(t *testing.T) {
	for _, literals := range []int{1, 32, 1000, 100_000} {
		src := literalsAndBadCode(literals)
		for _, slack := range []int{0, Slack} {
			d := New()
			dst := make([]byte, literals+10, literals+10+slack)
			if _, err := d.Zlib(dst, src); !errors.Is(err, ErrCorrupt) || d.Written() != literals {
				t.Errorf("%d literals, slack %d: %d bytes written, %v", literals, slack, d.Written(), err)
			}
			dst = make([]byte, literals, literals+slack)
			if n, err := d.Prefix(dst, src); n != literals || err != nil {
				t.Errorf("%d literals, slack %d: a prefix of %d bytes, %v", literals, slack, n, err)
			}
			for _, src := range [][]byte{{0x78, 0, 1, 2, 3}, {0x78}} {
				if _, err := d.Zlib(dst, src); err == nil || d.Written() != 0 {
					t.Errorf("%x: %d bytes written, %v", src, d.Written(), err)
				}
			}
		}
	}
}

// literalsAndBadCode is a block of the fixed code: literals, and a length that there
// is none of.
func literalsAndBadCode(literals int) []byte {
	w := bitWriter{b: []byte{0x78, 0x9c}}
	w.number(1|1<<1, 3)
	for range literals {
		w.code(0x30+'a', 8)
	}
	w.code(0b11000110, 8) // symbol 286
	return append(w.b, make([]byte, 64)...)
}
