package history

import (
	"errors"
	"fmt"
	"strings"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// revisions are the commits that a scope begins and ends with.
type revisions struct {
	text             string // as it was written
	exclude, include []objects.ID
	// symmetric takes what either side reaches and not both.
	symmetric bool
	// tip is what the end of a range is called in intervals.
	tip string
}

// resolveScope resolves the revisions of a scope that has some.
func (r *Repository) resolveScope() error {
	switch r.opts.Scope {
	case RangeOnly:
		return r.resolveRange(r.opts.Range)
	case SinceOnly:
		return r.resolveSince(r.opts.Since)
	}
	return nil
}

// splitRange takes "A..B" or "A...B" apart. An end that is left out is HEAD.
func splitRange(text string) (from, to string, symmetric bool, err error) {
	const form = "a range is FROM..TO, such as origin/main..HEAD"
	i := strings.Index(text, "..")
	switch {
	case text == "":
		return "", "", false, &RevisionError{Revision: text, Why: "it is empty", Hints: []string{form}}
	case i < 0 && strings.HasSuffix(text, "^!"):
		rev := strings.TrimSuffix(text, "^!")
		return "", "", false, &RevisionError{Revision: text, Why: "it is not of the form A..B", Hints: []string{fmt.Sprintf("--range %s^..%s", rev, rev), form}}
	case i < 0 && strings.ContainsAny(text, " \t"):
		return "", "", false, &RevisionError{Revision: text, Why: "it is not of the form A..B", Hints: []string{form}}
	case i < 0:
		return "", "", false, &RevisionError{Revision: text, Why: "it is one revision, a range has two", Hints: []string{fmt.Sprintf("--range %s..HEAD for what came after it, --range %s^..%s for it alone", text, text, text)}}
	}
	from, to = text[:i], text[i+2:]
	if strings.HasPrefix(to, ".") {
		symmetric, to = true, to[1:]
	}
	if from == "" && to == "" {
		return "", "", false, &RevisionError{Revision: text, Why: "neither end of the range is given", Hints: []string{"perhaps a variable that should hold them is empty", form}}
	}
	if from == "" {
		from = "HEAD"
	}
	if to == "" {
		to = "HEAD"
	}
	return from, to, symmetric, nil
}

func (r *Repository) resolveRange(text string) error {
	from, to, symmetric, err := splitRange(text)
	if err != nil {
		return err
	}
	end, err := r.resolveRevision(to)
	switch {
	case errors.Is(err, errNull):
		return &RevisionError{Revision: to, Why: "the range ends with zeros, as when a branch is deleted: there is nothing to scan"}
	case errors.Is(err, errNotHere):
		return &RevisionError{Revision: to, Why: "the end of the range is not in this repository", Hints: r.fetchHints(to)}
	case err != nil:
		return err
	}
	r.revisions = &revisions{text: text, include: []objects.ID{end}, symmetric: symmetric, tip: r.tipName(to, end)}
	start, err := r.resolveRevision(from)
	if err != nil {
		return r.missBase(from, "from "+to+" everything was read", err)
	}
	r.revisions.exclude = []objects.ID{start}
	return nil
}

func (r *Repository) resolveSince(text string) error {
	r.revisions = &revisions{text: text}
	if strings.Contains(text, "..") {
		return &RevisionError{Revision: text, Why: "it is a range, --since takes one revision", Hints: []string{"--range " + text}}
	}
	start, err := r.resolveRevision(text)
	if err != nil {
		return r.missBase(text, "from all refs everything was read", err)
	}
	r.revisions.exclude = []objects.ID{start}
	return nil
}

// missBase records that the beginning of a scope is not here: everything up to
// its end is read then, and the scan is not complete. Other errors it returns.
func (r *Repository) missBase(base, instead string, err error) error {
	gap := scanner.Gap{What: "base " + base}
	switch {
	case errors.Is(err, errNull):
		gap.Why = "all zeros, as for a new branch: there is nothing to compare with; " + instead
		gap.Fix = "name the commit that the branch began at, such as origin/main"
	case errors.Is(err, errNotHere):
		gap.Why, gap.Fix = "not in this repository; "+instead, r.fetchHints(base)[0]
	default:
		return err
	}
	r.cover.AddLost(gap)
	r.revisions.symmetric = false
	return nil
}

// fetchHints say how to get a commit that is not here.
func (r *Repository) fetchHints(rev string) []string {
	if r.isShallow() {
		return []string{"git fetch --unshallow   (actions/checkout: fetch-depth: 0)"}
	}
	if _, err := objects.ParseID(rev); err != nil {
		return []string{"git fetch --all"}
	}
	return []string{"git fetch origin " + rev}
}

// tipName is what intervals call the end of a range: HEAD, a ref, or the commit.
func (r *Repository) tipName(to string, id objects.ID) string {
	if id == r.refs.head {
		return "HEAD"
	}
	if _, full, ok := r.findRef(to); ok && full != "" {
		return full
	}
	return id.String()
}
