package match

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/awscred/awscred/scanner"
)

// Find implements [scanner.Matcher].
func (m *Matcher) Find(data []byte, from *scanner.Derivation) ([]scanner.Match, scanner.Candidates) {
	s := m.acquire()
	defer m.release(s)
	verdicts, found := s.verdicts(data, from)
	var list []scanner.Match
	for _, v := range verdicts {
		list = append(list, v.Match)
	}
	if s.nul = s.nul && bytes.IndexByte(data, 0) >= 0; s.nul {
		texts := 0
		for _, x := range list {
			texts = max(texts, x.Inside.Text)
		}
		more, cut := s.wide(data, texts)
		list = append(list, more...)
		if found == nil {
			found = &candidates{}
		}
		found.nul, found.cut = true, found.cut || cut
	}
	if len(list) > 1 {
		slices.SortStableFunc(list, func(a, b scanner.Match) int { return compareSpans(a.Span, b.Span) })
	}
	if found == nil {
		return list, nil
	}
	return list, found
}

// wide returns the matches in the texts that data holds in another form, and
// whether limits kept something from being looked at. The most texts were decoded
// in data itself.
func (s *scratch) wide(data []byte, most int) (list []scanner.Match, cut bool) {
	for v := range views(data) {
		verdicts, found := s.verdicts(v.text, nil)
		cut = cut || found != nil && found.cut
		texts := most // those of the views before
		for _, y := range verdicts {
			x := v.origin(y.Match)
			if x.Inside.Text > 0 {
				x.Inside.Text += texts
				most = max(most, x.Inside.Text)
			}
			if x.Span.Start >= v.owned.Start && x.Span.Start < v.owned.End {
				list = append(list, x)
			}
		}
	}
	s.nul = true
	return list, cut
}

func compareSpans(a, b scanner.Span) int { return cmp.Or(a.Start-b.Start, a.End-b.End) }

// acquire returns a scratch that nobody else uses.
func (m *Matcher) acquire() *scratch {
	if s, ok := m.free.Get().(*scratch); ok {
		return s
	}
	return m.newScratch()
}

// release gives a scratch back, without the text.
func (m *Matcher) release(s *scratch) {
	s.text, s.sifted = nil, sifted{}
	m.free.Put(s)
}
