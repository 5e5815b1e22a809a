package remote

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// ErrUnknown is the error for a URL that does not tell which interface it is of.
var ErrUnknown = errors.New("the URL is not that of a wiki's interface")

// ErrPlain is the error for a URL that would send everything in the clear.
var ErrPlain = errors.New("neither passwords nor pages are sent unencrypted, except to this machine: use https")

// ErrPassword is the error for a URL with a password in it, which everybody can
// see who sees the processes of the machine.
var ErrPassword = errors.New("the URL has a password in it")

// Open returns the Reader of a wiki by a URL: one that ends in api.php
// (MediaWiki) or xmlrpc.php (DokuWiki), one of atlassian.net or with /rest/api
// (Confluence; a key behind /spaces/ or /display/ is that of the one space to
// read), or any behind the name of what it is: "mediawiki+https://…",
// "dokuwiki+https://…", "confluence+https://…". It asks nothing yet. The error
// wraps ErrUnknown, ErrPlain or ErrPassword.
func Open(target string, o Options) (*Reader, error) {
	kind, address, named := strings.Cut(target, "+http")
	if address = "http" + address; !named {
		kind, address = "", target
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("%q: %w", target, ErrUnknown)
	}
	if _, ok := u.User.Password(); ok {
		u.User = nil
		return nil, fmt.Errorf("%q: %w", u, ErrPassword)
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	if kind == "" {
		kind = kindByURL(u)
	}
	if kind == "" {
		return nil, fmt.Errorf("%q: %w", u, ErrUnknown)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return nil, fmt.Errorf("%q: %w", u, ErrPlain)
	}
	switch kind {
	case "mediawiki":
		return MediaWiki(u.String(), endingIn(u, "/api.php"), o), nil
	case "dokuwiki":
		return DokuWiki(u.String(), endingIn(u, "/lib/exe/xmlrpc.php"), o), nil
	case "confluence":
		return openConfluence(u, o), nil
	}
	return nil, fmt.Errorf("%q: %w", u, ErrUnknown)
}

// kindByURL tells the kind of wiki by the form of its URL, or returns "".
func kindByURL(u *url.URL) string {
	switch {
	case strings.HasSuffix(u.Path, "/api.php"):
		return "mediawiki"
	case strings.HasSuffix(u.Path, "/xmlrpc.php"):
		return "dokuwiki"
	case isCloud(u) || strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/rest/api"):
		return "confluence"
	}
	return ""
}

func isCloud(u *url.URL) bool { return strings.HasSuffix(u.Hostname(), ".atlassian.net") }

// endingIn returns a URL with an ending, if it has none of a script.
func endingIn(u *url.URL, end string) *url.URL {
	v := *u
	if !strings.HasSuffix(v.Path, ".php") {
		v.Path, v.RawPath = strings.TrimRight(v.Path, "/")+end, ""
	}
	return &v
}

func openConfluence(u *url.URL, o Options) *Reader {
	base, space := *u, ""
	for _, before := range []string{"/spaces/", "/display/"} {
		if path, rest, ok := strings.Cut(base.Path, before); ok {
			base.Path = path
			space, _, _ = strings.Cut(rest, "/")
		}
	}
	base.Path = strings.TrimSuffix(strings.TrimRight(base.Path, "/"), "/rest/api")
	base.RawPath = ""
	if !isCloud(u) {
		return Confluence(u.String(), &base, space, o)
	}
	if base.Path == "" {
		base.Path = "/wiki"
	}
	return ConfluenceCloud(u.String(), &base, space, o)
}

// Name is the URL of the wiki.
func (r *Reader) Name() string { return r.name }
