package match

import (
	"regexp/syntax"
	"slices"
	"sort"
	"sync"
	"unicode"
	"unicode/utf8"
)

// multibyte is the class of bytes that begin or continue a character beyond
// ASCII, or are invalid: the character must be decoded.
const multibyte = 1<<16 - 1

// A program is a regular expression made ready for a DFA: its instructions and
// the classes of characters that it tells apart. It is made when it is first
// run, because most rules never get so far. Safe for use by many goroutines.
type program struct {
	ast     *syntax.Regexp
	longest bool // every match counts, not only the first in priority
	tables  *tables

	once   sync.Once
	prog   *syntax.Prog
	ascii  [256]uint16 // class of a byte, or multibyte
	bounds []rune      // first characters of ranges of one class
	class  []uint16    // of the range
	sample []rune      // a character of each class
	width  int         // number of classes, and one for the end of the text
	states *dfa
}

// dfa returns the program's DFA.
func (p *program) dfa() *dfa {
	p.ready()
	return p.states
}

// ready compiles the program if that has not been done.
func (p *program) ready() {
	p.once.Do(func() {
		// The expression was parsed, so it compiles: package syntax checks
		// the size when it parses.
		prog, err := syntax.Compile(p.ast.Simplify())
		if err != nil {
			prog = &syntax.Prog{Inst: []syntax.Inst{{Op: syntax.InstFail}}}
		}
		p.prog = prog
		p.classify()
		p.states = newDFA(p)
	})
}

// classify divides all characters into classes that no instruction tells apart.
func (p *program) classify() {
	bounds, looks := boundsOf(p.prog)
	ids := map[string]uint16{}
	var key []byte
	readers := readersOf(p.prog)
	for _, r := range bounds {
		key = key[:0]
		if looks&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0 && isWord(r) {
			key = append(key, 'w')
		}
		if looks&(syntax.EmptyBeginLine|syntax.EmptyEndLine) != 0 && r == '\n' {
			key = append(key, 'n')
		}
		for i, in := range readers {
			if in.MatchRune(r) {
				key = append(key, byte(i), byte(i>>8), byte(i>>16))
			}
		}
		id, ok := ids[string(key)]
		if !ok {
			id = uint16(len(p.sample))
			ids[string(key)] = id
			p.sample = append(p.sample, r)
		}
		p.bounds = append(p.bounds, r)
		p.class = append(p.class, id)
	}
	p.width = len(p.sample) + 1
	for c := range p.ascii {
		p.ascii[c] = multibyte
		if c < utf8.RuneSelf {
			p.ascii[c] = p.classOf(rune(c))
		}
	}
}

// readersOf returns the instructions that read a character, of those that read
// the same one.
func readersOf(prog *syntax.Prog) []*syntax.Inst {
	var list []*syntax.Inst
	known := map[string]bool{}
	for i := range prog.Inst {
		in := &prog.Inst[i]
		if !readsRune(in) {
			continue
		}
		key := string(in.Rune) + string(rune(in.Op))
		if len(in.Rune) == 1 {
			key += string(rune(in.Arg)) // flags
		}
		if !known[key] {
			known[key] = true
			list = append(list, in)
		}
	}
	return list
}

func readsRune(in *syntax.Inst) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

// boundsOf returns the characters at which the behaviour of an instruction can
// change, in order, and the assertions that the program makes.
func boundsOf(prog *syntax.Prog) ([]rune, syntax.EmptyOp) {
	var looks syntax.EmptyOp
	set := map[rune]bool{0: true}
	add := func(lo, hi rune) { set[lo], set[hi+1] = true, true }
	add('\n', '\n')
	for i := range prog.Inst {
		in := &prog.Inst[i]
		switch {
		case in.Op == syntax.InstEmptyWidth:
			looks |= syntax.EmptyOp(in.Arg)
		case in.Op != syntax.InstRune && in.Op != syntax.InstRune1:
		case len(in.Rune) == 1:
			r := in.Rune[0]
			add(r, r)
			if syntax.Flags(in.Arg)&syntax.FoldCase != 0 {
				for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
					add(f, f)
				}
			}
		default:
			for k := 0; k+1 < len(in.Rune); k += 2 {
				add(in.Rune[k], in.Rune[k+1])
			}
		}
	}
	if looks&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0 {
		for _, w := range [...]string{"09", "AZ", "__", "az"} {
			add(rune(w[0]), rune(w[1]))
		}
	}
	bounds := make([]rune, 0, len(set))
	for r := range set {
		if r <= unicode.MaxRune {
			bounds = append(bounds, r)
		}
	}
	slices.Sort(bounds)
	return bounds, looks
}

// classOf returns the class of a character.
func (p *program) classOf(r rune) uint16 {
	i := sort.Search(len(p.bounds), func(i int) bool { return p.bounds[i] > r })
	return p.class[i-1]
}
