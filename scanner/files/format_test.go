package files

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

func xzOf(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := xz.NewWriter(&b)
	must(t, err)
	_, err = io.WriteString(w, text)
	must(t, err)
	must(t, w.Close())
	return b.String()
}

func lzmaOf(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := lzma.NewWriter(&b)
	must(t, err)
	_, err = io.WriteString(w, text)
	must(t, err)
	must(t, w.Close())
	return b.String()
}

// lzOf makes a member of lzip of what lzma writes.
func lzOf(t testing.TB, text string) string {
	le := binary.LittleEndian
	body := "LZIP\x01\x17" + lzmaOf(t, text)[lzmaHeader:]
	tail := le.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text)))
	tail = le.AppendUint64(tail, uint64(len(text)))
	return body + string(le.AppendUint64(tail, uint64(len(body)+lzipTrailer)))
}

func arOf(files ...file) string {
	b := "!<arch>\n"
	for _, f := range files {
		b += fmt.Sprintf("%-16s%-12d%-6d%-6d%-8o%-10d`\n%s", f.name+"/", 0, 0, 0, 0o644, len(f.text), f.text)
		if len(f.text)%2 == 1 {
			b += "\n"
		}
	}
	return b
}

// number7 writes a number of 7z in the longest form.
func number7(n int) string {
	return "\xff" + string(binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

// sevenZipOf makes a solid 7z archive with the method Copy.
func sevenZipOf(files ...file) string {
	var packed, sizes, sums, names string
	empty := make([]byte, (len(files)+7)/8)
	contents := 0
	for i, f := range files {
		for _, u := range utf16.Encode([]rune(f.name + "\x00")) {
			names += string(binary.LittleEndian.AppendUint16(nil, u))
		}
		if f.text == "" {
			empty[i/8] |= 0x80 >> (i % 8)
			continue
		}
		contents++
		packed += f.text
		sizes += number7(len(f.text))
		sums += string(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(f.text))))
	}
	if contents > 0 {
		sizes = sizes[:len(sizes)-len(number7(0))]
	}
	streams := ""
	if contents > 0 {
		streams = "\x04\x06" + number7(0) + "\x01\x09" + number7(len(packed)) + "\x00" +
			"\x07\x0b\x01\x00\x01\x01\x00\x0c" + number7(len(packed)) + "\x00" +
			"\x08\x0d" + number7(contents) + "\x09" + sizes + "\x0a\x01" + sums + "\x00\x00"
	}
	head := "\x01" + streams + "\x05" + number7(len(files)) + "\x0e" + number7(len(empty)) + string(empty) +
		"\x11" + number7(len(names)+1) + "\x00" + names + "\x00\x00"
	return sevenZipAround(packed, head)
}

// sevenZipAround makes an archive of contents and a header.
func sevenZipAround(packed, head string) string {
	le := binary.LittleEndian
	start := le.AppendUint64(nil, uint64(len(packed)))
	start = le.AppendUint64(start, uint64(len(head)))
	start = le.AppendUint32(start, crc32.ChecksumIEEE([]byte(head)))
	return "7z\xbc\xaf\x27\x1c\x00\x04" + string(le.AppendUint32(nil, crc32.ChecksumIEEE(start))) + string(start) + packed + head
}

// withListedSize returns a zip with a stored member of which the directory lists
// only the first bytes.
func withListedSize(t testing.TB, text string, size uint32) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	m, err := w.CreateRaw(&zip.FileHeader{Name: "x", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE([]byte(text)), UncompressedSize64: uint64(len(text)), CompressedSize64: uint64(len(deflated(t, text)))})
	must(t, err)
	_, err = m.Write(deflated(t, text))
	must(t, err)
	must(t, w.Close())
	data := b.Bytes()
	dir := data[bytes.Index(data, []byte("PK\x01\x02")):]
	binary.LittleEndian.PutUint32(dir[24:], size)
	return string(data)
}

func deflated(t testing.TB, text string) []byte {
	t.Helper()
	gz := gzOf(t, text)
	return []byte(gz[10 : len(gz)-8])
}

// What has the look of .lzma is little; texts and tables of numbers have not.
func TestIsLZMA(t *testing.T) {
	for data, want := range map[string]bool{
		lzmaOf(t, "x"):                   true,
		"]" + strings.Repeat("\x00", 40): false,
		"]\x00\x00\x80\x00" + strings.Repeat("\xff", 8) + "\x00 12345": true,
		"]\x00\x00\x81\x00" + strings.Repeat("\xff", 8) + "\x00 12345": false,
		"]\x00\x00\x80\x00" + strings.Repeat("\xff", 8) + "\x01 12345": false,
		"]\x00\x00\x80\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00 12345":  false,
		"]\x00\x00\x80\x00": false,
	} {
		if got := identify([]byte(data)) == lzmaStream; got != want {
			t.Errorf("%q: %v", data, got)
		}
	}
}
