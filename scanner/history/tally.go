package history

import (
	"encoding/binary"
	"math/bits"

	"github.com/awscred/awscred/scanner"
)

// batch is how many secrets are counted at a time: a bit of a word each, so that
// what is kept does not grow with the number of secrets times that of commits.
const batch = 64

// A tally says which commit has which of up to 64 secrets.
type tally struct {
	c     *census
	first int // number of the first secret
	count int

	node []uint64 // by signature, the secrets in it
	own  []uint64 // by commit, the secrets in the commit object itself
	has  []uint64 // by commit, the secrets in its tree
	ever []uint64 // by commit, the secrets in it and in all its ancestors
	// outside has the secrets that came or went in a commit or its ancestors
	// where HEAD's history does not have that.
	outside []uint64

	changes [batch][]change
	starts  starts
}

// A change is a commit where a secret comes or goes.
type change struct {
	commit int32
	came   bool
	merged bool // a merge took the side without it
}

// newTally makes a tally that can be taken again and again.
func newTally(c *census) *tally {
	n := len(c.g.commits)
	return &tally{c: c, node: make([]uint64, len(c.f.nodes)), own: make([]uint64, n), has: make([]uint64, n), ever: make([]uint64, n), outside: make([]uint64, n)}
}

// take counts secrets from number first on, up to total.
func (t *tally) take(first, total int) {
	c := t.c
	t.first, t.count = first, min(batch, total-first)
	t.countNodes()
	clear(t.own)
	for commit, secrets := range c.own {
		t.own[commit] = t.word(secrets)
	}
	for i := range t.changes {
		t.changes[i] = nil
	}
	for i := range c.g.commits {
		t.has[i] = t.node[c.sig[i]]
		t.ever[i] = t.has[i] | t.own[i]
		t.change(i)
	}
}

// word is the part of a list of secrets that is counted.
func (t *tally) word(secrets []int32) (w uint64) {
	for _, s := range secrets {
		if k := int(s) - t.first; k >= 0 && k < t.count {
			w |= 1 << k
		}
	}
	return w
}

// countNodes finds the secrets below every signature. What a node leads to comes
// before it.
func (t *tally) countNodes() {
	wanted := make([]uint64, len(t.c.held))
	for i, secrets := range t.c.held {
		wanted[i] = t.word(secrets)
	}
	for sig, n := range t.c.f.nodes {
		var w uint64
		for _, e := range n {
			if e.to < 0 {
				w |= wanted[^e.to]
			} else {
				w |= t.node[e.to]
			}
		}
		t.node[sig] = w
	}
}

// change finds out what changes with commit i: a secret comes (the commit has it
// and no parent has) or goes (the commit has it not and all parents had).
func (t *tally) change(i int) {
	parents := t.c.g.commits[i].parents
	var some, all, outside uint64
	for k, p := range parents {
		some |= t.has[p]
		t.ever[i] |= t.ever[p]
		outside |= t.outside[p]
		if k == 0 {
			all = t.has[p]
		} else {
			all &= t.has[p]
		}
	}
	has := t.has[i]
	came, went, merged := has&^some, all&^has, some&^all&^has
	if changed := came | went | merged; changed != 0 {
		for w := changed; w != 0; w &= w - 1 {
			k := bits.TrailingZeros64(w)
			t.changes[k] = append(t.changes[k], change{int32(i), came>>k&1 != 0, merged>>k&1 != 0})
		}
		if !t.c.inHead.has(i) {
			outside |= changed
		}
	}
	t.outside[i] = outside
}

// lives says of each counted secret on which refs it is, who can have seen it,
// in which stretches of history it was there, and whether HEAD has it. lives
// begins with the first counted one.
func (t *tally) lives(lives []scanner.Life, memo *refLists) {
	c := t.c
	var named [batch]set       // by secret, the tips that reach it
	var besides [batch][]int32 // by secret, the tips whose history of it is not HEAD's
	for i, tip := range c.tips {
		for w := t.ever[tip.commit]; w != 0; w &= w - 1 {
			k := bits.TrailingZeros64(w)
			lives[k].Exposure = lives[k].Exposure.Wider(tip.reach.exposure())
			if tip.name == "" {
				continue
			}
			named[k].add(i)
			if t.outside[tip.commit]>>k&1 != 0 && len(besides[k]) < maxIntervalRefs {
				besides[k] = append(besides[k], int32(i))
			}
		}
	}
	for i, from := range c.from { // commits that nothing points to
		if from != 0 {
			continue
		}
		for w := t.has[i] | t.own[i]; w != 0; w &= w - 1 {
			k := bits.TrailingZeros64(w)
			lives[k].Exposure = lives[k].Exposure.Wider(scanner.Unreached)
		}
	}
	for k := range t.count {
		lives[k].Refs = memo.list(c.tips, named[k])
		lives[k].Intervals = t.intervals(k, besides[k])
		lives[k].InHead = c.head >= 0 && t.has[c.head]>>k&1 != 0
	}
}

// refLists keeps the lists of refs that were made: many secrets are on the same
// refs, and a list can have tens of thousands.
type refLists struct {
	bySet map[string][]string
	key   []byte
}

// list names the members of a set of tips, in order. It is not to be changed.
func (m *refLists) list(tips []tip, s set) []string {
	m.key = m.key[:0]
	for _, w := range s {
		m.key = binary.LittleEndian.AppendUint64(m.key, w)
	}
	list, ok := m.bySet[string(m.key)]
	if !ok {
		s.each(func(i int) { list = append(list, tips[i].name) })
		if m.bySet == nil {
			m.bySet = map[string][]string{}
		}
		m.bySet[string(m.key)] = list
	}
	return list
}
