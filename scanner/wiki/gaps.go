package wiki

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner"
)

// maxNamed is how many gaps of one kind are named one by one. A dump without
// texts has as many as it has revisions.
const maxNamed = 100

// maxTitle is how much of a title a message repeats, in bytes.
const maxTitle = 200

// Gaps takes what a Reader could not read. It is safe for use by several
// goroutines.
type Gaps struct {
	cover *scanner.Coverage
	mu    sync.Mutex
	named map[string]int // by reason
}

// NewGaps returns Gaps that go to a coverage.
func NewGaps(c *scanner.Coverage) *Gaps { return &Gaps{cover: c, named: map[string]int{}} }

// Lost records that a part of a wiki exists and was not read: why in one clause,
// and what mends it, if anything does. What is "the text", "the comment", "the
// file keys.csv"; an empty id stands for the page as a whole. Beyond a hundred of
// one reason they are counted together.
func (g *Gaps) Lost(p *Page, id, what, why, fix string) {
	g.cover.AddLost(g.gap(p, id, what, why, fix))
}

// Opaque records that a part of a wiki was read and cannot be looked into.
func (g *Gaps) Opaque(p *Page, id, what, why, fix string) {
	g.cover.AddOpaque(g.gap(p, id, what, why, fix))
}

// LostAll records that a part of the wiki that is no page was not read.
func (g *Gaps) LostAll(gap scanner.Gap) { g.cover.AddLost(gap) }

// OpaqueAll records that a part of the wiki that is no page cannot be looked into.
func (g *Gaps) OpaqueAll(gap scanner.Gap) { g.cover.AddOpaque(gap) }

// Skipped records that something was left out on purpose.
func (g *Gaps) Skipped(gap scanner.Gap) { g.cover.AddSkipped(gap) }

// Note records something to know that loses nothing.
func (g *Gaps) Note(text string) { g.cover.AddNote(text) }

func (g *Gaps) gap(p *Page, id, what, why, fix string) scanner.Gap {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.named[why]++
	gap := scanner.Gap{What: what, Why: why, Fix: fix}
	switch {
	case g.named[why] > maxNamed:
		gap.What = "further parts of pages"
	case id == "":
		gap.What = fmt.Sprintf("%s of %q", what, shortTitle(p.Title))
	default:
		gap.What = fmt.Sprintf("%s of revision %s of %q", what, shortTitle(id), shortTitle(p.Title))
	}
	return gap
}

// shortTitle cuts what a message repeats.
func shortTitle(s string) string {
	if len(s) <= maxTitle {
		return s
	}
	cut := maxTitle
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strings.ToValidUTF8(s[:cut], "") + "…"
}
