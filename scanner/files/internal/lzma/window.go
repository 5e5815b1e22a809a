package lzma

// firstWindow is what a window has before anything comes out.
const firstWindow = 64 << 10

// A window holds the last bytes that came out, for matches to repeat, and those
// that nobody has read yet. It grows as it fills, then it is a ring.
type window struct {
	buf   []byte
	max   int // bytes that it may hold
	cut   bool
	grow  func(n int64) error
	write int
	read  int
	valid int // bytes behind write that matches may reach, at most len(buf)
}

func newWindow(dict, size int64, l Limits) window {
	w := window{grow: l.Grow}
	need := dict
	if size >= 0 {
		need = min(need, size)
	}
	need = max(need, 4<<10)
	w.cut = need > max(l.Window, 4<<10)
	w.max = int(max(min(need, l.Window), 4<<10))
	w.buf = make([]byte, min(w.max, firstWindow))
	return w
}

// space returns how much may be written before the next call of make room.
func (w *window) space() int { return len(w.buf) - w.write }

// room makes space behind write, once everything was read.
func (w *window) room() error {
	if w.write < len(w.buf) {
		return nil
	}
	if len(w.buf) == w.max {
		w.write, w.read = 0, 0
		return nil
	}
	n := min(2*len(w.buf), w.max)
	if w.grow != nil {
		if err := w.grow(int64(n - len(w.buf))); err != nil {
			return err
		}
	}
	larger := make([]byte, n)
	copy(larger, w.buf)
	w.buf = larger
	return nil
}

// put writes one byte. There must be space.
func (w *window) put(c byte) {
	w.buf[w.write] = c
	w.write++
	if w.valid < len(w.buf) {
		w.valid++
	}
}

// back returns the byte that was written n bytes ago, from 1.
func (w *window) back(n int) byte {
	i := w.write - n
	if i < 0 {
		i += len(w.buf)
	}
	return w.buf[i]
}

// repeat writes up to n bytes again that begin dist bytes ago, as far as there is
// space, and returns how many are left. dist must be at most valid.
func (w *window) repeat(dist, n int) int {
	k := min(n, w.space())
	from := w.write - dist
	if from < 0 {
		from += len(w.buf)
	}
	to := w.write
	if from+k <= len(w.buf) && (from+k <= to || from > to) {
		copy(w.buf[to:to+k], w.buf[from:from+k])
	} else {
		for i := range k {
			w.buf[to+i] = w.buf[from]
			if from++; from == len(w.buf) {
				from = 0
			}
		}
	}
	w.write += k
	w.valid = min(w.valid+k, len(w.buf))
	return n - k
}

// check returns an error if matches cannot reach dist bytes back.
func (w *window) check(dist int) error {
	switch {
	case dist <= w.valid:
		return nil
	case w.cut && w.valid == w.max:
		return ErrWindow
	}
	return ErrCorrupt
}
