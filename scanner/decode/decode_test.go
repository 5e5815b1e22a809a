package decode_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/encodetest"
	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/decode"
)

// texts returns all Texts of data.
func texts(data string) []*decode.Text {
	return slices.Collect(decode.New(decode.DefaultLimits()).Texts([]byte(data), nil))
}

// b64 is base64 without padding in the URL alphabet: what most cases need.
func b64(s string) string { return encodetest.URL(s) }

func gzipped(s string) []byte { return encodetest.Gzip(s) }

func zlibbed(s string) []byte { return encodetest.Zlib(s) }

func wide(s string, big bool) []byte { return encodetest.UTF16(s, big) }

// encoders write a text in every encoding that is decoded, by their names.
func encoders() map[string]func(string) string {
	all := map[string]func(string) string{}
	for _, e := range encodetest.Encodings() {
		all[e.Name] = e.Encode
	}
	return all
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

// What three bytes rule out is nothing, whatever follows them, and neither is what more
// of them do.
func TestCanStart(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	heads := []string{"text, at last", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03AB", "\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27AB", "A\x00B\x00C\x00D\x00E\x00F\x00",
		"\x00A\x00B\x00C\x00D\x00E\x00F", "\xff\xfeA\x00B\x00C\x00D\x00E\x00", "\xfe\xff\x00A\x00B\x00C\x00D\x00E", "h\u00e9llo, w\u00f6rl", "\u4e00\u4e01\u4e02\u4e03", "\U0001f600\U0001f601\U0001f602"}
	seen := 0
	for range 300_000 {
		head := []byte(heads[r.IntN(len(heads))])[:12]
		for range r.IntN(4) {
			head[r.IntN(4)] = byte(r.Uint32())
		}
		for range r.IntN(3) {
			head[r.IntN(12)] = byte(r.Uint32())
		}
		of := decode.SniffBytes(head)
		if got := decode.Sniff([]byte(encodetest.Base64(append(head, "and some more text"...)))); got != of {
			t.Fatalf("%q is of interest: %v, in base64: %v", head, of, got)
		}
		if !of {
			continue
		}
		if seen++; !decode.CanStart(head[0], head[1], head[2]) {
			t.Fatalf("%q is ruled out", head)
		}
	}
	if seen < 10_000 {
		t.Errorf("%d of interest", seen)
	}
}

// The tables of ways say what three bytes can begin.
func TestWays(t *testing.T) {
	text := func(c int) bool { return 0x08 < c && c < 0x7f }
	want := func(a, b, c int) bool {
		switch {
		case a == 0x78:
			return true
		case a == 0x1f && b == 0x8b:
			return c == 8
		case a == 0:
			return text(b) && c == 0
		case !text(a):
			return a >= 0xc2 && b >= 0x80
		case b >= 0xc2: // a character of several bytes
			return c >= 0x80 && c < 0xc0
		case b == 0:
			return text(c)
		}
		return text(b) && (text(c) || c >= 0xc2)
	}
	for i := range 1 << 24 {
		a, b, c := i>>16, i>>8&0xff, i&0xff
		if got := decode.CanStart(byte(a), byte(b), byte(c)); got != want(a, b, c) {
			t.Fatalf("%02x %02x %02x can start: %v", a, b, c, got)
		}
	}
}

// A line that is none of its own is no beginning of the text in the lines behind it,
// whatever keeps lines apart.
func TestLinesBehindAnother(t *testing.T) {
	plain := strings.Repeat("lorem ipsum ", 4) + "and here is a secret, pw12345678901234, ok"
	for _, between := range []string{"\n", "\r\n", ",\n", "\",\n\"", "\" +\n\"", "\n\t\t", "' .\n'"} {
		for _, size := range []int{20, 21, 33, 76} {
			data := strings.Repeat("/", size) + between + encodetest.Lines(encodetest.Base64([]byte(plain)), size, between) + between + "end"
			if !slices.ContainsFunc(texts(data), func(x *decode.Text) bool { return bytes.Contains(x.Data, []byte("pw12345678901234")) }) {
				t.Errorf("lines of %d apart by %q: nothing", size, between)
			}
		}
	}
}
