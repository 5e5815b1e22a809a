package history

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/objects"
)

// dependencyDirs are directories of installed software. Where git ignores one
// it is passed over, and counted, unless Options.Dependencies is set.
var dependencyDirs = map[string]bool{
	"node_modules": true, "bower_components": true, ".venv": true, "venv": true, "virtualenv": true, "site-packages": true,
	"__pycache__": true, ".tox": true, ".nox": true, ".gradle": true, ".m2": true, "vendor": true, "Pods": true, ".bundle": true,
}

// A walk goes through the work tree.
type walk struct {
	ctx     context.Context
	r       *Repository
	visit   scanner.Visitor
	tracked map[string]objects.ID
	links   map[string]bool // paths of submodules: whether their work tree was met
	ignore  *ignoreRules
}

// sweepWorktree hands over the files of the work tree that are not, byte for
// byte, what the index has.
func (r *Repository) sweepWorktree(ctx context.Context, visit scanner.Visitor) {
	if r.workTree == "" {
		return
	}
	w := &walk{ctx: ctx, r: r, visit: visit, tracked: map[string]objects.ID{}, links: map[string]bool{}, ignore: newIgnoreRules(r.workTree, r.common)}
	for _, e := range r.index {
		switch {
		case e.mode == modeGitlink:
			w.links[e.path] = false
		default:
			w.tracked[e.path] = e.id
		}
	}
	err := filepath.WalkDir(r.workTree, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return w.step(path, d, err)
	})
	if err != nil && ctx.Err() == nil {
		r.cover.AddLost(scanner.Gap{What: "work tree", Why: err.Error()})
	}
	r.noteOthers()
	for path, met := range w.links {
		if !met && ctx.Err() == nil {
			r.cover.AddOpaque(scanner.Gap{What: "submodule " + path, Why: "not checked out", Fix: "git submodule update --init"})
		}
	}
}

// noteOthers says which other work trees the repository has.
func (r *Repository) noteOthers() {
	for _, dir := range r.gitDirs {
		text, err := r.readSmall(filepath.Join(dir, "gitdir"))
		if dir == r.gitDir || err != nil {
			continue
		}
		if tree := filepath.Dir(resolve(dir, strings.TrimSpace(text))); isDir(tree) {
			r.cover.AddNote("files of the linked work tree " + tree + " are not read: scan it on its own")
		}
	}
}

func (w *walk) step(path string, d fs.DirEntry, err error) error {
	rel, _ := filepath.Rel(w.r.workTree, path)
	rel = filepath.ToSlash(rel)
	switch {
	case err != nil:
		w.lose(rel, err)
		if d != nil && d.IsDir() {
			return filepath.SkipDir
		}
		return nil
	case rel == ".":
		w.ignore.enter("")
		return nil
	case rel == ".git" || path == w.r.common || path == w.r.gitDir:
		if d.IsDir() {
			return filepath.SkipDir
		}
		return nil // it leads to the git directory
	case d.IsDir():
		return w.enter(path, rel, d)
	}
	w.file(path, rel, d)
	return nil
}

func (w *walk) enter(path, rel string, d fs.DirEntry) error {
	_, link := w.links[rel]
	if sub := w.r.nested(path); sub != nil {
		w.links[rel] = true
		if link {
			w.r.sweepNested(w.ctx, sub, rel, w.visit)
		} else {
			why := "it is not part of this one"
			if sub.common == w.r.common {
				why = "a linked work tree, whose files are not read here"
			}
			w.r.cover.AddOpaque(scanner.Gap{What: "repository at " + rel, Why: why, Fix: "awscred scan " + filepath.Join(w.r.name, rel)})
		}
		return filepath.SkipDir
	}
	if dependencyDirs[d.Name()] && !w.r.opts.Dependencies && w.ignore.ignored(rel, true) {
		w.r.cover.AddSkipped(scanner.Gap{What: "ignored directory " + rel, Why: "installed dependencies", Fix: "awscred scan " + rel})
		return filepath.SkipDir
	}
	w.ignore.enter(rel)
	w.r.visitPath(rel, w.directoryPlace(rel), w.visit)
	return nil
}

func (w *walk) directoryPlace(rel string) scanner.Place {
	if w.ignore.ignored(rel, true) {
		return scanner.Ignored
	}
	return scanner.Untracked // unless it was shown with the names of the index
}

// file hands over one file, or the target of a symbolic link.
func (w *walk) file(path, rel string, d fs.DirEntry) {
	var err error
	switch {
	case d.Type()&fs.ModeSymlink != 0:
		var target string
		if target, err = os.Readlink(path); err == nil {
			w.content(rel, []byte(target))
		}
	case d.Type().IsRegular():
		err = files.View(path, files.MaxSize, func(data []byte) { w.content(rel, data) })
	default:
		w.r.cover.AddSkipped(scanner.Gap{What: rel, Why: "no regular file"})
		return
	}
	if err != nil {
		w.lose(rel, err)
	}
}

// content hands over what a file of the work tree holds, and what is packed in it.
func (w *walk) content(rel string, data []byte) {
	w.r.cover.Count(0, int64(len(data)), 1)
	id, tracked := w.tracked[rel]
	place := w.place(rel, tracked)
	w.r.visitPath(rel, place, w.visit)
	if tracked && objects.NameOf(objects.TypeBlob, data, w.r.store.HashSize()) == id {
		return // the index's blob is read as an object
	}
	b := &scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Content, Path: rel, Place: place}, Data: data}
	w.visit(b)
	w.r.pointers.blob(b)
	files.Members(b, w.r.limits(w.ctx), &w.r.cover, w.visit)
}

func (w *walk) place(rel string, tracked bool) scanner.Place {
	switch {
	case tracked:
		return scanner.InWorktree
	case w.ignore.ignored(rel, false):
		return scanner.Ignored
	}
	return scanner.Untracked
}

func (w *walk) lose(rel string, err error) { w.r.cover.AddLost(files.Gap("file "+rel, err)) }

// ignoreRules are the .gitignore files met so far and info/exclude. The user's
// own global rules are not read: whether a file is ignored must not depend on
// who scans.
type ignoreRules struct {
	top      string
	patterns []gitignore.Pattern
	matcher  gitignore.Matcher
	dirs     map[string]bool // what was decided about directories
}

func newIgnoreRules(workTree, common string) *ignoreRules {
	g := &ignoreRules{top: workTree, dirs: map[string]bool{}}
	if text, err := readPlain(filepath.Join(common, "info", "exclude")); err == nil {
		g.add(text, nil)
	}
	return g
}

// enter reads the .gitignore of a directory.
func (g *ignoreRules) enter(rel string) {
	text, err := readPlain(filepath.Join(g.top, filepath.FromSlash(rel), ".gitignore"))
	if err != nil {
		return
	}
	var domain []string
	if rel != "" {
		domain = strings.Split(rel, "/")
	}
	g.add(text, domain)
}

func (g *ignoreRules) add(text string, domain []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line != "" && !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" {
			g.patterns = append(g.patterns, gitignore.ParsePattern(line, domain))
		}
	}
	g.matcher = gitignore.NewMatcher(g.patterns)
}

// ignored reports whether git would ignore a path: by its own name, or because
// it lies in an ignored directory. Directories are decided after their parents'
// rules were read, so their answers are kept.
func (g *ignoreRules) ignored(rel string, dir bool) bool {
	if g.matcher == nil {
		return false
	}
	if i := strings.LastIndexByte(rel, '/'); i >= 0 {
		parent, known := g.dirs[rel[:i]]
		if !known {
			parent = g.ignored(rel[:i], true)
			g.dirs[rel[:i]] = parent
		}
		if parent {
			return true
		}
	}
	return g.matcher.Match(strings.Split(rel, "/"), dir)
}
