package history

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/objects"
)

// sweepGitDir hands over every readable file of the git directory that is not
// part of the object store: configuration, hooks, reflogs, messages, LFS
// objects, packed-refs and whatever else somebody left there.
func (r *Repository) sweepGitDir(ctx context.Context, visit scanner.Visitor) {
	err := filepath.WalkDir(r.common, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rel, _ := filepath.Rel(r.common, path)
		rel = filepath.ToSlash(rel)
		switch {
		case err != nil:
			r.loseFile(rel, err)
		case d.IsDir():
			return r.enterGitDir(ctx, rel, visit)
		case d.Type()&fs.ModeSymlink != 0:
			r.visitGitLink(path, rel, visit)
		case !d.Type().IsRegular():
			r.cover.AddSkipped(scanner.Gap{What: "git directory file " + rel, Why: "no regular file"})
		case !storeFile(rel):
			r.visitGitFile(ctx, path, rel, visit)
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		r.loseFile(".", err)
	}
}

// enterGitDir decides about a directory of the git directory.
func (r *Repository) enterGitDir(ctx context.Context, rel string, visit scanner.Visitor) error {
	switch {
	case rel == "objects":
		r.visitTemporary(ctx, visit)
		return filepath.SkipDir
	case strings.HasPrefix(rel, "modules/") && isGitDir(filepath.Join(r.common, filepath.FromSlash(rel))):
		r.sweepSubmodule(ctx, rel, visit)
		return filepath.SkipDir
	}
	return nil
}

// accountsForItself tells names in the git directory that need no mention here:
// hooks are programs, and what is lost of objects and refs is said already.
func accountsForItself(rel string) bool {
	top, _, _ := strings.Cut(rel, "/")
	switch top {
	case "hooks", "objects", "refs", "packed-refs", "shallow", "HEAD":
		return true
	}
	return false
}

// visitGitLink hands over where a link leads. What lies in the repository is
// read there; what lies outside is not read.
func (r *Repository) visitGitLink(path, rel string, visit scanner.Visitor) {
	target, err := os.Readlink(path)
	if err != nil {
		r.loseFile(rel, err)
		return
	}
	visit(&scanner.Blob{BlobRef: scanner.BlobRef{Field: scanner.Content, Place: scanner.InGitDir, Path: ".git/" + rel}, Data: []byte(target)})
	real, err := filepath.EvalSymlinks(path)
	if err != nil || accountsForItself(rel) || r.holds(real) {
		return
	}
	if info, err := os.Stat(real); err == nil && !info.IsDir() && r.holds(filepath.Dir(real)) {
		return
	}
	r.loseFile(rel, errOutside)
}

// storeFile tells files whose content is read by other means, or is nothing but
// names of objects in binary.
func storeFile(rel string) bool {
	dir, base := path.Split(rel)
	if dir != "" && path.Dir(path.Clean(dir)) != "worktrees" {
		return strings.HasPrefix(rel, "reftable/")
	}
	return base == "index" || strings.HasPrefix(base, "sharedindex.")
}

// visitTemporary hands over the packs and objects that an interrupted git left
// behind. They are compressed; what can be unpacked is.
func (r *Repository) visitTemporary(ctx context.Context, visit scanner.Visitor) {
	for _, path := range r.store.Temporary() {
		r.visitGitFile(ctx, path, "objects/"+filepath.Base(path), visit)
	}
}

func (r *Repository) visitGitFile(ctx context.Context, path, rel string, visit scanner.Visitor) {
	if err := files.View(path, files.MaxSize, func(data []byte) { r.showGitFile(ctx, data, rel, visit) }); err != nil {
		r.loseFile(rel, err)
	}
}

func (r *Repository) showGitFile(ctx context.Context, data []byte, rel string, visit scanner.Visitor) {
	// Not counted: some of these files come and go with a repack, and two scans
	// of one repository are to read the same. Lists of refs come and go, too:
	// only what is in no ref's name is looked at.
	if rel == "packed-refs" || rel == "info/refs" {
		data = r.withoutRefs(data)
	}
	ref := scanner.BlobRef{Field: gitField(rel), Place: scanner.InGitDir, Path: ".git/" + rel}
	switch {
	case strings.HasPrefix(rel, "lfs/objects/"):
		ref.Place = scanner.InLFS
	case strings.HasPrefix(rel, "logs/refs/stash"):
		ref.Place = scanner.InStash
	case strings.HasPrefix(rel, "logs/"):
		ref.Place = scanner.InReflog
	}
	b := &scanner.Blob{BlobRef: ref, Data: data}
	visit(b)
	files.Members(b, r.limits(ctx), &r.cover, visit)
}

// withoutRefs empties the lines of a list of refs that say nothing but the name
// of a ref, which is handed over as such. Line numbers stay.
func (r *Repository) withoutRefs(list []byte) []byte {
	names := map[string]bool{}
	for _, ref := range r.refs.list {
		names[ref.name] = true
	}
	var rest []byte
	for line := range bytes.Lines(list) {
		fields := strings.Fields(string(line))
		if len(fields) == 2 && names[strings.TrimSuffix(fields[1], "^{}")] {
			if _, err := objects.ParseID(fields[0]); err == nil {
				line = []byte("\n")
			}
		}
		rest = append(rest, line...)
	}
	return rest
}

func gitField(rel string) scanner.Field {
	base := filepath.Base(rel)
	switch {
	case base == "config" || base == "config.worktree":
		return scanner.Config
	case strings.HasPrefix(rel, "logs/") || strings.Contains(rel, "/logs/"):
		return scanner.Reflog
	case strings.HasSuffix(base, "_MSG") || strings.HasSuffix(base, "_EDITMSG"):
		return scanner.Message
	case base == "packed-refs":
		return scanner.RefName
	}
	return scanner.Content
}
