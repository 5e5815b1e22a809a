package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/awscred/awscred/resolver"
	"github.com/awscred/awscred/resolver/live"
	"github.com/awscred/awscred/resolver/report"
)

// A recorder keeps the keys that a Carrier got last. A chain ends with the
// first plan that gives keys, so these are the winner's.
type recorder struct {
	resolver.Carrier
	keys resolver.Keys
}

// Carry carries a plan out.
func (c *recorder) Carry(ctx context.Context, h *resolver.Host, p resolver.Plan) (resolver.Keys, error) {
	keys, err := c.Carrier.Carry(ctx, h, p)
	if err == nil {
		c.keys = keys
	}
	return keys, err
}

// onceProber asks each question once, however many SDKs ask it: a machine
// without a metadata service must not cost a second for each of them.
type onceProber struct {
	resolver.Prober
	mu      sync.Mutex
	answers map[string]probed
}

type probed struct {
	name string
	err  error
}

func newOnceProber(configured bool) *onceProber {
	return &onceProber{Prober: live.Prober{Configured: configured}, answers: map[string]probed{}}
}

// Probe asks, or repeats the answer.
func (o *onceProber) Probe(ctx context.Context, h *resolver.Host, p resolver.Plan) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	question := fmt.Sprintf("%T", p)
	switch p := p.(type) {
	case *resolver.InstancePlan:
		question = p.Endpoint
	case *resolver.ContainerPlan:
		question = p.URL
	}
	a, known := o.answers[question]
	if !known {
		a.name, a.err = o.Prober.Probe(ctx, h, p)
		o.answers[question] = a
	}
	return a.name, a.err
}

// whose asks STS whose keys they are.
func whose(ctx context.Context, h *resolver.Host, keys resolver.Keys) *report.Identity {
	region := h.Getenv("AWS_REGION")
	if region == "" {
		region = h.Getenv("AWS_DEFAULT_REGION")
	}
	c, err := live.Identity(ctx, h, keys, region)
	if err != nil {
		return &report.Identity{Error: err.Error()}
	}
	return &report.Identity{Account: c.Account, ARN: c.ARN, UserID: c.UserID, Root: c.Root}
}
