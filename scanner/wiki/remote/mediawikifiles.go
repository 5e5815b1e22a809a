package remote

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/wiki"
)

// An imageInfo is one version of a file.
type imageInfo struct {
	Timestamp, User, Comment, URL, ArchiveName string
	FileHidden, CommentHidden, UserHidden      bool
	FileMissing                                bool
	Size                                       int64
}

// files reads every version of every file. The position is the name.
func (m *mediaWiki) files() error {
	from := m.from()
	p := url.Values{"list": {"allimages"}, "ailimit": {"max"}}
	if from != "" {
		p.Set("aifrom", from)
	}
	err := m.each(p, func(q *queried) error {
		for _, f := range q.Query.AllImages {
			if f.Name == from {
				continue
			}
			if err := m.file(f.Name, f.Title); err != nil {
				return err
			}
			m.done(f.Name)
		}
		return nil
	})
	if err != nil {
		if err := m.loseAll("the files", err); err != nil {
			return err
		}
	}
	return m.archivedFiles()
}

// file reads every version of one file.
func (m *mediaWiki) file(name, title string) error {
	page := &wiki.Page{Wiki: m.site, Title: title}
	p := url.Values{"prop": {"imageinfo"}, "titles": {title}, "iilimit": {"max"}, "iiprop": {"timestamp|user|comment|url|archivename|size"}}
	err := m.each(p, func(q *queried) error {
		for _, found := range q.Query.Pages {
			if found.ImageRepository != "" && found.ImageRepository != "local" {
				continue // another wiki's
			}
			for i := range found.ImageInfo {
				if err := m.version(page, name, &found.ImageInfo[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return m.lose(page, "", "the file", err)
	}
	return nil
}

// version hands over one version of a file. One that is not the newest has the
// name of its place in the archive.
func (m *mediaWiki) version(page *wiki.Page, name string, v *imageInfo) error {
	r := &wiki.Revision{Page: page, ID: "upload:" + name, Author: v.User, Time: parseTime(v.Timestamp), State: wiki.Current}
	if v.ArchiveName != "" {
		r.ID, r.State = "upload:"+v.ArchiveName, wiki.Superseded
	}
	if v.UserHidden && v.User == "" {
		m.gaps.Lost(page, r.ID, "the author", whyHidden, fixHidden)
	}
	if err := m.comment(r, v.Comment, v.CommentHidden); err != nil {
		return err
	}
	switch {
	case v.FileHidden && v.URL == "":
		m.gaps.Lost(page, r.ID, "the file", whyHidden, fixHidden)
		return nil
	case v.FileMissing || v.URL == "":
		m.gaps.Lost(page, r.ID, "the file", whyMissing, "")
		return nil
	case v.FileHidden:
		r.State = wiki.Hidden
	}
	u, err := m.client.base.Parse(v.URL)
	if err != nil {
		m.gaps.Lost(page, r.ID, "the file", "its URL cannot be understood", "")
		return nil
	}
	a, err := m.client.file(m.ctx, u)
	if err != nil {
		return m.lose(page, r.ID, "the file", err)
	}
	return m.passFile(r, a)
}

// An archivedFile is a file that was deleted.
type archivedFile struct {
	Name, Title, Timestamp, User, Description string
	ID                                        int64
}

// archivedFiles reads what is told of deleted files. The interface does not hand
// them over.
func (m *mediaWiki) archivedFiles() error {
	if !m.may("deletedhistory") {
		return nil // that there are deletions has been said
	}
	p := url.Values{"list": {"filearchive"}, "falimit": {"max"}, "faprop": {"timestamp|user|description"}}
	err := m.each(p, func(q *queried) error {
		for _, f := range q.Query.FileArchive {
			title := f.Title
			if title == "" {
				title = "File:" + f.Name
			}
			page := &wiki.Page{Wiki: m.site, Title: title}
			r := &wiki.Revision{Page: page, ID: fmt.Sprintf("archived:%d", f.ID), Author: f.User, Time: parseTime(f.Timestamp), State: wiki.Deleted}
			m.gaps.Lost(page, r.ID, "the file", "it is deleted, and the interface does not hand it over", "scan the directory images/deleted of the wiki")
			if err := m.comment(r, f.Description, false); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return m.loseAll("the deleted files", err)
	}
	return nil
}

// A logEvent is an entry of the log.
type logEvent struct {
	LogID                                   int64 `json:"logid"`
	Title, User, Timestamp, Comment         string
	Params                                  json.RawMessage
	ActionHidden, CommentHidden, UserHidden bool
}

// minParameter is how long the parameters of an entry of the log must be to be
// looked at.
const minParameter = 16

// log reads what people said when they deleted, moved and protected.
func (m *mediaWiki) log() error {
	m.from() // it is read anew
	p := url.Values{"list": {"logevents"}, "lelimit": {"max"}, "ledir": {"newer"}, "leprop": {"ids|title|user|timestamp|comment|details"}}
	pages := map[string]*wiki.Page{}
	err := m.each(p, func(q *queried) error {
		for i := range q.Query.LogEvents {
			e := &q.Query.LogEvents[i]
			page := pages[e.Title]
			if page == nil {
				if len(pages) > 1<<14 {
					clear(pages)
				}
				page = &wiki.Page{Wiki: m.site, Title: e.Title}
				pages[e.Title] = page
			}
			if err := m.event(page, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return m.loseAll("the log", err)
	}
	return nil
}

func (m *mediaWiki) event(page *wiki.Page, e *logEvent) error {
	r := &wiki.Revision{Page: page, ID: fmt.Sprintf("log:%d", e.LogID), Author: e.User, Time: parseTime(e.Timestamp), State: wiki.Current}
	if e.ActionHidden {
		m.gaps.Lost(page, r.ID, "the title", whyHidden, fixHidden)
	}
	if err := m.comment(r, e.Comment, e.CommentHidden); err != nil {
		return err
	}
	if len(e.Params) < minParameter {
		return nil
	}
	c := *r
	c.Field, c.Text = scanner.Comment, []byte(jsonText(e.Params))
	return m.pass(&c)
}

// jsonText are the strings of a JSON value, a line each.
func jsonText(raw json.RawMessage) string {
	var b strings.Builder
	d := json.NewDecoder(strings.NewReader(string(raw)))
	for {
		t, err := d.Token()
		if err != nil {
			return b.String()
		}
		if s, ok := t.(string); ok {
			b.WriteString(s + "\n")
		}
	}
}
