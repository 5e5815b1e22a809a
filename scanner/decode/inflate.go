package decode

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// An inflater decompresses. It keeps its readers, which are large.
type inflater struct {
	gzip *gzip.Reader
	zlib io.ReadCloser
	in   *bufio.Reader
}

// open returns a reader of what data compresses, nil if its header is wrong.
func (f *inflater) open(data []byte, as form) io.Reader {
	if f.in == nil {
		f.in = bufio.NewReader(nil)
	}
	f.in.Reset(bytes.NewReader(data))
	if as == formGzip {
		if f.gzip == nil {
			f.gzip = new(gzip.Reader)
		}
		if f.gzip.Reset(f.in) != nil {
			return nil
		}
		return f.gzip
	}
	if f.zlib == nil {
		r, err := zlib.NewReader(f.in)
		if err != nil {
			return nil
		}
		f.zlib = r
		return r
	}
	if resetter, ok := f.zlib.(zlib.Resetter); !ok || resetter.Reset(f.in, nil) != nil {
		return nil
	}
	return f.zlib
}

// inflated appends what data compresses, no more than most bytes, and reports
// whether that was all. Of a damaged or cut stream it appends what can be read.
func (f *inflater) inflated(out, data []byte, as form, most int) ([]byte, bool) {
	r := f.open(data, as)
	if r == nil {
		return out, true
	}
	base := len(out)
	for end := false; !end && len(out)-base <= most; {
		if cap(out)-len(out) < flateChunk {
			out = append(out, make([]byte, flateChunk)...)[:len(out)]
		}
		n, err := r.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		end = err != nil
	}
	if len(out)-base > most { // the last read may go beyond, too
		return out[:base+most], false
	}
	return out, true
}

// flateChunk is how much room there is at least for a read.
const flateChunk = 512

// utf16Text appends the UTF-8 of UTF-16, without a byte order mark.
func utf16Text(out, data []byte, big bool) []byte {
	unit := func(i int) rune {
		if big {
			return rune(data[i])<<8 | rune(data[i+1])
		}
		return rune(data[i+1])<<8 | rune(data[i])
	}
	for i := 0; i+1 < len(data); i += 2 {
		r := unit(i)
		if r == 0xfeff && i == 0 {
			continue
		}
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if pair := utf16.DecodeRune(r, unit(i+2)); pair != utf8.RuneError {
				r, i = pair, i+2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
