package remote

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/wiki"
)

// MediaWiki returns the Reader of a MediaWiki, by the URL of its action API
// (…/api.php). Without a login it sees what everybody sees; a user is logged in
// as a bot password is, a token is one of OAuth.
//
// Sources: https://www.mediawiki.org/wiki/API:Main_page, API:Query, API:Revisions,
// API:Alldeletedrevisions, API:Etiquette, API:Errors_and_warnings; and
// includes/api of MediaWiki 1.39.
func MediaWiki(name string, api *url.URL, o Options) *Reader {
	r := &Reader{Kind: "mediawiki", name: name, client: newClient(api, o), options: o}
	r.walk = func(w *walk) error { return (&mediaWiki{walk: w}).read() }
	return r
}

// mediaWikiStages are the parts of a walk.
func mediaWikiStages() []string { return []string{"pages", "deleted pages", "files", "log"} }

// A mediaWiki is a walk through one.
type mediaWiki struct {
	*walk
	site       string
	namespaces []int
	rights     []string
}

func (m *mediaWiki) may(right string) bool { return slices.Contains(m.rights, right) }

// read reads everything.
func (m *mediaWiki) read() error {
	if err := m.logIn(); err != nil {
		return err
	}
	if err := m.siteInfo(); err != nil {
		return err
	}
	parts := []func() error{m.pages, m.deleted, m.files, m.log}
	for i, name := range mediaWikiStages() {
		if !m.stage(name, mediaWikiStages()) {
			continue
		}
		if err := parts[i](); err != nil {
			return err
		}
	}
	return nil
}

// logIn logs in with user and password, if there are any.
func (m *mediaWiki) logIn() error {
	login := m.client.login
	if login.Password.IsZero() || !login.Token.IsZero() {
		return nil
	}
	var token struct {
		Query struct {
			Tokens struct {
				LoginToken string `json:"logintoken"`
			}
		}
	}
	if err := m.query(url.Values{"meta": {"tokens"}, "type": {"login"}}, &token); err != nil {
		return err
	}
	form := url.Values{"action": {"login"}, "format": {"json"}, "formatversion": {"2"}, "lgname": {login.User},
		"lgpassword": {string(login.Password.Reveal())}, "lgtoken": {token.Query.Tokens.LoginToken}}
	a, err := m.client.ask(m.ctx, question{method: http.MethodPost, url: m.client.base, kind: "application/x-www-form-urlencoded", body: []byte(form.Encode())})
	if err != nil {
		return err
	}
	var came struct {
		Login struct{ Result string }
	}
	if err := a.json(&came); err != nil {
		return err
	}
	if came.Login.Result != "Success" {
		return &problem{why: "the login is not accepted", fix: "make a bot password in Special:BotPasswords; the user is then User@Name", all: true}
	}
	return nil
}

// siteInfo finds out what there is, and what we may see.
func (m *mediaWiki) siteInfo() error {
	var info struct {
		Query struct {
			General    struct{ SiteName string }
			Namespaces map[string]struct{ ID int }
			UserInfo   struct {
				Anon   bool
				Rights []string
			}
		}
	}
	err := m.query(url.Values{"meta": {"siteinfo|userinfo"}, "siprop": {"general|namespaces"}, "uiprop": {"rights"}}, &info)
	if err != nil {
		return err
	}
	m.site, m.rights = info.Query.General.SiteName, info.Query.UserInfo.Rights
	for _, n := range info.Query.Namespaces {
		if n.ID >= 0 { // those below hold no pages
			m.namespaces = append(m.namespaces, n.ID)
		}
	}
	slices.Sort(m.namespaces)
	if len(m.namespaces) == 0 {
		return &problem{why: "the wiki names no namespaces", fix: "is the URL that of api.php?", all: true}
	}
	return nil
}

// A listedPage is a page as lists name it.
type listedPage struct {
	PageID int64 `json:"pageid"`
	NS     int   `json:"ns"`
	Title  string
}

// pages reads every revision of every page. The position is namespace and title,
// by which the list is sorted.
func (m *mediaWiki) pages() error {
	from := splitDone(m.from())
	for _, ns := range m.namespaces {
		if from != nil && ns < from.namespace {
			continue
		}
		p := url.Values{"list": {"allpages"}, "apnamespace": {strconv.Itoa(ns)}, "aplimit": {"max"}}
		if from != nil && ns == from.namespace {
			p.Set("apfrom", from.title)
		}
		err := m.each(p, func(q *queried) error {
			for _, page := range q.Query.AllPages {
				if from != nil && ns == from.namespace && page.PageID == from.page {
					continue // the one that was done
				}
				if err := m.page(page); err != nil {
					return err
				}
				m.done(fmt.Sprintf("%d %d %s", ns, page.PageID, withoutNamespace(page)))
			}
			return nil
		})
		if err != nil {
			if err := m.loseAll(fmt.Sprintf("the pages of namespace %d", ns), err); err != nil {
				return err
			}
		}
	}
	return nil
}

// page reads one page.
func (m *mediaWiki) page(listed listedPage) error {
	page := &wiki.Page{Wiki: m.site, Title: listed.Title}
	p := url.Values{"prop": {"revisions"}, "pageids": {strconv.FormatInt(listed.PageID, 10)}, "rvlimit": {"max"}, "rvdir": {"newer"}}
	setRevisions(p, "rv")
	err := m.each(p, func(q *queried) error {
		for _, found := range q.Query.Pages {
			if err := m.revisions(page, found.Revisions, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return m.lose(page, "", "the revisions", err)
	}
	return nil
}

// setRevisions asks for everything about revisions, in a module of that prefix.
func setRevisions(p url.Values, prefix string) {
	p.Set(prefix+"prop", "ids|timestamp|user|comment|content")
	p.Set(prefix+"slots", "*")
}

// deleted reads the revisions of deleted pages, or finds out whether there are
// any that we may not see.
func (m *mediaWiki) deleted() error {
	m.from() // it is read anew: the list has no names to begin at
	p := url.Values{"list": {"alldeletedrevisions"}, "adrlimit": {"max"}, "adrdir": {"newer"}}
	setRevisions(p, "adr")
	pages := map[string]*wiki.Page{}
	err := m.each(p, func(q *queried) error {
		for _, found := range q.Query.AllDeletedRevisions {
			page := pages[found.Title]
			if page == nil {
				page = &wiki.Page{Wiki: m.site, Title: found.Title}
				pages[found.Title] = page
			}
			if err := m.revisions(page, found.Revisions, wiki.Deleted); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return nil
	}
	if why := problemOf(err); why.all || why.code != "permissiondenied" {
		return m.loseAll("the deleted pages", err)
	}
	return m.loseDeleted()
}

// loseDeleted records that deleted pages may not be seen, unless the log says
// that none ever was deleted.
func (m *mediaWiki) loseDeleted() error {
	any := false
	err := m.each(url.Values{"list": {"logevents"}, "letype": {"delete"}, "lelimit": {"1"}}, func(q *queried) error {
		any = any || len(q.Query.LogEvents) > 0
		q.Continue = nil
		return nil
	})
	if err != nil && problemOf(err).all {
		return err
	}
	if any || err != nil {
		m.gaps.LostAll(scanner.Gap{What: "the deleted pages", Why: "only some accounts may see them", Fix: "give the login of an administrator: rights deletedhistory and deletedtext"})
	}
	return nil
}

// A revision is one as the API tells it.
type revision struct {
	RevID     int64 `json:"revid"`
	User      string
	Timestamp string
	Comment   string
	Slots     map[string]slot

	TextHidden, UserHidden, CommentHidden, Suppressed bool
	TextMissing                                       bool
}

type slot struct {
	Content     *string
	TextHidden  bool
	TextMissing bool
	Missing     bool
}

const (
	whyHidden  = "hidden by an administrator"
	fixHidden  = "it is still stored: ask for an account that may see hidden revisions"
	whyMissing = "the wiki has lost it, or does not hand it over"
)

// revisions hands over revisions of one page. An empty state follows from the
// page.
func (m *mediaWiki) revisions(page *wiki.Page, list []revision, state wiki.State) error {
	for i := range list {
		if err := m.revision(page, &list[i], state); err != nil {
			return err
		}
	}
	return nil
}

func (m *mediaWiki) revision(page *wiki.Page, v *revision, state wiki.State) error {
	r := wiki.Revision{Page: page, ID: strconv.FormatInt(v.RevID, 10), Author: v.User, Time: parseTime(v.Timestamp), State: state}
	if v.UserHidden && v.User == "" {
		m.gaps.Lost(page, r.ID, "the author", whyHidden, fixHidden)
	}
	for _, name := range sortedSlots(v.Slots) {
		if err := m.slot(&r, name, v.Slots[name], v.TextHidden); err != nil {
			return err
		}
	}
	if len(v.Slots) == 0 {
		why, fix := whyMissing, ""
		if v.TextHidden {
			why, fix = whyHidden, fixHidden
		}
		m.gaps.Lost(page, r.ID, "the text", why, fix)
	}
	return m.comment(&r, v.Comment, v.CommentHidden)
}

// slot hands over the text in one slot.
func (m *mediaWiki) slot(r *wiki.Revision, name string, s slot, hidden bool) error {
	text := *r
	text.Field = scanner.Content
	what := "the text"
	if name != "main" {
		text.Name, what = name, "the text in the slot "+name
	}
	hidden = hidden || s.TextHidden
	switch {
	case s.Content == nil && hidden:
		m.gaps.Lost(r.Page, r.ID, what, whyHidden, fixHidden)
		return nil
	case s.Content == nil:
		m.gaps.Lost(r.Page, r.ID, what, whyMissing, "")
		return nil
	case hidden:
		text.State = wiki.Hidden
	}
	text.Text = []byte(*s.Content)
	if len(text.Text) == 0 && text.State == "" {
		return m.yield(&text) // the page may be empty now
	}
	return m.pass(&text)
}

// sortedSlots are the names of slots, the main one first.
func sortedSlots(slots map[string]slot) []string {
	names := slices.Sorted(maps.Keys(slots))
	if i := slices.Index(names, "main"); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, "main")
	}
	return names
}

// comment hands over what was said about a revision, a file or an event.
func (m *mediaWiki) comment(r *wiki.Revision, text string, hidden bool) error {
	c := *r
	c.Field, c.Text, c.Name = scanner.Comment, []byte(text), ""
	switch {
	case hidden && text == "":
		m.gaps.Lost(r.Page, r.ID, "the comment", whyHidden, fixHidden)
	case hidden:
		c.State = wiki.Hidden
	}
	return m.pass(&c)
}
