package remote

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/wiki"
)

// What the walks through the two kinds of Confluence have in common.

// maxListed bounds how many answers one list may have.
const maxListed = 1 << 20

// next finds the URL where a list goes on: in the header Link, or in the field
// next of the answer. It must lead to the same interface.
func (w *walk) next(h http.Header, link string) (*url.URL, error) {
	for _, l := range h.Values("Link") {
		target, parameters, ok := strings.Cut(l, ">")
		if ok && strings.Contains(parameters, `rel="next"`) {
			link = strings.TrimPrefix(strings.TrimSpace(target), "<")
		}
	}
	if link == "" {
		return nil, nil
	}
	u, err := w.client.base.Parse(link)
	if err != nil {
		return nil, &problem{why: "where a list goes on cannot be understood"}
	}
	// Links of the data center, and some of the cloud, leave out where the wiki is.
	if base := strings.TrimRight(w.client.base.Path, "/"); !strings.HasPrefix(u.Path, base+"/") {
		u.Path, u.RawPath = base+u.Path, ""
	}
	if !sameOrigin(u, w.client.base) {
		return nil, &problem{why: "a list goes on at another host, " + u.Host}
	}
	u.User = nil
	return u, nil
}

// list asks for a list to its end. Each answer is read into what newAnswer
// returns, and used; use returns the field next of the answer.
func (w *walk) list(path string, p url.Values, newAnswer func() any, use func() (next string, err error)) error {
	u := w.client.at(path, p)
	seen := map[string]bool{}
	for range maxListed {
		if seen[u.String()] {
			return &problem{why: "the wiki repeats itself", fix: "scan it again"}
		}
		if len(seen) < maxContinued {
			seen[u.String()] = true
		}
		header, err := w.client.getJSON(w.ctx, u, newAnswer())
		if err != nil {
			return err
		}
		link, err := use()
		if err != nil {
			return err
		}
		if u, err = w.next(header, link); err != nil || u == nil {
			return err
		}
	}
	return &problem{why: fmt.Sprintf("a list of more than %d answers", maxListed)}
}

// isNewer reports whether a number of a page, which lists are sorted by, stands
// behind another; any does behind none.
func isNewer(id, than string) bool {
	a, err1 := strconv.ParseUint(id, 10, 64)
	b, err2 := strconv.ParseUint(than, 10, 64)
	return than == "" || err1 != nil || err2 != nil || a > b
}

// stateOf is who can still see what has that status.
func stateOf(status string) wiki.State {
	switch status {
	case "trashed", "deleted":
		return wiki.Deleted
	}
	return ""
}

// passStorage hands over a body in the storage format.
func (w *walk) passStorage(r *wiki.Revision, field scanner.Field, body *string) error {
	if body == nil {
		w.gaps.Lost(r.Page, r.ID, "the text", "the wiki does not hand it over", fixRights)
		return nil
	}
	t := *r
	t.Field, t.Text = field, storageText(*body)
	if len(t.Text) == 0 && field == scanner.Content {
		return w.yield(&t) // the page may be empty now
	}
	return w.pass(&t)
}

// passMessage hands over what somebody said about a version.
func (w *walk) passMessage(r *wiki.Revision, message string) error {
	c := *r
	c.Field, c.Text = scanner.Comment, []byte(message)
	return w.pass(&c)
}

// download hands over a file.
func (w *walk) download(r *wiki.Revision, link string, version int) error {
	u, err := w.client.base.Parse(link)
	if err != nil || link == "" {
		w.gaps.Lost(r.Page, r.ID, "the file "+r.Name, "the wiki does not say where it is", "")
		return nil
	}
	if base := strings.TrimRight(w.client.base.Path, "/"); !strings.HasPrefix(u.Path, base+"/") && sameOrigin(u, w.client.base) {
		u.Path, u.RawPath = base+u.Path, ""
	}
	if version > 0 {
		q := u.Query()
		q.Set("version", strconv.Itoa(version))
		q.Del("modificationDate")
		u.RawQuery = q.Encode()
	}
	a, err := w.client.file(w.ctx, u)
	if err != nil {
		return w.lose(r.Page, r.ID, "the file "+r.Name, err)
	}
	return w.passFile(r, a)
}

// versionID names a version as the reader of exports does.
func versionID(n int) string { return "version " + strconv.Itoa(n) }
