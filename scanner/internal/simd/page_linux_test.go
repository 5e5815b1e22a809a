package simd_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/awscred/awscred/scanner/internal/simd"
)

// atEndOfMemory returns n bytes behind which nothing may be read.
func atEndOfMemory(t *testing.T, n int) []byte {
	t.Helper()
	page := unix.Getpagesize()
	size := (n + page - 1) &^ (page - 1)
	m, err := unix.Mmap(-1, 0, size+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = unix.Munmap(m) })
	if err := unix.Mprotect(m[size:], unix.PROT_NONE); err != nil {
		t.Skip(err)
	}
	return m[size-n : size : size]
}

// Nothing is read behind the end of a text, and no mask written that is not there,
// whatever its length; and what is told is right up to the end.
func TestEndsOfTexts(t *testing.T) {
	needsIt(t)
	patterns := literals([]string{"abcd", "xyz", "q", "zz", "0=1a"})
	wide, narrow := simd.NewTeddy(simd.NewModel(), patterns, 2), simd.NewNarrowTeddy(simd.NewModel(), patterns, 2)
	in := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	class, _ := simd.NewClass(in)
	const most = simd.Blocks * simd.Block
	room := atEndOfMemory(t, most+300)
	rnd := rand.New(rand.NewPCG(5, 1))
	for size := range len(room) {
		if size > 5*simd.Block && size < most-2*simd.Block {
			continue
		}
		text := room[len(room)-size:]
		for i := range text {
			text[i] = "abcdxyzqZ0=1A\xff\x00"[rnd.IntN(15)]
		}
		simd.Adler32(text)
		for name, masks := range map[string]func(*[simd.Blocks]uint64, []byte) int{"wide": all(t, wide), "narrow": all(t, narrow), "class": class.Masks} {
			var got [simd.Blocks]uint64
			for i := range got {
				got[i] = ^uint64(0)
			}
			n := masks(&got, text)
			if want := min(simd.Blocks, (size+simd.Block-1)/simd.Block); n != want {
				t.Fatalf("%s, %d bytes: %d masks, want %d", name, size, n, want)
			}
			for i := range got {
				if i >= n && got[i] != ^uint64(0) {
					t.Fatalf("%s, %d bytes: mask %d was written", name, size, i)
				}
			}
			for i := range n * simd.Block {
				is := got[i/simd.Block]>>(i%simd.Block)&1 != 0
				switch {
				case i >= size && is:
					t.Fatalf("%s, %d bytes: something at %d", name, size, i)
				case i < size && name == "class" && is != in(text[i]):
					t.Fatalf("%s, %d bytes: %t at %d", name, size, is, i)
				case i < size && name != "class" && !is && standsAt(text[i:min(size, i+simd.Gram)], patterns):
					t.Fatalf("%s, %d bytes: a gram at %d is not seen", name, size, i)
				}
			}
		}
	}
}

// all returns the Masks of a Teddy for all of a text, and makes sure of what it says
// about zeros.
func all(t *testing.T, teddy *simd.Teddy) func(*[simd.Blocks]uint64, []byte) int {
	return func(masks *[simd.Blocks]uint64, text []byte) int {
		n, zero := teddy.Masks(masks, text, len(text))
		if read := text[:min(len(text), n*simd.Block)]; zero != (bytes.IndexByte(read, 0) >= 0) {
			t.Errorf("%d bytes: zeros: %t", len(text), zero)
		}
		return n
	}
}
