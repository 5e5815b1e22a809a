package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
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
			return nil
		case d.IsDir():
			return r.enterGitDir(ctx, rel, visit)
		case d.Type().IsRegular() && !storeFile(rel):
			r.visitGitFile(path, rel, visit)
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
		r.visitTemporary(visit)
		return filepath.SkipDir
	case strings.HasPrefix(rel, "modules/") && isGitDir(filepath.Join(r.common, filepath.FromSlash(rel))):
		r.sweepSubmodule(ctx, rel, visit)
		return filepath.SkipDir
	}
	return nil
}

// storeFile tells files whose content is read by other means, or is nothing but
// names of objects in binary.
func storeFile(rel string) bool {
	switch base := filepath.Base(rel); {
	case base == "index" || strings.HasPrefix(base, "sharedindex."):
		return true
	case strings.HasPrefix(rel, "reftable/"):
		return true
	}
	return false
}

// visitTemporary hands over the packs and objects that an interrupted git left
// behind. They are compressed; what can be unpacked is.
func (r *Repository) visitTemporary(visit scanner.Visitor) {
	for _, path := range r.store.Temporary() {
		r.visitGitFile(path, "objects/"+filepath.Base(path), visit)
	}
}

func (r *Repository) visitGitFile(path, rel string, visit scanner.Visitor) {
	data, err := files.ReadRegular(path, files.MaxSize)
	if err != nil {
		r.loseFile(rel, err)
		return
	}
	// Not counted: some of these files come and go with a repack, and two scans
	// of one repository are to read the same.
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
	files.Members(b, files.DefaultLimits(), &r.cover, visit)
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

// sweepSubmodule reads the repository of a submodule: all its objects and
// files. What it holds stands in the submodule, and is located no further than
// its path.
func (r *Repository) sweepSubmodule(ctx context.Context, rel string, visit scanner.Visitor) {
	dir := filepath.Join(r.common, filepath.FromSlash(rel))
	sub := &Repository{name: rel, gitDir: dir, common: dir, opts: r.opts}
	if err := sub.openStore(r.root()); err != nil {
		r.cover.AddLost(scanner.Gap{What: "submodule " + rel, Why: err.Error()})
		return
	}
	defer sub.Close()
	sub.opts.Scope = Everything
	path := ".git/" + rel
	err := sub.Sweep(ctx, func(b *scanner.Blob) bool {
		inside := *b
		inside.Place = scanner.InSubmodule
		inside.Path = strings.TrimSuffix(path+"/"+strings.TrimPrefix(b.Path, ".git/"), "/")
		if b.ID != "" {
			inside.Ref = "" // an object of another store: named, not located
		}
		return visit(&inside)
	})
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		r.cover.AddLost(scanner.Gap{What: "submodule " + rel, Why: fmt.Sprint(err)})
	}
	r.cover.Merge(&sub.cover)
}
