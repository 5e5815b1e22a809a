package decode_test

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/awscred/awscred/internal/encodetest"
	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/decode"
)

// TestDecoders holds what one text becomes. An empty want means that nothing in
// it may be decoded.
func TestDecoders(t *testing.T) {
	sentence := "the quick brown fox jumps over the lazy dog 0123456789"
	std := base64.StdEncoding.EncodeToString
	for _, c := range []struct{ name, text, want, encodings string }{
		// base64
		{"token alone", b64("attack-at-dawn"), "attack-at-dawn", "base64"},
		{"sixteen characters", b64("twelve bytes"), "twelve bytes", "base64"},
		{"fifteen characters", b64("eleven byte"), "", ""},
		{"after a name", "secret: " + b64(sentence), "secret: " + sentence, "base64"},
		{"value of a variable", "PASSPHRASE=" + std([]byte(sentence+"!")), "PASSPHRASE=" + sentence + "!", "base64"},
		{"in quotes", `x("` + b64(sentence) + `", 1)`, `x("` + sentence + `", 1)`, "base64"},
		{"both alphabets", "Pj4-PD8_Pz8/Pz8_", ">>><????????", "base64"},
		{"URL alphabet with padding", base64.URLEncoding.EncodeToString([]byte(">>>>>>???????")), ">>>>>>???????", "base64"},
		{"characters of UTF-8", b64("schlüssel = \u4e2d\u6587 und mehr"), "schlüssel = \u4e2d\u6587 und mehr", "base64"},
		{"behind a byte order mark", b64("\ufeffkey = value, key = value"), "\ufeffkey = value, key = value", "base64"},
		{"a length that no base64 has", b64(sentence) + "x", "", ""},
		{"binary", b64("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00"), "", ""},
		{"text that becomes binary", b64(sentence + strings.Repeat("\x80\x01\x02\xff", 40)), "", ""},
		{"camelCase", "resolveCredentialsFromEnvironmentVariables", "", ""},
		{"path", "scanner/objects/internal/inflate", "", ""},
		{"dashes", "----------------------------------------", "", ""},
		{"git object name", "3b18e512dba79e4c8300dd08aeb37f8e728b8dad", "", ""},
		{"SHA-512", strings.Repeat("cf83e1357eefb8bd", 8), "", ""},
		{"UUID", "123e4567-e89b-12d3-a456-426614174000", "", ""},
		{"certificate", "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa", "", ""},
		{"integrity", "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP==", "", ""},

		// hexadecimal
		{"digits", "x = 0x" + strings.Repeat("41", 16), "x = 0x" + strings.Repeat("A", 16), "hex"},
		{"upper case", `k="` + "6B65793D76616C75653B6B65793D76616C7565" + `"`, `k="key=value;key=value"`, "hex"},
		{"too few digits", strings.Repeat("41", 15), "", ""},
		{"odd digits", strings.Repeat("41", 16) + "4", "", ""},
		{"in a longer token", "token_" + strings.Repeat("6b", 20) + "_end", "token_" + strings.Repeat("k", 20) + "_end", "hex"},

		// percent
		{"percent", "a%20b%3D", "a b=", "percent"},
		{"half a key", "AK%49A", "AKIA", "percent"},
		{"percent and UTF-8", "a%3Db%C3%BC", "a=bü", "percent"},
		{"formats", "%02d of %d%% at %5.2f, 100%", "", ""},
		{"control characters", "%00%01%7F%1b", "", ""},
		{"letters that are no digits", "%zz%4g%g4%", "", ""},

		// \u, \x, octal
		{"unicode", `\u0041\u004B`, "AK", "unicode"},
		{"upper case U", `\U0041b`, "Ab", "unicode"},
		{"twice escaped", `\\u0041b`, "Ab", "unicode"},
		{"braces", `\u{41}\u{1F600}`, "A\U0001F600", "unicode"},
		{"eight digits", `\U00000041b`, "Ab", "unicode"},
		{"surrogates", `\u0041\ud83d\ude00`, "A\U0001F600", "unicode"},
		{"half a pair", `\u0041\ud83dx`, "A\ufffdx", "unicode"},
		{"code points", "U+0041 U+004B\nx", "AKx", "unicode"},
		{"code point at the end", "U+0041", "A", "unicode"},
		{"code point in a name", "U+00410", "", ""},
		{"other scripts", `"\u4e2d\u6587"`, "", ""},
		{"quotation mark before a key", `\u201c` + strings.Repeat("K", 20), "\u201c" + strings.Repeat("K", 20), "unicode"},
		{"byte", `\x41\x4b`, "AK", "backslash"},
		{"byte in braces", `\x{41}\x4b`, "AK", "backslash"},
		{"octal", `\101\113`, "AK", "backslash"},
		{"references", `s/\(a\)\1/\2/; \d\w\.\n"`, "", ""},
		{"colours", `\033[0m \x1b[1m`, "", ""},
		{"paths", `C:\Users\x\temp\new`, "", ""},
		{"line end before a token", `"x\n` + strings.Repeat("K", 20) + `"`, `"x` + "\n" + strings.Repeat("K", 20) + `"`, "backslash"},

		// HTML
		{"decimal", "&#65;&#0075;", "AK", "html"},
		{"hexadecimal", "&#x41;&#X4b;", "AK", "html"},
		{"name beside a token", "&quot;" + strings.Repeat("k", 20) + "&quot;", `"` + strings.Repeat("k", 20) + `"`, "html"},
		{"name behind a token", "secretkey&equals;1", "secretkey=1", "html"},
		{"encoded twice", "&amp;#65;", "A", "html html"},
		{"names in markup", "a &lt; b &amp;&amp; c &gt; d&nbsp;", "", ""},
		{"program", "if (a&&b) x(&y, &z); p = &q;", "", ""},
		{"unknown names", "&foobarbaz;&#;&#x;&#xZZ;&#99999999;", "", ""},

		// quoted-printable
		{"equals signs", "key =3D value=20\nnext", "key = value \nnext", "quoted-printable"},
		{"soft end of a line", strings.Repeat("k", 75) + "=\nkk", strings.Repeat("k", 77), "quoted-printable"},
		{"soft end with CR", strings.Repeat("k", 75) + "=\r\nkk", strings.Repeat("k", 77), "quoted-printable"},
		{"empty variables", "A=\nB=\nC=10\nD=AB\nx == y", "", ""},
		{"padding", strings.Repeat("\x80\x81", 3) + "=\n", "", ""},

		// compressed and wide
		{"gzip", std(gzipped(sentence)), sentence, "base64 gzip"},
		{"zlib", std(zlibbed(sentence)), sentence, "base64 zlib"},
		{"cut gzip", std(gzipped(sentence + strings.Repeat(keytest.Token(1), 4))[:200]), sentence, "base64 gzip"},
		{"header of gzip alone", "H4sIAAAAAAAA" + strings.Repeat("/", 60), "", ""},
		{"UTF-16", std(wide("powershell -enc", false)), "powershell -enc", "base64 utf-16"},
		{"UTF-16 with its mark", std(wide("\ufeffpowershell", true)), "powershell", "base64 utf-16"},
		{"UTF-16 of all planes", std(wide("powershell \U0001F600", false)), "powershell \U0001F600", "base64 utf-16"},

		// JWT
		{"token", b64(`{"alg":"HS256"}`) + "." + b64(`{"sub":"`+sentence+`"}`) + ".AAAA",
			`{"alg":"HS256"}.{"sub":"` + sentence + `"}.AAAA`, "jwt"},

		// one in another
		{"percent in base64", b64("a%3Dbcdefgh%2Fijklmnop"), "a=bcdefgh/ijklmnop", "base64 percent"},
		{"padding in percent", base64.RawStdEncoding.EncodeToString([]byte("padded text, fou")) + "%3D%3D", "padded text, fou", "percent base64"},
		{"base64 behind an escape", `\u003d` + b64(sentence), "=" + sentence, "unicode base64"},
		{"base64 five times", b64(b64(b64(b64(b64(sentence))))), sentence, "base64 base64 base64 base64 base64"},
		{"gzip in gzip", std(gzipped(std(gzipped(sentence)))), sentence, "base64 gzip base64 gzip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list := texts(c.text)
			if c.want == "" {
				for _, x := range list {
					t.Errorf("decoded to %q", x.Data)
				}
				return
			}
			for _, x := range list {
				i := strings.Index(string(x.Data), c.want)
				if i < 0 {
					continue
				}
				if got := strings.Join(x.Decoded(decode.Span{Start: i, End: i + len(c.want)}), " "); got != c.encodings {
					t.Errorf("encodings %q, want %q", got, c.encodings)
				}
				return
			}
			for _, x := range list {
				t.Logf("decoded to %q", x.Data)
			}
			t.Errorf("%q is not among %d texts", c.want, len(list))
		})
	}
}

// The context of what is decoded is part of the Text, as far as two more lines
// on either side.
func TestContext(t *testing.T) {
	code := b64("the value itself")
	list := texts("one\ntwo\nthree\nfour: " + code + " five\nsix\nseven\neight\n")
	if len(list) != 1 {
		t.Fatalf("%d texts", len(list))
	}
	if got, want := string(list[0].Data), "two\nthree\nfour: the value itself five\nsix\nseven"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	long := strings.Repeat("x ", 1000)
	list = texts(long + code + " " + long)
	if n := len(list[0].Data); n > 600 {
		t.Errorf("a long line gives %d bytes of context", n)
	}
	for _, c := range []struct{ text, of string }{{"two\nthree", ""}, {"value", "base64"}, {"four: the value", "base64"}} {
		list = texts("two\nthree\nfour: " + code)
		i := bytes.Index(list[0].Data, []byte(c.text))
		if got := strings.Join(list[0].Decoded(decode.Span{Start: i, End: i + len(c.text)}), " "); got != c.of {
			t.Errorf("%q is of %q, want %q", c.text, got, c.of)
		}
	}
}

// The values of a Kubernetes Secret are in one Text, and each has its own line.
func TestKubernetesSecret(t *testing.T) {
	id, secret := keytest.ID(1), keytest.Secret(1)
	data := "kind: Secret\ndata:\n  AWS_ACCESS_KEY_ID: " + base64.StdEncoding.EncodeToString([]byte(id)) +
		"\n  AWS_SECRET_ACCESS_KEY: " + base64.StdEncoding.EncodeToString([]byte(secret)) + "\n"
	list := texts(data)
	if len(list) != 1 {
		t.Fatalf("%d texts", len(list))
	}
	for line, want := range map[int]string{2: id, 3: secret} {
		_, at := find(list, want)
		o := list[0].Origin(at)
		if got := strings.Count(data[:o.Start], "\n"); got != line || strings.Contains(data[o.Start:o.End], "\n") {
			t.Errorf("%q comes from %v, line %d, want line %d", want, o, got, line)
		}
		if code := strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(want)), "="); data[o.Start:o.End] != code {
			t.Errorf("%q comes from %q", want, data[o.Start:o.End])
		}
	}
}

// A byte comes from the characters that hold its bits.
func TestOriginOfBytes(t *testing.T) {
	text := keytest.Token(1)
	for name, encode := range encoders() {
		if strings.Contains(name, "zip") || strings.Contains(name, "zlib") || strings.Contains(name, "utf") || name == "jwt" {
			continue // all bytes are from all bytes; not the text alone
		}
		data := "a: " + encode(text) + "\n"
		found, at := find(texts(data), text)
		for i := range len(text) - 20 {
			o := found.Origin(decode.Span{Start: at.Start + i, End: at.Start + i + 20})
			again, _ := find(texts(strings.TrimRight(data[o.Start:o.End], "\\")), text[i+1:i+18])
			if again == nil && i%3 == 0 && !strings.HasPrefix(name, "hex") && !strings.HasPrefix(name, "base64") && name != "HEX" {
				t.Fatalf("%s: byte %d comes from %q", name, i, data[o.Start:o.End])
			}
			if o.End-o.Start < 20 {
				t.Fatalf("%s: 20 bytes come from %d", name, o.End-o.Start)
			}
		}
	}
}

func TestMultilineOrigin(t *testing.T) {
	text := strings.Repeat("0123456789", 60)
	code := base64.StdEncoding.EncodeToString([]byte(text))
	for _, size := range []int{17, 18, 19, 20, 64, 76} {
		data := "a: |\n  " + encodetest.Lines(code, size, "\n  ") + "\n"
		found, at := find(texts(data), text)
		if found == nil {
			t.Fatalf("lines of %d: not found", size)
		}
		for i := range text {
			o := found.Origin(decode.Span{Start: at.Start + i, End: at.Start + i + 1})
			char := i * 4 / 3
			if want := len("a: |\n  ") + char/size*(size+3) + char%size; o.Start != want {
				t.Fatalf("lines of %d: byte %d comes from %d, want %d", size, i, o.Start, want)
			}
		}
	}
}

func TestTables(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	for c := range 256 {
		value := strings.IndexByte(alphabet, byte(c))
		if i := strings.IndexByte("+/-_", byte(c)); i >= 0 {
			value = 62 + i%2
		}
		if decode.Values[c] != byte(value) {
			t.Errorf("value of %#x is %d, want %d", c, decode.Values[c], byte(value))
		}
		digit := strings.IndexByte("0123456789abcdef", byte(c))
		if i := strings.IndexByte("ABCDEF", byte(c)); i >= 0 {
			digit = 10 + i
		}
		if decode.Nibbles[c] != byte(digit) {
			t.Errorf("digit %#x is %d, want %d", c, decode.Nibbles[c], byte(digit))
		}
		class := byte(0)
		escapes, separators := strings.IndexByte(`%\&U`, byte(c)), strings.IndexByte(" \t\r\n\"'`\\.,&#*>+", byte(c))
		for i, place := range []int{value, digit, escapes, separators} {
			if place >= 0 {
				class |= 1 << i
			}
		}
		if decode.Classes[c] != class {
			t.Errorf("class of %#x is %d, want %d", c, decode.Classes[c], class)
		}
	}
}

// Sources of programs hold little that is decoded.
func TestSourceIsLeftAlone(t *testing.T) {
	data := source(t)
	n, size := work(decode.New(decode.DefaultLimits()), data, nil)
	if size > len(data)/50 {
		t.Errorf("%d texts with %d of %d bytes", n, size, len(data))
	}
}

func TestLimits(t *testing.T) {
	five := b64(b64(b64("one text in three encodings")))
	for depth, want := range []int{0, 1, 2, 3, 3} {
		d := decode.New(decode.Limits{Depth: depth, Inflate: 1 << 20})
		if got := len(slices.Collect(d.Texts([]byte(five), nil))); got != want {
			t.Errorf("depth %d: %d texts, want %d", depth, got, want)
		}
	}
	d := decode.New(decode.Limits{Depth: 5, Inflate: 1 << 20})
	bomb := base64.StdEncoding.EncodeToString(zlibbed(strings.Repeat("\x00", 8<<20)))
	_, size := work(d, []byte(bomb+" "+bomb), nil)
	if !d.Cut() || size > 2<<20 {
		t.Errorf("two bombs give %d bytes, cut %v", size, d.Cut())
	}
	bombs := base64.StdEncoding.EncodeToString(gzipped(strings.Repeat(bomb+"\n", 20)))
	if _, size = work(d, []byte(bombs), nil); !d.Cut() || size > 3<<20 {
		t.Errorf("bombs in a bomb give %d bytes, cut %v", size, d.Cut())
	}
	if work(d, []byte("nothing"), nil); d.Cut() {
		t.Error("a text without encodings is cut")
	}
}

func TestStop(t *testing.T) {
	d := decode.New(decode.DefaultLimits())
	data := []byte(strings.Repeat(b64("one text of many texts")+strings.Repeat("\n", 50), 9))
	n := 0
	for range d.Texts(data, nil) {
		if n++; n == 3 {
			break
		}
	}
	if got, _ := work(d, data, nil); n != 3 || got != 9 {
		t.Errorf("%d texts before the stop, %d behind it", n, got)
	}
}
