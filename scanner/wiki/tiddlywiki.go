package wiki

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
)

// A TiddlyWiki reads a wiki that is one HTML file, with its pages in stores of
// JSON (since 5.2) or in elements of their own, or an export that is such a store
// alone. It has no history.
//
// Source: https://tiddlywiki.com/static/Data%2520Storage%2520in%2520Single%2520File%2520TiddlyWiki.html
type TiddlyWiki struct {
	name string
	in   io.Reader
}

// Close closes the file.
func (t *TiddlyWiki) Close() error { return closeAny(t.in) }

// isTiddlyWiki reports whether a text begins as the HTML of a TiddlyWiki.
func isTiddlyWiki(head []byte) bool {
	return bytes.Contains(head, []byte(`content="TiddlyWiki"`)) && bytes.Contains(bytes.ToLower(head[:min(len(head), 512)]), []byte("<html"))
}

// isTiddlers reports whether a text begins as a list of pages in JSON.
func isTiddlers(head []byte) bool {
	inner, ok := bytes.CutPrefix(head, []byte("["))
	inner = bytes.TrimLeft(inner, " \t\r\n")
	return ok && bytes.HasPrefix(inner, []byte("{")) && bytes.Contains(inner, []byte(`"title"`)) && bytes.Contains(inner, []byte(`"text"`))
}

// Walk implements [Reader].
func (t *TiddlyWiki) Walk(_ context.Context, yield func(*Revision) error, gaps *Gaps) error {
	data, err := io.ReadAll(io.LimitReader(t.in, maxText+1))
	if len(data) > maxText {
		data, err = data[:maxText], &files.SizeError{Limit: maxText}
	}
	if err != nil {
		gaps.LostAll(restOf(t.name, err))
	}
	w := &tiddlyWalk{name: t.name, yield: yield, gaps: gaps, whole: &Page{Title: t.name}}
	return w.walk(data)
}

type tiddlyWalk struct {
	name  string
	yield func(*Revision) error
	gaps  *Gaps
	whole *Page
	rest  []byte // of the file
}

// The beginnings of what holds the pages.
const (
	jsonStore      = `class="tiddlywiki-tiddler-store"`
	elementStore   = `id="storeArea"`
	encryptedStore = `id="encryptedStoreArea"`
)

// walk takes the stores out of the file. What is left is handed over, too.
func (w *tiddlyWalk) walk(data []byte) error {
	if text := bytes.TrimLeft(data, " \t\r\n"); bytes.HasPrefix(text, []byte("[")) {
		if err := w.store(text); err != nil {
			return err
		}
		data = nil
	}
	for {
		i := bytes.Index(data, []byte(jsonStore))
		if i < 0 {
			break
		}
		start := bytes.IndexByte(data[i:], '>')
		end := bytes.Index(data[i:], []byte("</script>"))
		if start < 0 || end < start {
			w.gaps.LostAll(scanner.Gap{What: "a store of " + w.name, Why: "ends too early"})
			break
		}
		w.rest = append(w.rest, data[:i+start+1]...)
		if err := w.store(data[i+start+1 : i+end]); err != nil {
			return err
		}
		w.skip(data[i+start+1 : i+end])
		data = data[i+end:]
	}
	if i := bytes.Index(data, []byte(elementStore)); i >= 0 {
		w.rest = append(w.rest, data[:i]...)
		behind, err := w.elements(data[i:])
		if err != nil {
			return err
		}
		w.skip(data[i : len(data)-len(behind)])
		data = behind
	}
	if i := bytes.Index(data, []byte(encryptedStore)); i >= 0 {
		if start := bytes.IndexByte(data[i:], '>'); start >= 0 && bytes.HasPrefix(bytes.TrimSpace(data[i+start+1:]), []byte("{")) {
			w.gaps.OpaqueAll(scanner.Gap{What: "the pages of " + w.name, Why: "encrypted by TiddlyWiki", Fix: "save the wiki without a password and scan that"})
		}
	}
	if w.rest = append(w.rest, data...); len(w.rest) == 0 {
		return nil
	}
	return w.yield(&Revision{Page: w.whole, ID: "file", Field: scanner.Attachment, State: Current, Text: w.rest})
}

// skip leaves out a part of the file, but not its lines: those behind it keep
// their numbers.
func (w *tiddlyWalk) skip(part []byte) {
	w.rest = append(w.rest, bytes.Repeat([]byte("\n"), bytes.Count(part, []byte("\n")))...)
}

// store reads a store of JSON.
func (w *tiddlyWalk) store(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		return w.damaged(data, err)
	}
	for d.More() {
		fields := map[string]any{}
		if err := d.Decode(&fields); err != nil {
			return w.damaged(data, err)
		}
		texts := map[string]string{}
		for name, value := range fields {
			if s, ok := value.(string); ok {
				texts[name] = s
			} else {
				texts[name] = fmt.Sprint(value)
			}
		}
		if err := w.tiddler(texts); err != nil {
			return err
		}
	}
	return nil
}

// damaged records that a store is no JSON; it is read as it stands.
func (w *tiddlyWalk) damaged(data []byte, err error) error {
	w.gaps.LostAll(scanner.Gap{What: "a store of " + w.name, Why: "damaged: " + err.Error()})
	w.rest = append(w.rest, data...)
	return nil
}

// elements reads the pages that are elements of their own, and returns what
// comes behind them.
func (w *tiddlyWalk) elements(data []byte) ([]byte, error) {
	x := newXMLTokens(bytes.NewReader(append([]byte("<div "), data...)))
	x.limit = maxText
	fields, depth := map[string]string(nil), 0
	for {
		kind, err := x.next()
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && depth > 0 {
				w.gaps.LostAll(scanner.Gap{What: "the pages of " + w.name, Why: "damaged: " + err.Error()})
			}
			return data, nil
		}
		switch kind {
		case startTag:
			if depth++; depth == 2 {
				fields = map[string]string{}
				for name, value := range attributes(x.attrs) {
					fields[string(name)] = html.UnescapeString(string(value))
				}
			}
			x.keep = depth > 1
		case charData:
			if depth > 2 || depth == 2 && len(bytes.TrimSpace(x.text)) > 0 {
				fields["text"] += string(x.text)
			}
		case endTag:
			if depth--; depth == 1 && fields["title"]+fields["tiddler"] != "" {
				if err := w.tiddler(fields); err != nil {
					return nil, err
				}
				fields = nil
			}
			if depth == 0 {
				return data[max(0, min(len(data), int(x.offset)+x.at-len("<div "))):], nil
			}
		}
	}
}

// tiddler hands over a page, with the fields that people add.
func (w *tiddlyWalk) tiddler(fields map[string]string) error {
	r := &Revision{Page: &Page{Title: fields["title"]}, ID: "saved", Author: fields["modifier"], Time: tiddlyTime(fields["modified"]), Field: scanner.Content, State: Current}
	if r.Author == "" {
		r.Author = fields["creator"]
	}
	if id := fields["revision"]; id != "" {
		r.ID = id
	}
	if r.Page.Title == "" {
		r.Page.Title = fields["tiddler"]
	}
	if text := fields["text"]; text != "" {
		r.Text = []byte(text)
		if err := w.yield(r); err != nil {
			return err
		}
	}
	var own strings.Builder
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch name {
		case "title", "tiddler", "text", "created", "modified", "modifier", "creator", "revision", "tags", "type":
		default:
			fmt.Fprintf(&own, "%s: %s\n", name, fields[name])
		}
	}
	if own.Len() == 0 {
		return nil
	}
	r.Name, r.Text = "fields", []byte(own.String())
	return w.yield(r)
}

// tiddlyTime reads a time: seventeen digits down to milliseconds, in UTC.
func tiddlyTime(s string) time.Time {
	t, err := time.Parse("20060102150405", s[:min(len(s), 14)])
	if err != nil {
		return time.Time{}
	}
	return t
}
