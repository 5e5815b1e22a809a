package sdk

import (
	"context"

	"github.com/awscred/awscred/resolver"
)

// Passes says which failures of a source do not end the chain.
type Passes struct {
	// Broken are those that show before the source is asked, Failed those
	// that show when it is.
	Broken, Failed bool
}

// Link returns a link of which these failures are passed over.
func (p Passes) Link(link resolver.Link) resolver.Link { return passingLink{link, p} }

// Method returns a method of which these failures are passed over.
func (p Passes) Method(m Method) Method {
	offer := m.Offer
	m.Offer = func(ctx context.Context, v *visit) (resolver.Offer, bool) {
		o, ok := offer(ctx, v)
		return p.offer(o), ok
	}
	return m
}

// offer returns an offer of which these failures are passed over.
func (p Passes) offer(o resolver.Offer) resolver.Offer {
	switch {
	case o.Step.Offered():
		o.FailurePasses = o.FailurePasses || p.Failed
	case p.Broken:
		o.FailurePasses = true
		o.Step.Stops = false
	}
	return o
}

type passingLink struct {
	link   resolver.Link
	passes Passes
}

// Offers returns the offers of the link.
func (l passingLink) Offers(ctx context.Context, s *resolver.Situation) []resolver.Offer {
	offers := l.link.Offers(ctx, s)
	for i, o := range offers {
		offers[i] = l.passes.offer(o)
	}
	return offers
}

// A Half is what an SDK makes of half a key pair.
type Half uint8

// What SDKs make of half a key pair.
const (
	HalfPasses Half = iota // as if nothing were set
	IDStops                // a key id alone is an error, a secret alone is nothing
	HalfStops              // either half alone is an error
)

// stops reports whether the half that is there ends the chain.
func (h Half) stops(hasID bool) bool { return h == HalfStops || h == IDStops && hasID }
