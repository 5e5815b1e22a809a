package match

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/decode"
)

const (
	// ahead is the greatest length of a match of a rule's Find.
	ahead = 128
	// maxSpots is the most candidates that are kept of one text. Of a text
	// with more it is only kept that it has many.
	maxSpots = 1 << 13
	// wordSpots is in how many places of a text one keyword is remembered.
	wordSpots = 8
)

// Gap is up to how many bytes between two edits of a text it costs less to search than
// to tell them apart. Windows that touch may be further apart (margin and behind), so
// with the built-in rules nothing more is searched for it.
const Gap = 96

// A spot is a place of a text where a literal or a keyword stands.
type spot struct {
	at     int
	number uint16 // of the branch, or behind those of the keyword
	// refuted says that no match stands at the literal, which the bytes from
	// back before it to ahead behind its beginning tell.
	refuted     bool
	back, ahead uint16
}

// holds reports whether what refuted a spot lies in what was copied.
func (p *spot) holds(c scanner.Copy) bool {
	return p.refuted && p.at-int(p.back) >= c.From && p.at+int(p.ahead) <= c.From+c.Len
}

func compareSpots(a, b spot) int { return cmp.Or(a.at-b.at, int(a.number)-int(b.number)) }

// candidates are what a text leaves to those that are made from it. All but
// more, whole, nul, hot and cut are facts of the text around one place.
type candidates struct {
	spots  []spot   // in order
	shapes []hit    // of rules with a function, in order
	more   []uint16 // keywords that stand in more places than the spots say
	whole  bool     // nothing is known: search all of a text made from this
	nul    bool     // there is a zero byte
	// texts are the stretches that hold something in an encoding, in order and
	// apart, and matching those of them in which something matches.
	texts, matching []scanner.Span
	hot             bool // what is encoded is to be looked for in all of a text made from this
	cut             bool // limits kept something encoded from being looked at
}

// Cut reports whether limits kept something encoded from being looked at
// ([scanner.Limited]).
func (c *candidates) Cut() bool { return c.cut }

// margin is how many bytes before an edit a literal can begin whose candidate
// the edit makes or unmakes.
func (m *Matcher) margin() int { return m.reach + m.auto.max + utf8.UTFMax }

// behind is how many bytes after an edit a literal can end whose candidate the
// edit makes or unmakes, or that an escape begins with which the edit makes worth
// being decoded, or a match of a rule with Starts.
func (m *Matcher) behind() int {
	behind := m.auto.max + max(utf8.UTFMax, decode.Near, maxBack)
	if m.started > 0 {
		behind = max(behind, m.started+beforeStart)
	}
	return behind
}

// widen makes windows of what is fresh in a text and what that can change, and joins
// those that touch.
func (s *scratch) widen(fresh []scanner.Span) {
	s.windows = s.windows[:0]
	margin, behind := s.m.margin(), s.m.behind()
	for _, f := range fresh {
		w := scanner.Span{Start: max(0, min(f.Start, len(s.text))-margin), End: min(len(s.text), max(f.End, 0)+behind)}
		if n := len(s.windows); n > 0 && w.Start <= s.windows[n-1].End {
			s.windows[n-1].End = max(s.windows[n-1].End, w.End)
			continue
		}
		s.windows = append(s.windows, w)
	}
}

// derive finds the candidates of a text in what is new in it and among those of
// the text it was made from. It returns false if that cannot be done.
func (s *scratch) derive(from *scanner.Derivation) bool {
	base, _ := from.Base.(*candidates)
	if !s.m.local || base != nil && base.whole || from.Base != nil && base == nil {
		return false
	}
	s.widen(from.Fresh)
	for _, w := range s.windows {
		s.read(w)
	}
	if len(s.folds) > 0 || s.floods {
		return false
	}
	s.derived = true
	s.readShapes(s.windows)
	if base != nil {
		s.inherit(base, from.Copies)
	}
	return true
}

// inherit takes over the candidates of the base that stand in what was copied
// from it, but for those in a window, which were found again if they still are
// candidates.
func (s *scratch) inherit(base *candidates, copies []scanner.Copy) {
	s.nul = s.nul || base.nul
	w, first := 0, 0
	for _, c := range copies {
		end := c.From + c.Len
		first = firstSpot(base.spots, c.From, first)
		for i := range base.spots[first:] {
			p := &base.spots[first+i]
			if p.at >= end {
				break
			}
			to := p.at - c.From + c.To
			for w < len(s.windows) && s.windows[w].End <= to {
				w++
			}
			if w < len(s.windows) && s.again(s.windows[w], to) {
				continue
			}
			s.take(p, to, c)
		}
	}
	s.inheritShapes(base, copies)
	for _, word := range base.more {
		s.unsure[word], s.unsured = true, true
	}
}

// firstSpot returns the number of the first spot from a place on. Mostly that is the
// one that was first for the copy before, or soon behind it.
func firstSpot(spots []spot, at, before int) int {
	const near = 4
	if before == 0 || spots[before-1].at < at {
		for i := before; i < min(len(spots), before+near); i++ {
			if spots[i].at >= at {
				return i
			}
		}
		if len(spots) <= before+near {
			return len(spots)
		}
	}
	first, _ := slices.BinarySearchFunc(spots, at, func(p spot, at int) int { return cmp.Compare(p.at, at) })
	return first
}

// again reports whether a literal at a place stands in a window as a whole.
func (s *scratch) again(w scanner.Span, at int) bool {
	return at >= w.Start && (at+s.m.auto.max <= w.End || w.End == len(s.text))
}

// take makes a candidate of the base one of the text.
func (s *scratch) take(p *spot, at int, c scanner.Copy) {
	n := len(s.m.branches)
	switch {
	case int(p.number) >= n:
		s.word(int(p.number)-n, at)
	case p.holds(c):
		same := *p
		same.at = at
		s.refuted = append(s.refuted, same)
	default:
		s.anchor(s.m.branches[p.number], at, at)
	}
}

// anything reports whether there is a candidate of anything.
func (s *scratch) anything() bool {
	return len(s.anchors)+len(s.refuted)+len(s.words)+len(s.shapes) > 0 || len(s.folds) > 0 || s.floods || s.unsured
}

// candidates returns what is to be remembered of the text, when its anchors have
// been looked at; nil if there is nothing.
func (s *scratch) candidates() *candidates {
	n := len(s.anchors) + len(s.refuted) + len(s.words) + len(s.shapes)
	switch {
	case len(s.folds) > 0 || s.floods || n > maxSpots || n > 0 && !s.m.local:
		return &candidates{whole: true}
	case n == 0 && !s.unsured:
		return nil
	}
	c := &candidates{spots: make([]spot, 0, n-len(s.shapes))}
	for i := range s.anchors {
		if a := &s.anchors[i]; a.branch.run == nil {
			c.spots = append(c.spots, a.spot())
		}
	}
	c.spots = append(append(c.spots, s.refuted...), s.words...)
	slices.SortFunc(c.spots, compareSpots)
	c.spots = slices.CompactFunc(c.spots, func(a, b spot) bool { return a.at == b.at && a.number == b.number })
	if len(s.shapes) > 0 {
		c.shapes = slices.Clone(s.shapes)
		slices.SortFunc(c.shapes, compareHits)
		c.shapes = slices.Compact(c.shapes)
	}
	for word, unsure := range s.unsure {
		if unsure && s.unsured {
			c.more = append(c.more, uint16(word))
		}
	}
	return c
}

func compareHits(a, b hit) int {
	return cmp.Or(a.start-b.start, a.end-b.end, a.rule-b.rule)
}
