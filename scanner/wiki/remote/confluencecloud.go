package remote

import (
	"net/url"
	"strconv"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/wiki"
)

// ConfluenceCloud returns the Reader of a Confluence in the cloud, by the URL of
// its wiki (https://SITE.atlassian.net/wiki), or of the space of a key only. The
// user is an e-mail address and the password an API token.
//
// It is written from the documents of version 2 of the interface and was not run
// against a real one.
//
// Source: https://developer.atlassian.com/cloud/confluence/rest/v2/intro/
func ConfluenceCloud(name string, base *url.URL, space string, o Options) *Reader {
	r := &Reader{Kind: "confluence-cloud", name: name, client: newClient(base, o), options: o}
	r.client.basic = true
	r.client.friends = []string{".atlassian.com", ".atlassian.net"} // of whom files are fetched
	r.walk = func(w *walk) error { return (&cloud{walk: w, key: space}).read() }
	return r
}

func cloudStages() []string { return []string{"pages", "blog posts"} }

// A cloud is a walk through a Confluence in the cloud.
type cloud struct {
	*walk
	key   string // of the space; "" is all
	space string // its id
}

// A cloudPage is a page, a blog post, a comment or an attachment.
type cloudPage struct {
	ID, Title, Status, DownloadLink string
	AuthorID                        string
	Version                         cloudVersion
	Body                            *struct{ Storage *struct{ Value *string } }
}

// storage is the body, or nil.
func (p *cloudPage) storage() *string {
	if p.Body == nil || p.Body.Storage == nil {
		return nil
	}
	return p.Body.Storage.Value
}

type cloudVersion struct {
	Number                       int
	Message, CreatedAt, AuthorID string
}

type cloudList[T any] struct {
	Results []T
	Links   struct{ Next string } `json:"_links"`
}

// cloudEach asks for a list to its end.
func cloudEach[T any](c *cloud, path string, p url.Values, use func(*T) error) error {
	var l *cloudList[T]
	return c.list(path, p, func() any { l = new(cloudList[T]); return l }, func() (string, error) {
		for i := range l.Results {
			if err := use(&l.Results[i]); err != nil {
				return "", err
			}
		}
		return l.Links.Next, nil
	})
}

func (c *cloud) read() error {
	if c.key != "" {
		err := cloudEach(c, "/api/v2/spaces", url.Values{"keys": {c.key}}, func(s *cloudPage) error {
			c.space = s.ID
			return nil
		})
		if err != nil {
			return err
		}
		if c.space == "" {
			return &problem{why: "there is no space " + c.key + ", or not for this login", fix: fixLogin, all: true}
		}
	}
	for i, kind := range []string{"pages", "blogposts"} {
		if !c.stage(cloudStages()[i], cloudStages()) {
			continue
		}
		if err := c.pages(kind); err != nil {
			return err
		}
	}
	return nil
}

// pages reads all pages, or all blog posts, by their numbers: those that are
// there, in the archive, and in the trash.
func (c *cloud) pages(kind string) error {
	from := c.from()
	p := url.Values{"limit": {"250"}, "sort": {"id"}, "body-format": {"storage"}, "status": {"current", "archived", "trashed"}}
	if kind == "blogposts" {
		p["status"] = []string{"current", "trashed"}
	}
	if c.space != "" {
		p.Set("space-id", c.space)
	}
	err := cloudEach(c, "/api/v2/"+kind, p, func(found *cloudPage) error {
		if !isNewer(found.ID, from) {
			return nil
		}
		if err := c.page(kind, found); err != nil {
			return err
		}
		c.done(found.ID)
		return nil
	})
	if err != nil {
		return c.loseAll("the list of "+kind, err)
	}
	return nil
}

// page reads one page with all that hangs on it.
func (c *cloud) page(kind string, found *cloudPage) error {
	page := &wiki.Page{Wiki: c.key, Title: found.Title}
	state, path := stateOf(found.Status), "/api/v2/"+kind+"/"+url.PathEscape(found.ID)
	if err := c.versions(page, found, path, scanner.Content, state); err != nil {
		return err
	}
	if err := c.attachments(page, path, state); err != nil {
		return err
	}
	for _, comments := range []string{"footer-comments", "inline-comments"} {
		if err := c.comments(page, path+"/"+comments, comments, state, 0); err != nil {
			return err
		}
	}
	return nil
}

// versions reads every version of a page or a comment.
func (c *cloud) versions(page *wiki.Page, found *cloudPage, path string, field scanner.Field, state wiki.State) error {
	err := cloudEach(c, path+"/versions", url.Values{"limit": {"50"}}, func(v *cloudVersion) error {
		r := c.revision(page, found, v, field, state)
		body := found.storage()
		if v.Number != found.Version.Number || body == nil {
			var old cloudPage
			p := url.Values{"version": {strconv.Itoa(v.Number)}, "body-format": {"storage"}}
			if found.Status != "" && found.Status != "current" && field == scanner.Content {
				p.Set("status", found.Status)
			}
			if _, err := c.client.getJSON(c.ctx, c.client.at(path, p), &old); err != nil {
				return c.lose(page, r.ID, "the text", err)
			}
			body = old.storage()
		}
		if err := c.passStorage(r, field, body); err != nil {
			return err
		}
		return c.passMessage(r, v.Message)
	})
	if err == nil {
		return nil
	}
	if err := c.lose(page, "", "the older versions", err); err != nil {
		return err
	}
	return c.passStorage(c.revision(page, found, &found.Version, field, state), field, found.storage())
}

// revision makes the revision of a version, without a text. The versions of a
// comment are not those of its page.
func (c *cloud) revision(page *wiki.Page, found *cloudPage, v *cloudVersion, field scanner.Field, state wiki.State) *wiki.Revision {
	r := &wiki.Revision{Page: page, ID: versionID(v.Number), Author: v.AuthorID, Time: parseTime(v.CreatedAt), State: state}
	if field != scanner.Content {
		r.ID = "comment " + found.ID
		if v.Number != found.Version.Number {
			r.ID += " " + versionID(v.Number)
		}
		if r.State == "" {
			r.State = wiki.Superseded
			if v.Number == found.Version.Number {
				r.State = wiki.Current
			}
		}
	}
	return r
}

// attachments reads every version of every file of a page.
func (c *cloud) attachments(page *wiki.Page, path string, state wiki.State) error {
	p := url.Values{"limit": {"250"}, "status": {"current", "archived", "trashed"}}
	err := cloudEach(c, path+"/attachments", p, func(a *cloudPage) error { return c.attachment(page, a, state) })
	if err != nil {
		return c.lose(page, "", "the attachments", err)
	}
	return nil
}

func (c *cloud) attachment(page *wiki.Page, a *cloudPage, state wiki.State) error {
	if s := stateOf(a.Status); s != "" {
		state = s
	}
	file := func(v *cloudVersion) error {
		r := &wiki.Revision{Page: page, ID: versionID(v.Number), Author: v.AuthorID, Time: parseTime(v.CreatedAt), Field: scanner.Attachment, Name: a.Title, State: state}
		if r.State == "" {
			r.State = wiki.Superseded
			if v.Number == a.Version.Number {
				r.State = wiki.Current
			}
		}
		if err := c.passMessage(r, v.Message); err != nil {
			return err
		}
		return c.download(r, a.DownloadLink, v.Number)
	}
	err := cloudEach(c, "/api/v2/attachments/"+url.PathEscape(a.ID)+"/versions", url.Values{"limit": {"50"}}, file)
	if err == nil {
		return nil
	}
	if err := c.lose(page, "", "the older versions of the file "+a.Title, err); err != nil {
		return err
	}
	return file(&a.Version)
}

// maxReplies is how deep answers to comments are nested that are read.
const maxReplies = 32

// comments reads the comments of a page, or the answers to one.
func (c *cloud) comments(page *wiki.Page, path, kind string, state wiki.State, depth int) error {
	if depth > maxReplies {
		c.gaps.Lost(page, "", "further answers to comments", "nested too deep", "")
		return nil
	}
	err := cloudEach(c, path, url.Values{"limit": {"250"}, "body-format": {"storage"}}, func(found *cloudPage) error {
		own := "/api/v2/" + kind + "/" + url.PathEscape(found.ID)
		if err := c.versions(page, found, own, scanner.Comment, state); err != nil {
			return err
		}
		return c.comments(page, own+"/children", kind, state, depth+1)
	})
	if err != nil {
		return c.lose(page, "", "the comments", err)
	}
	return nil
}
