package match

import (
	"bytes"
	"slices"

	"github.com/awscred/awscred/scanner"
)

// withRequiring adds to hits those of the rules with a function that require
// them, and puts all in order.
func (s *scratch) withRequiring(hits []hit) []hit {
	for _, rule := range s.m.requiring {
		hits = s.require(rule, hits)
	}
	slices.SortFunc(hits, compareHits)
	return slices.Compact(hits)
}

// require runs the function of a rule that requires others, if hits has what it
// requires, over as much of the text as that allows, and adds what it finds.
func (s *scratch) require(rule int, hits []hit) []hit {
	part := scanner.Span{Start: 0, End: len(s.text)}
	if !s.free {
		part = s.within(rule, hits)
	}
	if part.Start >= part.End {
		return hits
	}
	for start, end := range s.m.patterns[rule].rule.Find(s.text[part.Start:part.End]) {
		hits = append(hits, hit{rule, start + part.Start, end + part.Start})
	}
	return hits
}

// within returns the part of the text in which hits allow a rule to match.
func (s *scratch) within(rule int, hits []hit) scanner.Span {
	p := &s.m.patterns[rule]
	part := scanner.Span{Start: 0, End: len(s.text)}
	for i, q := range p.required {
		first, last := -1, -1
		for _, h := range hits {
			if h.rule != q {
				continue
			}
			if first < 0 || h.start < first {
				first = h.start
			}
			last = max(last, h.end)
		}
		if first < 0 {
			return scanner.Span{}
		}
		if lines := p.rule.Required[i].WithinLines; lines != nil && !p.needed {
			part.Start = max(part.Start, s.linesBefore(first, *lines))
			part.End = min(part.End, s.linesBehind(last, *lines))
		}
	}
	return part
}

// linesBefore returns the beginning of the line some lines before a place.
func (s *scratch) linesBefore(at, lines int) int {
	for ; lines >= 0 && at > 0; lines-- {
		at = bytes.LastIndexByte(s.text[:at], '\n')
		if at < 0 {
			return 0
		}
	}
	return max(0, at)
}

// linesBehind returns the end of the line some lines behind a place.
func (s *scratch) linesBehind(at, lines int) int {
	for ; lines >= 0 && at < len(s.text); lines-- {
		i := bytes.IndexByte(s.text[at:], '\n')
		if i < 0 {
			return len(s.text)
		}
		at += i + 1
	}
	return at
}
