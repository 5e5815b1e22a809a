package scanner

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Options of a scan.
type Options struct {
	Tool   Tool
	Config RuleConfig
	Policy Policy
	// Strict counts opaque content as missing.
	Strict bool
	// Now is the clock, which decides whether temporary keys are dead.
	Now func() time.Time
	// FingerprintKey keys the fingerprints; nil takes the constant that all
	// machines share.
	FingerprintKey []byte
	// NoInlineAllow takes no notice of comments that allow a match.
	NoInlineAllow bool
	// ShowSecrets puts the secrets themselves into the report.
	ShowSecrets bool
	// Suppress, if set, is asked for each finding: a baseline.
	Suppress func(*Finding)
	// Ignore, if set, is asked for each place of each match: an ignore file.
	Ignore Ignorer
	// Found, if set, is called with the number of distinct secrets seen so
	// far and what the new one is, from any goroutine, one at a time.
	Found func(secrets int, title string)
}

// Scan reads everything that src has, looks for what m knows, and returns the
// report. If ctx ends first the report holds what was found until then and its
// Interrupted says why; that is no error. Scan returns an error only if src
// could not be read at all.
func Scan(ctx context.Context, src Source, m Matcher, o Options) (*Report, error) {
	start := o.Now()
	r := &Report{Version: 1, Tool: o.Tool, Target: src.Target(), Config: o.Config, Findings: []*Finding{}}

	g := newGatherer(m, o)
	err := src.Sweep(ctx, g.visit)
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("reading %s %q: %w", r.Target.Kind, r.Target.Name, err)
	}
	secrets := g.secrets(o)
	lives, err := locate(ctx, src, secrets)
	if err == nil {
		secrets, lives, err = pairAcross(ctx, src, secrets, lives)
	}
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("locating secrets in %q: %w", r.Target.Name, err)
	}
	prove(secrets)
	paths := pathRulings{}
	for i, s := range secrets {
		if f := s.finding(lives[i], paths, o); f != nil {
			if o.Suppress != nil {
				o.Suppress(f)
			}
			r.Findings = append(r.Findings, f)
		}
	}
	sortFindings(r.Findings)
	r.Interrupted = interruption(ctx)
	r.Coverage = src.Coverage()
	g.cover(r.Coverage)
	r.Coverage.Close(o.Strict)
	if r.Interrupted != "" {
		r.Coverage.Complete = false // what was not reached is missing, too
	}
	r.Summary.Seconds = o.Now().Sub(start).Seconds()
	r.Close(o.Policy)
	return r, nil
}

// locate asks src where the secrets stand. A scan that was interrupted still
// names the blobs: their lives are then empty.
func locate(ctx context.Context, src Source, secrets []*secret) ([]Life, error) {
	held := make([]Held, len(secrets))
	for i, s := range secrets {
		held[i] = s.held()
	}
	if r, ok := src.(Rememberer); ok && r.Remembers() {
		ctx = context.WithoutCancel(ctx)
	}
	if ctx.Err() != nil || len(secrets) == 0 {
		return emptyLives(held), nil
	}
	lives, err := src.Locate(ctx, held)
	if err != nil {
		return emptyLives(held), err
	}
	if len(lives) != len(held) {
		return nil, fmt.Errorf("source located %d of %d secrets", len(lives), len(held))
	}
	for i := range lives {
		if len(lives[i].Spots) != len(held[i].Blobs) {
			return nil, fmt.Errorf("source located %d of the %d blobs of a secret", len(lives[i].Spots), len(held[i].Blobs))
		}
	}
	return lives, nil
}

// emptyLives knows of each blob only what its reference says.
func emptyLives(held []Held) []Life {
	lives := make([]Life, len(held))
	for i, h := range held {
		lives[i].Spots = make([][]Spot, len(h.Blobs))
		for j, b := range h.Blobs {
			place := b.Place
			if place == "" {
				place = InHistory // an object: where, nobody has looked
			}
			lives[i].Spots[j] = []Spot{{Place: place, Path: b.Path, Ref: b.Ref}}
		}
	}
	return lives
}

func interruption(ctx context.Context) string {
	switch {
	case ctx.Err() == nil:
		return ""
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return "timeout"
	}
	return "interrupted"
}
