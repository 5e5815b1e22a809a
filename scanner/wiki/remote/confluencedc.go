package remote

import (
	"net/url"
	"strconv"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/wiki"
)

// Confluence returns the Reader of a Confluence in a data center, by the URL of
// its wiki, or of the space of a key only. A token is a personal access token.
//
// It is written from the documents of the interface and was not run against a
// real one.
//
// Source: https://docs.atlassian.com/ConfluenceServer/rest/8.5.0/
func Confluence(name string, base *url.URL, space string, o Options) *Reader {
	r := &Reader{Kind: "confluence", name: name, client: newClient(base, o), options: o}
	r.client.basic = true
	r.walk = func(w *walk) error { return (&dataCenter{walk: w, key: space}).read() }
	return r
}

func dataCenterStages() []string {
	return []string{"pages", "blog posts", "pages in the trash", "blog posts in the trash"}
}

// A dataCenter is a walk through a Confluence in a data center.
type dataCenter struct {
	*walk
	key string // of the space; "" is all
}

// A content is a page, a blog post, a comment or an attachment.
type content struct {
	ID, Title, Status string
	Version           struct {
		Number  int
		When    string
		Message string
		By      struct{ Username, DisplayName, UserKey string }
	}
	Body struct {
		Storage *struct{ Value *string }
	}
	Links struct{ Download string } `json:"_links"`
}

// storage is the body, or nil.
func (c *content) storage() *string {
	if c.Body.Storage == nil {
		return nil
	}
	return c.Body.Storage.Value
}

// author is who made the version.
func (c *content) author() string {
	by := c.Version.By
	for _, name := range []string{by.Username, by.DisplayName, by.UserKey} {
		if name != "" {
			return name
		}
	}
	return ""
}

// each asks for a list to its end.
func (d *dataCenter) each(path string, p url.Values, use func(*content) error) error {
	var l *cloudList[content]
	return d.list(path, p, func() any { l = new(cloudList[content]); return l }, func() (string, error) {
		for i := range l.Results {
			if err := use(&l.Results[i]); err != nil {
				return "", err
			}
		}
		return l.Links.Next, nil
	})
}

func (d *dataCenter) read() error {
	kinds := [][2]string{{"page", "current"}, {"blogpost", "current"}, {"page", "trashed"}, {"blogpost", "trashed"}}
	for i, kind := range kinds {
		if !d.stage(dataCenterStages()[i], dataCenterStages()) {
			continue
		}
		if err := d.pages(kind[0], kind[1]); err != nil {
			return err
		}
	}
	return nil
}

// pages reads all pages of a type and a status, in the order in which they come.
func (d *dataCenter) pages(kind, status string) error {
	from := d.from()
	skip := from != "" // what an earlier walk has done comes before it
	p := url.Values{"type": {kind}, "status": {status}, "limit": {"50"}, "expand": {"body.storage,version"}}
	if d.key != "" {
		p.Set("spaceKey", d.key)
	}
	err := d.each("/rest/api/content", p, func(found *content) error {
		if skip {
			skip = found.ID != from
			return nil
		}
		if err := d.page(found); err != nil {
			return err
		}
		d.done(found.ID)
		return nil
	})
	if err == nil && skip {
		d.gaps.LostAll(scanner.Gap{What: "the " + d.at.Stage, Why: "the page where the last scan stopped is there no longer", Fix: "scan the wiki anew, without --wiki-state"})
	}
	if err != nil {
		return d.loseAll("the list of "+d.at.Stage, err)
	}
	return nil
}

// page reads one page with all that hangs on it.
func (d *dataCenter) page(found *content) error {
	page := &wiki.Page{Wiki: d.key, Title: found.Title}
	path := "/rest/api/content/" + url.PathEscape(found.ID)
	state := stateOf(found.Status)
	for n := 1; n < found.Version.Number; n++ {
		if err := d.old(page, path, n, state); err != nil {
			return err
		}
	}
	r := d.revision(page, found, state)
	if err := d.passStorage(r, scanner.Content, found.storage()); err != nil {
		return err
	}
	if err := d.passMessage(r, found.Version.Message); err != nil {
		return err
	}
	p := url.Values{"limit": {"100"}, "expand": {"version"}}
	if err := d.each(path+"/child/attachment", p, func(a *content) error { return d.attachment(page, a, state) }); err != nil {
		if err := d.lose(page, "", "the attachments", err); err != nil {
			return err
		}
	}
	p = url.Values{"limit": {"100"}, "depth": {"all"}, "expand": {"body.storage,version"}}
	if err := d.each(path+"/child/comment", p, func(c *content) error { return d.comment(page, c, state) }); err != nil {
		return d.lose(page, "", "the comments", err)
	}
	return nil
}

func (d *dataCenter) revision(page *wiki.Page, c *content, state wiki.State) *wiki.Revision {
	return &wiki.Revision{Page: page, ID: versionID(c.Version.Number), Author: c.author(), Time: parseTime(c.Version.When), State: state}
}

// old reads an older version. The documented list of versions names neighbours
// only, so they are counted.
func (d *dataCenter) old(page *wiki.Page, path string, n int, state wiki.State) error {
	var c content
	p := url.Values{"version": {strconv.Itoa(n)}, "status": {"historical"}, "expand": {"body.storage,version"}}
	if _, err := d.client.getJSON(d.ctx, d.client.at(path, p), &c); err != nil {
		return d.lose(page, versionID(n), "the text", err)
	}
	c.Version.Number = n
	r := d.revision(page, &c, state)
	if err := d.passStorage(r, scanner.Content, c.storage()); err != nil {
		return err
	}
	return d.passMessage(r, c.Version.Message)
}

// attachment reads every version of a file.
func (d *dataCenter) attachment(page *wiki.Page, a *content, state wiki.State) error {
	for n := 1; n <= max(1, a.Version.Number); n++ {
		r := &wiki.Revision{Page: page, ID: versionID(n), Field: scanner.Attachment, Name: a.Title, State: state}
		if n == a.Version.Number {
			r.Author, r.Time = a.author(), parseTime(a.Version.When)
		}
		if r.State == "" {
			r.State = wiki.Superseded
			if n >= a.Version.Number {
				r.State = wiki.Current
			}
		}
		if n == a.Version.Number {
			if err := d.passMessage(r, a.Version.Message); err != nil {
				return err
			}
		}
		if err := d.download(r, a.Links.Download, n); err != nil {
			return err
		}
	}
	return nil
}

// comment reads every version of a comment.
func (d *dataCenter) comment(page *wiki.Page, c *content, state wiki.State) error {
	path := "/rest/api/content/" + url.PathEscape(c.ID)
	id := "comment " + c.ID
	for n := 1; n < c.Version.Number; n++ {
		var old content
		p := url.Values{"version": {strconv.Itoa(n)}, "status": {"historical"}, "expand": {"body.storage,version"}}
		r := &wiki.Revision{Page: page, ID: id + " " + versionID(n), State: wiki.Superseded}
		if _, err := d.client.getJSON(d.ctx, d.client.at(path, p), &old); err != nil {
			if err := d.lose(page, r.ID, "the comment", err); err != nil {
				return err
			}
			continue
		}
		r.Author, r.Time = old.author(), parseTime(old.Version.When)
		if state != "" {
			r.State = state
		}
		if err := d.passStorage(r, scanner.Comment, old.storage()); err != nil {
			return err
		}
	}
	r := &wiki.Revision{Page: page, ID: id, Author: c.author(), Time: parseTime(c.Version.When), State: wiki.Current}
	if state != "" {
		r.State = state
	}
	return d.passStorage(r, scanner.Comment, c.storage())
}
