package match_test

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/rules"
)

// encoded writes text in units of two or four bytes.
func encoded(text string, order binary.AppendByteOrder, unit int) []byte {
	var out []byte
	if unit == 4 {
		for _, r := range text {
			out = order.AppendUint32(out, uint32(r))
		}
		return out
	}
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func TestWideText(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	id, secret := keytest.ID(1), keytest.Secret(1)
	line := "aws_access_key_id = " + id + "\r\naws_secret_access_key = " + secret + "\r\n"
	long := strings.Repeat("Zugangsdaten für München: 東京 😀\r\n", 400)
	binary16 := func(text string) []byte {
		return slices.Concat([]byte{0x7f, 'E', 'L', 'F', 0, 1, 2, 3, 0, 0, 200, 0}, encoded(text, binary.LittleEndian, 2), []byte{0, 0, 255, 0, 9})
	}
	tests := map[string]struct {
		data []byte
		name string
	}{
		"UTF-16LE with mark":       {slices.Concat([]byte("\xff\xfe"), encoded(line, binary.LittleEndian, 2)), "utf-16"},
		"UTF-16BE with mark":       {slices.Concat([]byte("\xfe\xff"), encoded(line, binary.BigEndian, 2)), "utf-16"},
		"UTF-16LE":                 {encoded(line, binary.LittleEndian, 2), "utf-16"},
		"UTF-16BE":                 {encoded(line, binary.BigEndian, 2), "utf-16"},
		"UTF-32LE with mark":       {slices.Concat([]byte("\xff\xfe\x00\x00"), encoded(line, binary.LittleEndian, 4)), "utf-32"},
		"UTF-32BE with mark":       {slices.Concat([]byte("\x00\x00\xfe\xff"), encoded(line, binary.BigEndian, 4)), "utf-32"},
		"UTF-32LE":                 {encoded(line, binary.LittleEndian, 4), "utf-32"},
		"UTF-32BE":                 {encoded(line, binary.BigEndian, 4), "utf-32"},
		"far behind other letters": {slices.Concat([]byte("\xff\xfe"), encoded(long+line+long, binary.LittleEndian, 2)), "utf-16"},
		"in a binary file":         {binary16(line), "utf-16"},
		"in a binary file, last":   {slices.Concat([]byte("\x00\x01\x02 \xffplain"), encoded(strings.TrimRight(line, "\r\n"), binary.BigEndian, 2)), "utf-16"},
		"odd length":               {slices.Concat([]byte("\xff\xfe"), encoded(line, binary.LittleEndian, 2), []byte("x")), "utf-16"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			list, candidates := m.Find(test.data, nil)
			for rule, want := range map[string]string{rules.KeyIDRule: id, rules.SecretKeyRule: secret} {
				i := slices.IndexFunc(list, func(x scanner.Match) bool { return x.Rule.ID == rule })
				if i < 0 {
					t.Fatalf("no %s in %d matches", rule, len(list))
				}
				x := list[i]
				if got := string(x.Value.Reveal()); got != want {
					t.Errorf("%s: value %q", rule, got)
				}
				if span := bytes.ReplaceAll(test.data[x.Secret.Start:x.Secret.End], []byte{0}, nil); string(span) != want {
					t.Errorf("%s: span %v holds %q", rule, x.Secret, span)
				}
				if !slices.Equal(x.Decoded, []string{test.name}) {
					t.Errorf("%s: decoded %q", rule, x.Decoded)
				}
			}
			if candidates == nil {
				t.Error("not marked")
			}
		})
	}
}

// Zero bytes hide nothing that stands there in plain bytes.
func TestZeroBytes(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	for _, text := range []string{
		"\x00" + keytest.ID(1) + "\x00",
		"\xff\xfe" + keytest.ID(1) + "\n",
		strings.Repeat("\x00", 5000) + keytest.ID(1) + strings.Repeat("\x00\x01", 5000),
	} {
		if list, _ := m.Find([]byte(text), nil); len(list) != 1 || list[0].Decoded != nil {
			t.Errorf("%d matches in %.40q", len(list), text)
		}
	}
}

func TestWideNoise(t *testing.T) {
	set := defaultSet(t)
	m := compile(t, set.Rules, set.Allow)
	for name, data := range map[string][]byte{
		"zeros":         make([]byte, 4096),
		"only a mark":   []byte("\xff\xfe"),
		"half a unit":   []byte("\xff\xfea"),
		"surrogates":    slices.Concat([]byte("\xff\xfe"), bytes.Repeat([]byte{0, 0xd8}, 999)),
		"beyond range":  slices.Concat([]byte("\xff\xfe\x00\x00"), bytes.Repeat([]byte{0xff}, 999)),
		"short strings": bytes.Repeat([]byte("a\x00b\x00\x00\x00\x07"), 500),
	} {
		t.Run(name, func(t *testing.T) {
			if list, _ := m.Find(data, nil); len(list) != 0 {
				t.Errorf("%d matches", len(list))
			}
		})
	}
}
