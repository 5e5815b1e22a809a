package match

// confirm finds the matches of one rule at its anchors, which are in order of
// their first start. They are those of FindAll: the leftmost first, then those
// behind it.
func (s *scratch) confirm(rule int, anchors []anchor) {
	p := &s.m.patterns[rule]
	d := s.cache.dfa(p.whole)
	budget := leeway + effort*len(s.text)
	first := len(s.hits)
	from := 0 // starts below were tried or lie inside a match
	for _, a := range anchors {
		at := max(a.lo, from)
		for ; at <= a.hi && at < len(s.text); at++ {
			if !p.first[s.text[at]] || inside(s.text, at) {
				continue
			}
			end, looked := d.match(s.text, at)
			if budget -= looked; budget < 0 {
				s.linear(rule, at)
				return
			}
			if end >= 0 {
				s.hits = append(s.hits, hit{rule, at, end})
				at = end - 1
			}
		}
		from = max(from, at)
	}
	if p.gap {
		s.covered(rule, anchors, s.hits[first:len(s.hits):len(s.hits)], budget)
	}
}

// linear finds the matches of a rule from a place on in one pass forward for
// each, whatever the text is. No match may begin before the place.
func (s *scratch) linear(rule, from int) {
	p := &s.m.patterns[rule]
	for from < len(s.text) {
		end, _ := s.cache.dfa(p.search).match(s.text, from)
		if end < 0 {
			return
		}
		start := s.cache.dfa(p.back).matchBack(s.text, end, from)
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
func (s *scratch) covered(rule int, anchors []anchor, found []hit, budget int) {
	p := &s.m.patterns[rule]
	d := s.cache.dfa(p.whole)
	k := 0
	for _, a := range anchors {
		for k < len(found) && found[k].end <= a.lo {
			k++
		}
		if k == len(found) {
			return
		}
		for at := max(a.lo, found[k].start+1); at <= a.hi && at < found[k].end; at++ {
			if !p.first[s.text[at]] || inside(s.text, at) {
				continue
			}
			end, looked := d.match(s.text, at)
			if budget -= looked; budget < 0 {
				return
			}
			if end > found[k].end {
				s.hits = append(s.hits, hit{rule, at, end})
				break
			}
		}
	}
}
