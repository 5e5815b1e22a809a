package decode_test

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/awscred/awscred/scanner/decode"
)

// Of a text that is made to have very many runs or parts, what there is room for is
// decoded, and it is told that there are more.
func TestRoom(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, unit := range []string{"%41&#65;", "QUtJQUFLSUFBS0lB ", "QUtJQUFLSUFBS0lB\n"} {
		data := bytes.Repeat([]byte(unit), 40<<20/len(unit))
		d := decode.New(decode.DefaultLimits())
		var before, peak runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		texts, size := 0, 0
		d.Search(data, []decode.Span{{Start: 0, End: len(data)}})
		for x := range d.Found() {
			if texts++; texts == 1 {
				runtime.GC()
				runtime.ReadMemStats(&peak)
			}
			size += len(x.Data)
		}
		if !d.Cut() || texts == 0 {
			t.Errorf("%q: %d texts, cut: %v", unit, texts, d.Cut())
		}
		if taken := int64(peak.HeapAlloc) - int64(before.HeapAlloc); taken > 4*int64(len(data)) {
			t.Errorf("%q: %d MiB are kept for a text of %d MiB, and %d MiB of texts", unit, taken>>20, len(data)>>20, size>>20)
		} else {
			t.Logf("%q: %d MiB, texts of %d MiB", unit, taken>>20, size>>20)
		}
	}
	short := bytes.Repeat([]byte("%41&#65;"), 1000)
	d := decode.New(decode.DefaultLimits())
	d.Search(short, []decode.Span{{Start: 0, End: len(short)}})
	for range d.Found() {
	}
	if d.Cut() {
		t.Error("a short text was cut")
	}
}
