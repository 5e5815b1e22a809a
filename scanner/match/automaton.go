package match

import "slices"

// emits is set in a transition to a state in which literals end.
const emits = 1 << 31

// An automaton finds many literals at once, in any ASCII case: Aho-Corasick
// with every transition filled in, over classes of bytes. States are numbered
// breadth first, so that the ones that are used most lie together.
type automaton struct {
	class [256]uint8
	shift uint     // log2 of the number of classes
	next  []uint32 // state<<shift + class → state<<shift, with emits
	out   [][]int32
	size  []int // of the literals, in bytes
	max   int   // of size
}

// newAutomaton builds the automaton of literals, which are in lower case.
func newAutomaton(literals []string) *automaton {
	a := &automaton{}
	a.classify(literals)
	t := trie{width: 1 << a.shift}
	t.grow()
	for i, l := range literals {
		a.size = append(a.size, len(l))
		a.max = max(a.max, len(l))
		t.insert(l, &a.class, int32(i))
	}
	order := t.link()
	a.number(&t, order)
	return a
}

// classify gives every byte that occurs in a literal a class of its own; a
// letter shares it with its upper case.
func (a *automaton) classify(literals []string) {
	n := uint8(1)
	for _, l := range literals {
		for i := range len(l) {
			if a.class[l[i]] == 0 {
				a.class[l[i]] = n
				n++
			}
		}
	}
	for c := 'a'; c <= 'z'; c++ {
		a.class[c-'a'+'A'] = a.class[c]
	}
	for 1<<a.shift < int(n) {
		a.shift++
	}
}

// A trie is the automaton while it is built.
type trie struct {
	width int
	next  [][]int32 // -1: none
	out   [][]int32
}

func (t *trie) grow() int32 {
	row := make([]int32, t.width)
	for i := range row {
		row[i] = -1
	}
	t.next = append(t.next, row)
	t.out = append(t.out, nil)
	return int32(len(t.next) - 1)
}

func (t *trie) insert(literal string, class *[256]uint8, id int32) {
	s := int32(0)
	for i := range len(literal) {
		c := class[literal[i]]
		if t.next[s][c] < 0 {
			t.next[s][c] = t.grow()
		}
		s = t.next[s][c]
	}
	t.out[s] = append(t.out[s], id)
}

// link fills in all transitions and returns the states breadth first.
func (t *trie) link() []int32 {
	fail := make([]int32, len(t.next))
	order := []int32{0}
	for c, n := range t.next[0] {
		if n < 0 {
			t.next[0][c] = 0
		} else {
			order = append(order, n)
		}
	}
	for i := 1; i < len(order); i++ {
		s := order[i]
		t.out[s] = append(t.out[s], t.out[fail[s]]...)
		for c, n := range t.next[s] {
			if n < 0 {
				t.next[s][c] = t.next[fail[s]][c]
				continue
			}
			fail[n] = t.next[fail[s]][c]
			order = append(order, n)
		}
	}
	return order
}

// number writes the transitions in the given order of states.
func (a *automaton) number(t *trie, order []int32) {
	number := make([]uint32, len(order))
	for i, s := range order {
		number[s] = uint32(i)
	}
	a.next = make([]uint32, len(order)<<a.shift)
	a.out = make([][]int32, len(order))
	for i, s := range order {
		a.out[i] = slices.Clip(t.out[s])
		for c, n := range t.next[s] {
			v := number[n] << a.shift
			if len(t.out[n]) > 0 {
				v |= emits
			}
			a.next[i<<a.shift+c] = v
		}
	}
}
