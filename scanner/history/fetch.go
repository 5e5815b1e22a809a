package history

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/objects"
)

const (
	// maxFetched is how much is taken from one server, in bytes.
	maxFetched = 64 << 30
	// maxAdvertised bounds the refs that a server names: a million of them.
	maxAdvertised = 256 << 20
)

// A fetching fetches a repository by the smart protocol over HTTP, version 0
// (gitprotocol-http(5), gitprotocol-pack(5)).
type fetching struct {
	base     url.URL
	file     string
	stall    time.Duration
	client   *http.Client
	user     string
	password redact.Secret
}

// fetch writes a repository as a bundle. It returns the full name of the branch
// that HEAD is, if the server tells.
func (f *fetching) fetch(ctx context.Context) (head string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(f.stall, func() { cancel(errSilent) })
	defer silence.Stop()
	listen := func(r io.Reader) io.Reader { return &listener{r, silence, f.stall} }

	adv, err := f.advertised(ctx, listen)
	if err != nil {
		return "", fetchError(ctx, err)
	}
	if len(adv.wants) == 0 {
		return "", ErrEmptyRemote
	}
	if err := f.take(ctx, adv, listen); err != nil {
		return "", fetchError(ctx, err)
	}
	return adv.headRef, nil
}

var errSilent = errors.New("the server does not answer")

// fetchError says why a repository was not fetched.
func fetchError(ctx context.Context, err error) error {
	var dns *net.DNSError
	var op *net.OpError
	var u *url.Error
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &dns):
		return errors.New("the host is not known")
	case errors.As(err, &op):
		return fmt.Errorf("the server cannot be reached: %w", op.Err)
	case errors.As(err, &u):
		return u.Err // without the URL
	}
	return err
}

// request makes one request of the protocol.
func (f *fetching) request(ctx context.Context, method, path, kind string, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, f.base.String()+path, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "git/awscred") // some servers show browsers a page
	if body != nil {
		r.Header.Set("Content-Type", "application/x-git-upload-pack-request")
	}
	if f.user != "" || !f.password.IsZero() {
		r.SetBasicAuth(f.user, string(f.password.Reveal()))
	}
	res, err := f.client.Do(r)
	if err != nil {
		return nil, err
	}
	switch code := res.StatusCode; {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		err = ErrDenied
	case code == http.StatusNotFound || code == http.StatusGone:
		err = ErrNoRemote
	case code != http.StatusOK:
		err = fmt.Errorf("the server answers with status %d", code)
	case res.Header.Get("Content-Type") != "application/x-git-upload-pack-"+kind:
		err = errors.New("the server does not speak git's smart protocol there")
	}
	if err != nil {
		res.Body.Close()
		return nil, err
	}
	return res, nil
}

// An advertisement is what a server says that it has.
type advertisement struct {
	names        []string // of refs, HEAD among them, as they came
	ids          []objects.ID
	wants        []objects.ID // each once
	capabilities map[string]string
	headRef      string
}

// advertised asks a server what it has.
func (f *fetching) advertised(ctx context.Context, listen func(io.Reader) io.Reader) (*advertisement, error) {
	res, err := f.request(ctx, http.MethodGet, "/info/refs?service=git-upload-pack", "advertisement", nil)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	// A repository that was moved has its pack where it has its refs.
	if at, ok := strings.CutSuffix(res.Request.URL.Path, "/info/refs"); ok {
		f.base.Path, f.base.RawPath = at, ""
	}
	in := bufio.NewReaderSize(io.LimitReader(listen(res.Body), maxAdvertised), packetSize)
	p := packets{in: in}
	if line, err := p.next(); err != nil || !bytes.HasPrefix(line, []byte("# service=git-upload-pack")) {
		return nil, errors.Join(errPackets, err)
	}
	adv := &advertisement{capabilities: map[string]string{}}
	seen := map[objects.ID]bool{}
	for flushes := 0; flushes < 2; {
		line, err := p.next()
		switch {
		case err != nil:
			return nil, err
		case line == nil:
			flushes++
		default:
			if err := adv.add(bytes.TrimSuffix(line, []byte("\n")), seen); err != nil {
				return nil, err
			}
		}
	}
	return adv, nil
}

// add takes a line of an advertisement: "ID NAME", in the first one with what
// the server is capable of behind a NUL.
func (a *advertisement) add(line []byte, seen map[objects.ID]bool) error {
	line, caps, first := bytes.Cut(line, []byte{0})
	if first {
		a.capable(string(caps))
	}
	id, name, ok := strings.Cut(string(line), " ")
	switch {
	case id == "shallow":
		return nil // what is missing is seen to be missing
	case !ok || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return errPackets
	case name == "capabilities^{}" || strings.HasSuffix(name, "^{}"):
		return nil // of an empty repository, and what a tag names
	}
	oid, err := objects.ParseID(id)
	if err != nil {
		return errPackets
	}
	a.names, a.ids = append(a.names, name), append(a.ids, oid)
	if !seen[oid] {
		seen[oid] = true
		a.wants = append(a.wants, oid)
	}
	return nil
}

func (a *advertisement) capable(text string) {
	for _, c := range strings.Fields(text) {
		name, value, _ := strings.Cut(c, "=")
		if name == "symref" {
			if to, ok := strings.CutPrefix(value, "HEAD:"); ok && strings.HasPrefix(to, "refs/") {
				a.headRef = to
			}
			continue
		}
		a.capabilities[name] = value
	}
}

// request is what is asked for: everything.
func (a *advertisement) request() *bytes.Buffer {
	with := " agent=awscred"
	for _, c := range []string{"side-band-64k", "ofs-delta", "no-progress"} {
		if _, ok := a.capabilities[c]; ok {
			with += " " + c
		}
	}
	if format := a.capabilities["object-format"]; format == "sha256" {
		with += " object-format=sha256"
	}
	b := new(bytes.Buffer)
	for _, id := range a.wants {
		line := "want " + id.String() + with + "\n"
		fmt.Fprintf(b, "%04x%s", len(line)+4, line)
		with = ""
	}
	b.WriteString("00000009done\n")
	return b
}

// take fetches the pack and writes it behind the refs.
func (f *fetching) take(ctx context.Context, adv *advertisement, listen func(io.Reader) io.Reader) error {
	res, err := f.request(ctx, http.MethodPost, "/git-upload-pack", "result", adv.request())
	if err != nil {
		return err
	}
	defer res.Body.Close()
	p := packets{in: bufio.NewReaderSize(listen(res.Body), packetSize)}
	if line, err := p.next(); err != nil || string(line) != "NAK\n" {
		return errors.Join(errPackets, err)
	}
	pack := io.Reader(p.in)
	if _, ok := adv.capabilities["side-band-64k"]; ok {
		pack = &sideBand{packets: p}
	}
	return adv.writeBundle(f.file, pack)
}

// writeBundle writes refs and a pack as a bundle (gitformat-bundle(5)).
func (a *advertisement) writeBundle(file string, pack io.Reader) error {
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	w := bufio.NewWriterSize(out, 1<<20)
	if err := a.writeHeader(w); err != nil {
		return err
	}
	n, err := io.Copy(w, io.LimitReader(pack, maxFetched+1))
	switch {
	case err != nil:
		return err
	case n > maxFetched:
		return fmt.Errorf("over the limit of %d GiB", int64(maxFetched)>>30)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing what was fetched: %w", err)
	}
	return out.Close()
}

// writeHeader writes the refs as the header of a bundle.
func (a *advertisement) writeHeader(w io.Writer) error {
	head := "# v2 git bundle\n"
	if a.capabilities["object-format"] == "sha256" {
		head = "# v3 git bundle\n@object-format=sha256\n"
	}
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	for i, name := range a.names {
		if _, err := fmt.Fprintf(w, "%s %s\n", a.ids[i], name); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// packetSize is the size of the largest packet (gitprotocol-common(5)).
const packetSize = 65520

// errPackets is the error for what is no answer of the protocol.
var errPackets = errors.New("the answer of the server is not in git's protocol")

// packets reads packets, each with its length before it.
type packets struct {
	in  *bufio.Reader
	buf [packetSize]byte
}

// next returns the next packet, valid until the one after it; nil is a flush. An
// answer that ends too early is an error.
func (p *packets) next() ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(p.in, size[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", errPackets, noEOF(err))
	}
	n, err := strconv.ParseUint(string(size[:]), 16, 16)
	switch {
	case err != nil || n > packetSize || n > 0 && n < 4:
		return nil, errPackets
	case n == 0:
		return nil, nil
	}
	line := p.buf[:n-4]
	if _, err := io.ReadFull(p.in, line); err != nil {
		return nil, fmt.Errorf("%w: %w", errPackets, noEOF(err))
	}
	if bytes.HasPrefix(line, []byte("ERR ")) {
		return nil, errors.New("the server refuses")
	}
	return line, nil
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// A sideBand reads the pack among what else a server sends.
type sideBand struct {
	packets
	rest []byte
}

// Read implements [io.Reader].
func (s *sideBand) Read(p []byte) (int, error) {
	for len(s.rest) == 0 {
		line, err := s.next()
		switch {
		case err != nil:
			return 0, err
		case line == nil:
			return 0, io.EOF
		case len(line) == 0:
		case line[0] == 1:
			s.rest = line[1:]
		case line[0] == 3:
			return 0, errors.New("the server broke off")
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// A listener hears when something comes.
type listener struct {
	io.Reader
	silence *time.Timer
	after   time.Duration
}

// Read implements [io.Reader].
func (l *listener) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if n > 0 {
		l.silence.Reset(l.after)
	}
	return n, err
}
