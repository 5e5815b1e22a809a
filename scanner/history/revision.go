package history

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/awscred/awscred/scanner/objects"
)

// A RevisionError says why a revision cannot be used, and what may be meant.
type RevisionError struct {
	Revision string // as it was written
	Why      string
	Hints    []string
	// Name is the part of the revision that nothing is called; Names are those
	// that there are, as people write them. Both are empty if that is not what
	// is wrong.
	Name  string
	Names []string
}

// Error names the revision.
func (e *RevisionError) Error() string { return fmt.Sprintf("revision %q: %s", e.Revision, e.Why) }

// errNotHere says that a revision is well named, but not in this repository:
// a shallow clone ends before it, or nobody fetched it.
var errNotHere = errors.New("not in this repository")

// errNull says that a revision is all zeros, which git writes for "none".
var errNull = errors.New("all zeros")

// maxSteps bounds how far ~N goes back.
const maxSteps = 10_000_000

// resolveRevision finds the commit that a revision names, by the rules of
// gitrevisions(7) for names of one commit. It returns a *RevisionError, or an
// error that wraps errNotHere or errNull.
func (r *Repository) resolveRevision(text string) (objects.ID, error) {
	name, steps := text, ""
	if i := strings.IndexAny(text, "~^"); i >= 0 {
		name, steps = text[:i], text[i:]
	}
	id, err := r.resolveName(text, name)
	if err == nil {
		id, err = r.peel(text, id)
	}
	for err == nil && steps != "" {
		id, steps, err = r.step(text, id, steps)
	}
	return id, err
}

// resolveName finds what a name without steps behind it names.
func (r *Repository) resolveName(text, name string) (objects.ID, error) {
	switch {
	case name == "":
		return objects.ID{}, &RevisionError{Revision: text, Why: "it names nothing"}
	case strings.Contains(name, ":"):
		return objects.ID{}, &RevisionError{Revision: text, Why: "it names a file or is a search; a commit is needed"}
	case strings.Contains(name, "@{"):
		return r.resolveAt(text, name)
	case name == "@":
		name = "HEAD"
	}
	if id, err := objects.ParseID(strings.ToLower(name)); err == nil && id.Size() == r.store.HashSize() {
		switch {
		case id.IsNull():
			return id, errNull
		case !r.lookup.Has(id):
			return id, errNotHere
		}
		return id, nil
	}
	if id, _, ok := r.findRef(name); ok {
		return id, nil
	}
	if name == "HEAD" {
		return objects.ID{}, &RevisionError{Revision: text, Why: "HEAD has no commit yet"}
	}
	return r.resolveDigits(text, name)
}

// findRef looks a name up as git does: as it is, then below refs, refs/tags,
// refs/heads, refs/remotes, and as a remote whose HEAD is meant.
func (r *Repository) findRef(name string) (id objects.ID, full string, ok bool) {
	if name == "HEAD" {
		return r.refs.head, r.refs.headRef, !r.refs.head.IsZero()
	}
	if id, ok := r.pseudoRef(name); ok {
		return id, "", true
	}
	for _, form := range []string{"%s", "refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"} {
		full = fmt.Sprintf(form, name)
		if !strings.HasPrefix(full, "refs/") {
			continue
		}
		for range 5 {
			if id, ok := r.refs.find(full); ok {
				return id, full, true
			}
			if full, ok = r.refs.symbolic[full]; !ok {
				break
			}
		}
	}
	return objects.ID{}, "", false
}

// pseudoRef reads a file such as ORIG_HEAD or FETCH_HEAD.
func (r *Repository) pseudoRef(name string) (objects.ID, bool) {
	if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" || r.gitDir == "" {
		return objects.ID{}, false
	}
	text, err := r.readSmall(filepath.Join(r.gitDir, name))
	if err != nil {
		return objects.ID{}, false
	}
	word, _, _ := strings.Cut(strings.TrimSpace(text), "\t")
	word, _, _ = strings.Cut(word, "\n")
	id, err := objects.ParseID(word)
	return id, err == nil
}

// maxCandidates is how many objects an abbreviation is compared with.
const maxCandidates = 64

// resolveDigits takes a name for the beginning of an id, or for what git
// describe prints, and says what is wrong if it is neither.
func (r *Repository) resolveDigits(text, name string) (objects.ID, error) {
	digits := name
	if i := strings.LastIndex(name, "-g"); i >= 0 {
		digits = name[i+2:]
	}
	if len(digits) < 4 || strings.Trim(strings.ToLower(digits), "0123456789abcdef") != "" {
		return objects.ID{}, r.noSuchRevision(text, name)
	}
	all := r.lookup.Abbreviated(digits, maxCandidates)
	var commits []objects.ID
	for _, id := range all {
		if t, _, err := r.lookup.Read(id); err != nil || t == objects.TypeCommit || t == objects.TypeTag {
			commits = append(commits, id)
		}
	}
	switch {
	case len(commits) == 1:
		return commits[0], nil
	case len(commits) > 1:
		return objects.ID{}, &RevisionError{Revision: text, Why: fmt.Sprintf("it can be any of %d commits", len(commits)), Hints: candidates(commits)}
	case len(all) > 0:
		return objects.ID{}, &RevisionError{Revision: text, Why: "it names no commit"}
	case strings.Trim(digits, "0") == "":
		return objects.ID{}, errNull
	case len(digits) >= 7:
		return objects.ID{}, errNotHere
	}
	return objects.ID{}, r.noSuchRevision(text, name)
}

// candidates are hints for an abbreviation that is too short.
func candidates(ids []objects.ID) []string {
	const most = 8
	var hints []string
	for _, id := range ids[:min(len(ids), most)] {
		hints = append(hints, id.String())
	}
	if len(ids) > most {
		hints = append(hints, fmt.Sprintf("and %d more", len(ids)-most))
	}
	return hints
}

// noSuchRevision says that nothing has a name, and what names there are.
func (r *Repository) noSuchRevision(text, name string) error {
	e := &RevisionError{Revision: text, Why: "there is no branch, tag or commit of that name", Name: name, Names: []string{"HEAD"}}
	for _, ref := range r.refs.list {
		e.Names = append(e.Names, ref.short())
	}
	remote, branch, ok := strings.Cut(strings.TrimPrefix(name, "refs/remotes/"), "/")
	if _, known := r.config("remote." + remote + ".url"); ok && known {
		e.Hints = []string{fmt.Sprintf("git fetch %s %s:refs/remotes/%s/%s", remote, branch, remote, branch)}
	}
	return e
}

// short is the name as people write it.
func (f ref) short() string {
	for _, prefix := range []string{"refs/heads/", "refs/tags/", "refs/remotes/"} {
		if name, ok := strings.CutPrefix(f.name, prefix); ok {
			return name
		}
	}
	return f.name
}

// resolveAt resolves REF@{N}, the Nth entry of a reflog, and BRANCH@{upstream}.
func (r *Repository) resolveAt(text, name string) (objects.ID, error) {
	base, inside, _ := strings.Cut(name, "@{")
	inside, ok := strings.CutSuffix(inside, "}")
	if !ok {
		return objects.ID{}, &RevisionError{Revision: text, Why: "its brace is not closed"}
	}
	if strings.EqualFold(inside, "upstream") || strings.EqualFold(inside, "u") {
		return r.resolveUpstream(text, base)
	}
	n, err := strconv.Atoi(inside)
	if err != nil || n < 0 {
		return objects.ID{}, &RevisionError{Revision: text, Why: "of the forms with @{…} only @{N} and @{upstream} are known", Hints: []string{"give the id: git rev-parse " + strconv.Quote(name)}}
	}
	return r.resolveLogged(text, base, n)
}

// resolveLogged finds the nth last entry of a reflog.
func (r *Repository) resolveLogged(text, base string, n int) (objects.ID, error) {
	full := base
	switch base {
	case "HEAD":
	case "", "@":
		if full = r.refs.headRef; full == "" {
			full = "HEAD"
		}
	default:
		var ok bool
		if _, full, ok = r.findRef(base); !ok || full == "" {
			return objects.ID{}, r.noSuchRevision(text, base)
		}
	}
	data, err := r.reflogOf(full)
	if err != nil {
		return objects.ID{}, &RevisionError{Revision: text, Why: "there is no reflog of " + full}
	}
	lines := bytes.Split(bytes.TrimRight(data, "\n"), []byte("\n"))
	if n > len(lines) {
		return objects.ID{}, &RevisionError{Revision: text, Why: fmt.Sprintf("the reflog of %s has %d entries", full, len(lines))}
	}
	field, line := 1, len(lines)-1-n
	if n == len(lines) { // what was there before the first entry
		field, line = 0, 0
	}
	if fields := bytes.SplitN(lines[line], []byte(" "), 3); len(fields) == 3 {
		if id, err := objects.ParseID(string(fields[field])); err == nil && !id.IsNull() {
			return id, nil
		}
	}
	return objects.ID{}, &RevisionError{Revision: text, Why: "that entry of the reflog names no object"}
}

func (r *Repository) reflogOf(full string) ([]byte, error) {
	dir := r.common
	if full == "HEAD" {
		dir = r.gitDir
	}
	if dir == "" || !filepath.IsLocal(full) {
		return nil, errOutside
	}
	return r.read(filepath.Join(dir, "logs", filepath.FromSlash(full)), maxRefFile)
}

// resolveUpstream finds what a branch follows, where the configuration says so
// in the usual way.
func (r *Repository) resolveUpstream(text, base string) (objects.ID, error) {
	full := r.refs.headRef
	if base != "" && base != "@" && base != "HEAD" {
		_, full, _ = r.findRef(base)
	}
	branch, ok := strings.CutPrefix(full, "refs/heads/")
	if !ok {
		return objects.ID{}, &RevisionError{Revision: text, Why: "it follows no branch: only branches have an upstream"}
	}
	remote, known := r.config("branch." + branch + ".remote")
	merge, set := r.config("branch." + branch + ".merge")
	if !known || !set {
		return objects.ID{}, &RevisionError{Revision: text, Why: fmt.Sprintf("the branch %s has no upstream", branch), Hints: []string{"git branch --set-upstream-to=origin/" + branch}}
	}
	if remote != "." {
		merge = "refs/remotes/" + remote + "/" + strings.TrimPrefix(merge, "refs/heads/")
	}
	if id, ok := r.refs.find(merge); ok {
		return id, nil
	}
	return objects.ID{}, &RevisionError{Revision: text, Why: fmt.Sprintf("its upstream %s is not here", merge), Hints: []string{"git fetch " + remote}}
}

// config returns the last value of SECTION.SUBSECTION.KEY in the repository's
// own configuration, files that it includes left out. It steers nothing but
// which commit a name stands for.
func (r *Repository) config(key string) (value string, ok bool) {
	if r.common == "" {
		return "", false
	}
	text, err := r.readSmall(filepath.Join(r.common, "config"))
	if err != nil {
		return "", false
	}
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if head, found := strings.CutPrefix(line, "["); found {
			name, sub, _ := strings.Cut(strings.TrimSuffix(head, "]"), " ")
			section = strings.ToLower(name) + "." + strings.Trim(strings.TrimSpace(sub), `"`)
			continue
		}
		name, v, _ := strings.Cut(line, "=")
		if section+"."+strings.ToLower(strings.TrimSpace(name)) == key {
			value, ok = strings.Trim(strings.TrimSpace(v), `"`), true
		}
	}
	return value, ok
}

// peel follows tags to a commit.
func (r *Repository) peel(text string, id objects.ID) (objects.ID, error) {
	for range 100 {
		typ, raw, err := r.lookup.Read(id)
		switch {
		case errors.Is(err, objects.ErrNotFound):
			return id, errNotHere
		case err != nil:
			return id, &RevisionError{Revision: text, Why: err.Error(), Hints: []string{"git fsck --full"}}
		case typ == objects.TypeCommit:
			return id, nil
		case typ != objects.TypeTag:
			return id, &RevisionError{Revision: text, Why: fmt.Sprintf("it names a %s, a commit is needed", typ)}
		}
		id = objects.ParseTag(raw).Object
	}
	return id, &RevisionError{Revision: text, Why: "it is a tag of tags without end"}
}

// step takes the first of ~N, ^N and ^{TYPE} off steps.
func (r *Repository) step(text string, id objects.ID, steps string) (next objects.ID, rest string, err error) {
	kind, rest := steps[0], steps[1:]
	if kind == '^' && strings.HasPrefix(rest, "{") {
		what, rest, _ := strings.Cut(rest[1:], "}")
		if what == "" || what == "commit" {
			return id, rest, nil
		}
		return id, "", &RevisionError{Revision: text, Why: "of the forms with ^{…} only ^{commit} and ^{} are known"}
	}
	end := 0
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	n := 1
	if end > 0 {
		if n, err = strconv.Atoi(rest[:end]); err != nil || n > maxSteps {
			return id, "", &RevisionError{Revision: text, Why: "that is too far back"}
		}
	}
	if rest = rest[end:]; rest != "" && rest[0] != '~' && rest[0] != '^' {
		return id, "", &RevisionError{Revision: text, Why: fmt.Sprintf("%q is no way from a commit to another", rest)}
	}
	if kind == '^' {
		id, err = r.parent(text, id, n)
		return id, rest, err
	}
	for range n {
		if id, err = r.parent(text, id, 1); err != nil {
			break
		}
	}
	return id, rest, err
}

// parent returns the nth parent of a commit, or for 0 the commit.
func (r *Repository) parent(text string, id objects.ID, n int) (objects.ID, error) {
	if n == 0 {
		return id, nil
	}
	_, raw, err := r.lookup.Read(id)
	if err != nil {
		return id, &RevisionError{Revision: text, Why: err.Error(), Hints: []string{"git fsck --full"}}
	}
	parents := objects.ParseCommit(raw).Parents
	switch {
	case n > len(parents) && len(parents) == 0:
		return id, &RevisionError{Revision: text, Why: "the history does not go back that far"}
	case n > len(parents):
		return id, &RevisionError{Revision: text, Why: fmt.Sprintf("commit %s has %d parents", id, len(parents))}
	case !r.lookup.Has(parents[n-1]):
		return id, errNotHere
	}
	return parents[n-1], nil
}

// isShallow reports whether the clone is one of a part of the history.
func (r *Repository) isShallow() bool {
	text, err := r.readSmall(filepath.Join(r.common, "shallow"))
	return err == nil && slices.ContainsFunc(strings.Fields(text), func(s string) bool { _, err := objects.ParseID(s); return err == nil })
}
