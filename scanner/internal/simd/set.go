package simd

import (
	"cmp"
	"math"
	"slices"
)

// A Pattern says which bytes may stand at each of one to four places: a string of them for
// each, in lower case, which stands for either case. Behind them anything may stand.
type Pattern []string

// Literal returns the pattern of a string of one to four bytes.
func Literal(gram string) Pattern {
	p := make(Pattern, len(gram))
	for k := range p {
		p[k] = gram[k : k+1]
	}
	return p
}

// bytes calls f for each byte that may stand at a place, in either case.
func (p Pattern) bytes(k int, f func(c byte)) {
	for i := range len(p[k]) {
		f(p[k][i])
		f(upper(p[k][i]))
	}
}

// anything reports whether anything may stand at a place.
func (p Pattern) anything(k int) bool { return k >= len(p) }

// A likeness is what decides whether bytes are taken for what is looked for: each of as
// many has one of some low and one of some high halves, or is one of some classes.
type likeness struct {
	bytes  [Gram]uint64    // the classes
	halves [Gram][2]uint16 // low and high, a bit for each
}

// likenessOf returns that of a pattern.
func likenessOf(m *Model, p Pattern) (l likeness) {
	for k := range l.halves {
		h := &l.halves[k]
		if p.anything(k) {
			h[0], h[1], l.bytes[k] = math.MaxUint16, math.MaxUint16, whatever
			continue
		}
		p.bytes(k, func(c byte) {
			h[0] |= 1 << (c & 15)
			h[1] |= 1 << (c >> 4)
			l.bytes[k] |= m.of[c>>4][c&15]
		})
	}
	return l
}

// add makes of l that of either.
func (l *likeness) add(other *likeness) {
	for k := range l.halves {
		l.bytes[k] |= other.bytes[k]
		l.halves[k][0] |= other.halves[k][0]
		l.halves[k][1] |= other.halves[k][1]
	}
}

// A wanted is a pattern with what decides about it.
type wanted struct {
	pattern Pattern
	like    likeness
}

// A set of patterns is found where each of as many bytes is like one of theirs at its
// place.
type set struct {
	likeness
	patterns []wanted
	exact    bool    // bytes are looked up as a whole, so halves do not matter
	share    float32 // of the places of a text
}

// with returns what the set is with a pattern more.
func (s *set) with(m *Model, w *wanted) set {
	t := set{exact: s.exact, likeness: s.likeness}
	t.add(&w.like)
	t.measure(m)
	return t
}

// without returns what the set is without its pattern of some number.
func (s *set) without(m *Model, i int) set {
	t := set{exact: s.exact, patterns: slices.Delete(slices.Clone(s.patterns), i, i+1)}
	for i := range t.patterns {
		t.add(&t.patterns[i].like)
	}
	t.measure(m)
	return t
}

// measure sets the share.
func (s *set) measure(m *Model) {
	some := s.bytes
	for k, h := range s.halves {
		if !s.exact {
			some[k] = m.classesOf(h[0], h[1])
		}
	}
	s.share = m.at(&some)
}

// rounds is how often each pattern is moved to where it is best. Another leaves 8 % fewer
// places to look at closer of make bench-repo, and is two thirds as much work again at each start;
// where sets are exact none is better.
const rounds = 1

// arrange puts patterns into sets that are found at few places: each first where that
// makes the least more of them, the most frequent first, and then to a better set as
// the others have become.
func arrange(m *Model, patterns []Pattern, all []set) []set {
	list := make([]wanted, len(patterns))
	share := make(map[*wanted]float32, len(patterns))
	order := make([]*wanted, len(patterns))
	for i, p := range patterns {
		list[i] = wanted{p, likenessOf(m, p)}
		order[i] = &list[i]
		share[order[i]] = m.at(&list[i].like.bytes)
	}
	slices.SortStableFunc(order, func(a, b *wanted) int { return cmp.Compare(share[b], share[a]) })
	for _, w := range order {
		put(m, all, *w)
	}
	if all[0].exact {
		return all
	}
	for range rounds {
		for k := range all {
			for i := len(all[k].patterns) - 1; i >= 0; i-- {
				w := all[k].patterns[i]
				all[k] = all[k].without(m, i)
				put(m, all, w)
			}
		}
	}
	return all
}

// put puts a pattern into that set of which it makes the least more.
func put(m *Model, all []set, w wanted) {
	best, least, with := 0, float32(math.Inf(1)), set{}
	for k := range all {
		if k > 0 && len(all[k].patterns)+len(all[k-1].patterns) == 0 {
			continue // as good as the one before
		}
		s := all[k].with(m, &w)
		if more := s.share - all[k].share; more < least {
			best, least, with = k, more, s
		}
	}
	with.patterns = append(all[best].patterns, w)
	all[best] = with
}
