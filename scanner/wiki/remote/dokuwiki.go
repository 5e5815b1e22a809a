package remote

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/wiki"
)

// DokuWiki returns the Reader of a DokuWiki, by the URL of its XML-RPC interface
// (…/lib/exe/xmlrpc.php). Without a login it sees what everybody sees.
//
// The interface hands over no older versions of files and no deleted files.
//
// Source: inc/Remote/ApiCore.php of DokuWiki 2022-07-31, and
// https://www.dokuwiki.org/devel:xmlrpc
func DokuWiki(name string, api *url.URL, o Options) *Reader {
	r := &Reader{Kind: "dokuwiki", name: name, client: newClient(api, o), options: o}
	r.client.basic = true
	r.walk = func(w *walk) error { return (&dokuWiki{walk: w}).read() }
	return r
}

// A dokuWiki is a walk through one.
type dokuWiki struct {
	*walk
	title string
}

func dokuWikiStages() []string { return []string{"pages", "files"} }

func (d *dokuWiki) read() error {
	if v, err := d.call("dokuwiki.getTitle"); err == nil {
		d.title, _ = v.(string)
	} else if problemOf(err).all {
		return err
	}
	parts := []func() error{d.pages, d.files}
	for i, name := range dokuWikiStages() {
		if !d.stage(name, dokuWikiStages()) {
			continue
		}
		if err := parts[i](); err != nil {
			return err
		}
	}
	return nil
}

// faultProblem says what a fault means. The codes are those of ApiCore.php.
func faultProblem(f *fault) *problem {
	p := &problem{why: f.Error(), code: strconv.FormatInt(f.code, 10)}
	switch f.code {
	case -32603, -32604: // also: there is no such method
		p.why, p.fix = "the interface is off, or not for this login", "set remote and remoteuser in the wiki's configuration, and "+fixLogin
	case 111, 112, 211, 212, 215:
		p.why, p.fix = "access denied", fixRights
	case 121, 131, 221, 321, 323: // no such page; nothing has changed
		p.why = "not found"
	}
	return p
}

// longAgo is before everything: the smallest time that the interface takes.
const longAgo = int64(1_000_000_000)

// isNoChanges reports whether an error is that of a list of changes that is empty,
// which is the only one that there is for them.
func isNoChanges(err error) bool {
	code := problemOf(err).code
	return code == "321" || code == unnamed
}

// A dokuPage is what is known of a page before it is read.
type dokuPage struct{ exists bool }

// pages reads every version of every page, in the order of their names.
func (d *dokuWiki) pages() error {
	all, err := d.listPages()
	if err != nil {
		return err
	}
	from := d.from()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if from != "" && name <= from {
			continue
		}
		if err := d.page(name, all[name]); err != nil {
			return err
		}
		d.done(name)
	}
	return nil
}

// listPages lists the pages, by the files that there are, by the index, which may
// not be up to date, and by what was changed last: deleted pages stand only there.
func (d *dokuWiki) listPages() (map[string]dokuPage, error) {
	all := map[string]dokuPage{}
	lists := 0
	for _, call := range []struct {
		method     string
		parameters []any
	}{{"dokuwiki.getPagelist", []any{"", map[string]int64{"depth": 0}}}, {"wiki.getAllPages", nil}} {
		v, err := d.call(call.method, call.parameters...)
		if err != nil {
			if err := d.loseAll("the list of pages of "+call.method, err); err != nil {
				return nil, err
			}
			continue
		}
		lists++
		for _, m := range structs(v) {
			if id := text(m, "id"); id != "" {
				all[id] = dokuPage{exists: true}
			}
		}
	}
	if lists == 0 {
		return nil, &problem{why: "the wiki does not list its pages", fix: fixLogin, all: true}
	}
	v, err := d.call("wiki.getRecentChanges", longAgo)
	if err != nil && !isNoChanges(err) {
		return all, d.loseAll("the list of changes, and with it deleted pages", err)
	}
	for _, m := range structs(v) {
		if id := text(m, "name"); id != "" && !all[id].exists {
			all[id] = dokuPage{}
		}
	}
	return all, nil
}

// A dokuVersion is a version of a page.
type dokuVersion struct {
	time      int64
	author    string
	summary   string
	isDeleted bool
}

// page reads one page.
func (d *dokuWiki) page(name string, p dokuPage) error {
	page := &wiki.Page{Wiki: d.title, Title: name}
	versions, err := d.versions(name)
	if err != nil {
		if err := d.lose(page, "", "the list of versions", err); err != nil {
			return err
		}
	}
	slices.SortFunc(versions, func(a, b dokuVersion) int { return int(min(1, max(-1, a.time-b.time))) })
	shown := false
	for i, v := range versions {
		r := &wiki.Revision{Page: page, ID: strconv.FormatInt(v.time, 10), Author: v.author, Time: time.Unix(v.time, 0), State: wiki.Superseded}
		last := i == len(versions)-1
		switch {
		case !p.exists:
			r.State = wiki.Deleted
		case last:
			r.State = wiki.Current
		}
		ok, err := d.version(name, r, v, last)
		if err != nil {
			return err
		}
		shown = shown || ok && r.State == wiki.Current
		c := *r
		c.Field, c.Text = scanner.Comment, []byte(v.summary)
		if err := d.pass(&c); err != nil {
			return err
		}
	}
	if shown || !p.exists {
		return nil
	}
	return d.now(name, &wiki.Revision{Page: page, ID: "current", State: wiki.Current})
}

// version hands over the text of one version. It reports whether there was one.
func (d *dokuWiki) version(name string, r *wiki.Revision, v dokuVersion, last bool) (bool, error) {
	got, err := d.call("wiki.getPageVersion", name, v.time)
	if err != nil {
		return false, d.lose(r.Page, r.ID, "the page", err)
	}
	s, _ := got.(string)
	if s == "" {
		if !v.isDeleted && (r.State != wiki.Current || !last) {
			d.gaps.Lost(r.Page, r.ID, "the page", "not in the attic", "")
		}
		return false, nil
	}
	t := *r
	t.Field, t.Text = scanner.Content, []byte(s)
	return true, d.pass(&t)
}

// now hands over a page as it is now, of which no version is known.
func (d *dokuWiki) now(name string, r *wiki.Revision) error {
	got, err := d.call("wiki.getPage", name)
	if err != nil {
		return d.lose(r.Page, "", "the page", err)
	}
	s, _ := got.(string)
	r.Field, r.Text = scanner.Content, []byte(s)
	return d.pass(r)
}

// maxVersions is how many versions of one page are read.
const maxVersions = 1 << 20

// versions lists the versions of a page. A list has as many as the wiki shows on
// a page of changes, and is asked for until it has no more.
func (d *dokuWiki) versions(name string) ([]dokuVersion, error) {
	var list []dokuVersion
	seen := map[int64]bool{}
	for at := 0; at < maxVersions; {
		v, err := d.call("wiki.getPageVersions", name, int64(at))
		if err != nil {
			return list, err
		}
		found := structs(v)
		if at += len(found); len(found) == 0 {
			return list, nil
		}
		for _, m := range found {
			t, _ := m["version"].(int64)
			if t <= 0 || seen[t] {
				continue // lists may overlap, where the attic has gaps
			}
			seen[t] = true
			author := text(m, "user")
			if author == "" {
				author = text(m, "ip")
			}
			list = append(list, dokuVersion{time: t, author: author, summary: text(m, "sum"), isDeleted: text(m, "type") == "D"})
		}
	}
	return list, &problem{why: fmt.Sprintf("over the limit of %d versions", maxVersions)}
}

// files reads the attached files.
func (d *dokuWiki) files() error {
	v, err := d.call("wiki.getAttachments", "", map[string]int64{"depth": 0})
	if err != nil {
		return d.loseAll("the files", err)
	}
	now := map[string]int64{}
	for _, m := range structs(v) {
		if id := text(m, "id"); id != "" {
			t, _ := m["mtime"].(int64)
			if at, ok := m["lastModified"].(time.Time); ok && t == 0 {
				t = at.Unix()
			}
			now[id] = t
		}
	}
	changed, err := d.fileChanges()
	if err != nil {
		return err
	}
	from := d.from()
	for _, name := range slices.Sorted(maps.Keys(now)) {
		if from != "" && name <= from {
			continue
		}
		if err := d.file(name, now[name], changed[name]); err != nil {
			return err
		}
		d.done(name)
	}
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		if _, ok := now[name]; !ok {
			d.gaps.Lost(&wiki.Page{Title: name}, "", "the deleted file", "the interface does not hand it over", fixAttic)
		}
	}
	if len(now) > 0 {
		d.gaps.Note("the interface of DokuWiki does not tell of older versions of files; its data directory has them")
	}
	return nil
}

const fixAttic = "scan the data directory of the wiki"

// A fileChange is who changed a file last, and when.
type fileChange struct {
	author string
	time   int64
}

// fileChanges lists the files that were changed, by name.
func (d *dokuWiki) fileChanges() (map[string]fileChange, error) {
	changed := map[string]fileChange{}
	v, err := d.call("wiki.getRecentMediaChanges", longAgo)
	if err != nil && !isNoChanges(err) {
		return changed, d.loseAll("the list of changes of files", err)
	}
	for _, m := range structs(v) {
		if id := text(m, "name"); id != "" {
			t, _ := m["version"].(int64)
			changed[id] = fileChange{text(m, "author"), t}
		}
	}
	return changed, nil
}

// file hands over a file as it is now.
func (d *dokuWiki) file(name string, modified int64, c fileChange) error {
	page := &wiki.Page{Wiki: d.title, Title: name}
	r := &wiki.Revision{Page: page, ID: "current", State: wiki.Current, Field: scanner.Attachment}
	if c.time > 0 {
		r.ID, r.Author, r.Time = strconv.FormatInt(c.time, 10), c.author, time.Unix(c.time, 0)
	} else if modified > 0 {
		r.Time = time.Unix(modified, 0)
	}
	v, err := d.call("wiki.getAttachment", name)
	if err != nil {
		return d.lose(page, r.ID, "the file", err)
	}
	switch data := v.(type) {
	case []byte:
		r.Text = data
	case string: // an empty one has no type
		r.Text = []byte(data)
	}
	return d.pass(r)
}

// structs are the structs of an array.
func structs(v value) []map[string]value {
	list, _ := v.([]value)
	var out []map[string]value
	for _, e := range list {
		if m, ok := e.(map[string]value); ok {
			out = append(out, m)
		}
	}
	return out
}

// text is a member that is a string.
func text(m map[string]value, name string) string {
	s, _ := m[name].(string)
	return s
}
