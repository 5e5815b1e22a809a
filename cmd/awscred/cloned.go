package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
	"github.com/awscred/awscred/scanner/wiki"
)

// A cloned is a repository somewhere else as a target. It is cloned when it is
// swept: what cannot be cloned is lost, as is what cannot be read elsewhere.
type cloned struct {
	say     *speaker
	url     string
	options history.CloneOptions
	// isWiki names pages rather than paths.
	isWiki bool
	// derived means that nobody has named it: it may well not exist.
	derived bool

	cover scanner.Coverage // until it is cloned
	src   atomic.Pointer[clonedSource]
}

// A clonedSource is what a clone is read as.
type clonedSource struct {
	scanner.Source
	clone *history.Clone
}

// newCloned returns the target of a URL.
func newCloned(s *session, o *scanFlags, name string, memory int64) (*cloned, error) {
	h, err := o.historyOptions(s, memory)
	if err != nil {
		return nil, err
	}
	shown := withoutPassword(name)
	c := &cloned{say: s.say, url: name, options: history.CloneOptions{Options: h, Name: shown}}
	c.options.Login = func(ctx context.Context) (string, redact.Secret, bool) {
		u, err := url.Parse(name)
		if err != nil {
			return "", redact.Secret{}, false
		}
		found, ok := logins{s, o.wikis.remote.helper}.find(ctx, u)
		return found.user, found.password, ok
	}
	return c, nil
}

// openClone opens a repository by its URL.
func (o *scanFlags) openClone(s *session, name string, memory int64) (target, error) {
	if flag := o.scopeFlag(); flag != "" {
		return nil, usagef("a clone is read whole: --%s needs a repository of this machine", flag).with("git clone --mirror " + withoutPassword(name))
	}
	if scheme, _, ok := strings.Cut(name, "://"); ok && !slices.Contains([]string{"https", "http", "ssh", "git", "git+ssh", "ssh+git"}, scheme) {
		return nil, usagef("cannot scan the URL %q", withoutPassword(name)).with("a repository is cloned over https; scan what the URL leads to as a file")
	}
	return newCloned(s, o, name, memory)
}

// Target names what was cloned as the user did, or its remote does.
func (c *cloned) Target() scanner.Target {
	kind := "git"
	if c.isWiki {
		kind = "wiki"
	}
	return scanner.Target{Kind: kind, Name: c.options.Name}
}

// Coverage is what was read and what was not.
func (c *cloned) Coverage() *scanner.Coverage {
	if src := c.src.Load(); src != nil {
		return src.Coverage()
	}
	return &c.cover
}

// Sweep clones and hands over what came.
func (c *cloned) Sweep(ctx context.Context, visit scanner.Visitor) error {
	c.say.note("cloning %s", c.options.Name)
	clone, err := history.OpenClone(ctx, c.url, c.options)
	if err != nil {
		return c.failed(ctx, err)
	}
	src := &clonedSource{Source: clone, clone: clone}
	if c.isWiki {
		src.Source = &wiki.Git{Repository: clone}
	}
	c.src.Store(src)
	return src.Sweep(ctx, visit)
}

// failed records why there is no clone.
func (c *cloned) failed(ctx context.Context, err error) error {
	gap := scanner.Gap{What: "the repository", Why: "could not be cloned: " + err.Error()}
	if c.isWiki {
		gap.What = "the wiki"
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, history.ErrEmptyRemote),
		c.derived && errors.Is(err, history.ErrNoRemote),
		c.derived && errors.Is(err, history.ErrDenied) && noWikiPage(ctx, c.options.Via, c.url):
		c.cover.AddNote(fmt.Sprintf("%s: %s", c.options.Name, c.absent(err)))
		return nil
	case errors.Is(err, history.ErrDenied), errors.Is(err, history.ErrNoRemote):
		gap.Fix = "put the login into ~/.netrc or ~/.git-credentials, or let git's helpers be asked: --credential-helper"
		if !strings.HasPrefix(c.url, "http") {
			gap.Fix = "ssh-add a key that the host knows"
		}
	case errors.Is(err, history.ErrPlain):
		gap.Fix = "name it by https"
	default:
		gap.Fix = "scan it again"
	}
	c.cover.AddLost(gap)
	return nil
}

func (c *cloned) absent(err error) string {
	switch {
	case errors.Is(err, history.ErrEmptyRemote) && c.isWiki:
		return "the wiki has no page yet"
	case errors.Is(err, history.ErrEmptyRemote):
		return "the repository is empty"
	}
	return "there is no wiki"
}

// noWikiPage reports whether GitHub says that a repository has no wiki. Of a clone
// it says to strangers only that they are strangers; the page for people leads
// back to the repository.
func noWikiPage(ctx context.Context, via http.RoundTripper, clone string) bool {
	u, err := url.Parse(clone)
	if err != nil || u.Host != "github.com" || u.Scheme != "https" {
		return false
	}
	u.User = nil
	u.Path = trimWiki(u.Path) + "/wiki"
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, u.String(), nil)
	if err != nil {
		return false
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := (&http.Client{Transport: via, CheckRedirect: stay}).Do(r)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusFound || res.StatusCode == http.StatusMovedPermanently
}

// Locate asks the clone.
func (c *cloned) Locate(ctx context.Context, secrets []scanner.Held) ([]scanner.Life, error) {
	if src := c.src.Load(); src != nil {
		return src.Locate(ctx, secrets)
	}
	return nil, nil // nothing was shown
}

// Close removes the clone.
func (c *cloned) Close() error {
	if src := c.src.Load(); src != nil {
		return src.clone.Close()
	}
	return nil
}
