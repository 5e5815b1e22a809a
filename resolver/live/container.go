package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/awscred/awscred/resolver"
)

// maxToken is the size above which a token or a cache file is not read.
const maxToken = 1 << 20

// endpointAnswer is what metadata services answer, of containers and of
// instances; the latter with Code.
type endpointAnswer struct {
	Code            string
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	Token           string
	Expiration      *time.Time
	AccountID       string `json:"AccountId"`
}

// keys returns the credentials of an answer.
func (a *endpointAnswer) keys(from string) (resolver.Keys, error) {
	k := resolver.Keys{
		ID:      a.AccessKeyID,
		Secret:  hide(a.SecretAccessKey),
		Token:   hide(a.Token),
		Account: a.AccountID,
	}
	if a.Expiration != nil {
		k.Expires = *a.Expiration
	}
	return complete(k, from)
}

// askContainer asks the credentials endpoint of a container. Package
// endpointcreds of the SDK would do it, but an answer of "null" makes it
// dereference nil (credentials@v1.20.16/endpointcreds/provider.go:155).
func askContainer(ctx context.Context, h *resolver.Host, p *resolver.ContainerPlan) (resolver.Keys, error) {
	header := http.Header{"Accept": {"application/json"}}
	token, err := containerToken(h, p)
	if err != nil {
		return resolver.Keys{}, err
	}
	if token != "" {
		header.Set("Authorization", token)
	}
	if ctx, err = containerContext(ctx, p.URL); err != nil {
		return resolver.Keys{}, err
	}
	body, err := newClient(h, containerTimeout).get(ctx, p.URL, header)
	if err != nil {
		return resolver.Keys{}, fmt.Errorf("asking the container's credentials endpoint: %w", err)
	}
	var a *endpointAnswer
	if json.Unmarshal(body, &a) != nil || a == nil {
		return resolver.Keys{}, fmt.Errorf("asking the container's credentials endpoint: %w", errGarbled)
	}
	return a.keys("the answer of the container's credentials endpoint")
}

// containerToken returns what authorizes the request. No line break is allowed
// in it (endpointcreds/provider.go, resolveAuthToken).
func containerToken(h *resolver.Host, p *resolver.ContainerPlan) (string, error) {
	token := reveal(p.Token)
	if p.TokenFile != "" {
		data, err := h.ReadFile(p.TokenFile, maxToken)
		if err != nil {
			return "", fmt.Errorf("reading the authorization token: %w", err)
		}
		token = string(data)
	}
	if strings.ContainsAny(token, "\r\n") {
		return "", errors.New("the authorization token contains a line break")
	}
	return token, nil
}

// containerContext restricts a request over plain HTTP to the addresses to which
// SDKs send a container's token (config@v1.33.16/resolve_credentials.go,
// resolveLocalHTTPCredProvider): literal ones here, names when they are
// dialled.
func containerContext(ctx context.Context, raw string) (context.Context, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("the container's credentials endpoint is not a valid URL")
	}
	if u.Scheme != "http" {
		return ctx, nil
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !containerAddress(ip) {
		return nil, errContainerHost
	}
	return context.WithValue(ctx, containerOnly{}, true), nil
}
