package scanner

import (
	"bytes"
	"sort"
	"sync"

	"github.com/awscred/awscred/internal/redact"
)

// A position is where a match stands in the lines of its blob.
type position struct {
	line, endLine     int // from 1
	column, endColumn int // in bytes, from 1; endColumn is behind the last
	offset            int
}

// A sighting is one match in one blob.
type sighting struct {
	match Match
	at    position
}

// A holder is one blob with its sightings, in order of their offset.
type holder struct {
	ref  BlobRef
	seen []sighting
}

// A gatherer collects what a sweep shows. Its visit is safe for use by several
// goroutines.
type gatherer struct {
	matcher  Matcher
	found    func(int)
	noInline bool

	mu       sync.Mutex
	holders  map[BlobRef]*holder
	distinct map[string]bool // values seen, as fingerprints, for found
}

func newGatherer(m Matcher, o Options) *gatherer {
	return &gatherer{matcher: m, found: o.Found, noInline: o.NoInlineAllow, holders: map[BlobRef]*holder{}, distinct: map[string]bool{}}
}

// visit is the Visitor of a scan.
func (g *gatherer) visit(b *Blob) bool {
	spans := b.Fresh
	if spans == nil {
		spans = []Span{{0, len(b.Data)}}
	}
	var matches []Match
	var candidate bool
	if b.Marked || g.matcher.Mark(b.Data, spans) {
		matches, candidate = g.matcher.Matches(b.Data)
	}
	for i := range matches {
		if s := matches[i].Suppressed; g.noInline && s != nil && s.By == ByInline {
			matches[i].Suppressed = nil
		}
	}
	if b.Field == Name {
		matches = append(matches, g.pathMatches(b.Data)...)
	}
	if len(matches) > 0 {
		g.add(b.BlobRef, place(b.Data, matches))
	}
	return candidate
}

// pathMatches are the rules that look at nothing but a file's name.
func (g *gatherer) pathMatches(name []byte) []Match {
	var matches []Match
	whole := Span{0, len(name)}
	for _, r := range g.matcher.MatchPath(string(name)) {
		matches = append(matches, Match{Rule: r, Span: whole, Secret: whole, Value: redact.New(name)})
	}
	return matches
}

func (g *gatherer) add(ref BlobRef, seen []sighting) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.holders[ref] != nil {
		return // the same object from a second pack
	}
	g.holders[ref] = &holder{ref: ref, seen: seen}
	if g.found == nil {
		return
	}
	for _, s := range seen {
		if s.match.Noise == "" && s.match.Suppressed == nil && !s.match.Rule.Hidden {
			g.distinct[s.match.Value.Fingerprint(nil, "seen")] = true
		}
	}
	g.found(len(g.distinct))
}

// place works out the lines and columns of matches, and puts them in the order
// in which their secrets begin.
func place(data []byte, matches []Match) []sighting {
	seen := make([]sighting, len(matches))
	lines := lineIndex(data, matches)
	for i, m := range matches {
		sp := m.Secret
		line, column := lines.at(sp.Start)
		endLine, endColumn := line, column+sp.Len()
		if bytes.IndexByte(data[sp.Start:sp.End], '\n') >= 0 {
			endLine, endColumn = lines.at(sp.End)
		}
		seen[i] = sighting{m, position{line, endLine, column, endColumn, sp.Start}}
	}
	sort.SliceStable(seen, func(i, j int) bool { return seen[i].at.offset < seen[j].at.offset })
	return seen
}

// A lines holds the offsets at which lines start, as far as they are needed.
type lines []int

func lineIndex(data []byte, matches []Match) lines {
	last := 0
	for _, m := range matches {
		last = max(last, m.Secret.End)
	}
	starts := lines{0}
	for at := 0; at < last; {
		i := bytes.IndexByte(data[at:last], '\n')
		if i < 0 {
			break
		}
		at += i + 1
		starts = append(starts, at)
	}
	return starts
}

// at returns the line and column, from 1, of an offset.
func (l lines) at(offset int) (line, column int) {
	i := sort.SearchInts(l, offset+1) - 1
	return i + 1, offset - l[i] + 1
}
