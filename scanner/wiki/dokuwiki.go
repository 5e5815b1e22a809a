package wiki

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
)

// A DokuWiki reads the data directory of DokuWiki: pages and the media files, all
// their older versions (the attics), and who changed them and why (the changes).
//
// Source: inc/pageutils.php (wikiFN, mediaFN), inc/changelog.php and
// inc/common.php (saveWikiText) of DokuWiki 2022-07-31.
type DokuWiki struct {
	root   *os.Root
	limits files.Limits
}

// IsDokuWiki reports whether a directory is the data directory of DokuWiki.
func IsDokuWiki(dir string) bool {
	for _, name := range []string{"pages", "attic", "meta"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// openDirectory opens the data directory of DokuWiki, or a directory with one.
func openDirectory(dir string, o Options) (*Source, error) {
	o = o.withDefaults()
	data := dir
	if !IsDokuWiki(data) {
		if data = filepath.Join(dir, "data"); !IsDokuWiki(data) {
			return nil, fmt.Errorf("opening %q: %w", dir, ErrNotWiki)
		}
	}
	root, err := os.OpenRoot(data)
	if err != nil {
		return nil, err
	}
	return New(dir, &DokuWiki{root, o.Limits}, o), nil
}

// Close releases the directory.
func (d *DokuWiki) Close() error { return d.root.Close() }

// Walk implements [Reader].
func (d *DokuWiki) Walk(ctx context.Context, yield func(*Revision) error, gaps *Gaps) error {
	w := &dokuWalk{ctx: ctx, root: d.root, limits: d.limits, yield: yield, gaps: gaps}
	for _, k := range []dokuKind{
		{now: "pages", old: "attic", meta: "meta", suffix: ".txt", field: scanner.Content, what: "the text"},
		{now: "media", old: "media_attic", meta: "media_meta", field: scanner.Attachment, what: "the file"},
	} {
		w.dokuKind = k
		if err := w.namespace("."); err != nil {
			return err
		}
	}
	if err := w.leftOver("meta", "_dokuwiki.changes"); err != nil {
		return err
	}
	w.others()
	return w.leftOver("media_meta", "../meta/_media.changes")
}

// others says what else is in the directory and is no part of the wiki's pages.
func (w *dokuWalk) others() {
	known := []string{"pages", "attic", "meta", "media", "media_attic", "media_meta"}
	entries, err := fs.ReadDir(w.root.FS(), ".")
	if err != nil {
		w.gaps.LostAll(files.Gap("the directory of the wiki", err))
	}
	for _, e := range entries {
		if !slices.Contains(known, e.Name()) {
			w.gaps.Skipped(scanner.Gap{What: e.Name(), Why: "no page, no media and none of their versions", Fix: "awscred scan the directory itself"})
		}
	}
}

// A dokuKind is where the pages are, or the media.
type dokuKind struct {
	now, old, meta string
	suffix         string // of the file of a page
	field          scanner.Field
	what           string
}

type dokuWalk struct {
	dokuKind
	ctx    context.Context
	root   *os.Root
	limits files.Limits
	yield  func(*Revision) error
	gaps   *Gaps
}

// A dokuPage is what there is of one page.
type dokuPage struct {
	now     bool
	old     []dokuOld
	changes bool
}

// A dokuOld is a file of an attic.
type dokuOld struct {
	time int64
	name string
}

// namespace reads one directory in each of the trees, and those below it.
func (w *dokuWalk) namespace(dir string) error {
	pages, below := map[string]*dokuPage{}, map[string]bool{}
	get := func(name string) *dokuPage {
		if pages[name] == nil {
			pages[name] = &dokuPage{}
		}
		return pages[name]
	}
	w.list(w.now, dir, below, func(name string) {
		if name, ok := strings.CutSuffix(name, w.suffix); ok && !strings.HasPrefix(name, "_dummy") {
			get(name).now = true
		}
	})
	w.list(w.old, dir, below, func(name string) {
		if page, t, ok := w.parseOld(name); ok {
			p := get(page)
			p.old = append(p.old, dokuOld{t, name})
		}
	})
	w.list(w.meta, dir, below, func(name string) {
		if name, ok := strings.CutSuffix(name, ".changes"); ok && !strings.HasPrefix(name, "_") {
			get(name).changes = true
		}
	})
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if err := w.page(path.Join(dir, name), pages[name]); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(below)) {
		if strings.Count(dir, "/") > maxDepth {
			w.gaps.LostAll(scanner.Gap{What: "namespace " + dir, Why: "nested too deep"})
			return nil
		}
		if err := w.namespace(path.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// list lists the files of one directory, and adds those below it.
func (w *dokuWalk) list(tree, dir string, below map[string]bool, file func(name string)) {
	f, err := w.root.Open(path.Join(tree, dir))
	if err == nil {
		defer f.Close()
		var entries []fs.DirEntry
		entries, err = f.ReadDir(-1)
		for _, e := range entries {
			switch {
			case e.IsDir():
				below[e.Name()] = true
			case e.Type().IsRegular():
				file(e.Name())
			}
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.gaps.LostAll(files.Gap("directory "+path.Join(tree, dir), err))
	}
}

// parseOld takes the name of a file of an attic apart: "deploy.1795454985.txt.gz"
// is a version of the page deploy, "keys.1795455000.csv" one of the file keys.csv.
func (w *dokuWalk) parseOld(name string) (page string, t int64, ok bool) {
	ext := ""
	if w.suffix != "" {
		name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".bz2")
		if name, ok = strings.CutSuffix(name, w.suffix); !ok {
			return "", 0, false
		}
	} else if ext = path.Ext(name); ext != "" {
		name = strings.TrimSuffix(name, ext)
	}
	stamp := strings.TrimPrefix(path.Ext(name), ".")
	t, err := strconv.ParseInt(stamp, 10, 64)
	return strings.TrimSuffix(name, "."+stamp) + ext, t, err == nil && t > 0
}

// page hands over everything of one page.
func (w *dokuWalk) page(name string, p *dokuPage) error {
	page := &Page{Title: dokuID(name)}
	var changes []dokuChange
	if p.changes {
		changes = w.changes(path.Join(w.meta, name+".changes"))
	}
	v := dokuVersions{page: page, deleted: !p.now, by: map[int64]*dokuChange{}}
	for i := range changes {
		v.by[changes[i].time] = &changes[i]
		v.last = max(v.last, changes[i].time)
	}
	var now []byte
	if p.now {
		var err error
		if now, err = w.read(path.Join(w.now, name+w.suffix), false); err != nil {
			w.gaps.Lost(page, "", w.what, files.Gap("", err).Why, files.Gap("", err).Fix)
		}
	}
	if err := w.versions(path.Dir(name), p, &v, now); err != nil {
		return err
	}
	for i := range changes {
		c := &changes[i]
		if !v.read[c.time] && c.kind != "D" && (v.deleted || c.time != v.last) {
			w.gaps.Lost(page, c.id(), w.what, "not in the attic", "")
		}
		r := v.revision(c.time)
		r.Field, r.Text = scanner.Comment, []byte(c.summary)
		if err := w.pass(r); err != nil {
			return err
		}
	}
	return nil
}

// dokuVersions are the versions of one page.
type dokuVersions struct {
	page    *Page
	deleted bool
	by      map[int64]*dokuChange
	last    int64 // the newest change
	read    map[int64]bool
}

// revision makes the revision of a time, without a text.
func (v *dokuVersions) revision(t int64) *Revision {
	r := &Revision{Page: v.page, ID: strconv.FormatInt(t, 10), Time: time.Unix(t, 0), State: Superseded}
	if c := v.by[t]; c != nil {
		r.Author = c.author()
	}
	switch {
	case v.deleted:
		r.State = Deleted
	case t == v.last:
		r.State = Current
	}
	return r
}

// versions hands over what the attic has of a page, and the page itself.
func (w *dokuWalk) versions(dir string, p *dokuPage, v *dokuVersions, now []byte) error {
	v.read = map[int64]bool{}
	shown := false // the page as it is now is the last in the attic
	slices.SortFunc(p.old, func(a, b dokuOld) int { return int(min(1, max(-1, a.time-b.time))) })
	for _, old := range p.old {
		r := v.revision(old.time)
		text, err := w.read(path.Join(w.old, dir, old.name), w.suffix != "")
		if err != nil {
			w.gaps.Lost(v.page, r.ID, w.what, files.Gap("", err).Why, files.Gap("", err).Fix)
		}
		v.read[old.time] = true
		if r.State == Current && !bytes.Equal(text, now) {
			r.State = Superseded // somebody has edited the file itself since
		}
		shown = shown || r.State == Current
		r.Field, r.Text = w.field, text
		if err := w.pass(r); err != nil {
			return err
		}
	}
	if shown || !p.now {
		return nil
	}
	r := v.revision(v.last)
	if r.State = Current; v.last == 0 || v.read[v.last] {
		r.ID, r.Author, r.Time = "current", "", time.Time{}
	}
	r.Field, r.Text = w.field, now
	return w.pass(r)
}

func (w *dokuWalk) pass(r *Revision) error {
	if len(r.Text) == 0 {
		return nil
	}
	return w.yield(r)
}

// read reads a file. With an error it returns what came before it.
func (w *dokuWalk) read(name string, compressed bool) ([]byte, error) {
	f, _, err := files.OpenIn(w.root, name, maxText)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var in io.Reader = f
	if compressed {
		c, err := files.ReadContent(f, w.limits)
		if err != nil {
			return nil, err
		}
		defer c.Close()
		in = c
	}
	data, err := io.ReadAll(io.LimitReader(in, maxText+1))
	if len(data) > maxText {
		return data[:maxText], &files.SizeError{Limit: maxText}
	}
	return data, err
}

// dokuID is the name of a page in its namespace, as DokuWiki writes it. Files are
// named by the name with its characters outside ASCII as in URLs.
func dokuID(name string) string {
	return unescape(strings.ReplaceAll(name, "/", ":"))
}
