package simd

import (
	"cmp"
	"math"
	"slices"
)

// A set of grams is found where each of as many bytes is like one of theirs at its
// place: it has one of their low and one of their high halves, or it is one of them.
type set struct {
	grams  []string
	exact  bool            // it is one of them
	bytes  [Gram]uint64    // the classes of the bytes
	halves [Gram][2]uint16 // low and high, a bit for each
	share  float32         // of the places of a text
}

// add adds what a gram has to the bytes and halves.
func (s *set) add(m *Model, gram string) {
	for k := range s.halves {
		h := &s.halves[k]
		if k >= len(gram) { // whatever follows
			h[0], h[1], s.bytes[k] = math.MaxUint16, math.MaxUint16, whatever
			continue
		}
		for _, c := range [...]byte{gram[k], upper(gram[k])} {
			h[0] |= 1 << (c & 15)
			h[1] |= 1 << (c >> 4)
			s.bytes[k] |= m.of[c>>4][c&15]
		}
	}
}

// with returns what the set is with a gram more.
func (s *set) with(m *Model, gram string) set {
	t := set{exact: s.exact, bytes: s.bytes, halves: s.halves}
	t.add(m, gram)
	t.measure(m)
	return t
}

// without returns what the set is without its gram of some number.
func (s *set) without(m *Model, i int) set {
	t := set{exact: s.exact, grams: slices.Delete(slices.Clone(s.grams), i, i+1)}
	for _, gram := range t.grams {
		t.add(m, gram)
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

// rounds is how often each gram is moved to where it is best. More are hardly better,
// and where sets are exact none is.
const rounds = 2

// arrange puts grams into sets that are found at few places: each first where that
// makes the least more of them, the most frequent first, and then to a better set as
// the others have become.
func arrange(m *Model, grams []string, all []set) []set {
	grams = slices.Clone(grams)
	slices.SortFunc(grams, func(a, b string) int {
		return cmp.Or(cmp.Compare(m.Frequency(b), m.Frequency(a)), cmp.Compare(a, b))
	})
	for _, gram := range grams {
		put(m, all, gram)
	}
	if all[0].exact {
		return all
	}
	for range rounds {
		for k := range all {
			for i := len(all[k].grams) - 1; i >= 0; i-- {
				gram := all[k].grams[i]
				all[k] = all[k].without(m, i)
				put(m, all, gram)
			}
		}
	}
	return all
}

// put puts a gram into that set of which it makes the least more.
func put(m *Model, all []set, gram string) {
	best, least, with := 0, float32(math.Inf(1)), set{}
	for k := range all {
		if k > 0 && len(all[k].grams)+len(all[k-1].grams) == 0 {
			continue // as good as the one before
		}
		s := all[k].with(m, gram)
		if more := s.share - all[k].share; more < least {
			best, least, with = k, more, s
		}
	}
	with.grams = append(all[best].grams, gram)
	all[best] = with
}
