package inflate

import (
	"bytes"
	"compress/flate"
	"math/rand/v2"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// walled returns n bytes between two pages that nobody can read: behind the last byte, or
// before the first.
func walled(t *testing.T, n int, atEnd bool) []byte {
	t.Helper()
	page := os.Getpagesize()
	size := (n + page - 1) / page * page
	m, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = unix.Munmap(m) })
	for _, wall := range [][]byte{m[:page], m[page+size:]} {
		if err := unix.Mprotect(wall, unix.PROT_NONE); err != nil {
			t.Skip(err)
		}
	}
	if atEnd {
		return m[page+size-n : page+size : page+size]
	}
	return m[page : page+n : page+n]
}

// Nothing is read or written outside of what was given, however broken a stream is and
// whatever its size is said to be.
func TestNothingOutside(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const most = 6000
	in, out := walled(t, most, true), [...][]byte{walled(t, most+Slack, false), walled(t, most+Slack, true)}
	d := New()
	decoded, refused := 0, 0
	for range 4000 {
		text := mixed(r, 1+r.IntN(most/2))
		z := deflated(t, text, []int{flate.HuffmanOnly, 1, 6, 9}[r.IntN(4)])
		if len(z) > most {
			continue
		}
		for range r.IntN(3) {
			z[2+r.IntN(len(z)-2)] ^= 1 << r.IntN(8)
		}
		src := in[most-len(z):]
		copy(src, z)
		size := max(0, len(text)+r.IntN(2)*(r.IntN(600)-500))
		slack := r.IntN(2) * r.IntN(Slack+1)
		first, last := out[0][:size:size+slack], out[1][len(out[1])-size-slack:][:size]
		alike(t, d, src, size, slack)
		_, err := d.Zlib(first, src)
		_, again := d.Zlib(last, src)
		if err != again || err == nil && (!bytes.Equal(first, last) || size == len(text) && !bytes.Equal(first, text)) {
			t.Fatalf("%v, %v", err, again)
		}
		if err == nil {
			decoded++
		} else {
			refused++
		}
	}
	if decoded < 300 || refused < 1000 {
		t.Errorf("%d decoded, %d refused", decoded, refused)
	}
}
