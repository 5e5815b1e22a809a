package match

import (
	"encoding/binary"
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
	// reader is the number of what an instruction reads, and accepts tells by class and
	// by that number whether it does.
	reader  []int32
	accepts [][]bool
	width   int // number of classes, and one for the end of the text
	states  *dfa
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
	readers, looks := p.readers(), looksOf(p.prog)
	p.bounds = boundsOf(readers, looks)
	ids := map[string]uint16{}
	for i, key := range keysOf(p.bounds, readers) {
		r := p.bounds[i]
		by := len(key)
		if looks&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0 && isWord(r) {
			key = append(key, 'w')
		}
		if looks&(syntax.EmptyBeginLine|syntax.EmptyEndLine) != 0 && r == '\n' {
			key = append(key, 'n')
		}
		id, ok := ids[string(key)]
		if !ok {
			id = uint16(len(p.sample))
			ids[string(key)] = id
			p.sample = append(p.sample, r)
			p.accepts = append(p.accepts, accepting(key[:by], len(readers)))
		}
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

// keyBytes is how many bytes of a key tell of one reader.
const keyBytes = 3

// keysOf returns of each range of characters the numbers of those readers that accept it.
func keysOf(bounds []rune, readers []*syntax.Inst) [][]byte {
	keys := make([][]byte, len(bounds))
	for i, in := range readers {
		pairs := pairsOf(in)
		for k := 0; k < len(pairs); k += 2 {
			at, _ := slices.BinarySearch(bounds, pairs[k])
			for ; at < len(bounds) && bounds[at] <= pairs[k+1]; at++ {
				keys[at] = append(keys[at], byte(i), byte(i>>8), byte(i>>16))
			}
		}
	}
	return keys
}

// accepting returns which of n readers a key tells of.
func accepting(key []byte, n int) []bool {
	set := make([]bool, n)
	for ; len(key) > 0; key = key[keyBytes:] {
		set[int(key[0])|int(key[1])<<8|int(key[2])<<16] = true
	}
	return set
}

// readers returns the instructions that read a character, of those that read the same
// one, and numbers them. What is repeated is one expression that was compiled many times:
// its instructions have one list of characters.
func (p *program) readers() []*syntax.Inst {
	var list []*syntax.Inst
	var key []byte
	lists, known := map[*rune]int32{}, map[string]int32{}
	p.reader = make([]int32, len(p.prog.Inst))
	for i := range p.prog.Inst {
		in := &p.prog.Inst[i]
		if !readsRune(in) {
			continue
		}
		var first *rune // of an empty list none
		if len(in.Rune) > 0 {
			first = &in.Rune[0]
		}
		number, ok := lists[first]
		if !ok {
			key = keyOf(in, key[:0])
			if number, ok = known[string(key)]; !ok {
				number = int32(len(list))
				known[string(key)] = number
				list = append(list, in)
			}
			lists[first] = number
		}
		p.reader[i] = number
	}
	return list
}

// keyOf appends what an instruction reads: characters, and whether in any case.
func keyOf(in *syntax.Inst, key []byte) []byte {
	key = append(key, byte(in.Arg))
	for _, r := range in.Rune {
		key = binary.LittleEndian.AppendUint32(key, uint32(r)) // some are no characters
	}
	return key
}

func readsRune(in *syntax.Inst) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

// pairsOf returns the first and the last character of each range that an instruction reads.
func pairsOf(in *syntax.Inst) []rune {
	if len(in.Rune) != 1 {
		return in.Rune
	}
	r := in.Rune[0]
	pairs := []rune{r, r}
	if syntax.Flags(in.Arg)&syntax.FoldCase != 0 {
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			pairs = append(pairs, f, f)
		}
	}
	return pairs
}

// looksOf returns the assertions that the program makes.
func looksOf(prog *syntax.Prog) syntax.EmptyOp {
	var looks syntax.EmptyOp
	for i := range prog.Inst {
		if in := &prog.Inst[i]; in.Op == syntax.InstEmptyWidth {
			looks |= syntax.EmptyOp(in.Arg)
		}
	}
	return looks
}

// boundsOf returns the characters at which the behaviour of an instruction can
// change, in order.
func boundsOf(readers []*syntax.Inst, looks syntax.EmptyOp) []rune {
	bounds := []rune{0}
	add := func(lo, hi rune) { bounds = append(bounds, lo, hi+1) }
	add('\n', '\n')
	for _, in := range readers {
		pairs := pairsOf(in)
		for k := 0; k < len(pairs); k += 2 {
			add(pairs[k], pairs[k+1])
		}
	}
	if looks&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0 {
		for _, w := range [...]string{"09", "AZ", "__", "az"} {
			add(rune(w[0]), rune(w[1]))
		}
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	if n := len(bounds); bounds[n-1] > unicode.MaxRune {
		bounds = bounds[:n-1]
	}
	return bounds
}

// classOf returns the class of a character.
func (p *program) classOf(r rune) uint16 {
	i := sort.Search(len(p.bounds), func(i int) bool { return p.bounds[i] > r })
	return p.class[i-1]
}
