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

// longest is the number of lines from which on a file shrinks.
const longest = 2500

// edit returns another version of lines: changed in a few places, often one and
// seldom thirty, where some lines are replaced by others, and one version in
// four in a place more, where it may be thousands of lines. A file grows until
// it is long.
func (e *editor) edit(lines [][]byte) [][]byte {
	lines = slices.Clone(lines)
	for range 1 + e.scaled(6) {
		lines = e.change(lines, e.scaled(5), 1+e.scaled(5))
	}
	switch e.IntN(12) {
	case 0, 1, 2:
		lines = e.change(lines, e.scaled(13), e.scaled(13))
	case 3:
		lines = e.move(lines, e.place(lines), 1+e.scaled(6))
	}
	return lines
}

// change replaces lines somewhere by others: in a long file by fewer.
func (e *editor) change(lines [][]byte, removed, inserted int) [][]byte {
	if len(lines) > longest {
		removed, inserted = max(removed, inserted), min(removed, inserted)
	}
	at := e.place(lines)
	return slices.Insert(e.remove(lines, at, removed), at, e.excerpt(inserted)...)
}

// skewed is a number below n; small ones are likelier.
func (e *editor) skewed(n int) int { return e.IntN(1 + e.IntN(n)) }

// scaled is a number below 1<<(n-1), as likely of one order of magnitude as of
// another.
func (e *editor) scaled(n int) int { return e.IntN(1 << e.IntN(n)) }

// excerpt is n lines: a run of lines of some text, or of several.
func (e *editor) excerpt(n int) [][]byte {
	var lines [][]byte
	for n > len(lines) {
		t := e.corpus.texts[e.IntN(len(e.corpus.texts))].lines
		k := min(n-len(lines), len(t))
		at := e.IntN(len(t) - k + 1)
		lines = append(lines, t[at:at+k]...)
	}
	return lines
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
