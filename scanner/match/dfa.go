package match

import (
	"regexp/syntax"
	"unicode/utf8"
)

const (
	// matched is set in a transition before whose character a match ended.
	matched = 1 << 30
	// unknown is a transition that has not been computed.
	unknown = -1
	// dead is the state from which nothing matches.
	dead = 0
	// maxStates is the most states of one program that are kept.
	maxStates = 4000
	// maxCache is the most bytes of states of all programs of one scratch.
	maxCache = 16 << 20
)

// What stands on the near side of a state, for assertions.
const (
	atEdge   = iota // the beginning of the text (its end, backwards)
	atBreak         // a line break
	atWord          // a character of a word
	atOther         // any other
	contexts        // how many there are
)

// A dfa is the part of a program's DFA that has been needed so far. States are
// lists of instructions in order of priority, so matches are those of package
// regexp: the leftmost-first.
type dfa struct {
	*program
	next   []int32 // state*width + class → state, with matched; or unknown
	states []state
	ids    map[string]int32
	starts [contexts]int32
	now    queue
	then   queue
	stack  []uint32
	key    []byte
	cache  *cache
}

// A state is written as what stands before, if one of its instructions is an
// assertion, and three bytes for each instruction that may match next.
type state string

// A cache counts the memory of all the DFAs of one scratch.
type cache struct {
	dfas []*dfa // by the id of the program
	used int
}

// dfa returns the DFA of a program.
func (c *cache) dfa(p *program) *dfa {
	if d := c.dfas[p.id]; d != nil {
		return d
	}
	p.ready()
	d := &dfa{program: p, cache: c}
	d.now.index = make([]uint32, len(p.prog.Inst))
	d.then.index = make([]uint32, len(p.prog.Inst))
	d.forget()
	c.dfas[p.id] = d
	return d
}

// forget throws all states away.
func (d *dfa) forget() {
	d.next, d.states = nil, nil
	d.ids = map[string]int32{}
	for i := range d.starts {
		d.starts[i] = unknown
	}
	d.states = append(d.states, "")
	d.next = append(d.next, make([]int32, d.width)...) // dead leads to dead
}

// A queue is a list of instructions without repetition.
type queue struct {
	list  []uint32
	index []uint32
}

func (q *queue) add(pc uint32) bool {
	if i := q.index[pc]; int(i) < len(q.list) && q.list[i] == pc {
		return false
	}
	q.index[pc] = uint32(len(q.list))
	q.list = append(q.list, pc)
	return true
}

// follow adds pc and all that can be reached from it without reading, in order
// of priority. Assertions that hold are crossed; without cross none is, and
// they stay in the list until the next character decides.
func (d *dfa) follow(q *queue, pc uint32, holds syntax.EmptyOp, cross bool) {
	d.stack = append(d.stack[:0], pc)
	for len(d.stack) > 0 {
		pc := d.stack[len(d.stack)-1]
		d.stack = d.stack[:len(d.stack)-1]
		if !q.add(pc) {
			continue
		}
		in := &d.prog.Inst[pc]
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			d.stack = append(d.stack, in.Arg, in.Out)
		case syntax.InstNop, syntax.InstCapture:
			d.stack = append(d.stack, in.Out)
		case syntax.InstEmptyWidth:
			if cross && syntax.EmptyOp(in.Arg)&^holds == 0 {
				d.stack = append(d.stack, in.Out)
			}
		}
	}
}

// intern returns the state of a list of instructions.
func (d *dfa) intern(list []uint32, context uint8) int32 {
	key := append(d.key[:0], context)
	looks := false
	for _, pc := range list {
		switch d.prog.Inst[pc].Op {
		case syntax.InstAlt, syntax.InstAltMatch, syntax.InstNop, syntax.InstCapture, syntax.InstFail:
			continue
		case syntax.InstEmptyWidth:
			looks = true
		}
		key = append(key, byte(pc), byte(pc>>8), byte(pc>>16))
	}
	d.key = key
	if len(key) == 1 {
		return dead
	}
	if !looks {
		key[0] = 0
	}
	if id, ok := d.ids[string(key)]; ok {
		return id
	}
	id, name := int32(len(d.states)), string(key)
	d.states = append(d.states, state(name))
	d.ids[name] = id
	for range d.width {
		d.next = append(d.next, unknown)
	}
	d.cache.used += 4*d.width + len(key) + 96
	return id
}

// start returns the state in which a match begins next to a character, which is
// negative at the edge of the text.
func (d *dfa) start(near rune) int32 {
	context := contextOf(near)
	if s := d.starts[context]; s != unknown {
		return s
	}
	d.then.list = d.then.list[:0]
	d.follow(&d.then, uint32(d.prog.Start), 0, false)
	s := d.intern(d.then.list, context)
	d.starts[context] = s
	return s
}

func contextOf(r rune) uint8 {
	switch {
	case r < 0:
		return atEdge
	case r == '\n':
		return atBreak
	case isWord(r):
		return atWord
	}
	return atOther
}

// step computes a transition. The class behind the last is the end of the text.
func (d *dfa) step(from int32, class int) int32 {
	s := d.states[from]
	r := rune(-1)
	if class < d.width-1 {
		r = d.sample[class]
	}
	holds := d.holds(s[0], r)
	d.now.list, d.then.list = d.now.list[:0], d.then.list[:0]
	for i := 1; i < len(s); i += 3 {
		d.follow(&d.now, uint32(s[i])|uint32(s[i+1])<<8|uint32(s[i+2])<<16, holds, true)
	}
	var result int32
scan:
	for _, pc := range d.now.list {
		switch in := &d.prog.Inst[pc]; in.Op {
		case syntax.InstMatch:
			result = matched
			if !d.longest {
				break scan // whatever has a lower priority does not count
			}
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if r >= 0 && in.MatchRune(r) {
				d.follow(&d.then, in.Out, 0, false)
			}
		}
	}
	if len(d.states) >= maxStates || d.cache.used > maxCache {
		d.flush()
		return result | d.intern(d.then.list, contextOf(r))
	}
	result |= d.intern(d.then.list, contextOf(r))
	d.next[int(from)*d.width+class] = result
	return result
}

// flush makes room: in this DFA, or in all of them.
func (d *dfa) flush() {
	if d.cache.used <= maxCache {
		d.forget()
		return
	}
	d.cache.used = 0
	for _, o := range d.cache.dfas {
		if o != nil {
			o.forget()
		}
	}
}

// holds returns the assertions that hold between a context and a character.
// Reading backwards the two sides are exchanged, and so are the assertions in
// the expression.
func (d *dfa) holds(context uint8, r rune) syntax.EmptyOp {
	var f syntax.EmptyOp
	if context == atEdge {
		f |= syntax.EmptyBeginText | syntax.EmptyBeginLine
	}
	if context == atBreak {
		f |= syntax.EmptyBeginLine
	}
	if r < 0 {
		f |= syntax.EmptyEndText | syntax.EmptyEndLine
	}
	if r == '\n' {
		f |= syntax.EmptyEndLine
	}
	if (context == atWord) != (r >= 0 && isWord(r)) {
		return f | syntax.EmptyWordBoundary
	}
	return f | syntax.EmptyNoWordBoundary
}

// A proof is what the first bytes of a text show about a match.
type proof int

const (
	refuted proof = iota
	proved
	open // neither, within the limit
)

// prove finds out whether the program matches at a place of text, looking at no
// more than about limit bytes. It returns how many it looked at.
func (d *dfa) prove(text []byte, at, limit int) (proof, int) {
	s := d.start(before(text, at))
	ascii, next, width := &d.ascii, d.next, d.width
	i := at
	for i < len(text) {
		if i-at >= limit {
			return open, i - at
		}
		class, size := int(ascii[text[i]]), 1
		if class == multibyte {
			class, size = d.wideAt(text, i)
		}
		n := next[int(s)*width+class]
		if n == unknown {
			n = d.step(s, class)
			next = d.next
		}
		if n&matched != 0 {
			return proved, i - at
		}
		if n == dead {
			return refuted, i - at
		}
		s = n
		i += size
	}
	if d.atEnd(s) {
		return proved, i - at
	}
	return refuted, i - at
}

// match returns the end of the leftmost-first match that begins at a place of
// text, or -1, and how many bytes it looked at. With an unanchored program the
// match may begin later.
func (d *dfa) match(text []byte, at int) (end, looked int) {
	s := d.start(before(text, at))
	ascii, next, width := &d.ascii, d.next, d.width
	end = -1
	i := at
	for i < len(text) {
		class, size := int(ascii[text[i]]), 1
		if class == multibyte {
			class, size = d.wideAt(text, i)
		}
		n := next[int(s)*width+class]
		if n == unknown {
			n = d.step(s, class)
			next = d.next
		}
		if n&matched != 0 {
			end = i
			n &^= matched
		}
		if n == dead {
			return end, i - at
		}
		s = n
		i += size
	}
	if d.atEnd(s) {
		end = len(text)
	}
	return end, i - at
}

// matchBack, of a program that is reversed, returns the start of the longest
// match that ends at a place of text, reading backwards down to floor at most,
// or -1, and how many bytes it looked at.
func (d *dfa) matchBack(text []byte, at, floor int) (start, looked int) {
	near := rune(-1)
	if at < len(text) {
		near, _ = utf8.DecodeRune(text[at:])
	}
	s := d.start(near)
	start = -1
	i := at
	for i > 0 {
		size := 1
		class := int(d.ascii[text[i-1]])
		if class == multibyte {
			var r rune
			r, size = utf8.DecodeLastRune(text[:i])
			class = int(d.classOf(r))
		}
		n := d.next[int(s)*d.width+class]
		if n == unknown {
			n = d.step(s, class)
		}
		if n&matched != 0 {
			start = i
			n &^= matched
		}
		if n == dead || i <= floor {
			return start, at - i
		}
		s = n
		i -= size
	}
	if d.atEnd(s) {
		start = 0
	}
	return start, at - i
}

// wideAt returns the class and the length of the character at i, which is not
// ASCII.
func (d *dfa) wideAt(text []byte, i int) (class, size int) {
	r, n := utf8.DecodeRune(text[i:])
	return int(d.classOf(r)), n
}

// atEnd reports whether a match ends with the text.
func (d *dfa) atEnd(s int32) bool {
	n := d.next[int(s)*d.width+d.width-1]
	if n == unknown {
		n = d.step(s, d.width-1)
	}
	return n&matched != 0
}

// before returns the character before a place, or -1.
func before(text []byte, at int) rune {
	if at == 0 {
		return -1
	}
	return rune(text[at-1]) // only \n and \w matter, and those are ASCII
}
