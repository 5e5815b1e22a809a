package history

import (
	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/objects"
)

// Noted reports whether Locate needs no survey to locate secrets.
func (r *Repository) Noted(secrets []scanner.Held) bool {
	l := &locator{r: r, secrets: secrets, byBlob: map[objects.ID]int{}, byName: map[string]int{}, own: map[objects.ID][]int32{}}
	l.wantAll()
	return l.noted()
}
