package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/rules"
)

// What a repository says about how it is to be scanned. Whoever can change the
// repository could silence the scanner with it; so where somebody else's change
// is judged, in CI, it counts as it was before the change.

// The repository's own files, of its top directory.
const (
	ownBaseline = ".awscred-baseline.json"
	ownIgnore   = ".gitleaksignore"
)

// ownConfigs are the names of its configuration; the first that is there counts.
func ownConfigs() []string { return []string{".awscred.toml", ".gitleaks.toml"} }

// maxConfig is the largest file of any kind that decides what counts, in bytes.
const maxConfig = 16 << 20

// trustFlags say from where the repository's own configuration is taken.
type trustFlags struct {
	from      string
	untrusted bool
}

func (f *trustFlags) define(set *pflag.FlagSet) {
	set.StringVar(&f.from, "config-from", "", "take the repository's own configuration from `REV`; in CI from the event's base unless this is given")
	set.BoolVar(&f.untrusted, "untrusted", false, "as in CI, do not take the repository's own configuration from the work tree")
}

// An own reads the repository's own configuration from where it counts.
type own struct {
	name     string            // the one target, if it is a repository
	top      string            // the top directory of its work tree; "" if there is none
	scanned  []string          // the top directories of all targets
	local    bool              // nobody else's change is judged
	revision *history.Revision // where it counts; nil: in the work tree, or nowhere
	label    string            // how messages call that revision
	trusted  bool              // the work tree of the one target counts
	missing  string            // why it counts nowhere
	named    []string          // files that counted
}

// openOwn finds out where the configuration of what is scanned counts.
func (f *trustFlags) openOwn(s *session, targets []string) (*own, error) {
	w := &own{local: f.from == "" && !f.untrusted && !s.ci()}
	for _, name := range targets {
		w.scanned = append(w.scanned, topDirectory(name))
	}
	if len(targets) != 1 {
		if f.from != "" {
			return nil, usagef("--config-from takes one repository, not %d targets", len(targets))
		}
		w.missing = "several targets are scanned"
		return w, nil
	}
	name := targets[0]
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		if f.from != "" {
			return nil, usagef("--config-from needs a repository, and %q is none", name)
		}
		w.missing = "what is scanned is no directory"
		return w, nil
	}
	top, repository := history.Top(name)
	switch {
	case !repository:
		w.top = name
	case bareDirectory(top):
		w.name = name
	default:
		w.name, w.top = name, top
	}
	switch {
	case f.from != "":
		return w, w.at(name, f.from, "--config-from")
	case !w.local:
		w.atBase(name, s.eventBase(), repository)
		return w, nil
	}
	w.trusted = w.top != ""
	return w, nil
}

// topDirectory is the top of the repository that a target is in, else the target
// itself.
func topDirectory(name string) string {
	dir := name
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		dir = filepath.Dir(name)
	}
	if top, inside := topOf(dir); inside {
		return top
	}
	return name
}

// bareDirectory reports whether the top of a repository is its git directory.
func bareDirectory(top string) bool {
	_, err := os.Lstat(filepath.Join(top, ".git"))
	return err != nil
}

// at takes the configuration from a revision that the user names.
func (w *own) at(name, rev, flag string) error {
	v, err := history.OpenRevision(name, rev, history.Options{})
	var revision *history.RevisionError
	switch {
	case errors.As(err, &revision):
		return usagef("%s: %s", flag, revision).with(revision.Hints...)
	case errors.Is(err, history.ErrNotRepository):
		return usagef("%s needs a repository, and %q is in none", flag, name)
	case err != nil:
		return err
	}
	w.revision, w.label = v, rev
	return nil
}

// atBase takes the configuration from the first of the revisions that is here.
func (w *own) atBase(name string, revs []string, repository bool) {
	w.missing = "no base revision is known; --config-from REV names one"
	if !repository {
		w.missing = "there is no base revision"
		return
	}
	for _, rev := range revs {
		v, err := history.OpenRevision(name, rev, history.Options{})
		if err == nil {
			w.revision, w.label, w.missing = v, shortRevision(rev), ""
			return
		}
		w.missing = fmt.Sprintf("the base %s cannot be read; fetch it (fetch-depth: 0 in actions/checkout, GIT_DEPTH: 0 in GitLab)", shortRevision(rev))
	}
}

// shortRevision shortens an id, and the name of a remote branch.
func shortRevision(rev string) string {
	if len(rev) >= 40 && strings.Trim(rev, "0123456789abcdef") == "" {
		return rev[:12]
	}
	return strings.TrimPrefix(rev, "refs/remotes/")
}

// Close releases the revision.
func (w *own) Close() {
	if w.revision != nil {
		w.revision.Close()
	}
}

// read returns one of the own files from where they count, and how messages call
// it. It returns an error wrapping fs.ErrNotExist if there is none that counts.
func (w *own) read(name string) (data []byte, label string, err error) {
	switch {
	case w.revision != nil:
		label = w.label + ":" + name
		data, err = w.revision.ReadFile(name)
	case w.trusted:
		label = name
		data, err = readInside(w.top, name)
	default:
		return nil, name, fs.ErrNotExist
	}
	if err == nil && !slices.Contains(w.named, name) {
		w.named = append(w.named, name)
	}
	return data, label, err
}

// readInside reads a regular file that lies below a directory, whatever links
// are on the way.
func readInside(dir, name string) ([]byte, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("opening %q: %w", dir, err)
	}
	defer root.Close()
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("it is no regular file")}
	case info.Size() > maxConfig:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("larger than %d bytes", maxConfig)}
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxConfig))
}

// inside returns the path of a file, with slashes, below the top directory of
// something that is scanned.
func (w *own) inside(path string) (rel string, ok bool) {
	// The file itself may be a link that leads elsewhere: where it stands counts.
	dir := realPath(filepath.Dir(path))
	for _, top := range w.scanned {
		rel, err := filepath.Rel(realPath(top), filepath.Join(dir, filepath.Base(path)))
		if err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel), true
		}
	}
	return "", false
}

// readNamed reads a file that a flag names. If it is a part of what is scanned, it
// counts only where the repository's own files do.
func (w *own) readNamed(flag, path string) (data []byte, label string, err error) {
	rel, ok := w.inside(path)
	if !ok || w.local {
		data, err = files.ReadNamed(path, maxConfig)
		if err != nil {
			return nil, path, fmt.Errorf("reading --%s %q: %w", flag, path, err)
		}
		return data, path, nil
	}
	if w.revision == nil {
		return nil, path, usagef("--%s %s is a part of what is scanned, and %s", flag, path, w.missing).
			with("a file outside of it is taken as it is")
	}
	data, label, err = w.read(rel)
	if err != nil {
		err = usagef("--%s %s counts as it is in %s: %s", flag, path, w.label, err)
	}
	return data, label, err
}

// rules reads the rules that a scan uses: those of --config, else the
// repository's own, else the built-in ones.
func (w *own) rules(config string) (*rules.Set, error) {
	if config != "" {
		data, label, err := w.readNamed("config", config)
		if err != nil {
			return nil, err
		}
		return rules.Loader{Read: func(path string) ([]byte, error) {
			data, _, err := w.readNamed("config", path)
			return data, err
		}}.Load(label, data)
	}
	for _, name := range ownConfigs() {
		data, label, err := w.read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return nil, ownError("rules", err)
		}
		set, err := rules.Loader{Read: func(path string) ([]byte, error) {
			data, _, err := w.read(filepath.ToSlash(filepath.Clean(path)))
			return data, err
		}}.Load(label, data)
		if err != nil {
			return nil, ownError("rules", err)
		}
		return set, nil
	}
	return rules.Default()
}

// ownError is the error for one of the repository's own files.
func ownError(what string, err error) error {
	return &hintError{fmt.Errorf("the repository's own %s: %w", what, err), []string{"--untrusted scans without the repository's own configuration"}}
}

// tell names on one line what counts of the repository's own configuration, and
// what does not; baseline is the path of its baseline.
func (w *own) tell(s *session, baseline string) {
	var other []string
	for _, name := range append(ownConfigs(), ownIgnore, baseline) {
		if w.top == "" || w.trusted {
			break
		}
		here, err := readInside(w.top, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if then, _, errThen := w.peek(name); err != nil || errThen != nil || !bytes.Equal(here, then) {
			other = append(other, name)
		}
	}
	mine, then := strings.Join(w.named, ", "), strings.Join(other, ", ")
	switch {
	case len(w.named) > 0 && len(other) > 0:
		s.say.note("the repository's own %s %s as of %s; what %s %s since then does not", mine, verb(w.named, "count"), w.label, then, verb(other, "say"))
	case len(w.named) > 0 && w.revision != nil:
		s.say.note("the repository's own %s %s as of %s", mine, verb(w.named, "count"), w.label)
	case len(w.named) > 0:
		s.say.note("the repository's own %s %s", mine, verb(w.named, "count"))
	case len(other) > 0:
		why := w.missing
		if w.revision != nil {
			why = w.label + " has none"
		}
		s.say.note("the repository's own %s %s not count: %s", then, verb(other, "do"), why)
	}
}

// verb is the form of a verb for a list of names.
func verb(names []string, word string) string {
	switch {
	case len(names) != 1:
		return word
	case word == "do":
		return "does"
	}
	return word + "s"
}

// peek reads a file without taking it into account.
func (w *own) peek(name string) ([]byte, string, error) {
	named := w.named
	defer func() { w.named = named }()
	return w.read(name)
}
