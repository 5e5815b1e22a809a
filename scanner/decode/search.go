package decode

import (
	"bytes"
	"slices"
	"sort"
)

// A run is a stretch in an encoding that is not an escape.
type run struct {
	start, end int // padding included
	form       form
	pieces     []Span // of a base64 text over several lines, without padding
}

// A search finds the runs of one text. Hits are where something is worth a Text,
// joined where they are near each other, so that there are never many.
type search struct {
	data        []byte
	masks       *tokenMasks // nil where there are none
	runs        []run       // tokens
	hits        []Span
	wrapped     []run // base64 over several lines
	wrappedHits []Span
	quotedHits  []Span

	tokenDone, wrappedDone int // no run begins before it that has not been seen
	bytes                  []byte
	left                   [2]Span // what nextPiece found to be left of a token

	room int  // for runs and pieces
	cut  bool // there were more than there is room for
}

const (
	// maxRoom is for how many pieces there is room in one search: 32 MiB. A run
	// takes that of runRoom pieces.
	maxRoom = 1 << 21
	runRoom = 3
)

// take takes room for runs and pieces, and reports whether there was so much.
func (s *search) take(n int) bool {
	if n > s.room {
		s.cut = true
		return false
	}
	s.room -= n
	return true
}

func (s *search) reset(data []byte) {
	s.data, s.runs, s.hits = data, s.runs[:0], s.hits[:0]
	s.wrapped, s.wrappedHits, s.quotedHits = s.wrapped[:0], s.wrappedHits[:0], s.quotedHits[:0]
	s.tokenDone, s.wrappedDone, s.left = 0, 0, [2]Span{}
	s.room, s.cut = maxRoom, false
	s.masks.reset(data)
}

// any reports whether something is worth a Text.
func (s *search) any() bool {
	return len(s.hits) > 0 || len(s.wrappedHits) > 0 || len(s.quotedHits) > 0
}

// whole finds all runs of data, of escapes those that touch leads, and what Texts
// are to be made of.
func (s *search) whole(data []byte, leads []Span) {
	s.reset(data)
	s.allTokens()
	for _, w := range leads {
		s.escapes(w)
		s.quotedHits = s.quoted(s.quotedHits, w)
	}
	s.settle()
}

// parts finds the runs in what was decoded in a Text.
func (s *search) parts(t *Text) {
	s.reset(t.Data)
	for _, w := range t.changed() {
		s.window(w)
	}
	s.settle()
}

// complete finds the runs of which Texts are made that touch one of near, and
// some others. A Text may be as long as data, if its runs are in the context of
// one another, so it looks further and further.
func (s *search) complete(data []byte, near []Span) {
	var windows []Span
	for _, w := range near {
		windows = join(windows, seen(data, w), 0)
	}
	for more := contextBytes; ; more *= 2 {
		s.reset(data)
		for _, w := range windows {
			s.window(w)
		}
		s.settle()
		wider := s.unseen(windows, near, more)
		if wider == nil || s.cut {
			return
		}
		windows = wider
	}
}

// seen returns all bytes in which a run may begin or end whose context touches s.
func seen(data []byte, s Span) Span {
	const further = longestGap + longestEscape
	s = around(data, s)
	return Span{max(0, s.Start-further), min(len(data), s.End+further)}
}

// unseen returns windows with what has to be looked at besides them, and more of
// that; nil if nothing has.
func (s *search) unseen(windows, near []Span, more int) []Span {
	var missing []Span
	for _, list := range [...][]Span{s.hits, s.wrappedHits, s.quotedHits} {
		for _, h := range touching(slices.Clone(list), near) {
			need := seen(s.data, h)
			i := sort.Search(len(windows), func(i int) bool { return windows[i].End >= need.End })
			if i == len(windows) || windows[i].Start > need.Start {
				missing = append(missing, Span{max(0, need.Start-more), min(len(s.data), need.End+more)})
			}
		}
	}
	if missing == nil {
		return nil
	}
	return merged(append(missing, windows...), 0)
}

// merged puts spans in order and joins those with no more than gap bytes between
// them.
func merged(list []Span, gap int) []Span {
	slices.SortFunc(list, func(a, b Span) int { return a.Start - b.Start })
	kept := list[:0]
	for _, s := range list {
		kept = join(kept, s, gap)
	}
	return kept
}

// settle makes of hits the stretches of which Texts are made.
func (s *search) settle() {
	if !s.any() {
		return
	}
	for _, list := range [...]*[]Span{&s.hits, &s.wrappedHits, &s.quotedHits} {
		hits := merged(*list, longestGap)
		stretches := hits[:0]
		for _, h := range hits {
			stretches = join(stretches, around(s.data, h), 0)
		}
		*list = stretches
	}
}

// near finds the runs that an edit in w can have made, and some others.
func (s *search) near(w Span, escapes bool) {
	s.masks.around(w)
	s.tokens(w)
	if s.masks.anyBehind(w.End) {
		s.behind(w.End)
	}
	if escapes {
		s.escapes(Span{max(0, w.Start-longestEscape), min(len(s.data), w.End+longestEscape)})
		s.quotedHits = s.quoted(s.quotedHits, Span{max(0, w.Start-longestEscape), min(len(s.data), w.End+quotedLine)})
	}
}

// behind finds the tokens behind an edit that ends at a place. What the edit took away may
// have kept the next token from being the first piece of a text. If that is not what a
// text begins with, the one behind it is.
func (s *search) behind(at int) {
	for n := range 2 {
		next, ok := s.nextPiece(at, n)
		if !ok {
			return
		}
		if s.mayHold(at, next) {
			s.tokens(Span{next, next})
		}
		at = next
	}
}

// window finds the runs that touch data[w.Start:w.End] from inside or outside.
// Windows come in order.
func (s *search) window(w Span) {
	s.tokens(w)
	s.escapes(w)
	s.quotedHits = s.quoted(s.quotedHits, w)
}

// escapes finds the escapes that are worth a Text.
func (s *search) escapes(w Span) {
	from, to := max(w.Start-longestEscape, 0), min(w.End+1, len(s.data))
	for _, c := range [...]byte{'%', '\\', '&', '+'} {
		first := len(s.hits)
		for at := from; at < to; {
			if s.data[at] != c { // of many, one follows another
				i := bytes.IndexByte(s.data[at:to], c)
				if i < 0 {
					break
				}
				at += i
			}
			if !mayEscape(s.data, c, at) {
				at++
				continue
			}
			e, ok := parseEscape(s.data, at)
			if c == '+' {
				e, ok = parseCodePoint(s.data, at-1)
			}
			if !ok || e.end < w.Start || !e.hot(s.data) {
				at++ // of two backslashes the second may begin another, which is
				continue
			}
			s.hits = joinFrom(s.hits, first, Span{e.start, e.end}, longestGap)
			at = e.end
		}
	}
}

// mayEscape looks at one byte to pass over most of what c is in programs.
func mayEscape(data []byte, c byte, at int) bool {
	if c == '+' {
		return at > 0 && data[at-1] == 'U'
	}
	if at+1 == len(data) {
		return false
	}
	following := data[at+1]
	switch c {
	case '%':
		return nibbles[following] != none
	case '&':
		return following == '#' || classes[following]&inToken != 0
	}
	switch following {
	case 'n', 'r', 't':
		return at+2 < len(data) && classes[data[at+2]]&inToken != 0
	case '"', '\'', '.', ' ', 's', 'w', 'd', 'b':
		return false
	}
	return true
}
