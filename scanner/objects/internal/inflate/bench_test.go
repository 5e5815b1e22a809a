package inflate

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	kzlib "github.com/klauspost/compress/zlib"
)

// samples returns source texts of the Go tree cut to the given size, deflated
// as git does it.
func samples(b *testing.B, size int) (streams [][]byte, total int) {
	b.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		b.Skipf("no Go tree to take texts from: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "src", "*", "*.go"))
	if err != nil || len(files) == 0 {
		b.Skipf("no Go sources to compress: %v", err)
	}
	for _, name := range files {
		p, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		if len(p) < size || len(streams) == 400 {
			continue
		}
		streams = append(streams, deflated(b, p[:size], -1))
		total += size
	}
	return streams, total
}

func BenchmarkInflate(b *testing.B) {
	for _, size := range []int{200, 1300, 4400, 20000} {
		streams, total := samples(b, size)
		dst := make([]byte, size, size+Slack)
		b.Run(fmt.Sprintf("own/%d", size), func(b *testing.B) {
			d := New()
			b.SetBytes(int64(total))
			for b.Loop() {
				for _, z := range streams {
					if _, err := d.Zlib(dst, z); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		b.Run(fmt.Sprintf("std/%d", size), func(b *testing.B) {
			benchReader(b, streams, total, dst, zlib.NewReader)
		})
		b.Run(fmt.Sprintf("klauspost/%d", size), func(b *testing.B) {
			benchReader(b, streams, total, dst, kzlib.NewReader)
		})
	}
}

func benchReader(b *testing.B, streams [][]byte, total int, dst []byte, open func(io.Reader) (io.ReadCloser, error)) {
	in := bytes.NewReader(streams[0])
	r, err := open(in)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(total))
	for b.Loop() {
		for _, z := range streams {
			in.Reset(z)
			if err := r.(zlib.Resetter).Reset(in, nil); err != nil {
				b.Fatal(err)
			}
			if _, err := io.ReadFull(r, dst); err != nil {
				b.Fatal(err)
			}
			if n, err := r.Read(dst[:1]); n != 0 || err != io.EOF {
				b.Fatal(n, err)
			}
		}
	}
}

func BenchmarkAdler32(b *testing.B) {
	p := bytes.Repeat([]byte("some text "), 10_000)
	b.SetBytes(int64(len(p)))
	for b.Loop() {
		Adler32(p)
	}
}
