package wiki

import (
	"errors"
	"strings"
	"testing"
)

const rcsSample = `head	1.3;
access;
symbols rel:1.2;
locks; strict;
comment	@# @;

1.3
date	2026.03.03.10.00.00;	author ann;	state Exp;
branches;
next	1.2;

1.2
date	2026.03.02.10.00.00;	author bob;	state Exp;
branches 1.2.1.1;
next	1.1;

1.1
date	2026.03.01.10.00.00;	author bob;	state Exp;
branches;
next	;

desc
@a page@

1.3
log
@last@
text
@one
two @@ three
four
@

1.2
log
@@
text
@a0 1
zero
d2 2
a3 1
five@

1.1
log
@@
text
@d1 9
a9 1
@@
@
`

func TestRCS(t *testing.T) {
	f, err := parseRCS([]byte(rcsSample))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	err = f.versions(func(version, author string, text []byte) error {
		got.WriteString(version + " " + author + ": " + string(text) + "\n")
		return nil
	})
	want := "1.3 ann: one\ntwo @ three\nfour\n\n1.2 bob: zero\none\nfive\n1.1 bob: @\n\n"
	if err == nil || got.String() != strings.TrimSuffix(want, "1.1 bob: @\n\n") {
		t.Errorf("an edit behind the end of a text: %v\n%s", err, got.String())
	}
	f.deltas["1.1"].text = []byte("d1 9\na3 1\n@\n")
	got.Reset()
	if err := f.versions(func(version, author string, text []byte) error {
		got.WriteString(version + " " + author + ": " + string(text) + "\n")
		return nil
	}); err != nil || got.String() != want {
		t.Errorf("%v\ngot  %q\nwant %q", err, got.String(), want)
	}
	for _, s := range []string{"", "head", "head 1.1;", "head 1.1; 1.2 next ;", "text @x@"} {
		if _, err := parseRCS([]byte(s)); !errors.Is(err, errRCS) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzRCS(f *testing.F) {
	f.Add([]byte(rcsSample))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := parseRCS(data)
		if err != nil {
			return
		}
		n := 0
		_ = file.versions(func(string, string, []byte) error { n++; return nil })
		if n > len(file.deltas) {
			t.Errorf("%d versions of %d", n, len(file.deltas))
		}
	})
}
