package match

import (
	"regexp/syntax"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

const (
	// matched is set in a transition before whose character a match ended.
	matched = 1 << 31
	// unknown is a transition that has not been computed.
	unknown = 0
	// dead is the state from which nothing matches.
	dead = 1
	// maxCells is the most transitions of one program that are kept.
	maxCells = 1 << 20
	// maxTables is about the most bytes of the states of all programs of a
	// Matcher.
	maxTables = 32 << 20
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
// regexp: the leftmost-first. All goroutines read one table, without a lock: what
// one of them builds, all have.
type dfa struct {
	*program
	table atomic.Pointer[table]

	mu    sync.Mutex // held to build
	now   queue
	then  queue
	stack []uint32
	key   []byte
	used  int // bytes of the table
}

// A table holds the transitions of the states of one generation. A state is
// known by where its row begins. When a table is full, a larger one takes its
// place that begins with the same rows; a goroutine that still reads the old one
// finds transitions unknown in it, but never a row that is not there.
type table struct {
	*generation
	next   []uint32 // row + class → row, with matched; or unknown. Cells are atomic
	starts [contexts]atomic.Uint32
}

// A generation is the states between two times at which all were forgotten.
type generation struct {
	states []string // in order of their rows
	rows   map[string]uint32
}

// tables are the tables of all DFAs of a Matcher, and their memory.
type tables struct {
	mu   sync.Mutex
	dfas []*dfa
	used atomic.Int64
}

// bound throws all states of all DFAs away if they take too much memory.
func (t *tables) bound() {
	if t.used.Load() <= maxTables {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.used.Load() <= maxTables {
		return // another goroutine did
	}
	for _, d := range t.dfas {
		d.mu.Lock()
		d.forget()
		d.mu.Unlock()
	}
}

// newDFA returns a DFA without states of a program that is compiled.
func newDFA(p *program) *dfa {
	d := &dfa{program: p}
	d.now.index = make([]uint32, len(p.prog.Inst))
	d.then.index = make([]uint32, len(p.prog.Inst))
	d.forget()
	p.tables.mu.Lock()
	defer p.tables.mu.Unlock()
	p.tables.dfas = append(p.tables.dfas, d)
	return d
}

// forget begins a new generation.
func (d *dfa) forget() {
	d.count(-d.used)
	t := &table{generation: &generation{rows: map[string]uint32{}}, next: make([]uint32, 4*d.width)}
	for i := range dead + d.width {
		t.next[i] = dead // which leads to dead
	}
	d.table.Store(t)
}

// count adds to the memory that is used.
func (d *dfa) count(bytes int) {
	d.used += bytes
	d.tables.used.Add(int64(bytes))
}

// row returns where the row of a state begins, and state is its inverse.
func (d *dfa) row(state int) uint32 { return uint32(dead + d.width + state*d.width) }

func (d *dfa) state(row uint32) int { return (int(row) - dead - d.width) / d.width }

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

// intern returns the state of a list of instructions: what stands before, if
// one of them is an assertion, and three bytes for each that may match next.
func (d *dfa) intern(list []uint32, context uint8) uint32 {
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
	if row, ok := d.table.Load().rows[string(key)]; ok {
		return row
	}
	return d.add(string(key))
}

// add gives a state a row.
func (d *dfa) add(state string) uint32 {
	t := d.table.Load()
	row := d.row(len(t.states))
	if int(row)+d.width > maxCells {
		d.forget()
		return d.add(state)
	}
	if int(row)+d.width > len(t.next) {
		d.grow(t)
	}
	t.states = append(t.states, state)
	t.rows[state] = row
	d.count(len(state) + 96)
	return row
}

// grow puts a table with more rows in the place of t.
func (d *dfa) grow(t *table) {
	u := &table{generation: t.generation, next: make([]uint32, min(2*len(t.next), maxCells))}
	d.count(4 * (len(u.next) - copy(u.next, t.next)))
	for i := range t.starts {
		u.starts[i].Store(t.starts[i].Load())
	}
	d.table.Store(u)
}

// start returns the state in which a match begins next to a character, which is
// negative at the edge of the text.
func (d *dfa) start(near rune) (uint32, *table) {
	context := contextOf(near)
	t := d.table.Load()
	if s := t.starts[context].Load(); s != unknown {
		return s, t
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.then.list = d.then.list[:0]
	d.follow(&d.then, uint32(d.prog.Start), 0, false)
	s := d.intern(d.then.list, context)
	t = d.table.Load()
	t.starts[context].Store(s)
	return s, t
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

// step computes a transition of a state that stands in t. The class behind the
// last is the end of the text. It returns the table in which the state that it
// leads to stands.
func (d *dfa) step(t *table, from uint32, class int) (uint32, *table) {
	d.tables.bound()
	d.mu.Lock()
	defer d.mu.Unlock()
	cell := from + uint32(class)
	if u := d.table.Load(); u.generation == t.generation && u.next[cell] != unknown {
		return u.next[cell], u
	}
	r := rune(-1)
	if class < d.width-1 {
		r = d.sample[class]
	}
	result := d.read(t.states[d.state(from)], r, class)
	result |= d.intern(d.then.list, contextOf(r))
	u := d.table.Load()
	if u.generation == t.generation {
		atomic.StoreUint32(&u.next[cell], result)
	}
	return result, u
}

// read makes then the list of the instructions that follow when a state reads a
// character of a class. It returns matched if a match ends before it.
func (d *dfa) read(s string, r rune, class int) uint32 {
	holds := d.holds(s[0], r)
	d.now.list, d.then.list = d.now.list[:0], d.then.list[:0]
	for i := 1; i < len(s); i += 3 {
		pc := uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16
		if d.prog.Inst[pc].Op != syntax.InstEmptyWidth {
			d.now.add(pc) // as nearly always
			continue
		}
		d.follow(&d.now, pc, holds, true)
	}
	var result uint32
	for _, pc := range d.now.list {
		switch in := &d.prog.Inst[pc]; in.Op {
		case syntax.InstMatch:
			result = matched
			if !d.longest {
				return result // whatever has a lower priority does not count
			}
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if r >= 0 && d.accepts[class][d.reader[pc]] {
				d.follow(&d.then, in.Out, 0, false)
			}
		}
	}
	return result
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
	s, t := d.start(before(text, at))
	ascii, next := &d.ascii, t.next
	i := at
	for i < len(text) {
		if i-at >= limit {
			return open, i - at
		}
		class, size := int(ascii[text[i]]), 1
		if class == multibyte {
			class, size = d.wideAt(text, i)
		}
		n := atomic.LoadUint32(&next[s+uint32(class)])
		if n == unknown {
			n, t = d.step(t, s, class)
			next = t.next
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
	if d.atEnd(t, s) {
		return proved, i - at
	}
	return refuted, i - at
}

// proveBack finds out whether the program, which is reversed, matches backwards from a
// place of text at which a character stands, looking at no more than limit bytes, and at
// none before a character that is not ASCII.
func (d *dfa) proveBack(text []byte, at, limit int) proof {
	s, t := d.start(rune(text[at])) // only \n and \w matter, and those are ASCII
	for i := at; i > 0; i-- {
		class := int(d.ascii[text[i-1]])
		if class == multibyte || at-i == limit {
			return open
		}
		n := atomic.LoadUint32(&t.next[s+uint32(class)])
		if n == unknown {
			n, t = d.step(t, s, class)
		}
		if n&matched != 0 {
			return proved
		}
		if n == dead {
			return refuted
		}
		s = n
	}
	if d.atEnd(t, s) {
		return proved
	}
	return refuted
}

// match returns the end of the leftmost-first match that begins at a place of
// text, or -1, and how many bytes it looked at. With an unanchored program the
// match may begin later.
func (d *dfa) match(text []byte, at int) (end, looked int) {
	s, t := d.start(before(text, at))
	ascii, next := &d.ascii, t.next
	end = -1
	i := at
	for i < len(text) {
		class, size := int(ascii[text[i]]), 1
		if class == multibyte {
			class, size = d.wideAt(text, i)
		}
		n := atomic.LoadUint32(&next[s+uint32(class)])
		if n == unknown {
			n, t = d.step(t, s, class)
			next = t.next
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
	if d.atEnd(t, s) {
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
	s, t := d.start(near)
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
		n := atomic.LoadUint32(&t.next[s+uint32(class)])
		if n == unknown {
			n, t = d.step(t, s, class)
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
	if d.atEnd(t, s) {
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
func (d *dfa) atEnd(t *table, s uint32) bool {
	n := atomic.LoadUint32(&t.next[s+uint32(d.width)-1])
	if n == unknown {
		n, _ = d.step(t, s, d.width-1)
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
