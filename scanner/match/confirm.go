package match

import "sort"

// confirm finds the matches of one rule at its anchors, which are in order of
// their least start. They are those of FindAll: the leftmost first, then those
// behind it.
func (s *scratch) confirm(rule int, anchors []anchor) {
	p := &s.m.patterns[rule]
	s.budget = leeway + confirmEffort*len(s.text)
	first, from := len(s.hits), 0
	s.giveUp(anchors)
	for rest := anchors; ; {
		for len(rest) > 0 && rest[0].dead {
			rest = rest[1:]
		}
		a := s.leftmost(rest, from)
		if s.budget < 0 {
			s.linear(rule, from)
			break
		}
		if a == nil {
			break
		}
		end, looked := p.whole.dfa().match(s.text, a.start)
		s.budget -= looked
		switch {
		case end >= 0:
			s.hits = append(s.hits, hit{rule, a.start, end})
			from = end
		case a.branch.run == nil:
			a.refute(0, max(0, a.start+looked-a.lo)) // what stands behind the literal does not match
		default:
			a.lo, a.start = a.start+1, none
		}
	}
	if p.gap {
		s.budget = leeway + confirmEffort*len(s.text) // its own: what was spent before depends on what the base told
		s.covered(rule, anchors, s.hits[first:len(s.hits):len(s.hits)])
	}
}

// leftmost returns the anchor at which a match can begin first, from a place on.
func (s *scratch) leftmost(anchors []anchor, from int) *anchor {
	var best *anchor
	for i := range anchors {
		a := &anchors[i]
		if best != nil && a.least >= best.start {
			break
		}
		if s.startAt(a, from) && (best == nil || a.start < best.start) {
			best = a
		}
		if s.budget < 0 {
			return nil
		}
	}
	return best
}

// startAt finds the first start of an anchor from a place on. An anchor that
// has none is dead.
func (s *scratch) startAt(a *anchor, from int) bool {
	s.budget--
	switch head := a.branch.head; {
	case a.dead:
	case a.start >= from:
	case a.hi < from:
		a.dead = true
	case head == nil:
		a.start = max(a.lo, from)
		for inside(s.text, a.start) {
			a.start++
		}
		a.dead = a.start > a.hi
	default:
		start, looked := head.dfa().matchBack(s.text, a.lo, from)
		s.budget -= looked
		if a.start = start; start < 0 {
			a.dead = true
			if from == 0 && a.branch.run == nil {
				a.refute(looked, 0)
			}
		}
	}
	return !a.dead
}

// linear finds the matches of a rule from a place on in one pass forward and
// one back for each, whatever the text is. No match may begin before the place.
func (s *scratch) linear(rule, from int) {
	p := &s.m.patterns[rule]
	for from < len(s.text) {
		end, _ := p.search.dfa().match(s.text, from)
		if end < 0 {
			return
		}
		start, _ := p.back.dfa().matchBack(s.text, end, from)
		if start < 0 || start >= end {
			return // the two programs are one expression: cannot be
		}
		s.hits = append(s.hits, hit{rule, start, end})
		from = end
	}
}

// covered adds matches that begin inside a match and end behind it: a pattern
// that skips anything may have stopped at what another match begins with, as
// the header of a private key in a comment does at the header of the next key.
func (s *scratch) covered(rule int, anchors []anchor, found []hit) {
	d := s.m.patterns[rule].whole.dfa()
	for i := range anchors {
		a := anchors[i]
		k := sort.Search(len(found), func(k int) bool { return found[k].end > a.lo })
		if k == len(found) || found[k].start >= a.lo {
			continue
		}
		a.start, a.dead = none, false
		if !s.startAt(&a, found[k].start+1) || a.start >= found[k].end {
			continue
		}
		end, looked := d.match(s.text, a.start)
		if s.budget -= looked; s.budget < 0 {
			return
		}
		if end > found[k].end {
			s.hits = append(s.hits, hit{rule, a.start, end})
		}
	}
}
