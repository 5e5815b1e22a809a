package match

import "regexp/syntax"

// leastLoose is from how many repetitions on it is worth it not to count them.
const leastLoose = 4

// loosened returns an expression that matches all that re does, and more, because it
// does not count the repetitions of what is not a single character: the states of its
// DFA are few, where re has some for each number of them, and they are made anew in
// each run. What it cannot match re cannot either, and that is all that is asked of a
// place before a rule is confirmed there. It returns re itself if nothing is counted.
func loosened(re *syntax.Regexp) *syntax.Regexp {
	if len(re.Sub) == 0 {
		return re
	}
	list, changed := make([]*syntax.Regexp, len(re.Sub)), false
	for i, sub := range re.Sub {
		list[i] = loosened(sub)
		changed = changed || list[i] != sub
	}
	op := re.Op
	if op == syntax.OpRepeat && max(re.Min, re.Max) >= leastLoose && !isCharacter(re.Sub[0]) {
		changed = true
		if op = syntax.OpPlus; re.Min == 0 {
			op = syntax.OpStar
		}
	}
	if !changed {
		return re
	}
	other := *re
	other.Op, other.Sub = op, list
	if op != syntax.OpRepeat {
		other.Min, other.Max = 0, 0
	}
	return &other
}

// tested returns what is looked for at a literal. Where a match may hide another
// (covered), each place counts that is not refuted, so nothing is loosened.
func (p *pattern) tested(rest *syntax.Regexp) *syntax.Regexp {
	if p.gap {
		return rest
	}
	return loosened(rest)
}

// isCharacter reports whether re matches exactly one character.
func isCharacter(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpLiteral:
		return len(re.Rune) == 1
	case syntax.OpCapture:
		return isCharacter(re.Sub[0])
	}
	return false
}
