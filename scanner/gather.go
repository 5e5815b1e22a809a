package scanner

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/awscred/awscred/internal/redact"
)

// A position is where a match stands in the lines of its blob.
type position struct {
	line, endLine     int // from 1
	column, endColumn int // in bytes, from 1; endColumn is behind the last
	offset            int
	// match is the line and column at which the whole match begins, and text
	// names the lines that it stands in: only if the scan asks an [Ignorer].
	match [2]int
	text  uint64
}

// A sighting is one match in one blob.
type sighting struct {
	match Match
	at    position
	value string // the fingerprint of the match's value: equal for equal values
}

// A holder is one blob with its sightings, in order of their offset.
type holder struct {
	ref  BlobRef
	seen []sighting
	// forged says that the content has another name, under which it is held as
	// well; it gives way to what really has this one.
	forged bool
}

// A gatherer collects what a sweep shows. Its visit is safe for use by several
// goroutines.
type gatherer struct {
	matcher  Matcher
	found    func(int, string)
	noInline bool
	lines    bool // tell the lines of matches

	mu       sync.Mutex
	holders  map[BlobRef]*holder
	values   map[redact.Secret]string // the fingerprints of values: most matches share theirs with others
	distinct map[string]bool          // values seen, as fingerprints, for found
	limited  map[limited]bool         // of what the matcher has left something out
}

func newGatherer(m Matcher, o Options) *gatherer {
	return &gatherer{matcher: m, found: o.Found, noInline: o.NoInlineAllow, lines: o.Ignore != nil, holders: map[BlobRef]*holder{}, values: map[redact.Secret]string{}, distinct: map[string]bool{}, limited: map[limited]bool{}}
}

// visit is the Visitor of a scan.
func (g *gatherer) visit(b *Blob) Candidates {
	matches, candidates := g.matcher.Find(b.Data, b.From)
	if l, ok := candidates.(Limited); ok && l.Cut() {
		g.limit(b.BlobRef, tooEncoded)
	}
	if len(matches) > maxMatches {
		g.limit(b.BlobRef, tooMany)
		matches = slices.Clone(matches[:maxMatches]) // the rest is freed
	}
	for i := range matches {
		if s := matches[i].Suppressed; g.noInline && s != nil && s.By == ByInline {
			matches[i].Suppressed = nil
		}
	}
	if b.Field == Name {
		matches = append(matches, g.matcher.MatchName(b.Data)...)
	}
	if len(matches) == 0 {
		return candidates
	}
	h := &holder{ref: b.BlobRef, seen: place(b.Data, matches)}
	if b.Held != nil && !b.Held(g.contents(h.seen)) {
		return candidates
	}
	if g.lines {
		for i := range h.seen {
			h.seen[i].at.tell(b.Data, h.seen[i].match.Span, h.seen[i].match.Secret)
		}
	}
	if b.Verify != nil && b.Verify() != b.ID {
		real := *h
		real.ref.ID = b.Verify()
		g.add(&real)
		h.forged = true
	}
	g.add(h)
	return candidates
}

// maxMatches is how many matches in one text are kept: a text of nothing but keys
// must not take all memory.
const maxMatches = 50_000

// maxEqual is how many places of one secret in one text are kept, as many as a
// report lists of all.
const maxEqual = maxOccurrences

// What was left out of a text, and why.
const (
	tooEncoded = "more encoded text than is decoded at a time"
	tooMany    = "more than 50,000 secrets in one text"
	tooEqual   = "one secret more than 1,000 times in one text"
)

// limit takes note of content of which something was left out.
func (g *gatherer) limit(ref BlobRef, why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.limited[limited{name(ref), why}] = true
}

// name is how a person finds content.
func name(ref BlobRef) string {
	if ref.ID != "" {
		return "blob " + ref.ID
	}
	return strings.ToValidUTF8(strings.Join(append([]string{ref.Path}, SplitVia(ref.Via)...), "!/"), "\uFFFD")
}

// fewer keeps the first places of a secret in a text that has very many. The
// others add nothing but their number.
func (g *gatherer) fewer(ref BlobRef, seen []sighting) []sighting {
	type equal struct {
		rule  *Rule
		value string
	}
	counts := map[equal]int{}
	kept := make([]sighting, 0, maxEqual)
	for _, s := range seen {
		k := equal{s.match.Rule, s.value}
		if counts[k]++; counts[k] <= maxEqual {
			kept = append(kept, s)
		}
	}
	if len(kept) < len(seen) {
		g.limited[limited{name(ref), tooEqual}] = true
	}
	return slices.Clip(kept)
}

// A limited is content of which something was left out.
type limited struct{ what, why string }

// cover adds what was left out to what was not read, or cannot be looked into.
func (g *gatherer) cover(c *Coverage) {
	for x := range g.limited {
		switch x.why {
		case tooMany:
			c.AddLost(Gap{What: x.what, Why: x.why, Fix: "split it and scan the parts"})
		case tooEqual:
			c.AddNote(x.what + ": " + x.why + "; the first of them are counted")
		default:
			c.AddOpaque(Gap{What: x.what, Why: x.why, Fix: "decode it and scan the result"})
		}
	}
}

func (g *gatherer) add(h *holder) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if old := g.holders[h.ref]; old != nil && (!old.forged || h.forged) {
		return // the same object from a second pack
	}
	g.holders[h.ref] = h
	seen := h.seen
	for i := range seen {
		seen[i].value = g.value(seen[i].match.Value)
	}
	if len(seen) > maxEqual {
		h.seen = g.fewer(h.ref, seen)
	}
	if g.found == nil {
		return
	}
	for _, s := range seen {
		rule := s.match.Rule
		if s.match.Noise == "" && s.match.Suppressed == nil && !rule.Hidden && rule.Severity != Info && !g.distinct[s.value] {
			g.distinct[s.value] = true
			g.found(len(g.distinct), rule.Title)
		}
	}
}

// value returns the fingerprint of a value. Matchers that remember what they
// decided give the same value the same secret.
func (g *gatherer) value(v redact.Secret) string {
	print, known := g.values[v]
	if !known {
		print = v.Fingerprint(nil, "value")
		g.values[v] = print
	}
	return print
}

// place puts matches in the order in which their secrets begin, and works out
// their lines and columns.
func place(data []byte, matches []Match) []sighting {
	slices.SortStableFunc(matches, func(a, b Match) int { return compareMatches(&a, &b) })
	seen := make([]sighting, len(matches))
	at := cursor{text: data, line: 1}
	for i, m := range matches {
		if i > 0 && m.Secret == matches[i-1].Secret { // a long text that was decoded may hold many
			seen[i] = sighting{match: m, at: seen[i-1].at}
			continue
		}
		at.move(m.Secret.Start)
		p := position{line: at.line, column: at.column(), offset: m.Secret.Start}
		end := at
		end.move(m.Secret.End)
		p.endLine, p.endColumn = end.line, end.column()
		seen[i] = sighting{match: m, at: p}
	}
	return seen
}

// compareMatches orders matches by where their secrets begin; what stands in
// one text that was decoded, by where it begins there.
func compareMatches(a, b *Match) int {
	return cmp.Or(cmp.Compare(a.Secret.Start, b.Secret.Start), cmp.Compare(a.Inside.Text, b.Inside.Text), cmp.Compare(a.Inside.Offset, b.Inside.Offset))
}

// A cursor knows the line at which it stands, from 1, and where that begins.
// It goes forward only.
type cursor struct {
	text            []byte
	at, line, start int
}

func (c *cursor) move(to int) {
	part := c.text[c.at:to]
	if n := bytes.Count(part, []byte{'\n'}); n > 0 {
		c.line += n
		c.start = c.at + bytes.LastIndexByte(part, '\n') + 1
	}
	c.at = to
}

// column is the place in the line, in bytes, from 1.
func (c *cursor) column() int { return c.at - c.start + 1 }
