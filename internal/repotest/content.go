package repotest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

func (b *builder) encode(args []string, _ map[string]string) error {
	f, err := b.file(args[0])
	if err != nil {
		return err
	}
	f.used = false // it is changed here, and to be used elsewhere
	for _, how := range args[1:] {
		if f.data, err = encoded(f.data, how); err != nil {
			return err
		}
	}
	return nil
}

func encoded(data []byte, how string) ([]byte, error) {
	switch how {
	case "utf16le":
		return encodeUTF16(data, binary.LittleEndian), nil
	case "utf16be":
		return encodeUTF16(data, binary.BigEndian), nil
	case "bom":
		return append([]byte("\xef\xbb\xbf"), data...), nil
	case "crlf":
		return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")), nil
	case "nul":
		return append([]byte("\x7fBIN\x00\x01\x00\xff"), data...), nil
	case "base64":
		return []byte(base64.StdEncoding.EncodeToString(data) + "\n"), nil
	case "base64url":
		return []byte(base64.URLEncoding.EncodeToString(data) + "\n"), nil
	case "hex":
		return []byte(hex.EncodeToString(data) + "\n"), nil
	case "percent":
		return escapeEach(data, "%%%02X"), nil
	case "unicode":
		return escapeEach(data, `\u%04x`), nil
	case "html":
		return escapeEach(data, "&#%d;"), nil
	case "gzip":
		return compress(data)
	case "concat":
		return splitLiterals(data), nil
	case "values":
		return encodeValues(data), nil
	}
	return nil, fmt.Errorf("unknown encoding %q", how)
}

// splitLiterals writes every quoted word of some length as two.
func splitLiterals(data []byte) []byte {
	return regexp.MustCompile(`"([^"\n]{7})([^"\n]{8,})"`).ReplaceAll(data, []byte(`"$1" + "$2"`))
}

// encodeValues writes the values of the indented lines in base64, as Kubernetes
// does those of a Secret.
func encodeValues(data []byte) []byte {
	return regexp.MustCompile(`(?m)^ +\S+: .+$`).ReplaceAllFunc(data, func(line []byte) []byte {
		name, value, _ := bytes.Cut(line, []byte(": "))
		return fmt.Appendf(nil, "%s: %s", name, base64.StdEncoding.EncodeToString(value))
	})
}

// encodeUTF16 puts a byte order mark first, as editors do.
func encodeUTF16(data []byte, order binary.AppendByteOrder) []byte {
	out := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(string(data))) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

// escapeEach writes every byte but line breaks in a format.
func escapeEach(data []byte, format string) []byte {
	var out bytes.Buffer
	for _, c := range data {
		if c == '\n' {
			out.WriteByte(c)
			continue
		}
		fmt.Fprintf(&out, format, c)
	}
	return out.Bytes()
}

func compress(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(data)
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	return out.Bytes(), nil
}

func (b *builder) archive(args []string, _ map[string]string) error {
	if b.files[args[0]] != nil {
		return fmt.Errorf("file %q is there already", args[0])
	}
	files, paths := b.under(args[2])
	if len(paths) == 0 {
		return fmt.Errorf("there are no files in %q", args[2])
	}
	var out bytes.Buffer
	var err error
	switch args[1] {
	case "zip":
		err = writeZip(&out, files, paths)
	case "tar":
		err = b.writeTar(&out, files, paths)
	case "tar.gz":
		w := gzip.NewWriter(&out)
		err = errors.Join(b.writeTar(w, files, paths), w.Close())
	default:
		err = fmt.Errorf("unknown kind %q", args[1])
	}
	if err != nil {
		return fmt.Errorf("writing archive %q: %w", args[0], err)
	}
	b.files[args[0]] = &file{data: out.Bytes()}
	return nil
}

func writeZip(out io.Writer, files map[string]*file, paths []string) error {
	w := zip.NewWriter(out)
	for _, path := range paths {
		member, err := w.Create(path)
		if err != nil {
			return err
		}
		if _, err := member.Write(files[path].data); err != nil {
			return err
		}
	}
	return w.Close()
}

func (b *builder) writeTar(out io.Writer, files map[string]*file, paths []string) error {
	w := tar.NewWriter(out)
	for _, path := range paths {
		data := files[path].data
		header := &tar.Header{Name: path, Mode: 0o644, Size: int64(len(data)), ModTime: start(), Format: tar.FormatPAX}
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return w.Close()
}

// maxPad bounds what one line of a script can ask for.
const maxPad = 64 << 20

func (b *builder) pad(args []string, _ map[string]string) error {
	f, err := b.file(args[0])
	if err != nil {
		return err
	}
	f.used = false
	size, err := parseSize(args[1])
	if err != nil {
		return err
	}
	end := "\n"
	if len(args) == 3 {
		if args[2] != "line" {
			return fmt.Errorf("unknown word %q", args[2])
		}
		end = " "
	}
	var out bytes.Buffer
	for n := 0; out.Len() < size; n++ {
		fmt.Fprintf(&out, "%d the quick brown fox jumps over the lazy dog;%s", n, end)
	}
	f.data = append(out.Bytes(), f.data...)
	return nil
}

func parseSize(text string) (int, error) {
	unit := 1
	number := text
	switch {
	case strings.HasSuffix(text, "K"):
		unit, number = 1<<10, text[:len(text)-1]
	case strings.HasSuffix(text, "M"):
		unit, number = 1<<20, text[:len(text)-1]
	}
	n, err := strconv.Atoi(number)
	if err != nil || n <= 0 || n > maxPad/unit {
		return 0, fmt.Errorf("wrong size %q", text)
	}
	return n * unit, nil
}
