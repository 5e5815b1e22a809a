package scanner

import (
	"bytes"
	"hash/fnv"
	"math/bits"

	"github.com/awscred/awscred/internal/redact"
)

// An Ignorer knows places at which a match is accepted: a list of them, as
// other scanners keep it.
type Ignorer interface {
	// Ignored returns a suppression if the match is accepted at this place, and
	// nil otherwise. If lasting is true, so it is wherever the same lines stand
	// in a file of the same path: scanners of diffs name the commit that wrote
	// a line, and later versions of the file have it, too.
	Ignored(Standing) (s *Suppression, lasting bool)
	// Moved reports whether a commit moved the file at path from to path to:
	// scanners of diffs see nothing new in that.
	Moved(commit, from, to string) bool
}

// A Standing is a match at one place, by what such lists name it.
type Standing struct {
	Rule *Rule
	// Commit is the first that has the file as it is; empty outside history.
	Commit string
	// Path is the exact one of the file, and Via the archive members that lead
	// on from there.
	Path string
	Via  []string
	// Line is where the secret begins; MatchLine and MatchColumn are where the
	// whole match does. From 1; columns in bytes.
	Line, MatchLine, MatchColumn int
	// Value is the secret.
	Value redact.Secret
	// Lines name the text of the lines in which the secret stands; see
	// [NameLines].
	Lines uint64
}

// ignored asks an Ignorer about the occurrences of one secret.
type ignored struct {
	by      Ignorer
	asked   []lines // of each occurrence
	spoken  []*Suppression
	lasting map[lines]*Suppression
	paths   map[lines][]string // of lasting, by the same lines without their path
}

// lines are lines of text in a file, in any version of it.
type lines struct {
	rule, path, via string
	text            uint64
}

// newIgnored returns nil if there is nobody to ask.
func newIgnored(by Ignorer) *ignored {
	if by == nil {
		return nil
	}
	return &ignored{by: by, lasting: map[lines]*Suppression{}, paths: map[lines][]string{}}
}

// ask asks about a part at a spot, which becomes the next occurrence.
func (g *ignored) ask(p *secretPart, spot *Spot, via string) {
	if g == nil {
		return
	}
	where := lines{p.match.Rule.ID, spot.Path, via, p.at.text}
	s, lasting := g.by.Ignored(Standing{
		Rule: p.match.Rule, Commit: spot.Commit, Path: spot.Path, Via: SplitVia(via),
		Line: p.at.line, MatchLine: p.at.match[0], MatchColumn: p.at.match[1], Value: p.match.Value, Lines: p.at.text,
	})
	g.asked, g.spoken = append(g.asked, where), append(g.spoken, s)
	if s != nil && lasting && spot.Path != "" {
		g.last(where, s)
	}
}

// last lets a suppression go with its lines.
func (g *ignored) last(where lines, s *Suppression) {
	if g.lasting[where] != nil {
		return
	}
	g.lasting[where] = s
	path := where.path
	where.path = ""
	g.paths[where] = append(g.paths[where], path)
}

// apply suppresses what is accepted.
func (g *ignored) apply(all []Occurrence) {
	if g == nil {
		return
	}
	if len(g.lasting) > 0 {
		g.follow(all)
	}
	for i := range all {
		s := g.spoken[i]
		if s == nil {
			s = g.lasting[g.asked[i]]
		}
		if all[i].Suppressed == nil {
			all[i].Suppressed = s
		}
	}
}

// maxMoves is how often a file is followed from one path to the next.
const maxMoves = 16

// follow lets what is accepted go with files that were moved.
func (g *ignored) follow(all []Occurrence) {
	for range maxMoves {
		found := false
		for i := range all {
			where := g.asked[i]
			if g.spoken[i] != nil || g.lasting[where] != nil || all[i].Commit == "" || where.path == "" {
				continue
			}
			if s := g.movedTo(where, all[i].Commit); s != nil {
				g.last(where, s)
				found = true
			}
		}
		if !found {
			return
		}
	}
}

// movedTo returns the suppression of the path from which a commit moved lines.
func (g *ignored) movedTo(where lines, commit string) *Suppression {
	from := where
	from.path = ""
	paths := g.paths[from]
	for _, from.path = range paths[:min(len(paths), maxMoves)] {
		if g.by.Moved(commit, from.path, where.path) {
			return g.lasting[from]
		}
	}
	return nil
}

// maxContext is how many bytes of a line on each side of a match name the line.
const maxContext = 256

// NameLines names the lines in which a secret stands, by their text: up to 256
// bytes of them on each side of it. Equal lines have the same name.
func NameLines(data []byte, secret Span) uint64 {
	before := lineBefore(data, secret.Start)
	after := data[secret.End:min(len(data), secret.End+maxContext)]
	if i := bytes.IndexByte(after, '\n'); i >= 0 {
		after = after[:i]
	}
	h := fnv.New64a()
	h.Write(before)
	h.Write(data[secret.Start:secret.End])
	h.Write(after)
	return bits.RotateLeft64(h.Sum64(), len(before)%64)
}

// lineBefore is what stands in front of a place in its line, as far as a name
// tells of it.
func lineBefore(data []byte, at int) []byte {
	before := data[max(0, at-maxContext):at]
	if i := bytes.LastIndexByte(before, '\n'); i >= 0 {
		before = before[i+1:]
	}
	return before
}

// tell finds out where the whole match begins, and names the lines in which it
// stands.
func (p *position) tell(data []byte, match, secret Span) {
	begin := match.Start
	for begin < match.End && data[begin] == '\n' {
		begin++ // a break before the match belongs to the line above
	}
	p.text = NameLines(data, secret)
	p.match = [2]int{p.line, p.column - (p.offset - begin)}
	if begin < p.offset {
		if breaks := bytes.Count(data[begin:p.offset], []byte{'\n'}); breaks > 0 {
			p.match = [2]int{p.line - breaks, len(lineBefore(data, begin)) + 1}
		}
	}
}
