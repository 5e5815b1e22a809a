package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/ssh"

	"github.com/awscred/awscred/internal/redact"
	"github.com/awscred/awscred/scanner/objects"
)

// fetchSSH fetches a repository over ssh, in pure Go: the agent that
// SSH_AUTH_SOCK names answers for the user, and the files of known hosts (those
// of SSH_KNOWN_HOSTS, else ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts) for
// the host, which must be in them. It returns the branch that HEAD is.
//
// To connect cannot be interrupted, so a goroutine does it, which is left behind
// when ctx is done.
func fetchSSH(ctx context.Context, remote, file string, stall time.Duration) (head string, err error) {
	ep, err := transport.NewEndpoint(remote)
	if err != nil || ep.Host == "" {
		return "", errors.New("the URL cannot be understood")
	}
	if ep.User == "" {
		ep.User = "git"
	}
	ep.Password = ""
	auth, err := ssh.NewSSHAgentAuth(ep.User)
	if err != nil {
		return "", fmt.Errorf("%w: no ssh agent is running", ErrDenied)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(stall, func() { cancel(errSilent) })
	defer silence.Stop()
	type result struct {
		head string
		err  error
	}
	done := make(chan result, 1)
	go redact.Contained(func() {
		head, err := overSSH(ctx, ep, auth, file, func(r io.Reader) io.Reader { return &listener{r, silence, stall} })
		done <- result{head, err}
	})()
	select {
	case r := <-done:
		if r.err != nil {
			return "", sshError(ctx, r.err)
		}
		return r.head, nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// overSSH talks to the server.
func overSSH(ctx context.Context, ep *transport.Endpoint, auth transport.AuthMethod, file string, listen func(io.Reader) io.Reader) (string, error) {
	s, err := ssh.NewClient(nil).NewUploadPackSession(ep, auth)
	if err != nil {
		return "", err
	}
	defer s.Close()
	refs, err := s.AdvertisedReferencesContext(ctx)
	if err != nil {
		return "", err
	}
	adv, err := advertisementOf(refs)
	if err != nil {
		return "", err
	}
	req := packp.NewUploadPackRequestFromCapabilities(refs.Capabilities)
	for _, id := range refs.References {
		req.Wants = append(req.Wants, id)
	}
	if len(req.Wants) == 0 {
		return "", ErrEmptyRemote
	}
	res, err := s.UploadPack(ctx, req)
	if err != nil {
		return "", err
	}
	defer res.Close()
	pack := listen(res)
	switch {
	case req.Capabilities.Supports(capability.Sideband64k):
		pack = sideband.NewDemuxer(sideband.Sideband64k, pack)
	case req.Capabilities.Supports(capability.Sideband):
		pack = sideband.NewDemuxer(sideband.Sideband, pack)
	}
	return adv.headRef, adv.writeBundle(file, pack)
}

// advertisementOf takes what a server advertises into the form that is used over
// HTTP.
func advertisementOf(refs *packp.AdvRefs) (*advertisement, error) {
	adv := &advertisement{capabilities: map[string]string{}}
	seen := map[objects.ID]bool{}
	if refs.Head != nil {
		if err := adv.add([]byte(refs.Head.String()+" HEAD"), seen); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(refs.References)) {
		if err := adv.add([]byte(refs.References[name].String()+" "+name), seen); err != nil {
			return nil, err
		}
	}
	for _, v := range refs.Capabilities.Get(capability.SymRef) {
		adv.capable("symref=" + v)
	}
	return adv, nil
}

// sshError says why a repository was not fetched, in words of our own.
func sshError(ctx context.Context, err error) error {
	var dns *net.DNSError
	var op *net.OpError
	text := err.Error()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return ErrNoRemote
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return ErrEmptyRemote
	case errors.Is(err, transport.ErrAuthenticationRequired), errors.Is(err, transport.ErrAuthorizationFailed), strings.Contains(text, "unable to authenticate"):
		return ErrDenied
	case strings.Contains(text, "knownhosts: "):
		return errors.New("the key of the host is another than that in known_hosts, or in none")
	case errors.As(err, &dns):
		return errors.New("the host is not known")
	case errors.As(err, &op):
		return fmt.Errorf("the server cannot be reached: %w", op.Err)
	}
	return errors.New(redact.Text(text[:min(len(text), 200)]))
}
