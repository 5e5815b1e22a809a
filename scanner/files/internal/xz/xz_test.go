package xz

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os/exec"
	"strings"
	"testing"

	oracle "github.com/ulikunitz/xz"

	"github.com/awscred/awscred/scanner/files/internal/lzma"
)

var limits = lzma.Limits{Window: 64 << 20}

func encode(t testing.TB, text string, c oracle.WriterConfig) string {
	t.Helper()
	var b bytes.Buffer
	w, err := c.NewWriter(&b)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func decode(data string) (string, error) {
	got, err := io.ReadAll(NewReader([]byte(data), limits))
	return string(got), err
}

func TestReader(t *testing.T) {
	text := strings.Repeat("some text that is long enough, ", 3000)
	plain := encode(t, text, oracle.WriterConfig{})
	for name, data := range map[string]string{
		"CRC-64":   plain,
		"CRC-32":   encode(t, text, oracle.WriterConfig{CheckSum: oracle.CRC32}),
		"SHA-256":  encode(t, text, oracle.WriterConfig{CheckSum: oracle.SHA256}),
		"no check": encode(t, text, oracle.WriterConfig{NoCheckSum: true}),
		"blocks":   encode(t, text, oracle.WriterConfig{BlockSize: 1000}),
		"padding":  plain + "\x00\x00\x00\x00",
		"streams":  encode(t, text[:100], oracle.WriterConfig{}) + "\x00\x00\x00\x00" + encode(t, "", oracle.WriterConfig{}) + encode(t, text[100:], oracle.WriterConfig{CheckSum: oracle.CRC32}),
	} {
		if got, err := decode(data); err != nil || got != text {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	for name, data := range map[string]string{"garbage": plain + "garbage that follows", "odd padding": plain + "\x00\x00\x00", "nothing": ""} {
		if _, err := decode(data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Every bit is covered by some check sum, and so is every cut.
func TestDamage(t *testing.T) {
	data := encode(t, "some text that is long enough", oracle.WriterConfig{})
	for i := range 8 * len(data) {
		b := []byte(data)
		b[i/8] ^= 1 << (i % 8)
		if got, err := decode(string(b)); err == nil {
			t.Errorf("bit %d flipped: %q and no error", i, got)
		}
	}
	for n := range len(data) {
		if _, err := decode(data[:n]); err == nil {
			t.Errorf("cut at %d: no error", n)
		}
	}
}

// A dictionary of four gigabytes is not allocated.
func TestDictionary(t *testing.T) {
	data := []byte(encode(t, "some text", oracle.WriterConfig{}))
	head := data[headerSize:]
	size := (int(head[0]) + 1) * 4
	at := bytes.Index(head[:size], []byte{idLZMA2, 1})
	head[at+2] = 40
	binary.LittleEndian.PutUint32(head[size-4:], crc32.ChecksumIEEE(head[:size-4]))
	var got []byte
	var err error
	allocated := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			got, err = io.ReadAll(NewReader(data, limits))
		}
	}).AllocedBytesPerOp()
	if err != nil || string(got) != "some text" || allocated > 1<<20 {
		t.Errorf("%q, %v, %d bytes allocated", got, err, allocated)
	}
}

// The program xz, where there is one, writes what we read.
func TestProgram(t *testing.T) {
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip(err)
	}
	text := strings.Repeat("some text with \xe8\x01\x02\x00\x00 a call, ", 3000)
	for _, args := range []string{"-0", "-6", "-9e", "--x86 --lzma2", "--delta=dist=3 --lzma2", "--x86 --delta --lzma2", "--check=sha256 --block-size=1000", "--check=none", "-T2 --block-size=5000", "--lzma2=lc=0,lp=4,pb=0"} {
		cmd := exec.CommandContext(t.Context(), "xz", append(strings.Fields(args), "-c")...)
		cmd.Stdin = strings.NewReader(text)
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("xz %s: %v", args, err)
			continue
		}
		if got, err := decode(string(out)); err != nil || got != text {
			t.Errorf("xz %s: %d bytes, %v", args, len(got), err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "xz", "-c", "--arm", "--lzma2")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decode(string(out)); err != UnsupportedError("xz filter 0x7") {
		t.Errorf("xz --arm: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(encode(f, "some text", oracle.WriterConfig{})))
	f.Add([]byte(encode(f, strings.Repeat("text ", 100), oracle.WriterConfig{BlockSize: 50, CheckSum: oracle.CRC32})))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = io.Copy(io.Discard, io.LimitReader(NewReader(data, lzma.Limits{Window: 1 << 16}), 1<<20))
	})
}
