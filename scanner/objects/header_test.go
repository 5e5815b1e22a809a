package objects

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	nameA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	nameB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	nameC = "cccccccccccccccccccccccccccccccccccccccc"
)

// keys lists the keys of header lines.
func keys(hs []Header) string {
	var k []string
	for _, h := range hs {
		k = append(k, h.Key)
	}
	return strings.Join(k, " ")
}

func TestParseCommit(t *testing.T) {
	const people = "author A U Thor <a@example.com> 1700000000 +0130\ncommitter C <c@example.com> 1700000001 -0800\n"
	for _, c := range []struct {
		name, raw               string
		tree, parents           string
		author, extra, encoding string
		message                 string
	}{
		{"plain", "tree " + nameA + "\nparent " + nameB + "\nparent " + nameC + "\n" + people + "\nhello\n\nworld\n",
			nameA, nameB + " " + nameC, "A U Thor", "", "", "hello\n\nworld\n"},
		{"root, empty message", "tree " + nameA + "\n" + people + "\n", nameA, "", "A U Thor", "", "", ""},
		{"no message at all", "tree " + nameA + "\n" + people, nameA, "", "A U Thor", "", "", ""},
		{"signed", "tree " + nameA + "\n" + people + "encoding latin1\ngpgsig -----BEGIN\n \n abc\n -----END\nx-odd\n\nm",
			nameA, "", "A U Thor", "gpgsig x-odd", "latin1", "m"},
		{"second tree", "tree " + nameA + "\ntree " + nameB + "\n" + people + "\nm", nameA, "", "", "tree author committer", "", "m"},
		{"parent after author", "tree " + nameA + "\nauthor A <> 1 +0000\nparent " + nameB + "\n\nm", nameA, "", "A", "parent", "", "m"},
		{"header after the blank line", "tree " + nameA + "\n" + people + "\nparent " + nameB + "\n", nameA, "", "A U Thor", "", "", "parent " + nameB + "\n"},
		{"bad tree", "tree nonsense\n" + people + "\nm", "", "", "A U Thor", "tree", "", "m"},
		{"continuation first", " x\ntree " + nameA + "\n\nm", "", "", "", " tree", "", "m"},
		{"mergetag", "tree " + nameA + "\n" + people + "mergetag object " + nameB + "\n type commit\n \n tagged\n\nm", nameA, "", "A U Thor", "mergetag", "", "m"},
		{"two encodings", "tree " + nameA + "\n" + people + "encoding a\nencoding b\n\nm", nameA, "", "A U Thor", "encoding", "a", "m"},
		{"empty", "", "", "", "", "", "", ""},
	} {
		got := ParseCommit([]byte(c.raw))
		var parents []string
		for _, p := range got.Parents {
			parents = append(parents, p.String())
		}
		if got.Tree.String() != c.tree || strings.Join(parents, " ") != c.parents || got.Author.Name != c.author ||
			keys(got.Extra) != c.extra || got.Encoding != c.encoding || string(got.Message.of([]byte(c.raw))) != c.message {
			t.Errorf("%s: got %+v, message %q", c.name, got, got.Message.of([]byte(c.raw)))
		}
		covered(t, []byte(c.raw), got.Message)
		if l := ParseLinks([]byte(c.raw)); l.Tree != got.Tree || !slices.Equal(l.Parents, got.Parents) || l.Committed != got.Committer.Time.Unix() {
			t.Errorf("%s: links %+v, want those of %+v", c.name, l, got)
		}
	}
	sig := "tree " + nameA + "\ngpgsig one\n two\n\nm"
	if h := ParseCommit([]byte(sig)).Extra[0]; string(h.Value.of([]byte(sig))) != "one\n two" || string(h.Line.of([]byte(sig))) != "gpgsig one\n two\n" {
		t.Errorf("signature spans: %q, %q", h.Value.of([]byte(sig)), h.Line.of([]byte(sig)))
	}
}

// covered fails unless header lines and message make up raw, but for the empty
// line between them.
func covered(t *testing.T, raw []byte, message Span) {
	t.Helper()
	lines, m := headers(raw)
	at := 0
	for _, h := range lines {
		if h.Line.Start != at || h.Value.Start < h.Line.Start || h.Value.End > h.Line.End || h.Value.Start > h.Value.End {
			t.Fatalf("header %+v does not follow byte %d of %q", h, at, raw)
		}
		at = h.Line.End
	}
	if m != message || m.End != len(raw) || m.Start != at && !(m.Start == at+1 && raw[at] == '\n') {
		t.Fatalf("message %+v, %+v does not follow byte %d of %q", m, message, at, raw)
	}
}

func TestParseIdent(t *testing.T) {
	at := func(sec int64) string { return time.Unix(sec, 0).UTC().Format(time.RFC3339) }
	for in, want := range map[string]string{
		"A <a@b> 1700000000 +0100":           "A|a@b|2023-11-14T23:13:20+01:00|+0100",
		"A <a@b> 1700000000 -0000":           "A|a@b|" + at(1700000000) + "|-0000",
		"A <a@b> 1700000000":                 "A|a@b|" + at(1700000000) + "|",
		"<a@b> 0 +0000":                      "|a@b|" + at(0) + "|+0000",
		"A B  <> 5 +0000":                    "A B||" + at(5) + "|+0000",
		"A <a@b>":                            "A|a@b||",
		"A":                                  "A|||",
		"":                                   "|||",
		"A <a@b> x +0000":                    "A|a@b||",
		"A <a@b> -5 +0000":                   "A|a@b||",
		"A <a@b> 99999999999999999999 +0000": "A|a@b||",
		"A <a@b> 5 east":                     "A|a@b|" + at(5) + "|east",
		"A <a <b@c> 5 +0000":                 "A|a <b@c|" + at(5) + "|+0000",
		"A <a@b> <c@d> 5 +0000":              "A|a@b|" + at(5) + "|+0000",
		"A <a@b":                             "A|a@b||",
		"A <a@b> 5 -1145":                    "A|a@b|1969-12-31T12:15:05-11:45|-1145",
	} {
		p := parseIdent([]byte(in))
		when := ""
		if !p.Time.IsZero() {
			when = p.Time.Format(time.RFC3339)
		}
		if got := fmt.Sprintf("%s|%s|%s|%s", p.Name, p.Mail, when, p.Zone); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestParseTag(t *testing.T) {
	raw := "object " + nameA + "\ntype commit\ntag v1\ntagger T <t@example.com> 5 +0000\nx-more y\n\nmessage\n-----BEGIN PGP SIGNATURE-----\n"
	got := ParseTag([]byte(raw))
	if got.Object.String() != nameA || got.Type != TypeCommit || got.Name != "v1" || got.Tagger.Name != "T" || keys(got.Extra) != "x-more" ||
		!strings.HasPrefix(string(got.Message.of([]byte(raw))), "message\n---") {
		t.Errorf("got %+v", got)
	}
	for in, extra := range map[string]string{
		"type commit\nobject " + nameA + "\n\nm":          "type object",
		"object x\ntype blub\ntag v1\n\nm":                "object type",
		"object " + nameA + "\n\nm":                       "",
		"object " + nameA + "\ntype tree\ntag a\ntag b\n": "tag",
	} {
		if got := ParseTag([]byte(in)); keys(got.Extra) != extra {
			t.Errorf("%q: extra %q, want %q", in, keys(got.Extra), extra)
		}
	}
}

func TestTreeEntries(t *testing.T) {
	id := strings.Repeat("\x07", 20)
	for _, c := range []struct {
		raw  string
		want []string
		bad  bool
	}{
		{"", nil, false},
		{"100644 a\x00" + id + "40000 b c\x00" + id, []string{"100644 a", "40000 b c"}, false},
		{"160000 \x00" + id, []string{"160000 "}, false},
		{"100644 ../x\ny\x00" + id, []string{"100644 ../x\ny"}, false},
		{"100644 a\x00" + id[:19], nil, true},
		{"100644 a\x00" + id + "x", []string{"100644 a"}, true},
		{"100844 a\x00" + id, nil, true},
		{" a\x00" + id, nil, true},
		{"100644", nil, true},
		{"100644 a", nil, true},
		{"77777777777 a\x00" + id, nil, true},
	} {
		var got []string
		bad := false
		for e, err := range TreeEntries([]byte(c.raw), 20) {
			if err != nil {
				bad = true
				continue
			}
			got = append(got, fmt.Sprintf("%o %s", e.Mode, e.Name))
			if e.ID.Bytes()[0] != 7 {
				t.Errorf("%q: id %s", c.raw, e.ID)
			}
		}
		if !slices.Equal(got, c.want) || bad != c.bad {
			t.Errorf("%q: got %q, bad %v", c.raw, got, bad)
		}
	}
	e := TreeEntry{Mode: 0o160000}
	if !e.IsSubmodule() || e.IsTree() || e.IsLink() || !(TreeEntry{Mode: 0o40000}).IsTree() || !(TreeEntry{Mode: 0o120000}).IsLink() {
		t.Error("kinds are mixed up")
	}
}

// TestParsersAgreeWithGit compares parsed commits and trees with git's own listing.
func TestParsersAgreeWithGit(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		r := newRepo(t, "--object-format="+format)
		r.commits("main", 1, 20).commits("side", 2, 20)
		s := open(t, r.dir, Options{})
		var got []string
		for id, typ := range s.All() {
			if typ != TypeCommit {
				continue
			}
			_, raw, err := s.Read(id)
			if err != nil {
				t.Fatal(err)
			}
			c := ParseCommit(raw)
			line := fmt.Sprintf("%s %s %s %s %d %s", id, c.Tree, c.Author.Name, c.Committer.Mail, c.Committer.Time.Unix(), c.Message.of(raw))
			for _, p := range c.Parents {
				line += " " + p.String()
			}
			got = append(got, strings.TrimSpace(line))
			wantTree := strings.Split(strings.TrimSuffix(r.git("ls-tree", c.Tree.String()), "\n"), "\n")
			_, tree, err := s.Read(c.Tree)
			if err != nil {
				t.Fatal(err)
			}
			i := 0
			for e, err := range TreeEntries(tree, s.HashSize()) {
				typ, _ := s.Type(e.ID)
				if line := fmt.Sprintf("%06o %s %s\t%s", e.Mode, typ, e.ID, e.Name); err != nil || i >= len(wantTree) || line != wantTree[i] {
					t.Errorf("tree %s: %q, %v", c.Tree, line, err)
				}
				i++
			}
		}
		want := strings.Split(strings.TrimSuffix(r.git("log", "--all", "--format=%H %T %an %ce %ct %B %P%x00", "-z"), "\x00\x00"), "\x00\x00")
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q\nwant %q", format, got[:2], want[:2])
		}
	}
}

func TestID(t *testing.T) {
	for _, s := range []string{nameA, strings.Repeat("0123456789abcdef", 4)} {
		id, err := ParseID(strings.ToUpper(s))
		if err != nil || id.String() != s || MakeID(id.Bytes()) != id || id.IsZero() || id.IsNull() {
			t.Errorf("%s: got %s, %v", s, id, err)
		}
	}
	for _, s := range []string{"", "abc", nameA[1:], nameA + "a", "g" + nameA[1:]} {
		if id, err := ParseID(s); err == nil || !id.IsZero() {
			t.Errorf("%q: got %s", s, id)
		}
	}
	null := MakeID(make([]byte, 20))
	if !null.IsNull() || null.IsZero() || (ID{}).String() != "" || MakeID([]byte("x")) != (ID{}) {
		t.Error("null and zero are mixed up")
	}
}
