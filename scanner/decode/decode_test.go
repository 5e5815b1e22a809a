package decode_test

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
	"testing"
	"unicode/utf16"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/decode"
)

// texts returns all Texts of data.
func texts(data string) []*decode.Text {
	return slices.Collect(decode.New(decode.DefaultLimits()).Texts([]byte(data), nil))
}

// b64 is base64 without padding in the URL alphabet: what most cases need.
func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// compressed returns what gzip or zlib make of s.
func compressed(s string, create func(io.Writer) io.WriteCloser) []byte {
	var buf bytes.Buffer
	w := create(&buf)
	if _, err := io.WriteString(w, s); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func gzipped(s string) []byte {
	return compressed(s, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

func zlibbed(s string) []byte {
	return compressed(s, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
}

func wide(s string, big bool) []byte {
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

// wrapped breaks s into lines of size characters.
func wrapped(s string, size int, between string) string {
	var lines []string
	for chunk := range slices.Chunk([]byte(s), size) {
		lines = append(lines, string(chunk))
	}
	return strings.Join(lines, between)
}

func escaped(format string) func(string) string {
	return func(s string) string {
		var b strings.Builder
		for _, c := range []byte(s) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
}

// encoders write a text in every encoding that is decoded.
func encoders() map[string]func(string) string {
	return map[string]func(string) string{
		"base64":         func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64 raw":     func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
		"base64 url":     func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
		"base64 raw url": b64,
		"base64 mime": func(s string) string {
			return wrapped(base64.StdEncoding.EncodeToString([]byte(s)), 76, "\r\n")
		},
		"base64 pem": func(s string) string {
			return wrapped(base64.StdEncoding.EncodeToString([]byte(s)), 64, "\n")
		},
		"base64 odd lines": func(s string) string {
			return wrapped(base64.StdEncoding.EncodeToString([]byte(s)), 17, "\n")
		},
		"base64 yaml": func(s string) string {
			return "data: |\n    " + wrapped(base64.StdEncoding.EncodeToString([]byte(s)), 20, "\n    ") + "\nnext: 1\n"
		},
		"base64 concatenated": func(s string) string {
			return "v := \"" + wrapped(base64.StdEncoding.EncodeToString([]byte(s)), 30, "\" +\n\t\"") + "\"\n"
		},
		"base64 continued": func(s string) string {
			return "v=" + wrapped(base64.StdEncoding.EncodeToString([]byte(s)), 32, "\\\n") + "\n"
		},
		"base64 in one line": func(s string) string {
			return "v = '" + wrapped(base64.StdEncoding.EncodeToString([]byte(s)), 24, "' + '") + "';"
		},
		"hex":            func(s string) string { return hex.EncodeToString([]byte(s)) },
		"HEX":            func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
		"percent":        escaped("%%%02x"),
		"unicode":        escaped(`\u%04x`),
		"unicode twice":  escaped(`\\u%04X`),
		"unicode long":   escaped(`\U%08x`),
		"unicode braces": escaped(`\u{%x}`),
		"code points":    escaped("U+%04X "),
		"backslash x":    escaped(`\x%02x`),
		"octal":          escaped(`\%03o`),
		"html":           escaped("&#%d;"),
		"html hex":       escaped("&#x%X;"),
		"quoted":         escaped("=%02X"),
		"quoted soft":    func(s string) string { return wrapped(escaped("=%02X")(s), 75, "=\r\n") },
		"gzip":           func(s string) string { return base64.StdEncoding.EncodeToString(gzipped(s)) },
		"gzip lines": func(s string) string {
			return wrapped(base64.StdEncoding.EncodeToString(gzipped(s)), 76, "\n")
		},
		"gzip hex":  func(s string) string { return hex.EncodeToString(gzipped(s)) },
		"zlib":      func(s string) string { return base64.StdEncoding.EncodeToString(zlibbed(s)) },
		"utf-16 le": func(s string) string { return base64.StdEncoding.EncodeToString(wide(s, false)) },
		"utf-16 be": func(s string) string { return base64.StdEncoding.EncodeToString(wide("\ufeff"+s, true)) },
		"jwt": func(s string) string {
			return b64(`{"alg":"HS256","typ":"JWT"}`) + "." + b64(`{"x":"`+s+`"}`) + "." + b64("\x80\x81signature")
		},
	}
}

// subjects are texts with keys of every shape.
func subjects() map[string]string {
	return map[string]string{
		"id":        keytest.ID(1),
		"temporary": keytest.TempID(2),
		"old":       keytest.OldID(3),
		"secret":    keytest.Secret(4),
		"assigned":  "aws_secret_access_key = " + keytest.Secret(5),
		"json":      `{"AccessKeyId":"` + keytest.ID(6) + `","SecretAccessKey":"` + keytest.Secret(6) + `"}`,
		"profile":   "[default]\naws_access_key_id=" + keytest.ID(7) + "\naws_secret_access_key=" + keytest.Secret(7) + "\n",
		"token":     "token: " + keytest.Token(8),
	}
}

// find returns the Text with subject as it is, and where.
func find(list []*decode.Text, subject string) (*decode.Text, decode.Span) {
	for _, t := range list {
		if i := bytes.Index(t.Data, []byte(subject)); i >= 0 {
			return t, decode.Span{Start: i, End: i + len(subject)}
		}
	}
	return nil, decode.Span{}
}

// checkOrigin holds the origin of what was decoded against where its encoded
// form stands: it must lie in it, and begin and end near its ends.
func checkOrigin(t *testing.T, text *decode.Text, at decode.Span, from, to int) {
	t.Helper()
	o := text.Origin(at)
	if o.Start < from || o.End > to || o.Start >= o.End {
		t.Errorf("origin %v is not in [%d %d)", o, from, to)
	}
	if len(text.Decoded(at)) == 0 {
		t.Error("no encoding is named")
	}
	if o.Start < text.Span.Start || o.End > text.Span.End {
		t.Errorf("origin %v is not in the span of the text %v", o, text.Span)
	}
}

func TestEveryEncoder(t *testing.T) {
	for what, subject := range subjects() {
		for name, encode := range encoders() {
			t.Run(what+" in "+name, func(t *testing.T) {
				code := encode(subject)
				data := "first line\nvalue: " + code + "\nlast line\n"
				text, at := find(texts(data), subject)
				if text == nil {
					t.Fatalf("not found in\n%s", data)
				}
				from := strings.Index(data, code)
				checkOrigin(t, text, at, from, from+len(code))
			})
		}
	}
}

func TestEveryPairOfEncoders(t *testing.T) {
	for what, subject := range subjects() {
		for outer, encode := range encoders() {
			for inner, encodeFirst := range encoders() {
				code := encode("x: " + encodeFirst(subject) + "\n")
				data := "value: " + code + "\nlast line\n"
				text, at := find(texts(data), subject)
				if text == nil {
					t.Errorf("%s in %s in %s: not found", what, inner, outer)
					continue
				}
				checkOrigin(t, text, at, len("value: "), len("value: ")+len(code))
			}
		}
	}
}
