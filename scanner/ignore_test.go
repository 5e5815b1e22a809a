package scanner

import (
	"strings"
	"testing"
)

// A match is named by the lines in which it stands, and by nothing else of its
// text; where it begins is told as gitleaks counts.
func TestTellLines(t *testing.T) {
	far := strings.Repeat("x", 1000)
	cases := []struct {
		name, text, match, secret string
		line, column              int
		like                      string // another text that has the same lines
		unlike                    string // and one that has not
	}{
		{"one line", "a\nkey = SECRET # b\nc", "key = SECRET", "SECRET", 2, 1, "key = SECRET # b", "a\nkey = SECRET # c\nc"},
		{"indented", "  key = SECRET", "key = SECRET", "SECRET", 1, 3, "\n\n  key = SECRET\n", " key = SECRET"},
		{"two lines", "a\n key:\n  SECRET\n", "key:\n  SECRET", "SECRET", 2, 2, "other key:\n  SECRET", " key:\n  SECRET,"},
		{"a break first", "a\n\nkey SECRET", "\n\nkey SECRET", "SECRET", 3, 1, "\n\nkey SECRET\n", "\n\nkey SECRET "},
		{"a long line", far + "SECRET" + far, "SECRET", "SECRET", 1, 1001, strings.Repeat("x", 900) + "SECRET" + far, "ySECRET" + far},
		{"the beginning", "SECRET", "SECRET", "SECRET", 1, 1, "a\nSECRET\nb", "a SECRET"},
	}
	tell := func(text, match, secret string) position {
		at := strings.Index(text, match)
		span := Span{at, at + len(match)}
		from := at + strings.Index(match, secret)
		seen := place([]byte(text), []Match{{Span: span, Secret: Span{from, from + len(secret)}}})
		seen[0].at.tell([]byte(text), span, seen[0].match.Secret)
		return seen[0].at
	}
	for _, c := range cases {
		p := tell(c.text, c.match, c.secret)
		if p.match != [2]int{c.line, c.column} {
			t.Errorf("%s: the match begins at %v, want %d:%d", c.name, p.match, c.line, c.column)
		}
		if q := tell(c.like, c.match, c.secret); q.text != p.text {
			t.Errorf("%s: the same lines have another name in %q", c.name, c.like)
		}
		if q := tell(c.unlike, c.match, c.secret); q.text == p.text {
			t.Errorf("%s: other lines have the same name in %q", c.name, c.unlike)
		}
	}
}
