package live

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/awscred/awscred/resolver"
)

// Limits of a probe: all of it, and one of the two requests that it may take.
// An instance answers in about a millisecond.
const (
	probeTimeout        = time.Second
	probeRequestTimeout = probeTimeout / 2
)

// A Prober asks the one harmless question: the name of the instance's role,
// from the literal addresses of the metadata service only. It gets no keys and
// sends no secret.
type Prober struct {
	// Configured makes it ask metadata services at other addresses as well,
	// and whether the credentials endpoint of a container answers at all.
	Configured bool
}

var _ resolver.Prober = Prober{}

// Probe asks a source whether it is there, within a second. The errors are
// those of [resolver.Prober]; the error of the context if that ended.
func (p Prober) Probe(ctx context.Context, h *resolver.Host, plan resolver.Plan) (string, error) {
	within, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	var name string
	var err error
	switch plan := plan.(type) {
	case *resolver.InstancePlan:
		if h.HTTP == nil || !p.Configured && !fixedEndpoint(plan.Endpoint) {
			return "", resolver.ErrNotAsked
		}
		name, err = newMetadata(h, plan, probeRequestTimeout).role(within)
	case *resolver.ContainerPlan:
		if h.HTTP == nil || !p.Configured {
			return "", resolver.ErrNotAsked
		}
		err = knock(within, h, plan.URL)
	default:
		return "", resolver.ErrNotAsked
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	return name, err
}

// fixedEndpoint reports whether an endpoint is one of the literal addresses of
// the metadata service.
func fixedEndpoint(endpoint string) bool {
	switch endpoint {
	case "http://169.254.169.254", "http://169.254.169.254/", "http://[fd00:ec2::254]", "http://[fd00:ec2::254]/":
		return true
	}
	return false
}

// knock asks whether anything answers where a container's endpoint should be.
// It asks for the root, so that no keys come back, and sends no token; every
// answer counts.
func knock(ctx context.Context, h *resolver.Host, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return fmt.Errorf("%w: the endpoint is not a valid URL", resolver.ErrNoCredentials)
	}
	root := (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}).String()
	if ctx, err = containerContext(ctx, root); err != nil {
		return fmt.Errorf("%w: %w", resolver.ErrNoCredentials, err)
	}
	c := newClient(h, probeTimeout)
	_, err = c.get(ctx, root, http.Header{})
	if err != nil && c.status == 0 {
		return fmt.Errorf("%w: the container's credentials endpoint cannot be reached: %w", resolver.ErrNoCredentials, err)
	}
	return nil
}
