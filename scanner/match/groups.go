package match

import (
	"regexp/syntax"
	"unicode/utf8"
)

// maxVisited is the most pairs of an instruction and a place that are kept to
// find the groups of one match. Beyond it package regexp is asked: it needs no
// memory, but is ten times as slow on the patterns of most rules, which are too
// large for its own backtracker.
const maxVisited = 1 << 23

// A backtracker finds the groups of a match by trying the ways through a
// program in order of priority. It never tries an instruction at a place twice,
// so its time is at most their product.
type backtracker struct {
	visited []uint64
	jobs    []job
	groups  []int
}

// A job is an instruction to try at a place or, if pc is negative, a group
// border to set back.
type job struct{ pc, at, border int }

// find returns the borders of the groups of the leftmost-first match in text,
// as regexp.FindSubmatchIndex does, or nil. The result is valid until the next
// call. ok is false if the work is too much.
func (b *backtracker) find(prog *syntax.Prog, text []byte) (groups []int, ok bool) {
	if len(prog.Inst)*(len(text)+1) > maxVisited {
		return nil, false
	}
	words := (len(prog.Inst)*(len(text)+1) + 63) / 64
	if cap(b.visited) < words {
		b.visited = make([]uint64, words)
	}
	b.visited = b.visited[:words]
	clear(b.visited)
	b.groups = b.groups[:0]
	for range prog.NumCap {
		b.groups = append(b.groups, -1)
	}
	for at := 0; at <= len(text); {
		if b.try(prog, text, at) {
			b.groups[0] = at
			return b.groups, true
		}
		_, size := utf8.DecodeRune(text[at:])
		at += max(1, size)
	}
	return nil, true
}

// try looks for a match that begins at a place.
func (b *backtracker) try(prog *syntax.Prog, text []byte, at int) bool {
	b.jobs = append(b.jobs[:0], job{pc: prog.Start, at: at})
	for len(b.jobs) > 0 {
		j := b.jobs[len(b.jobs)-1]
		b.jobs = b.jobs[:len(b.jobs)-1]
		if j.pc < 0 {
			b.groups[j.border] = j.at
			continue
		}
		if b.follow(prog, text, j.pc, j.at) {
			return true
		}
	}
	return false
}

// follow goes on from an instruction as far as it leads, leaving the ways of
// lower priority as jobs.
func (b *backtracker) follow(prog *syntax.Prog, text []byte, pc, at int) bool {
	for {
		bit := pc*(len(text)+1) + at
		if b.visited[bit/64]>>(bit%64)&1 != 0 {
			return false
		}
		b.visited[bit/64] |= 1 << (bit % 64)
		in := &prog.Inst[pc]
		pc = int(in.Out)
		switch in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			b.jobs = append(b.jobs, job{pc: int(in.Arg), at: at})
		case syntax.InstCapture:
			b.jobs = append(b.jobs, job{pc: -1, border: int(in.Arg), at: b.groups[in.Arg]})
			b.groups[in.Arg] = at
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^assertions(text, at) != 0 {
				return false
			}
		case syntax.InstMatch:
			b.groups[1] = at
			return true
		case syntax.InstFail:
			return false
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if at == len(text) {
				return false
			}
			r, size := rune(text[at]), 1
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRune(text[at:])
			}
			if !in.MatchRune(r) {
				return false
			}
			at += size
		}
	}
}

// assertions returns the assertions that hold at a place of text.
func assertions(text []byte, at int) syntax.EmptyOp {
	left, right := rune(-1), rune(-1)
	if at > 0 {
		left = rune(text[at-1])
	}
	if at < len(text) {
		right = rune(text[at])
	}
	return syntax.EmptyOpContext(left, right)
}
