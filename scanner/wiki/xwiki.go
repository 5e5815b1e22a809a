package wiki

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
)

// A XAR reads what XWiki exports: a zip file with one XML document a page, files
// and, if they were asked for, older versions included.
//
// Source: https://www.xwiki.org/xwiki/bin/view/Documentation/UserGuide/Features/XWikiXARFormat
// and com.xpn.xwiki.doc.XWikiDocument.
type XAR struct{ export }

// isXAR reports whether a zip file has the package descriptor of XWiki.
func (x *export) isXAR() bool {
	f := x.find("package.xml")
	if f == nil {
		return false
	}
	data, err := readMember(f)
	return err == nil && bytes.Contains(data, []byte("<package")) && bytes.Contains(data, []byte("<infos"))
}

// Walk implements [Reader].
func (x *XAR) Walk(ctx context.Context, yield func(*Revision) error, gaps *Gaps) error {
	whole := &Page{Title: x.name}
	for _, f := range x.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		w := &xarWalk{name: x.name + "!/" + shortTitle(f.Name), yield: yield, gaps: gaps, state: Current}
		is, err := w.document(f)
		if err == nil && !is {
			err = x.rest(f, whole, yield, gaps)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A xarWalk is where the walk through one document stands.
type xarWalk struct {
	name  string
	yield func(*Revision) error
	gaps  *Gaps
	page  *Page // what the document is of
	state State // of the document
	inner bool  // the document stands in another, as a version of it

	path   []string
	fields map[string]string // of the document
	file   map[string]string // of the attachment, or of an older version of it
	text   map[string][]byte // what is long
	others []byte
}

// document hands over a document; is says whether the member is one.
func (w *xarWalk) document(f *zip.File) (is bool, err error) {
	if !strings.HasSuffix(f.Name, ".xml") {
		return false, nil
	}
	r, err := openMember(f)
	if err != nil {
		return false, nil
	}
	defer r.Close()
	return w.parse(r)
}

// parse hands over a document; is says whether it is one.
func (w *xarWalk) parse(r io.Reader) (is bool, err error) {
	w.fields, w.text, w.file = map[string]string{}, map[string][]byte{}, map[string]string{}
	x := newXMLTokens(r)
	for {
		kind, err := x.next()
		if err != nil {
			is = len(w.fields) > 0
			if is && !errors.Is(err, io.EOF) {
				w.data(x)
				w.gaps.LostAll(restOf(w.name, err))
			}
			if is {
				return true, w.end()
			}
			return false, nil
		}
		switch kind {
		case startTag:
			if len(w.path) == 0 && string(x.name) != "xwikidoc" {
				return false, nil
			}
			w.open(x)
		case charData:
			w.data(x)
		case endTag:
			if err := w.close(); err != nil {
				return true, err
			}
		}
	}
}

// open takes a start tag.
func (w *xarWalk) open(x *xmlTokens) {
	if len(w.path) == 0 {
		w.fields["reference"], _ = x.attr("reference")
	}
	w.path = append(w.path, string(x.name))
	x.keep, x.limit = len(w.path) > 1, maxText/3*4
	if len(w.path) == 2 && string(x.name) == "attachment" {
		w.file = map[string]string{}
	}
}

// ofFile reports whether a text is that of an attachment's own field, or of one
// of an older version of it.
func (w *xarWalk) ofFile() (own, old bool) {
	n := len(w.path)
	file := n > 2 && w.path[1] == "attachment"
	return file && n == 3 && w.path[2] != "versions", file && n == 5 && w.path[2] == "versions"
}

// data takes a text.
func (w *xarWalk) data(x *xmlTokens) {
	if len(w.path) < 2 || len(bytes.TrimSpace(x.text)) == 0 {
		return
	}
	if x.over {
		w.gaps.LostAll(scanner.Gap{What: "the rest of " + w.name, Why: "over the limit of 128 MiB"})
	}
	name := w.path[len(w.path)-1]
	own, old := w.ofFile()
	switch {
	case len(w.path) == 2 && (name == "content" || name == "versions"):
		w.text[name] = append(w.text[name], x.text...)
	case len(w.path) == 2:
		w.fields[name] += string(x.text)
	case own && name == "content":
		w.text["file"] = append(w.text["file"], x.text...)
	case own:
		w.file[name] += string(x.text)
	case old && name == "content":
		w.text["old file"] = append(w.text["old file"], x.text...)
	case old:
		w.file["old "+name] += string(x.text)
	case len(x.text) >= minOther:
		w.others = append(append(w.others, x.text...), '\n')
	}
	x.text = x.text[:0]
}

// close takes an end tag.
func (w *xarWalk) close() error {
	n := len(w.path)
	top := w.path[n-1]
	old := n == 4 && w.path[1] == "attachment" && w.path[2] == "versions"
	w.path = w.path[:n-1]
	switch {
	case n == 2 && top == "attachment":
		return w.attachment("file", "", w.state)
	case old:
		err := w.attachment("old file", "old ", Superseded)
		for name := range w.file {
			if strings.HasPrefix(name, "old ") {
				delete(w.file, name)
			}
		}
		return err
	}
	return nil
}

// pageOf is the page of the document.
func (w *xarWalk) pageOf() *Page {
	if w.page != nil {
		return w.page
	}
	title := w.fields["reference"]
	if title == "" {
		title = strings.TrimPrefix(w.fields["web"]+"."+w.fields["name"], ".")
	}
	if locale := w.fields["language"]; locale != "" {
		title += " (" + locale + ")"
	}
	w.page = &Page{Title: title}
	return w.page
}

// end hands over the page.
func (w *xarWalk) end() error {
	page := w.pageOf()
	r := &Revision{Page: page, ID: w.fields["version"], Author: w.fields["author"], Time: xwikiTime(w.fields["date"], w.fields["contentUpdateDate"]), State: w.state}
	if r.ID == "" {
		r.ID = "export"
	}
	pass := func(f scanner.Field, name string, text []byte) error {
		if len(text) == 0 {
			return nil
		}
		part := *r
		part.Field, part.Name, part.Text = f, name, text
		return w.yield(&part)
	}
	if err := pass(scanner.Content, "", w.text["content"]); err != nil {
		return err
	}
	if err := pass(scanner.Content, "objects", w.others); err != nil {
		return err
	}
	if err := pass(scanner.Title, "", []byte(w.fields["title"])); err != nil {
		return err
	}
	if err := pass(scanner.Comment, "", []byte(w.fields["comment"])); err != nil {
		return err
	}
	return w.versions(r)
}

// versions hands over the older versions, which are in the form of RCS: each is
// the document as it was. What is in another form is one text.
func (w *xarWalk) versions(r *Revision) error {
	archive := w.text["versions"]
	if len(archive) == 0 || w.inner {
		return nil
	}
	old := Revision{Page: r.Page, ID: "older than " + r.ID, State: Superseded, Field: scanner.Content}
	f, err := parseRCS(archive)
	if err == nil {
		err = f.versions(func(version, author string, text []byte) error {
			if len(text) == 0 {
				return nil
			}
			inner := &xarWalk{name: w.name + ", version " + version, yield: w.yield, gaps: w.gaps, page: r.Page, state: Superseded, inner: true}
			if version == r.ID {
				inner.state = Current // the same once more
			}
			if is, err := inner.parse(bytes.NewReader(text)); is || err != nil {
				return err
			}
			one := old
			one.ID, one.Author, one.Text = version, author, text
			return w.yield(&one)
		})
	}
	if !errors.Is(err, errRCS) {
		return err
	}
	old.Text = bytes.ReplaceAll(archive, []byte("@@"), []byte("@"))
	return w.yield(&old)
}

// attachment hands over a file, or an older version of it.
func (w *xarWalk) attachment(content, prefix string, state State) error {
	text := w.text[content]
	w.text[content] = nil
	page := w.pageOf()
	field := func(name string) string { return cmp.Or(w.file[prefix+name], w.file[name]) }
	r := &Revision{Page: page, ID: "file version " + w.file[prefix+"version"], Author: field("author"), Time: xwikiTime(w.file[prefix+"date"]),
		Field: scanner.Attachment, Name: cmp.Or(field("filename"), "file"), State: state}
	data, err := decodeFile(text)
	if err != nil {
		w.gaps.Lost(page, r.ID, "the file "+r.Name, "damaged: "+base64Error(err), "")
	}
	if len(data) == 0 {
		return nil
	}
	r.Text = data
	return w.yield(r)
}

func base64Error(err error) string {
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) {
		return "no base64"
	}
	return err.Error()
}

// xwikiTime reads the first of some times that is one: milliseconds since 1970.
func xwikiTime(list ...string) time.Time {
	for _, s := range list {
		if ms, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64); err == nil && ms > 0 {
			return time.UnixMilli(ms)
		}
	}
	return time.Time{}
}
