package filter

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"testing/iotest"
)

func TestDelta(t *testing.T) {
	for _, distance := range []int{1, 3, 256} {
		text := []byte(strings.Repeat("some text, ", 100))
		packed := bytes.Clone(text)
		for i := len(packed) - 1; i >= distance; i-- {
			packed[i] -= packed[i-distance]
		}
		got, err := io.ReadAll(Delta(iotest.OneByteReader(bytes.NewReader(packed)), distance))
		if err != nil || !bytes.Equal(got, text) {
			t.Errorf("distance %d: %q, %v", distance, got, err)
		}
	}
}

func TestX86(t *testing.T) {
	for name, tt := range map[string]struct{ packed, want string }{
		"call":       {"\x90\xe8\x06\x01\x00\x00\x90", "\x90\xe8\x00\x01\x00\x00\x90"},
		"far":        {"\xe8\x06\x01\x00\x12\x90", "\xe8\x06\x01\x00\x12\x90"},
		"too short":  {"text \xe8\x06\x01\x00", "text \xe8\x06\x01\x00"},
		"no program": {"a text without any of it", "a text without any of it"},
	} {
		got, err := io.ReadAll(X86(strings.NewReader(tt.packed)))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %q, want %q, %v", name, got, tt.want, err)
		}
	}
}

// What xz makes of bytes that are full of calls is undone, also where pieces meet.
func TestX86Program(t *testing.T) {
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	text := make([]byte, 200_000)
	for i := range text {
		text[i] = []byte{0xe8, 0xe9, 0, 0xff, byte(random.Uint32()), 0x0f}[random.IntN(6)]
	}
	// Twice filtered, once undone by xz itself: what is left is one filter.
	run := func(in []byte, args ...string) []byte {
		cmd := exec.CommandContext(t.Context(), "xz", args...)
		cmd.Stdin = bytes.NewReader(in)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	packed := run(text, "-c", "-F", "raw", "--x86", "--lzma2")
	filtered := run(packed, "-dc", "-F", "raw", "--lzma2")
	if bytes.Equal(filtered, text) {
		t.Fatal("the filter changed nothing: the test shows nothing")
	}
	for _, r := range []io.Reader{bytes.NewReader(filtered), iotest.HalfReader(bytes.NewReader(filtered))} {
		if got, err := io.ReadAll(X86(r)); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	}
}
