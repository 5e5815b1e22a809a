package history

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// sweepSubmodule reads the repository of a submodule below the git directory:
// all its objects and files.
func (r *Repository) sweepSubmodule(ctx context.Context, rel string, visit scanner.Visitor) {
	dir := filepath.Join(r.common, filepath.FromSlash(rel))
	sub := &Repository{name: rel, gitDir: dir, common: dir, opts: r.opts, archives: r.archives}
	r.sweepInner(ctx, sub, ".git/"+rel, sub.Sweep, visit)
}

// sweepNested reads a repository that lies in the work tree, in the place of a
// submodule. One whose git directory is below ours has been read but for its
// work tree.
func (r *Repository) sweepNested(ctx context.Context, sub *Repository, rel string, visit scanner.Visitor) {
	sweep, gitAt := sub.Sweep, rel+"/.git"
	if within(sub.gitDir, r.common) && r.opts.Scope == Everything {
		sub.opts.Scope = WorktreeOnly // its refs are in the ledger
		sweep = func(ctx context.Context, visit scanner.Visitor) error {
			sub.sweepWorktree(ctx, visit)
			return ctx.Err()
		}
	}
	r.sweepInner(ctx, sub, gitAt, sweep, func(b *scanner.Blob) scanner.Candidates {
		inside := *b
		switch b.Place {
		case scanner.InWorktree, scanner.Untracked, scanner.Ignored, scanner.InIndex:
			inside.Path = rel + "/" + strings.TrimPrefix(b.Path, gitAt+"/")
		}
		return visit(&inside)
	})
}

// nested returns the repository that has its work tree at dir, or nil if there
// is none: a file or directory ".git" alone makes none, and hides nothing.
func (r *Repository) nested(dir string) *Repository {
	sub := &Repository{name: dir, opts: r.opts, archives: r.archives}
	sub.opts.Index, sub.opts.FollowAlternates = "", false
	if found, err := sub.tryDot(dir, filepath.Join(dir, ".git")); !found || err != nil {
		return nil
	}
	sub.opts.FollowAlternates = r.opts.FollowAlternates
	sub.gitDir, sub.common = realPath(sub.gitDir), realPath(sub.common)
	return sub
}

// sweepInner reads a repository inside this one. What its objects hold stands in
// the submodule, and is located no further than its path.
func (r *Repository) sweepInner(ctx context.Context, sub *Repository, gitAt string, sweep func(context.Context, scanner.Visitor) error, visit scanner.Visitor) {
	what := "submodule " + strings.TrimPrefix(gitAt, ".git/")
	sub.opts.Index = ""
	if err := sub.openStore(r.root()); err != nil {
		r.cover.AddLost(scanner.Gap{What: what, Why: err.Error(), Fix: "awscred scan it by itself"})
		return
	}
	defer sub.Close()
	err := sweep(ctx, func(b *scanner.Blob) scanner.Candidates {
		inside := *b
		inside.Path = strings.TrimSuffix(gitAt+"/"+strings.TrimPrefix(b.Path, ".git/"), "/")
		if b.Place == "" || b.Place == scanner.InHistory {
			inside.Place = scanner.InSubmodule
		}
		if b.ID != "" {
			inside.Ref = "" // an object of another store: named, not located
		}
		return visit(&inside)
	})
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		r.cover.AddLost(scanner.Gap{What: what, Why: fmt.Sprint(err)})
	}
	r.cover.Merge(&sub.cover)
}
