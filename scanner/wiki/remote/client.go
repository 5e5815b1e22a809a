package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/awscred/awscred/internal/redact"
)

// A Login is who asks a wiki. The zero Login is nobody.
type Login struct {
	User     string
	Password redact.Secret
	// Token is sent as a bearer token, and goes before user and password.
	Token redact.Secret
}

// IsZero reports whether it is nobody.
func (l Login) IsZero() bool { return l.Password.IsZero() && l.Token.IsZero() }

// Options say how a wiki is asked.
type Options struct {
	Login Login
	// Via carries the requests; nil is the network.
	Via http.RoundTripper
	// Wait waits for a duration, or until ctx is done; nil is the clock.
	Wait func(ctx context.Context, d time.Duration) error
	// Patience is how long a walk waits in all when a server asks it to; 0 means
	// a quarter of an hour. A single time is at most a third of it.
	Patience time.Duration
	// Start is where the walk begins; the zero Position is the beginning.
	Start Position
	// Reached, if set, is told whenever something has been handed over whole.
	Reached func(Position)
}

const (
	// maxAnswer is how large an answer may be in bytes: a page of 50 revisions
	// of 2 MiB each.
	maxAnswer = 128 << 20
	// maxFile is how much is taken of a file.
	maxFile = 128 << 20
	// attempts is how often something is asked for.
	attempts = 5
	// answerTime is how long an answer may take, and fileTime how long a file.
	answerTime = 2 * time.Minute
	fileTime   = 15 * time.Minute
)

// A problem is why something was not read, and what mends it.
type problem struct {
	why, fix string
	// all means that nothing else can be read either.
	all bool
	// code is the status of the answer, or what the wiki calls the error.
	code string
}

// Error says why.
func (p *problem) Error() string { return p.why }

// problemOf makes a problem of any error.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	return &problem{why: err.Error(), fix: "scan it again", all: true}
}

const (
	fixLogin  = "give a login that may read it, or a new token: docs/output.md, Wikis over the network"
	fixRights = "an account with more rights sees it"
)

// A client asks one wiki.
type client struct {
	base     *url.URL
	login    Login
	basic    bool // user and password go with each request
	http     *http.Client
	wait     func(context.Context, time.Duration) error
	patience time.Duration
	most     time.Duration // a single time
	// friends are the ends of other hosts' names that may hand over files, which
	// see no login.
	friends []string
}

// newClient returns the client for a base URL without credentials.
func newClient(base *url.URL, o Options) *client {
	c := &client{base: base, login: o.Login, wait: o.Wait, patience: o.Patience}
	if c.patience <= 0 {
		c.patience = 15 * time.Minute
	}
	c.most = c.patience / 3
	if c.wait == nil {
		c.wait = sleep
	}
	jar, _ := cookiejar.New(nil) // never fails
	c.http = &http.Client{Transport: o.Via, Jar: jar, CheckRedirect: c.redirect}
	return c
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

var errElsewhere = errors.New("it leads to another host")

// redirect lets a server send us elsewhere on its host, or for a file to a friend.
func (c *client) redirect(to *http.Request, via []*http.Request) error {
	if len(via) > 5 {
		return errors.New("the server sends in circles")
	}
	if sameOrigin(to.URL, c.base) {
		return nil
	}
	to.Header.Del("Authorization") // net/http keeps it for subdomains
	if to.Method == http.MethodGet && c.isFriend(to.URL) {
		return nil
	}
	return errElsewhere
}

func (c *client) isFriend(u *url.URL) bool {
	for _, f := range c.friends {
		if u.Scheme == "https" && strings.HasSuffix(u.Hostname(), f) {
			return true
		}
	}
	return false
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// A question is one request.
type question struct {
	method string
	url    *url.URL
	kind   string // of the body
	body   []byte
	limit  int64
}

// An answer is what came of a request.
type answer struct {
	header http.Header
	body   []byte
	over   bool // there was more than the limit
}

// ask asks, and asks again if it was too early or the network failed.
func (c *client) ask(ctx context.Context, q question) (*answer, error) {
	for n := 1; ; n++ {
		a, retry, err := c.once(ctx, q)
		if err == nil || ctx.Err() != nil {
			return a, ctxError(ctx, err)
		}
		if retry < 0 || n == attempts {
			return nil, err
		}
		if err := c.pause(ctx, retry, n); err != nil {
			return nil, err
		}
	}
}

func ctxError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// pause waits for as long as a server asks for, or after the nth attempt for
// longer and longer.
func (c *client) pause(ctx context.Context, d time.Duration, n int) error {
	if d == 0 {
		d = time.Second << (n - 1)
	}
	if d > c.most || d > c.patience {
		return &problem{why: fmt.Sprintf("the server asks to wait %s, which is too long", d.Round(time.Second)), fix: "scan it again later", all: true}
	}
	c.patience -= d
	return c.wait(ctx, d)
}

// never is for what does not go better a second time.
const never = -1

// once asks once. After an error, retry is how long to wait before another
// attempt: 0 if nobody said, never if there is none.
func (c *client) once(ctx context.Context, q question) (a *answer, retry time.Duration, err error) {
	limit, most := int64(maxAnswer), answerTime
	if q.limit > 0 {
		limit, most = q.limit, fileTime
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, q.method, q.url.String(), bytes.NewReader(q.body))
	if err != nil {
		return nil, never, err
	}
	r.Header.Set("User-Agent", "awscred")
	if q.kind != "" {
		r.Header.Set("Content-Type", q.kind)
	}
	if sameOrigin(q.url, c.base) {
		c.sign(r)
	}
	res, err := c.http.Do(r)
	if err != nil {
		return nil, retryOf(err), networkError(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return nil, 0, networkError(err)
	}
	if res.StatusCode != http.StatusOK {
		retry, err := statusError(res)
		return nil, retry, err
	}
	a = &answer{header: res.Header, body: body}
	if a.over = int64(len(body)) > limit; a.over {
		a.body = body[:limit]
	}
	return a, 0, nil
}

func (c *client) sign(r *http.Request) {
	switch {
	case !c.login.Token.IsZero():
		r.Header.Set("Authorization", "Bearer "+string(c.login.Token.Reveal()))
	case c.basic && !c.login.Password.IsZero():
		r.SetBasicAuth(c.login.User, string(c.login.Password.Reveal()))
	}
}

// retryOf reports whether a request that failed may go better: not if it was led
// away.
func retryOf(err error) time.Duration {
	if errors.Is(err, errElsewhere) {
		return never
	}
	return 0
}

// networkError says what failed, without the URL, which may hold what is secret.
func networkError(err error) error {
	var u *url.Error
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.Is(err, errElsewhere):
		return &problem{why: errElsewhere.Error(), fix: "name the wiki by the URL that it has now"}
	case errors.Is(err, context.DeadlineExceeded):
		err = errors.New("it does not answer")
	case errors.As(err, &dns):
		err = errors.New("the host is not known")
	case errors.As(err, &op):
		err = op.Err
	case errors.As(err, &u):
		err = u.Err
	}
	return &problem{why: "the server cannot be reached: " + err.Error(), fix: "scan it again", all: true}
}

// statusError says what a status means, and when to ask again.
func statusError(res *http.Response) (retry time.Duration, err error) {
	code := strconv.Itoa(res.StatusCode)
	switch res.StatusCode {
	case http.StatusUnauthorized:
		return never, &problem{why: "the login is not accepted, or has expired", fix: fixLogin, all: true, code: code}
	case http.StatusForbidden:
		return never, &problem{why: "access denied", fix: fixRights, code: code}
	case http.StatusNotFound, http.StatusGone:
		return never, &problem{why: "not found", code: code}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return retryAfter(res.Header, time.Now()), &problem{why: "the server asks for a break", fix: "scan it again later", all: true, code: code}
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		return 0, &problem{why: "the server answers with status " + code, fix: "scan it again", code: code}
	}
	return never, &problem{why: "the server answers with status " + code, code: code}
}

// retryAfter reads the header of this name: seconds, or a date (RFC 9110, 10.2.3).
// It returns 0 if there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 && seconds < 1<<31 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// at returns a URL of the wiki: a path below the base, or one from the root, with
// parameters.
func (c *client) at(path string, parameters url.Values) *url.URL {
	u := *c.base
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/")+path, ""
	u.RawQuery = parameters.Encode()
	return &u
}

// getJSON asks for JSON and reads it into v.
func (c *client) getJSON(ctx context.Context, u *url.URL, v any) (http.Header, error) {
	a, err := c.ask(ctx, question{method: http.MethodGet, url: u})
	if err != nil {
		return nil, err
	}
	return a.header, a.json(v)
}

// json reads an answer.
func (a *answer) json(v any) error {
	if a.over {
		return &problem{why: fmt.Sprintf("an answer is over the limit of %d MiB", maxAnswer>>20)}
	}
	if err := json.Unmarshal(a.body, v); err != nil {
		return &problem{why: "the answer is not what the interface says: " + kindOf(a), fix: "is the URL that of the wiki's interface?", all: true}
	}
	return nil
}

// kindOf tells a page for people from broken JSON.
func kindOf(a *answer) string {
	if bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<")) {
		return "a page for people"
	}
	return "broken JSON"
}

// file fetches a file of the wiki, or of a friend.
func (c *client) file(ctx context.Context, u *url.URL) (*answer, error) {
	if !sameOrigin(u, c.base) && !c.isFriend(u) {
		return nil, &problem{why: "it stands on another host, " + u.Host, fix: "fetch it, and scan it as a file"}
	}
	return c.ask(ctx, question{method: http.MethodGet, url: u, limit: maxFile})
}
