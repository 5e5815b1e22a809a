package scanner

import (
	"crypto/sha256"
	"fmt"
	"hash"
)

// Contents tells blobs apart by the matches in them: Values is equal for blobs
// with the same matches in the same order, Places if these stand in the same
// lines and columns as well. They are digests and mean nothing else.
type Contents struct{ Values, Places [sha256.Size]byte }

// contents tells what was seen in a blob from what is seen in others.
func (g *gatherer) contents(seen []sighting) Contents {
	g.mu.Lock()
	defer g.mu.Unlock()
	values, places := sha256.New(), sha256.New()
	for i := range seen {
		m, at := &seen[i].match, &seen[i].at
		fmt.Fprintf(values, "%q %s %q %q %d ", m.Rule.ID, g.value(m.Value), m.Noise, m.Decoded, len(m.Allowed)+len(m.Claims))
		if s := m.Suppressed; s != nil {
			fmt.Fprintf(values, "%q %q %q", s.By, s.Reason, s.Until)
		}
		fmt.Fprintln(values)
		fmt.Fprintln(places, at.line, at.column, at.endLine, at.endColumn)
	}
	return Contents{Values: sum(values), Places: sum(places)}
}

func sum(h hash.Hash) (s [sha256.Size]byte) {
	h.Sum(s[:0])
	return s
}
