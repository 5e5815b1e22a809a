package match

import (
	"bytes"
	"slices"

	"github.com/awscred/awscred/scanner"
)

// Find implements [scanner.Matcher].
func (m *Matcher) Find(data []byte, from *scanner.Derivation) ([]scanner.Match, scanner.Candidates) {
	s := m.acquire()
	defer m.release(s)
	hits, found := s.find(data, from)
	var list []scanner.Match
	for _, v := range s.judge(data, hits) {
		list = append(list, v.Match)
	}
	if s.nul = s.nul && bytes.IndexByte(data, 0) >= 0; s.nul {
		list = append(list, s.wide(data)...)
		if found == nil {
			found = &candidates{}
		}
		found.nul = true
	}
	if len(list) > 1 {
		slices.SortStableFunc(list, func(a, b scanner.Match) int {
			if a.Span.Start != b.Span.Start {
				return a.Span.Start - b.Span.Start
			}
			return a.Span.End - b.Span.End
		})
	}
	if found == nil {
		return list, nil
	}
	return list, found
}

// wide returns the matches in the texts that data holds in another form.
func (s *scratch) wide(data []byte) []scanner.Match {
	var list []scanner.Match
	for v := range views(data) {
		hits, _ := s.find(v.text, nil)
		for _, found := range s.judge(v.text, hits) {
			if x := v.origin(found.Match); x.Span.Start >= v.owned.Start && x.Span.Start < v.owned.End {
				list = append(list, x)
			}
		}
	}
	s.nul = true
	return list
}

// acquire returns a scratch that nobody else uses.
func (m *Matcher) acquire() *scratch {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.free)
	if n == 0 {
		return m.newScratch()
	}
	s := m.free[n-1]
	m.free = m.free[:n-1]
	return s
}

// release gives a scratch back, without the text. As many are kept as there
// were goroutines at once.
func (m *Matcher) release(s *scratch) {
	s.text = nil
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free = append(m.free, s)
}
