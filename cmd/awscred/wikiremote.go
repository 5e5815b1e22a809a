package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/files"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/wiki"
	"github.com/awscred/awscred/scanner/wiki/remote"
)

// The wikis of the network, and those that are git repositories.

// autoWiki is the target of --wiki that stands for the wikis of the repositories
// that are scanned.
const autoWiki = "auto"

// remoteFlags say how what is elsewhere is reached.
type remoteFlags struct {
	helper bool
	state  string
	states *wikiStates
}

func (r *remoteFlags) define(f *pflag.FlagSet) {
	f.BoolVar(&r.helper, "credential-helper", false, "for a clone that asks for a login, run git credential fill, which asks the helpers that git has")
	f.StringVar(&r.state, "wiki-state", "", "when a walk through a wiki of the network is stopped, keep in this `file` where it was, and go on there next time")
}

// openRemote opens a wiki that is elsewhere, or a repository; ok is false if the
// name is neither.
func (w *wikiFlags) openRemote(s *session, o *scanFlags, name string, memory int64) (list []target, ok bool, err error) {
	switch {
	case name == autoWiki:
		list, err = w.openAuto(s, o, memory)
		return list, true, err
	case strings.HasPrefix(name, "file://"):
		t, err := openGitWiki(s, o, strings.TrimPrefix(name, "file://"), memory)
		return []target{t}, true, err
	case !isRemote(name):
		return nil, false, nil
	}
	t, err := w.openURL(s, o, name, memory)
	return []target{t}, true, err
}

// openURL opens a wiki by its URL: by an interface, or else as a repository.
func (w *wikiFlags) openURL(s *session, o *scanFlags, name string, memory int64) (target, error) {
	if strings.HasSuffix(name, ".git") || strings.HasSuffix(name, ".git/wiki") || !strings.Contains(name, "://") || strings.HasPrefix(name, "ssh://") || strings.Contains(name, "/_git/") {
		return w.openClone(s, o, name, memory)
	}
	options := remote.Options{}
	probe, err := remote.Open(name, options)
	switch {
	case errors.Is(err, remote.ErrUnknown):
		return nil, usagef("%s", err).with("the URL ends in api.php (MediaWiki), xmlrpc.php (DokuWiki), rest/api (Confluence) or .git; or begins with mediawiki+https, dokuwiki+https, confluence+https")
	case errors.Is(err, remote.ErrPassword):
		return nil, usagef("%s", err).with("everybody on the machine can see it; put it into ~/.netrc or AWSCRED_WIKI_PASSWORD")
	case err != nil:
		return nil, usagef("%s", err)
	}
	if options.Login, err = w.login(s, probe.Name()); err != nil {
		return nil, err
	}
	states, err := w.remote.load()
	if err != nil {
		return nil, err
	}
	return newWalked(s, name, options, states, wikiOptions(o, memory))
}

func (w *wikiFlags) openClone(s *session, o *scanFlags, name string, memory int64) (*cloned, error) {
	c, err := newCloned(s, o, name, memory)
	if err == nil {
		c.isWiki = true
	}
	return c, err
}

// openAuto opens the wikis of the repositories that are scanned.
func (w *wikiFlags) openAuto(s *session, o *scanFlags, memory int64) ([]target, error) {
	repositories := o.set.Args()
	if len(repositories) == 0 {
		repositories = []string{"."}
	}
	var list []target
	var seen []string
	for _, name := range repositories {
		remotes := []string{name}
		if !isRemote(name) {
			remotes = history.Remotes(name)
		}
		for _, r := range remotes {
			u := wikiURL(r)
			if u == "" || slices.Contains(seen, withoutPassword(u)) {
				continue
			}
			seen = append(seen, withoutPassword(u))
			c, err := w.openClone(s, o, u, memory)
			if err != nil {
				return nil, err
			}
			c.derived = true
			list = append(list, c)
		}
	}
	if len(list) == 0 {
		return []target{nothing("no remote of " + strings.Join(repositories, ", ") + " is at a host that has wikis")}, nil
	}
	return list, nil
}

// openGitWiki opens a repository of this machine as a wiki.
func openGitWiki(s *session, o *scanFlags, name string, memory int64) (target, error) {
	h, err := o.historyOptions(s, memory)
	if err != nil {
		return nil, err
	}
	open := history.Open
	if history.IsBundle(name) {
		open = history.OpenBundle
	}
	repo, err := open(name, h)
	if err != nil {
		return nil, err
	}
	return localWiki{&wiki.Git{Repository: repo}, repo}, nil
}

// A localWiki is a wiki that is a repository of this machine.
type localWiki struct {
	*wiki.Git
	io.Closer
}

// isGitWiki reports whether a name is that of a repository itself, and not of a
// directory inside one, or of a bundle.
func isGitWiki(name string) bool {
	top, ok := history.Top(name)
	return ok && (top == realPath(name) || top == realPath(filepath.Join(name, ".git"))) || history.IsBundle(name)
}

// login is who we are for a wiki: what the environment says, if there is one wiki
// that it can be meant for, else what ~/.netrc has for the host.
func (w *wikiFlags) login(s *session, name string) (remote.Login, error) {
	read := func(variable string) (redact.Secret, error) {
		if v := s.getenv(variable); v != "" {
			return redact.New(v), nil
		}
		file := s.getenv(variable + "_FILE")
		if file == "" {
			return redact.Secret{}, nil
		}
		data, err := files.ReadNamed(file, maxLogins)
		if err != nil {
			return redact.Secret{}, fmt.Errorf("reading %s_FILE: %w", variable, err)
		}
		return redact.New(strings.TrimSpace(string(data))), nil
	}
	l := remote.Login{User: s.getenv("AWSCRED_WIKI_USER")}
	var err error
	if l.Token, err = read("AWSCRED_WIKI_TOKEN"); err != nil {
		return l, err
	}
	if l.Password, err = read("AWSCRED_WIKI_PASSWORD"); err != nil {
		return l, err
	}
	if !l.IsZero() {
		if n := w.interfaces(); n > 1 {
			return l, usagef("AWSCRED_WIKI_TOKEN or _PASSWORD is for one wiki, and %d are named", n).with("~/.netrc has a login for each host")
		}
		return l, nil
	}
	u, err := url.Parse(name)
	if err != nil {
		return remote.Login{}, err
	}
	if found, ok := fromNetrc(logins{s: s}.readHome(logins{s: s}.netrc()), u); ok {
		return remote.Login{User: found.user, Password: found.password}, nil
	}
	return remote.Login{}, nil
}

// interfaces counts the wikis that are asked by an interface.
func (w *wikiFlags) interfaces() int {
	n := 0
	for _, name := range w.targets {
		if _, err := remote.Open(name, remote.Options{}); err == nil {
			n++
		}
	}
	return n
}

// A walked is a wiki that is asked by an interface.
type walked struct {
	*remote.Source
	say    *speaker
	reader *remote.Reader
	states *wikiStates
	at     remote.Position
	swept  bool
}

// newWalked opens a wiki where an earlier walk was.
func newWalked(s *session, name string, o remote.Options, states *wikiStates, w wiki.Options) (*walked, error) {
	t := &walked{say: s.say, states: states}
	probe, err := remote.Open(name, remote.Options{})
	if err != nil {
		return nil, err
	}
	o.Start = states.Wikis[probe.Name()]
	o.Reached = func(p remote.Position) { t.at = p }
	if t.reader, err = remote.Open(name, o); err != nil {
		return nil, err
	}
	t.Source = remote.NewSource(t.reader.Name(), t.reader, w)
	return t, nil
}

// Sweep asks the wiki.
func (t *walked) Sweep(ctx context.Context, visit scanner.Visitor) error {
	t.say.note("asking %s", t.reader.Name())
	t.swept = true
	return t.Source.Sweep(ctx, visit)
}

// Close keeps where the walk was, if it did not come to its end.
func (t *walked) Close() error {
	err := t.Source.Close()
	if !t.swept {
		return err
	}
	if t.reader.Finished() {
		delete(t.states.Wikis, t.reader.Name())
	} else if t.at.Stage != "" {
		t.states.Wikis[t.reader.Name()] = t.at
	}
	return errors.Join(err, t.states.save())
}

// wikiStates are where walks through wikis were when they were stopped. They hold
// nothing of a wiki but the name or the number of a page.
type wikiStates struct {
	file    string
	Version int                        `json:"version"`
	Wikis   map[string]remote.Position `json:"wikis"`
}

// load reads the file of --wiki-state, once.
func (r *remoteFlags) load() (*wikiStates, error) {
	if r.states != nil {
		return r.states, nil
	}
	r.states = &wikiStates{file: r.state, Version: 1, Wikis: map[string]remote.Position{}}
	if r.state == "" {
		return r.states, nil
	}
	data, err := files.ReadNamed(r.state, maxConfig)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r.states, writable(r.state)
	case err != nil:
		return nil, fmt.Errorf("reading --wiki-state: %w", err)
	}
	var read wikiStates
	if err := json.Unmarshal(data, &read); err != nil || read.Version != 1 {
		return nil, usagef("--wiki-state %s is not what awscred writes", r.state).with("a file that does not exist yet will be made")
	}
	if read.Wikis != nil {
		r.states.Wikis = read.Wikis
	}
	return r.states, nil
}

// save writes the file, whole or not at all.
func (s *wikiStates) save() error {
	if s.file == "" {
		return nil
	}
	if _, err := os.Stat(s.file); errors.Is(err, fs.ErrNotExist) && len(s.Wikis) == 0 {
		return nil // nothing was stopped
	}
	return writeWhole(s.file, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(s)
	})
}
