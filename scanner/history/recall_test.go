package history_test

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/awscred/awscred/scanner"
	"github.com/awscred/awscred/scanner/history"
)

// What is located from the notes of a sweep is what is located without one:
// blobs, and names of files and directories.
func TestRecall(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			g := newGit(t, "--bare")
			r := rand.New(rand.NewPCG(seed, 11))
			g.importStream(stream(r))
			switch r.IntN(3) {
			case 0:
				g.run("repack", "-adfq", "--depth=20")
			case 1:
				g.run("repack", "-aq") // loose and packed
			}
			var held []scanner.Held
			for _, ref := range look(t, g.dir, history.Options{Margin: 1}).refs {
				held = append(held, scanner.Held{Blobs: []scanner.HeldBlob{{BlobRef: ref}}})
			}
			compare := func(noted bool) {
				t.Helper()
				swept, cold := located(t, g.dir, held, func(r *history.Repository) {
					if r.Noted(held) != noted {
						t.Errorf("in the notes: %t", !noted)
					}
				}), located(t, g.dir, held, nil)
				if !reflect.DeepEqual(swept, cold) {
					t.Errorf("after a sweep\n%+v\nwithout\n%+v", swept, cold)
				}
			}
			compare(true)
			held = slices.DeleteFunc(held, func(scanner.Held) bool { return r.IntN(4) > 0 }) // few trees lead to few blobs
			compare(true)
			for _, name := range []string{"a", "sub", "f"} {
				ref := scanner.BlobRef{Field: scanner.Name, Path: name}
				held = append(held, scanner.Held{Blobs: []scanner.HeldBlob{{BlobRef: ref}}})
			}
			compare(true)
		})
	}
}

// located locates secrets, after a sweep that finds them, which is then told of, or
// without one.
func located(t *testing.T, dir string, held []scanner.Held, swept func(*history.Repository)) []scanner.Life {
	t.Helper()
	r, err := history.Open(dir, history.Options{Margin: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if swept != nil {
		err := r.Sweep(context.Background(), func(b *scanner.Blob) scanner.Candidates {
			finds := slices.ContainsFunc(held, func(h scanner.Held) bool {
				ref := h.Blobs[0].BlobRef
				return ref.ID == b.ID && ref.Field == b.Field && (ref.ID != "" || ref.Path == b.Path)
			})
			if finds && b.Verify != nil && b.Verify() != b.ID {
				t.Errorf("%s has another name", b.ID)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		swept(r)
	}
	lives, err := r.Locate(context.Background(), held)
	if err != nil {
		t.Fatal(err)
	}
	return lives
}
