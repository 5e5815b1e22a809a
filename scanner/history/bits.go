package history

import "math/bits"

// A set is a set of small numbers: of secrets, or of commits. Sets are shared
// and therefore never changed once they are stored; the functions below return
// new ones. A shorter set stands for one with zeros behind it.
type set []uint64

func (s set) has(i int) bool { return i>>6 < len(s) && s[i>>6]&(1<<(i&63)) != 0 }

// add puts i into s itself, growing it if need be.
func (s *set) add(i int) {
	for i>>6 >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[i>>6] |= 1 << (i & 63)
}

// union returns s ∪ t. It returns s or t itself where that is the answer.
func (s set) union(t set) set {
	if t.within(s) {
		return s
	}
	if s.within(t) {
		return t
	}
	u := make(set, max(len(s), len(t)))
	copy(u, s)
	for i, w := range t {
		u[i] |= w
	}
	return u
}

// within reports whether every member of s is in t.
func (s set) within(t set) bool {
	for i, w := range s {
		if i < len(t) {
			w &^= t[i]
		}
		if w != 0 {
			return false
		}
	}
	return true
}

// each calls f for every member, in order.
func (s set) each(f func(int)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(i<<6 + bits.TrailingZeros64(w))
		}
	}
}
