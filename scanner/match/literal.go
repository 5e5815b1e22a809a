package match

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxLiterals = 64 // in the set of one branch
	maxLiteral  = 10 // bytes of a literal that the automaton looks for
	minRun      = 16 // the shortest run of a class that is looked for by skipping
	maxSplits   = 3  // alternations of one rule that are split
	maxWays     = 8  // of an alternation that is split
	minWay      = 5  // bytes of the longest way of one
)

// A branch is one way in which a pattern can match: in every match of the branch
// stands one of its literals, wide bytes behind the start; what comes before
// matches head, and the rest of the pattern matches from the literal on.
type branch struct {
	id, rule int
	literals []string // lower case, not cut
	wide     length
	head     *program // backwards from the literal; nil if nothing comes before
	leads    bool     // something must come before
	rest     *program // loosened, from the literal on, with the assertions in front of it
	// before and after are the bytes that can stand around the literal, if
	// that is known. start: the literal may begin the text.
	before, after    *byteSet
	start            bool
	headAST, restAST *syntax.Regexp
	score            float64
	must             *must // what stands behind the literal as well, if that is known
	// A branch without literals has a run: at least runMin bytes of a class,
	// at the start of the match.
	run    *byteSet
	runMin int
}

// literalSet returns the strings that re matches, in lower case and without the
// two foreign folds, if they are few.
func literalSet(re *syntax.Regexp) ([]string, bool) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpLiteral:
		return literalString(re)
	case syntax.OpCharClass:
		return classStrings(re)
	case syntax.OpCapture:
		return literalSet(re.Sub[0])
	case syntax.OpQuest:
		set, ok := literalSet(re.Sub[0])
		return union([]string{""}, set), ok
	case syntax.OpRepeat:
		return repeatStrings(re)
	case syntax.OpConcat:
		set := []string{""}
		for _, s := range re.Sub {
			next, ok := literalSet(s)
			if !ok {
				return nil, false
			}
			if set = product(set, next); len(set) > maxLiterals {
				return nil, false
			}
		}
		return set, true
	case syntax.OpAlternate:
		var set []string
		for _, s := range re.Sub {
			next, ok := literalSet(s)
			if !ok {
				return nil, false
			}
			set = union(set, next)
		}
		return set, len(set) <= maxLiterals
	}
	return nil, false
}

func literalString(re *syntax.Regexp) ([]string, bool) {
	var b strings.Builder
	for _, r := range re.Rune {
		if r == longS || r == kelvin {
			if re.Flags&syntax.FoldCase == 0 {
				return nil, false
			}
			r = map[rune]rune{longS: 's', kelvin: 'k'}[r]
		}
		if r >= utf8.RuneSelf {
			return nil, false
		}
		b.WriteByte(lower(byte(r)))
	}
	return []string{b.String()}, true
}

// classStrings lists a class of up to four letters.
func classStrings(re *syntax.Regexp) ([]string, bool) {
	var set []string
	for k := 0; k < len(re.Rune); k += 2 {
		lo, hi := re.Rune[k], re.Rune[k+1]
		if lo == hi && (lo == longS && hasRune(re, 's') || lo == kelvin && hasRune(re, 'k')) {
			continue // found as a fold
		}
		if hi >= utf8.RuneSelf || hi-lo > 8 {
			return nil, false
		}
		for r := lo; r <= hi; r++ {
			set = union(set, []string{string(lower(byte(r)))})
		}
	}
	return set, len(set) > 0 && len(set) <= 4
}

func hasRune(class *syntax.Regexp, r rune) bool {
	for k := 0; k < len(class.Rune); k += 2 {
		if class.Rune[k] <= r && r <= class.Rune[k+1] {
			return true
		}
	}
	return false
}

func repeatStrings(re *syntax.Regexp) ([]string, bool) {
	if re.Max < 0 || re.Max > 4 {
		return nil, false
	}
	one, ok := literalSet(re.Sub[0])
	if !ok {
		return nil, false
	}
	var set []string
	power := []string{""}
	for n := 0; n <= re.Max; n++ {
		if n >= re.Min {
			set = union(set, power)
		}
		if power = product(power, one); len(power) > maxLiterals {
			return nil, false
		}
	}
	return set, len(set) <= maxLiterals
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// product joins every string of a with every one of b.
func product(a, b []string) []string {
	set := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			set = append(set, x+y)
		}
	}
	return distinct(set)
}

func union(a, b []string) []string { return distinct(append(slices.Clone(a), b...)) }

func distinct(set []string) []string {
	slices.Sort(set)
	return slices.Compact(set)
}

// branches derives from a sequence what must stand in each of its matches. It
// returns nil if nothing is good enough to look for.
func branches(seq []*syntax.Regexp) []*branch {
	list, _ := literalSets{}.derive(seq, maxSplits)
	return list
}

// literalSets remember what literalSet said of the parts of one pattern: each
// stands in many of the sequences that are tried. What is none is nil.
type literalSets map[*syntax.Regexp][]string

func (l literalSets) of(re *syntax.Regexp) []string {
	set, known := l[re]
	if !known {
		var ok bool
		if set, ok = literalSet(re); !ok {
			set = nil
		}
		l[re] = set
	}
	return set
}

// derive returns branches and the score of the worst of them. An alternation is
// split if each of its ways alone has better literals.
func (l literalSets) derive(seq []*syntax.Regexp, splits int) ([]*branch, float64) {
	best := l.best(seq)
	if best == nil {
		best = firstRun(seq)
	}
	var list []*branch
	score := -1.0
	if best != nil {
		list, score = []*branch{best}, best.score
	}
	if splits == 0 {
		return list, score
	}
	for i, re := range seq {
		if re.Op != syntax.OpAlternate || len(re.Sub) > maxWays || short(re) {
			continue
		}
		if split, worst := l.deriveSplit(seq, i, splits-1); worst > score+0.5 {
			list, score = split, worst
		}
	}
	return list, score
}

// short reports whether the ways of an alternation are too short to bring a
// better literal, as the operators and closing quotes of most rules are.
func short(re *syntax.Regexp) bool {
	l := lengthOf(re, true)
	return l.max != unbounded && l.max < minWay
}

func (l literalSets) deriveSplit(seq []*syntax.Regexp, at, splits int) ([]*branch, float64) {
	var all []*branch
	worst := 99.0
	for _, way := range seq[at].Sub {
		one := append(flatten(way, slices.Clone(seq[:at])), seq[at+1:]...)
		list, score := l.derive(one, splits)
		if list == nil {
			return nil, -2
		}
		all = append(all, list...)
		worst = min(worst, score)
	}
	return all, worst
}

// best looks for the part of the sequence that is a small set of strings, the
// longest and nearest to the start.
func (l literalSets) best(seq []*syntax.Regexp) *branch {
	var best []string
	from, to, most := 0, 0, 0.0
	for i := range seq {
		set := []string{""}
		for k := i; k < len(seq); k++ {
			next := l.of(seq[k])
			if next == nil {
				break
			}
			if set = product(set, next); len(set) > maxLiterals {
				break
			}
			if score := scoreOf(seq, i, set); score > most {
				best, from, to, most = set, i, k+1, score
			}
		}
	}
	if best == nil {
		return nil
	}
	b := newBranch(seq, from, to, best)
	b.score = most
	return b
}

// scoreOf rates a literal set at seq[i:]: long literals are rare in texts, and
// many of them, or far from the start, cost more.
func scoreOf(seq []*syntax.Regexp, i int, set []string) float64 {
	shortest := maxLiteral + 2
	for _, s := range set {
		shortest = min(shortest, len(s), 2*lettersOf(s))
	}
	if shortest == 0 {
		return 0
	}
	score := float64(shortest) - 0.02*float64(len(set))
	switch pre := lengthOfAll(seq[:i], true); {
	case pre.max == unbounded:
		score -= 2
	case pre.max > 60:
		score -= 1.5
	}
	return score
}

// lettersOf returns how many different bytes a string has: one that is repeated
// makes a literal no rarer.
func lettersOf(s string) int {
	var seen byteSet
	n := 0
	for i := range len(s) {
		if !seen[s[i]] {
			seen[s[i]] = true
			n++
		}
	}
	return n
}

// newBranch makes a branch whose literals are seq[i:k].
func newBranch(seq []*syntax.Regexp, i, k int, set []string) *branch {
	b := &branch{literals: set, wide: lengthOfAll(seq[:i], false)}
	from := i
	for from > 0 && zeroWidth(seq[from-1]) {
		from--
	}
	b.restAST = sequence(seq[from:])
	if from > 0 {
		b.headAST = sequence(seq[:from])
		b.leads = b.wide.min > 0
	}
	b.before, b.start = bytesBefore(seq[:i], set)
	b.after = bytesAfter(seq[k:], set)
	if b.wide.max != unbounded { // else anchors are not in order
		b.must = mustOf(seq, i, k)
	}
	return b
}

func sequence(list []*syntax.Regexp) *syntax.Regexp {
	return &syntax.Regexp{Op: syntax.OpConcat, Flags: syntax.Perl, Sub: slices.Clone(list)}
}

// bytesBefore returns the bytes of which one must stand before the literals,
// and whether they may stand at the beginning of the text as well. A nil set
// means that anything may.
func bytesBefore(pre []*syntax.Regexp, set []string) (before *byteSet, start bool) {
	if lengthOfAll(pre, true).min > 0 {
		var s byteSet
		if !s.addEdges(pre, true) {
			return &s, false
		}
		return nil, true
	}
	n := len(pre)
	if n == 0 || pre[n-1].Op != syntax.OpWordBoundary {
		return nil, true
	}
	for _, l := range set {
		if !isWord(rune(l[0])) {
			return nil, true
		}
	}
	var s byteSet
	for c := range s {
		s[c] = !isWord(rune(c))
	}
	return &s, true
}

// bytesAfter returns the bytes of which one must stand behind the literals, or
// nil.
func bytesAfter(post []*syntax.Regexp, set []string) *byteSet {
	for _, l := range set {
		if len(l) > maxLiteral {
			return nil // the automaton does not see its end
		}
	}
	var s byteSet
	for _, re := range post {
		if zeroWidth(re) {
			return nil
		}
		if !s.addFirst(re) {
			return &s
		}
	}
	return nil
}

// firstRun looks for a run of a class of ASCII characters with which a match
// begins.
func firstRun(seq []*syntax.Regexp) *branch {
	i := 0
	for i < len(seq) && zeroWidth(seq[i]) {
		i++
	}
	if i == len(seq) || seq[i].Op != syntax.OpRepeat || seq[i].Min < minRun {
		return nil
	}
	c := seq[i].Sub[0]
	if c.Op != syntax.OpCharClass || lengthOf(c, false).max > 1 {
		return nil
	}
	b := &branch{runMin: seq[i].Min, run: new(byteSet)}
	b.run.addChar(c, 0)
	return b
}

// implied reports whether every text that re matches holds one of the words, in
// any case, the foreign folds aside.
func implied(re *syntax.Regexp, words []string) bool {
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		return implied(re.Sub[0], words)
	case syntax.OpRepeat:
		return re.Min > 0 && implied(re.Sub[0], words)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !implied(s, words) })
	}
	seq := flatten(re, nil)
	if len(seq) == 1 && seq[0] == re {
		return impliedBy(seq, words)
	}
	if slices.ContainsFunc(seq, func(s *syntax.Regexp) bool { return implied(s, words) }) {
		return true
	}
	for i := range seq {
		if impliedBy(seq[i:], words) {
			return true
		}
	}
	return false
}

// impliedBy looks at the literals at the beginning of a sequence.
func impliedBy(seq []*syntax.Regexp, words []string) bool {
	set := []string{""}
	for _, re := range seq {
		next, ok := literalSet(re)
		if !ok {
			return false
		}
		if set = product(set, next); len(set) > maxLiterals {
			return false
		}
		if !slices.ContainsFunc(set, func(s string) bool { return !holdsAny(s, words) }) {
			return true
		}
	}
	return false
}

func holdsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// isWord is \w.
func isWord(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '_' || r >= 'a' && r <= 'z'
}

// inside reports whether a place of text lies inside a character: no match
// begins there.
func inside(text []byte, at int) bool {
	if at >= len(text) || utf8.RuneStart(text[at]) {
		return false
	}
	for back := 1; back < utf8.UTFMax && back <= at; back++ {
		if utf8.RuneStart(text[at-back]) {
			_, size := utf8.DecodeRune(text[at-back:])
			return size > back
		}
	}
	return false
}
