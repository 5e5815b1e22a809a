package history

import (
	"github.com/awscred/awscred/scanner"
)

// maxIntervalRefs is for how many refs besides HEAD the intervals of one secret
// are looked for.
const maxIntervalRefs = 16

// intervals lists the stretches in which counted secret k was there: for HEAD,
// and for tips with a history of the secret that is not part of HEAD's.
func (t *tally) intervals(k int, besides []int32) []scanner.Interval {
	changes := t.changes[k]
	t.starts.find(t, k)
	var list []scanner.Interval
	seen := map[[2]string]bool{}
	add := func(ref string, at int32) {
		for _, iv := range t.stretches(changes, at) {
			key := [2]string{iv.From}
			if iv.To != nil {
				key[1] = *iv.To
			}
			if !seen[key] {
				seen[key] = true
				iv.Ref = ref
				list = append(list, iv)
			}
		}
	}
	if t.c.head >= 0 {
		add("HEAD", t.c.head)
	}
	for _, i := range besides {
		add(t.c.tips[i].name, t.c.tips[i].commit)
	}
	return list
}

// stretches are the intervals of the secret whose starts were found in the
// history of one commit. A stretch is open if the secret was carried from its
// first commit to that one without a gap, through whatever branches. Otherwise
// it ends at the last commit that dropped what was carried so far: one branch
// may drop it while another keeps it.
func (t *tally) stretches(changes []change, at int32) []scanner.Interval {
	inside := t.c.reachFrom(at)
	var list []scanner.Interval
	place := map[int]int{} // by start, its interval
	start := 0
	for _, ch := range changes {
		if ch.came {
			start++
		}
		if !inside.has(int(ch.commit)) {
			continue
		}
		c := t.c.g.at(ch.commit)
		if ch.came {
			n := min(start, maxStarts) - 1
			if _, told := place[n]; told {
				continue // the last one stands for the rest
			}
			place[n] = len(list)
			list = append(list, scanner.Interval{From: c.id.String(), FromTime: c.when})
			continue
		}
		name := c.id.String()
		for _, p := range c.parents {
			t.starts.at(p).each(func(s int) {
				iv := &list[place[s]]
				iv.To, iv.ToTime = &name, c.when
			})
		}
	}
	t.starts.at(at).each(func(s int) {
		iv := &list[place[s]]
		iv.To, iv.ToTime = nil, ""
	})
	return list
}

// maxStarts is how many commits in which one secret came are told apart. The
// last stands for all that come after it: what is known of n of them takes n²
// bits, and a history can be made of nothing but such commits.
const maxStarts = 4096

// starts say of one secret from which of the commits where it came it was
// carried to a commit without a gap. Those commits are numbered in order.
type starts struct {
	// one is set if the secret came once: then that is where every commit has
	// it from, and no more than has is known.
	one     bool
	has     func(commit int32) bool
	sets    []set   // the sets that occur; 0 is empty
	by      []int32 // by commit, from first on, the number of its set
	first   int32   // the first commit where the secret came
	unions  map[[2]int32]int32
	singles int
	last    int32 // the set of the last single
}

// find finds the starts of counted secret k.
func (s *starts) find(t *tally, k int) {
	s.sets, s.by, s.singles = append(s.sets[:0], nil), s.by[:0], 0
	clear(s.unions)
	s.has = func(commit int32) bool { return t.has[commit]>>k&1 != 0 }
	s.first = -1
	times := 0
	for _, ch := range t.changes[k] {
		if ch.came {
			if times++; times == 1 {
				s.first = ch.commit
			}
		}
	}
	if s.one = times == 1; s.one {
		s.sets = append(s.sets, set{1})
	}
	if times < 2 {
		return
	}
	for i := int(s.first); i < len(t.has); i++ {
		s.by = append(s.by, s.carried(t.c.g.commits[i].parents, int32(i)))
	}
}

// carried returns the number of the set of a commit, whose parents' are known.
func (s *starts) carried(parents []int32, commit int32) int32 {
	if !s.has(commit) {
		return 0
	}
	var n int32
	for _, p := range parents {
		if p >= s.first {
			n = s.union(n, s.by[p-s.first])
		}
	}
	if n == 0 && s.singles == maxStarts {
		return s.last
	}
	if n == 0 { // no parent has it
		var one set
		one.add(s.singles)
		s.singles++
		n = int32(len(s.sets))
		s.sets = append(s.sets, one)
		s.last = n
	}
	return n
}

// union returns the number of the union of two sets.
func (s *starts) union(a, b int32) int32 {
	switch {
	case a == b || b == 0:
		return a
	case a == 0:
		return b
	case a > b:
		a, b = b, a
	}
	if n, ok := s.unions[[2]int32{a, b}]; ok {
		return n
	}
	n := int32(len(s.sets))
	switch x, y := s.sets[a], s.sets[b]; {
	case y.within(x):
		n = a
	case x.within(y):
		n = b
	default:
		s.sets = append(s.sets, x.union(y))
	}
	if s.unions == nil {
		s.unions = map[[2]int32]int32{}
	}
	s.unions[[2]int32{a, b}] = n
	return n
}

// at returns the starts of a commit.
func (s *starts) at(commit int32) set {
	i := int(commit - s.first)
	switch {
	case s.one && s.has(commit):
		return s.sets[1]
	case !s.one && i >= 0 && i < len(s.by):
		return s.sets[s.by[i]]
	}
	return nil
}
