package match

import (
	"hash/maphash"

	"github.com/awscred/awscred/scanner"
)

const (
	// maxMemoLine is the most bytes of lines whose verdicts are remembered.
	maxMemoLine = 2048
	// maxMemos is how many verdicts are remembered at a time.
	maxMemos = 1 << 13
)

// A memo remembers what was decided about hits in the lines that they stand in.
// Nothing else goes into a decision, and most of a file's versions have most of
// its lines. Lines are known by two hashes of 64 bits with keys of their own.
type memo struct {
	seeds    [2]maphash.Seed
	verdicts map[memoKey]memoVerdict
}

type memoKey struct {
	rule       int
	start, end int // of the hit, from the beginning of its lines
	lines      [2]uint64
}

// A memoVerdict is what was decided, with spans from the beginning of the lines.
type memoVerdict struct {
	verdict
	ok bool
}

func newMemo() memo {
	return memo{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, verdicts: map[memoKey]memoVerdict{}}
}

// key makes the key of a hit in its lines. Whether they begin and end the text
// matters to nothing that is decided.
func (m *memo) key(rule int, span scanner.Span, lines []byte, start int) memoKey {
	k := memoKey{rule: rule, start: span.Start - start, end: span.End - start}
	for i := range k.lines {
		k.lines[i] = maphash.Bytes(m.seeds[i], lines)
	}
	return k
}

// recall returns what was decided about a hit in the same lines, moved to where
// they begin now.
func (m *memo) recall(k memoKey, start int) (v verdict, ok, known bool) {
	found, known := m.verdicts[k]
	if !known {
		return verdict{}, false, false
	}
	v = found.verdict
	v.Span, v.Secret = moved(v.Span, start), moved(v.Secret, start)
	return v, found.ok, true
}

// keep remembers a decision.
func (m *memo) keep(k memoKey, v verdict, ok bool, start int) {
	if len(m.verdicts) >= maxMemos {
		clear(m.verdicts)
	}
	v.Span, v.Secret = moved(v.Span, -start), moved(v.Secret, -start)
	m.verdicts[k] = memoVerdict{v, ok}
}

func moved(s scanner.Span, by int) scanner.Span {
	return scanner.Span{Start: s.Start + by, End: s.End + by}
}
