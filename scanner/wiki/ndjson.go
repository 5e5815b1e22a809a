package wiki

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
)

// maxLine is how long a line of NDJSON may be: a text in JSON can take six bytes
// for each of its own, but hardly does.
const maxLine = 2 * maxText

// An NDJSON reads revisions as JSON objects, one a line, in which any other wiki
// can be written. docs/schema/wiki-ndjson.schema.json describes a line.
type NDJSON struct {
	name string
	in   io.Reader
}

// NewNDJSON returns the Reader of a stream of lines. If in is an [io.Closer] Close
// closes it.
func NewNDJSON(name string, in io.Reader) *NDJSON { return &NDJSON{name: name, in: in} }

// Close closes what the lines are read from.
func (n *NDJSON) Close() error { return closeAny(n.in) }

// A line is one revision.
type line struct {
	Wiki     string  `json:"wiki"`
	Page     string  `json:"page"`
	Revision id      `json:"revision"`
	Author   string  `json:"author"`
	Time     string  `json:"time"`
	Field    string  `json:"field"`
	State    State   `json:"state"`
	Name     string  `json:"name"`
	Encoding string  `json:"encoding"`
	Text     *string `json:"text"`
}

// An id is a string, or the number that most wikis count by.
type id string

// UnmarshalJSON implements [json.Unmarshaler].
func (i *id) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] != '"' {
		var n json.Number
		err := json.Unmarshal(data, &n)
		*i = id(n)
		return err
	}
	return json.Unmarshal(data, (*string)(i))
}

// ndjsonWalk is where the walk through the lines stands.
type ndjsonWalk struct {
	name  string
	yield func(*Revision) error
	gaps  *Gaps
	pages map[[2]string]*Page
	at    int // line, from 1
	bad   int // lines
}

// Walk implements [Reader]. A first line that is no revision is an error: the
// input is something else.
func (n *NDJSON) Walk(ctx context.Context, yield func(*Revision) error, gaps *Gaps) error {
	w := &ndjsonWalk{name: n.name, yield: yield, gaps: gaps, pages: map[[2]string]*Page{}}
	in := bufio.NewReaderSize(n.in, 256<<10)
	var buf []byte
	for ctx.Err() == nil {
		text, long, err := readLine(in, buf[:0])
		buf = text
		if len(text) > 0 || long {
			w.at++
			if err := w.line(bytes.TrimSpace(text), long); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			gaps.LostAll(restOf(n.name, err))
			return nil
		}
	}
	return ctx.Err()
}

// readLine reads one line with its end into buf. Of one that is too long the
// beginning is returned.
func readLine(in *bufio.Reader, buf []byte) (text []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if room := maxLine - len(buf); len(part) > room {
			part, long = part[:room], true
		}
		buf = append(buf, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return buf, long, err
		}
	}
}

// line takes one line.
func (w *ndjsonWalk) line(text []byte, long bool) error {
	if len(text) == 0 && !long {
		return nil // an empty one
	}
	r, err := w.parse(text)
	if long {
		err = fmt.Errorf("over the limit of %d MiB", maxLine>>20)
	}
	if err != nil && w.at == 1 {
		return fmt.Errorf("line 1 is no revision of a wiki: %w", err)
	}
	if err != nil {
		w.lost(err)
		return nil
	}
	if len(r.Text) == 0 {
		r.Page.newer(r.ID, r.Time)
		return nil
	}
	return w.yield(r)
}

func (w *ndjsonWalk) lost(err error) {
	g := scanner.Gap{What: fmt.Sprintf("line %d of %s", w.at, w.name), Why: err.Error(), Fix: "awscred schema wiki-ndjson"}
	if w.bad++; w.bad > maxNamed {
		g.What, g.Why = "further lines of "+w.name, "no revisions"
	}
	w.gaps.LostAll(g)
}

// parse reads a line as a revision.
func (w *ndjsonWalk) parse(text []byte) (*Revision, error) {
	var l line
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(&l)
	if err != nil && strings.Contains(err.Error(), "unknown field") {
		w.gaps.Note("fields of " + w.name + " that the schema does not name were passed over")
		l = line{}
		err = json.Unmarshal(text, &l)
	} else if err == nil && d.More() {
		err = errors.New("more than one JSON value in a line")
	}
	switch {
	case err != nil:
		return nil, err
	case l.Page == "":
		return nil, errors.New(`"page" is missing`)
	case l.Text == nil:
		return nil, errors.New(`"text" is missing`)
	}
	return w.revision(&l)
}

// revision makes a revision of a line.
func (w *ndjsonWalk) revision(l *line) (*Revision, error) {
	r := &Revision{Page: w.page(l), ID: string(l.Revision), Author: l.Author, Name: l.Name, State: l.State, Text: []byte(*l.Text)}
	if r.ID == "" {
		r.ID = fmt.Sprintf("line %d", w.at)
	}
	switch l.Field {
	case "", "text", "content":
		r.Field = scanner.Content
	case "comment", "attachment", "title":
		r.Field = scanner.Field(l.Field)
	default:
		return nil, fmt.Errorf("the field %q is none of content, comment, attachment, title", l.Field)
	}
	switch l.State {
	case "", Current, Superseded, Deleted, Hidden:
	default:
		return nil, fmt.Errorf("the state %q is none of current, superseded, deleted, hidden", l.State)
	}
	if l.Time != "" {
		t, err := time.Parse(time.RFC3339, l.Time)
		if err != nil {
			return nil, fmt.Errorf("the time %q is not as in RFC 3339", l.Time)
		}
		r.Time = t
	}
	switch l.Encoding {
	case "", "text":
	case "base64":
		data, err := base64.StdEncoding.DecodeString(*l.Text)
		if err != nil {
			return nil, err
		}
		r.Text = data
	default:
		return nil, fmt.Errorf("the encoding %q is none of text, base64", l.Encoding)
	}
	return r, nil
}

func (w *ndjsonWalk) page(l *line) *Page {
	key := [2]string{l.Wiki, l.Page}
	p := w.pages[key]
	if p == nil {
		p = &Page{Wiki: l.Wiki, Title: l.Page}
		w.pages[key] = p
	}
	return p
}
