package decode

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

// No more comes out than was allowed, also if a stream ends in the read that
// goes beyond it: what is left of a budget is never less than nothing.
func TestInflatedLimit(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(strings.Repeat("0123456789", 200))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		most, want int
		all        bool
	}{{0, 0, false}, {1, 1, false}, {1999, 1999, false}, {2000, 2000, true}, {5000, 2000, true}} {
		for _, room := range []int{0, 4096} {
			var f inflater
			out, all := f.inflated(make([]byte, 3, 3+room), packed.Bytes(), formGzip, test.most)
			if len(out)-3 != test.want || all != test.all {
				t.Errorf("at most %d, with room for %d: %d bytes, all %t", test.most, room, len(out)-3, all)
			}
		}
	}
}
