package main

import (
	"bytes"
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

// runningOnce returns a Host that runs a command line once, however many SDKs
// name it: a process that asks for a second factor must not do so for each of
// them.
func runningOnce(host *resolver.Host) *resolver.Host {
	if host.Run == nil {
		return host
	}
	type ran struct {
		out []byte
		err error
	}
	answers := make(map[string]ran)
	once := *host
	once.Run = func(ctx context.Context, commandLine string, env map[string]string) ([]byte, error) {
		call := fmt.Sprintf("%q %q", commandLine, env)
		a, known := answers[call]
		if !known {
			a.out, a.err = host.Run(ctx, commandLine, env)
			answers[call] = a
		}
		return bytes.Clone(a.out), a.err
	}
	return &once
}

// identities are the answers of STS, by the id of the key that it was asked for.
type identities map[string]*report.Identity

// of asks STS whose keys they are, once for each key.
func (i identities) of(ctx context.Context, h *resolver.Host, keys resolver.Keys) *report.Identity {
	if _, known := i[keys.ID]; !known {
		i[keys.ID] = whose(ctx, h, keys)
	}
	return i[keys.ID]
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
