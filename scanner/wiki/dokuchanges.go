package wiki

import (
	"bytes"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
)

// A dokuChange is one line of a file of changes.
type dokuChange struct {
	time                          int64
	ip, kind, page, user, summary string
}

func (c *dokuChange) id() string { return strconv.FormatInt(c.time, 10) }

// author is who made the change, as far as that is known.
func (c *dokuChange) author() string {
	if c.user != "" {
		return c.user
	}
	return c.ip
}

// parseChange takes one line apart: time, address, kind of change, page, user,
// summary, and what does not matter here, with tabs between them.
//
// Source: parseChangelogLine in inc/changelog.php of DokuWiki 2022-07-31.
func parseChange(line []byte) (c dokuChange, ok bool) {
	f := strings.Split(string(line), "\t")
	if len(f) < 4 {
		return c, false
	}
	t, err := strconv.ParseInt(f[0], 10, 64)
	if err != nil || t <= 0 {
		return c, false
	}
	c = dokuChange{time: t, ip: f[1], kind: f[2], page: f[3]}
	if len(f) > 4 {
		c.user = f[4]
	}
	if len(f) > 5 {
		c.summary = strings.Join(f[5:max(6, len(f)-2)], "\t")
	}
	return c, true
}

// changes reads a file of changes. What is no change in it is lost.
func (w *dokuWalk) changes(name string) []dokuChange {
	data, err := w.read(name, false)
	if err != nil {
		w.gaps.LostAll(files.Gap(name, err))
	}
	var list []dokuChange
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			continue
		}
		c, ok := parseChange(line)
		if !ok {
			w.gaps.LostAll(scanner.Gap{What: "a line of " + name, Why: "no change of DokuWiki"})
			continue
		}
		list = append(list, c)
	}
	return list
}

// leftOver hands over the comments in the list of all changes that no page has of
// its own.
func (w *dokuWalk) leftOver(meta, name string) error {
	name = path.Join(meta, name)
	if _, err := w.root.Lstat(name); err != nil {
		return nil // there is none before the first change
	}
	for _, c := range w.changes(name) {
		own := path.Join(meta, strings.ReplaceAll(escape(c.page), ":", "/")+".changes")
		if _, err := w.root.Lstat(own); err == nil {
			continue
		}
		v := dokuVersions{page: &Page{Title: c.page}, deleted: true, by: map[int64]*dokuChange{c.time: &c}}
		r := v.revision(c.time)
		r.Field, r.Text = scanner.Comment, []byte(c.summary)
		if err := w.pass(r); err != nil {
			return err
		}
	}
	return nil
}

// unescape undoes what DokuWiki does to the names of files, where it did so.
func unescape(name string) string {
	if s, err := url.PathUnescape(name); err == nil {
		return s
	}
	return name
}

// escape is what DokuWiki does to a name, with colons left.
func escape(name string) string {
	return strings.ReplaceAll(url.PathEscape(name), "%3A", ":")
}
