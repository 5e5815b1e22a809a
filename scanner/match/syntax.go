package match

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// unbounded is the length of what has no greatest length.
const unbounded = -1

// The two characters outside ASCII that fold to an ASCII letter: (?i)s matches
// the long s, (?i)k the Kelvin sign.
const (
	longS  = '\u017f'
	kelvin = '\u212a'
)

// A byteSet is a set of bytes.
type byteSet [256]bool

// addRange adds the bytes that a character of lo..hi can begin, end or consist
// of. Beyond ASCII that is any byte from 0x80 up: an invalid byte counts as
// U+FFFD, so no byte can be excluded cheaply.
func (s *byteSet) addRange(lo, hi rune) {
	for r := lo; r <= hi && r < utf8.RuneSelf; r++ {
		s[r] = true
	}
	if hi >= utf8.RuneSelf {
		for c := utf8.RuneSelf; c < len(s); c++ {
			s[c] = true
		}
	}
}

// addChar adds what the single characters of a leaf can be, at index i of a
// literal.
func (s *byteSet) addChar(re *syntax.Regexp, i int) {
	switch re.Op {
	case syntax.OpLiteral:
		r := re.Rune[i]
		s.addRange(r, r)
		if re.Flags&syntax.FoldCase == 0 {
			return
		}
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			s.addRange(f, f)
		}
	case syntax.OpCharClass:
		for k := 0; k < len(re.Rune); k += 2 {
			s.addRange(re.Rune[k], re.Rune[k+1])
		}
	case syntax.OpAnyChar:
		s.addRange(0, unicode.MaxRune)
	case syntax.OpAnyCharNotNL:
		s.addRange(0, '\n'-1)
		s.addRange('\n'+1, unicode.MaxRune)
	}
}

// addFirst adds the bytes with which a match of re can begin. It returns true
// if re can be empty, so that what follows matters as well.
func (s *byteSet) addFirst(re *syntax.Regexp) (empty bool) { return s.addEdge(re, false) }

// addEdge is addFirst, or the same for the end of a match.
func (s *byteSet) addEdge(re *syntax.Regexp, last bool) (empty bool) {
	switch re.Op {
	case syntax.OpLiteral:
		i := 0
		if last {
			i = len(re.Rune) - 1
		}
		s.addChar(re, i)
		return false
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		s.addChar(re, 0)
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return s.addEdge(re.Sub[0], last)
	case syntax.OpStar, syntax.OpQuest:
		s.addEdge(re.Sub[0], last)
		return true
	case syntax.OpRepeat:
		return s.addEdge(re.Sub[0], last) || re.Min == 0
	case syntax.OpConcat:
		return s.addEdges(re.Sub, last)
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			empty = s.addEdge(sub, last) || empty
		}
		return empty
	case syntax.OpNoMatch:
		return false
	}
	return true
}

// addEdges is addEdge for a sequence.
func (s *byteSet) addEdges(list []*syntax.Regexp, last bool) (empty bool) {
	for i := range list {
		re := list[i]
		if last {
			re = list[len(list)-1-i]
		}
		if !s.addEdge(re, last) {
			return false
		}
	}
	return true
}

// zeroWidth reports whether re is an assertion.
func zeroWidth(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpBeginText, syntax.OpEndText,
		syntax.OpBeginLine, syntax.OpEndLine, syntax.OpEmptyMatch:
		return true
	}
	return false
}

// A length is a range of lengths in bytes; max may be unbounded.
type length struct{ min, max int }

func (a length) then(b length) length {
	if a.max == unbounded || b.max == unbounded {
		return length{a.min + b.min, unbounded}
	}
	return length{a.min + b.min, a.max + b.max}
}

func (a length) or(b length) length {
	l := length{min(a.min, b.min), max(a.max, b.max)}
	if a.max == unbounded || b.max == unbounded {
		l.max = unbounded
	}
	return l
}

func (a length) times(lo, hi int) length {
	l := length{a.min * lo, unbounded}
	if hi != unbounded && a.max != unbounded {
		l.max = a.max * hi
	}
	return l
}

// lengthOf is the length of what re matches. With plain it leaves the long s
// and the Kelvin sign out of account where they only stand for a letter: hardly
// any text has them.
func lengthOf(re *syntax.Regexp, plain bool) length {
	switch re.Op {
	case syntax.OpLiteral:
		l := length{}
		for _, r := range re.Rune {
			l = l.then(runeLength(r, r, re.Flags&syntax.FoldCase != 0, plain))
		}
		return l
	case syntax.OpCharClass:
		return classLength(re, plain)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return length{1, utf8.UTFMax}
	case syntax.OpCapture:
		return lengthOf(re.Sub[0], plain)
	case syntax.OpStar:
		return lengthOf(re.Sub[0], plain).times(0, unbounded)
	case syntax.OpPlus:
		return lengthOf(re.Sub[0], plain).times(1, unbounded)
	case syntax.OpQuest:
		return lengthOf(re.Sub[0], plain).times(0, 1)
	case syntax.OpRepeat:
		return lengthOf(re.Sub[0], plain).times(re.Min, re.Max)
	case syntax.OpConcat:
		return lengthOfAll(re.Sub, plain)
	case syntax.OpAlternate:
		l := lengthOf(re.Sub[0], plain)
		for _, s := range re.Sub[1:] {
			l = l.or(lengthOf(s, plain))
		}
		return l
	}
	return length{}
}

// lengthOfAll is lengthOf for a sequence.
func lengthOfAll(list []*syntax.Regexp, plain bool) length {
	l := length{}
	for _, re := range list {
		l = l.then(lengthOf(re, plain))
	}
	return l
}

func classLength(re *syntax.Regexp, plain bool) length {
	l := length{utf8.UTFMax, 1}
	for k := 0; k < len(re.Rune); k += 2 {
		lo, hi := re.Rune[k], re.Rune[k+1]
		if plain && lo == hi && (lo == longS || lo == kelvin) {
			continue
		}
		l = l.or(runeLength(lo, hi, false, plain))
	}
	return length{min(l.min, l.max), l.max}
}

// runeLength is the length of one character of lo..hi. U+FFFD is also what an
// invalid byte counts as.
func runeLength(lo, hi rune, fold, plain bool) length {
	l := length{max(1, utf8.RuneLen(lo)), max(1, utf8.RuneLen(hi))}
	if hi >= 0xd800 && utf8.RuneLen(hi) < 0 {
		l.max = 3
	}
	if lo <= utf8.RuneError && utf8.RuneError <= hi {
		l.min = 1
	}
	if !fold {
		return l
	}
	for f := unicode.SimpleFold(lo); f != lo; f = unicode.SimpleFold(f) {
		if !plain || f != longS && f != kelvin {
			l = l.or(length{utf8.RuneLen(f), utf8.RuneLen(f)})
		}
	}
	return l
}

// flatten resolves sequences and groups into one sequence.
func flatten(re *syntax.Regexp, out []*syntax.Regexp) []*syntax.Regexp {
	switch re.Op {
	case syntax.OpConcat:
		for _, s := range re.Sub {
			out = flatten(s, out)
		}
		return out
	case syntax.OpCapture:
		return flatten(re.Sub[0], out)
	}
	return append(out, re)
}

// reversed returns an expression that matches the texts of re read backwards.
func reversed(re *syntax.Regexp) *syntax.Regexp {
	c := *re
	switch re.Op {
	case syntax.OpLiteral:
		c.Rune = make([]rune, len(re.Rune))
		for i, r := range re.Rune {
			c.Rune[len(re.Rune)-1-i] = r
		}
	case syntax.OpBeginText:
		c.Op = syntax.OpEndText
	case syntax.OpEndText:
		c.Op = syntax.OpBeginText
	case syntax.OpBeginLine:
		c.Op = syntax.OpEndLine
	case syntax.OpEndLine:
		c.Op = syntax.OpBeginLine
	}
	c.Sub = make([]*syntax.Regexp, len(re.Sub))
	for i, s := range re.Sub {
		if re.Op == syntax.OpConcat {
			c.Sub[len(re.Sub)-1-i] = reversed(s)
		} else {
			c.Sub[i] = reversed(s)
		}
	}
	return &c
}

// hasGap reports whether re has a loop without end over nearly every character,
// as between the header and the footer of a private key.
func hasGap(re *syntax.Regexp) bool {
	loop := re.Op == syntax.OpStar || re.Op == syntax.OpPlus || re.Op == syntax.OpRepeat && re.Max == unbounded
	if loop {
		var set byteSet
		set.addFirst(re.Sub[0])
		n := 0
		for _, in := range set {
			if in {
				n++
			}
		}
		if n > len(set)*7/8 {
			return true
		}
	}
	return slices.ContainsFunc(re.Sub, hasGap)
}
