package sevenzip

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/scanner/files/internal/lzma"
)

var limits = Limits{Files: 1000, Header: 1 << 20, LZMA: lzma.Limits{Window: 1 << 20}}

// number writes a number in its longest form.
func number(n uint64) string {
	return "\xff" + string(binary.LittleEndian.AppendUint64(nil, n))
}

// around makes an archive of packed streams and a header.
func around(packed, head string) string {
	le := binary.LittleEndian
	start := le.AppendUint64(nil, uint64(len(packed)))
	start = le.AppendUint64(start, uint64(len(head)))
	start = le.AppendUint32(start, crc32.ChecksumIEEE([]byte(head)))
	return magic + "\x00\x04" + string(le.AppendUint32(nil, crc32.ChecksumIEEE(start))) + string(start) + packed + head
}

// streamsOf describes one folder of one coder, without the id in front.
func streamsOf(coder string, packed, size uint64) string {
	return "\x06" + number(0) + "\x01\x09" + number(packed) + "\x00\x07\x0b\x01\x00" + coder + "\x0c" + number(size) + "\x00\x00"
}

// contents reads everything that is in an archive, in order.
func contents(data string, l Limits) (map[string]string, error) {
	a, err := Open([]byte(data), l)
	if err != nil {
		return nil, err
	}
	got := map[string]string{}
	var r io.Reader
	last := -1
	for _, f := range a.Files {
		if f.Folder < 0 {
			got[f.Name] = ""
			continue
		}
		if f.Folder != last {
			if r, err = a.Reader(f.Folder); err != nil {
				return got, err
			}
			last = f.Folder
		}
		b, err := io.ReadAll(io.LimitReader(r, min(f.Size, 1<<20)))
		got[f.Name] = string(b)
		if err != nil {
			return got, err
		}
		if f.HasCRC && crc32.ChecksumIEEE(b) != f.CRC32 {
			return got, errors.New("check sum")
		}
	}
	return got, nil
}

const copyCoder = "\x01\x01\x00"

// What a header claims is refused before anything is allocated for it.
func TestHostile(t *testing.T) {
	files := func(n uint64) string { return "\x01\x05" + number(n) + "\x00\x00" }
	huge := uint64(1) << 40
	wrapped := "\x17" + streamsOf(copyCoder, uint64(len("\x17"+streamsOf(copyCoder, 0, 0))), uint64(len("\x17"+streamsOf(copyCoder, 0, 0))))
	for name, tt := range map[string]struct {
		data string
		want error
	}{
		"no header":        {around("", ""), nil},
		"no files":         {around("", "\x01\x00"), nil},
		"cut":              {around("packed", "\x01\x00")[:38], io.ErrUnexpectedEOF},
		"wrong sum":        {around("", "\x01\x00")[:32] + "\x01\x01", ErrCorrupt},
		"many files":       {around("", files(huge)), ErrTooMany},
		"names missing":    {around("", "\x01\x05"+number(2)+"\x11"+number(3)+"\x00\x00\x00\x00"), io.ErrUnexpectedEOF},
		"no contents":      {around("", "\x01\x05"+number(1)+"\x11"+number(5)+"\x00a\x00\x00\x00\x00\x00"), ErrCorrupt},
		"many packs":       {around("", "\x01\x04\x06"+number(0)+number(huge)), io.ErrUnexpectedEOF},
		"many folders":     {around("", "\x01\x04\x07\x0b"+number(huge)), io.ErrUnexpectedEOF},
		"many contents":    {around("x", "\x01\x04"+strings.TrimSuffix(streamsOf(copyCoder, 1, 1), "\x00")+"\x08\x0d"+number(huge)), ErrTooMany},
		"no coders":        {around("x", "\x01\x04"+streamsOf("\x00", 1, 1)), ErrCorrupt},
		"many coders":      {around("x", "\x01\x04"+streamsOf("\x21"+strings.Repeat("\x01\x00", 33), 1, 1)), ErrCorrupt},
		"bound to itself":  {around("x", "\x01\x04"+strings.TrimSuffix(streamsOf("\x02\x01\x00\x01\x00\x00\x00", 1, 1), "\x00\x00")+number(1)+"\x00\x00\x00"), ErrCorrupt},
		"unknown":          {around("x", "\x01\x04"+streamsOf("\x01\x03\x12\x34\x56", 1, 1)+"\x00"), UnsupportedError("compression method 123456")},
		"encrypted":        {around("x", "\x01\x04"+streamsOf("\x01\x04\x06\xf1\x07\x01", 1, 1)+"\x00"), Encrypted},
		"encrypted header": {around("x", "\x17"+streamsOf("\x01\x04\x06\xf1\x07\x01", 1, 1)), Encrypted},
		"outside":          {around("x", "\x01\x04"+streamsOf(copyCoder, huge, 1)+"\x00"), io.ErrUnexpectedEOF},
		"too little":       {around("x", "\x01\x04"+streamsOf(copyCoder, 1, huge)+"\x00"), io.ErrUnexpectedEOF},
		"header of a bomb": {around("x", "\x17"+streamsOf(copyCoder, 1, huge)), ErrHeader},
		"header in itself": {around(wrapped, wrapped), ErrCorrupt},
		"large window":     {around("\x00\x00\x00\x00\x00\x00", "\x01\x04"+streamsOf("\x01\x23\x03\x01\x01\x05\x5d\xff\xff\xff\xff", 6, huge)+"\x00"), io.ErrUnexpectedEOF},
	} {
		_, err := contents(tt.data, limits)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

// The program 7z, where there is one, writes what we read.
func TestProgram(t *testing.T) {
	program, err := exec.LookPath("7z")
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	want := map[string]string{"a.txt": strings.Repeat("some text, ", 5000), "d/b.bin": strings.Repeat("\xe8\x00\x01\x00\x00 a call\x00\xff", 3000), "d": "", "d/empty": "", "ünïcode 😀.txt": "x"}
	if err := os.Mkdir(filepath.Join(dir, "d"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		if name == "d" {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for args, opaque := range map[string]error{
		"-m0=LZMA": nil, "-m0=LZMA2": nil, "-m0=BZip2": nil, "-m0=Deflate": nil, "-m0=Copy": nil, "-mx9 -ms=off": nil, "-mhc=off": nil,
		"-m0=BCJ -m1=LZMA2": nil, "-m0=Delta:4 -m1=LZMA": nil, "-m0=LZMA -mlc8 -mlp4": nil,
		"-m0=PPMd": UnsupportedError("compression method PPMd"), "-m0=Deflate64": UnsupportedError("compression method Deflate64"), "-mf=BCJ2": UnsupportedError("compression method BCJ2 filter"),
		"-pword": Encrypted, "-pword -mhe=on": Encrypted,
	} {
		cmd := exec.CommandContext(t.Context(), program, append(append([]string{"a", "x.7z"}, strings.Fields(args)...), "a.txt", "d", "ünïcode 😀.txt")...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C.UTF-8")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Logf("7z %s: %v\n%s", args, err, out)
			continue // another version does not know it
		}
		data, err := os.ReadFile(filepath.Join(dir, "x.7z"))
		if err == nil {
			err = os.Remove(filepath.Join(dir, "x.7z"))
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := contents(string(data), limits)
		if err != opaque {
			t.Errorf("7z %s: %v, want %v", args, err, opaque)
		}
		for name, text := range want {
			if opaque == nil && got[name] != text {
				t.Errorf("7z %s: %q has %d bytes, want %d", args, name, len(got[name]), len(text))
			}
		}
		if opaque == nil && len(got) != len(want) {
			t.Errorf("7z %s: %d entries, want %d", args, len(got), len(want))
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add("x", "\x01\x04"+streamsOf(copyCoder, 1, 1)+"\x00")
	f.Add("xyz", "\x01\x04"+strings.TrimSuffix(streamsOf(copyCoder, 3, 3), "\x00")+"\x08\x0d\x02\x09\x01\x00\x00\x05\x02\x11"+number(9)+"\x00a\x00\x00\x00b\x00\x00\x00\x00\x00")
	f.Add("\x00\x00\x00\x00\x00\x00", "\x01\x04"+streamsOf("\x01\x23\x03\x01\x01\x05\x5d\xff\xff\xff\xff", 6, 9)+"\x00")
	f.Add("x", "\x17"+streamsOf("\x02\x21\x21\x01\x00\x01\x04\x01\x00", 1, 1))
	f.Fuzz(func(t *testing.T, packed, head string) {
		small := Limits{Files: 100, Header: 1 << 14, LZMA: lzma.Limits{Window: 1 << 16}}
		a, err := Open([]byte(around(packed, head)), small)
		if err != nil {
			return
		}
		if len(a.Files) > 2*small.Files {
			t.Errorf("%d files", len(a.Files))
		}
		if !slices.IsSortedFunc(a.Files, func(x, y File) int { return x.Folder - y.Folder }) {
			t.Error("files of a folder do not follow each other")
		}
		for i := range min(len(a.folders), 10) {
			if r, err := a.Reader(i); err == nil {
				_, _ = io.Copy(io.Discard, io.LimitReader(r, 1<<16))
			}
		}
	})
}
