package synthetic

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/awscred/awscred/internal/keytest"
)

// An editor changes texts as people do: it inserts lines of other files,
// deletes, and moves. Lines are shared between versions and never written to.
type editor struct {
	*rand.Rand
	corpus *Corpus
	pinned map[*byte]bool // first bytes of lines that stay: those of keys
}

func newEditor(c *Corpus, seed uint64) *editor {
	return &editor{rand.New(rand.NewPCG(seed, 2)), c, map[*byte]bool{}}
}

// longest is the number of lines from which on a file only shrinks.
const longest = 2500

// edit returns another version of lines, changed in one to most places.
func (e *editor) edit(lines [][]byte, most int) [][]byte {
	lines = slices.Clone(lines)
	for range 1 + e.IntN(most) {
		at := e.place(lines)
		switch n := e.IntN(10); {
		case n < 5 && len(lines) < longest:
			lines = slices.Insert(lines, at, e.excerpt(1+e.skewed(180))...)
		case n < 9:
			lines = e.remove(lines, at, 1+e.skewed(180))
		default:
			lines = e.move(lines, at, 1+e.IntN(20))
		}
	}
	return lines
}

// skewed is a number below n; small ones are likelier.
func (e *editor) skewed(n int) int { return e.IntN(1 + e.IntN(n)) }

// excerpt is a run of lines of some text.
func (e *editor) excerpt(n int) [][]byte {
	t := e.corpus.texts[e.IntN(len(e.corpus.texts))].lines
	n = min(n, len(t))
	at := e.IntN(len(t) - n + 1)
	return t[at : at+n]
}

// remove deletes up to n lines from at on, stopping at a line that is pinned and
// before a file gets too small to be one.
func (e *editor) remove(lines [][]byte, at, n int) [][]byte {
	const least = 5
	n = min(n, len(lines)-at, len(lines)-least)
	if n <= 0 {
		return lines
	}
	if i := slices.IndexFunc(lines[at:at+n], e.isPinned); i >= 0 {
		n = i
	}
	return slices.Delete(lines, at, at+n)
}

// move puts up to n lines from at on somewhere else, unless one is pinned.
func (e *editor) move(lines [][]byte, at, n int) [][]byte {
	n = min(n, len(lines)-at)
	run := slices.Clone(lines[at : at+n])
	if slices.ContainsFunc(run, e.isPinned) {
		return lines
	}
	lines = slices.Delete(lines, at, at+n)
	return slices.Insert(lines, e.place(lines), run...)
}

// place is somewhere in lines, but not inside a key.
func (e *editor) place(lines [][]byte) int {
	at := e.IntN(len(lines) + 1)
	for at > 0 && at < len(lines) && e.isPinned(lines[at-1]) && e.isPinned(lines[at]) {
		at++
	}
	return at
}

func (e *editor) isPinned(line []byte) bool { return len(line) > 0 && e.pinned[&line[0]] }

// plant puts key number n somewhere into lines. Edits leave it there.
func (e *editor) plant(lines [][]byte, n int) [][]byte {
	key := [][]byte{
		fmt.Appendf(nil, "aws_access_key_id = %s\n", keytest.ID(n)),
		fmt.Appendf(nil, "aws_secret_access_key = %s\n", keytest.Secret(n)),
	}
	for _, l := range key {
		e.pinned[&l[0]] = true
	}
	return slices.Insert(slices.Clone(lines), e.place(lines), key...)
}

// unplant takes the keys out of lines.
func (e *editor) unplant(lines [][]byte) [][]byte {
	return slices.DeleteFunc(slices.Clone(lines), e.isPinned)
}
