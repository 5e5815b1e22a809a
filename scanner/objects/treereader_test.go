package objects

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

// randomTree is a tree of some entries, now and then with something else in it.
func randomTree(r *rand.Rand, entries int) []byte {
	var raw []byte
	for i := range entries {
		mode := []string{"100644", "40000", "100755", "160000"}[r.IntN(4)]
		raw = fmt.Appendf(raw, "%s %0*d\x00", mode, 1+r.IntN(12), i)
		for range sha1Size {
			raw = append(raw, byte(r.IntN(256)))
		}
	}
	if r.IntN(10) == 0 {
		raw = append(raw, "1006"...)
	}
	return raw
}

// editTree makes another tree of a base: parts of it in any order and cut anywhere,
// with other bytes between, as a hostile pack may. Most edits are what git does.
func editTree(r *rand.Rand, base []byte) (target []byte, copies []Copy) {
	at := 0
	for at < len(base) {
		n := min(len(base)-at, 1+r.IntN(len(base)))
		from := at
		if r.IntN(8) == 0 {
			from = r.IntN(len(base) - n + 1)
		}
		copies = append(copies, Copy{from, len(target), n})
		target = append(target, base[from:from+n]...)
		at += n
		switch r.IntN(4) {
		case 0: // another id
			k := min(sha1Size, len(base)-at)
			for range k {
				target = append(target, byte(r.IntN(256)))
			}
			at += k
		case 1:
			target = append(target, randomTree(r, 1)...)
		case 2:
			at += min(len(base)-at, r.IntN(40))
		}
	}
	return target, copies
}

// What a reader shows and the runs that it steps over are together the entries
// of the tree, along chains of deltas.
func TestTreeReader(t *testing.T) {
	stepped := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 11))
		var reader TreeReader
		base := randomTree(r, 1+r.IntN(300))
		reader.Reset(&Object{ID: MakeID(make([]byte, sha1Size)), Data: base}, nil)
		var entries []TreeEntry
		for reader.Next() {
			entries = append(entries, reader.Entry())
		}
		marks := reader.Marks()
		for range 8 {
			target, copies := editTree(r, base)
			reader.Reset(&Object{ID: MakeID(make([]byte, sha1Size)), Data: target, Copies: copies}, marks)
			got := map[Span]bool{}
			var read []TreeEntry
			for reader.Next() {
				read = append(read, reader.Entry())
				got[reader.Entry().Span] = true
			}
			for _, run := range reader.Runs() {
				stepped++
				for _, e := range entries {
					if e.Span.Start >= run.From && e.Span.End <= run.From+run.Len {
						got[Span{e.Span.Start - run.From + run.To, e.Span.End - run.From + run.To}] = true
					}
				}
			}
			entries = entries[:0]
			var broken error
			for e, err := range TreeEntries(target, sha1Size) {
				if broken = err; err == nil {
					entries = append(entries, e)
				}
			}
			if (broken != nil) != (reader.Err() != nil) {
				t.Fatalf("seed %d: error %v, want %v", seed, reader.Err(), broken)
			}
			if len(got) != len(entries) {
				t.Fatalf("seed %d: %d entries, want %d", seed, len(got), len(entries))
			}
			for _, e := range entries {
				if !got[e.Span] {
					t.Fatalf("seed %d: entry at %v is not there", seed, e.Span)
				}
				if len(read) > 0 && read[0].Span == e.Span {
					if !reflect.DeepEqual(read[0], e) {
						t.Fatalf("seed %d: read %v, want %v", seed, read[0], e)
					}
					read = read[1:]
				}
			}
			if len(read) > 0 {
				t.Fatalf("seed %d: %d entries too many", seed, len(read))
			}
			base, marks = target, reader.Marks()
		}
	}
	if stepped < 1000 {
		t.Errorf("only %d runs were stepped over", stepped)
	}
}

// Marks stand where entries begin and where the last one ends, not too close to one
// another, however they were come by, and a tree that has no deltas has none.
func TestTreeMarks(t *testing.T) {
	null := MakeID(make([]byte, sha1Size))
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 12))
		var reader TreeReader
		var marks TreeMarks
		o := Object{ID: null, Data: randomTree(r, 1+r.IntN(400))}
		for range 8 {
			for reader.Reset(&o, marks); reader.Next(); {
			}
			places := map[int]bool{}
			for e, err := range TreeEntries(o.Data, sha1Size) {
				if err == nil {
					places[e.Span.Start], places[e.Span.End] = true, true
				}
			}
			base := marks
			marks = reader.Marks()
			for i, m := range marks {
				if !places[int(m)] {
					t.Fatalf("seed %d: a mark at %d, where no entry begins", seed, m)
				}
				if i > 0 && i < len(marks)-1 && int(m-marks[i-1]) < len(o.Data)/marksPerTree {
					t.Fatalf("seed %d: marks at %d and %d in a tree of %d bytes", seed, marks[i-1], m, len(o.Data))
				}
			}
			if reader.Err() == nil && len(o.Data) > 0 && (marks[0] != 0 || int(marks[len(marks)-1]) != len(o.Data)) {
				t.Fatalf("seed %d: marks from %d to %d of %d bytes", seed, marks[0], marks[len(marks)-1], len(o.Data))
			}
			o.Last = true
			for reader.Reset(&o, base); reader.Next(); {
			}
			if n := len(reader.Marks()); n > 0 {
				t.Fatalf("seed %d: %d marks of a tree without deltas", seed, n)
			}
			target, copies := editTree(r, o.Data)
			o = Object{ID: null, Data: target, Copies: copies}
		}
	}
}
