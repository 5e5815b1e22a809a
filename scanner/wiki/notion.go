package wiki

import (
	"archive/zip"
	"bytes"
	"context"
	"path"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// A Notion reads what Notion exports: a zip file with a file a page, named by its
// title and its id, in Markdown or HTML, tables as CSV, and uploaded files. Large
// exports are several such zip files in one. There is no history in it.
//
// Source: https://www.notion.com/help/export-your-content
type Notion struct{ export }

// isNotion reports whether a zip file has pages of Notion, or exports of it.
func (x *export) isNotion() bool {
	pages := 0
	for _, f := range x.files {
		if _, ok := notionTitle(f.Name); ok || isNotionPart(f.Name) {
			pages++
		} else if strings.Count(f.Name, "/") == 0 && path.Ext(f.Name) != ".html" { // index.html
			return false
		}
	}
	return pages > 0
}

// isNotionPart reports whether a name is that of a part of a large export.
func isNotionPart(name string) bool {
	return strings.HasPrefix(name, "Export-") && path.Ext(name) == ".zip" && !strings.Contains(name, "/")
}

// notionTitle returns the title of a page from the name of its file, in which the
// id follows: 32 hexadecimal digits. Tables have a second file, "…_all.csv".
func notionTitle(name string) (title string, ok bool) {
	ext := path.Ext(name)
	if ext != ".md" && ext != ".html" && ext != ".csv" {
		return "", false
	}
	return withoutID(strings.TrimSuffix(strings.TrimSuffix(name, ext), "_all"))
}

// withoutID takes the id off the last part of a path, and off the others.
func withoutID(name string) (title string, ok bool) {
	const digits = 32
	parts := strings.Split(name, "/")
	for i, p := range parts {
		at := len(p) - digits
		ok = at > 0 && p[at-1] == ' ' && strings.Trim(p[at:], "0123456789abcdef") == ""
		if ok {
			parts[i] = p[:at-1]
		}
	}
	return strings.Join(parts, "/"), ok
}

// Walk implements [Reader].
func (n *Notion) Walk(ctx context.Context, yield func(*Revision) error, gaps *Gaps) error {
	return n.walk(ctx, yield, gaps, true)
}

func (n *Notion) walk(ctx context.Context, yield func(*Revision) error, gaps *Gaps, parts bool) error {
	whole := &Page{Title: n.name}
	folders := map[string]*Page{}
	for _, f := range n.files {
		if err := ctx.Err(); err != nil {
			return err
		}
		title, ok := notionTitle(f.Name)
		var err error
		switch {
		case parts && isNotionPart(f.Name):
			err = n.part(ctx, f, yield, gaps)
		case ok:
			err = n.page(f, title, yield, gaps)
		case path.Dir(f.Name) == ".":
			err = n.rest(f, whole, yield, gaps)
		default:
			err = n.file(f, folders, yield, gaps)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// page hands over a page or a table.
func (n *Notion) page(f *zip.File, title string, yield func(*Revision) error, gaps *Gaps) error {
	data, err := readMember(f)
	if err != nil {
		lostMember(gaps, n.name, f, err)
	}
	if len(data) == 0 {
		return nil
	}
	return yield(&Revision{Page: &Page{Title: title}, ID: "export", Field: scanner.Content, State: Current, Text: data})
}

// file hands over a file that stands on a page.
func (n *Notion) file(f *zip.File, folders map[string]*Page, yield func(*Revision) error, gaps *Gaps) error {
	title, _ := withoutID(path.Dir(f.Name))
	p := folders[title]
	if p == nil {
		p = &Page{Title: title}
		folders[title] = p
	}
	renamed := *f
	renamed.Name = path.Base(f.Name)
	if strings.HasSuffix(f.Name, "/") {
		return nil
	}
	return n.rest(&renamed, p, yield, gaps)
}

// part reads a part of a large export.
func (n *Notion) part(ctx context.Context, f *zip.File, yield func(*Revision) error, gaps *Gaps) error {
	data, err := readMember(f)
	if err != nil {
		lostMember(gaps, n.name, f, err)
		return nil
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		lostMember(gaps, n.name, f, err)
		return nil
	}
	inner := &Notion{export{name: n.name + "!/" + f.Name, files: z.File}}
	return inner.walk(ctx, yield, gaps, false)
}
