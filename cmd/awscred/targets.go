package main

import (
	"os"
	"path/filepath"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
)

// wholeRepositories puts the repository in place of a directory inside it, since
// all of it is read, and names each repository once. It leaves "." alone, which
// everybody takes for the repository.
func wholeRepositories(s *session, names []string) []string {
	seen := map[string]bool{}
	var list []string
	for _, name := range names {
		top, inside := topOf(name)
		if inside && seen[top] {
			s.say.note("%s is in a repository that is scanned already", name)
			continue
		}
		seen[top] = inside
		if own := realPath(name); inside && own != top && (name != "." || len(names) > 1) {
			s.say.note("%s is in the repository %s: all of it is scanned", name, shorter(top))
			name = shorter(top)
		}
		list = append(list, name)
	}
	return list
}

// topOf returns the top directory of the repository that a directory is in.
func topOf(name string) (top string, inside bool) {
	if info, err := os.Stat(name); err != nil || !info.IsDir() {
		return "", false
	}
	return history.Top(name)
}

// realPath is the absolute path without links, or the name if there is none.
func realPath(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	return abs
}

// shorter returns a path relative to the working directory if it lies below it
// or above it.
func shorter(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(realPath(here), path); err == nil {
		return rel
	}
	return path
}

// remains reports whether a directory that is no repository has what remains of
// one: objects, which as files are unreadable.
func remains(dir string) bool {
	for _, store := range []string{".git/objects", "objects"} {
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(store), "pack")); err == nil && info.IsDir() {
			return true
		}
	}
	return false
}

// ruined tells of such a directory. git init puts back what a repository must
// have (git-init(1)).
func ruined(dir string) scanner.Gap {
	return scanner.Gap{What: "the history of " + redact.Path(dir), Why: "it has objects of git, but HEAD, objects or refs is missing or not what it must be", Fix: "git init in it, then git fsck"}
}
