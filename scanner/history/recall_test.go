package history_test

import (
	"context"
	"math/rand/v2"
	"reflect"
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
			for _, name := range []string{"a", "sub", "f"} {
				ref := scanner.BlobRef{Field: scanner.Name, Path: name}
				held = append(held, scanner.Held{Blobs: []scanner.HeldBlob{{BlobRef: ref}}})
			}
			swept, cold := located(t, g.dir, held, true), located(t, g.dir, held, false)
			if !reflect.DeepEqual(swept, cold) {
				t.Errorf("after a sweep\n%+v\nwithout\n%+v", swept, cold)
			}
		})
	}
}

// located locates secrets, after a sweep or without one.
func located(t *testing.T, dir string, held []scanner.Held, sweep bool) []scanner.Life {
	t.Helper()
	r, err := history.Open(dir, history.Options{Margin: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if sweep {
		err := r.Sweep(context.Background(), func(*scanner.Blob) scanner.Candidates { return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	lives, err := r.Locate(context.Background(), held)
	if err != nil {
		t.Fatal(err)
	}
	return lives
}
