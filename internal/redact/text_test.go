package redact

import (
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"plain text, ünïcode, 日本語, 🔑", "plain text, ünïcode, 日本語, 🔑"},
		{`back\slash "quoted"`, `back\slash "quoted"`},
		{"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"a\nb\r\nc\td", `a\nb\r\nc\td`},
		{"\x00\x07\x7f", `\x00\x07\x7f`},
		{"\u0085\u009b", `\u0085\u009b`},
		{"a\u202eb\u2066c\u200bd\ufeffe\u200ff\u061c", `a\u202eb\u2066c\u200bd\ufeffe\u200ff\u061c`},
		{"a\u2028b\u2029c\u00add", `a\u2028b\u2029c\u00add`},
		{"\U000e0041\u3164\U000e0100", `\U000e0041\u3164\U000e0100`},
		{"emoji \u26a0\ufe0f", "emoji \u26a0\ufe0f"},
		{"\xff\xc3(\xe2\x80", `\xff\xc3(\xe2\x80`},
		{"\xed\xa0\x80", `\xed\xa0\x80`},
		{"\ufffd", "\ufffd"},
		{"nbsp\u00a0here", "nbsp\u00a0here"},
	}
	for _, tt := range tests {
		if got := Text(tt.in); got != tt.want {
			t.Errorf("Text(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestPath(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"a/b c.txt", "a/b c.txt"},
		{"größe/日本.txt", "größe/日本.txt"},
		{`a"b`, `"a\"b"`},
		{`a\b`, `"a\\b"`},
		{"a\nb\tc\x1b\x7f", `"a\nb\tc\033\177"`},
		{"\xff", `"\377"`},
		{"ü\n", `"ü\n"`},
		{"a\u202e", `"a\342\200\256"`},
	}
	for _, tt := range tests {
		if got := Path(tt.in); got != tt.want {
			t.Errorf("Path(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

// What Path quotes, git quotes in the same way.
func TestPathIsGits(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	git := func(stdin string, args ...string) string {
		c := exec.Command("git", append([]string{"-c", "core.quotePath=false", "-C", dir}, args...)...)
		c.Stdin = strings.NewReader(stdin)
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSuffix(string(out), "\n")
	}
	git("", "init", "-q")
	blob := git("x", "hash-object", "-w", "--stdin")
	for _, name := range []string{"plain", "a\"b", "a\\b", "tab\there", "nl\nhere", "esc\x1b[0m", "\x01\x07\x08\x0b\x0c\r", "ü", "ü\"", "del\x7f"} {
		git("100644 "+blob+"\t"+name+"\x00", "update-index", "-z", "--index-info")
		if got, want := Path(name), git("", "ls-files"); got != want {
			t.Errorf("Path(%q) = %s, git says %s", name, got, want)
		}
		git("0 "+strings.Repeat("0", 40)+"\t"+name+"\x00", "update-index", "-z", "--index-info")
	}
}

func safe(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		switch {
		case r < 0x20, r >= 0x7f && r <= 0x9f,
			r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r >= 0x200b && r <= 0x200f,
			r == 0xfeff, r == 0x2028, r == 0x2029, r == 0x061c:
			return false
		}
	}
	return true
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "plain", "\x1b]8;;x\x07", "\u202e\xff\n", "\xe2\x80\xae", "\xc2\x9b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, path := Text(s), Path(s)
		if !safe(text) || !safe(path) {
			t.Errorf("%q gives %q and %q", s, text, path)
		}
		if safe(s) && plain(s) && text != s {
			t.Errorf("plain %q became %q", s, text)
		}
		if again := Text(text); again != text {
			t.Errorf("%q is not stable: %q", text, again)
		}
		if got, ok := unquotePath(path); !ok || got != s {
			t.Errorf("path %q cannot be turned back from %s: %q", s, path, got)
		}
	})
}

// unquotePath undoes Path.
func unquotePath(p string) (string, bool) {
	if !strings.HasPrefix(p, `"`) {
		return p, true
	}
	var b strings.Builder
	body := p[1 : len(p)-1]
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' {
			b.WriteByte(body[i])
			continue
		}
		i++
		if at := strings.IndexByte("abtnvfr\"\\", body[i]); at >= 0 {
			b.WriteByte("\a\b\t\n\v\f\r\"\\"[at])
			continue
		}
		if i+2 >= len(body) {
			return "", false
		}
		b.WriteByte((body[i]-'0')<<6 | (body[i+1]-'0')<<3 | (body[i+2] - '0'))
		i += 2
	}
	return b.String(), true
}
