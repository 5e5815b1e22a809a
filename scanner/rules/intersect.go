package rules

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"unicode"
)

const (
	// maxPairs is how far two expressions are compared. Beyond that they are
	// taken to have a text in common.
	maxPairs = 200_000
	// maxWork is how many pairs all comparisons of one configuration may take.
	maxWork = 5_000_000
)

// A comparer compares expressions. The zero comparer takes every text for
// possible.
type comparer struct{ left int } // pairs

// intersects reports whether some text matches both expressions, each as a
// whole. It takes anchors and word boundaries for met, so it errs towards true.
func (c *comparer) intersects(a, b *syntax.Regexp) bool {
	if c.left <= 0 {
		return true
	}
	x, errX := syntax.Compile(a.Simplify())
	y, errY := syntax.Compile(b.Simplify())
	if errX != nil || errY != nil {
		return true
	}
	type pair struct{ x, y uint32 }
	seen := map[pair]bool{}
	var open []pair
	push := func(p pair) {
		if !seen[p] {
			seen[p] = true
			open = append(open, p)
		}
	}
	push(pair{uint32(x.Start), uint32(y.Start)})
	for len(open) > 0 {
		if c.left--; c.left < 0 || len(seen) > maxPairs {
			return true
		}
		p := open[len(open)-1]
		open = open[:len(open)-1]
		i, j := &x.Inst[p.x], &y.Inst[p.y]
		nextX, silentX := silent(i)
		nextY, silentY := silent(j)
		switch {
		case silentX:
			for _, n := range nextX {
				push(pair{n, p.y})
			}
		case silentY:
			for _, n := range nextY {
				push(pair{p.x, n})
			}
		case i.Op == syntax.InstMatch && j.Op == syntax.InstMatch:
			return true
		case overlap(runesOf(i), runesOf(j)):
			push(pair{i.Out, j.Out})
		}
	}
	return false
}

// silent returns where an instruction leads that reads nothing.
func silent(i *syntax.Inst) (next []uint32, ok bool) {
	switch i.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		return []uint32{i.Out, i.Arg}, true
	case syntax.InstCapture, syntax.InstEmptyWidth, syntax.InstNop:
		return []uint32{i.Out}, true
	}
	return nil, false
}

// runesOf returns the ranges that an instruction reads, nothing if it reads
// nothing.
func runesOf(i *syntax.Inst) []rune {
	switch i.Op {
	case syntax.InstRuneAny:
		return []rune{0, unicode.MaxRune}
	case syntax.InstRuneAnyNotNL:
		return []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}
	case syntax.InstRune1:
		return []rune{i.Rune[0], i.Rune[0]}
	case syntax.InstRune:
		if len(i.Rune) != 1 {
			return i.Rune
		}
		list := []rune{i.Rune[0], i.Rune[0]}
		if syntax.Flags(i.Arg)&syntax.FoldCase != 0 {
			for c := unicode.SimpleFold(i.Rune[0]); c != i.Rune[0]; c = unicode.SimpleFold(c) {
				list = append(list, c, c)
			}
			slices.Sort(list)
		}
		return list
	}
	return nil
}

// overlap reports whether two sorted lists of ranges have a character in common.
func overlap(a, b []rune) bool {
	for i, j := 0, 0; i+1 < len(a) && j+1 < len(b); {
		switch {
		case a[i+1] < b[j]:
			i += 2
		case b[j+1] < a[i]:
			j += 2
		default:
			return true
		}
	}
	return false
}

// canContain reports whether a text that re matches can have word in it, in any
// case.
func (c *comparer) canContain(re *syntax.Regexp, word string) bool {
	return c.canHold(re, "(?i:"+regexp.QuoteMeta(word)+")")
}

// canHold reports whether a text that re matches can have a match of pattern in
// it.
func (c *comparer) canHold(re *syntax.Regexp, pattern string) bool {
	inside, err := syntax.Parse("(?s:.*)(?:"+pattern+")(?s:.*)", syntax.Perl)
	return err != nil || c.intersects(re, inside)
}
