package history

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/awscred/awscred/internal/redact"
)

// Why there is nothing to clone. An error that wraps none of these is one of the
// network, or of what the server sent.
var (
	// ErrNoRemote says that the server knows of no repository there, or does not
	// tell this login of it.
	ErrNoRemote = errors.New("there is no repository there, or not for this login")
	// ErrEmptyRemote says that the repository is there and holds nothing.
	ErrEmptyRemote = errors.New("the repository is empty")
	// ErrDenied says that the server wants another login, or any. Some say so
	// of what does not exist, too.
	ErrDenied = errors.New("the server asks for a login that it accepts")
	// ErrPlain says that a URL would send everything in the clear.
	ErrPlain = errors.New("not https: nothing is fetched unencrypted, except from this machine")
	// errSSH says that a URL is one of ssh.
	errSSH = errors.New("over ssh")
)

// CloneOptions of [OpenClone].
type CloneOptions struct {
	Options
	// Name is how reports call the repository; it must hold no credentials.
	Name string
	// Login is asked when a server wants to know who is there; nil is nobody.
	Login func(context.Context) (user string, password redact.Secret, ok bool)
	// Via carries the requests; nil is the network.
	Via http.RoundTripper
	// Stall is how long the server may be silent; 0 means two minutes.
	Stall time.Duration
}

// A Clone is a copy of a remote repository: everything that its refs reach, the
// refs as they are there. It lives in a temporary directory of the user's own
// until Close.
type Clone struct {
	*Repository
	dir string
}

// Close releases the clone and removes it from the disk.
func (c *Clone) Close() error {
	return errors.Join(c.Repository.Close(), os.RemoveAll(c.dir))
}

// OpenClone fetches everything that the refs of a remote repository reach, as git
// clone --mirror does, and opens it. What comes is written as it comes, as one
// bundle: nothing is unpacked to be packed again, and nothing is run. Of URLs it
// takes those of https, of ssh, also in git's short form, and of http if they lead
// to this machine.
//
// The error wraps one of [ErrNoRemote], [ErrEmptyRemote], [ErrDenied],
// [ErrPlain] if that is why, and holds neither credentials nor what
// the server said.
func OpenClone(ctx context.Context, remote string, o CloneOptions) (*Clone, error) {
	if o.Stall <= 0 {
		o.Stall = 2 * time.Minute
	}
	u, err := parseRemote(remote)
	fetch := func(file string) (string, error) { return fetchTo(ctx, u, file, o) }
	if errors.Is(err, errSSH) {
		fetch = func(file string) (string, error) { return fetchSSH(ctx, remote, file, o.Stall) }
	} else if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "awscred-clone-") // 0700
	if err != nil {
		return nil, fmt.Errorf("making a directory for a clone: %w", err)
	}
	repo, err := fetchAndOpen(filepath.Join(dir, "all.bundle"), fetch, o)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return &Clone{repo, dir}, nil
}

func fetchAndOpen(file string, fetch func(file string) (head string, err error), o CloneOptions) (*Repository, error) {
	head, err := fetch(file)
	if err != nil {
		return nil, err
	}
	repo, err := OpenBundle(file, o.Options)
	if err != nil {
		return nil, fmt.Errorf("opening what was fetched: %w", err)
	}
	repo.name = o.Name
	repo.refs.headRef = head
	repo.refs.fetched = []string{"refs/*"} // all are the remote's
	return repo, nil
}

// fetchTo fetches without a login, and with one if the server asks for it. What
// stands in the URL is used at once.
func fetchTo(ctx context.Context, u *url.URL, file string, o CloneOptions) (head string, err error) {
	f := &fetching{base: *u, file: file, stall: o.Stall, client: &http.Client{Transport: o.Via, CheckRedirect: sameHost}}
	f.base.User = nil // whoever prints a URL prints it, too
	if password, ok := u.User.Password(); ok {
		f.user, f.password = u.User.Username(), redact.New(password)
		return f.fetch(ctx)
	}
	head, err = f.fetch(ctx)
	if o.Login == nil || !errors.Is(err, ErrDenied) && !errors.Is(err, ErrNoRemote) {
		return head, err
	}
	user, password, ok := o.Login(ctx)
	if !ok {
		return "", err
	}
	f.user, f.password = user, password
	return f.fetch(ctx)
}

// parseRemote reads the URL of a repository, by git's rules (git-fetch(1), "GIT
// URLS").
func parseRemote(remote string) (*url.URL, error) {
	if !strings.Contains(remote, "://") {
		return nil, errSSH // HOST:PATH
	}
	u, err := url.Parse(remote)
	switch {
	case err != nil || u.Host == "":
		return nil, errors.New("the URL cannot be understood")
	case u.Scheme == "ssh" || u.Scheme == "git+ssh" || u.Scheme == "ssh+git":
		return nil, errSSH
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return nil, ErrPlain
	}
	u.RawQuery, u.Fragment = "", ""
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// sameHost lets a server send a client elsewhere on the same host only.
func sameHost(to *http.Request, via []*http.Request) error {
	if from := via[0].URL; to.URL.Host != from.Host || to.URL.Scheme != from.Scheme {
		return errElsewhere
	}
	if len(via) > 5 {
		return errors.New("the server sends in circles")
	}
	return nil
}

var errElsewhere = errors.New("the server sends to another host")
