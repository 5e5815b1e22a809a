package match

import (
	"regexp/syntax"
	"slices"
)

// share gives branches that are kin one head and one rest, which matches what any of
// theirs does: where none can match one test shows it, of a DFA that has hardly more
// states than each of theirs would have.
func (m *Matcher) share() {
	first := map[string][]*branch{}
	for i := range m.patterns {
		p := &m.patterns[i]
		for _, b := range p.branches {
			if b.rest == nil || p.gap { // where a match may hide another, each place counts that is not refuted
				continue
			}
			list := first[b.literals[0]]
			k := slices.IndexFunc(list, b.isKin)
			if k < 0 {
				first[b.literals[0]] = append(list, b)
				continue
			}
			a := list[k]
			a.rest.ast = either(a.rest.ast.Sub, b.rest.ast.Sub)
			b.head, b.rest = a.head, a.rest
		}
	}
}

// isKin reports whether two branches look for the same literals, with the same before
// them, and their rests begin alike, as those of rules do that tell an id and a secret.
func (b *branch) isKin(a *branch) bool {
	if !slices.Equal(a.literals, b.literals) || (a.headAST == nil) != (b.headAST == nil) ||
		a.headAST != nil && !a.headAST.Equal(b.headAST) {
		return false
	}
	return 2*alike(a.rest.ast.Sub, b.rest.ast.Sub) >= len(b.rest.ast.Sub)
}

// alike returns how many parts of two sequences are the same, from the first on.
func alike(a, b []*syntax.Regexp) int {
	n := 0
	for n < min(len(a), len(b)) && a[n].Equal(b[n]) {
		n++
	}
	return n
}

// either returns an expression that matches what one of two sequences does.
func either(a, b []*syntax.Regexp) *syntax.Regexp {
	n := alike(a, b)
	ends := &syntax.Regexp{Op: syntax.OpAlternate, Flags: syntax.Perl, Sub: []*syntax.Regexp{sequence(a[n:]), sequence(b[n:])}}
	return sequence(append(slices.Clone(a[:n]), ends))
}
