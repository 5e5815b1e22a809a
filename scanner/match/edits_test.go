package match_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/awscred/awscred/scanner"
)

// Many edits of one long token take time by their number, not by that and by the length
// of the token.
func TestDerivedManyEditsInOneToken(t *testing.T) {
	m := compile(t, []scanner.Rule{{ID: "r", Pattern: `pw[0-9]{14}`}}, nil)
	took := func(edits int) time.Duration {
		const every, around = 2000, 130
		base := bytes.Repeat([]byte("Q"), edits*every)
		text := bytes.Clone(base)
		_, left := m.Find(base, nil)
		from := scanner.Derivation{Base: left}
		for i := range edits {
			at := i*every + every/2
			text[at] = 'R'
			from.Copies = append(from.Copies, scanner.Copy{From: i * every, To: i * every, Len: every / 2}, scanner.Copy{From: at + 1, To: at + 1, Len: every/2 - 1})
			from.Fresh = append(from.Fresh, scanner.Span{Start: at - around, End: at + around})
		}
		begin := clock()
		m.Find(text, &from)
		return clock() - begin
	}
	took(100)
	if few, many := took(1000), took(4000); many > 10*few+20*time.Millisecond {
		t.Errorf("1000 edits took %v, four times as many %v", few, many)
	}
}
