package wiki

import (
	"context"
	"path"
	"strings"

	"github.com/awscred/awscred/scanner"
)

// A Repository is a git repository as far as a wiki needs it.
type Repository interface {
	scanner.Source
	// HeadFiles returns the object of each file in the tree of HEAD, by path.
	HeadFiles() (map[string]string, error)
}

// Git is a wiki that is a git repository: those of GitHub, GitLab, Gitea,
// Forgejo, Bitbucket and Azure DevOps, and of Gollum. It reads what the
// repository has, and names pages where that names paths: a page is a file with
// the extension of a markup, without it; a revision is the commit that brought a
// text. Any other file keeps its path as its name.
type Git struct {
	Repository
	now map[string]string // the files of HEAD
}

// commitMessage is the page of what people said about changes.
const commitMessage = "(commit message)"

// Target says that it is a wiki.
func (g *Git) Target() scanner.Target {
	return scanner.Target{Kind: "wiki", Name: g.Repository.Target().Name}
}

// Sweep hands over what the repository has.
func (g *Git) Sweep(ctx context.Context, visit scanner.Visitor) error {
	if err := g.Repository.Sweep(ctx, visit); err != nil {
		return err
	}
	now, err := g.HeadFiles()
	if err != nil {
		g.Coverage().AddLost(scanner.Gap{What: "the pages as they are now", Why: err.Error()})
	}
	g.now = now
	pages := map[string]bool{}
	for name := range now {
		if title, ok := pageTitle(name); ok {
			pages[title] = true
		}
	}
	g.Coverage().CountPages(int64(len(pages)))
	return nil
}

// Locate says in which revisions of which pages secrets stand. Who can read a
// wiki is not known here, so there is no exposure.
func (g *Git) Locate(ctx context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	lives, err := g.Repository.Locate(ctx, secrets)
	for i := range lives {
		lives[i].Exposure = ""
		for j, spots := range lives[i].Spots {
			for k := range spots {
				g.rename(&spots[k], &secrets[i].Blobs[j].BlobRef)
			}
		}
	}
	return lives, err
}

// rename writes a place of a repository as one of a wiki.
func (g *Git) rename(s *scanner.Spot, b *scanner.BlobRef) {
	reached := s.Place == scanner.InHistory
	s.Exposure, s.Place, s.Revision = "", scanner.InWiki, s.Commit
	switch {
	case s.Path != "":
		s.Page, _ = pageTitle(s.Path)
		s.State = string(g.state(s.Path, b))
	case b.Field == scanner.Message || b.Field == scanner.Header:
		s.Page, s.State = commitMessage, string(Superseded)
		if reached {
			s.State = string(Current)
		}
	}
}

// state is who can still see a text: a page that HEAD does not have is deleted,
// or has another name now.
func (g *Git) state(path string, b *scanner.BlobRef) State {
	id, ok := g.now[path]
	switch {
	case !ok:
		return Deleted
	case b.Field == scanner.Name || id == b.ID:
		return Current
	}
	return Superseded
}

// pageTitle is the page that a file is, and whether it is one.
func pageTitle(file string) (title string, ok bool) {
	ext := path.Ext(file)
	// The markups of Gollum, and those that the others take over from it.
	switch strings.ToLower(strings.TrimPrefix(ext, ".")) {
	case "md", "mkd", "mkdn", "mdown", "markdown", "textile", "rdoc", "org", "creole", "rst", "rest", "asciidoc", "adoc", "asc", "pod",
		"mediawiki", "wiki", "txt", "bib", "html", "htm":
		return strings.TrimSuffix(file, ext), path.Base(file) != ext
	}
	return file, false
}
