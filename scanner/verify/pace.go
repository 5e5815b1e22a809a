package verify

import (
	"context"
	"sync"
	"time"
)

// A pace keeps requests apart, whoever makes them.
type pace struct {
	every time.Duration

	mu   sync.Mutex
	next time.Time
}

// wait returns when the next request may be made, or false if ctx ends first.
func (p *pace) wait(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	p.mu.Lock()
	now := time.Now()
	at := p.next
	if at.Before(now) {
		at = now
	}
	p.next = at.Add(p.every)
	p.mu.Unlock()
	return !at.After(now) || sleep(ctx, at.Sub(now))
}
