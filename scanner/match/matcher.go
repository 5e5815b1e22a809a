package match

import (
	"slices"
	"unicode/utf8"

	"github.com/awscred/awscred/scanner"
)

// Margin is how many bytes around an edit decide whether it can have made a
// match possible; see the package comment.
func (m *Matcher) Margin() int { return reach + m.auto.max + utf8.UTFMax }

// ahead is how many bytes behind an edit belong to what the edit can complete:
// the greatest length of a match of a rule's Find.
const ahead = 128

// Widen returns what must be read of data if only span is new: a literal before
// it whose match is still open when it reaches the span, one inside, and one
// behind it whose neighbour has changed.
func (m *Matcher) Widen(data []byte, span scanner.Span) scanner.Span {
	return scanner.Span{
		Start: max(0, min(span.Start, len(data))-m.Margin()),
		End:   min(len(data), max(span.End, 0)+max(ahead, m.auto.max)+utf8.UTFMax),
	}
}

// Mark implements [scanner.Matcher].
func (m *Matcher) Mark(data []byte, spans []scanner.Span) bool {
	s := m.acquire()
	defer m.release(s)
	if s.mark(data, m.windows(data, spans)) {
		return true
	}
	for _, v := range views(data) {
		if s.mark(v.text, []scanner.Span{{Start: 0, End: len(v.text)}}) {
			return true
		}
	}
	return false
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
	s.text, s.low = nil, ""
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free = append(m.free, s)
}

// windows widens spans and joins those that touch.
func (m *Matcher) windows(data []byte, spans []scanner.Span) []scanner.Span {
	var list []scanner.Span
	for _, sp := range spans {
		w := m.Widen(data, sp)
		if n := len(list); n > 0 && w.Start <= list[n-1].End {
			list[n-1].End = max(list[n-1].End, w.End)
			continue
		}
		list = append(list, w)
	}
	return list
}

// mark reports whether a rule has a candidate in one of the windows of text.
func (s *scratch) mark(text []byte, windows []scanner.Span) bool {
	s.reset(text)
	for _, w := range windows {
		if s.read(w, true) || s.markShapes(w) {
			return true
		}
	}
	whole := len(windows) == 1 && windows[0] == scanner.Span{Start: 0, End: len(text)}
	switch {
	case s.folds, s.floods:
		return true // rare enough to look at the whole
	case !whole && s.words:
		return true // a keyword is new, and what it is wanted for may stand elsewhere
	}
	return s.markGated(windows, whole)
}

// markShapes asks the functions of rules that have one.
func (s *scratch) markShapes(w scanner.Span) bool {
	for i := range s.m.patterns {
		p := &s.m.patterns[i]
		if p.rule.Find == nil || len(p.required) > 0 {
			continue // what it requires marks by itself
		}
		for range p.rule.Find(s.text[w.Start:w.End]) {
			return true
		}
	}
	return false
}

// markGated decides about the rules that need a keyword and about those that
// have no literals.
func (s *scratch) markGated(windows []scanner.Span, whole bool) bool {
	for _, b := range s.m.runs {
		for _, w := range windows {
			s.runs(b, scanner.Span{Start: max(0, w.Start-b.runMin), End: min(len(s.text), w.End+b.runMin)})
		}
	}
	if !whole && (len(s.anchors) > 0 || s.m.bare) {
		s.keywords()
	}
	for _, a := range s.anchors {
		if s.m.patterns[a.branch.rule].odd || s.keyword(a.branch.rule) {
			return true
		}
	}
	for i := range s.m.patterns {
		if s.m.bare && s.withoutLiterals(i) {
			return true
		}
	}
	return false
}

// Matches implements [scanner.Matcher].
func (m *Matcher) Matches(data []byte) ([]scanner.Match, bool) {
	s := m.acquire()
	defer m.release(s)
	hits, candidate := s.find(data)
	var list []scanner.Match
	for _, v := range s.judge(data, hits) {
		list = append(list, v.Match)
	}
	for _, v := range views(data) {
		hits, more := s.find(v.text)
		candidate = candidate || more
		for _, found := range s.judge(v.text, hits) {
			list = append(list, v.origin(found.Match))
		}
	}
	slices.SortStableFunc(list, func(a, b scanner.Match) int {
		if a.Span.Start != b.Span.Start {
			return a.Span.Start - b.Span.Start
		}
		return a.Span.End - b.Span.End
	})
	return list, candidate
}
