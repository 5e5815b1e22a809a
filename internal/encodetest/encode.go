// Package encodetest writes texts in every encoding that scanner/decode takes
// off, for tests.
package encodetest

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// An Encoding writes a text in a way that is to be decoded.
type Encoding struct {
	Name   string
	Encode func(string) string
}

// Encodings returns all of them, always in the same order.
func Encodings() []Encoding {
	return slices.Concat(base64s(), escapes(), []Encoding{
		{"hex", func(s string) string { return hex.EncodeToString([]byte(s)) }},
		{"HEX", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }},
		{"gzip", func(s string) string { return Base64(Gzip(s)) }},
		{"gzip lines", func(s string) string { return Lines(Base64(Gzip(s)), 76, "\n") }},
		{"gzip hex", func(s string) string { return hex.EncodeToString(Gzip(s)) }},
		{"zlib", func(s string) string { return Base64(Zlib(s)) }},
		{"utf-16 le", func(s string) string { return Base64(UTF16(s, false)) }},
		{"utf-16 be", func(s string) string { return Base64(UTF16("\ufeff"+s, true)) }},
		{"jwt", func(s string) string {
			return URL(`{"alg":"HS256","typ":"JWT"}`) + "." + URL(`{"x":"`+s+`"}`) + "." + URL("\x80\x81signature")
		}},
	})
}

// base64s are the ways in which base64 is written in programs and files.
func base64s() []Encoding {
	lines := func(size int, between string) func(string) string {
		return func(s string) string { return Lines(Base64([]byte(s)), size, between) }
	}
	between := func(before string, encode func(string) string, behind string) func(string) string {
		return func(s string) string { return before + encode(s) + behind }
	}
	return []Encoding{
		{"base64", func(s string) string { return Base64([]byte(s)) }},
		{"base64 raw", func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) }},
		{"base64 url", func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }},
		{"base64 raw url", URL},
		{"base64 mime", lines(76, "\r\n")},
		{"base64 pem", lines(64, "\n")},
		{"base64 odd lines", lines(17, "\n")},
		{"base64 yaml", between("data: |\n    ", lines(20, "\n    "), "\nnext: 1\n")},
		{"base64 concatenated", between("v := \"", lines(30, "\" +\n\t\""), "\"\n")},
		{"base64 continued", between("v=", lines(32, "\\\n"), "\n")},
		{"base64 in one line", between("v = '", lines(24, "' + '"), "';")},
	}
}

// escapes write every byte as an escape.
func escapes() []Encoding {
	return []Encoding{
		{"percent", each("%%%02x")},
		{"unicode", each(`\u%04x`)},
		{"unicode twice", each(`\\u%04X`)},
		{"unicode long", each(`\U%08x`)},
		{"unicode braces", each(`\u{%x}`)},
		{"code points", each("U+%04X ")},
		{"backslash x", each(`\x%02x`)},
		{"octal", each(`\%03o`)},
		{"html", each("&#%d;")},
		{"html hex", each("&#x%X;")},
		{"quoted", each("=%02X")},
		{"quoted soft", func(s string) string { return Lines(each("=%02X")(s), 75, "=\r\n") }},
	}
}

// each formats every byte.
func each(format string) func(string) string {
	return func(s string) string {
		var b strings.Builder
		for _, c := range []byte(s) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
}

// Base64 is base64 with padding, in the standard alphabet.
func Base64(data []byte) string { return base64.StdEncoding.EncodeToString(data) }

// URL is base64 without padding, in the URL alphabet.
func URL(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// Lines breaks s into pieces of size bytes.
func Lines(s string, size int, between string) string {
	var lines []string
	for chunk := range slices.Chunk([]byte(s), size) {
		lines = append(lines, string(chunk))
	}
	return strings.Join(lines, between)
}

// Gzip compresses s.
func Gzip(s string) []byte {
	return compressed(s, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

// Zlib compresses s.
func Zlib(s string) []byte {
	return compressed(s, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
}

// compressed writes s into memory, which cannot fail.
func compressed(s string, create func(io.Writer) io.WriteCloser) []byte {
	var buf bytes.Buffer
	w := create(&buf)
	_, _ = io.WriteString(w, s)
	_ = w.Close()
	return buf.Bytes()
}

// UTF16 writes s in units of two bytes, without a byte order mark.
func UTF16(s string, big bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}
