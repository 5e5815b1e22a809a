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

// Keys that are put together of what was located before are located as if they
// were new, and so are blobs that nobody asked for before.
func TestLocateAgain(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			g := newGit(t, "--bare")
			r := rand.New(rand.NewPCG(seed, 12))
			g.importStream(stream(r))
			var single, joined []scanner.Held
			refs := look(t, g.dir, history.Options{Margin: 1}).refs
			refs = append(refs, scanner.BlobRef{Field: scanner.Name, Path: "a"})
			for range 20 {
				a, b := refs[r.IntN(len(refs))], refs[r.IntN(len(refs))]
				joined = append(joined, scanner.Held{Blobs: []scanner.HeldBlob{{BlobRef: a}, {BlobRef: b}}})
			}
			for i, ref := range refs {
				if seed%3 > 0 || i%2 == 0 { // in a third of the cases some are new
					single = append(single, scanner.Held{Blobs: []scanner.HeldBlob{{BlobRef: ref}}})
				}
			}
			repo, err := history.Open(g.dir, history.Options{Margin: 1})
			if err != nil {
				t.Fatal(err)
			}
			defer repo.Close()
			if err := repo.Sweep(context.Background(), func(*scanner.Blob) scanner.Candidates { return nil }); err != nil {
				t.Fatal(err)
			}
			for i, held := range [][]scanner.Held{single, joined, single} {
				got, err := repo.Locate(context.Background(), held)
				if err != nil {
					t.Fatal(err)
				}
				if want := located(t, g.dir, held, nil); !reflect.DeepEqual(got, want) {
					t.Errorf("the %d. time\n%+v\nwant\n%+v", i+1, got, want)
				}
			}
		})
	}
}
