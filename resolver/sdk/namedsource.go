package sdk

import (
	"context"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// NamedSources are what credential_source can name: keys from outside of the
// files.
type NamedSources struct {
	Environment, Container, Instance resolver.Link
	// AnyCase ignores the case of the names.
	AnyCase bool
	// NoneFails makes it an error if the instance has no role, as it is if the
	// environment or the container has no keys; otherwise there are none.
	NoneFails bool
	// NonePasses passes over a name that is unknown, and a source that is not
	// configured.
	NonePasses bool
}

// CredentialSource is the Method of credential_source.
func CredentialSource(n NamedSources) Method {
	return Method{Name: "credential_source", Offer: func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		name := v.value("credential_source")
		if name == "" {
			return resolver.Offer{}, false
		}
		return n.offer(ctx, v, name), true
	}}
}

// offer returns what the source of that name offers.
func (n NamedSources) offer(ctx context.Context, v *visit, name string) resolver.Offer {
	step := v.step(resolver.FromAssumeRole, "credential_source")
	link := n.link(name)
	if link == nil {
		return n.none(step, "credential_source "+quote(name)+" is not Environment, EcsContainer or Ec2InstanceMetadata")
	}
	offers := link.Offers(ctx, v.situation)
	i := slices.IndexFunc(offers, func(o resolver.Offer) bool { return o.Step.Offered() || o.Step.Stops || o.FailurePasses })
	switch {
	case i >= 0:
		offers[i].NoneFails = n.NoneFails
		return offers[i]
	case offers[0].Step.Source == resolver.FromIMDS && !n.NoneFails:
		return offers[0]
	}
	return n.none(step, "credential_source is "+name+": "+offers[0].Step.Reason)
}

// none is the offer of a source that is none.
func (n NamedSources) none(step resolver.Step, reason string) resolver.Offer {
	return Passes{Broken: n.NonePasses}.offer(stopping(step, reason))
}

// link returns the link of a name, or nil.
func (n NamedSources) link(name string) resolver.Link {
	same := func(other string) bool { return name == other || n.AnyCase && strings.EqualFold(name, other) }
	switch {
	case same("Environment"):
		return n.Environment
	case same("EcsContainer"):
		return n.Container
	case same("Ec2InstanceMetadata"):
		return n.Instance
	}
	return nil
}
