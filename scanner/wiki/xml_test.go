package wiki

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// ourTokens writes the tokens of a document in a line each, and what ended them.
func ourTokens(r io.Reader) (string, error) {
	var out strings.Builder
	var data []byte
	flush := func() {
		if len(data) > 0 {
			fmt.Fprintf(&out, "text %q\n", data)
			data = data[:0]
		}
	}
	x := newXMLTokens(r)
	x.keep = true
	for {
		kind, err := x.next()
		if err != nil {
			flush()
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return out.String(), err
		}
		switch kind {
		case startTag:
			flush()
			fmt.Fprintf(&out, "start %s", x.name)
			for name, value := range attributes(x.attrs) {
				fmt.Fprintf(&out, " %s=%q", name, appendDecoded(nil, value))
			}
			out.WriteByte('\n')
		case endTag:
			flush()
			fmt.Fprintf(&out, "end %s\n", x.name)
		case charData:
			data = append(data, x.text...)
		}
	}
}

// theirTokens does the same with encoding/xml.
func theirTokens(r io.Reader) (string, error) {
	var out strings.Builder
	var data []byte
	flush := func() {
		if len(data) > 0 {
			fmt.Fprintf(&out, "text %q\n", data)
			data = data[:0]
		}
	}
	full := func(n xml.Name) string {
		if n.Space != "" {
			return n.Space + ":" + n.Local
		}
		return n.Local
	}
	d := xml.NewDecoder(r)
	for depth := 0; ; {
		token, err := d.RawToken()
		if err != nil {
			flush()
			if errors.Is(err, io.EOF) && depth == 0 {
				err = nil
			}
			return out.String(), err
		}
		switch token := token.(type) {
		case xml.StartElement:
			flush()
			depth++
			fmt.Fprintf(&out, "start %s", full(token.Name))
			for _, a := range token.Attr {
				fmt.Fprintf(&out, " %s=%q", full(a.Name), a.Value)
			}
			out.WriteByte('\n')
		case xml.EndElement:
			flush()
			depth--
			fmt.Fprintf(&out, "end %s\n", full(token.Name))
		case xml.CharData:
			data = append(data, token...)
		}
	}
}

// seeds are documents with what is rare.
func seeds(t testing.TB) []string {
	list := []string{
		"<a>b</a>", "<a/>", `<a b="c&amp;d" e='f"g'/>`, "<a><b></b>x<!-- <no/> -->y<![CDATA[<z>&amp;]]>w</a>",
		"<?xml version=\"1.0\"?>\r\n<!DOCTYPE x [ <!ENTITY a \"b\"> <!-- > --> ]>\n<x>&lt;&gt;&quot;&apos;&#65;&#x42;</x>",
		"<a>1\r\n2\r3\n\r4&#13;5</a>\r\n", "<a  b = \"1\"\n\tc='2' />", "<a:b xmlns:a='u'><a:c/></a:b>", "<a><![CDATA[x\r]]>\ny</a>",
	}
	dir := os.Getenv("AWSCRED_CONFORMANCE")
	names, err := filepath.Glob(filepath.Join(dir, "wiki", "mediawiki", "*.xml"))
	if dir == "" {
		names, err = nil, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(data))
	}
	return list
}

// agree fails if encoding/xml takes a document for XML and finds other tokens.
func agree(t *testing.T, document string) {
	t.Helper()
	want, err := theirTokens(strings.NewReader(document))
	if err != nil || !nested(document) {
		if _, err := ourTokens(iotest.OneByteReader(strings.NewReader(document))); err == nil {
			return // we are not as strict
		}
		return
	}
	for name, r := range map[string]io.Reader{"whole": strings.NewReader(document), "byte by byte": iotest.OneByteReader(strings.NewReader(document))} {
		got, err := ourTokens(r)
		if err != nil {
			t.Fatalf("%s: %v\nof %q", name, err, document)
		}
		if got != want {
			t.Fatalf("%s:\n got %s\nwant %s\nof %q", name, got, want, document)
		}
	}
}

// nested reports whether encoding/xml finds every element closed.
func nested(document string) bool {
	d := xml.NewDecoder(strings.NewReader(document))
	for {
		if _, err := d.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

func TestXMLAgreesWithTheStandardLibrary(t *testing.T) {
	for _, s := range seeds(t) {
		if _, err := theirTokens(strings.NewReader(s)); err != nil {
			t.Errorf("%q is no test: %v", s, err)
		}
		agree(t, s)
	}
}

func FuzzXML(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.Contains(s, "&#0") || strings.Contains(s, "&#x0") || len(s) > maxTag/2 {
			return // entities as long as one likes, tags likewise
		}
		agree(t, s)
	})
}

// An entity that a document declares is not expanded, however often it names
// itself.
func TestXMLEntityBomb(t *testing.T) {
	var doc bytes.Buffer
	doc.WriteString("<!DOCTYPE x [<!ENTITY a0 \"ha\">")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&doc, "<!ENTITY a%d \"&a%d;&a%d;\">", i, i-1, i-1)
	}
	doc.WriteString("]><x>&a29;</x>")
	got, err := ourTokens(&doc)
	if want := "start x\ntext \"&a29;\"\nend x\n"; err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}
