package match

import (
	"bytes"
	"sort"

	"github.com/awscred/awscred/scanner"
)

// A part is where the text around a window stands among all of them, and in the
// text.
type part struct{ joined, text int }

// begin asks a rule with a function about what begins at a place.
func (s *scratch) begin(b *start, at int) {
	if !bytes.HasPrefix(s.text[at:], []byte(b.text)) { // the automaton does not tell cases apart
		return
	}
	from, to := max(0, at-beforeStart), min(len(s.text), at+behindStart)
	for start, end := range s.m.patterns[b.rule].rule.Find(s.text[from:to]) {
		if from+start == at {
			s.shapes = append(s.shapes, hit{b.rule, from + start, from + end})
		}
	}
}

// readShapes runs the functions of rules over windows, with as much around each
// as a match can hold that reaches into it. What was cut off at the edge is no
// match, since it is too long to be one. Windows are put together, with a byte
// between them that no match holds: there are many, and most are short.
func (s *scratch) readShapes(windows []scanner.Span) {
	if len(s.m.finders) == 0 || len(windows) == 0 {
		return
	}
	if len(windows) == 1 {
		s.runFinders(s.around(windows[0]), windows)
		return
	}
	s.joined, s.parts = s.joined[:0], s.parts[:0]
	for _, w := range windows {
		from := s.around(w)
		s.parts = append(s.parts, part{len(s.joined), from.Start})
		s.joined = append(append(s.joined, s.text[from.Start:from.End]...), 0)
	}
	for _, rule := range s.m.finders {
		k := 0
		for start, end := range s.m.patterns[rule].rule.Find(s.joined) {
			for k+1 < len(s.parts) && s.parts[k+1].joined <= start {
				k++
			}
			s.shape(rule, start-s.parts[k].joined+s.parts[k].text, end-start, windows[k])
		}
	}
}

// around returns what is read for a window.
func (s *scratch) around(w scanner.Span) scanner.Span {
	return scanner.Span{Start: max(0, w.Start-ahead-1), End: min(len(s.text), w.End+ahead+1)}
}

// runFinders runs the functions of rules over the text around one window.
func (s *scratch) runFinders(from scanner.Span, windows []scanner.Span) {
	for _, rule := range s.m.finders {
		for start, end := range s.m.patterns[rule].rule.Find(s.text[from.Start:from.End]) {
			s.shape(rule, start+from.Start, end-start, windows[0])
		}
	}
}

// shape keeps a match that touches its window.
func (s *scratch) shape(rule, start, size int, w scanner.Span) {
	if start < w.End && start+size > w.Start {
		s.shapes = append(s.shapes, hit{rule, start, start + size})
	}
}

func (s *scratch) inheritShapes(base *candidates, copies []scanner.Copy) {
	if len(base.shapes) == 0 {
		return
	}
	for _, c := range copies {
		first := sort.Search(len(base.shapes), func(i int) bool { return base.shapes[i].start >= c.From })
		for _, h := range base.shapes[first:] {
			if h.start >= c.From+c.Len {
				break
			}
			same := hit{h.rule, h.start - c.From + c.To, h.end - c.From + c.To}
			if s.stays(h, same, c) {
				s.shapes = append(s.shapes, same)
			}
		}
	}
}

// stays reports whether what h is in the base is known to be a match where it was
// copied to, and is not found there anyway.
func (s *scratch) stays(h, same hit, c scanner.Copy) bool {
	if len(s.m.patterns[h.rule].rule.Starts) == 0 {
		return h.end <= c.From+c.Len && !s.inWindow(same.start, same.end)
	}
	before := h.start-beforeStart >= c.From || c.From == 0 && c.To == 0
	behind := h.start+behindStart <= c.From+c.Len ||
		c.To+c.Len == len(s.text) && h.end <= c.From+c.Len && !s.inWindow(same.start, same.end)
	return before && behind
}

// inWindow reports whether a part of the text touches a window.
func (s *scratch) inWindow(start, end int) bool {
	i := sort.Search(len(s.windows), func(i int) bool { return s.windows[i].End > start })
	return i < len(s.windows) && s.windows[i].Start < end
}
