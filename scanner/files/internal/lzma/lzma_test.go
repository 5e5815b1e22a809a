package lzma

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	oracle "github.com/ulikunitz/xz/lzma"
)

// texts are of all kinds that take another way through a decoder.
func texts() map[string][]byte {
	random := rand.New(rand.NewPCG(1, 2))
	noise, words := make([]byte, 200_000), new(strings.Builder)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for words.Len() < 300_000 {
		fmt.Fprintf(words, "word%d ", random.IntN(500))
	}
	text := words.String()
	return map[string][]byte{
		"empty": {}, "one": []byte("x"), "run": bytes.Repeat([]byte("a"), 100_000), "noise": noise, "words": []byte(text),
		"far":   []byte(text[:9000] + string(noise[:70_000]) + text[:9000]),
		"mixed": []byte(string(noise[:100_000]) + text + string(noise[:100_000]) + strings.Repeat("\x00", 300_000)),
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// encode compresses with the oracle, as a .lzma file.
func encode(t testing.TB, text []byte, c oracle.WriterConfig) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := c.NewWriter(&b)
	check(t, err)
	_, err = w.Write(text)
	check(t, err)
	check(t, w.Close())
	return b.Bytes()
}

func encode2(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := oracle.NewWriter2(&b)
	check(t, err)
	_, err = w.Write(text)
	check(t, err)
	check(t, w.Close())
	return b.Bytes()
}

const head = 13 // of a .lzma file

func decode(file []byte, size int64, l Limits) ([]byte, error) {
	p, err := ParseProperties(file[0])
	if err != nil {
		return nil, err
	}
	r, err := NewReader(file[head:], p, 1<<20, size, l)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestLZMA(t *testing.T) {
	for name, text := range texts() {
		for _, p := range []oracle.Properties{{LC: 3, LP: 0, PB: 2}, {LC: 0, LP: 2, PB: 0}, {LC: 8, LP: 4, PB: 4}} {
			for _, size := range []int64{-1, int64(len(text))} {
				file := encode(t, text, oracle.WriterConfig{Properties: &p, DictCap: 1 << 20, EOSMarker: size < 0, SizeInHeader: size >= 0, Size: size})
				got, err := decode(file, size, Limits{Window: 1 << 20})
				if err != nil || !bytes.Equal(got, text) {
					t.Errorf("%s %+v size %d: %d of %d bytes, %v", name, p, size, len(got), len(text), err)
				}
			}
		}
	}
}

func TestLZMA2(t *testing.T) {
	for name, text := range texts() {
		packed := encode2(t, text)
		r := NewReader2(append(packed, "rest"...), 8<<20, -1, Limits{Window: 8 << 20})
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, text) || r.Used() != len(packed) {
			t.Errorf("%s: %d of %d bytes, %d of %d used, %v", name, len(got), len(text), r.Used(), len(packed), err)
		}
	}
}

// A window that is too small matters only to matches that reach behind it.
func TestWindow(t *testing.T) {
	all := texts()
	for _, tt := range []struct {
		text   string
		window int64
		err    error
	}{{"run", 4 << 10, nil}, {"far", 1 << 20, nil}, {"far", 32 << 10, ErrWindow}, {"far", 0, ErrWindow}} {
		got, err := io.ReadAll(NewReader2(encode2(t, all[tt.text]), 0xffffffff, -1, Limits{Window: tt.window}))
		if !errors.Is(err, tt.err) || !bytes.HasPrefix(all[tt.text], got) || len(got) == 0 {
			t.Errorf("%s with %d bytes: %d bytes, %v; want %v", tt.text, tt.window, len(got), err, tt.err)
		}
	}
}

// The window that a header claims is not allocated, and Grow is asked.
func TestGrow(t *testing.T) {
	no, grown := errors.New("no"), int64(0)
	l := Limits{Window: 1 << 40, Grow: func(n int64) error {
		if grown+n > 200<<10 {
			return no
		}
		grown += n
		return nil
	}}
	got, err := io.ReadAll(NewReader2(encode2(t, texts()["mixed"]), 0xffffffff, -1, l))
	if err != no || grown == 0 || len(got) == 0 {
		t.Errorf("%d bytes, grown by %d, %v", len(got), grown, err)
	}
}

// What is cut off anywhere is an error, and what came before it is right.
func TestCut(t *testing.T) {
	text := texts()["words"][:3000]
	file, packed := encode(t, text, oracle.WriterConfig{EOSMarker: true}), encode2(t, text)
	for n := head; n < len(file); n++ {
		if got, err := decode(file[:n], -1, Limits{Window: 1 << 20}); err == nil || !bytes.HasPrefix(text, got) && len(got) <= len(text) {
			t.Fatalf("LZMA cut at %d: %d bytes, %v", n, len(got), err)
		}
	}
	for n := range packed {
		if _, err := io.ReadAll(NewReader2(packed[:n], 1<<20, -1, Limits{Window: 1 << 20})); err == nil {
			t.Fatalf("LZMA2 cut at %d: no error", n)
		}
	}
}

func FuzzLZMA2(f *testing.F) {
	for _, text := range texts() {
		f.Add(encode2(f, text[:min(len(text), 2000)]))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const most = 1 << 20
		got, err := io.ReadAll(io.LimitReader(NewReader2(data, 64<<10, -1, Limits{Window: 64 << 10}), most))
		c := oracle.Reader2Config{DictCap: 64 << 10}
		r, oracleErr := c.NewReader2(bytes.NewReader(data))
		if oracleErr != nil || err != nil || len(got) == most {
			return
		}
		// What we accept, the oracle reads the same way. It takes more than we do.
		want, _ := io.ReadAll(io.LimitReader(r, most))
		if n := min(len(got), len(want)); !bytes.Equal(got[:n], want[:n]) {
			t.Errorf("%d bytes, want %d, and they differ", len(got), len(want))
		}
	})
}

func FuzzLZMA(f *testing.F) {
	for _, text := range texts() {
		f.Add(encode(f, text[:min(len(text), 2000)], oracle.WriterConfig{EOSMarker: true}), int64(-1))
	}
	f.Fuzz(func(t *testing.T, file []byte, size int64) {
		if len(file) < head {
			return
		}
		p, err := ParseProperties(file[0])
		if err != nil {
			return
		}
		r, err := NewReader(file[head:], p, 1<<16, max(size, -1), Limits{Window: 1 << 16})
		if err == nil {
			_, _ = io.Copy(io.Discard, io.LimitReader(r, 1<<20))
		}
	})
}

func BenchmarkLZMA2(b *testing.B) {
	text := texts()["words"]
	packed := encode2(b, text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_, _ = io.Copy(io.Discard, NewReader2(packed, 8<<20, -1, Limits{Window: 8 << 20}))
	}
}
