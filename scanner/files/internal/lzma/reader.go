package lzma

import "io"

// A Reader decompresses one LZMA stream.
type Reader struct {
	d    decoder
	left int64 // bytes to come; -1 if only the end marker tells
	err  error
}

// NewReader returns what decompresses in, which begins behind all headers. size
// is how many bytes come out, -1 if an end marker says so.
func NewReader(in []byte, p Properties, dict uint32, size int64, l Limits) (*Reader, error) {
	r := &Reader{left: size}
	if err := r.d.r.start(in); err != nil {
		return nil, err
	}
	r.d.window = newWindow(int64(dict), size, l)
	r.d.resetState(p)
	return r, nil
}

// Read returns [ErrCorrupt], [ErrWindow], an error of Limits.Grow, or
// [io.ErrUnexpectedEOF] besides io.EOF.
func (r *Reader) Read(p []byte) (int, error) {
	for r.d.read == r.d.write && r.err == nil && len(p) > 0 {
		r.err = r.more()
	}
	n := copy(p, r.d.buf[r.d.read:r.d.write])
	r.d.read += n
	if n > 0 || len(p) == 0 {
		return n, nil
	}
	return 0, r.err
}

// step is how much is decoded at a time, so that it is still in the processor's
// cache when it is read.
const step = 32 << 10

func (r *Reader) more() error {
	if r.left == 0 {
		return r.end()
	}
	if err := r.d.room(); err != nil {
		return err
	}
	want := step
	if r.left >= 0 {
		want = int(min(r.left, step))
	}
	n, err := r.d.run(want)
	if r.left < 0 {
		if err == io.EOF && !r.finished() {
			return ErrCorrupt
		}
		return err
	}
	r.left -= int64(n)
	if err == io.EOF && r.left > 0 {
		return errShort // the marker came too early
	}
	return err
}

// end looks for an end marker where the size has told the end already.
func (r *Reader) end() error {
	if r.d.pending > 0 {
		return ErrCorrupt
	}
	if r.finished() {
		return io.EOF
	}
	// Decoders of the SDK take an end marker here, and nothing else.
	if err := r.d.room(); err != nil {
		return err
	}
	if r.d.space() == 0 {
		return ErrCorrupt
	}
	if _, err := r.d.run(1); err != io.EOF || !r.finished() {
		return ErrCorrupt
	}
	return io.EOF
}

// finished reports whether the range decoder stands as encoders leave it.
func (r *Reader) finished() bool {
	if r.d.r.width < topValue {
		r.d.r.refill()
	}
	return r.d.r.code == 0 && !r.d.r.short
}

// Used returns how many bytes of the input were read, after io.EOF.
func (r *Reader) Used() int { return min(r.d.r.at, len(r.d.r.in)) }
