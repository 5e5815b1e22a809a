package wiki

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/awscred/awscred/scanner"
)

// maxText is how large one text or file may be in bytes; of a larger one the
// beginning is read.
const maxText = 128 << 20

// A Dump reads what MediaWiki exports as XML: Special:Export, dumpBackup.php, the
// dumps of Wikimedia.
//
// Source: https://www.mediawiki.org/xml/export-0.11.xsd and the writer,
// includes/export/XmlDumpWriter.php of MediaWiki 1.39.
type Dump struct {
	name string
	in   io.Reader
}

// NewDump returns the Reader of a dump that is not compressed, or no longer. If
// in is an [io.Closer] Close closes it.
func NewDump(name string, in io.Reader) *Dump { return &Dump{name: name, in: in} }

// Close closes what the dump is read from.
func (d *Dump) Close() error { return closeAny(d.in) }

func closeAny(v any) error {
	if c, ok := v.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// ErrNoDump is the error for what does not begin as a dump of MediaWiki.
var ErrNoDump = errors.New("no MediaWiki dump")

// Walk implements [Reader].
func (d *Dump) Walk(ctx context.Context, yield func(*Revision) error, gaps *Gaps) error {
	w := &dumpWalk{name: d.name, x: newXMLTokens(d.in), yield: yield, gaps: gaps}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		kind, err := w.x.next()
		if err != nil {
			return w.end(err)
		}
		switch kind {
		case startTag:
			err = w.open()
		case charData:
			err = w.data()
		case endTag:
			err = w.close()
		}
		if err != nil {
			return err
		}
	}
}

// A dumpWalk is where the walk through a dump stands.
type dumpWalk struct {
	name  string
	x     *xmlTokens
	yield func(*Revision) error
	gaps  *Gaps

	path     []element
	wiki     string
	page     *Page
	logPages map[string]*Page
	// What stands in no element that is known here, and the page that it is
	// handed over as.
	elsewhere []byte
	whole     *Page

	inFiles, uploads bool // the page is one of a file; it has an upload
	revisions        int  // of the page

	// By element: the text in it, whether its attribute says that it is hidden,
	// that it is not in this dump, and whether it is longer than what was kept.
	values             [elements][]byte
	hidden, stub, over [elements]bool
}

// end tells why a walk ended.
func (w *dumpWalk) end(err error) error {
	root := len(w.path) > 0 || w.values[mediawiki] != nil
	switch {
	case !root && (errors.Is(err, io.EOF) || errors.Is(err, errXML) || errors.Is(err, io.ErrUnexpectedEOF)):
		return ErrNoDump
	case !errors.Is(err, io.EOF):
		w.gaps.LostAll(restOf(w.name, err))
		if err := w.partial(); err != nil {
			return err
		}
	}
	return w.passElsewhere()
}

// maxElsewhere is how many bytes of texts that stand elsewhere are handed over at
// once.
const maxElsewhere = 1 << 20

// addElsewhere takes a text that stands where this program knows of none: an
// extension's, or what was put into the dump later.
func (w *dumpWalk) addElsewhere(text []byte) error {
	if text = bytes.TrimSpace(text); len(text) < minOther {
		return nil
	}
	w.elsewhere = append(append(w.elsewhere, text...), '\n')
	if len(w.elsewhere) < maxElsewhere {
		return nil
	}
	return w.passElsewhere()
}

// passElsewhere hands over what stands elsewhere, as a page with the name of the
// dump.
func (w *dumpWalk) passElsewhere() error {
	text := w.elsewhere
	if w.elsewhere = w.elsewhere[:0]; len(text) == 0 {
		return nil
	}
	if w.whole == nil {
		w.whole = &Page{Wiki: w.wiki, Title: w.name}
	}
	return w.yield(&Revision{Page: w.whole, ID: "elsewhere", Field: scanner.Content, State: Current, Text: text})
}

// restOf is the gap behind the place where a file cannot be read on.
func restOf(name string, err error) scanner.Gap {
	g := scanner.Gap{What: "the rest of " + name, Why: "damaged: " + err.Error(), Fix: "make the dump anew, or load it down again"}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		g.Why = "ends too early"
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		g.Why, g.Fix = "the scan was stopped", ""
	}
	return g
}

// partial hands over what was read of a revision before a dump broke off.
func (w *dumpWalk) partial() error {
	if err := w.data(); err != nil {
		return err
	}
	for i := len(w.path) - 1; i >= 0; i-- {
		switch w.path[i] {
		case revision:
			return w.revision()
		case logitem:
			return w.logItem()
		}
	}
	return nil
}

// open takes a start tag.
func (w *dumpWalk) open() error {
	parent := root
	if n := len(w.path); n > 0 {
		parent = w.path[n-1]
	}
	e := child(parent, w.x.name)
	w.path = append(w.path, e)
	w.reset(e)
	w.x.keep, w.x.limit = e != passed, maxField
	if e.hides() && len(w.x.attrs) > 0 {
		deleted, _ := w.x.attr("deleted")
		w.hidden[e] = deleted != ""
	}
	switch e {
	case mediawiki:
		w.values[e] = []byte{1}
	case page:
		w.page, w.inFiles, w.uploads, w.revisions = nil, false, false, 0
	case revision, upload, logitem:
		w.reset(revisionID, timestamp, contributor, username, ip, comment, text, filename, archivename, fileSize, contents, logTitle, params)
	case content:
		w.reset(role, slotText)
	case text, slotText:
		w.x.limit = maxText
		w.stub[e] = w.isStub()
	case contents:
		w.x.limit = maxText/3*4 + maxText/40 // and its line ends
	}
	return nil
}

func (w *dumpWalk) reset(list ...element) {
	for _, e := range list {
		if cap(w.values[e]) > max(largeText, cap(w.x.text)) { // there is one large buffer, for what comes next
			w.values[e], w.x.text = w.x.text[:0], w.values[e][:0]
		}
		w.values[e], w.hidden[e], w.stub[e], w.over[e] = w.values[e][:0], false, false, false
	}
}

// isStub reports whether the tag of a text says that there is one elsewhere.
func (w *dumpWalk) isStub() bool {
	if !w.x.empty {
		return false
	}
	if size, ok := w.x.attr("bytes"); ok {
		return size != "0"
	}
	_, ok := w.x.attr("id")
	return ok
}

// data takes a text.
func (w *dumpWalk) data() error {
	if len(w.x.text) == 0 {
		return nil
	}
	e := root
	if n := len(w.path); n > 0 {
		e = w.path[n-1]
	}
	if !e.holdsText() {
		if w.x.over {
			w.gaps.LostAll(scanner.Gap{What: "a text of " + w.name + " that is no revision", Why: fmt.Sprintf("over the limit of %d MiB", maxField>>20)})
		}
		return w.addElsewhere(w.x.text)
	}
	w.over[e] = w.over[e] || w.x.over
	if e.isLong() && len(w.values[e]) == 0 {
		w.values[e], w.x.text = w.x.text, w.values[e]
		return nil
	}
	w.values[e] = append(w.values[e], w.x.text...)
	w.x.text = w.x.text[:0]
	return nil
}

// close takes an end tag.
func (w *dumpWalk) close() error {
	n := len(w.path) - 1
	if n < 0 {
		return nil
	}
	e := w.path[n]
	w.path = w.path[:n]
	w.x.keep = n == 0 || w.path[n-1] != passed
	switch e {
	case sitename:
		w.wiki = string(w.values[sitename])
	case title:
		w.page = &Page{Wiki: w.wiki, Title: string(w.values[title])}
	case namespace:
		w.inFiles = string(w.values[namespace]) == "6"
	case content:
		return w.slot()
	case revision:
		return w.revision()
	case upload:
		return w.upload()
	case logitem:
		return w.logItem()
	case page:
		w.endPage()
	}
	return nil
}

// current returns the page; a revision that has none is one of its own.
func (w *dumpWalk) current() *Page {
	if w.page == nil {
		w.page = &Page{Wiki: w.wiki}
	}
	return w.page
}

// meta is what a revision, an upload and an entry of the log have in common.
func (w *dumpWalk) meta(p *Page, id string) Revision {
	r := Revision{Page: p, ID: id, Author: string(w.values[username])}
	if r.Author == "" {
		r.Author = string(w.values[ip])
	}
	r.Time, _ = time.Parse(time.RFC3339, string(w.values[timestamp])) // zero if it is none
	return r
}

func (w *dumpWalk) revisionID() string {
	if id := w.values[revisionID]; len(id) > 0 {
		return string(id)
	}
	return "number " + strconv.Itoa(w.revisions+1) // on the page
}

// The reasons why something is not in a dump.
const (
	whyHidden  = "hidden by an administrator"
	fixHidden  = "it is still stored: ask for a dump or an account that may see hidden revisions"
	whyStub    = "this dump has no texts"
	fixStub    = "make a dump with texts: dumpBackup.php --full, or the history dump beside this stub"
	whyNoFiles = "this dump has no files"
	fixNoFiles = "make the dump with dumpBackup.php --full --uploads --include-files"
)

// slot hands over a text of a revision beside the main one.
func (w *dumpWalk) slot() error {
	r := w.meta(w.current(), w.revisionID())
	if r.Name = string(w.values[role]); r.Name == "" {
		r.Name = "slot"
	}
	return w.pass(&r, scanner.Content, slotText, "the text in the slot "+r.Name)
}

// pass yields the text of an element, and records what is missing of it.
func (w *dumpWalk) pass(r *Revision, f scanner.Field, e element, what string) error {
	r.Field, r.Text = f, w.values[e]
	if w.hidden[e] && len(r.Text) > 0 {
		visible := *r
		r, visible.State = &visible, Hidden
	}
	switch {
	case w.hidden[e] && len(r.Text) == 0:
		w.gaps.Lost(r.Page, r.ID, what, whyHidden, fixHidden)
	case w.stub[e]:
		w.gaps.Lost(r.Page, r.ID, what, whyStub, fixStub)
	case w.over[e]:
		w.gaps.Lost(r.Page, r.ID, "the rest of "+what, fmt.Sprintf("over the limit of %d MiB", maxText>>20), "")
	}
	if len(r.Text) == 0 {
		return nil
	}
	return w.yield(r)
}

// revision hands over the text and the comment of a revision.
func (w *dumpWalk) revision() error {
	r := w.meta(w.current(), w.revisionID())
	w.revisions++
	r.Page.newer(r.ID, r.Time)
	w.hiddenAuthor(&r)
	if err := w.pass(&r, scanner.Content, text, "the text"); err != nil {
		return err
	}
	return w.pass(&r, scanner.Comment, comment, "the comment")
}

// hiddenAuthor records that it is hidden who saved a revision.
func (w *dumpWalk) hiddenAuthor(r *Revision) {
	if w.hidden[contributor] {
		w.gaps.Lost(r.Page, r.ID, "the author", whyHidden, fixHidden)
	}
}

// upload hands over one version of a file and its comment. A version that is not
// the newest has the name of its place in the archive.
func (w *dumpWalk) upload() error {
	w.uploads = true
	r := w.meta(w.current(), "")
	r.State = Current
	name := w.values[filename]
	if old := w.values[archivename]; len(old) > 0 {
		name, r.State = old, Superseded
	}
	r.ID = "upload:" + string(name)
	w.hiddenAuthor(&r)
	if err := w.pass(&r, scanner.Comment, comment, "the comment"); err != nil {
		return err
	}
	if len(w.values[contents]) == 0 {
		if size := w.values[fileSize]; string(size) != "0" {
			w.gaps.Opaque(r.Page, r.ID, "the file", whyNoFiles, fixNoFiles)
		}
		return nil
	}
	data, err := decodeFile(w.values[contents])
	if err != nil && !w.over[contents] {
		w.gaps.Lost(r.Page, r.ID, "the file", "damaged: "+err.Error(), "")
	}
	w.values[contents] = data
	return w.pass(&r, scanner.Attachment, contents, "the file")
}

// decodeFile takes base64 off, in place. What comes before damage is returned.
func decodeFile(text []byte) ([]byte, error) {
	kept := text[:0]
	for len(text) > 0 { // lines have 76 bytes
		i := bytes.IndexAny(text, " \t\n")
		if i < 0 {
			i = len(text)
		}
		kept = append(kept, text[:i]...)
		text = text[min(len(text), i+1):]
	}
	n, err := base64.StdEncoding.Decode(kept, kept)
	return kept[:n], err
}

// logItem hands over the comment and the parameters of an entry of the log.
func (w *dumpWalk) logItem() error {
	p := w.logPage()
	r := w.meta(p, "log:"+string(w.values[revisionID]))
	r.State = Current
	w.hiddenAuthor(&r)
	if w.hidden[text] {
		w.gaps.Lost(p, r.ID, "the title", whyHidden, fixHidden)
	}
	if err := w.pass(&r, scanner.Comment, comment, "the comment"); err != nil {
		return err
	}
	return w.pass(&r, scanner.Comment, params, "the parameters")
}

// maxLogPages is how many pages that the log names are remembered.
const maxLogPages = 1 << 14

// logPage returns the page that an entry of the log is about.
func (w *dumpWalk) logPage() *Page {
	name := string(w.values[logTitle])
	p := w.logPages[name]
	if p == nil {
		if w.logPages == nil || len(w.logPages) >= maxLogPages {
			w.logPages = map[string]*Page{}
		}
		p = &Page{Wiki: w.wiki, Title: name}
		w.logPages[name] = p
	}
	return p
}

// endPage records that a page of a file came without it.
func (w *dumpWalk) endPage() {
	if w.inFiles && !w.uploads && w.page != nil {
		w.gaps.Opaque(w.page, "", "the file", whyNoFiles, fixNoFiles)
	}
	w.page = nil
}
