package wiki

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
)

// A Confluence reads the XML export of a space, or of a site, of Confluence: a
// zip file in which entities.xml has all objects of the database, flat, and
// attachments/PAGE/ATTACHMENT/VERSION the files.
//
// Older versions of a page are pages of their own that name the newest; the text
// of each is in an object BodyContent that may stand anywhere. So entities.xml is
// read twice: for who is what, and for the texts.
//
// Source: https://confluence.atlassian.com/doc/export-content-to-word-pdf-html-and-xml-139475.html
// and what importers expect of it (xwiki-contrib/confluence, ConfluenceXMLPackage).
type Confluence struct{ export }

// isConfluence reports whether a zip file has the objects of Confluence.
func (x *export) isConfluence() bool {
	f := x.find("entities.xml")
	if f == nil {
		return false
	}
	r, err := openMember(f)
	if err != nil {
		return false
	}
	defer r.Close()
	head := make([]byte, 4096)
	n, _ := io.ReadFull(r, head)
	return bytes.Contains(head[:n], []byte("<hibernate-generic"))
}

// A confluenceObject is what is remembered of an object with a text.
type confluenceObject struct {
	class, title, file       string
	author, creator          string // keys of users
	created, modified        string
	version, status, comment string
	original, container      string // ids
}

type confluenceWalk struct {
	*export
	yield   func(*Revision) error
	gaps    *Gaps
	objects map[string]*confluenceObject
	users   map[string]string
	pages   map[string]*Page
	// Attachments by the id of the newest and their version, and how many files
	// there are of each in the export.
	versions map[[2]string]*confluenceObject
	count    map[string]int
	space    string
	whole    *Page
}

// Walk implements [Reader].
func (c *Confluence) Walk(ctx context.Context, yield func(*Revision) error, gaps *Gaps) error {
	w := &confluenceWalk{export: &c.export, yield: yield, gaps: gaps, objects: map[string]*confluenceObject{},
		versions: map[[2]string]*confluenceObject{}, count: map[string]int{}, users: map[string]string{}, pages: map[string]*Page{}, whole: &Page{Title: c.name}}
	entities := c.find("entities.xml")
	if err := w.read(ctx, entities, w.remember, true); err != nil {
		return err
	}
	if err := w.read(ctx, entities, w.body, false); err != nil {
		return err
	}
	if err := w.titlesAndComments(); err != nil {
		return err
	}
	for _, f := range c.files {
		if id, _, ok := attachmentOf(f.Name); ok {
			w.count[id]++
		}
	}
	for _, f := range c.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if f.Name == "entities.xml" {
			continue
		}
		if err := w.file(f); err != nil {
			return err
		}
	}
	return nil
}

// A hibernateObject is an object of entities.xml: its class and its properties, those that are
// references as the id that they refer to.
type hibernateObject struct {
	class, id  string
	properties map[string][]byte
	others     []byte // the texts of other properties, in a line each
	over       bool
}

// wanted are the properties that matter.
func wanted(name string) bool {
	switch name {
	case "title", "fileName", "version", "attachmentVersion", "creator", "creatorName", "lastModifier", "lastModifierName", "creationDate", "lastModificationDate", "contentStatus",
		"versionComment", "comment", "originalVersion", "originalVersionId", "containerContent", "content", "owner", "body", "name", "key", "lowerName":
		return true
	}
	return false
}

// read hands every object of entities.xml to use. Damage is recorded once.
func (w *confluenceWalk) read(ctx context.Context, f *zip.File, use func(*hibernateObject) error, first bool) error {
	r, err := openMember(f)
	if err != nil {
		if first {
			lostMember(w.gaps, w.name, f, err)
		}
		return nil
	}
	defer r.Close()
	x := newXMLTokens(r)
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		kind, err := x.next()
		if err == nil && kind == startTag && string(x.name) == "object" {
			var o *hibernateObject
			if o, err = readObject(x); o.class != "" {
				if err := use(o); err != nil {
					return err
				}
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && first:
			w.gaps.LostAll(restOf(w.name+"!/entities.xml", err))
			return nil
		case err != nil:
			return nil
		}
	}
}

// readObject reads an object to its end. With an error it returns what there was.
func readObject(x *xmlTokens) (*hibernateObject, error) {
	o := &hibernateObject{properties: map[string][]byte{}}
	o.class, _ = x.attr("class")
	if x.empty {
		_, err := x.next()
		return o, err
	}
	property := ""
	for depth := 1; depth > 0; {
		kind, err := x.next()
		if kind == charData || err != nil {
			o.add(property, depth, x)
		}
		if err != nil {
			return o, err
		}
		switch kind {
		case startTag:
			depth++
			if depth == 2 {
				property = o.begin(x)
			}
			x.keep = depth <= 3 && property != ""
			x.limit = maxText
		case endTag:
			depth--
			if depth == 1 {
				property, x.keep = "", false
			}
		}
	}
	return o, nil
}

// minOther is how long the text of a property must be to be looked at, whatever
// it is: there are many short ones, and no secret is as short.
const minOther = 16

// begin returns which property of the object begins.
func (o *hibernateObject) begin(x *xmlTokens) string {
	switch string(x.name) {
	case "id":
		return "id"
	case "property":
		name, _ := x.attr("name")
		return name
	}
	return "" // collections say the same from the other side
}

// add takes a text of a property. References have their id one deeper.
func (o *hibernateObject) add(property string, depth int, x *xmlTokens) {
	text := x.text
	if depth == 3 {
		text = bytes.TrimSpace(text)
	}
	switch {
	case len(text) == 0 || property == "":
	case property == "id" && depth == 2:
		o.id += strings.TrimSpace(string(text))
	case property != "body" && len(bytes.TrimSpace(text)) == 0: // between tags
	case !wanted(property):
		if len(text) >= minOther {
			o.others = append(append(o.others, text...), '\n')
		}
	default:
		o.properties[property] = append(o.properties[property], text...)
		o.over = o.over || x.over
	}
}

func (o *hibernateObject) get(names ...string) string {
	for _, n := range names {
		if v := o.properties[n]; len(v) > 0 {
			return string(v)
		}
	}
	return ""
}

// remember is the first reading: everything but the texts.
func (w *confluenceWalk) remember(o *hibernateObject) error {
	switch o.class {
	case "BodyContent":
		return nil
	case "ConfluenceUserImpl", "InternalUser":
		w.users[o.id] = o.get("name", "lowerName")
		return nil
	case "Space":
		w.space = o.get("name", "key")
		return nil
	}
	if o.id == "" || o.class != "Comment" && o.get("title", "fileName") == "" {
		return nil
	}
	c := &confluenceObject{
		class: o.class, title: o.get("title"), file: o.get("fileName", "title"), author: o.get("lastModifier", "lastModifierName"), creator: o.get("creator", "creatorName"),
		created: o.get("creationDate"), modified: o.get("lastModificationDate"), version: o.get("version", "attachmentVersion"), status: o.get("contentStatus"),
		comment: o.get("versionComment", "comment"), original: o.get("originalVersion", "originalVersionId"), container: o.get("containerContent", "content", "owner"),
	}
	w.objects[o.id] = c
	if o.class == "Attachment" {
		w.versions[[2]string{cmp.Or(c.original, o.id), c.version}] = c
	}
	return nil
}

// body is the second reading: a text, and whose it is.
func (w *confluenceWalk) body(o *hibernateObject) error {
	text := o.properties["body"]
	if o.class != "BodyContent" {
		return w.pass(&Revision{Page: w.whole, ID: o.class + " " + o.id, Field: scanner.Content, State: Current, Text: o.others})
	}
	of := w.objects[o.get("content")]
	if of == nil {
		return w.pass(&Revision{Page: w.whole, ID: "text " + o.id, Field: scanner.Content, State: Superseded, Text: text})
	}
	r := w.revision(o.get("content"), of)
	if of.class == "Comment" {
		r.Field = scanner.Comment
	}
	if o.over {
		w.gaps.Lost(r.Page, r.ID, "the rest of the text", "over the limit of 128 MiB", "")
	}
	r.Text = text
	return w.pass(r)
}

func (w *confluenceWalk) pass(r *Revision) error {
	if len(r.Text) == 0 {
		return nil
	}
	return w.yield(r)
}

// revision makes the revision of an object, without a text.
func (w *confluenceWalk) revision(id string, o *confluenceObject) *Revision {
	newest := w.newest(o)
	page := w.pageOf(id, o)
	r := &Revision{Page: page, ID: "version " + o.version, Author: w.user(o.author), Time: confluenceTime(o.modified), Field: scanner.Content, State: Current}
	if o.version == "" {
		r.ID = "object " + id
	}
	if o.class == "Comment" {
		r.ID = "comment " + id
	}
	if r.Author == "" {
		r.Author = w.user(o.creator)
	}
	if r.Time.IsZero() {
		r.Time = confluenceTime(o.created)
	}
	switch {
	case w.deleted(newest):
		r.State = Deleted
	case o.original != "":
		r.State = Superseded
	}
	return r
}

// deleted reports whether an object is in the trash, or on a page that is.
func (w *confluenceWalk) deleted(o *confluenceObject) bool {
	for range maxParents {
		if o.status == "deleted" {
			return true
		}
		next := w.objects[o.container]
		if next == nil {
			return false
		}
		o = w.newest(next)
	}
	return false
}

// newest is the object of which o is an older version, or o.
func (w *confluenceWalk) newest(o *confluenceObject) *confluenceObject {
	if newest := w.objects[o.original]; newest != nil {
		return newest
	}
	return o
}

// maxParents is how far the way from a comment on a comment to the page may be.
const maxParents = 64

// pageOf returns the page that an object is a version of, or hangs on.
func (w *confluenceWalk) pageOf(id string, o *confluenceObject) *Page {
	for range maxParents {
		if newest := w.objects[o.original]; newest != nil {
			id, o = o.original, newest
		}
		holder := w.objects[o.container]
		if holder == nil || o.class != "Comment" && o.class != "Attachment" {
			break
		}
		id, o = o.container, holder
	}
	p := w.pages[id]
	if p == nil {
		p = &Page{Wiki: w.space, Title: o.title}
		if p.Title == "" {
			p.Title = o.class + " " + id
		}
		w.pages[id] = p
	}
	return p
}

func (w *confluenceWalk) user(key string) string {
	if name := w.users[key]; name != "" {
		return name
	}
	return key
}

// confluenceTime reads a time of the database, which is that of the server.
func confluenceTime(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05.999", s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// titlesAndComments hands over what people said of versions, and titles that
// pages have no longer.
func (w *confluenceWalk) titlesAndComments() error {
	for _, id := range slices.Sorted(maps.Keys(w.objects)) {
		o := w.objects[id]
		r := w.revision(id, o)
		if o.class != "Attachment" && o.class != "Comment" && o.title != "" && o.title != r.Page.Title {
			t := *r
			t.Field, t.Text = scanner.Title, []byte(o.title)
			if err := w.yield(&t); err != nil {
				return err
			}
		}
		if o.comment == "" {
			continue
		}
		r.Field, r.Text = scanner.Comment, []byte(o.comment)
		if err := w.yield(r); err != nil {
			return err
		}
	}
	return nil
}

// attachmentOf takes the name of a file of the export apart, if it is that of an
// attachment.
func attachmentOf(name string) (id, version string, ok bool) {
	parts := strings.Split(name, "/")
	if parts[0] != "attachments" || len(parts) < 3 || parts[len(parts)-1] == "" {
		return "", "", false
	}
	if len(parts) > 3 {
		version = parts[3]
	}
	return parts[2], version, true
}

// file hands over a file of the export: an attachment, or something else.
func (w *confluenceWalk) file(f *zip.File) error {
	id, version, ok := attachmentOf(f.Name)
	o := w.objects[id]
	if !ok || o == nil {
		return w.rest(f, w.whole, w.yield, w.gaps)
	}
	// Where there is one file alone it is the newest, whatever it is called.
	if old := w.versions[[2]string{id, version}]; old != nil && w.count[id] > 1 {
		o = old
	}
	data, err := readMember(f)
	if err != nil {
		lostMember(w.gaps, w.name, f, err)
	}
	r := w.revision(id, o)
	r.Field, r.Name, r.Text = scanner.Attachment, o.file, data
	return w.pass(r)
}
