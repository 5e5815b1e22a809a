package match

import (
	"bytes"
	"regexp/syntax"
	"slices"
	"strings"
)

const (
	maxMust   = 4  // strings of which one must stand behind a literal
	leastMust = 2  // bytes of each
	maxBreaks = 32 // line breaks that may be between the two
)

// A must is what else stands in every match of a branch: behind its literal, one
// of a few strings, and no more than so many line breaks before that. A literal
// that is a common word is given up where the string does not stand, which is
// found out faster than by the DFA.
type must struct {
	strings []string // as they are written
	breaks  int
	longest int
}

// mustOf looks for such strings in seq[from:], if anything may stand between the
// literal at seq[lit] and them.
func mustOf(seq []*syntax.Regexp, lit, from int) *must {
	for i := from; i < len(seq); i++ {
		breaks := breaksIn(seq[lit:i])
		if breaks > maxBreaks {
			return nil
		}
		if lengthOfAll(seq[lit:i], false).max != unbounded {
			continue
		}
		var best []string
		set := []string{""}
		for _, re := range seq[i:] {
			next := exactSet(re)
			if next == nil {
				break
			}
			if set = product(set, next); len(set) > maxMust {
				break
			}
			if slices.IndexFunc(set, func(s string) bool { return len(s) < leastMust }) < 0 {
				best = set
			}
		}
		if best != nil {
			return newMust(best, breaks)
		}
	}
	return nil
}

// newMust leaves out what holds another of the strings.
func newMust(set []string, breaks int) *must {
	m := &must{breaks: breaks}
	for _, s := range set {
		if !slices.ContainsFunc(set, func(o string) bool { return o != s && strings.Contains(s, o) }) {
			m.strings = append(m.strings, s)
			m.longest = max(m.longest, len(s))
		}
	}
	return m
}

// exactSet returns the strings that re matches, if they are few and their case
// counts.
func exactSet(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			return []string{string(re.Rune)}
		}
	case syntax.OpCapture:
		return exactSet(re.Sub[0])
	case syntax.OpConcat:
		set := []string{""}
		for _, sub := range re.Sub {
			next := exactSet(sub)
			if set = product(set, next); next == nil || len(set) > maxMust {
				return nil
			}
		}
		return set
	case syntax.OpAlternate:
		var set []string
		for _, sub := range re.Sub {
			next := exactSet(sub)
			if set = union(set, next); next == nil || len(set) > maxMust {
				return nil
			}
		}
		return set
	}
	return nil
}

// breaksIn returns the most line breaks that a match of a sequence holds, or more
// than maxBreaks.
func breaksIn(seq []*syntax.Regexp) int {
	n := 0
	for _, re := range seq {
		n += breaksOf(re)
	}
	return min(n, maxBreaks+1)
}

func breaksOf(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		n := 0
		for _, r := range re.Rune {
			if r == '\n' {
				n++
			}
		}
		return n
	case syntax.OpCharClass:
		if hasRune(re, '\n') {
			return 1
		}
		return 0
	case syntax.OpAnyChar:
		return 1
	}
	most := 0
	for _, sub := range re.Sub {
		if n := breaksOf(sub); re.Op == syntax.OpConcat {
			most += n
		} else {
			most = max(most, n)
		}
	}
	switch {
	case most == 0:
	case re.Op == syntax.OpStar, re.Op == syntax.OpPlus, re.Op == syntax.OpRepeat && re.Max == unbounded:
		return maxBreaks + 1
	case re.Op == syntax.OpRepeat:
		most *= re.Max
	}
	return min(most, maxBreaks+1)
}

// A lookout remembers where each string of a must stands next.
type lookout []gap

// A gap is a stretch of the text at no place of which a string stands but at its
// end, or that is the end of the text.
type gap struct{ from, next int }

// find returns where one of the strings stands next from a place on, or the end
// of the text. It reads what is before that once, if it is asked for places in
// order.
func (l lookout) find(m *must, text []byte, at int) int {
	first := len(text)
	for k, s := range m.strings {
		if g := &l[k]; g.from > at || at > g.next {
			*g = gap{at, len(text)}
			if i := bytes.Index(text[at:], []byte(s)); i >= 0 {
				g.next = at + i
			}
		}
		first = min(first, l[k].next)
	}
	return first
}

// giveUp refutes the anchors of a rule behind which nothing stands that must. It
// stops when it has looked at too much.
func (s *scratch) giveUp(anchors []anchor) {
	looks := map[*must]lookout{}
	for i := range anchors {
		a := &anchors[i]
		m := a.branch.must
		if m == nil || s.budget < 0 {
			continue
		}
		l := looks[m]
		if l == nil {
			l = make(lookout, len(m.strings))
			for k := range l {
				l[k].next = none
			}
			looks[m] = l
		}
		next := l.find(m, s.text, a.lo)
		end := a.lo
		for breaks := 0; breaks <= m.breaks && end < next; breaks++ {
			if n := bytes.IndexByte(s.text[end:next], '\n'); n >= 0 {
				end += n + 1
			} else {
				end = next
			}
		}
		s.budget -= (end - a.lo) / 16
		if end < next || next == len(s.text) {
			a.refute(0, min(len(s.text), end+m.longest)-a.lo)
		}
	}
}
