package history

import (
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// again returns a locator for other secrets in the blobs that were surveyed
// before, which need not be surveyed a second time; nil if there are others.
func (r *Repository) again(secrets []scanner.Held) *locator {
	old := r.surveyed
	if old == nil {
		return nil
	}
	l := *old
	l.secrets, l.held, l.own = secrets, make([][]int32, len(old.held)), map[objects.ID][]int32{}
	l.wantAll()
	if len(l.blobs) != len(old.blobs) || len(l.names) != len(old.names) {
		r.surveyed = nil
		return nil
	}
	for id := range l.own {
		if _, known := old.own[id]; !known {
			return nil
		}
	}
	census := *old.census
	census.held, census.own = l.held, l.ownCommits(census.g)
	l.census = &census
	return &l
}

// wantAll notes what holds each secret.
func (l *locator) wantAll() {
	for i, h := range l.secrets {
		for _, b := range h.Blobs {
			l.want(i, b.BlobRef)
		}
	}
}

// ownCommits are the secrets that commits hold themselves, by their numbers.
func (l *locator) ownCommits(g *graph) map[int32][]int32 {
	own := map[int32][]int32{}
	for id, s := range l.own {
		if n, ok := g.number[id]; ok {
			own[n] = s
		}
	}
	return own
}
